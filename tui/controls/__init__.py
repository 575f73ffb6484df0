"""The controls: the sixteen audited objects of the CIS Docker Benchmark in eight versions, and those that a user adds.

Comes in: benchmark.py, which a tool writes from the YAML of assets/controls, and the YAML of ``--controls DIR``. Goes out: control.Control,
one value a control, with its number, path, line and texts in each version. control.py is what a document may say, catalogue.py finds a
control by number or name. Knows no host; imported by verdict and the front ends.
"""
