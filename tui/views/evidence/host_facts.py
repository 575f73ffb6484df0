"""Facts of the host in words: what a path is, who runs it, whether the kernel audits."""

from __future__ import annotations

from tui.audit.inputs import AuditStatus, PathFacts, Unknown
from tui.host.facts import HostFacts, Process
from tui.host.trust import is_roots
from tui.verdict.audit_daemon import daemon_text

_KINDS = {
    "file": "regular file",
    "directory": "directory",
    "symlink": "symbolic link",
    "socket": "socket",
    "fifo": "named pipe",
    "device": "device",
}


def path_text(facts: HostFacts, path: str, package: str = "") -> str:
    """What *path* really is on the host, in one sentence."""
    what = facts.paths.get(path)
    if what is None:
        return "was not looked at"
    if isinstance(what, Unknown):
        return f"cannot tell: {what.reason}"
    text = _what(facts, what)
    return f"{text}, package {package}" if package else text


def _what(facts: HostFacts, what: PathFacts) -> str:
    if what.kind == "absent":
        return "there is no such file" if what.real_parent else "there is no such file, nor its directory"
    text = _KINDS[what.kind]
    if what.kind == "symlink":
        return f"{text} to {what.target}, " + (f"which ends at {what.real_path}" if what.real_path else "which leads nowhere")
    if what.uid is not None and what.gid is not None:
        users = {number: name for name, number in facts.names.users.items()}
        groups = {number: name for name, number in facts.names.groups.items()}
        text += f", {users.get(what.uid, str(what.uid))}:{groups.get(what.gid, str(what.gid))}"
    if what.mode is not None:
        text += f" {what.mode & 0o7777:04o}"
    if what.location and what.location != what.path:
        text += f", really {what.location}"
    if what.links and what.links > 1 and what.kind == "file":
        text += f", {what.links} hard links"
    return text


def unread_text(unread: Unknown, facts: HostFacts) -> str:
    """Why something was not read; for those who are not root the one cause that the verdict has told in full."""
    return f"cannot tell: {unread.reason}" if facts.privileges.euid == 0 else "cannot tell (needs root)"


def audit_text(facts: HostFacts) -> str:
    """The kernel's audit status in one sentence."""
    status = facts.audit_status
    if isinstance(status, Unknown):
        return unread_text(status, facts)
    return ", ".join(_audit_words(status, facts))


def is_immutable(facts: HostFacts) -> bool:
    """Whether the kernel takes no change of its rules before the next reboot."""
    return isinstance(facts.audit_status, AuditStatus) and facts.audit_status.enabled == 2


def _audit_words(status: AuditStatus, facts: HostFacts) -> list[str]:
    enabled = {0: "OFF", 1: "enabled", 2: "locked (immutable) until the next reboot"}.get(
        status.enabled, f"enabled {status.enabled}"
    )
    daemon = f"auditd running (pid {status.pid})" if status.pid else "auditd NOT running"
    if facts.other_daemon is not None:
        daemon = f"records go to {daemon_text(facts.other_daemon)}, not to auditd"
    words = [enabled, daemon, f"backlog {status.backlog}", f"lost {status.lost}"]
    if status.rate_limit:
        words.append(f"rate limit {status.rate_limit} a second")
    if status.failure == 2:
        words.append("a failure panics the kernel (-f 2)")
    return words


def processes_text(facts: HostFacts, path: str) -> str:
    """Which processes run the program at *path*, or one of its name from elsewhere; or ``""``."""
    running = [process for process in facts.processes if process.name == path.rsplit("/", 1)[-1]]
    here = [str(process.pid) for process in running if process.exe == path]
    told = [f"pid {', '.join(here)} runs it"] if here else []
    told += [f"pid {p.pid}{_foreign(p)} runs {p.exe or 'a program that cannot be read'}" for p in running if p.exe != path]
    return "; ".join(told)


def _foreign(process: Process) -> str:
    return "" if is_roots(process) else f" of user {process.uid}" if process.uid else " (not trusted)"
