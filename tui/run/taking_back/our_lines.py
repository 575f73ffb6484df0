"""Which lines of docker.rules are this program's, where no journal tells it: those that it writes, to the letter, with their key. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from tui.audit.inputs import ACCESSES
from tui.audit.rules_d.rules_line import exemption, rules_line, watch
from tui.base.cleaning import clean_bytes
from tui.controls.control import Control
from tui.host.facts import DOCKER_RULES, HostFacts
from tui.plan.values import FileState
from tui.run.journal.run_records import DamagedRun, RunRecord
from tui.run.taking_back.taking_out import lines_of, new_lines
from tui.verdict.disk import lookup
from tui.verdict.known import KnownHost
from tui.verdict.objects.subject import locate
from tui.verdict.objects.wanted import wanted_lines

_QUIETER = "wa"
"""The accesses of the line that is offered in place of one that floods the log."""


def journals_are_missing(known: Sequence[RunRecord], whole: Collection[str]) -> bool:
    """Whether a run is not among *known*, or cannot be read (not among *whole*), although it may have left lines: runs are numbered
    from 1, so a gap shows one. No run at all shows nothing, and counts as one that is gone."""
    numbers = {record.number for record in known if record.number}
    gap = numbers != set(range(1, max(numbers, default=0) + 1))
    return not known or gap or any(record.undoable and record.run not in whole for record in known)


def proven_foreign(known: Iterable[RunRecord]) -> frozenset[bytes]:
    """The lines of docker.rules that stood there before any run of ours wrote them, as far as the unbroken beginning of the journal tells."""
    foreign: set[bytes] = set()
    ours: set[bytes] = set()
    for expected, record in enumerate(sorted((record for record in known if record.number), key=lambda one: one.number), start=1):
        if record.number != expected:
            break
        try:
            files = [change for change in record.intent.files if change.path == DOCKER_RULES]
        except DamagedRun:
            break
        for change in files:
            foreign |= lines_of(change.before) - ours
            if record.succeeded or record.outcome == "broken":
                ours |= new_lines(change)
    return frozenset(foreign - {b""})


def catalogue_lines(controls: Sequence[Control], facts: HostFacts) -> frozenset[bytes]:
    """Every line with a key of ours that this program writes, or the benchmark prints, for one of *controls*, whatever the version."""
    found: set[str] = set()
    known = KnownHost.of(facts)
    for control in controls:
        for version, entry in control.numbered.items():
            places = {entry.path, *(place.path for place in control.elsewhere if place.path.startswith("/"))}
            accesses = {entry.accesses, "".join(ACCESSES), _QUIETER}
            found.update(entry.lines)
            found.update(_watches(places, accesses, control.key, facts))
            if isinstance(known, KnownHost):
                subject = locate(control, version, facts)
                found.update(line.text for line in wanted_lines(control, version, subject, known))
    keys = {control.key for control in controls}
    keyed = [line for line in found if any(line.endswith((f"-k {key}", f"-F key={key}")) for key in keys)]
    return frozenset(line.encode("utf-8", "surrogateescape") for line in keyed)


def _watches(places: Iterable[str], accesses: Iterable[str], key: str, facts: HostFacts) -> Iterable[str]:
    wanted = list(accesses)
    for place in places:
        for is_directory in (lambda _path: False, lambda _path: True):  # It may have been the other when the line was written.
            for each in wanted:
                line = rules_line(watch(place, each, key, is_directory), facts.names, is_directory)
                if isinstance(line, str):
                    yield line


def lines_without_key(controls: Iterable[Control], state: FileState | None, facts: HostFacts) -> tuple[str, ...]:
    """The lines of *state* that leave a folder out as the catalogue does: such a rule can carry no key of ours."""
    folders = {folder for control in controls for folder in control.left_out}
    never = {rules_line(exemption(folder), facts.names, lookup(facts).is_directory) for folder in folders}
    there = {line.encode("utf-8", "surrogateescape") for line in never if isinstance(line, str)} & lines_of(state)
    return tuple(clean_bytes(line) for line in sorted(there))
