"""The one door into a rules file: whatever a path is called, its line gives one rule, or there is no line and a reason."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drawn.hostile_paths import hostile_paths
from tui.audit.inputs import ACCESSES, Names
from tui.audit.rule.value import Field, Rule
from tui.audit.rules_d.augenrules import RulesFile
from tui.audit.rules_d.compiled import compile_rules
from tui.audit.rules_d.load import load
from tui.audit.rules_d.rules_line import Unwritable, checked_line, exemption, rules_line, watch
from tui.base.cleaning import clean

NAMES = Names({"root": 0}, {"root": 0}, "mawk", "3.0.9")


def no_folder(path: str) -> bool:
    return False


def test_lines_are_the_benchmarks_own_form() -> None:
    for accesses, line in (("rwxa", "-w /usr/bin/containerd -k docker"), ("wa", "-w /usr/bin/containerd -p wa -k docker")):
        assert rules_line(watch("/usr/bin/containerd", accesses, "docker", no_folder), NAMES, no_folder) == line
    assert rules_line(exemption("/var/lib/docker/volumes"), NAMES, no_folder) == "-a never,exit -F dir=/var/lib/docker/volumes"
    assert rules_line(watch("/srv/a b\\c", "rwxa", "docker", no_folder), NAMES, no_folder) == r"-w /srv/a\ b\\c -k docker"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/tmp/x\n-e0\n#/dockerd", "control character 0x0a"),
        ("/tmp/x\r", "control character 0x0d"),
        ("/tmp/x\0", "control character 0x00"),
        ("/tmp/x\ty", "control character 0x09"),
        ("/tmp/\x1b[2J", "control character 0x1b"),
        ("/tmp/\x85-e0", "control character 0x85"),
        ("/tmp/\u2028-e0", "control character 0x2028"),
        ("/" + "x" * 256, "auditctl has no words"),
        ("/x" * 2100, "auditctl has no words"),
        ("relative", "auditctl has no words"),
    ],
)
def test_what_no_line_carries_is_refused_with_the_reason(path: str, reason: str) -> None:
    refused = rules_line(watch(path, "rwxa", "docker", no_folder), NAMES, no_folder)
    assert isinstance(refused, Unwritable)
    assert reason in refused.reason
    assert refused.reason.startswith("No rules file can hold ")
    assert clean(refused.reason) == refused.reason
    assert len(refused.reason) < 1300


def test_a_rule_without_words_is_refused() -> None:
    odd = Rule("exit", "always", None, (Field("field:77", "=", 1),))
    assert isinstance(rules_line(odd, NAMES, no_folder), Unwritable)


def test_an_exemption_that_auditctl_would_misread_is_refused() -> None:
    """``-F dir=/a!=b`` is taken for a field called dir=/a, and a never rule has no other form."""
    assert isinstance(rules_line(exemption("/srv/a!=b"), NAMES, no_folder), Unwritable)
    assert rules_line(watch("/srv/a!=b", "rwxa", "k", no_folder), NAMES, no_folder) == "-w /srv/a!=b -k k"


@given(
    hostile_paths(), st.sampled_from([ACCESSES, "wa", "x"]), st.booleans(), st.booleans(), st.sampled_from(["mawk", "gawk", None])
)
def test_a_line_loads_its_rule_and_nothing_else(path: str, accesses: str, leaves_out: bool, folder: bool, awk: str | None) -> None:
    def is_directory(asked: str) -> bool:
        return folder

    names = Names({"root": 0}, {"root": 0}, awk, "3.0.9")
    rule = exemption(path) if leaves_out else watch(path, accesses, "docker", is_directory)
    line = rules_line(rule, names, is_directory)
    if isinstance(line, Unwritable):
        assert clean(line.reason) == line.reason
        return
    content = f"\n{line}\n".encode("utf-8", "surrogateescape")
    assert content.count(b"\n") == 2
    compiled = compile_rules([RulesFile("docker.rules", content), RulesFile("z.rules", b"-w /z -k z\n")], names)
    loaded = load(compiled, names, is_directory, lambda path: True)
    assert loaded.stopped is None
    assert len(loaded.rules) == 2
    assert loaded.rules[0] == rule
    assert (loaded.settings, loaded.makes_immutable) == ({}, False)


@given(hostile_paths())
def test_a_harmless_name_is_never_refused(path: str) -> None:
    if re.fullmatch(r"[/a-zA-Z0-9 \\#*?\"'é-]{1,200}", path):
        plain = watch(path.rstrip("/") or "/", "rwxa", "docker", no_folder)
        assert isinstance(rules_line(plain, NAMES, no_folder), str)


@pytest.mark.parametrize("text", ["-b 8192", "-w /x -k y", "-D -k y", "-i", "-d always,exit -S open", "--backlog_wait_time 5"])
def test_somebody_elses_line_stays_as_it_is(text: str) -> None:
    assert checked_line(text, NAMES, no_folder) == text


@pytest.mark.parametrize("text", ["-w /x\r", "-w /x\n-e 0", "nonsense", "# comment", "", "-w /a\0b", "-w /x -k " + "y" * 7000])
def test_somebody_elses_line_is_not_carried_where_it_is_none(text: str) -> None:
    refused = checked_line(text, NAMES, no_folder)
    assert isinstance(refused, Unwritable)
    assert clean(refused.reason) == refused.reason
