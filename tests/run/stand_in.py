"""A small host and a small question for the tests of a run: one control, planned in a few lines, so that a run is tested by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tui.audit.inputs import AuditStatus, LogFile, Mount, Names, PathFacts
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.text import unambiguous
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import RulesFile
from tui.audit.rules_d.compiled import compile_rules
from tui.base.notice import Notice
from tui.controls.catalogue import load_catalogue
from tui.controls.control import Control
from tui.host.facts import (
    AUDIT_RULES,
    AUDIT_RULES_PREV,
    AUDITD_CONF,
    DOCKER_RULES,
    FileFacts,
    HostFacts,
    Identity,
    Interest,
    LogFacts,
    Privileges,
    Process,
    Programs,
)
from tui.host.scenario import Fault
from tui.host.simulated.host import SimulatedHost
from tui.plan.digest import facts_digest
from tui.plan.load_effects import changed_settings
from tui.plan.values import Command, FileChange, FileState, KernelOnly, Plan, Switches, state_of
from tui.run import kernel_rules
from tui.verdict.disk import read_disk
from tui.verdict.values import Finding, Waiver

PATH = "/usr/bin/containerd"
LINE = b"-w /usr/bin/containerd -k docker\n"
NAMES = Names({"root": 0}, {"root": 0}, "mawk", "3.0.9")
LOAD = ("/usr/sbin/augenrules", "--load")
RESTART = ("/usr/sbin/service", "auditd", "restart")
THEIRS = b"# ours since 2019\n-w /etc/passwd -p wa -k identity\n-w /etc/shadow -p wa -k identity\n"
DOCKER_BEFORE = b"## by hand\n-w /etc/docker -p wa -k docker\n"
CONF = b"log_file = /var/log/audit/audit.log\nmax_log_file = 8\nnum_logs = 5\nspace_left = 75\nadmin_space_left = 50\n"
FOLDER = "/etc/audit/rules.d/"


def rule(text: str) -> Rule:
    line = parse_line(text, NAMES)
    assert isinstance(line, AddRule)
    return line.rule


AGENT = rule("-w /etc/hostname -p wa -k agent")
OURS = rule(LINE.decode().strip())


def compiled(files: Iterable[FileFacts]) -> tuple[bytes, tuple[Rule, ...]]:
    entries = [RulesFile(entry.path.rpartition("/")[2], entry.content) for entry in files]
    whole = compile_rules(sorted(entries, key=lambda entry: entry.name), NAMES)
    lines = (parse_line(line.text, NAMES) for line in whole.lines)
    return whole.text, tuple(line.rule for line in lines if isinstance(line, AddRule))


def facts(docker: bytes | None = DOCKER_BEFORE, kernel_only: tuple[Rule, ...] = (AGENT,), **changes: object) -> HostFacts:
    """A host with foreign rules on disk, and one that only the kernel has."""
    files = [
        FileFacts(FOLDER + "10-base.rules", "file", b"-D\n-b 8192\n-f 1\n"),
        FileFacts(FOLDER + "50-theirs.rules", "file", THEIRS, 0o600),
    ]
    if docker is not None:
        files.append(FileFacts(DOCKER_RULES, "file", docker, 0o644, 0, 0))
    text, rules = compiled(files)
    host = HostFacts(
        Identity("web-01", "debian", "12", "Debian GNU/Linux 12 (bookworm)", "6.1.0-13-amd64"),
        Privileges(0),
        Programs("/usr/sbin/auditctl", "/usr/sbin/augenrules", "/usr/sbin/auditd", "/usr/sbin/ausearch", "/usr/sbin/service"),
        NAMES,
        1_800_000_000.0,
        AuditStatus(1, pid=811),
        (*rules, *kernel_only),
        tuple(files),
        FileFacts(AUDIT_RULES, "file", text),
        FileFacts(AUDITD_CONF, "file", CONF),
        "quiet",
        (Mount("/", "8:1", "ext4", size_bytes=10**10, free_bytes=5 * 10**9),),
        LogFacts("/var/log/audit", "/var/log/audit", (LogFile("audit.log", 1000, 1_800_000_000.0),)),
        {PATH: PathFacts(PATH, "file", "/usr/bin", 0o755, 0, 0, 1, 77, 1, None, PATH, "/")},
        processes=(Process(811, "auditd", "/usr/sbin/auditd", 4.0, uid=0),),
        source="demo",
    )
    return replace(host, **changes)


def _ended(before: bytes | None) -> bytes:
    if before is None:
        return b"\n"
    return before if not before or before.endswith(b"\n") else before + b"\n"


_CONTROLS = load_catalogue().find(["containerd"], "1.2.0")


@dataclass(frozen=True)
class StandIn:
    """Answers like a Question about one control: audited where the exact rule is loaded and on disk."""

    benchmark: str = "1.2.0"
    restart: bool = True
    named_paths: bool = False
    omitted: tuple[tuple[str, Waiver], ...] = ()

    @property
    def interest(self) -> Interest:
        return Interest(paths=frozenset({PATH}))

    @property
    def controls(self) -> tuple[Control, ...]:
        return _CONTROLS

    def findings(self, facts: HostFacts) -> tuple[Finding, ...]:
        if not isinstance(facts.kernel_rules, tuple) or not isinstance(facts.rules_dir, tuple):
            return (self._finding("unknown", facts),)
        loaded = OURS in facts.kernel_rules
        stored = OURS in compiled(facts.rules_dir)[1]
        if isinstance(facts.audit_status, AuditStatus) and facts.audit_status.enabled == 2 and stored and not loaded:
            return (self._finding("pending-reboot", facts),)
        state = {(True, True): "audited", (True, False): "not-persistent", (False, True): "not-loaded"}.get((loaded, stored))
        return (self._finding(state or "unaudited", facts),)

    def _finding(self, state: str, facts: HostFacts) -> Finding:
        level = "audited" if state == "audited" else "unaudited"
        known = None if state == "unknown" else state == "audited"
        levels = None if state == "unknown" else dict.fromkeys("rwxa", level)
        reasons = (Notice("because", f"It is {state}."),)
        return Finding("1.2.11", "containerd", "Audit containerd", PATH, "file", state, levels, known, known, known, reasons)

    def plan(self, facts: HostFacts, switches: Switches) -> Plan:
        assert isinstance(facts.rules_dir, tuple)
        assert isinstance(facts.kernel_rules, tuple)
        assert isinstance(facts.audit_status, AuditStatus)
        findings = self.findings(facts)
        entries = {entry.path: entry for entry in facts.rules_dir}
        old = entries.get(DOCKER_RULES)
        before = old.content if old else None
        after = before if before is not None and LINE in before else _ended(before) + LINE
        changes = (
            ()
            if after == before
            else (FileChange(DOCKER_RULES, state_of(old), replace(state_of(old) or FileState(b""), content=after)),)
        )
        entries[DOCKER_RULES] = replace(old or FileFacts(DOCKER_RULES), content=after)
        text, rules = compiled(entries.values())
        only = tuple(item for item in facts.kernel_rules if item not in rules)
        immutable = facts.audit_status.enabled == 2
        audited = findings[0].state == "audited"
        commands = [] if immutable or audited else [Command(LOAD, "loads", "load")]
        if commands and self.restart and not switches.no_restart:
            commands.append(Command(RESTART, "as asked", "restart"))
        audit_rules = facts.audit_rules
        return Plan(
            "1.2.0",
            findings,
            switches,
            changes,
            (audit_rules.content or b"") if isinstance(audit_rules, FileFacts) else b"",
            text,
            () if immutable else (*rules, *(() if switches.drop_kernel_only else only)),
            tuple(KernelOnly(item, unambiguous(item)) for item in only),
            tuple(commands),
            (),
            (),
            facts_digest(facts),
            pending_reboot=immutable and not audited,
            settings={effect.name: effect.after for effect in changed_settings(read_disk(facts).loaded, facts.audit_status)}
            if commands
            else {},
        )


QUESTION = StandIn()


def state(host: SimulatedHost) -> tuple[object, ...]:
    """What a run may change on *host*, read past every fault: the files, the one that augenrules keeps too, and the kernel's rules."""
    facts = SimulatedHost.read(host, QUESTION.interest | Interest(files=frozenset({AUDIT_RULES_PREV})))
    assert isinstance(facts.kernel_rules, tuple)
    return facts.rules_dir, facts.audit_rules, facts.files, kernel_rules.by_filter(facts.kernel_rules)


def host(start: HostFacts, *faults: Fault, folder: Path) -> SimulatedHost:
    return SimulatedHost(start, faults, state_folder=folder)
