"""Plans made for 1.2.11 on hosts that differ from the fresh one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.build import (
    CONTAINERD,
)
from tui.base.notice import Notice
from tui.controls.catalogue import load_catalogue
from tui.host.facts import AUDIT_RULES, FileFacts, HostFacts
from tui.plan.make import make_plan
from tui.plan.values import BlockerKind, Plan, Switches
from tui.verdict.question import Question

QUESTION = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")
WATCH = f"-w {CONTAINERD} -k docker"


def plan(facts: HostFacts, **switches: bool) -> Plan:
    return make_plan(QUESTION, facts, Switches(**switches))


def compiled(facts: HostFacts) -> HostFacts:
    """The host with /etc/audit/audit.rules as augenrules would have written it."""
    from tui.verdict.disk import read_disk

    return replace(facts, audit_rules=FileFacts(AUDIT_RULES, content=read_disk(facts).compiled.text))


def ready(facts: HostFacts) -> HostFacts:
    """The host with its rules compiled and loaded, as after a boot."""
    from tui.verdict.disk import read_disk

    return replace(compiled(facts), kernel_rules=read_disk(facts).rules)


def after(made: Plan) -> bytes:
    content = made.files[0].contents[1]
    assert content is not None
    return content


def only(made: Plan) -> Notice[BlockerKind]:
    assert len(made.blockers) == 1, made.blockers
    return made.blockers[0]


LINES = st.sampled_from(
    [
        "",
        "# a comment",
        f"#{WATCH}",
        "-w /etc/docker -k docker",
        f"-w {CONTAINERD}-shim -k docker",
        f"-w {CONTAINERD} -p wa -k docker",
        "-w /etc/passwd -p r -k id",
        f"-a never,exit -F path={CONTAINERD} -F perm=r",
        "-a always,exit -F arch=b64 -S execve -k exec",
        "   -w /etc/hosts   -k h",
    ]
)
