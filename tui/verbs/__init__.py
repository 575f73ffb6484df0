"""The verbs of the command line: each a function from parsed arguments to an exit status, imported only when it is asked for.

inspect.py judges (check, plan), past.py looks back (history, events), capture.py writes a host down, change.py acts (apply, undo,
rehearse), wizard.py opens the walk; common.py holds what they share: the live host, output, refusals. Exit statuses are those of
README. Only cli imports this room.
"""
