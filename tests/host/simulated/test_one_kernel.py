"""The simulated host against the model of the kernel: what a plan says a load will do is what its demo then does."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.rules_d.loads import LOADS, RULE
from tests.build import BASE_RULES, plain_host, with_docker_rules
from tests.drawn.rule_lines import random_line
from tui.audit.inputs import AuditStatus
from tui.audit.rule.text import listings
from tui.audit.rules_d.load import Loaded
from tui.host.facts import HostFacts, Interest
from tui.host.simulated.host import SimulatedHost
from tui.verdict.disk import load_into, read_disk

AUDITCTL, LOAD = "/usr/sbin/auditctl", ("/usr/sbin/augenrules", "--load")


def predicted(facts: HostFacts) -> Loaded:
    assert isinstance(facts.kernel_rules, tuple)
    return load_into(facts, read_disk(facts).compiled, facts.kernel_rules)


def status_after(facts: HostFacts, loaded: Loaded) -> AuditStatus:
    assert isinstance(facts.audit_status, AuditStatus)
    return replace(facts.audit_status, **loaded.settings)


def check(content: bytes) -> None:
    """Write *content*, read the host, say what a load does, load, and read again."""
    with_base = replace(plain_host(), rules_dir=())
    host = SimulatedHost(with_docker_rules(with_base, BASE_RULES + content))
    facts = host.read(Interest())
    loaded = predicted(facts)
    code = host.run(LOAD, timeout=600).exit_code
    after = host.read(Interest())
    assert after.kernel_rules == loaded.rules
    assert after.audit_status == status_after(facts, loaded)
    assert code == loaded.exit_code


def to_bytes(lines: tuple[str, ...] | list[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("name", LOADS)
def test_a_load_does_what_the_plan_says(name: str) -> None:
    check(to_bytes(LOADS[name]))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12), st.sampled_from(["", "-i", "-c"]))
def test_drawn_lines_do_what_the_plan_says(seed: int, count: int, flow: str) -> None:
    draw = Random(seed)
    check(to_bytes([flow, *(random_line(draw) for _ in range(count))]))


def test_a_load_after_the_lock_changes_nothing() -> None:
    host = SimulatedHost(with_docker_rules(plain_host(), to_bytes([RULE, "-e 2"])))
    assert host.run(LOAD, timeout=60).exit_code == 0
    before = host.read(Interest())
    assert isinstance(before.audit_status, AuditStatus)
    assert before.audit_status.enabled == 2
    immutable = "The audit system is in immutable mode, no rule changes allowed\n"
    for words, said in (
        ("-D", "Error deleting rule (Operation not permitted)\n"),
        ("-b 64", "Error sending backlog limit request (Operation not permitted)\n"),
        ("-w /etc/motd -k x", immutable),
        ("-W /etc/audit-test -p wa -k t", immutable),
    ):
        assert host.run((AUDITCTL, *words.split()), timeout=60).output == said
    host.run(LOAD, timeout=60)
    after = host.read(Interest())
    assert (after.kernel_rules, after.audit_status) == (before.kernel_rules, before.audit_status)


CALLS = {
    "a watch": (("-w", "/etc/x", "-k", "t"), 0, ""),
    "a key with a blank": (("-a", "always,exit", "-F", "path=/etc/x", "-F", "key=a b"), 0, ""),
    "the same again": (tuple(RULE.split()), 255, "Error sending add rule data request (Rule exists)"),
    "the same first": (tuple(RULE.replace("-a", "-A", 1).split()), 0, ""),
    "no parent": (("-w", "/nosuchfolder/x"), 255, "Error sending add rule data request (No such file or directory)"),
    "no tree": (("-a", "always,exit", "-F", "dir=/nosuchfolder"), 255, "Error sending add rule data request (No such file or directory)"),
    "no rule": (("-W", "/etc/none"), 255, "Error sending delete rule data request (No such file or directory)"),
    "a wait too long": (("--backlog_wait_time", "700000000"), 255, "Error sending backlog limit request (Invalid argument)"),
    "no equivalent": (("-q", "/etc,/nosuchfolder"), 255, "Error sending make_equivalent command (No such file or directory)"),
    "a limit": (("-b", "0x40"), 0, "backlog_limit 64"),
    "no number": (("-b", "many"), 255, ""),
    "delete all": (("-D",), 0, "No rules"),
    "flow": (("-c",), 0, ""),
}  # fmt: skip
"""Words of a call, and the exit status and the words that auditctl 3.0.9 had for them."""


@pytest.mark.parametrize("name", CALLS)
def test_a_call_of_its_own_goes_by_the_same_model(name: str) -> None:
    words, code, said = CALLS[name]
    host = SimulatedHost(plain_host())
    host.run((AUDITCTL, *RULE.split()), timeout=60)
    before = host.read(Interest()).kernel_rules
    result = host.run((AUDITCTL, *words), timeout=60)
    assert result.exit_code == code
    assert said in result.output
    after = host.read(Interest()).kernel_rules
    assert isinstance(before, tuple)
    assert isinstance(after, tuple)
    added = code == 0 and words[0] in ("-w", "-a", "-A")
    assert len(after) == (0 if name == "delete all" else len(before) + added), listings(after)
