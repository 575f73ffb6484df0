"""Taking a run back: at once where a step fails, at the next start after a crash, or whenever somebody asks for it.

Comes in: a journal's record and the host as it is now. Goes out: RollbackResult and RunReport. rollback.py restores or, where others have
changed the host since (since.py), takes out only what is the run's (taking_out.py) and holds the kernel to what holding.py says;
recovery.py finishes or takes back a run that was cut short; undo.py plans and does it later, with a diff first.
"""
