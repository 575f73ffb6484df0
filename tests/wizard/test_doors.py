"""The walk over a load that would lock the kernel, or an auditd that would not come back: what is offered, asked for, and done."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.build import plain_host, with_file
from tests.plan.made import QUESTION, ready
from tests.plan.test_doors import hardened, needing
from tui.host.facts import HostFacts
from tui.host.simulated.host import SimulatedHost
from tui.plain.walk import PlainWalk
from tui.session import Session
from tui.wizard.app import WizardApp
from tui.wizard.terminal import TerminalChoice
from tui.wizard.widgets.document import Document

pytestmark = pytest.mark.slow


def session(facts: HostFacts, folder: Path) -> Session:
    return Session(QUESTION, SimulatedHost(facts, state_folder=folder))


def walked(walk: Session, *answers: str) -> str:
    out = io.StringIO()
    PlainWalk(walk, io.StringIO("".join(answer + "\n" for answer in answers)), out, io.StringIO()).walk()
    return out.getvalue()


def enabled(walk: Session) -> int:
    assert walk.host.machine.kernel is not None
    return walk.host.machine.kernel.status.enabled


def test_the_lock_is_agreed_to_on_confirm_by_a_word_of_its_own(tmp_path: Path) -> None:
    walk = session(hardened(), tmp_path)
    text = walked(walk, "", "", "c", "yes", "", "q")
    assert "The last step locks this kernel's audit rules" in text
    assert "Type lock to go on" in text
    assert enabled(walk) == 1
    assert not walk.switches.lock
    text = walked(walk, "", "", "c", "lock", "")
    assert "audited, proved, and locked" in text
    assert enabled(walk) == 2
    assert walk.past.can_undo, "its lines can be taken off the disk; the kernel keeps its rules until the reboot"


def test_only_writing_is_one_key_away(tmp_path: Path) -> None:
    walk = session(hardened(), tmp_path)
    text = walked(walk, "", "", "5", "", "yes", "")
    assert "pending reboot" in text
    assert (enabled(walk), walk.exit_code) == (1, 1)


def test_the_walk_goes_on_without_the_restart_that_auditd_would_not_survive(tmp_path: Path) -> None:
    walk = session(needing(), tmp_path)
    text = walked(walk, "", "", "1", "", "yes", "")
    assert "the next boot ends that" in " ".join(text.split())
    assert walk.exit_code == 1


def test_a_setting_that_changes_the_machine_stands_on_confirm(tmp_path: Path) -> None:
    text = walked(session(with_file(ready(plain_host()), "zz-final.rules", b"-f 2\n"), tmp_path), "", "", "", "no", "q")
    confirm = "".join(text.split("Confirm ---")[1].split())
    wanted = "The load makes this kernel panic when an audit record is lost: /etc/audit/rules.d/zz-final.rules:1"
    assert wanted.replace(" ", "") in confirm


async def test_the_lock_takes_the_place_of_only_writing(tmp_path: Path) -> None:
    walk = session(hardened(), tmp_path)
    app = WizardApp(walk, TerminalChoice("rich"))
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("enter", "enter", "5", "c"):
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
        assert (walk.switches.lock, walk.switches.no_load) == (True, False)
        assert "before the lock what was done is rolled back" in app.screen.query_one("#page", Document).text


@pytest.mark.parametrize(("word", "locked"), [("yes", False), ("lock", True)])
async def test_the_wizard_asks_for_the_word_lock(word: str, locked: bool, tmp_path: Path) -> None:
    walk = session(hardened(), tmp_path)
    app = WizardApp(walk, TerminalChoice("rich"))
    async with app.run_test(size=(80, 24)) as pilot:
        for key in ("enter", "enter", "c", *word, "enter"):
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
        if not locked:
            assert str(app.screen.query_one("#answer").render()) == "That was not the word lock; nothing was done."
            assert app.screen.query_one("#word", Input).value == ""
            await pilot.press("escape")
            await pilot.pause()
            assert not walk.switches.lock
    assert (enabled(walk) == 2) is locked
