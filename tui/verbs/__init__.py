"""The verbs of the command line: each a function from parsed arguments to an exit status, imported only when it is asked for.

inspect.py looks (check, plan, capture, history), change.py acts (apply, undo, rehearse), wizard.py opens the walk; common.py holds what
they share: the live host, output, refusals. Exit statuses are those of README. Only cli imports this room.
"""
