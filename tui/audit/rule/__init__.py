"""One audit rule: the value, and its readings: a line of a rules file, auditctl's arguments, a record of the kernel's list.

Comes in: text or an audit_rule_data record. Goes out: value.Rule, frozen and comparable, and its text in several forms. Imported
by the siblings above (rules_d, coverage, log) and by every room that shows or loads a rule.

line.py splits a line as auditctl does (its own getopt, no shell); auditctl.py reads the options, conditions.py one field, numbers.py
holds the kernel's constants, kernel_checks.py what the kernel refuses; record.py reads AUDIT_LIST_RULES (linux/audit.h); text.py
prints. ``auditctl -l`` is never read back: it prints ``never`` rules like watches and files like directories.
"""
