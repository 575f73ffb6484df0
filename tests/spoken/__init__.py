"""Hosts and runs that have something to say: of every kind of reason, warning and blocker at least one."""
