"""SimulatedHost: a scenario as a machine in memory, behind the same port as the live one.

Comes in: a scenario (facts, faults). Goes out: what a machine would answer: augenrules compiles, auditctl loads, auditd restarts, the log
grows, and faults (faults.py) break them as told. The kernel's rules follow audit/rules_d/load.py, the one model; kernel.py keeps
status, log and time. Used by ``--demo``, by training and by the tests; tests/contract hold it to what a live host does.
"""
