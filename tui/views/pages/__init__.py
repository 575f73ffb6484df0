"""Pages: what a screen, a line prompt or a command shows of a control, a finding, a plan, a run, the log, an undo.

Comes in: values, signs and a width. Goes out: lines of styled spans (views/page.py). Each page is built by short functions, one a section.
"""
