"""Reading this machine into HostFacts: the kernel over netlink, files, units, mounts, processes, the log folder.

Comes in: an Interest. Goes out: the parts of facts.HostFacts; a part that cannot be read is an Unknown with its reason, and nothing here
raises for the host. Every read has a bound. No program is started: ``check`` and ``plan`` rest on this room.

kernel.py asks AUDIT_LIST_RULES and AUDIT_GET over NETLINK_AUDIT (linux/audit.h), since ``auditctl -l`` hides what a rule is.
Imported by host/live and the verbs.
"""
