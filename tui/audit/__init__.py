"""How auditd and the kernel think: one rule, the files of rules.d, who is recorded, and what becomes of the log. Pure.

Comes in: bytes of files, lines, records of the kernel's list, facts of paths (inputs.py). Goes out: values such as Rule, Loaded,
Coverage, LogStory. Nothing here reads a file, a clock or the environment; it may import base only.

    rule/      one rule: read from a line or a kernel record, printed, compared
    rules_d/   the files: order, compilation, loading, editing; the one model of ``auditctl -R``
    coverage/  who is recorded for which access, by which rule, and who is not
    log/       auditd.conf and what becomes of the log: bound, growth, partition, silence

rules_d, coverage and log are siblings above rule. The facts were measured on auditd 3.0.9 and 4.0.2 with kernels 6.1 to 6.18, or read
in kernel/auditfilter.c and in the audit package's source; the live tests repeat the measurements.
"""
