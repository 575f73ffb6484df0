"""The verb that puts many hosts' verdicts together: report.

Each form, and what only captures or waivers need, is imported by the function that asks for it.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Sequence

from tui.base.bounded_reading import read_file
from tui.base.cleaning import clean, in_words
from tui.base.typing import TYPE_CHECKING
from tui.controls.control import DEFAULT_VERSION
from tui.fleet.documents import CheckedHost, NoCheckDocument, checked_host
from tui.fleet.fleet import Fleet, fleet
from tui.fleet.waiving import with_waivers
from tui.verbs.common import (
    NOT_BEGUN,
    VerbRefused,
    out_of_a_failing_load,
    paint,
    print_lines,
    print_text,
    say,
    signs,
    this_terminal,
    unusable,
    width,
)
from tui.verdict.waivers import Waivers
from tui.views.fleet.terminal import fleet_lines
from tui.views.fleet.words import void_texts

if TYPE_CHECKING:
    import argparse

MOST_BYTES = 16 << 20
"""A document of one host may be this large."""


def report(arguments: argparse.Namespace) -> int:
    """Show the hosts of the given documents side by side; exit 3 where one of them could not be read, the others shown all the same."""
    read, unread = _read(arguments.file)
    if not read:
        if len(unread) == 1:
            raise VerbRefused(f"{unread[0]}.", NOT_BEGUN)
        _say_uncounted(unread)
        raise VerbRefused("None of the files is a document of check --json or a capture.", NOT_BEGUN)
    _say_uncounted(unread)
    against, unlike = _read(_against(arguments.against)) if arguments.against else ([], [])
    _say_uncounted(unlike, " for --against")
    unread += unlike
    waived, void = with_waivers(read, _waivers(arguments.waivers))
    made = fleet(waived, unread, against, void, time.time())
    for text in void_texts(made):
        say(text)
    if arguments.screen:
        return _on_screen(made, arguments) or (NOT_BEGUN if unread else 0)
    if arguments.format in (None, "text"):
        print_lines(map(paint(arguments), fleet_lines(made, width(arguments.output), signs(arguments))), arguments.output)
    else:
        print_text(_formatted(made, arguments.format), arguments.output)
    return NOT_BEGUN if unread else 0


def _waivers(name: str | None) -> Waivers:
    """The waivers of the file *name*, today; without one none, and still the day. Raises VerbRefused."""
    from tui.verbs.waivers import read_waivers, today

    try:
        return read_waivers(name) if name else Waivers(today=today())
    except (ValueError, OSError) as problem:
        raise unusable("--waivers", problem) from None


def _against(name: str) -> list[str]:
    """The files of earlier checks: *name*, or those in it that can be documents or captures, where it is a folder. Raises VerbRefused."""
    if not os.path.isdir(name):
        return [name]
    try:
        found = sorted(os.path.join(name, each) for each in os.listdir(name) if each.endswith((".json", ".yaml", ".yml")))
    except OSError as problem:
        raise unusable("--against", problem) from None
    if not found:
        raise VerbRefused(f"--against: {name} holds no check document (*.json) and no capture (*.yaml).", NOT_BEGUN)
    return found


def _on_screen(made: Fleet, arguments: argparse.Namespace) -> int:
    choice = this_terminal(ascii=arguments.ascii)
    if choice.kind in ("plain", "refuse"):
        raise VerbRefused("--screen needs a terminal that can show screens; without it report prints the same.")
    os.environ.update(choice.environment)
    from tui.wizard.fleet import run_fleet  # textual reads the environment as it is imported

    return run_fleet(made, choice)


def _formatted(made: Fleet, form: str) -> str:
    if form == "html":
        from tui.views.fleet.html import fleet_html

        return fleet_html(made)
    if form == "csv":
        from tui.views.fleet.spreadsheet import fleet_csv

        return fleet_csv(made)
    if form == "junit":
        from tui.views.formats.junit import junit_of

        return junit_of(made.worst_first, made.unread, made.missing)
    from tui.views.fleet.markdown import fleet_markdown

    return fleet_markdown(made)


def _say_uncounted(unread: Sequence[str], what: str = "") -> None:
    """Tell of each file that is *unread* that it is not counted for *what* it was named."""
    for problem in unread:
        say(f"not counted{what}: {problem}")


def _read(names: Sequence[str]) -> tuple[list[CheckedHost], list[str]]:
    """The hosts of *names*, and which of the files are none, with why."""
    hosts, unread = [], []
    ends = Counter(map(os.path.basename, names))
    for name in names:
        end = os.path.basename(name)
        try:
            hosts.append(_checked(name, clean(end if ends[end] == 1 else name)))
        except (OSError, ValueError) as problem:
            words = in_words(problem)
            unread.append(clean(words if words.startswith(name) else f"{name}: {words}"))
    return hosts, unread


def _checked(name: str, source: str) -> CheckedHost:
    """The host of one file, called *source*: a check document as it is, a capture judged now. Raises OSError, ValueError."""
    text = read_file(name, MOST_BYTES).decode("utf-8", "surrogateescape")
    if text.lstrip()[:1] != "{":
        return checked_host(_judged(name), source)
    try:
        return checked_host(json.loads(text), source)
    except RecursionError:
        raise NoCheckDocument("it nests too deeply") from None


def _judged(name: str) -> object:
    """The check document of a capture."""
    from tui.controls.catalogue import load_catalogue
    from tui.host.scenario import load_host_file
    from tui.verdict.known import KnownHost
    from tui.verdict.question import Question
    from tui.views.check_document import check_view

    facts = load_host_file(name)
    question = Question(load_catalogue().numbered(DEFAULT_VERSION), DEFAULT_VERSION)
    known = KnownHost.of(facts)
    findings = question.findings(facts if isinstance(known, tuple) else known)
    first = out_of_a_failing_load(question, known, findings)
    return check_view(facts, question.benchmark, findings, (), question.controls, way_out=first)
