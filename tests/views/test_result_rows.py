"""Rows of a result: the sign where no control applies, what to do after a rollback, the score on the list of scenarios."""

from __future__ import annotations

from dataclasses import replace

from tests.tools.show_screen import demo_session
from tui.run.words import NOT_UNDONE, STARTED_AGAIN
from tui.views.page import plain
from tui.views.pages.progress import step_line
from tui.views.pages.report import report_lines
from tui.views.signs import UNICODE
from tui.views.words import report_role


def test_where_no_control_applies_the_sign_is_neither_good_nor_bad() -> None:
    session = demo_session("absent", "containerd")
    session.read()
    report = session.nothing_to_do()
    assert report_role(report) == "dim"
    assert plain(report_lines(report, 80, UNICODE)[0]).split()[0] == UNICODE.none
    session = demo_session("compliant", "containerd")
    session.read()
    assert report_role(session.nothing_to_do()) == "good"


def test_after_a_rollback_it_is_said_who_started_auditd_again() -> None:
    session = demo_session("no-return", "containerd")
    session.read()
    report = session.carry_out(lambda _event: None, lambda: False)
    lines = report_lines(report, 80, UNICODE, session.facts_before, session.facts_after)
    text = " ".join(" ".join(map(plain, lines)).split())
    assert "Find out why auditd did not come back from its restart, with the command below." in text
    assert "tail -n 20" in text or "journalctl -u auditd -n 20" in text
    assert "Now NOT audited: /usr/bin/containerd." in text
    assert "The rollback starts a daemon that is down: it runs again (process" in text
    assert "Or begin again: with" in text
    (restart,) = (step for step in report.steps if step.name == "restart")
    assert restart.message == STARTED_AGAIN
    assert plain(step_line(restart, 80, UNICODE)).endswith("started again")
    assert plain(step_line(replace(restart, message=NOT_UNDONE), 80, UNICODE)).endswith("not undone")
    since = report_lines(report, 80, UNICODE, session.facts_before, session.facts_after, now="after the run")
    text = " ".join(" ".join(map(plain, since)).split())
    assert "The rollback starts a daemon that is down: it ran again until the boot." in text
    assert "(process" not in text[text.index("Next ") :].split("Command")[0]
