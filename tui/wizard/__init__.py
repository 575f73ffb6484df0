"""How a person walks it: the only place that imports textual (terminal.py does not)."""
