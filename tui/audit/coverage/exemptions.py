"""Which rules leave somebody out by name, of one decision on one target: a named program, or a label that nothing here has."""

from __future__ import annotations

from collections.abc import Mapping

from tui.audit.coverage.decision import Candidate, Decision
from tui.audit.coverage.first_match import Judge
from tui.audit.coverage.reach import YES
from tui.audit.coverage.values import Exemption
from tui.audit.rule.value import Field, Rule
from tui.base.dataclass import replace


def exemptions(judge: Judge, outcomes: Mapping[str, Decision], wanted: str) -> tuple[Exemption, ...]:
    """Whom each rule leaves out, in the rules' order: those that took events of a program that does not count, an ``always`` rule
    that passes over one (``exe!=``), and those that would take events if anything had the label or program that they ask for."""
    found = {}
    for candidate in (*judge.alike.naming, *judge.specific, *_others(judge)):
        if candidate.records and candidate.rule.filter == "exit":
            told = _passed_over(judge, candidate, outcomes, wanted)
        else:
            told = _taken(judge, candidate, outcomes, wanted) or _of_nobody(judge, candidate, wanted)
        if told is not None:
            found[candidate.position] = told
    return tuple(found[position] for position in sorted(found))


def _others(judge: Judge) -> list[Candidate]:
    """The exclude and task rules that can blind, as if they reached every path."""
    blinding = [
        (at, rule) for at, rule in judge.others if rule.filter == "exclude" or (rule.filter, rule.action) == ("task", "never")
    ]
    return [Candidate(position, rule, YES) for position, rule in blinding]


def _taken(judge: Judge, candidate: Candidate, outcomes: Mapping[str, Decision], wanted: str) -> Exemption | None:
    programs = _programs(judge, candidate.rule, "=")
    if not programs or all(piece.position != candidate.position for access in wanted for piece in outcomes[access].exempt):
        return None
    return Exemption(candidate.position, programs)


def _passed_over(judge: Judge, candidate: Candidate, outcomes: Mapping[str, Decision], wanted: str) -> Exemption | None:
    programs = _programs(judge, candidate.rule, "!=")
    unrecorded = any(piece.position is None for access in wanted for piece in outcomes[access].exempt)
    return Exemption(candidate.position, programs) if programs and unrecorded else None


def _of_nobody(judge: Judge, candidate: Candidate, wanted: str) -> Exemption | None:
    rule = candidate.rule
    named = [field for field in rule.fields if judge.filters.names_nobody(field) and not (field.name == "exe" and field.op == "!=")]
    rest = replace(rule, fields=tuple(field for field in rule.fields if field not in named))
    takes = rule.filter == "task" or any(judge.events_of(replace(candidate, rule=rest), access)[0] for access in wanted)
    if not named or not takes:
        return None
    programs = tuple(str(field.value) for field in named if field.name == "exe")
    return Exemption(candidate.position, programs, tuple(_spelled(field) for field in named if field.name != "exe"))


def _programs(judge: Judge, rule: Rule, op: str) -> tuple[str, ...]:
    return tuple(
        str(field.value)
        for field in rule.fields
        if field.name == "exe" and field.op == op and field.value in judge.filters.exempt.programs
    )


def _spelled(field: Field) -> str:
    return f"{field.name}{field.op}{field.value}"
