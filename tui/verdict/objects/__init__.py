"""What a control is about on this host: where its object really is, whose files those are, and the lines that would audit it.

Comes in: a control, a benchmark version, HostFacts. Goes out: a Subject for each place of the object, the wanted lines, what a scanner
looks for. Imported by the verdict and the plan; rests on Docker's and containerd's configuration, on units and on processes of root's own.
"""
