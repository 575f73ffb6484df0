"""The evidence of a run: what was true before, what was done by whom, what is true now, with the recorded proof.

Comes in: a run's context and findings. Goes out: report.json and report.md in the run's folder. evidence.py gathers, markdown.py words.
"""
