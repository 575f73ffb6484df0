"""The rehearsal: planned watches loaded for a while, their records counted, and taken out again.

Comes in: a plan and a number of seconds. Goes out: report.Rehearsal: records and bytes a day for each watch. rehearsal.py
leads, rehearsal_run.py loads, counts and unloads, and a flood ends it by itself. Nothing is written to rules.d; it is
journaled like a run, so that a crash is taken back. Imported by session and the verbs.
"""
