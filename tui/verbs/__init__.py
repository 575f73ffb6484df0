"""The verbs of the command line: each a function from parsed arguments to an exit status, imported only when it is asked for.

inspect.py judges (check, plan), past.py looks back (history, events; pruning.py takes old runs out of it), capture.py writes a host down,
change.py acts (apply, undo, rehearse), report.py puts many hosts side by side, export.py writes what carries the program to them, wizard.py
opens the walk; plan_file.py and waivers.py read what options name, common.py holds what all share: the live host, output, refusals. Exit
statuses are those of README. Only cli imports this room.
"""
