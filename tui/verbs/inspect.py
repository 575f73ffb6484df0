"""The verbs that only look: check, plan, capture, history, events.

What a verb shows with, and what only one of them reads, is imported by it: half of a check is imports.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.base.cleaning import in_words
from tui.verbs.common import (
    NOT_BEGUN,
    USAGE,
    VerbRefused,
    facts_of,
    live_host,
    mention_unfinished,
    paint,
    print_bytes,
    print_json,
    print_lines,
    print_text,
    question_of,
    say,
    signs,
    switches_of,
    width,
)

if TYPE_CHECKING:
    import argparse

    from tui.host.port import Host
    from tui.plan.values import Plan
    from tui.run.journal.run_records import RunRecord
    from tui.run.taking_back.lines_left import LinesLeft
    from tui.verdict.values import Finding


def check(arguments: argparse.Namespace) -> int:
    """Judge the controls; exit 1 where any fails, 3 where none fails but one is unknown."""
    gc.disable()  # the process ends with the verdict; looking for garbage takes a third of the time where ten thousand rules are loaded
    question = question_of(arguments)
    facts = facts_of(arguments, question)
    findings = question.findings(facts)
    unfinished = mention_unfinished(arguments)
    if arguments.json:
        from tui.views.json import check_view

        print_json(check_view(facts, question.benchmark, findings, unfinished), arguments.output)
    else:
        from tui.views.rendering import render_findings

        print_lines(render_findings(findings, facts, signs(arguments), width(arguments.output), paint(arguments)), arguments.output)
    gc.freeze()  # nor need the end of the process look for any
    return _check_status(findings)


def _check_status(findings: Sequence[Finding]) -> int:
    results = {finding.result for finding in findings}
    return 1 if "fail" in results else 3 if results & {"unknown", "error"} else 0


def plan(arguments: argparse.Namespace) -> int:
    """Show the plan, with ``--diff`` only its patch; exit 3 where it is blocked."""
    if arguments.diff and arguments.json:
        raise VerbRefused("--diff prints a patch and nothing else, --json a document; give one of them.")
    question = question_of(arguments)
    facts = facts_of(arguments, question, history=True)
    from tui.plan.make import make_plan

    unfinished = mention_unfinished(arguments)
    made = make_plan(question, facts, switches_of(arguments), unfinished[-1] if unfinished else "")
    if arguments.json:
        from tui.views.json import plan_view

        print_json(plan_view(facts, made, unfinished))
    elif arguments.diff:
        _print_patch(made, arguments)
    else:
        from tui.views.rendering import render_plan

        print_lines(render_plan(made, signs(arguments), width(), paint(arguments)))
    return NOT_BEGUN if made.blockers else 0


def _print_patch(made: Plan, arguments: argparse.Namespace) -> None:
    """The change as a patch, and nothing else: to the byte, and on a terminal as it can be looked at. Blockers go to stderr."""
    from tui.views.diff import patch, patch_lines

    for blocker in made.blockers:
        say(f"Blocked: {blocker.text}")
    if made.blockers:
        return
    if sys.stdout.isatty():
        print_lines(map(paint(arguments), patch_lines(made.files, signs(arguments))))
    else:
        print_bytes(patch(made.files).encode("utf-8", "surrogateescape"))


def history(arguments: argparse.Namespace) -> int:
    """List the runs, or show one."""
    from tui.run.journal import run_records
    from tui.views.json import history_view, run_view
    from tui.views.pages.history import history_lines, run_lines

    host = live_host()
    try:
        if arguments.run:
            record = run_records.find(host, arguments.run)
            if arguments.json:
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
    from tui.host.facts import Interest
    from tui.run.taking_back.lines_left import lines_left

    facts = host.read(Interest()) if records else None
    found = {record.run: lines_left(record, facts) for record in records} if facts is not None else {}
    return {run: left for run, left in found.items() if left is not None}


def _since(arguments: argparse.Namespace, now: float) -> float | None:
    """The moment that ``--since`` names, None without it. Raises VerbRefused for what is none."""
    from tui.base.moments import moment_of

    try:
        return moment_of(arguments.since, now) if arguments.since is not None else None
    except ValueError as problem:
        raise VerbRefused(f"--since: {problem}.") from None


def events(arguments: argparse.Namespace) -> int:
    """Show what the audit log holds of accesses to the controls' objects."""
    from tui.recorded import read_recorded

    question = question_of(arguments)
    host, now = _events_host(arguments)
    since = _since(arguments, now)
    facts = host.read(question.interest)
    try:
        recorded = read_recorded(host, facts, question.findings(facts), since=since)
    except OSError as problem:
        raise VerbRefused(
            f"The audit log cannot be read: {in_words(problem)}. Only root may, or a member of its group.", NOT_BEGUN
        ) from None
    if arguments.json:
        from tui.views.json import events_view

        print_json(events_view(facts, question.benchmark, recorded))
    else:
        from tui.views.pages.events import events_lines

        print_lines(map(paint(arguments), events_lines(recorded, width(), signs(arguments))))
    return 0


def _events_host(arguments: argparse.Namespace) -> tuple[Host, float]:
    """The host whose log is asked for, and its time: the live one, or the simulated one of a scenario file. Raises VerbRefused for a file without
    a log."""
    if not arguments.host:
        live = live_host()
        return live, live.now()
    from tui.documents.problems import DocumentError
    from tui.host.scenario import load_scenario_file
    from tui.host.simulated.host import SimulatedHost

    try:
        scenario = load_scenario_file(arguments.host)
    except (DocumentError, OSError) as problem:
        raise VerbRefused(in_words(problem), NOT_BEGUN if isinstance(problem, OSError) else USAGE) from None
    if not scenario.lesson and not scenario.recorded:
        raise VerbRefused("This host file holds no audit log: a capture leaves it out. Run events on the host itself.", NOT_BEGUN)
    return SimulatedHost(scenario), scenario.host.taken_at


def capture(arguments: argparse.Namespace) -> int:
    """Write the facts of this host as YAML."""
    from tui.controls.catalogue import load_catalogue
    from tui.controls.control import VERSIONS
    from tui.host.facts import Interest
    from tui.host.scenario import dump_capture
    from tui.verdict.question import Question

    catalogue = load_catalogue()
    interest = Interest(history=True)
    for version in VERSIONS:
        interest |= Question(catalogue.numbered(version), version).interest
    text = dump_capture(live_host().read(interest))
    print_text(text, arguments.output, replace=arguments.force)
    return 0
