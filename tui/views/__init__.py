"""The views: findings, plans, runs and logs as lines of styled spans, pages, JSON and pictures, shared by all front ends.

Comes in: values of verdict, plan and run; signs (signs.py) and a width. Goes out: lines (page.py) that the wizard paints and the line prompts and
commands print, and the JSON documents (json.py). Every text from outside passes base/cleaning. Nothing below this room builds text for
a screen; nothing here imports textual.
"""
