"""The verbs that judge: check and plan.

What a verb shows with, and what plan alone needs, is imported by it: half of a check is imports.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tui.base.typing import TYPE_CHECKING, Any
from tui.verbs.common import (
    NOT_BEGUN,
    VerbRefused,
    command_for,
    facts_of,
    mention_unfinished,
    out_of_a_failing_load,
    paint,
    print_bytes,
    print_json,
    print_lines,
    print_text,
    question_of,
    say,
    say_blocked,
    signs,
    switches_of,
    unusable,
    width,
    without_waived,
)

if TYPE_CHECKING:
    import argparse

    from tui.host.facts import HostFacts
    from tui.plan.values import Plan
    from tui.verdict.values import Finding
    from tui.views.page import Line


MOST_EARLIER_BYTES = 64 << 20


def check(arguments: argparse.Namespace) -> int:
    """Judge the controls; exit 1 where any fails, 3 where none fails but one is unknown."""
    if arguments.json and arguments.format not in (None, "json"):
        raise VerbRefused(f"--json and --format {arguments.format} name two formats; give one of them.")
    form = "json" if arguments.json else arguments.format
    if arguments.against and form not in (None, "json"):
        raise VerbRefused(f"--format {form} has no place for what --against finds; leave one of them out, or take --json.")
    question = question_of(arguments)
    facts = facts_of(arguments, question, machine=form is not None)
    from tui.verdict.known import KnownHost

    known = KnownHost.of(facts)
    findings = question.findings(facts if isinstance(known, tuple) else known)
    unfinished = mention_unfinished(arguments)
    for text in (text for finding in findings for text in finding.void_texts):
        say(text)
    wanted, _ = without_waived(arguments, question, facts.identity.name)
    first = out_of_a_failing_load(wanted, known, findings)
    document: dict[str, Any] = {}
    if form or arguments.against:
        from tui.views.check_document import check_view

        document = check_view(facts, question.benchmark, findings, unfinished, question.controls, way_out=first)
    told = _drift(arguments, document)
    if form:
        _print_as(form, document, arguments.output)
    else:
        from tui.views.rendering import render_findings

        then = command_for("plan", arguments) if any(finding.fails for finding in findings) else ""
        print_lines(
            render_findings(findings, facts, signs(arguments), width(arguments.output), paint(arguments), told, then, first),
            arguments.output,
        )
    return _check_status(findings)


def _drift(arguments: argparse.Namespace, document: dict[str, Any]) -> list[Line]:
    """What ``--against`` asks for, as lines and, as ``drift`` and ``against``, in the *document*. Raises VerbRefused for a file that is no
    check document."""
    if not arguments.against:
        return []
    import json

    from tui.base.bounded_reading import read_file
    from tui.fleet.documents import NoCheckDocument, checked_host
    from tui.fleet.drift import with_drift
    from tui.views.drift import against_view, drift_lines, drift_views

    try:
        earlier = checked_host(json.loads(read_file(arguments.against, MOST_EARLIER_BYTES)), arguments.against)
    except OSError as problem:
        raise unusable("--against", problem) from None
    except (ValueError, RecursionError) as problem:
        wanted = (
            problem if isinstance(problem, NoCheckDocument) else "expected a document of check --json"
        )  # not the parser's own words
        raise VerbRefused(
            f"--against: {arguments.against} is no earlier check: {wanted}; docker-audit-wizard check --json -o FILE writes one."
        ) from None
    now = with_drift(checked_host(document, ""), [earlier])
    document["drift"], document["against"] = drift_views(now), against_view(earlier, now)
    return drift_lines(now, width(arguments.output), signs(arguments))


def _print_as(form: str, document: dict[str, Any], output: str | None) -> None:
    """The *document* of a check in the format *form*, a value of ``--format``."""
    if form == "json":
        print_json(document, output)
        return
    from importlib import import_module

    name = form.replace("-", "_")
    print_text(getattr(import_module(f"tui.views.formats.{name}"), name)(document), output)


def _check_status(findings: Sequence[Finding]) -> int:
    results = {finding.result for finding in findings if finding.waiver is None}
    return 1 if "fail" in results else 3 if results & {"unknown", "error"} else 0


def plan(arguments: argparse.Namespace) -> int:
    """Show the plan, with ``--diff`` only its patch; exit 3 where it is blocked."""
    prints = [
        flag
        for flag, given in (("--diff", arguments.diff), ("--print-rules", arguments.print_rules), ("--json", arguments.json))
        if given
    ]
    if len(prints) > 1:
        raise VerbRefused(f"{prints[0]} prints its result and nothing else, and so does {prints[1]}; give one of them.")
    question = question_of(arguments)
    facts = facts_of(arguments, question, history=True)
    from tui.plan.make import make_plan

    unfinished = mention_unfinished(arguments)
    question, left_out = without_waived(arguments, question, facts.identity.name)
    if left_out and prints:
        say(left_out)
    made = make_plan(question, facts, switches_of(arguments), unfinished[-1] if unfinished else "")
    if arguments.out:
        from tui.verbs.plan_file import keep_plan

        keep_plan(made, question, arguments, facts.identity.name)
    if arguments.json:
        from tui.views.json import plan_view

        print_json(plan_view(facts, made, unfinished))
    elif arguments.diff:
        _print_patch(made, facts, arguments)
    elif arguments.print_rules:
        _print_rules(made, facts)
    else:
        from tui.views.rendering import render_plan

        then = command_for("apply", arguments)
        print_lines(render_plan(made, signs(arguments), width(), paint(arguments), left_out, then, facts))
    return NOT_BEGUN if made.blockers else 0


def _print_rules(made: Plan, facts: HostFacts) -> None:
    """docker.rules as the plan leaves it, to the byte; of a blocked plan nothing, the blockers to stderr. Raises VerbRefused where what is
    there cannot be read."""
    from tui.host.facts import DOCKER_RULES

    if made.blockers:
        say_blocked(made)
        return
    changed = next((change for change in made.files if change.path == DOCKER_RULES), None)
    there = (
        next((file for file in facts.rules_dir if file.path == DOCKER_RULES), None) if isinstance(facts.rules_dir, tuple) else None
    )
    print_bytes((changed.contents[1] if changed else there.content if there else b"") or b"")


def _print_patch(made: Plan, facts: HostFacts, arguments: argparse.Namespace) -> None:
    """The change as a patch, and nothing else: to the byte, and on a terminal as it can be looked at. Blockers go to stderr."""
    from tui.views.diff import patch, patch_lines

    if made.blockers:
        say_blocked(made)
        return
    if sys.stdout.isatty():
        print_lines(map(paint(arguments), patch_lines(made.files, signs(arguments))))
    else:
        print_bytes(patch(made.files).encode("utf-8", "surrogateescape"))
    if sys.stderr.isatty() and (left := _left_by_a_patch(made)):
        there = "" if facts.source == "live" else f", on {facts.identity.name}"
        say(f"A patch carries no mode and loads nothing. After it{there}: {left}")


def _left_by_a_patch(made: Plan) -> str:
    """What a patch does not do of the plan *made*, as a command line; "" for nothing."""
    words = [f"chmod {change.after.mode:04o} {change.path}" for change in made.files if change.before is None and change.after]
    return " && ".join([*words, *(["augenrules --load"] if any(command.step == "load" for command in made.commands) else [])])
