"""Intent: what one run sets out to do and everything it replaces; the value that the journal keeps and a rollback goes by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.rule.value import Rule
from tui.base.dataclass import dataclass, field
from tui.base.typing import Literal
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, FileFacts, HostFacts
from tui.plan.values import FileChange, FileState, Plan, state_of
from tui.verdict.audit_daemon import daemon_name
from tui.verdict.question import Question

RunKind = Literal["apply", "undo", "rehearse"]

Argv = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Intent:
    """Everything a run will do, and the state of the host that a rollback must bring back.

    ``files`` are those that we write ourselves; ``compiled`` and ``previous`` are audit.rules and audit.rules.prev, which
    augenrules rewrites, as they were before. ``kernel_before`` and ``expected`` are the kernel's rules in its order;
    ``put_back`` are those of ``expected`` that no file on disk brings. ``new_lines`` must stand in audit.rules after the load.
    ``load`` None: nothing is loaded (immutable kernel). ``daemon_pid`` 0: no daemon was up. ``start`` brings a dead auditd up.
    ``locks``: the load makes the kernel immutable, so it comes last and each rule is loaded by itself and proved before it.
    ``settings`` are the fields of the audit status that the load changes, with their new values. ``needs_load`` says why auditd
    would not come back from a restart after a load that exits 1 ("" where it would).
    ``rules_dir`` maps the names in rules.d to SHA-256, before the run.
    """

    kind: RunKind
    benchmark: str
    controls: tuple[str, ...]
    files: tuple[FileChange, ...]
    compiled: FileState | None
    previous: FileState | None
    new_lines: tuple[bytes, ...]
    kernel_before: tuple[Rule, ...]
    expected: tuple[Rule, ...]
    put_back: tuple[Rule, ...]
    status: AuditStatus
    auditctl: str
    load: Argv | None
    restart: tuple[Argv, ...]
    start: Argv | None
    rules_dir: Mapping[str, str] = field(default_factory=dict)
    pending_reboot: bool = False
    locks: bool = False
    settings: Mapping[str, int] = field(default_factory=dict)
    tells_settings: bool = True
    """Whether ``settings`` is all that the load changes: a journal of a version that kept none does not tell."""
    needs_load: str = ""
    undoes: str | None = None
    undoes_all: tuple[str, ...] = ()
    """The runs that an undo of all takes back, the newest first."""
    daemon: str = "auditd"
    """The name of the daemon that was registered, as :func:`tui.verdict.audit_daemon.daemon_name` has it."""

    @property
    def daemon_pid(self) -> int:
        """The audit daemon's process id before the run, 0 where none was registered with the kernel."""
        return self.status.pid

    @property
    def paths(self) -> frozenset[str]:
        """Every file that the run may change, by itself or through augenrules."""
        return frozenset(change.path for change in self.files) | {AUDIT_RULES, AUDIT_RULES_PREV}

    @property
    def added(self) -> tuple[Rule, ...]:
        """The rules that the kernel lacks before and must hold after."""
        before = frozenset(self.kernel_before)
        return tuple(rule for rule in self.expected if rule not in before)


def file_in(facts: HostFacts, path: str) -> FileFacts | None:
    """The file *path* as *facts* have it; None: absent. Raises OSError where it could not be read."""
    if path == AUDIT_RULES:
        found = facts.audit_rules
    elif path in facts.files:
        found = facts.files[path]
    elif isinstance(facts.rules_dir, Unknown):
        found = facts.rules_dir
    else:
        found = next((entry for entry in facts.rules_dir if entry.path == path), None)
    if isinstance(found, Unknown):
        raise OSError(f"{path} could not be read: {found.reason}")
    return found


def digests(entries: Iterable[FileFacts]) -> dict[str, str]:
    """The files of rules.d by path, each with the SHA-256 of its content ("" for what has none)."""
    return {entry.path: "" if entry.content is None else hashlib.sha256(entry.content).hexdigest() for entry in entries}


def start_command(facts: HostFacts) -> Argv | None:
    """What brings up an auditd that is down, None where another daemon takes the records: that one is not ours to start."""
    return facts.programs.start_daemon() if facts.other_daemon is None else None


def intent_of(question: Question, plan: Plan, facts: HostFacts) -> Intent:
    """What carrying out *plan* on the host of *facts* means to do. Raises OSError where the audit state cannot be read."""
    if isinstance(facts.audit_status, Unknown) or isinstance(facts.kernel_rules, Unknown) or isinstance(facts.rules_dir, Unknown):
        raise OSError("the audit state cannot be read")
    load = next((command.argv for command in plan.commands if command.step == ("lock" if plan.locks else "load")), None)
    failing = [finding.control for finding in plan.findings if finding.result == "fail"]
    expected = plan.expected if plan.commands else facts.kernel_rules
    kept = frozenset(expected)
    old_lines = frozenset(plan.compiled_before.split(b"\n"))
    return Intent(
        kind="apply",
        benchmark=question.benchmark,
        controls=tuple(failing or [finding.control for finding in plan.findings]),
        files=plan.files,
        compiled=state_of(file_in(facts, AUDIT_RULES)),
        previous=state_of(file_in(facts, AUDIT_RULES_PREV)),
        new_lines=tuple(line for line in plan.compiled_after.split(b"\n") if line and line not in old_lines) if load else (),
        kernel_before=facts.kernel_rules,
        expected=expected,
        # What the lock will cost is kept up to it: until then everything can be taken back.
        put_back=tuple(only.rule for only in plan.kernel_only if only.rule in kept or plan.locks) if plan.commands else (),
        status=facts.audit_status,
        auditctl=facts.programs.auditctl or "/sbin/auditctl",
        load=load,
        restart=tuple(command.argv for command in plan.commands if command.step == "restart"),
        start=start_command(facts),
        rules_dir=digests(facts.rules_dir),
        pending_reboot=plan.pending_reboot,
        daemon=daemon_name(facts),
        locks=plan.locks,
        settings=plan.settings,
        needs_load=plan.needs_load,
    )
