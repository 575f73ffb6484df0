"""Fleet: checked hosts side by side, what fails where, and what differs between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from tui.base.dataclass import dataclass, replace
from tui.fleet.documents import CheckedHost, Verdict
from tui.fleet.drift import with_drift
from tui.fleet.earlier import EarlierChecks, latest_of_each

MOST_AGE = 7 * 86_400
"""How old a check may be, in seconds, before it is marked: what is asked every week is not."""


@dataclass(frozen=True, slots=True)
class Column:
    """One control over all hosts: its number and path as most of them have it."""

    slug: str
    control: str
    path: str


@dataclass(frozen=True, slots=True)
class DriftGroup:
    """One control that passed in an earlier check and does not now, with the hosts on which the same has gone: each by name, with the time
    (in seconds) of the check in which it passed."""

    column: Column
    verdict: Verdict
    gone: tuple[str, ...]
    hosts: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """Controls of which the same is true on the same hosts: each state with the names of its hosts."""

    columns: tuple[Column, ...]
    states: tuple[tuple[str, tuple[str, ...]], ...]
    applying: int
    """To how many hosts each of the controls applies, for all that is known."""

    @property
    def number(self) -> int:
        """On how many hosts the controls fail."""
        return sum(len(names) for _, names in self.states)


Told = tuple[tuple[str, tuple[str, ...]], ...]
"""Sentences, each with the names of the hosts of which it is true, the one of the most hosts first."""


@dataclass(frozen=True)
class Fleet:
    """Hosts in the order of their names, web-9 before web-10."""

    hosts: tuple[CheckedHost, ...]
    unread: tuple[str, ...] = ()
    """The files that were given and could not be read, each with why: what is not here may be a host."""
    void: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The waivers that do not count, a sentence each, with the hosts where they would."""
    missing: tuple[str, ...] = ()
    """The hosts that earlier checks tell of, and none of today."""
    earlier: int = 0
    """How many of the documents are earlier checks of these hosts."""
    now: float | None = None
    """When the report is made, in seconds since 1970; None where no age is to be told."""

    @cached_property
    def worst_first(self) -> tuple[CheckedHost, ...]:
        """The hosts with the most failing controls first, then those with the most that cannot be told, then in the order of their names."""
        return tuple(sorted(self.hosts, key=lambda host: (-host.fail_count, -host.unclear_count)))

    @cached_property
    def old(self) -> tuple[CheckedHost, ...]:
        """The hosts whose check is older than ``MOST_AGE``."""
        return tuple(host for host in self.hosts if self.is_old(host))

    def part(self, hosts: tuple[CheckedHost, ...]) -> Fleet:
        """Some of the *hosts* as a fleet of their own, without what is told of files."""
        return Fleet(hosts, now=self.now)

    def age(self, host: CheckedHost) -> float | None:
        """How long ago *host* was checked, in seconds; None where that is not known."""
        return None if self.now is None or host.epoch is None else self.now - host.epoch

    def is_old(self, host: CheckedHost) -> bool:
        """Whether the check of *host* is older than ``MOST_AGE``."""
        return (self.age(host) or 0) > MOST_AGE

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Every control that some host was asked about, in the order of their numbers."""
        numbers: dict[str, Counter[tuple[str, str]]] = {}
        for host in self.hosts:
            for verdict in host.verdicts:
                numbers.setdefault(verdict.slug, Counter())[verdict.control, verdict.path] += 1
        found = (Column(slug, *counted.most_common(1)[0][0]) for slug, counted in numbers.items())
        return tuple(sorted(found, key=lambda column: (_numeric(column.control), column.control)))

    @cached_property
    def counts(self) -> Counter[str]:
        """How many verdicts there are of each result; those that are waived under ``waived``."""
        return Counter(
            "waived" if each.waiver and each.result == "fail" else each.result for host in self.hosts for each in host.verdicts
        )

    @cached_property
    def failing(self) -> tuple[CheckedHost, ...]:
        """The hosts on which some control fails that nobody has waived."""
        return tuple(host for host in self.hosts if host.fail_count)

    @cached_property
    def unknown(self) -> tuple[CheckedHost, ...]:
        """The hosts on which nothing fails and something could not be told."""
        return tuple(host for host in self.hosts if host.unclear_count and not host.fail_count)

    @cached_property
    def without(self) -> tuple[CheckedHost, ...]:
        """The hosts that have nothing of what was asked about: no failure, and no host that complies."""
        return tuple(host for host in self.hosts if all(verdict.result == "notapplicable" for verdict in host.verdicts))

    @cached_property
    def compliant(self) -> tuple[CheckedHost, ...]:
        """The hosts on which something applies and all of that passes or is waived."""
        others = {host.name for group in (self.failing, self.unknown, self.without) for host in group}
        return tuple(host for host in self.hosts if host.name not in others)

    @cached_property
    def drifted(self) -> tuple[CheckedHost, ...]:
        """The hosts on which a control does not pass that passed in an earlier check."""
        return tuple(host for host in self.hosts if any(verdict.drift for verdict in host.verdicts))

    @cached_property
    def compared(self) -> int:
        """How many hosts were compared with an earlier check."""
        return sum(host.compared is not None for host in self.hosts)

    @cached_property
    def drift(self) -> tuple[DriftGroup, ...]:
        """What passed in earlier checks and does not now, in the order of the columns; hosts on which the same has gone are one group."""
        groups: dict[tuple[str, str, str, tuple[str, ...]], list[tuple[CheckedHost, Verdict]]] = {}
        for host in self.drifted:
            for each in host.verdicts:
                if each.drift is not None:
                    groups.setdefault((each.slug, each.result, each.state, each.drift.gone), []).append((host, each))
        order = {column.slug: (number, column) for number, column in enumerate(self.columns)}
        return tuple(
            DriftGroup(
                order[key[0]][1],
                found[0][1],
                key[3],
                tuple((host.name, each.drift.epoch if each.drift else None) for host, each in found),
            )
            for key, found in sorted(groups.items(), key=lambda entry: (order[entry[0][0]][0], entry[0]))
        )

    @property
    def oldest(self) -> CheckedHost | None:
        """The host whose check is the longest ago; None where no document tells its time, or all are of one time."""
        if len({host.epoch for host in self.hosts if host.epoch is not None}) == 1 and len(self.hosts) > 1:
            return None
        return min((host for host in self.hosts if host.epoch is not None), key=lambda host: host.epoch or 0, default=None)

    def where(self, slug: str, result: str) -> tuple[tuple[CheckedHost, Verdict], ...]:
        """The hosts on which a control has *result*, waived failures aside, each with its verdict."""
        found = ((host, host.verdict(slug)) for host in self.hosts)
        return tuple((host, each) for host, each in found if each is not None and each.result == result and not each.waiver)

    @cached_property
    def failures(self) -> tuple[FailureGroup, ...]:
        """What fails, waived failures aside, the controls that fail on the most hosts first."""
        groups: dict[tuple[tuple[tuple[str, tuple[str, ...]], ...], int], list[Column]] = {}
        for column in self.columns:
            states = _names_by((verdict.state, host) for host, verdict in self.where(column.slug, "fail"))
            if states:
                groups.setdefault((states, self._applying(column.slug)), []).append(column)
        found = (FailureGroup(tuple(columns), states, applying) for (states, applying), columns in groups.items())
        return tuple(sorted(found, key=lambda group: -group.number))

    def _applying(self, slug: str) -> int:
        """On how many hosts a control was asked about and not found to be without its object."""
        asked = (host.verdict(slug) for host in self.hosts)
        return sum(verdict is not None and verdict.result != "notapplicable" for verdict in asked)

    @cached_property
    def unclear(self) -> Told:
        """Why something could not be told: the first reason of each such verdict."""
        return _names_by(
            (each.reasons[0] if each.reasons else each.state, host)
            for host in self.hosts
            for each in host.verdicts
            if each.result in ("unknown", "error")
        )

    @cached_property
    def ways_out(self) -> Told:
        """What the documents say is to be done about failures that nobody has waived, without the commands that carry a plan out."""
        return _names_by(
            (text, host) for host in self.hosts for each in host.verdicts if each.fails for text in each.fix if text != each.apply
        )

    @cached_property
    def plannable(self) -> tuple[str, ...]:
        """The names of the hosts on which a plan mends something, for all that their documents tell."""
        return tuple(host.name for host in self.hosts if any(each.fails and each.apply for each in host.verdicts))

    @cached_property
    def waived(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Every failure that somebody has accepted: the control, who answers for it and why, and the hosts."""
        groups: dict[tuple[str, str], dict[str, None]] = {}
        for host in self.hosts:
            for each in host.verdicts:
                if each.result == "fail" and each.waiver:
                    groups.setdefault((each.control, each.waiver), {})[host.name] = None
        found = sorted(groups.items(), key=lambda entry: (_numeric(entry[0][0]), entry[0]))
        return tuple((control, waiver, tuple(names)) for (control, waiver), names in found)

    @cached_property
    def differences(self) -> tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]:
        """What is not the same on all hosts: its name, and each value with the names of the hosts that have it, the commonest first."""
        asked = [("benchmark", [(host.benchmark, host.name) for host in self.hosts])]
        asked.append(("program", [(host.program, host.name) for host in self.hosts if host.program]))
        for key in ("os", "kernel", "audit"):
            asked.append((key, [(dict(host.facts)[key], host.name) for host in self.hosts if key in dict(host.facts)]))
        return tuple((name, groups) for name, pairs in asked if len(groups := _grouped(pairs)) > 1)


def fleet(
    hosts: Iterable[CheckedHost],
    unread: Iterable[str] = (),
    against: Sequence[CheckedHost] = (),
    void: Iterable[tuple[str, tuple[str, ...]]] = (),
    now: float | None = None,
) -> Fleet:
    """The fleet of *hosts*, with what else was given and is *unread*: each host by its latest check, compared with the earlier ones among
    *hosts* and with those of *against*; *now* is when that is done. Hosts that share a name are told apart by their files, since two
    machines may well be called alike."""
    found, copies = latest_of_each(tuple(hosts))
    present = [host for host, _ in found]
    checks = EarlierChecks(against, present)
    given = [with_drift(host, [*earlier, *checks.of(host)]) for host, earlier in found]
    shared = {name for name, number in Counter(host.name for host in given).items() if number > 1}
    told = (replace(host, name=f"{host.name} ({host.source})") if host.name in shared else host for host in given)
    return Fleet(
        tuple(sorted(told, key=lambda host: _natural(host.name))),
        tuple(unread),
        tuple(void),
        checks.missing,
        copies + sum(len(earlier) for _, earlier in found),
        now,
    )


def _grouped(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    groups: dict[str, list[str]] = {}
    for value, name in pairs:
        groups.setdefault(value, []).append(name)
    return tuple((value, tuple(names)) for value, names in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0])))


def _names_by(told: Iterable[tuple[str, CheckedHost]]) -> Told:
    groups: dict[str, dict[str, None]] = {}
    for text, host in told:
        groups.setdefault(text, {})[host.name] = None
    return tuple((text, tuple(names)) for text, names in sorted(groups.items(), key=lambda entry: -len(entry[1])))


def _numeric(number: str) -> list[int]:
    return [int(part) for part in number.split(".") if part.isdigit()]


def _natural(name: str) -> list[tuple[int, str]]:
    """*name* as people sort it: its numbers by their length first, which no number is too long for."""
    return [(len(part.lstrip("0")) if at % 2 else 0, part) for at, part in enumerate(re.split("([0-9]+)", name))]
