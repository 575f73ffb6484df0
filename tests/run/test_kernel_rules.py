"""The kernel's rule list: what must be appended, what all anew, and what no sentence may get wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.build import rule_of
from tui.audit.inputs import AuditStatus, Names, PathFacts, Unknown
from tui.audit.rule.value import Field, Rule
from tui.host.facts import HostFacts, Identity, Privileges, Programs
from tui.host.port import CommandResult
from tui.run import kernel_rules
from tui.run.context import results_in_words
from tui.verdict import rule_display

NAMES = Names()
FACTS = HostFacts(
    Identity("web-01"), Privileges(0), Programs(), NAMES, 0.0, AuditStatus(1), (), (), None, None, "", (), Unknown("not read")
)


def rule(text: str) -> Rule:
    return rule_of(text, NAMES)


A, B, C = (rule(f"-w /etc/{name} -k {name}") for name in "abc")
NEVER = rule("-a never,exit -F path=/usr/bin/containerd -F perm=x")
TASK = rule("-a never,task")


class Kernel:
    """The kernel's lists under auditctl: it appends to the list of the rule's filter, and lists them in its own order."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = list(rules)
        self.calls: list[tuple[str, ...]] = []

    def auditctl(self, arguments: object) -> CommandResult:
        words = tuple(arguments)
        self.calls.append(words)
        if words == ("-D",):
            self.rules.clear()
        else:
            self.rules.append(rule(" ".join(words)))
            self.rules.sort(key=lambda item: ("task", "exit", "exclude").index(item.filter))
        return CommandResult(("/sbin/auditctl", *words), "exited", 0, None, "", 0.0)


lists = st.lists(st.sampled_from([A, B, C, NEVER, TASK]), unique=True, max_size=5).map(tuple)


@given(have=lists, want=lists)
def test_the_kernel_ends_with_exactly_the_rules_wanted_in_their_order(have: tuple[Rule, ...], want: tuple[Rule, ...]) -> None:
    kernel = Kernel(have)
    kernel_rules.restore_lists(want, have, kernel.auditctl, FACTS)
    assert kernel_rules.same_lists(kernel.rules, want)


@given(have=lists, more=lists)
def test_nothing_is_deleted_where_appending_is_enough(have: tuple[Rule, ...], more: tuple[Rule, ...]) -> None:
    want = (*have, *(item for item in more if item not in have))
    kernel = Kernel(have)
    kernel_rules.restore_lists(want, have, kernel.auditctl, FACTS)
    assert ("-D",) not in kernel.calls
    assert len(kernel.calls) == len(want) - len(have)


def test_order_counts_within_a_filter_list_only() -> None:
    assert kernel_rules.same_lists((TASK, A, B), (A, TASK, B))
    assert not kernel_rules.same_lists((A, B), (B, A))


def test_nothing_is_deleted_where_a_rule_could_not_be_loaded_again() -> None:
    odd = Rule("exit", "always", None, (Field("field:250", "=", 7),))
    kernel = Kernel((A, odd))
    with pytest.raises(ValueError, match="auditctl cannot load"):
        kernel_rules.restore_lists((odd, A), (A, odd), kernel.auditctl, FACTS)
    assert kernel.calls == []


@pytest.mark.parametrize(("kind", "short"), [("file", True), ("absent", True), ("directory", False), (None, False)])
def test_the_short_form_is_used_only_where_auditctl_makes_the_same_rule_of_it(kind: str | None, short: bool) -> None:
    paths = {"/etc/a": PathFacts("/etc/a", kind)} if kind else {}
    words = rule_display.words_to_add(A, replace(FACTS, paths=paths))
    assert (words[0] == "-w") == short
    assert rule(" ".join(words)) == A


def test_rules_are_listed_up_to_a_limit() -> None:
    assert rule_display.listed((A, B, C, NEVER)).endswith(" and 1 more")
    assert rule_display.listed((A,)).count("/etc/a") == 1
    assert [rule_display.counted(number) for number in (0, 1, 2)] == ["no rule", "1 rule", "2 rules"]


NOISE = "No rules\nenabled 1\nfailure 1\npid 8556\nlost 0\n/usr/sbin/augenrules: No change\nOld style watch rules are slower\n"


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (("exited", 0, None, NOISE), ""),
        (("exited", 1, None, ""), "augenrules exited 1, and said nothing."),
        (
            ("exited", 1, None, NOISE + "There was an error in line 5 of /etc/audit/audit.rules\n"),
            'augenrules exited 1, and said "There was an error in line 5 of /etc/audit/audit.rules".',
        ),
        (
            ("exited", 0, None, "cp: cannot create regular file '/etc/audit/audit.rules': Operation not permitted\n" + NOISE),
            "augenrules exited 0, and said \"cp: cannot create regular file '/etc/audit/audit.rules': Operation not permitted\".",
        ),
        (("timeout", None, 15, NOISE), "augenrules did not end within 120 s and was ended, and said nothing."),
        (("signalled", None, 9, ""), "augenrules was killed by signal 9, and said nothing."),
        (("not-started", None, None, "/x does not exist"), "augenrules could not be started: /x does not exist."),
    ],
)
def test_the_host_is_quoted_without_its_noise(result: tuple[str, int | None, int | None, str], said: str) -> None:
    state, code, signal, output = result
    assert results_in_words([CommandResult(("/sbin/augenrules", "--load"), state, code, signal, output, 120.0)]) == said
