"""What the parts of one run share: the host, the journal, the events to whoever watches, and every command that was run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.rule.value import Rule
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass, field
from tui.host.facts import HostFacts, Interest
from tui.host.port import CommandResult, Host
from tui.plan.values import FileState
from tui.plan.warnings import SECONDS_PER_DELETED
from tui.run import kernel_rules
from tui.run.journal.intent import Intent
from tui.run.journal.journal import Journal
from tui.run.taking_back.holding import Holding
from tui.run.taking_back.since import Moment, Since
from tui.run.values import Output, RunEvent

SHORT = 30.0
"""Seconds that one auditctl call may take."""

PATIENCE = 30.0
"""Seconds that auditd gets to register with the kernel after a restart."""

TICK = 0.25

Emit = Callable[[RunEvent], None]


class Watcher:
    """A watcher of a run, called with each event. One that fails (a closed terminal) does not stop it; one that is interrupted calls it off."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self.interrupted = False

    def __call__(self, event: RunEvent) -> None:
        """Pass *event* on. Never raises: what would be cut short is half a load, or half a rollback."""
        try:
            self._emit(event)
        except Exception:
            pass
        except BaseException:
            self.interrupted = True


@dataclass
class RunContext:
    """The context of one run under way: its host, its journal, its watcher and what it has learnt. ``interest`` is what each
    reading of the host asks for."""

    host: Host
    intent: Intent
    journal: Journal
    interest: Interest
    emit: Emit
    step: str = ""
    commands: list[tuple[str, float, CommandResult]] = field(default_factory=list)
    """The step that ran it, when it began (seconds since 1970), and what became of it."""

    wrote: set[str] = field(default_factory=set)
    """The files that this run has replaced."""
    foreign_rules: tuple[Rule, ...] = ()
    """Rules that somebody else has loaded since the run began, as far as they were seen; they are on no disk."""
    began: Moment = Moment(0.0, 0.0, "")
    """When the run began; a recovery's context is told when the run that it recovers did."""
    lost: Callable[[bool], tuple[Rule, ...]] = lambda _booted: ()
    """The rules from before the run that it may have deleted; a run under way that fails puts back whatever is missing."""
    compiled: bool = False
    """Whether the run may have had audit.rules compiled, before it was recovered."""
    since: Since | None = None
    """What has happened since the run began, once a rollback has looked."""
    holding: Holding | None = None
    """Which rules the kernel is to hold, once a rollback has looked."""
    settings_found: dict[str, int] | None = None
    """The kernel's audit settings, by the names of AuditStatus, once a rollback has looked."""
    taken_out: dict[str, FileState | None] = field(default_factory=dict)
    """What a rollback has made of the run's files."""
    restarted_from: int = 0
    """auditd's process id right before the restart."""
    restart_results: list[CommandResult] = field(default_factory=list)
    seen: HostFacts | None = None
    """The host as :meth:`read` found it last."""

    def __post_init__(self) -> None:
        self.watcher = Watcher(self.emit)
        self.began = moment(self.host)
        self.lost = lambda _booted: self.intent.kernel_before

    def read(self) -> HostFacts:
        """The host as it is now, with every file that the run may have changed."""
        self.seen = self.host.read(self.interest | Interest(files=self.intent.paths))
        return self.seen

    def rules(self, facts: HostFacts | None = None) -> tuple[Rule, ...]:
        """The kernel's rules. Raises OSError where they cannot be read."""
        found = (facts or self.host.read(Interest())).kernel_rules
        if isinstance(found, Unknown):
            raise OSError(f"the kernel's rules could not be read: {found.reason}")
        return found

    def remember_foreign_rules(self, facts: HostFacts) -> None:
        """Remember the rules that somebody else has loaded, right before the load or restart that will delete it."""
        known = (*self.intent.kernel_before, *self.intent.expected, *self.foreign_rules)
        self.foreign_rules += kernel_rules.missing(self.rules(facts), known)

    def status(self, facts: HostFacts | None = None) -> AuditStatus:
        """The kernel's audit status. Raises OSError where it cannot be read."""
        found = (facts or self.host.read(Interest())).audit_status
        if isinstance(found, Unknown):
            raise OSError(f"the kernel's audit status could not be read: {found.reason}")
        return found

    def say(self, text: str) -> None:
        """Send a line of text to whoever watches."""
        self.send(Output(text + "\n"))

    def send(self, event: RunEvent) -> None:
        """Pass *event* on to whoever watches."""
        self.watcher(event)

    def run(self, argv: Sequence[str], *, timeout: float, quiet: bool = False) -> CommandResult:
        """Run a program to its end, shown and journaled. It is not cancelled: half a load is worse than a late answer."""
        began = self.host.now()
        self.journal.note("run", step=self.step, argv=list(argv), timeout=timeout)
        if not quiet:
            self.say("$ " + " ".join(argv))
        shown = WithoutNoise(lambda text: self.send(Output(text)))
        result = self.host.run(argv, timeout=timeout, on_output=shown)
        shown.end()
        self.commands.append((self.step, began, result))
        self.journal.command(result)
        return result

    def auditctl(self, arguments: Sequence[str]) -> CommandResult:
        """Run auditctl once with *arguments*."""
        return self.run((self.intent.auditctl, *arguments), timeout=SHORT + SECONDS_PER_DELETED * self.rule_count)

    @property
    def rule_count(self) -> int:
        """How many rules a load has to delete and add at most."""
        return max(len(self.intent.kernel_before), len(self.intent.expected))

    @property
    def load_timeout(self) -> float:
        """Seconds that a load or a restart may take: three times the measured time for this many rules, two minutes at least."""
        return max(120.0, 60.0 + 3 * SECONDS_PER_DELETED * self.rule_count)

    def wait_for_daemon(self, old_pid: int, results: Sequence[CommandResult]) -> int:
        """Wait until a daemon other than *old_pid* has registered with the kernel and return its pid; 0: none came.

        After commands that failed by their exit code or by their own words (sysvinit's script exits 0 always) the wait is short.
        """
        failed = any(result.exit_code != 0 or "fail" in result.output for result in results)
        for _ in range(int((PATIENCE / 6 if failed else PATIENCE) / TICK) + 1):
            pid = self.status().pid
            if pid not in (0, old_pid):
                return pid
            self.host.sleep(TICK)
        return 0


def moment(host: Host) -> Moment:
    """The present moment on *host*."""
    return Moment(host.now(), host.uptime(), host.boot_id())


# What a load prints without anything being wrong: the -D's answer, a status block for each setting, hints on speed.
_NOISE = re.compile(
    r"No rules$|(enabled|failure|pid|rate_limit|backlog_limit|lost|backlog|backlog_wait_time|backlog_wait_time_actual|loginuid_immutable) "
    r"|Old style watch rules are slower|WARNING - perm|perm used without an arch is slower|.*augenrules: No change$"
)


class WithoutNoise:
    """What a command prints, handed on line by line without the noise: a load prints the kernel's status block once for each setting."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._begun = ""

    def __call__(self, text: str) -> None:
        """Take in a piece of the output."""
        *lines, self._begun = (self._begun + text).split("\n")
        told = [line for line in lines if not _NOISE.match(line.strip())]
        if told:
            self._show("".join(f"{line}\n" for line in told))

    def end(self) -> None:
        """Hand on a last line that no newline ended."""
        if self._begun and not _NOISE.match(self._begun.strip()):
            self._show(self._begun)
        self._begun = ""


def results_in_words(results: Iterable[CommandResult]) -> str:
    """What the host said, for a sentence: how each command ended and the last words of its output without the usual noise.

    A command that exited 0 and said nothing is left out.
    """
    parts = []
    for result in results:
        name = result.argv[0].rpartition("/")[2]
        said = [line.strip() for line in result.output.splitlines() if line.strip() and not _NOISE.match(line.strip())]
        words = f', and said "{" / ".join(said[-3:])}"' if said else ", and said nothing"
        if result.state == "exited" and (result.exit_code or said):
            parts.append(f"{name} exited {result.exit_code}{words}.")
        elif result.state == "timeout":
            parts.append(f"{name} did not end within {result.seconds:.0f} s and was ended{words}.")
        elif result.state == "signalled":
            parts.append(f"{name} was killed by signal {result.signal}{words}.")
        elif result.state == "not-started":
            parts.append(f"{name} could not be started: {clean(result.output.strip()) or 'no reason given'}.")
        elif result.state == "cancelled":
            parts.append(f"{name} was stopped{words}.")
    return " ".join(parts)
