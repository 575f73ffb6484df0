"""The verbs that look back: history (what runs did), events (what was recorded)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tui.base.bounded_reading import read_file
from tui.base.cleaning import in_words
from tui.base.moments import moment_of
from tui.base.typing import TYPE_CHECKING
from tui.documents.problems import DocumentError
from tui.host.facts import Interest
from tui.host.scenario import load_scenario_file
from tui.host.simulated.host import SimulatedHost
from tui.recorded import read_recorded, why_unread
from tui.run.evidence.evidence import REPORT_JSON
from tui.run.evidence.html import html
from tui.run.evidence.manifest import changed_since
from tui.run.evidence.markdown import markdown
from tui.run.journal import run_records
from tui.run.taking_back.lines_left import LinesLeft, lines_left
from tui.verbs.common import (
    NOT_BEGUN,
    VerbRefused,
    live_host,
    paint,
    print_json,
    print_lines,
    print_text,
    question_of,
    say,
    signs,
    unusable,
    width,
)
from tui.views.json import events_view, history_view, run_view
from tui.views.pages.events import events_lines
from tui.views.pages.history import history_lines, run_lines

if TYPE_CHECKING:
    import argparse

    from tui.host.port import Host
    from tui.run.journal.run_records import RunRecord


MOST_REPORT_BYTES = 64 << 20
"""A run over ten thousand rules reports some 20 MiB."""


def history(arguments: argparse.Namespace) -> int:
    """List the runs, or show one."""
    if arguments.format and not arguments.run:
        raise VerbRefused("--format is about one run's evidence; name the RUN.")
    if arguments.format and arguments.json:
        raise VerbRefused("--format and --json name two forms; give one of them.")
    if arguments.yes and arguments.prune is None:
        raise VerbRefused("--yes is about --prune, which alone asks; without it history changes nothing.")
    host = live_host()
    try:
        if arguments.prune is not None:
            from tui.verbs.pruning import prune  # to look back is not to remove

            return prune(arguments, host)
        if arguments.run:
            record = run_records.find(host, arguments.run)
            if arguments.format:
                _print_evidence(record, arguments)
            elif arguments.json:
                print_json(run_view(record), arguments.output)
            else:
                print_lines(map(paint(arguments), run_lines(record, width(arguments.output), signs(arguments))), arguments.output)
        else:
            records = _asked_for(arguments, run_records.runs(host), host)
            left = _lines_left(records, host)
            if arguments.json:
                print_json(history_view(records, left), arguments.output)
            else:
                print_lines(
                    map(paint(arguments), history_lines(records, width(arguments.output), signs(arguments), left)), arguments.output
                )
    except (run_records.UnknownRun, OSError) as problem:
        raise VerbRefused(in_words(problem), NOT_BEGUN) from None
    return 0


def _print_evidence(record: RunRecord, arguments: argparse.Namespace) -> None:
    """The evidence of *record* in the form that the arguments name; a file that was changed since is told on stderr. Raises VerbRefused."""
    changed = changed_since(record.folder)
    if changed is None:
        say("This run's folder has no manifest, so a later change of its report would not be seen.")
    elif changed:
        say(f"Changed since the run wrote it: {', '.join(changed)}. This evidence is not what was written.")
    try:
        document = json.loads(read_file(record.folder / REPORT_JSON, MOST_REPORT_BYTES))
        text = json.dumps(document, indent=2) + "\n" if arguments.format == "json" else markdown(document)
    except FileNotFoundError:
        raise VerbRefused(f"Run {record.run} wrote no report, so there is no evidence of it.", NOT_BEGUN) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise VerbRefused(f"The report of run {record.run} does not hold what a report holds; it was changed.", NOT_BEGUN) from None
    print_text(html(text) if arguments.format == "html" else text, arguments.output)


def _asked_for(arguments: argparse.Namespace, records: Sequence[RunRecord], host: Host) -> tuple[RunRecord, ...]:
    """Those of *records* that began since the time, and are about one of the controls, that the arguments name. Raises VerbRefused."""
    since = _since(arguments, host.now())
    found = [record for record in records if since is None or record.started >= since]
    if arguments.control:
        arguments.benchmark = arguments.controls = None
        arguments.named_paths = False
        wanted = question_of(arguments).controls
        numbers = {(version, entry.number) for control in wanted for version, entry in control.numbered.items()}
        found = [record for record in found if any((record.benchmark, number) in numbers for number in record.controls)]
    return tuple(found)


def _lines_left(records: Sequence[RunRecord], host: Host) -> dict[str, LinesLeft]:
    """What is left of the lines of each of *records* that has any, by its name."""
    facts = host.read(Interest()) if records else None
    found = {record.run: lines_left(record, facts) for record in records} if facts is not None else {}
    return {run: left for run, left in found.items() if left is not None}


def _since(arguments: argparse.Namespace, now: float) -> float | None:
    """The moment that ``--since`` names, None without it. Raises VerbRefused for what is none."""
    try:
        return moment_of(arguments.since, now) if arguments.since is not None else None
    except ValueError as problem:
        raise VerbRefused(f"--since: {problem}.") from None


def events(arguments: argparse.Namespace) -> int:
    """Show what the audit log holds of accesses to the controls' objects."""
    question = question_of(arguments)
    host, now = _events_host(arguments)
    since = _since(arguments, now)
    facts = host.read(question.interest)
    try:
        recorded = read_recorded(host, facts, question.findings(facts), since=since)
    except OSError as problem:
        raise VerbRefused(why_unread(problem), NOT_BEGUN) from None
    if arguments.json:
        print_json(events_view(facts, question.benchmark, recorded))
    else:
        print_lines(map(paint(arguments), events_lines(recorded, width(), signs(arguments), simulated=bool(arguments.host))))
    return 0


def _events_host(arguments: argparse.Namespace) -> tuple[Host, float]:
    """The host whose log is asked for, and its time: the live one, or the simulated one of a scenario file. Raises VerbRefused for a file without
    a log."""
    if not arguments.host:
        live = live_host()
        return live, live.now()
    try:
        scenario = load_scenario_file(arguments.host)
    except (DocumentError, OSError) as problem:
        raise unusable("--host", problem) from None
    if not scenario.lesson and not scenario.recorded:
        raise VerbRefused("This host file holds no audit log: a capture leaves it out. Run events on the host itself.", NOT_BEGUN)
    return SimulatedHost(scenario), scenario.host.taken_at
