"""Keys that come faster than the screens change, and what threads find while they come."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from textual.events import Key
from textual.widgets import Input

from tests.wizard import samples
from tests.wizard.walk import FAMILY, SampleSession, app, sample_demo, until
from tests.wizard.walking import SIZE, TO_CONFIRM, Walk, walked
from tui.plan.values import Plan
from tui.wizard.widgets.prompt import Prompt


async def test_a_second_enter_behind_the_word_begins_no_second_run() -> None:
    """It reaches the input before the first one has led to another screen."""
    session = SampleSession(gate=threading.Event())

    async def test(walk: Walk) -> None:
        await walk.press(*TO_CONFIRM)
        await walk.type("yes")
        field = walk.app.screen.query_one("#word", Input)
        for _ in range(2):
            field.post_message(Input.Submitted(field, field.value))
        await walk.until("ApplyScreen")
        session.gate.set()
        await walk.until("ResultScreen")

    await walked(test, session)
    assert session.record == ["read", "apply"]


@pytest.mark.parametrize(
    ("pasted", "taken"),
    [("yes\nno", "yes"), ("\x1b[31m\u202eyes\x00\x9b", "[31myes"), ("\n", ""), ("caf\u00e9 \udce9", "caf\u00e9 ")],
)
async def test_of_what_is_pasted_the_first_line_is_taken_without_what_no_key_types(pasted: str, taken: str) -> None:
    """Also of what was copied here: a page of many lines."""

    async def test(walk: Walk) -> None:
        await walk.press("slash")
        field = walk.app.screen.focused
        assert isinstance(field, Input)
        walk.app._clipboard = pasted
        field.action_paste()
        assert field.value == taken

    await walked(test)


@dataclass
class Gate:
    """What readings in threads wait for, each at a gate of its own, in the order in which they begin."""

    gates: list[threading.Event] = field(default_factory=lambda: [threading.Event() for _ in range(3)])
    begun: int = 0

    def pass_through(self) -> int:
        number = self.begun
        self.begun += 1
        assert self.gates[number].wait(10)
        return number

    def open(self, *numbers: int) -> None:
        for number in numbers or range(len(self.gates)):
            self.gates[number].set()


class Waiting(SampleSession):
    """Each reading waits for its gate, and finds a host that is named after its number."""

    gate_of: Gate

    def look(self) -> Any:
        return self.named(super().look()[0]), super().look()[1]

    def named(self, facts: Any) -> Any:
        return replace(facts, identity=replace(facts.identity, name=f"host{self.gate_of.pass_through()}"))

    def read(self) -> Plan:
        host_facts, self.host_facts = self.host_facts, self.named(self.host_facts)
        if self.error is not None:
            raise self.error
        plan = super().read()
        self.host_facts = host_facts
        return plan


def waiting(*controls: Any) -> Waiting:
    session = Waiting(controls or FAMILY)
    session.gate_of = Gate()
    return session


async def test_a_page_that_lies_over_a_screen_does_not_keep_it_from_what_it_reads() -> None:
    """Help, opened before the host was read, left the overview for good with nothing but that it reads."""
    session = waiting()
    wizard = app(session)
    async with wizard.run_test(size=SIZE) as pilot:
        await until(lambda: session.gate_of.begun == 1)
        await pilot.press("question_mark")
        assert type(wizard.screen).__name__ == "TextScreen"
        session.gate_of.open()
        await wizard.workers.wait_for_complete()
        assert type(wizard.screen).__name__ == "TextScreen"
        await pilot.press("escape")
        assert "/usr/bin/containerd" in await Walk(wizard, pilot).settled()


async def test_of_two_readings_the_newer_counts_whichever_ends_first() -> None:
    session = waiting(samples.control())
    wizard = app(session)
    async with wizard.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await until(lambda: session.gate_of.begun == 1)
        await pilot.press("R")
        await until(lambda: session.gate_of.begun == 2)
        session.gate_of.open(1)
        await Walk(wizard, pilot).shows("host1")
        session.gate_of.open()
        await Walk(wizard, pilot).settled()
        assert session.facts is not None
        assert session.facts.identity.name == "host1"


async def test_what_was_read_for_a_screen_that_was_left_changes_nothing_behind_the_next() -> None:
    """A plan that stood on Confirm was replaced there by that of a reading which Host had begun, and the word agreed to what nobody had seen."""
    session = waiting(samples.control())
    wizard = app(session)
    session.gate_of.open(0)
    async with wizard.run_test(size=SIZE) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter")
        await pilot.press("R")
        await until(lambda: session.gate_of.begun == 2)
        await pilot.press("enter")
        await pilot.press("enter")
        await walk.until("ConfirmScreen")
        agreed_to = session.plan
        session.gate_of.open()
        await walk.settled()
        assert session.plan is agreed_to
        assert walk.at == "ConfirmScreen"


def test_a_switch_that_is_turned_while_the_host_is_read_stays_turned() -> None:
    session = SampleSession()
    session.read()
    apart = session.apart()
    apart.read()
    session.switch("no_restart")
    session._plan_again = lambda facts: session.plan_made(session)  # type: ignore[method-assign,assignment,return-value]
    planned: list[Any] = []
    session.plan_made = lambda walk: planned.append(walk.switches)  # type: ignore[assignment,return-value]
    session.take(apart)
    assert session.switches.no_restart
    assert planned == [session.switches]
    session.take(session.apart())
    assert len(planned) == 1


async def test_what_is_read_for_a_screen_that_was_left_before_it_began_is_shown_on_no_other() -> None:
    """An overview that was left before it was built gave its reading to the screen that stood there by then, and ended the program."""
    session = waiting()
    session.gate_of.open(0)
    wizard = app(session)
    async with wizard.run_test(size=SIZE) as pilot:
        walk = Walk(wizard, pilot)
        await walk.settled()
        wizard.go("overview")
        overview = wizard.screen
        wizard.go("control")
        await until(lambda: session.gate_of.begun == 2 and overview.parent is None)
        session.gate_of.open()
        await walk.settled()
        assert walk.at == "ControlScreen"
        assert wizard.crash is None
        assert session.facts is not None
        assert session.facts.identity.name == "host0"


@pytest.mark.parametrize("step", ["overview", "preview", "control"])
async def test_a_key_waits_until_the_screen_that_it_finds_is_built(step: str) -> None:
    """One that an older screen had passed on found a screen without its widgets, and ended the program."""
    wizard = app(SampleSession(FAMILY))
    async with wizard.run_test(size=SIZE) as pilot:
        walk = Walk(wizard, pilot)
        await walk.settled()
        wizard.session.read()
        wizard.go(step)
        passed_on = Key("slash", "/")
        passed_on._set_forwarded()
        await wizard.on_event(passed_on)
        await walk.settled()
        assert wizard.crash is None
        assert wizard.screen.query_one(Prompt).display


async def test_a_reading_that_fails_behind_the_next_screen_ends_nothing() -> None:
    """A run may have been begun there meanwhile, which the end of the program would call off."""
    session = waiting(samples.control())
    session.gate_of.open(0)
    wizard = app(session)
    async with wizard.run_test(size=SIZE) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter")
        session.error = ValueError("the host went away")  # the copy of a reading has it from its begin
        await pilot.press("R")
        await until(lambda: session.gate_of.begun == 2)
        await pilot.press("escape")
        await walk.until("ControlScreen")
        session.gate_of.open()
        await walk.settled()
        assert wizard.crash is None


async def test_no_boot_while_the_host_is_read() -> None:
    """What was read before a boot is not true after it."""
    session = waiting(samples.control())
    session.demo = sample_demo()
    session.gate_of.open(0)
    wizard = app(session)
    async with wizard.run_test(size=SIZE) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter")
        screen = wizard.screen
        assert screen.check_action("boot", ())
        await pilot.press("R")
        await until(lambda: session.gate_of.begun == 2)
        assert not screen.check_action("boot", ())
        session.gate_of.open()
        await walk.settled()
        assert screen.check_action("boot", ())
        assert "B boot" in walk.keys


@pytest.mark.parametrize("key", ["slash", "question_mark", "enter", "escape"])
async def test_a_key_behind_the_one_that_quits_does_nothing(key: str) -> None:
    """No widget can be added any more by then: a quick "/" made the end a crash."""
    wizard = app(SampleSession(FAMILY))
    async with wizard.run_test(size=SIZE) as pilot:
        await Walk(wizard, pilot).settled()
        shown = wizard.screen
        wizard.exit(0)
        await wizard.on_event(Key(key, None))
        passed_on = Key(key, None)
        passed_on._set_forwarded()
        await wizard.on_event(passed_on)
        assert wizard.screen is shown
    assert (wizard.crash, wizard.return_value) == (None, 0)


async def test_the_word_behind_the_key_that_quits_begins_no_run() -> None:
    session = SampleSession()

    async def test(walk: Walk) -> None:
        await walk.press(*TO_CONFIRM)
        await walk.type("yes")
        field = walk.app.screen.query_one("#word", Input)
        walk.app.exit(130)
        walk.app.screen.on_input_submitted(Input.Submitted(field, field.value))

    wizard = await walked(test, session)
    assert session.record == ["read"]
    assert wizard.return_value == 130


@pytest.mark.parametrize("turns", [0, 1, 2, 5])
async def test_an_end_while_a_screen_is_built_is_no_crash(turns: int) -> None:
    """Textual mounts no widget once an app ends, and tells the screen all the same that it is mounted: SIGTERM there ended with status 70."""
    wizard = app(SampleSession(FAMILY))
    async with wizard.run_test(size=SIZE) as pilot:
        await Walk(wizard, pilot).shows("/usr/bin/containerd")
        await wizard.workers.wait_for_complete()
        wizard.go("overview")
        for _ in range(turns):
            await asyncio.sleep(0)
        wizard.exit(0)
        await pilot.pause()
    assert wizard.crash is None
    assert wizard.return_code == 0


async def test_a_key_that_comes_once_the_screens_are_taken_down_waits_for_none() -> None:
    """The test driver takes them down while keys are under way: the help that one of them opens is never built."""
    wizard = app(SampleSession())
    async with wizard.run_test(size=SIZE) as pilot:
        await Walk(wizard, pilot).shows("/usr/bin/containerd")
        await wizard.workers.wait_for_complete()
        wizard._running = False
        wizard.open_help("control")
        await asyncio.wait_for(wizard.on_event(Key("c", "c")), 10)
        wizard._running = True
