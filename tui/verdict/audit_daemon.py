"""Who takes the kernel's audit records here, where that is another program than auditd. Pure.

One process at a time may be registered; the kernel refuses a second one while the first lives (audit_replace in kernel/audit.c).
"""

from __future__ import annotations

from tui.audit.inputs import AuditStatus
from tui.base.cleaning import clean
from tui.host.facts import HostFacts, Process


def takes_the_records(daemon: Process) -> str:
    """The sentence about a daemon that is not auditd."""
    return f"{daemon_text(daemon)} takes the kernel's audit records, not auditd."


def daemon_text(daemon: Process) -> str:
    """A daemon's name and process id."""
    return f"{clean(daemon.display_name)} (pid {daemon.pid})"


def daemon_name(facts: HostFacts) -> str:
    """What the registered daemon is called: auditd, unless it is known to be another."""
    return clean(facts.other_daemon.display_name) if facts.other_daemon else "auditd"


def is_down(facts: HostFacts) -> bool:
    """Whether it is known that nobody takes the kernel's records."""
    return isinstance(facts.audit_status, AuditStatus) and not facts.audit_status.pid


def registered_text(facts: HostFacts) -> str:
    """Which daemon is registered with the kernel, for a line of the screen."""
    status = facts.audit_status
    if not isinstance(status, AuditStatus):
        return "cannot tell"
    if facts.other_daemon is not None:
        return f"{daemon_text(facts.other_daemon)} instead of auditd"
    return f"pid {status.pid}" if status.pid else "not running"
