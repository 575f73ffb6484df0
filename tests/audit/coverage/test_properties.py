"""What must hold of coverage() whatever the rules are; and a plain model of first match, event by event, that it must agree with."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.coverage.cases import FILE, NAMES, ON, PATHS, ROOT, TARGET
from tests.pairs import paired
from tui.audit.coverage.callers import FOR_BOTH
from tui.audit.coverage.coverage import coverage
from tui.audit.coverage.first_match import Judge
from tui.audit.coverage.regions import TOP, Box
from tui.audit.coverage.values import Coverage, Exempt
from tui.audit.inputs import AuditStatus
from tui.audit.rule.value import Field, Rule

pytestmark = pytest.mark.slow

ORDER = {"unaudited": 0, "partial": 1, "audited": 2}
X86_64, I386 = 0xC000003E, 0x40000003
NUMBERS = {"auid": (0, 999, 1000, 1001, TOP), "uid": (0, 33, 1000), "euid": (0, 1000), "exit": (0, 3, TOP - 12)}
PERMS = (1, 2, 4, 8, 6, 10, 15)

comparisons = st.sampled_from(tuple(NUMBERS)).flatmap(
    lambda name: st.builds(Field, st.just(name), st.sampled_from(("=", "!=", "<", ">", "<=", ">=")), st.sampled_from(NUMBERS[name]))
)
perms = st.builds(Field, st.just("perm"), st.just("="), st.sampled_from(PERMS))
arches = st.builds(Field, st.just("arch"), st.sampled_from(("=", "!=")), st.sampled_from((X86_64, I386)))
places = st.one_of(
    st.builds(Field, st.just("path"), st.just("="), st.sampled_from((FILE, FILE, FILE, "/srv/hard", "/bin/containerd"))),
    st.builds(Field, st.just("dir"), st.just("="), st.sampled_from(("/usr/bin", "/usr"))),
)
elsewhere = st.builds(Field, st.just("path"), st.just("="), st.sampled_from(("/etc/passwd", "/usr/bin/containerd-shim")))
opaque = st.sampled_from(
    (
        Field("pers", "=", 8),
        Field("pers", "!=", 8),
        Field("gid", "=", 5),
        Field("compare", "=", 11),
        Field("exe", "=", "/usr/bin/dd"),
    )
)
calls = st.one_of(st.none(), st.none(), st.frozensets(st.sampled_from((2, 5, 11, 15, 59, 90, 257, 295, 322)), min_size=1))


def rules(actions: tuple[str, ...], place: st.SearchStrategy[Field], *, doubtful: bool = True) -> st.SearchStrategy[Rule]:
    others = st.one_of(comparisons, perms, arches, opaque) if doubtful else st.one_of(comparisons, perms, arches)
    return st.builds(
        lambda action, listed, where, fields: Rule("exit", action, listed, (where, *fields)),
        st.sampled_from(actions),
        calls,
        place,
        st.lists(others, max_size=3),
    )


anywhere = st.sampled_from(
    (Field("auid", ">=", 1000), Field("success", "=", 0), Field("exe", "=", FILE), Field("filetype", "=", 0o040000))
)
general = rules(("always", "never"), st.one_of(anywhere, comparisons, arches))
mixed = st.lists(rules(("always", "never"), places), max_size=6)
blinding = st.sampled_from(
    (
        Rule("exclude", "always", None, (Field("msgtype", "=", 1300),)),
        Rule("exclude", "always", None, (Field("auid", "=", TOP),)),
        Rule("task", "never", frozenset(), (Field("uid", "=", 0),)),
        Rule("filesystem", "never", None, (Field("fstype", "!=", 0x74726163),)),
    )
)


def judged(listed: list[Rule], status: AuditStatus = ON) -> Coverage:
    return coverage(TARGET, listed, status, PATHS, NAMES, mounts=(ROOT,))


def levels(verdict: Coverage) -> list[int]:
    return [ORDER[verdict.accesses[access].level] for access in "rwxa"]


@given(mixed, rules(("always",), places))
def test_an_always_rule_at_the_end_lowers_nothing(listed: list[Rule], rule: Rule) -> None:
    assert all(after >= before for before, after in paired(levels(judged(listed)), levels(judged([*listed, rule]))))


@given(mixed, rules(("never",), places))
def test_a_never_rule_at_the_end_changes_nothing(listed: list[Rule], rule: Rule) -> None:
    assert levels(judged(listed)) == levels(judged([*listed, rule]))


@given(mixed, rules(("never",), places))
def test_a_never_rule_in_front_raises_nothing(listed: list[Rule], rule: Rule) -> None:
    assert all(after <= before for before, after in paired(levels(judged(listed)), levels(judged([rule, *listed]))))


@given(mixed, st.data())
def test_neighbours_of_one_action_may_change_places(listed: list[Rule], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, max(0, len(listed) - 2)))
    if len(listed) > 1 and listed[at].action == listed[at + 1].action:
        turned = [*listed[:at], listed[at + 1], listed[at], *listed[at + 2 :]]
        assert levels(judged(listed)) == levels(judged(turned))


@given(mixed, rules(("always", "never"), elsewhere), st.data())
def test_rules_on_other_paths_change_nothing(listed: list[Rule], rule: Rule, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(listed)))
    assert levels(judged(listed)) == levels(judged([*listed[:at], rule, *listed[at:]]))


@given(
    mixed,
    st.lists(blinding, max_size=2),
    st.sampled_from((ON, AuditStatus(0, pid=7), AuditStatus(1), AuditStatus(1, pid=7, rate_limit=5))),
)
def test_what_blinds_only_lowers(listed: list[Rule], blind: list[Rule], status: AuditStatus) -> None:
    verdict = judged([*blind, *listed], status)
    for access in "rwxa":
        level = ORDER[verdict.accesses[access].level]
        assert level <= ORDER[verdict.rules_only[access]] <= ORDER[verdict.without_never[access]]
    assert verdict.rules_only == judged(listed).rules_only
    if levels(verdict) != levels(judged(listed)):
        assert verdict.blinding


@given(mixed)
def test_levels_and_the_callers_told_agree(listed: list[Rule]) -> None:
    for access, told in judged(listed).accesses.items():
        assert (told.level == "unaudited") == (not told.by), access
        assert (told.level == "audited") == (not told.missing), access
        if told.level == "audited" and len(told.by) == 1:
            assert told.by[0].callers == "every caller"


@given(
    st.lists(st.one_of(rules(("always", "never"), places), rules(("always", "never"), elsewhere), general), max_size=7),
    st.lists(blinding, max_size=1),
    st.permutations((FILE, "/usr/bin/containerd-shim", "/usr/lib", "/usr/bin", "/bin/containerd")),
)
def test_what_targets_share_is_what_each_would_find_alone(listed: list[Rule], blind: list[Rule], order: list[str]) -> None:
    # A tuple of rules is surveyed once for all that is asked about it; a list anew each time.
    shared = (*blind, *listed)
    exempt = Exempt(programs=frozenset(("/usr/bin/dd",)))
    for path in order:
        facts = PATHS[path]
        together, alone = (
            coverage(facts, asked, ON, PATHS, NAMES, mounts=(ROOT,), exempt=exempt) for asked in (shared, list(shared))
        )
        assert together == alone


@given(mixed)
def test_every_verdict_can_be_said(listed: list[Rule]) -> None:
    verdict = judged(listed)
    for reason in verdict.reasons:
        assert reason.text.endswith(".")
    assert all(effect.text for effect in verdict.effects)
    assert [effect.position for effect in verdict.effects] == sorted({effect.position for effect in verdict.effects})
    if any(level < 2 for level in levels(verdict)):
        assert verdict.reasons


events = st.fixed_dictionaries(
    {name: st.sampled_from((*found, *(value + 1 for value in found if value < TOP))) for name, found in NUMBERS.items()}
)


def compares(field: Field, value: int) -> bool:
    wanted = int(field.value)
    operators = {"=": value == wanted, "!=": value != wanted, "<": value < wanted, ">": value > wanted, "<=": value <= wanted}
    return operators.get(field.op, value >= wanted)


def matches(rule: Rule, arch: int, number: int, letter: int, event: dict[str, int]) -> bool:
    """As audit_filter_rules goes through the fields, for a rule that reaches the object."""
    if rule.syscalls is not None and number not in rule.syscalls:
        return False
    for field in rule.fields:
        if field.name == "arch":
            if not compares(field, arch):
                return False
        elif field.name == "perm":
            if not int(field.value) & letter:
                return False
        elif field.name not in ("path", "dir") and not compares(field, event[field.name]):
            return False
    return True


CALLS = [
    ("r", 4, X86_64, 257),
    ("r", 4, I386, 5),
    ("w", 2, X86_64, 2),
    ("w", 2, I386, 295),
    ("x", 1, X86_64, 59),
    ("x", 1, I386, 11),
]
CALLS += [("x", 1, X86_64, 322), ("a", 8, X86_64, 90), ("a", 8, I386, 15)]


def contains(box: Box, bit: int, event: Mapping[object, int]) -> bool:
    values: dict[object, int] = {FOR_BOTH: 0, **event}
    inside = all(any(low <= values[name] <= high for low, high in ranges) for name, ranges in box.ranges.items())
    return bool(box.calls & bit) and inside


@settings(max_examples=300)
@given(st.lists(rules(("always", "never"), places, doubtful=False), max_size=6), st.sampled_from(CALLS), events)
def test_first_match_event_by_event(listed: list[Rule], call: tuple[str, int, int, int], event: dict[str, int]) -> None:
    access, letter, arch, number = call
    first = next((rule.action for rule in listed if matches(rule, arch, number, letter, event)), "never")
    judge = Judge(TARGET, listed, ON, PATHS, NAMES, None, (), (ROOT,))
    outcome = judge.first_match(access)
    known = judge.filters.calls(access)
    bit = 1 << next(at for at, each in enumerate(known) if (each.arch, each.number) == (arch, number))
    assert sum(contains(piece.box, bit, event) for piece in outcome.recorded) == (first == "always")
    assert sum(contains(piece.box, bit, event) for piece in outcome.lost) == (first != "always")


@settings(max_examples=300)
@given(st.lists(rules(("always", "never"), places, doubtful=False), max_size=6), st.sampled_from(CALLS[:4]), events)
def test_an_open_for_reading_and_writing_at_once_is_never_thought_recorded(
    listed: list[Rule], call: tuple[str, int, int, int], event: dict[str, int]
) -> None:
    access, _, arch, number = call
    first = next((rule.action for rule in listed if matches(rule, arch, number, 4 | 2, event)), "never")
    judge = Judge(TARGET, listed, ON, PATHS, NAMES, None, (), (ROOT,))
    recorded = judge.first_match(access).recorded
    known = judge.filters.calls(access)
    bit = 1 << next(at for at, each in enumerate(known) if (each.arch, each.number) == (arch, number))
    thought = sum(contains(piece.box, bit, {**event, FOR_BOTH: 1}) for piece in recorded)
    assert thought <= (first == "always")
