"""Who is recorded: for each access (r w x a) to a path, which callers some rule records, and which rule decides.

Comes in: the kernel's rules in order, the paths' facts, the audit status. Goes out: values.Coverage with a level for each access, the
gaps in words, and the rules with their effects. Imported by verdict and plan.

The kernel asks the exit list rule by rule and the first match decides (audit_filter_rules in kernel/auditsc.c): first_match.py follows
that over regions of callers (regions.py), reach.py tells which rule reaches which path, places.py how a path is watched, blindness.py
what switches recording off as a whole (never,task, exclude, enabled 0). tests/live hold it to recorded events.
"""
