"""The run: a plan carried out step by step, checked by reading the host again, proved, rolled back where a step fails.

Comes in: a Plan and a Host. Goes out: values.RunReport, events while it works, a journal and a report on disk. Imported by session and
the verbs.

    journal/      what the run means to do and what it has done, synced before each change
    taking_back/  rollback at once, recovery after a crash or a power cut, undo later
    evidence/     the report of a run
    rehearsal/    watches loaded for a while, counted, taken out

carry_out.py leads; steps.py do, step_tracker.py tells how far they are, outcome.py what it amounts to, kernel_rules.py compares and mends
the kernel's list, proof.py makes the probes, past_runs.py is what a walk knows of the journal's other runs. An exit code is a hint: each
step reads the kernel or the file and says what is true.
"""
