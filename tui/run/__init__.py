"""The run: a plan carried out step by step, checked by reading the host again, proved, rolled back where a step fails.

Comes in: a Plan and a Host. Goes out: values.RunReport, events while it works, a journal and a report on disk. Imported by session and
the verbs.

carry_out.py leads, steps.py do, each seen by step_tracker.py and checked in the kernel (kernel_rules.py), proof.py makes the probes; journal/ is
written before each change, taking_back/ restores, evidence/ reports, rehearsal/ loads for a while only. An exit code is a hint: each step reads the kernel or the file and says what is true.
"""
