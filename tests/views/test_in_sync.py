"""The rows of Host about rules.d and the kernel: in sync is said only where the next boot brings what is loaded."""

from __future__ import annotations

import pytest

from tests.tools.show_screen import demo_session
from tui.views.page import plain
from tui.views.pages.finding import host_lines
from tui.views.signs import UNICODE


@pytest.mark.parametrize(
    ("name", "run", "row"),
    [
        ("fresh", False, "In sync what is loaded is what the files on disk load"),
        ("immutable", False, "auditd.service loads rules.d, compiled, and locks the rules"),
        ("immutable", True, "Only on disk 1 rule: -w /usr/bin/containerd"),
        ("lock-waiting", False, "Lock -e 2 is on disk and not in force: the next load locks the rules"),
        ("boot-elsewhere", False, "but the next boot loads /etc/audit/site.rules instead of rules.d"),
    ],
)
def test_the_rows_about_disk_and_kernel(name: str, run: bool, row: str) -> None:
    session = demo_session(name, "containerd")
    plan = session.read()
    known = session.extras()
    if run:
        session.carry_out(lambda _event: None, lambda: False)
        plan = session.read()
    assert session.facts is not None
    assert session.finding is not None
    extras = session.extras(known)[session.finding.path]
    lines = host_lines(session.finding, session.facts, 100, UNICODE, plan, extras)
    text = " ".join(" ".join(map(plain, lines)).split())
    assert row in text
    assert ("In sync" in text) == (name == "fresh" or (name == "immutable" and not run))


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("fresh", ""),
        ("lock-waiting", ", and locks the rules"),
        ("broken-neighbour", "; the load stops at /etc/audit/rules.d/30-app.rules:2"),
        ("audit-4", "; that load fails, and auditd does not start"),
    ],
)
def test_check_and_host_say_alike_how_the_load_at_boot_ends(name: str, ends: str) -> None:
    session = demo_session(name, "containerd")
    plan = session.read()
    assert session.facts is not None
    assert session.finding is not None
    for shown in ((None, None), (plan, session.extras()[session.finding.path])):
        lines = host_lines(session.finding, session.facts, 100, UNICODE, *shown)
        text = " ".join(" ".join(map(plain, lines)).split())
        assert f"loads rules.d, compiled{ends}" in text
        assert ends or "compiled," not in text
