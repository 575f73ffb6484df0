"""The changing state of a simulated host: its files, kernel, audit daemon, log and clock, and HostFacts of it at any moment."""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.inputs import AuditStatus, PathFacts, Unknown
from tui.audit.log.conf import AuditdConf, parse_conf
from tui.audit.log.partition import mount_of
from tui.audit.rule.value import Rule
from tui.base.dataclass import replace
from tui.base.paths import within
from tui.host.facts import AUDIT_RULES, AUDITD_CONF, FileFacts, HostFacts, Interest, LogFacts, Process, UnitFacts
from tui.host.kernel_line import NO_AUDIT, backlog_at_boot, next_words, on_from_the_start, switched_off
from tui.host.reading.named_paths import paths_in_text, paths_of_rules
from tui.host.reading.paths import with_ends
from tui.host.recorder import active_plugins
from tui.host.scenario import RecordedAccess
from tui.host.simulated.activity import Activity, past_events
from tui.host.simulated.files import SimulatedFiles
from tui.host.simulated.kernel import AccessAttempt, SimulatedKernel
from tui.host.simulated.log import SYSCALL_OF, Event, SimulatedLog
from tui.host.start_needs import needs_load

_PIDS_APART = 37
"""How far the pids of one boot are from those of the boot before, and of what comes later from those of what a boot starts."""
UPTIME = 86_400.0
"""Seconds for which a simulated host is up when it is first looked at."""


class SimulatedMachine(SimulatedFiles):
    """A host made from facts; everything is in memory and nothing of this machine is touched."""

    def __init__(self, facts: HostFacts, recorded: Sequence[RecordedAccess] = ()) -> None:
        """*recorded* is what the log holds already."""
        super().__init__(facts)
        self.clock = facts.taken_at
        self.uptime = UPTIME
        self.boots = 1
        self.suspended = False
        """Whether auditd has stopped writing to its log (no space left, or a fault); the rules do not show it."""
        self._last_pid = max((process.pid for process in facts.processes), default=1000) + _PIDS_APART
        self._started: float | None = None
        self._parsed: tuple[bytes | None, AuditdConf] | None = None
        self.log = SimulatedLog(self._log_size(), past_events(recorded, facts.taken_at), self._inode_of)
        self.elsewhere = SimulatedLog(0, inode_of=self._inode_of)
        """What another recorder than auditd has written, wherever it writes."""
        self.kernel = self._make_kernel()
        self._without_audit: SimulatedKernel | None = None
        """The kernel that a boot with audit=0 has left out, for a later one without."""
        self._activity = Activity(facts)
        if self.daemon_pid:
            self._open_log()

    # --- kernel and daemon -------------------------------------------------------------------------------------------------

    @property
    def refuses_manual_stop(self) -> bool:
        """Whether systemd's unit of auditd may not be stopped by hand (RHEL and others)."""
        return self._unit_says(b"RefuseManualStop=yes")

    @property
    def masked(self) -> bool:
        """Whether systemd starts auditd's unit in no way."""
        unit = self.base.units.get("auditd.service")
        return unit is not None and unit.is_masked

    @property
    def requires_rules(self) -> bool:
        """Whether auditd does not start where its rules do not load (audit 4.0.0 to 4.0.2 under systemd)."""
        return bool(needs_load(self.base))

    def _unit_says(self, line: bytes) -> bool:
        unit = self.base.units.get("auditd.service")
        return unit is not None and any(line in (file.content or b"") for file in unit.files)

    @property
    def daemon_pid(self) -> int:
        """auditd's pid as the kernel knows it, 0 for none."""
        return self.kernel.status.pid if self.kernel is not None else 0

    @property
    def other_daemon(self) -> bool:
        """Whether a program that is not auditd takes the records: the kernel refuses every other daemon while it lives."""
        return any(process.pid == self.daemon_pid and not process.is_auditd for process in self.base.processes)

    @property
    def in_journal(self) -> bool:
        """Whether the systemd journal has the records, since no auditd is to run."""
        return self.kernel is not None and not self.daemon_pid and self.base.other_daemon is not None

    def access(self, path: str, access: str) -> tuple[int, Rule | None]:
        """Let a new process of root do *access* to *path*: its pid, and the rule by which it was recorded (None: it was not)."""
        pid = self._next_pid()
        rule = self._taking(path, access, pid, success=access == "r")
        if rule is None:
            return pid, None
        event = Event(path, access, pid, rule.keys)
        if self.hands_on():
            self.elsewhere.access(event, self.clock)
        if not self.writes_log():
            return pid, None
        self.log.access(event, self.clock)
        return pid, rule

    def hands_on(self) -> bool:
        """Whether what the kernel records reaches another recorder than auditd's log: another daemon, or an active plugin of auditd's."""
        if not self.daemon_pid:
            return self.in_journal
        if any(process.pid == self.daemon_pid and process.stopped for process in self.base.processes):
            return False
        return self.other_daemon or bool(active_plugins(self.base))

    def _taking(self, path: str, access: str, pid: int, *, success: bool) -> Rule | None:
        """The rule by which the kernel records the access, None where none does."""
        facts = self.path(path)
        if self.kernel is None or not isinstance(facts, PathFacts):
            return None
        return self.kernel.recorded(AccessAttempt(facts, access, SYSCALL_OF[access][1], success, pid))

    def writes_log(self) -> bool:
        """Whether what the kernel records reaches the log."""
        return bool(self.daemon_pid) and not self.other_daemon and not self.suspended and self._conf().settings.write_logs

    def stop_daemon(self) -> None:
        """End auditd; the kernel keeps its rules (AUDITD_CLEAN_STOP=no on Debian)."""
        if self.kernel is not None and self.daemon_pid and not self.other_daemon:
            if self.writes_log():
                self.log.daemon(
                    "DAEMON_END", f"op=terminate auid=0 uid=0 ses=4294967295 pid={self.daemon_pid} res=success", self.clock
                )
            self.kernel.status = replace(self.kernel.status, pid=0)

    def kill_daemon(self) -> None:
        """Kill auditd, without a word in the log."""
        if self.kernel is not None:
            self.kernel.status = replace(self.kernel.status, pid=0)

    def start_daemon(self) -> bool:
        """Start auditd; False where its configuration keeps it from starting."""
        if self.kernel is None or self.daemon_pid:
            return self.kernel is not None and not self.other_daemon
        conf = self._conf()
        if not conf.starts:
            return False
        pid = self._next_pid()
        self._started = self.uptime
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
        """Open the log as auditd does, which compares its thresholds with what is free when it opens the log: suspending at once is silent."""
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
        mount = mount_of(log.real_folder, mounts)
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
            self.lookup,
            self.location,
            self._rule_changed,
            lambda path: any(within(path.rstrip("/"), folder) for folder in self.hidden),
        )

    def _rule_changed(self, op: str, rule: Rule) -> None:
        if self.writes_log():
            self.log.rule_changed(op, rule.keys, self.clock)

    # --- a boot ------------------------------------------------------------------------------------------------------------

    def shut_down(self) -> Process | None:
        """End this boot and begin the next: its clock, the kernel's rules, settings, counters and event numbers are new, and no process runs.
        Returns the program other than auditd that had the records."""
        recorder = self.base.other_daemon if self.daemon_pid == 0 or self.other_daemon else None
        self.stop_daemon()
        self.boots += 1
        self.uptime = 0.0
        running = self.base.cmdline
        cmdline = next_words(self.base.boot, running) if isinstance(running, str) else running
        self.base = replace(self.base, cmdline=cmdline, processes=tuple(map(_anew, self.base.processes)))
        for log in (self.log, self.elsewhere):
            log.number_anew()
        words = cmdline if isinstance(cmdline, str) else ""
        self._turn_audit(off=bool(switched_off(words)))
        if self.kernel is not None:
            told = self.kernel.status.loginuid_immutable
            self.kernel.status = AuditStatus(
                int(on_from_the_start(words)),
                backlog_limit=backlog_at_boot(words) or 0,
                loginuid_immutable=None if told is None else False,
            )
            self.kernel.line("-D")
        elif isinstance(self.base.audit_status, AuditStatus):
            self.base = replace(self.base, audit_status=Unknown("What a boot makes of rules that are not known cannot be told."))
        auditd = next(
            (process.pid for process in self.base.processes if process.is_auditd), min(self._pids, default=600) - _PIDS_APART
        )
        self._last_pid = max(auditd - 1, 1)
        return recorder

    def _turn_audit(self, *, off: bool) -> None:
        """Have a kernel without audit in it where the boot is *off* (audit=0), which answers no question about it; else the one before that."""
        if off and self.kernel is not None:
            self._without_audit, self.kernel = self.kernel, None
            status, rules = (
                Unknown(f"{what} could not be read: {NO_AUDIT}.") for what in ("The audit status", "The loaded audit rules")
            )
            self.base = replace(self.base, audit_status=status, kernel_rules=rules)
        elif not off and self._without_audit is not None:
            self.kernel, self._without_audit = self._without_audit, None

    def start_services(self, recorder: Process | None) -> None:
        """Start what a boot starts behind auditd: every other process that ran before it, in their order, from the program that lies on disk
        now; *recorder* is the one of them that the kernel is to hand its records."""
        others = sorted(
            (process for process in self.base.processes if not process.is_auditd), key=lambda one: (one.started, one.pid)
        )
        started = {process.pid: self.uptime + number for number, process in enumerate(others, 1)}
        self.base = replace(
            self.base,
            processes=tuple(replace(each, started=started.get(each.pid, each.started)) for each in self.base.processes),
        )
        self._last_pid = max((*self._pids, self.daemon_pid, self._last_pid)) + _PIDS_APART
        self._activity = Activity(self.base)
        if self.kernel is not None and recorder is not None:
            # A copy of the records goes to whoever listens; the others register as the one whom the kernel hands them.
            pid = 0 if recorder.dropped is not None else _anew(recorder).pid
            self.kernel.status = replace(self.kernel.status, enabled=max(1, self.kernel.status.enabled), pid=pid)

    @property
    def _pids(self) -> tuple[int, ...]:
        return tuple(process.pid for process in self.base.processes)

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
        self.uptime += seconds

    # --- facts -------------------------------------------------------------------------------------------------------------

    def facts(self, interest: Interest) -> HostFacts:
        """The host as it is now."""
        facts = self.base
        rules: tuple[Rule, ...] | Unknown = facts.kernel_rules
        status: AuditStatus | Unknown = facts.audit_status
        if self.kernel is not None:
            rules, status = self.kernel.rules, self.kernel.status
        rules_dir = facts.rules_dir if isinstance(facts.rules_dir, Unknown) else self.rules_dir()
        on_disk = [entry.content for entry in self.rules_dir() if entry.content]
        paths = {*facts.paths, *interest.paths, *self.files, *paths_of_rules(rules), *paths_in_text(on_disk)}
        return replace(
            facts,
            taken_at=self.clock,
            audit_status=status,
            kernel_rules=rules,
            rules_dir=rules_dir,
            audit_rules=facts.audit_rules if isinstance(facts.audit_rules, Unknown) else self.files.get(AUDIT_RULES),
            auditd_conf=facts.auditd_conf if isinstance(facts.auditd_conf, Unknown) else self.files.get(AUDITD_CONF),
            log=self._log_facts(),
            paths=with_ends(self._look(paths), self._look),
            units={name: facts.units.get(name, UnitFacts(name, None)) for name in sorted({*facts.units, *interest.units})},
            files={path: self._file(path) for path in sorted({*facts.files, *interest.files})},
            processes=self._processes(),
            source="demo",
        )

    def _look(self, paths: set[str]) -> dict[str, PathFacts | Unknown]:
        return {path: self.path(path) for path in sorted(paths)}

    def _file(self, path: str) -> FileFacts | Unknown | None:
        told = self.base.files.get(path)
        return told if isinstance(told, Unknown) else self.files.get(path)

    def _processes(self) -> tuple[Process, ...]:
        others = tuple(process for process in self.base.processes if process.name != "auditd")
        if not self.daemon_pid or self.other_daemon:
            return others
        before = next((process for process in self.base.processes if process.name == "auditd"), None)
        started = self._started if self._started is not None else before.started if before is not None else 0.0
        return tuple(
            sorted((*others, Process(self.daemon_pid, "auditd", "/usr/sbin/auditd", started, uid=0)), key=lambda one: one.pid)
        )

    def _log_facts(self) -> LogFacts | Unknown:
        log = self.base.log
        if isinstance(log, Unknown) or not log.files:
            return log
        first, *rest = log.files
        return replace(log, files=(self.log.file(first, self.clock), *rest))

    def _inode_of(self, path: str) -> tuple[int, int] | None:
        what = self.path(path)
        if not isinstance(what, PathFacts) or what.device is None or what.inode is None:
            return None
        return what.device, what.inode

    def _log_size(self) -> int:
        log = self.base.log
        return log.files[0].size if not isinstance(log, Unknown) and log.files else 0


def _anew(process: Process) -> Process:
    """*process* as the next boot has it: with another pid, running, from the program on disk, and with nothing lost."""
    exe = process.exe.removesuffix(" (deleted)") if process.exe is not None else None
    dropped = None if process.dropped is None else 0
    return replace(process, pid=process.pid + _PIDS_APART, exe=exe, stopped=False, dropped=dropped)
