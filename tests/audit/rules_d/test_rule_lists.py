"""The kernel's filter lists against the plainest model of one: a list that is searched from its beginning."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.audit.rule.parsed import AddRule, DeleteRule, Line
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import CompiledLine
from tui.audit.rules_d.rule_lists import LineRefused, RuleLists

RULES = [Rule("exit", "always", None, (), (key,)) for key in "abc"]
LINES: st.SearchStrategy[Line] = st.sampled_from(RULES).flatmap(
    lambda rule: st.sampled_from([AddRule(rule), AddRule(rule, prepend=True), DeleteRule(rule)])
)


def _model(held: list[tuple[Rule, CompiledLine | None]], parsed: Line, line: CompiledLine) -> bool:
    """Carry out one line; False where it is refused."""
    assert isinstance(parsed, (AddRule, DeleteRule))
    at = next((at for at, (rule, _) in enumerate(held) if rule == parsed.rule), None)
    if isinstance(parsed, DeleteRule):
        if at is not None:
            del held[at]
        return at is not None
    if parsed.prepend:
        held.insert(0, (parsed.rule, line))
    elif at is None:
        held.append((parsed.rule, line))
    return parsed.prepend or at is None


@given(st.lists(st.sampled_from(RULES), max_size=5), st.lists(LINES, max_size=12))
def test_equal_rules_come_and_go_as_in_a_list(before: list[Rule], parsed_lines: list[Line]) -> None:
    lists = RuleLists(before, lambda path: True, lambda path: True)
    held: list[tuple[Rule, CompiledLine | None]] = [(rule, None) for rule in before]
    for number, parsed in enumerate(parsed_lines, 1):
        line = CompiledLine(number, f"line {number}")
        try:
            lists.do(parsed, line)
            done = True
        except LineRefused:
            done = False
        assert done == _model(held, parsed, line)
        assert list(lists) == held
