"""Whatever line auditctl takes: the rule's unambiguous line, its arguments and its kernel record read back to the same rule."""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from random import Random

import pytest
from hypothesis import assume, example, given, reject
from hypothesis import strategies as st

from tests.drawn.rule_lines import random_line
from tests.kernel_rules import record_of
from tui.audit.inputs import Names
from tui.audit.rule.auditctl import parse_arguments
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule, DeleteRule, Line
from tui.audit.rule.record import parse_record
from tui.audit.rule.text import arguments, delete_arguments, listing, unambiguous
from tui.audit.rule.value import Field, Rule

NAMES = Names({"root": 0, "nobody": 65534}, {"root": 0, "adm": 4, "nogroup": 65534}, "mawk", "3.0.9")


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """The rule of a line that auditctl takes."""
    source = draw(st.randoms(use_true_random=False))
    for _ in range(30):
        line = parse_line(random_line(source), NAMES)
        # No line of a file can hold the bytes 4 and 7 past its first word.
        if isinstance(line, AddRule) and not set("\x04\x07") & set(line.rule.path or ""):
            return line.rule
    reject()


def _as_arguments(words: tuple[str, ...], is_directory: bool = False) -> Line:
    """auditctl given *words* by execve: no splitting, no escapes."""
    return parse_arguments(words, NAMES, lambda path: is_directory)


KEY_IN_THE_MIDDLE = parse_line("-a always,exit -F arch=b64 -S open -F Key=0 -F perm=r", NAMES)
assert isinstance(KEY_IN_THE_MIDDLE, AddRule)


@given(rules())
@example(KEY_IN_THE_MIDDLE.rule)
def test_unambiguous_reads_back(rule: Rule) -> None:
    assert parse_line(unambiguous(rule), NAMES) == AddRule(rule)


@pytest.mark.slow
@given(rules(), st.booleans())
def test_arguments_read_back(rule: Rule, is_directory: bool) -> None:
    assume(not (is_directory and re.search("[!<>&]=", rule.path or "")))  # only -w takes such a name, and makes a dir of it
    assert _as_arguments(arguments(rule, is_directory=lambda path: is_directory), is_directory) == AddRule(rule)
    assert _as_arguments(delete_arguments(rule, is_directory=lambda path: is_directory), is_directory) == DeleteRule(rule)


@pytest.mark.slow
@given(rules())
def test_record_reads_back(rule: Rule) -> None:
    assert parse_record(record_of(rule)) == rule


@pytest.mark.slow
@given(rules())
def test_never_and_directory_show_in_the_unambiguous_line(rule: Rule) -> None:
    assume(not re.search("[!<>&]=", rule.path or ""))
    text = unambiguous(rule)
    assert text.startswith(f"-a {rule.action},{rule.filter}")
    assert (" dir=" in text) >= (rule.first("dir") is not None)
    assert listing(rule)


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_any_text_is_some_line(text: str) -> None:
    parse_line(text, NAMES)


@given(
    st.randoms(use_true_random=False), st.sampled_from(["3.0.9", "4.0.2", None]), st.sampled_from(["x86_64", "aarch64", "riscv64"])
)
def test_any_line_is_read_for_any_host(draw: Random, version: str | None, machine: str) -> None:
    parse_line(random_line(draw), Names(audit_version=version, machine=machine))


@given(st.binary(max_size=1200))
def test_bytes_that_are_no_record(data: bytes) -> None:
    with suppress(ValueError):
        rule = parse_record(data)
        assert parse_record(record_of(rule)) == rule


def test_a_field_without_a_name_keeps_its_number() -> None:
    plain = record_of(Rule("exit", "always", None, (Field("pid", "=", 7), Field("path", "=", "/etc/x")), ("k",)))
    odd = plain[:268] + struct.pack("=I", 99) + plain[272:]
    rule = parse_record(odd)
    assert rule.fields[0] == Field("field:99", "=", 7)
    assert rule.path == "/etc/x"
    assert listing(rule) == "-a always,exit -S all f99=7 -F path=/etc/x -F key=k"


def test_a_cut_off_record() -> None:
    whole = record_of(Rule("exit", "always", None, (Field("path", "=", "/etc/passwd"),)))
    for end in (0, 100, 1039, 1045):
        with pytest.raises(ValueError, match="record"):
            parse_record(whole[:end])


def test_the_short_form_is_for_file_watches_only() -> None:
    watch = Rule("exit", "always", None, (Field("path", "=", "/usr/bin/containerd"), Field("perm", "=", 15)), ("docker", "b"))
    assert arguments(watch) == ("-w", "/usr/bin/containerd", "-p", "rwxa", "-k", "docker", "-k", "b")
    assert delete_arguments(watch)[:2] == ("-W", "/usr/bin/containerd")
    assert arguments(watch, is_directory=lambda path: True)[:2] == ("-a", "always,exit")
    never = Rule("exit", "never", None, watch.fields, ("docker",))
    assert listing(never) == "-w /usr/bin/containerd -p rwxa -k docker"
    assert arguments(never)[:2] == ("-a", "never,exit")
    assert delete_arguments(never)[:2] == ("-d", "never,exit")
