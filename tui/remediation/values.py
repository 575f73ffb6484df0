"""The values that pass from verdict to proof: Finding, Plan, run events. Plain data; the verbs are in the files beside this one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tui.audit.rule import Rule
from tui.host.host import ProbeResult
from tui.text import clean_bytes

Result = Literal["pass", "fail", "notapplicable", "unknown", "error", "fixed"]
State = Literal[
    "notapplicable",
    "unknown",
    "unaudited",
    "pending-reboot",
    "not-loaded",
    "blind",
    "shadowed",
    "partial",
    "not-persistent",
    "audited",
]
RESULT_OF: Mapping[State, Result] = {
    "notapplicable": "notapplicable",
    "unknown": "unknown",
    "audited": "pass",
    **dict.fromkeys(("unaudited", "pending-reboot", "not-loaded", "blind", "shadowed", "partial", "not-persistent"), "fail"),
}
"""The XCCDF 1.2 result that goes with each state."""

Level = Literal["audited", "partial", "unaudited"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence in the reader's words; ``id`` leads to its longer explanation, ``fix`` says what to do ("" where nothing is)."""

    id: str
    text: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule that touches the audited path: where it stands, as auditctl would print it, and what it does here."""

    source: Literal["kernel", "rules.d", "audit.rules"]
    text: str
    effect: str
    position: int | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class RealPath:
    """Where the object of a control really is, if not at the named path, and how well that is audited."""

    path: str
    coverage: Mapping[str, Level]


@dataclass(frozen=True, slots=True)
class Offer:
    """Other lines for the same control that record less; ``text`` says what is lost and what ``check`` will call it."""

    id: str
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is true of one control on one host. ``coverage``, ``loaded``, ``on_disk``, ``benchmark_audit`` are None for
    notapplicable and unknown."""

    control: str
    slug: str
    title: str
    path: str
    kind: str
    state: State
    coverage: Mapping[str, Level] | None
    loaded: bool | None
    on_disk: bool | None
    benchmark_audit: bool | None
    reasons: tuple[Reason, ...]
    rules: tuple[RuleLine, ...] = ()
    real_path: RealPath | None = None
    wanted: tuple[str, ...] = ()
    """The rules-file lines that would make the control pass here, in order."""
    wanted_notes: tuple[str, ...] = ()
    """Where one of them differs from the benchmark's own line: how, and why."""
    real_lines: tuple[str, ...] = ()
    """The further lines that watch the object where it really is."""
    benchmark_line: str = ""
    """The line that the benchmark's grep, and scanners like it, look for."""
    offers: tuple[Offer, ...] = ()
    """Quieter rules, where the control's own are a flood."""
    hindrances: tuple[RuleLine, ...] = ()
    """The lines on disk that take this path's events (``never``) or blind all of auditing."""

    @property
    def result(self) -> Result:
        """The XCCDF result of the state."""
        return RESULT_OF[self.state]


@dataclass(frozen=True, slots=True)
class Switches:
    """What the user chose about a plan; the names are those of the command line."""

    real_paths: bool = False
    benchmark_lines: bool = False
    adopt: bool = False
    drop_kernel_only: bool = False
    no_restart: bool = False


def unified_diff(path: str, before: bytes, after: bytes) -> str:
    """The unified diff of two contents of *path*, cleaned for showing; a missing last newline is said as diff(1) says it."""
    import difflib

    def lines(data: bytes) -> list[str]:
        # Split at LF alone: str.splitlines would also split at CR, form feeds and Unicode separators.
        return [clean_bytes(line) for line in data.split(b"\n")]

    old, new = lines(before), lines(after)
    tails = [part.pop() for part in (old, new)]
    for part, tail in zip((old, new), tails, strict=True):
        if tail:
            part.append(tail + "\n\\ No newline at end of file")
    return "\n".join(difflib.unified_diff(old, new, path, path, lineterm=""))


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of the plan, before and after (None: absent). ``uid``, ``gid``, ``mode`` are what the file will have."""

    path: str
    before: bytes | None
    after: bytes | None
    mode: int = 0o640
    uid: int = 0
    gid: int = 0

    @property
    def sha256_before(self) -> str | None:
        """Hex digest, None for an absent file."""
        return None if self.before is None else hashlib.sha256(self.before).hexdigest()

    @property
    def sha256_after(self) -> str | None:
        """Hex digest, None for an absent file."""
        return None if self.after is None else hashlib.sha256(self.after).hexdigest()

    @property
    def diff(self) -> str:
        """The unified diff, cleaned; "" where nothing changes."""
        return unified_diff(self.path, self.before or b"", self.after or b"")


@dataclass(frozen=True, slots=True)
class Command:
    """A program the run will start, and why; ``step`` is the run's step it belongs to."""

    argv: tuple[str, ...]
    why: str
    step: Literal["load", "restart"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning with this host's figures; ``id`` leads to its longer explanation, ``advice`` is ready to copy."""

    id: str
    text: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why nothing will be done, and the way out; ``file`` and ``line`` where a line of the host is the cause."""

    id: str
    text: str
    way_out: str
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class KernelOnly:
    """A loaded rule that is on no disk: its text for auditctl, and whether a rule from disk will now come before it."""

    rule: Rule
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class LogSummary:
    """The figures of ``plan --json``'s ``log``; None where the host did not tell. Bytes."""

    bounded: bool | None
    max_bytes: int | None
    action: str | None
    folder: str | None
    mount: str | None
    separate: bool | None
    free_bytes: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one run would do, made from findings and host facts alone."""

    benchmark: str
    findings: tuple[Finding, ...]
    switches: Switches
    files: tuple[FileChange, ...]
    compiled_before: bytes
    compiled_after: bytes
    expected: tuple[Rule, ...]
    """The rules the kernel must hold after the run, in order, kernel-only ones included (empty where the kernel is immutable)."""
    kernel_only: tuple[KernelOnly, ...]
    commands: tuple[Command, ...]
    warnings: tuple[Notice, ...]
    blockers: tuple[Blocker, ...]
    log: LogSummary
    basis: str
    """Digest of all facts the plan was made from: a run starts only where the host still gives the same."""
    pending_reboot: bool = False
    reload_seconds: float = 0.0
    """How long the load leaves the host without rules, estimated for its number of rules."""

    @property
    def is_empty(self) -> bool:
        """Nothing to do: no file changes and no command is needed."""
        return not self.files and not self.commands

    @property
    def compiled_diff(self) -> str:
        """The unified diff of /etc/audit/audit.rules as it is and as augenrules will write it, cleaned."""
        return unified_diff("/etc/audit/audit.rules", self.compiled_before, self.compiled_after)


StepState = Literal["waiting", "running", "done", "failed", "undone", "skipped"]
Outcome = Literal["proved", "nothing-to-do", "not-proved", "pending-reboot", "blocked", "rolled-back", "broken"]
EXIT_OF_OUTCOME: Mapping[Outcome, int] = {
    "proved": 0,
    "nothing-to-do": 0,
    "not-proved": 1,
    "pending-reboot": 1,
    "blocked": 3,
    "rolled-back": 4,
    "broken": 5,
}
"""The exit status of ``apply``, ``undo`` and ``rehearse``."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run as it stands; ``seconds`` is wall time, ``message`` what became true or what the host says."""

    name: str
    title: str
    state: StepState = "waiting"
    seconds: float = 0.0
    message: str = ""


@dataclass(frozen=True, slots=True)
class StepChanged:
    """An event of a run: step ``index`` of ``total`` is now as ``step`` says."""

    index: int
    total: int
    step: Step


@dataclass(frozen=True, slots=True)
class Output:
    """An event of a run: cleaned text from the running command."""

    text: str


RunEvent = StepChanged | Output


@dataclass(frozen=True, slots=True)
class RunReport:
    """How a run ended. ``run`` is its identifier ("" where none was begun); ``message`` says what is true now; ``mend`` are
    the commands
    that repair by hand what could not be rolled back; ``report`` and ``backup`` are absolute paths."""

    run: str
    outcome: Outcome
    headline: str
    message: str
    steps: tuple[Step, ...] = ()
    before: tuple[Finding, ...] = ()
    after: tuple[Finding, ...] = ()
    probes: tuple[ProbeResult, ...] = ()
    mend: tuple[str, ...] = ()
    report: str | None = None
    backup: str | None = None
    undoable: bool = False
    """The run left a change that ``undo`` can take back."""

    @property
    def exit_code(self) -> int:
        """The exit status of the command line for this outcome."""
        return EXIT_OF_OUTCOME[self.outcome]
