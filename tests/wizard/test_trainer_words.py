"""The trainer through the scenarios: it speaks of what is shown, and names keys that work there."""

from __future__ import annotations

import io
import re

import pytest

from tests.tools.show_screen import demo_session
from tests.wizard.scenario_sessions import session_of
from tests.wizard.walking import Walk
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.opening import open_session
from tui.plain.walk import PlainWalk
from tui.training.trainer import BOOTED, YOUR_OWN
from tui.verdict.question import Question
from tui.wizard.app import WizardApp
from tui.wizard.terminal import TerminalChoice

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("rows", "cut"), [(24, True), (40, False)])
async def test_a_taller_terminal_has_room_for_all_that_the_trainer_says(rows: int, cut: bool) -> None:
    wizard = WizardApp(session_of("halt", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, rows)) as pilot:
        walk = Walk(wizard, pilot)
        told = [await walk.press("enter") for _ in range(3)]
    assert any("tells the rest" in text for text in told) == cut


def test_the_trainer_speaks_of_the_control_that_is_shown() -> None:
    controls = load_catalogue().find(["dockerd", "containerd"], "1.2.0")
    session = open_session(Question(controls, "1.2.0"), demo="fresh", live=lambda: SimulatedHost(load_scenario("fresh")))
    assert session.control.slug == "dockerd"
    assert session.trainer.before("control") == ()
    session.turn_to(1)
    assert "why containerd" in " ".join(session.trainer.before("control"))
    assert session.trainer.before("preview") == (), "its words on the diff are about one line, not two"


async def test_the_ways_past_a_lock_stand_in_sight_and_the_trainer_goes_along() -> None:
    wizard = WizardApp(session_of("lock-waiting", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        text = await walk.press("enter", "enter")
        assert "5 only write  c the lock" in walk.keys
        assert "c to Confirm, where the load that locks is agreed to" in text
        text = " ".join((await walk.press("c")).split())
        assert "Apply this to web-01, and lock its audit rules until the next reboot?" in text
        assert "Type lock to apply, and lock" in text
        assert re.search(r"Trainer .*… \(Tab, \? tells the rest\)", text), "the trainer gives way, and not without a sign"
        text = " ".join((await walk.press("tab", "question_mark")).split())
        assert "The word is lock, not yes" in text


@pytest.mark.parametrize(
    ("name", "switch", "said", "not_said"),
    [
        ("audit-4", "no_restart", "Without the restart nothing stands in the way", "Blocked"),
        ("lock-waiting", "no_load", "Key 5: only the file is written", "Blocked"),
        ("fresh", "no_restart", "Compare the row auditd before and now", "Decide about the restart"),
        ("no-return", "no_restart", "Without the restart there is nothing here to go wrong", "The restart is what will fail"),
    ],
)
def test_the_trainer_follows_the_switch_that_is_turned(name: str, switch: str, said: str, not_said: str) -> None:
    session = session_of(name, "1.2.11")
    session.read()
    session.switch(switch)
    words = " ".join(text for step in ("preview", "confirm", "apply", "result") for text in session.trainer.before(step))
    assert said in words
    assert not_said not in words
    assert session.trainer.end()
    session.switch("adopt")
    assert session.trainer.at("preview", "after") == "", "another switch beside it is no way of the lesson"


def test_the_trainer_speaks_of_one_walk_for_one_control_only() -> None:
    session = open_session(
        Question(load_catalogue().numbered("1.2.0"), "1.2.0"),
        demo="fresh",
        live=lambda: SimulatedHost(load_scenario("fresh")),
    )
    session.select(("containerd",))
    assert "containerd" in session.trainer.at("control")
    session.select(("dockerd",))
    assert session.trainer.before("host") == ()
    session.select(("containerd",))
    session.read()
    session.nothing_to_do()
    assert session.trainer.at("result")
    session.select(("containerd",))
    assert session.trainer.at("control") == "", "the host is no longer the one that the texts tell of"
    session.reset()
    session.select(("containerd",))
    assert session.trainer.at("control")


def test_the_trainers_words_end_where_the_walk_is_another_than_the_lessons() -> None:
    session = session_of("foreign-rules", "1.2.11")
    session.read()
    session.switch("drop_kernel_only")
    assert session.trainer.before("preview"), "of the plan as it is shown first"
    assert session.trainer.before("confirm") == (YOUR_OWN,)
    assert "nobody lost a line" not in str(session.trainer.end())
    session.switch("drop_kernel_only")
    assert "published remediation" in str(session.trainer.before("confirm"))
    session.switch("no_restart")
    assert "published remediation" in str(session.trainer.before("confirm"))
    assert session.trainer.before("result") == (YOUR_OWN,)


def test_the_trainer_does_not_tell_of_a_run_that_was_stopped() -> None:
    session = session_of("fresh", "1.2.11")
    session.read()
    session.carry_out(lambda event: None, lambda: True)
    assert session.report is not None
    assert session.report.outcome != "proved"
    assert session.trainer.before("result") == session.trainer.end() == ()


KEYS_OF_SCREENS = re.compile(r"\bTab\b|\bSpace\b|\bEsc\b|Enter opens")


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_in_lines_the_trainer_names_no_key_that_only_the_screens_have(name: str) -> None:
    out = io.StringIO()
    walk = PlainWalk(demo_session(name), io.StringIO(), out, io.StringIO())
    demo = walk.session.demo
    assert demo is not None
    texts = [text for way in (demo.trainer, *demo.turned.values()) for told in way.values() for text in told.values()]
    walk.train(texts)
    assert texts
    assert KEYS_OF_SCREENS.findall(out.getvalue()) == []


def test_a_blocked_walk_in_lines_boots_its_host_as_the_trainer_says() -> None:
    session = demo_session("auditd-off")
    out = io.StringIO()
    PlainWalk(session, io.StringIO("\n\nw\nB\n"), out, io.StringIO()).walk()
    text = " ".join(out.getvalue().split())
    assert "Blocked, nothing changed. B boots this host anew" in text
    assert "B boot the host" in text
    assert session.lesson_over
    assert session.facts is not None
    assert session.facts.kernel_rules == ()


def test_the_trainer_says_that_a_boot_has_ended_the_lesson() -> None:
    session = demo_session("compliant")
    session.read()
    assert session.trainer.before("host") != (BOOTED,)
    session.boot_anew()
    assert [session.trainer.before(step) for step in ("control", "host", "preview")] == [(BOOTED,)] * 3
    session.reset()
    assert BOOTED not in session.trainer.before("host")
