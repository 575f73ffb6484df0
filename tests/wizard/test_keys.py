"""Keys and clicks that do the same on every step: help, find, copy, save, the key line, the step bar."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.wizard.walk import (
    FAMILY,
    SampleSession,
    screen_text,
    undo_sample,
)
from tests.wizard.walking import TO_APPLY, Walk, click, walked
from tui.views.help import keys_of
from tui.wizard.widgets.bars import KeyLine, StepBar
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.key_names import KEY_NAMES
from tui.wizard.widgets.prompt import Prompt

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("presses", [(), *(("enter",) * many for many in range(1, 5)), ("enter", *TO_APPLY, "ResultScreen")])
async def test_help_lists_every_key_that_the_key_line_knows_and_no_other(presses: tuple[str, ...]) -> None:
    """On each step of a walk for several controls: what is listed works, and what works is listed."""

    async def test(walk: Walk) -> None:
        for press in presses:
            await (walk.until(press) if press.endswith("Screen") else walk.press(press))
        if walk.at == "ConfirmScreen":
            await walk.press("tab")
        screen = walk.app.screen
        shown = {KEY_NAMES.get(key, key) for key, found in screen.active_bindings.items() if found.enabled and found.binding.show}
        works = {KEY_NAMES.get(key, key) for key, found in screen.active_bindings.items() if found.enabled}
        await walk.press("question_mark")
        lines = walk.app.screen.query_one("#page", Document).text.splitlines()
        at = next(number for number, line in enumerate(lines) if line.strip() == "Keys here")
        end = next(number for number, line in enumerate(lines) if line.strip() in ("Signs", "Words"))
        listed = {key for line in lines[at + 1 : end] if line[4:5].strip() for key in keys_of(line[4:30].split("  ")[0].strip())}
        assert shown - {"", "Tab", "Space"} <= listed
        assert {key for key in listed if len(key) == 1 or key in ("Enter", "Esc")} <= works

    await walked(test, SampleSession(FAMILY, undo_plan=undo_sample()))


async def test_find_goes_from_place_to_place() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("slash")
        text = await walk.type("references")
        assert re.search(r"(?<!\d)1 of 1\b", text)
        assert walk.app.screen.query_one(Document).scroll_offset.y > 0
        await walk.press("escape", "slash")
        assert "not found" in await walk.type("zzz")
        assert "not found" in await walk.press("enter")
        await walk.press("escape", "enter")
        assert walk.at == "HostScreen"

    await walked(test)


async def test_copy_says_where_the_text_lies() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "y")
        message = walk.app.screen.query_one(KeyLine).message
        path = Path(message.split("Copied to ")[1].split(" and ")[0])
        assert path.read_text() == (
            "--- a/etc/audit/rules.d/docker.rules\n+++ b/etc/audit/rules.d/docker.rules\n@@ -1,3 +1,4 @@\n \n # container runtime\n"
            " -w /usr/bin/containerd-shim -k docker\n+-w /usr/bin/containerd -k docker\n"
        )
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert "+-w /usr/bin/containerd -k docker" in walk.app.clipboard
        await walk.press("down")
        assert not walk.app.screen.query_one(KeyLine).message

    await walked(test)


async def test_save_writes_a_new_file_and_leaves_an_old_one_alone(tmp_path: Path) -> None:
    target = tmp_path / "plan.diff"

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "s")
        await walk.press("ctrl+u")
        await walk.type(str(target))
        await walk.press("enter")
        assert "Saved to" in walk.app.screen.query_one(KeyLine).message
        before = target.read_text()
        assert "+-w /usr/bin/containerd -k docker" in before
        await walk.press("s", "ctrl+u")
        await walk.type(str(target))
        assert "exists already" in await walk.press("enter")
        assert target.read_text() == before
        assert walk.app.screen.query_one(Prompt).query_one(Input).value == str(tmp_path / "plan-2.diff"), "another name is offered"
        await walk.press("enter")
        assert (tmp_path / "plan-2.diff").read_text() == before
        await walk.press("s")
        assert walk.app.screen.query_one(Prompt).display
        await walk.press("escape")
        assert walk.at == "PreviewScreen"

    await walked(test, size=(120, 24))


async def test_the_word_typed_where_it_is_not_asked_for_does_nothing_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first letter copies, as it says; its last one opens no prompt to save, on no step; Enter then goes on as ever."""
    monkeypatch.chdir(tmp_path)

    async def test(walk: Walk) -> None:
        for at in ("ControlScreen", "PreviewScreen"):
            assert walk.at == at
            text = await walk.press(*"yes")
            assert "The word yes counts only where it is asked for: nothing was agreed to here." in text
            assert (walk.at, walk.app.screen.prompt_open) == (at, False)
            await walk.press("enter", "enter")
        await walk.press("escape", "s")
        assert "is the word of Confirm" in await walk.press(*"yes", "enter")
        assert not list(tmp_path.iterdir())
        await walk.press("ctrl+u", "tab", "enter")
        assert [path.name for path in tmp_path.iterdir()] == ["plan.diff"]

    await walked(test, size=(120, 24))


async def test_what_the_last_key_did_stands_above_the_keys_which_stay() -> None:
    async def test(walk: Walk) -> None:
        before = (await walk.press("enter", "enter")).splitlines()[-1]
        *_, said, keys = (await walk.press("y")).splitlines()
        assert keys == before
        assert "sent to the clipboard" in said or "Copied to" in screen_text(walk.app)

    await walked(test)


@pytest.mark.parametrize(("session", "status"), [(SampleSession(), 130), (SampleSession(outcome="rolled-back"), 4)])
async def test_ctrl_c_ends_as_sigint_does_and_after_a_run_as_the_run_did(session: SampleSession, status: int) -> None:
    async def test(walk: Walk) -> None:
        if status == 4:
            await walk.press(*TO_APPLY)
            await walk.until("ResultScreen")
        await walk.press("ctrl+c")

    assert (await walked(test, session)).return_value == status


@pytest.mark.parametrize(("presses", "words"), [((), "What the benchmark asks for"), (("enter",), "The verdict stands first")])
async def test_help_explains_the_step_and_every_way_leads_back(presses: tuple[str, ...], words: str) -> None:
    async def test(walk: Walk) -> None:
        await walk.press(*presses)
        at = walk.at
        for way in ("escape", "question_mark", "enter"):
            assert words in await walk.press("question_mark")
            await walk.press(way)
            assert walk.at == at

    await walked(test)


async def test_why_is_offered_where_there_is_a_reason() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter")
        assert "w why" in walk.keys
        assert "containerd-shim only" in await walk.press("w")
        await walk.press("escape", "enter", "w")
        assert "Logs share /" in screen_text(walk.app)

    await walked(test)


async def test_a_click_on_a_key_does_what_the_key_does() -> None:
    async def test(walk: Walk) -> None:
        await walk.pilot.click(KeyLine, offset=(3, 0))
        await walk.app.workers.wait_for_complete()
        await walk.pilot.pause()
        assert walk.at == "HostScreen"

    await walked(test)


async def test_a_click_on_tab_leaves_the_input_and_leads_back_to_it() -> None:
    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "enter")
        assert walk.at == "ConfirmScreen"
        assert "Tab to the word" in await click(walk, KeyLine, "more keys")
        assert "Tab more keys" in await click(walk, KeyLine, "to the word")

    await walked(test)


async def test_a_click_on_a_key_of_the_prompt_does_what_it_does_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter alone saves under the name that is offered."""
    monkeypatch.chdir(tmp_path)

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter", "s")
        await click(walk, KeyLine, "change this name")
        assert walk.app.screen.query_one(Prompt).query_one(Input).value == "plan.diff"
        await click(walk, KeyLine, "close")
        assert not walk.app.screen.query_one(Prompt).display
        await walk.press("s")
        assert "Saved to" in await click(walk, KeyLine, "save")
        await walk.press("s", "enter")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["plan-2.diff", "plan.diff"]

    await walked(test)


async def test_each_key_in_the_key_line_names_an_action_that_is_there() -> None:
    async def test(walk: Walk) -> None:
        for _ in range(4):
            for _, what, action in walk.app.screen.query_one(KeyLine)._keys:
                target, name, _ = walk.app._parse_action(action, walk.app.screen)
                assert hasattr(target, f"action_{name}"), f"{what} on {walk.at}"
            await walk.press("enter")

    await walked(test)


async def test_the_step_bar_leads_where_a_click_points_but_never_past_what_enter_does() -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        await walk.press("enter", "enter")
        await click(walk, StepBar, "6 Result")
        assert walk.at == "PreviewScreen"
        await click(walk, StepBar, "2 Host")
        assert walk.at == "HostScreen"
        await click(walk, StepBar, "3 Preview")
        await click(walk, StepBar, "4 Confirm")
        assert walk.at == "ConfirmScreen"
        await click(walk, StepBar, "5 Apply")
        assert walk.at == "ConfirmScreen"
        assert "Nothing happens before you type the word yes" in screen_text(walk.app)
        await click(walk, StepBar, "1 Control")
        assert walk.at == "ControlScreen"
        await walk.press("question_mark")
        await click(walk, StepBar, "2 Host")
        assert walk.at == "HostScreen"

    await walked(test, session)
    assert set(session.record) == {"read"}
