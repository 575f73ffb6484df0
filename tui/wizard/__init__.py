"""The wizard: the walk as Textual screens; every sentence on them comes from views, every action from session.

Comes in: a Session. Goes out: what the person decided, and the exit status of the last run. app.py is the application, steady_app.py and
steady_screen.py what it and its screens do otherwise than Textual's, steps/ one screen a file, beside/ those beside the walk, walker.py
what a step may ask of the application, readings.py the host read beside the keys, widgets/ what steps are made of, background_run.py the
run in a thread with its events drained on a timer, themes.py and terminal.py what suits the terminal, driver/ and shutdown.py what leaves it
whole. fleet.py is an application of its own: the report of many hosts, to walk through. Only this room imports textual; only verbs imports
it.
"""
