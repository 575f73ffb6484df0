"""The screens beside the walk, and a boot, on the scenarios: events, history, prediction."""

from __future__ import annotations

import io
import re

import pytest

from tests.pairs import paired
from tests.tools.show_screen import demo_session
from tests.wizard.scenario_sessions import ENDS, session_of
from tests.wizard.test_plain import Typed, check_lines
from tests.wizard.walk import screen_text
from tests.wizard.walking import Walk
from tui.plain.walk import PlainWalk
from tui.views.page import plain
from tui.views.pages.booted import foretold_text, since_boot_lines
from tui.views.signs import UNICODE
from tui.wizard.app import WizardApp
from tui.wizard.beside.history import HistoryScreen
from tui.wizard.terminal import TerminalChoice

pytestmark = pytest.mark.slow


async def test_e_on_host_shows_what_was_recorded() -> None:
    wizard = WizardApp(session_of("compliant", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 40)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "e")
        text = " ".join((await walk.shows("Stands out")).split())
        assert "15 accesses to /usr/bin/containerd were recorded since" in text
        assert "Login contractor (1003) came 3 times, and never before in 8 days of log." in text
        await walk.press("enter")
        assert walk.at == "HostScreen"


def test_e_in_lines_shows_what_was_recorded() -> None:
    out = io.StringIO()
    PlainWalk(session_of("compliant", "1.2.11"), Typed("\ne\n\n\nq\n", out), out, io.StringIO()).walk()
    assert "15 accesses to /usr/bin/containerd were recorded since" in out.getvalue()
    check_lines(out.getvalue())


async def test_the_undo_of_an_older_run_leads_back_to_it_and_the_result_names_the_run_that_u_would_undo_next() -> None:
    session = session_of("fresh", "1.2.11", "1.2.12")
    for slug in ("containerd", "runc"):
        session.select((slug,))
        session.read()
        session.carry_out(lambda _event: None, lambda: False)
    newest = session.past.undo_run
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(100, 30)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("h")
        await walk.shows("2 runs, 2 of them can be undone.")
        await walk.press("down", "u")
        assert walk.at == "UndoScreen"
        await walk.press("escape")
        await walk.shows("2 runs, 2 of them can be undone.")
        screen = wizard.screen
        assert isinstance(screen, HistoryScreen)
        assert screen.record is not None
        assert screen.record.controls == ("1.2.11",)
        await walk.press("u")
        await walk.type("yes")
        await walk.press("enter")
        await walk.until("ResultScreen")
        await walk.press("end")
        assert f"u takes back another run than this one: run {newest}." in " ".join(screen_text(wizard).split())


async def test_the_history_opens_a_run_and_undoes_it() -> None:
    """h, Enter reads the report of a run, u undoes it with what has happened since, and leads back to the list."""
    wizard = WizardApp(session_of("fresh", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(100, 30)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("h")
        assert "No run yet." in await walk.shows("No run yet.")
        await walk.press("escape", "enter", "enter", "enter")
        await walk.type("yes")
        await walk.press("enter")
        await walk.until("ResultScreen")
        await walk.press("escape", "escape", "h")
        text = await walk.shows("1 run; it can be undone.")
        assert "2026-11-24 09:00" in text
        assert "apply 1.2.11" in text
        assert "audited, and proved" in text
        assert "docker.rules written" in await walk.press("enter") or "Verdict before and after" in screen_text(wizard)
        await walk.press("escape", "u")
        assert walk.at == "UndoScreen"
        assert "no other file of rules.d has changed since" in " ".join(screen_text(wizard).split())
        await walk.press("escape")
        assert walk.at == "HistoryScreen"
        await walk.press("u")
        await walk.type("yes")
        await walk.press("enter")
        await walk.until("ResultScreen")
        assert "there is nothing to take back" in await walk.press("u")
        await walk.press("enter")
        text = await walk.shows("2 runs, none of them can be undone.")
        assert "undo 1.2.11" in text
        assert "2026-11-24 09:00:00  root" in text, "runs that began in one minute are told apart"
        assert "audited, and proved; undone\n" in re.sub(r" +\n", "\n", text), "no name is cut in the list"
        told = " ".join(text.split())
        assert "NOT audited now: /usr/bin/containerd." in told, "the sentence below the list is whole"
        undoing = re.search(r"Run (\S+): undone, and verified", told)
        assert undoing is not None
        assert f"; undone by {undoing[1]}." in " ".join((await walk.press("down")).split())
        assert "u undo it" not in walk.keys
        await walk.press("escape")
        assert walk.at == "ControlScreen"


@pytest.mark.parametrize("name", ENDS)
def test_what_check_foretells_of_a_boot_comes_true(name: str) -> None:
    """In each scenario, and after its run: the verdict's word on the time after a boot is what the boot brings, unless
    somebody makes room or mends a setting before."""
    for run in (False, True):
        session = session_of(name)
        session.read()
        if run:
            session.carry_out(lambda _event: None, lambda: False)
        booted = session.boot_anew()
        assert session.findings == booted.after
        for before, after in paired(booted.before, booted.after):
            assert before.after_boot is None or foretold_text(before, after).endswith(": as it came"), after.control


async def test_b_boots_the_demos_host_and_shows_what_is_left() -> None:
    wizard = WizardApp(session_of("auditd-off", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 40)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter")
        assert "B boot" in walk.keys
        await walk.press("enter")
        booted = await walk.press("B")
        assert "auditd is process 512" in booted
        assert "Enter back to the " in booted
        assert "A page to read." in await walk.press("question_mark")
        assert "auditd is process 512" in await walk.press("question_mark"), "the key closes the help, not the page"
        text = " ".join(screen_text(wizard).split())
        assert "Now 0 rules loaded, no auditd runs" in text or "Now no rules loaded, no auditd runs" in text
        assert "/usr/bin/containerd is NOT audited: its rule on disk is not loaded" in text
        assert "Foretold read no, write no, execute no, attributes no: as it came" in text
        await walk.press("escape")
        assert walk.at == "PreviewScreen"


async def test_predicted_the_walk_asks_before_it_shows_and_a_wrong_answer_says_why() -> None:
    session = session_of("shim")
    session.lesson.predict = True
    assert session.demo is not None
    session.start(session.demo)
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 30)) as pilot:
        walk = Walk(wizard, pilot)
        assert walk.at == "ControlScreen"
        assert "Enter predict first" in walk.keys
        await walk.press("enter")
        assert walk.at == "PredictScreen"
        text = await walk.press("2", "enter")
        assert "web-01 · … " in text.splitlines()[0], "what is left out has its sign"
        assert "✗ Not so. Pass: a line holds these letters." in text
        assert "containerd-shim" in text
        assert "two cost nothing, the third is the answer" in await walk.press("enter")
        assert "Hint 1 of 3" in await walk.press("h"), "no Enter is needed for a hint"
        text = await walk.press("enter")
        assert "Answer with" not in text, "that Enter was meant for the hint"
        assert "the third is the answer" in text
        assert "Hint 2 of 3" in await walk.press("tab", "h"), "the page names the key, wherever the focus is"
        text = await walk.press("minus", "enter")
        assert "✓ Right: r no, w no, x no, a no." in text
        assert "1 of 2 right" in text.splitlines()[0]
        await walk.press("enter", "3", "enter", "enter")
        assert walk.at == "HostScreen"
        assert "DEMO shim · 2 of 3 right" in screen_text(wizard)
        assert "Enter predict first" in walk.keys
        await walk.press("enter")
        assert walk.at == "PredictScreen"
        await walk.press("escape", "w", "escape", "enter", "1", "enter", "enter", "2", "enter", "enter", "0", "enter", "enter")
        assert walk.at == "PreviewScreen"
        await walk.press("escape")
        assert "Enter preview the change" in walk.keys, "what was asked is asked once"
        await walk.press("enter")
        assert walk.at == "PreviewScreen"
        await walk.press("enter")
        await walk.type("yes")
        await walk.press("enter")
        assert "The run has ended: audited, and proved." in await walk.until("PredictScreen")
        await walk.press("1", "enter", "enter", "1", "enter", "enter")
        assert walk.at == "ResultScreen"
        text = await walk.press("enter")
        assert walk.at == "ScenariosScreen"
        assert "shim ·" not in text.splitlines()[0], "no scenario is walked here"
        assert "shim: 7 of 8 right." in " ".join(text.split())
        assert "DEMO shim" not in await walk.press("question_mark"), "nor in the help of the list"
        text = await walk.press("escape")
        assert "Predict first is on: each" in " ".join(text.split())
        assert "Predict first is off" in await walk.press("P")


def test_predicted_in_lines() -> None:
    out = io.StringIO()
    session = session_of("fresh", "1.2.11")
    session.lesson.predict = True
    lines = "\nh\n2\n-\n3\n\n1\n1\n0\n\nyes\n1\n1\n\n"
    assert PlainWalk(session, Typed(lines, out), out, io.StringIO()).walk() == 0
    assert "So far: 8 of 8 right." in out.getvalue()
    assert "audited, and proved" in out.getvalue()
    check_lines(out.getvalue())


@pytest.mark.parametrize("key", ["h", "r"])
def test_h_in_lines_shows_the_runs_and_so_does_its_older_name(key: str) -> None:
    out = io.StringIO()
    session = session_of("fresh", "1.2.11")
    session.read()
    session.carry_out(lambda _event: None, lambda: False)
    PlainWalk(session, Typed(f"{key}\nq\n", out), out, io.StringIO()).walk()
    assert "2026-11-24 09:00" in out.getvalue()
    assert "1.2.11: audited, and proved" in " ".join(out.getvalue().split())
    check_lines(out.getvalue())


async def test_a_boot_makes_the_whole_host_step_anew() -> None:
    wizard = WizardApp(session_of("immutable", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(100, 50)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "enter")
        await walk.type("yes")
        await walk.press("enter")
        await walk.until("ResultScreen")
        await walk.press("escape")
        assert "Only on disk" in screen_text(wizard)
        assert "preview the change" not in walk.keys
        await walk.press("B", "escape")
        assert "is audited" in screen_text(wizard)
        assert "Only on disk" not in screen_text(wizard)
        assert "what the plan says" in walk.keys


def test_a_boot_before_any_run_is_no_boot_since_a_run() -> None:
    session = demo_session("compliant")
    session.read()
    session.boot_anew()
    session.nothing_to_do()
    assert not session.booted_since
    session.boot_anew()
    assert session.report is not None
    assert not session.booted_since, "what is said of a host that needs nothing is said of it as it is now"
    assert session.report.after == session.findings


def test_a_boot_that_undoes_what_was_found_is_told_without_a_run() -> None:
    session = demo_session("compliant")
    session.read()
    report = session.nothing_to_do()
    session.booted_since = True
    text = " ".join(plain(line) for line in since_boot_lines(session.findings, 80, UNICODE, ran=bool(report.run)))
    assert "since then" in text
    assert "the run" not in text
