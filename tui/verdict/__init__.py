"""The verdict: host facts and controls to findings. Pure.

Comes in: HostFacts and controls. Goes out: values.Finding: one state (the first that holds of those in values.py), the coverage of each access
now and after the next boot, reasons as sentences, the rules that decide. Imported by plan, run (to judge what it reached), session and
views.

question.py holds what is asked; subject.py and configured.py find the object on this host; disk.py compiles and loads rules.d by the one
model; judgement.py asks coverage, judged_finding.py decides the state, reasons/ words it, finding.py takes the worst place of an object;
scanners.py tells what the benchmark's grep would say; boot/ tells what a boot does to a rule.
"""
