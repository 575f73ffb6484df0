"""What happened on a host since a run began: how old the run is, the boot, the files of rules.d that others changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.audit.rule.value import Rule
from tui.base.amounts import first_of
from tui.base.dataclass import dataclass
from tui.base.typing import Any
from tui.host.facts import HostFacts
from tui.run.journal.intent import Argv, Intent, digests
from tui.run.journal.intent_json import rule_from_json
from tui.run.kernel_rules import missing

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment by clock and by boot: ``time`` in seconds since 1970 by the host's clock, ``uptime`` in seconds since the boot called ``boot``
    ("": not known)."""

    time: float
    uptime: float
    boot: str


@dataclass(frozen=True, slots=True)
class Since:
    """What happened since a run began. ``seconds`` None: the clock was set back, so nobody knows how long ago that is.

    ``changed`` are the files of rules.d that are not what they were, beyond those that the run itself replaced.
    """

    seconds: float | None
    booted: bool
    changed: tuple[str, ...]

    @property
    def late(self) -> bool:
        """Whether the host has gone on without the run: what was before it is no longer what is right now."""
        return self.booted or bool(self.changed)

    def sentence(self, run: str) -> str:
        """The sentence that tells a person what has happened since."""
        when = "at a time that the clock, set back since, does not tell" if self.seconds is None else f"{ago(self.seconds)} ago"
        what = ["the host was booted"] if self.booted else []
        if self.changed:
            what.append(f"{first_of(self.changed)} changed")
        told = f"since then {' and '.join(what)}" if what else "no other file of rules.d has changed since"
        return f"Run {run} began {when}; {told}."


def since(intent: Intent, began: Moment, now: Moment, rules_dir: Mapping[str, str]) -> Since:
    """What happened between *began*, when the run of *intent* did, and *now*; *rules_dir* maps its files to digests as of now."""
    own = {change.path for change in intent.files}
    then, there = rules_files(intent.rules_dir), rules_files(rules_dir)
    changed = tuple(path for path in sorted({*then, *there} - own) if then.get(path) != there.get(path))
    # The first version did not keep the boot; a run is from before it where it began before it.
    booted = began.boot != now.boot if began.boot else now.time - now.uptime > began.time
    seconds = now.time - began.time if booted or not began.boot else now.uptime - began.uptime
    return Since(None if seconds < 0 else seconds, booted, changed)


def comes_back(facts: HostFacts, then: Intent) -> bool:
    """Whether rules.d holds what it held before the run of *then*, so that its audit.rules is right again."""
    return isinstance(facts.rules_dir, tuple) and rules_files(digests(facts.rules_dir)) == rules_files(then.rules_dir)


def rules_files(found: Mapping[str, str]) -> dict[str, str]:
    """Those of the digests *found* that augenrules reads; the first version kept every entry of the folder."""
    return {path: digest for path, digest in found.items() if path.endswith(".rules")}


def ago(seconds: float) -> str:
    """A length of time in its largest unit: ``3 days``, ``1 hour``, ``0 seconds``."""
    size, name = next((unit for unit in _UNITS if seconds >= unit[0]), _UNITS[-1])
    number = int(seconds // size)
    return f"{number} {name}{'' if number == 1 else 's'}"


def lost_by(events: Sequence[Mapping[str, Any]], intent: Intent, *, booted: bool) -> tuple[Rule, ...]:
    """The rules from before the run that it may have deleted, by its journal, and has not put back.

    A load, a restart (which loads) and ``auditctl -D`` delete; the steps after them end only where every planned rule is there again. A
    boot takes away what only the kernel knew, run or no run; what an undo took from the disk it has kept from the boot.
    """
    deleting: tuple[Argv | None, ...] = (intent.load, *intent.restart, intent.start, (intent.auditctl, "-D"))
    dropped = missing(intent.kernel_before, intent.expected)
    lost: tuple[Rule, ...] = ()
    left_out: frozenset[Rule] = frozenset()
    for event in events:
        kind = event.get("event")
        if kind == "run" and isinstance(argv := event.get("argv"), list) and tuple(argv) in deleting:
            lost = tuple(rule for rule in intent.kernel_before if rule not in left_out)
        elif kind == "step" and event.get("name") in ("kernel", "auditd") and event.get("state") == "done":
            lost = dropped
        elif kind == "left-out":
            left_out = frozenset(map(rule_from_json, event.get("rules", ())))
        elif kind == "rules-restored":
            lost = ()
    if booted:
        return dropped if intent.kind == "undo" else ()
    return lost
