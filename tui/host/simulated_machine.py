"""The changing state of a simulated host: its files, kernel, audit daemon, log and clock, and HostFacts of it at any moment."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from posixpath import normpath

from tui.audit.auditd_conf import AuditdConf, parse_conf
from tui.audit.inputs import AuditStatus, PathFacts, PathKind, Unknown
from tui.audit.rule import Rule
from tui.host.facts import AUDIT_RULES, AUDITD_CONF, RULES_DIR, FileFacts, HostFacts, Interest, LogFacts, Process, UnitFacts
from tui.host.simulated_activity import Activity
from tui.host.simulated_kernel import Access, SimulatedKernel
from tui.host.simulated_log import SYSCALL_OF, Event, SimulatedLog

# Folders that every host has, whatever a scenario tells of it.
_FOLDERS = (
    "/",
    "/etc",
    "/etc/audit",
    RULES_DIR,
    "/usr",
    "/usr/bin",
    "/usr/sbin",
    "/var",
    "/var/lib",
    "/var/log",
    "/run",
    "/tmp",
    "/root",
)


class SimulatedMachine:
    """A host made from facts; everything is in memory and nothing of this machine is touched."""

    def __init__(self, facts: HostFacts) -> None:
        self.base = facts
        """What the scenario tells: what does not change."""
        self.clock = facts.taken_at
        self.files = {entry.path: entry for entry in _entries(facts)}
        self._told_files = dict(self.files)
        self._folders = self._find_folders()
        self.suspended = False
        """Whether auditd has stopped writing to its log (no space left, or a fault); the rules do not show it."""
        self._last_pid = max((process.pid for process in facts.processes), default=1000) + 37
        self._started: float | None = None
        self._parsed: tuple[bytes | None, AuditdConf] | None = None
        self.log = SimulatedLog(self._log_size())
        self.kernel = self._make_kernel()
        self._activity = Activity(facts)
        if self.daemon_pid:
            self._open_log()

    # --- files -------------------------------------------------------------------------------------------------------------

    def put(self, path: str, content: bytes, mode: int, uid: int, gid: int) -> None:
        """Make *path* hold *content*. Raises OSError where its folder is missing, or where it is a link or immutable."""
        old = self.files.get(path)
        if self.real_folder(path.rpartition("/")[0] or "/") is None:
            raise OSError(errno.ENOENT, "No such file or directory", path)
        if old is not None and old.kind == "symlink":
            raise OSError(errno.ELOOP, "a symbolic link is never written through", path)
        if old is not None and old.kind != "file":
            raise OSError(errno.EINVAL, "not a regular file", path)
        if old is not None and old.immutable:
            raise OSError(errno.EPERM, "Operation not permitted", path)
        label = old.label if old is not None else None
        self.files[path] = FileFacts(path, "file", content, mode, uid, gid, None, label)

    def remove(self, path: str) -> None:
        """Remove *path*. Raises OSError."""
        old = self.files.get(path)
        if old is None:
            raise OSError(errno.ENOENT, "No such file or directory", path)
        if old.immutable:
            raise OSError(errno.EPERM, "Operation not permitted", path)
        del self.files[path]

    def content(self, path: str) -> bytes | None:
        """What *path* holds, None where it is absent or no file."""
        entry = self.files.get(path)
        return entry.content if entry is not None else None

    def rules_dir(self) -> tuple[FileFacts, ...]:
        """The entries of rules.d by name."""
        return tuple(self.files[path] for path in sorted(self.files) if path.rpartition("/")[0] == RULES_DIR)

    # --- paths -------------------------------------------------------------------------------------------------------------

    def path(self, path: str) -> PathFacts | Unknown:
        """What *path* is: as the scenario tells, a file that was written meanwhile, else absent."""
        known = self.base.paths.get(path)
        entry = self.files.get(path)
        told = self._told_files.get(path)
        unchanged = entry == told and not (entry is not None and isinstance(known, PathFacts) and known.kind == "absent")
        if known is not None and unchanged:
            return known
        if entry is not None:
            return self._file_facts(entry)
        folder = self.real_folder(path.rstrip("/").rpartition("/")[0] or "/")
        return PathFacts(path, "absent", folder)

    def real_folder(self, folder: str) -> str | None:
        """Where the directory *folder* really is, None where there is no such directory."""
        return self._folders.get(folder) or self._folders.get("/" + normpath(folder).lstrip("/"))

    def location(self, path: str) -> str | None:
        """*path* with the links of its parents followed, None where its parent does not exist."""
        parent, _, name = path.rstrip("/").rpartition("/")
        folder = self.real_folder(parent or "/")
        return None if folder is None else f"{folder.rstrip('/')}/{name}"

    def is_directory(self, path: str) -> bool:
        """Whether stat(2) would find a directory at *path*."""
        return (path.rstrip("/") or "/") in self._folders

    def _find_folders(self) -> dict[str, str]:
        found = {folder: folder for folder in _FOLDERS}
        for path in self.files:
            found.update((parent, parent) for parent in _parents(path))
        for known in self.base.paths.values():
            if isinstance(known, PathFacts):
                if known.real_parent is not None:
                    found[known.path.rstrip("/").rpartition("/")[0] or "/"] = known.real_parent
                    found.update((parent, parent) for parent in (known.real_parent, *_parents(known.real_parent)))
                if known.kind == "directory" and known.real_path is not None:
                    found[known.path.rstrip("/") or "/"] = known.real_path
        for known in self.base.paths.values():
            if isinstance(known, PathFacts) and known.kind == "symlink" and known.real_path in found:
                found[known.path] = known.real_path
        return found

    def _file_facts(self, entry: FileFacts) -> PathFacts:
        parent = self.real_folder(entry.path.rpartition("/")[0] or "/")
        inode = int.from_bytes(sha256(entry.path.encode("utf-8", "surrogateescape")).digest()[:3], "big")
        real = entry.path if entry.kind != "symlink" else None
        kind: PathKind = entry.kind
        return PathFacts(
            entry.path,
            kind,
            parent,
            entry.mode,
            entry.uid,
            entry.gid,
            0xFE01,
            inode,
            1,
            entry.target,
            real,
            self._mount_of(entry.path),
        )

    def _mount_of(self, path: str) -> str | None:
        if isinstance(self.base.mounts, Unknown):
            return None
        points = {mount.mount_point for mount in self.base.mounts}
        return next((parent for parent in (path, *_parents(path)) if parent in points), None)

    # --- kernel and daemon -------------------------------------------------------------------------------------------------

    @property
    def refuses_manual_stop(self) -> bool:
        """Whether systemd's unit of auditd may not be stopped by hand (RHEL and others)."""
        return self._unit_says(b"RefuseManualStop=yes")

    @property
    def requires_rules(self) -> bool:
        """Whether auditd does not start where its rules do not load (audit 4.0.0 to 4.0.2 under systemd)."""
        return self._unit_says(b"Requires=audit-rules.service")

    def _unit_says(self, line: bytes) -> bool:
        unit = self.base.units.get("auditd.service")
        return unit is not None and any(line in (file.content or b"") for file in unit.files)

    @property
    def daemon_pid(self) -> int:
        """auditd's pid as the kernel knows it, 0 for none."""
        return self.kernel.status.pid if self.kernel is not None else 0

    def access(self, path: str, access: str) -> tuple[int, Rule | None]:
        """A new process of root does *access* to *path*: its pid, and the rule by which it was recorded (None: it was not)."""
        pid = self._next_pid()
        rule = self._taking(path, access, pid, success=access == "r")
        if rule is None or not self.writes_log():
            return pid, None
        self.log.access(Event(path, access, pid, rule.keys), self.clock)
        return pid, rule

    def _taking(self, path: str, access: str, pid: int, *, success: bool) -> Rule | None:
        """The rule by which the kernel records the access, None where none does."""
        facts = self.path(path)
        if self.kernel is None or not isinstance(facts, PathFacts):
            return None
        return self.kernel.recorded(Access(facts, access, SYSCALL_OF[access][1], success, pid))

    def writes_log(self) -> bool:
        """Whether what the kernel records reaches the log."""
        return bool(self.daemon_pid) and not self.suspended and self._conf().settings.write_logs

    def stop_daemon(self) -> None:
        """End auditd; the kernel keeps its rules (AUDITD_CLEAN_STOP=no on Debian)."""
        if self.kernel is not None and self.daemon_pid:
            if self.writes_log():
                self.log.daemon(
                    "DAEMON_END", f"op=terminate auid=0 uid=0 ses=4294967295 pid={self.daemon_pid} res=success", self.clock
                )
            self.kernel.status = replace(self.kernel.status, pid=0)

    def kill_daemon(self) -> None:
        """auditd is gone without a word."""
        if self.kernel is not None:
            self.kernel.status = replace(self.kernel.status, pid=0)

    def start_daemon(self) -> bool:
        """Start auditd; False where its configuration keeps it from starting."""
        if self.kernel is None or self.daemon_pid:
            return self.kernel is not None
        conf = self._conf()
        if not conf.starts:
            return False
        pid = self._next_pid()
        self._started = self.clock - self.base.taken_at + 86_400.0
        status = self.kernel.status
        self.kernel.status = replace(status, pid=pid, enabled=max(1, status.enabled))
        self._open_log()
        self.log.daemon(
            "DAEMON_START",
            f"op=start ver={self.base.names.audit_version} format=enriched kernel={self.base.identity.kernel} "
            f"auid=4294967295 pid={pid} uid=0 ses=4294967295 subj=unconfined res=success",
            self.clock,
        )
        return True

    def _open_log(self) -> None:
        """auditd compares its thresholds with what is free when it opens the log: suspending at once is silent."""
        settings = self._conf().settings
        mount = self._log_mount_free()
        if mount is None:
            return
        size, available = mount
        self.suspended = False
        wanted = settings.admin_space_left.bytes_of(size)
        if settings.admin_space_left_action == "suspend" and wanted is not None and available < wanted:
            self.suspended = True

    def _log_mount_free(self) -> tuple[int, int] | None:
        log, mounts = self.base.log, self.base.mounts
        if isinstance(log, Unknown) or isinstance(mounts, Unknown) or log.real_folder is None:
            return None
        point = self._mount_of(log.real_folder)
        mount = next((mount for mount in reversed(mounts) if mount.mount_point == point), None)
        if mount is None or mount.size_bytes is None or mount.free_bytes is None:
            return None
        return mount.size_bytes, mount.available_bytes if mount.available_bytes is not None else mount.free_bytes

    def _conf(self) -> AuditdConf:
        content = self.content(AUDITD_CONF)
        if self._parsed is None or self._parsed[0] != content:
            self._parsed = (content, parse_conf(content, audit_version=self.base.names.audit_version))
        return self._parsed[1]

    def _next_pid(self) -> int:
        self._last_pid += 1
        return self._last_pid

    def _make_kernel(self) -> SimulatedKernel | None:
        status, rules = self.base.audit_status, self.base.kernel_rules
        if isinstance(status, Unknown) or isinstance(rules, Unknown):
            return None
        return SimulatedKernel(
            rules,
            status,
            self.base.names,
            self.is_directory,
            self.location,
            self._rule_changed,
        )

    def _rule_changed(self, op: str, rule: Rule) -> None:
        if self.writes_log():
            self.log.rule_changed(op, rule.keys, self.clock)

    # --- time --------------------------------------------------------------------------------------------------------------

    def pass_time(self, seconds: float) -> None:
        """Move the clock; the host does its usual work meanwhile, and what the rules record of it comes into the log."""
        if self.kernel is not None and self.writes_log():
            taken: dict[Event, Rule | None] = {}
            for moment, event in self._activity.events(self.clock, seconds):
                if event not in taken:
                    taken[event] = self._taking(event.path, event.access, event.pid, success=True)
                rule = taken[event]
                if rule is not None:
                    self.log.access(replace(event, keys=rule.keys), moment)
        self.clock += seconds

    # --- facts -------------------------------------------------------------------------------------------------------------

    def facts(self, interest: Interest) -> HostFacts:
        """The host as it is now."""
        facts = self.base
        rules: tuple[Rule, ...] | Unknown = facts.kernel_rules
        status: AuditStatus | Unknown = facts.audit_status
        if self.kernel is not None:
            rules, status = self.kernel.rules, self.kernel.status
        rules_dir = facts.rules_dir if isinstance(facts.rules_dir, Unknown) else self.rules_dir()
        paths = {*facts.paths, *interest.paths, *self.files}
        if not isinstance(rules, Unknown):
            paths.update(rule.path for rule in rules if rule.path is not None)
        return replace(
            facts,
            taken_at=self.clock,
            audit_status=status,
            kernel_rules=rules,
            rules_dir=rules_dir,
            audit_rules=facts.audit_rules if isinstance(facts.audit_rules, Unknown) else self.files.get(AUDIT_RULES),
            auditd_conf=facts.auditd_conf if isinstance(facts.auditd_conf, Unknown) else self.files.get(AUDITD_CONF),
            log=self._log_facts(),
            paths={path: self.path(path) for path in sorted(paths)},
            units={name: facts.units.get(name, UnitFacts(name, None)) for name in sorted({*facts.units, *interest.units})},
            files={path: self._file(path) for path in sorted({*facts.files, *interest.files})},
            processes=self._processes(),
            source="demo",
        )

    def _file(self, path: str) -> FileFacts | Unknown | None:
        told = self.base.files.get(path)
        return told if isinstance(told, Unknown) else self.files.get(path)

    def _processes(self) -> tuple[Process, ...]:
        others = tuple(process for process in self.base.processes if process.name != "auditd")
        if not self.daemon_pid:
            return others
        before = next((process for process in self.base.processes if process.name == "auditd"), None)
        started = self._started if self._started is not None else before.started if before is not None else 0.0
        return tuple(sorted((*others, Process(self.daemon_pid, "auditd", "/usr/sbin/auditd", started)), key=lambda one: one.pid))

    def _log_facts(self) -> LogFacts | Unknown:
        log = self.base.log
        if isinstance(log, Unknown) or not log.files:
            return log
        first, *rest = log.files
        return replace(log, files=(self.log.file(first, self.clock), *rest))

    def _log_size(self) -> int:
        log = self.base.log
        return log.files[0].size if not isinstance(log, Unknown) and log.files else 0


def _entries(facts: HostFacts) -> Iterator[FileFacts]:
    if not isinstance(facts.rules_dir, Unknown):
        yield from facts.rules_dir
    for entry in (facts.audit_rules, facts.auditd_conf, *facts.files.values()):
        if isinstance(entry, FileFacts):
            yield entry


def _parents(path: str) -> Sequence[str]:
    """The directories above *path*, nearest first."""
    found = []
    while path not in ("/", ""):
        path = path.rpartition("/")[0] or "/"
        found.append(path)
    return found
