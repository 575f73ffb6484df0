"""Unreached: the lines on disk that would record a path and that no load comes to, since one before them stops it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tui.audit.inputs import PathFacts
from tui.audit.rules_d.augenrules import CompiledLine
from tui.audit.rules_d.load import Stop
from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.paths import within
from tui.host.facts import DOCKER_RULES
from tui.verdict.disk import Disk
from tui.verdict.known import KnownHost
from tui.verdict.reasons.mending import way_to_mend
from tui.verdict.values import ReasonKind, RuleLine

_MARK = "\ufeff"
"""What Windows editors put before the first line of a file; a merge into docker.rules leaves it out (audit/rules_d/edit.py)."""


def unreached_lines(target: PathFacts, host: KnownHost) -> tuple[CompiledLine, ...]:
    """The lines behind the one that stops the load whose rule names *target*, or a folder above it."""
    names = {target.path, target.location or target.path, target.real_path or target.path}
    found = []
    for line, rule in host.unreached:
        folder = rule.first("dir")
        if rule.path in names or (isinstance(folder, str) and any(within(name, folder) for name in names)):
            found.append(line)
    return tuple(found)


def own_line_stops(target: PathFacts, disk: Disk) -> Stop | None:
    """The line that stops the load, where that is one for *target* itself."""
    stop = disk.loaded.stopped
    if stop is None or stop.kind == "endless-entry":
        return None
    _, found, rest = stop.text.partition(target.path)
    return stop if found and not (rest[:1].isascii() and (rest[:1].isalnum() or rest[:1] in tuple("-._/"))) else None


def unreached_rules(target: PathFacts, host: KnownHost) -> Iterator[RuleLine]:
    """Those lines as rules to show."""
    disk = host.at_boot
    stop = disk.loaded.stopped
    if stop is None:
        return
    own = own_line_stops(target, disk)
    if own is not None:
        yield _shown(own.line, "stops the load: auditctl does not take it")
    for line in unreached_lines(target, host):
        yield _shown(line, f"is never reached: the load stops at {clean(str(stop.line.place))}")


def _shown(line: CompiledLine, effect: str) -> RuleLine:
    return RuleLine("rules.d", clean(line.text.strip()), effect, file=clean(line.place.file), line=line.place.line)


def of_unreached(target: PathFacts, host: KnownHost) -> Iterator[Notice[ReasonKind]]:
    """The reason why a line for the path that is on disk is not loaded; nothing where there is no such line."""
    disk = host.at_boot
    stop = disk.loaded.stopped
    if stop is None:
        return
    place = f"{clean(stop.file)}:{stop.file_line}"
    if own_line_stops(target, disk) is not None:
        if len(stop.line.origin) > 1:
            places = listed(tuple(clean(str(origin)) for origin in stop.line.origin))
            yield Notice(
                "own-line-stops",
                f"Your line is not loaded, since {places} run together: the first of these files ends without a newline.",
                way_to_mend(stop),
            )
            return
        marked = stop.file == DOCKER_RULES and stop.text.startswith(_MARK)
        remedy = "The plan takes the byte order mark before it away." if marked else f"Mend {place}."
        yield Notice("own-line-stops", f"auditctl does not take your line {place}, so that line is not loaded.", remedy)
        return
    for line in unreached_lines(target, host)[:1]:
        same = line.place.file == stop.file
        behind = f"line {stop.file_line}" if same else place
        yield Notice(
            "never-reached",
            f"Your line {clean(str(line.place))} is never reached, because of {behind}.",
            way_to_mend(stop),
        )


def is_in_the_way(disk: Disk) -> bool:
    """Whether the load stops before it comes to docker.rules, so that a line there would not be loaded either."""
    stop = disk.loaded.stopped
    return stop is not None and stop.file.rpartition("/")[2] <= DOCKER_RULES.rpartition("/")[2]
