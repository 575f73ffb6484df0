"""What a plan is made of: Plan, with its file changes, commands, warnings and blockers. Plain data.

difflib and hashlib are imported where a diff or a digest is asked for: a demo's and a walk's first screens need neither.
"""

from __future__ import annotations

from collections.abc import Mapping

from tui.audit.log.warning_words import LogWarningKind
from tui.audit.rule.value import Rule
from tui.audit.rules_d.hazards import HazardKind
from tui.base.cleaning import clean_bytes
from tui.base.dataclass import dataclass, field
from tui.base.notice import Notice
from tui.base.typing import Literal
from tui.host.facts import FileFacts
from tui.verdict.values import BootKind, Finding

WORD, LOCK_WORD = "yes", "lock"
"""What is typed before anything is changed; and before a change that nothing but a boot can take back."""
EffectKind = Literal[
    "panic-on-loss",
    "silent-on-loss",
    "no-panic-on-loss",
    "turns-off",
    "rate-limited",
    "smaller-queue",
    "shorter-wait",
    "login-ids-fixed",
]
"""What a setting in the rules does to the machine as soon as it is loaded."""
WarningKind = Literal[
    LogWarningKind,
    HazardKind,
    EffectKind,
    BootKind,
    "menu-without-audit",
    "menu-untold",
    "boot-loses-records",
    "log-figures",
    "log-unread",
    "locks",
    "kernel-only-lost",
    "no-load",
    "immutable",
    "rules-not-kept",
    "other-daemon",
    "would-stay-blind",
    "reload-window",
    "restart-gap",
    "starts-auditd",
    "loaded-besides",
    "kernel-only",
    "kernel-only-dropped",
    "kernel-only-order",
    "docker-rules-hard-link",
    "merged",
    "taken-out",
    "load-stops-behind",
    "line-skipped",
    "line-refused",
    "differs-from-benchmark",
    "flood",
    "flood-stops-host",
    "flood-ends-recording",
    "flood-fills-disk",
    "moves-away",
    "quieter-rules",
    "real-path",
]
"""What a warning of a plan is about; each kind has its explanation."""
StayKind = Literal[
    "would-stay-unaudited",
    "would-stay-blind",
    "would-stay-shadowed",
    "would-stay-partial",
    "would-stay-not-persistent",
]
"""The state that a control would have after the run."""
OnDiskKind = Literal[
    "unaudited-on-disk",
    "blind-on-disk",
    "shadowed-on-disk",
    "partial-on-disk",
    "not-persistent-on-disk",
]
"""The state that a line on disk, which is not ours to change, would leave a control in."""
BlockerKind = Literal[
    StayKind,
    OnDiskKind,
    BootKind,
    "unfinished-run",
    "unit-masked",
    "unknown",
    "foreign-files",
    "declared-rules",
    "not-root",
    "no-audit-tools",
    "read-only",
    "docker-rules-link",
    "docker-rules-kind",
    "docker-rules-owner",
    "audit-rules-owner",
    "audit-rules-link",
    "audit-rules-kind",
    "no-rules-folder",
    "rules-folder-owner",
    "immutable-file",
    "only-in-audit-rules",
    "line-refused",
    "endless-entry",
    "load-would-stop",
    "load-would-lock",
    "lock-unproved",
    "deleted-on-disk",
    "kernel-only-unsayable",
    "restart-needs-load",
    "restart-hides",
    "restart-loads-else",
    "no-restart-way",
    "auditd-would-not-start",
    "restart-stops-host",
]
"""What stands in a plan's way; each kind has its explanation."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What the user chose about a plan; the names are those of the command line."""

    benchmark_lines: bool = False
    adopt: bool = False
    drop_kernel_only: bool = False
    no_restart: bool = False
    no_load: bool = False
    lock: bool = False


def unified_diff(path: str, before: bytes, after: bytes) -> str:
    """The unified diff of two contents of *path*, cleaned for showing; a missing last newline is said as diff(1) says it."""
    import difflib

    def lines(data: bytes) -> list[str]:
        # Split at LF alone: str.splitlines would also split at CR, form feeds and Unicode separators.
        return [clean_bytes(line) for line in data.split(b"\n")]

    old, new = lines(before), lines(after)
    tails = [part.pop() for part in (old, new)]
    for part, tail in zip((old, new), tails):
        if tail:
            part.append(tail + "\n\\ No newline at end of file")
    return "\n".join(difflib.unified_diff(old, new, path, path, lineterm=""))


@dataclass(frozen=True, slots=True)
class FileState:
    """A regular file as it was or shall be: content, permission bits, owner."""

    content: bytes
    mode: int = 0o640
    uid: int = 0
    gid: int = 0

    @property
    def sha256(self) -> str:
        """Hex digest of the content."""
        import hashlib

        return hashlib.sha256(self.content).hexdigest()


def state_of(facts: FileFacts | None) -> FileState | None:
    """The state of a file that was read; None where there is none or it is no regular file with content."""
    if facts is None or facts.content is None:
        return None
    return FileState(facts.content, facts.mode, facts.uid, facts.gid)


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that a plan changes or a run replaces, from state to state; None: absent."""

    path: str
    before: FileState | None
    after: FileState | None

    @property
    def contents(self) -> tuple[bytes | None, bytes | None]:
        """The content before and after; None: absent."""
        before, after = (state.content if state else None for state in (self.before, self.after))
        return before, after

    @property
    def sha256_before(self) -> str | None:
        """Hex digest, None for an absent file."""
        return self.before.sha256 if self.before else None

    @property
    def sha256_after(self) -> str | None:
        """Hex digest, None for an absent file."""
        return self.after.sha256 if self.after else None

    @property
    def diff(self) -> str:
        """The unified diff, cleaned; "" where nothing changes."""
        return unified_diff(self.path, *(content or b"" for content in self.contents))


CommandStep = Literal["load", "restart", "lock"]
"""The steps of a run that start a program."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program the run will start, and why; ``step`` is the run's step it belongs to."""

    argv: tuple[str, ...]
    why: str
    step: CommandStep


@dataclass(frozen=True, slots=True)
class KernelOnly:
    """A loaded rule that is on no disk: its text for auditctl, and whether a rule from disk will now come before it."""

    rule: Rule
    text: str
    note: str = ""


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
    warnings: tuple[Notice[WarningKind], ...]
    blockers: tuple[Notice[BlockerKind], ...]
    facts_digest: Mapping[str, str]
    """The digest of each part of the host that the plan was made from: a run starts only where the host still gives the same."""
    pending_reboot: bool = False
    reload_seconds: float = 0.0
    """How long the load leaves the host without rules, estimated for its number of rules; 0.0 where none is loaded now."""
    load_deletes: int = 0
    """How many loaded rules the load deletes first, which is what takes the time."""
    consequences: tuple[str, ...] = ()
    """What the run does to the machine besides its rules, one sentence each, to be read again before the word is typed."""
    settings: Mapping[str, int] = field(default_factory=dict)
    """The kernel's audit settings that the load changes, with their new values; the names are those of AuditStatus."""
    needs_load: str = ""
    """Why auditd would not come back from a restart if the load did not exit 0; "" where it would."""

    @property
    def locks(self) -> bool:
        """Whether the run makes the kernel's audit configuration immutable until the next boot, as its last change."""
        return any(command.step == "lock" for command in self.commands)

    @property
    def starts_auditd(self) -> bool:
        """Whether the restart starts a daemon that does not run, so that it loses no event."""
        return any(notice.kind == "starts-auditd" for notice in self.warnings)

    @property
    def word(self) -> str:
        """The word that is asked for before the plan is carried out: another one where nothing can be taken back afterwards."""
        return LOCK_WORD if self.locks else WORD

    @property
    def only_lock_blocks(self) -> bool:
        """Whether nothing stands in the way but that the load would lock the kernel, which can be agreed to."""
        return bool(self.blockers) and all("lock" in blocker.switches for blocker in self.blockers)

    @property
    def choices(self) -> tuple[str, ...]:
        """The switches that each lead past every blocker; none where something must be mended first, or where nothing blocks."""
        ways = self.blockers[0].switches if self.blockers else ()
        return tuple(name for name in ways if all(name in blocker.switches for blocker in self.blockers))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do: no file changes and no command is needed."""
        return not self.files and not self.commands

    @property
    def dropped(self) -> tuple[KernelOnly, ...]:
        """The rules that only the kernel has and that the load lets go, as the user chose, or as a load that locks does."""
        return self.kernel_only if (self.switches.drop_kernel_only or self.locks) and self.commands else ()

    @property
    def compiled_diff(self) -> str:
        """The unified diff of /etc/audit/audit.rules as it is and as augenrules will write it, cleaned."""
        return unified_diff("/etc/audit/audit.rules", self.compiled_before, self.compiled_after)
