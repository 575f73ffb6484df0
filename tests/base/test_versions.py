"""Package versions: one reading of them, one comparison, and the same answer in everything that depends on one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.audit.inputs import Names
from tui.audit.log.conf import parse_conf
from tui.audit.rule.line import parse_line
from tui.audit.rule.syscalls import auditctl_number, expands_permissions
from tui.audit.rules_d.augenrules import RulesFile
from tui.audit.rules_d.compiled import compile_rules
from tui.base.versions import at_least, before, version


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3.0.9", (3, 0, 9)),
        ("1:3.0.9-1", (3, 0, 9)),
        ("4.0.2-2+deb13u1", (4, 0, 2)),
        ("4.1.4-alpha", (4, 1, 4)),
        ("4.2~rc1", (4, 2)),
        ("3.1.2-2.el9_4.1", (3, 1, 2)),
        ("4", (4,)),
        ("unknown", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_leading_numbers(text: str | None, parts: tuple[int, ...]) -> None:
    assert version(text) == parts


def test_comparison() -> None:
    assert at_least("4.0.2", 4)
    assert at_least("4", 4, 0)
    assert at_least("1:4.0.1-1", 4, 0, 1)
    assert not at_least("4.0", 4, 0, 1)
    assert before("3.0.9", 3, 1)
    assert not before("3.1", 3, 1, 0)


@given(st.one_of(st.none(), st.text(max_size=30), st.from_regex(r"(\d:)?\d+(\.\d+)*(-\d+)?", fullmatch=True)), st.data())
def test_known_versions_are_on_one_side_and_unknown_ones_on_none(text: str | None, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.integers(0, 20), min_size=1, max_size=3))
    assert at_least(text, *wanted) + before(text, *wanted) == bool(version(text))


@given(st.text("0123456789.:-~", max_size=5000))
def test_a_version_from_outside_is_read_whatever_it_is(text: str) -> None:
    assert all(number < 10**9 for number in version(text))


@pytest.mark.parametrize("plain", ["2.8.5", "3.0.9", "3.1.1", "4.0", "4.0.1", "4.0.2", "4.1.4", "4.2.1"])
def test_an_epoch_and_a_revision_change_no_answer(plain: str) -> None:
    """The same package by the name that its manager gives it: every reader of the version takes it for the same one."""
    full = f"1:{plain}-1"
    files = [RulesFile("a b.rules", b"-w /a\r\n"), RulesFile("[c].rules", b"-w /c\n"), RulesFile("c.rules", b"-w /d\n")]
    conf = b"report_interval = 5\nmax_log_file_action = exec /x\n"
    lines = [
        "-a always,exit -F arch=b64 -F path=/x -F perm=wa",
        "-a always,exit -F arch=b64 -S fchmodat2 -F path=/x",
        "-a always,io_uring -S openat",
        "--signal nonsense",
    ]
    assert [parse_line(line, Names(audit_version=full)) for line in lines] == [
        parse_line(line, Names(audit_version=plain)) for line in lines
    ]
    assert compile_rules(files, Names(awk="mawk", audit_version=full)) == compile_rules(
        files, Names(awk="mawk", audit_version=plain)
    )
    assert parse_conf(conf, audit_version=full).errors == parse_conf(conf, audit_version=plain).errors
    assert expands_permissions(full) == expands_permissions(plain)
    assert auditctl_number("fchmodat2", "x86_64", full) == auditctl_number("fchmodat2", "x86_64", plain)
