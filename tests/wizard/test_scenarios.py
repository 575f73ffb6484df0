"""The scenarios, walked to their ends as lines and on screens, with the real judgement, plan and run on simulated hosts."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from tests.tools.show_screen import demo_session
from tests.wizard.named_keys import keys_that_do_nothing
from tests.wizard.scenario_sessions import ENDS, session_of
from tests.wizard.test_plain import Typed, check_lines
from tests.wizard.walk import screen_text
from tests.wizard.walking import Walk
from tui.controls.catalogue import load_catalogue
from tui.host.port import ProbeResult
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.opening import open_session
from tui.plain.walk import PlainWalk
from tui.verdict.question import Question
from tui.views.diff import added_lines
from tui.views.explanations import EXPLANATIONS
from tui.views.page import plain
from tui.views.pages.confirm import confirm_lines
from tui.views.pages.control import control_lines, verdict_parts
from tui.views.pages.finding import summary_parts
from tui.views.pages.plan import plan_headline, plan_lines, preview_lines
from tui.views.signs import UNICODE
from tui.views.switches import ways_past
from tui.views.words import headline, state_words
from tui.wizard.app import WizardApp
from tui.wizard.steps.base import StepScreen
from tui.wizard.terminal import TerminalChoice

pytestmark = pytest.mark.slow


def test_every_scenario_has_its_end() -> None:
    assert tuple(ENDS) == SCENARIO_NAMES


@pytest.mark.parametrize("name", ENDS)
def test_a_scenario_in_lines(name: str) -> None:
    words, status = ENDS[name]
    out = io.StringIO()
    session = session_of(name, "1.2.11")
    walk = PlainWalk(session, Typed("\n\n\nyes\n\n", out), out, io.StringIO())
    assert walk.walk() == status
    assert words in out.getvalue()
    check_lines(out.getvalue())


def in_sight(walk: Walk) -> set[str]:
    """What a tired reader looks for first, of what stands in the rows of the screen that is shown."""
    text, plan = " ".join(screen_text(walk.app).split()), walk.app.session.plan
    assert plan is not None
    (finding,) = plan.findings
    changes = {
        "HostScreen": ["The plan adds", "Nothing would change"],
        "PreviewScreen": [plan_headline(plan).partition(".")[0].partition(" until")[0]],
        "ConfirmScreen": [f"+ {line}" for change in plan.files for line in added_lines(change)],
    }[walk.at]
    return {
        *({"the verdict"} if state_words(finding) in text or headline(finding) in text else ()),
        *({"the next key"} if " Enter " in walk.keys else ()),
        *({"what would change"} if any(words in text for words in changes) else ()),
    }


@pytest.mark.parametrize("name", ENDS)
def test_control_has_the_verdict_the_next_key_and_what_would_change_below_its_title(name: str) -> None:
    session = session_of(name, "1.2.11")
    plan = session.read()
    verdict = verdict_parts(session.finding, UNICODE, plan)
    title, *rows = [plain(line) for line in control_lines(session.control, "1.2.0", 80, UNICODE, verdict)[:3]]
    assert session.control.title in title
    said = " ".join(" ".join(rows).split())
    assert f"{state_words(session.finding)}; Enter shows" in said
    assert re.search("the plan (is blocked|waits for (5 or c|1)|adds 1 rule)|plan: 1 rule, |nothing would change", said)


def silenced(walk: Walk) -> bool:
    """Whether the trainer has something to say at the step that is shown, and no row there says so."""
    screen = walk.app.screen
    assert isinstance(screen, StepScreen)
    return bool(screen.session.trainer.before(screen.TOPIC)) and "Trainer  " not in screen_text(walk.app)


@pytest.mark.parametrize("name", ENDS)
async def test_a_scenario_on_screens(name: str) -> None:
    words, status = ENDS[name]
    session = session_of(name, "1.2.11")
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        idle = keys_that_do_nothing(wizard.screen)
        assert not silenced(walk), "Control"
        await walk.press("enter")
        idle += keys_that_do_nothing(wizard.screen)
        assert not silenced(walk), "Host"
        assert in_sight(walk) >= {"the verdict", "the next key", "what would change"}, "Host"
        text = await walk.press("enter")
        idle += keys_that_do_nothing(wizard.screen)
        assert f"DEMO {name}" in text
        assert not silenced(walk), "Preview"
        assert in_sight(walk) >= {"the verdict", "the next key", "what would change"}, "Preview"
        if not words.startswith("Blocked"):
            await walk.press("enter")
            if walk.at == "ConfirmScreen":
                assert in_sight(walk) >= {"the verdict", "the next key", "what would change"}, "Confirm"
                assert not silenced(walk), "Confirm"
                idle += keys_that_do_nothing(wizard.screen)
                await walk.type("yes")
                await walk.press("enter")
            await walk.until("ResultScreen")
            assert not silenced(walk), "Result"
            idle += keys_that_do_nothing(wizard.screen)
        assert words in await walk.shows(words)
        assert not idle
        await walk.press("enter" if not words.startswith("Blocked") else "q")
    assert wizard.return_value == status


async def test_a_wide_overview_names_a_key_of_another_step_with_that_step() -> None:
    wizard = WizardApp(session_of("hardened"), TerminalChoice("rich"))
    async with wizard.run_test(size=(160, 50)) as pilot:
        walk = Walk(wizard, pilot)
        text = " ".join((await walk.settled()).split())
        assert "w on Host tells" in text
        assert not keys_that_do_nothing(wizard.screen)


@pytest.mark.parametrize("name", ENDS)
def test_every_reason_warning_and_blocker_of_a_scenario_is_explained(name: str) -> None:
    session = session_of(name)
    plan = session.read()
    ids = {reason.kind for finding in session.findings for reason in finding.reasons}
    ids |= {notice.kind for notice in plan.warnings} | {blocker.kind for blocker in plan.blockers}
    assert ids <= EXPLANATIONS.keys()


def test_a_watch_on_the_real_file_is_shown_before_it_is_written() -> None:
    session = session_of("fresh", "1.2.12")
    plan = session.read()
    assert (session.findings[0].result, session.findings[0].state) == ("fail", "unaudited")
    assert [place.path for place in session.findings[0].places] == ["/usr/bin/runc"]
    lines = [plain(line).strip() for line in preview_lines(0, plan, 80, UNICODE, session.facts)]
    assert "+ 2   -w /usr/bin/runc -k docker" in lines
    assert any(line.startswith("augenrules --load") for line in lines)
    assert "1.2.12 /usr/bin/runc" in plain(confirm_lines(plan, 80, UNICODE)[0])


async def test_a_blocked_walk_ends_with_the_way_out_and_the_lesson() -> None:
    wizard = WizardApp(session_of("never", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 40)) as pilot:
        text = " ".join((await Walk(wizard, pilot).press("enter", "enter", "enter")).split())
    assert "The way out" in text
    assert "When it is mended, R reads the host again" in text
    assert "would have said pass and recorded nothing." in text


async def test_the_way_out_of_who_is_not_root_is_another_start() -> None:
    session = session_of("never", "1.2.11")
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 40)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter")
        assert session.facts is not None
        session.facts = replace(session.facts, privileges=replace(session.facts.privileges, euid=1000))
        text = " ".join((await walk.press("enter")).split())
        assert "start it again as root" in text
        assert "R reads the host again" not in text


async def test_the_keys_of_a_plan_that_a_boot_unblocked_are_those_of_the_plan() -> None:
    wizard = WizardApp(session_of("auditd-off", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter")
        assert "Enter the way out" in walk.keys
        await walk.press("enter")
        assert "B boot" in walk.keys
        await walk.press("B", "escape")
        assert "Enter confirm" in walk.keys


async def test_the_overview_of_a_scenario_at_80_columns() -> None:
    """The longest path of the family is whole."""
    wizard = WizardApp(session_of("fresh"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        await Walk(wizard, pilot).shows("/usr/lib/systemd/system/docker.service")
        assert "10 NOT audited" in screen_text(wizard)


async def test_a_rehearsal_counts_and_changes_nothing() -> None:
    session = session_of("fresh", "1.2.11")
    before = session.host.read(session.question.interest)
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "r", "ctrl+u", "5", "enter")
        assert "-w /usr/bin/containerd" in screen_text(wizard)
        assert session.host.read(session.question.interest).kernel_rules == before.kernel_rules, "nothing before the word"
        await walk.type("yes")
        await walk.press("enter")
        text = await walk.until("CountedScreen")
        assert "1.2.11" in text
        await walk.press("enter")
        assert walk.at == "PreviewScreen"
    after = session.host.read(session.question.interest)
    assert (after.rules_dir, after.kernel_rules) == (before.rules_dir, before.kernel_rules)


@pytest.mark.parametrize("name", list(ENDS))
async def test_nothing_is_called_proved_before_a_probe(name: str) -> None:
    """Neither the screens nor the trainer, on any host, up to the word: and on one that needs nothing, not before ``p``."""
    wizard = WizardApp(session_of(name, "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(100, 60)) as pilot:
        walk = Walk(wizard, pilot)
        for _ in range(3):
            await walk.press("enter")
            seen = " ".join(screen_text(wizard).split())
            assert not re.search(r"(?<!not )\bproved\b", seen), seen
        if walk.at == "ResultScreen" and "p probe" in walk.keys:
            await walk.press("p")
            assert "nothing to do, and proved" in await walk.shows("proved")


def test_a_host_that_waits_for_its_reboot_is_not_called_done() -> None:
    session = session_of("immutable", "1.2.11")
    session.read()
    session.carry_out(lambda event: None, lambda: False)
    plan = session.read()
    assert plan.is_empty
    report = session.nothing_to_do()
    assert (report.outcome, session.exit_code) == ("pending-reboot", 1)


def test_a_probe_that_finds_no_record_is_not_green_and_not_status_0() -> None:
    session = session_of("compliant", "1.2.11")
    session.read()
    session.nothing_to_do()
    session.host.probe = lambda path, access, **_more: ProbeResult(path, access, 1, False, "no record came")
    report = session.probe()
    assert (report.outcome, report.headline, session.exit_code) == ("not-proved", "nothing to do, but not proved", 1)


async def test_the_lesson_under_the_cursor_is_shown_in_full() -> None:
    session = open_session(
        Question(load_catalogue().numbered("1.2.0"), "1.2.0"),
        demo="",
        live=lambda: SimulatedHost(load_scenario("fresh")),
    )
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        for name in SCENARIO_NAMES:
            for _ in range(100):
                shown = " ".join(re.sub("[▁-█]", " ", screen_text(wizard)).split())  # the scroll bar is beside the text
                if load_scenario(name).lesson in shown:
                    break
                await pilot.pause(0.05)
            else:
                raise AssertionError(f"the lesson of {name} is not in:\n{screen_text(wizard)}")
            await pilot.press("down")


def test_what_is_audited_in_part_is_not_counted_as_not_audited() -> None:
    session = session_of("foreign-rules")
    session.read()
    assert summary_parts(session.findings) == "1 audited, 3 partly audited, 6 NOT audited"


def test_plan_prints_each_warning_once() -> None:
    session = session_of("fresh", "1.2.11")
    plan = session.read()
    assert plan is not None
    text = " ".join(" ".join(plain(line) for line in plan_lines(plan, 80, UNICODE)).split())
    assert plan.warnings
    for warning in plan.warnings:
        assert text.count(warning.text) == 1


async def test_the_top_line_drops_whole_words_from_the_middle() -> None:
    wizard = WizardApp(session_of("full-partition", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        await Walk(wizard, pilot).press("enter")
        top = screen_text(wizard).splitlines()[0]
        assert "web-01 · … · root " in top, "the system is left out, whole, and that has its sign"
        assert top.rstrip().endswith("DEMO full-partition")


async def test_three_dots_of_ascii_are_no_four() -> None:
    wizard = WizardApp(session_of("broken-neighbour", "1.2.11"), TerminalChoice("mono", ascii=True))
    async with wizard.run_test(size=(80, 24)) as pilot:
        await Walk(wizard, pilot).press("enter")
        assert "web-01 ... " in screen_text(wizard).splitlines()[0]


@pytest.mark.parametrize(("name", "keys"), [("foreign-rules", ("enter",) * 3), ("audit-4", ("enter", "enter", "1", "enter"))])
async def test_confirm_has_all_that_is_agreed_to_in_sight_and_the_trainer_gives_way(name: str, keys: tuple[str, ...]) -> None:
    wizard = WizardApp(session_of(name, "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        text = await walk.press(*keys)
        assert "Type yes to apply" in text
        assert "Commands" in text
        assert "On failure" in text
        assert "more line" not in text
        await pilot.resize_terminal(80, 40)
        await walk.shows("Trainer")  # where there is room the trainer has some


async def test_a_wide_screen_has_the_warnings_beside_confirm_and_what_each_step_found_beside_the_result() -> None:
    wizard = WizardApp(session_of("fresh", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(160, 50)) as pilot:
        walk = Walk(wizard, pilot)
        text = await walk.press("enter", "enter", "enter")
        assert walk.at == "ConfirmScreen"
        assert "Events are lost while auditd restarts" in text
        assert "Trainer" in text, "the warnings take none of its rows"
        await walk.type("yes")
        await walk.press("enter")
        text = await walk.until("ResultScreen")
        assert "What each step found" in text
        assert "4 of 4 accesses are in the log." in text


async def test_what_was_walked_to_its_end_is_marked_in_the_list_of_scenarios() -> None:
    session = session_of("never", "1.2.11")
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 40)) as pilot:
        walk = Walk(wizard, pilot)
        text = await walk.press("escape")
        assert walk.at == "ScenariosScreen"
        assert "✓" not in text, "nothing was seen of it"
        await walk.press("enter", "enter", "enter", "escape", "escape")
        text = " ".join((await walk.press("escape")).split())
        assert "✓ walked to its end." in text
        assert "never ✓ A never rule" in text
        assert text.count("✓") == 2


async def test_control_tells_what_the_plan_would_change_that_the_overview_has_told() -> None:
    wizard = WizardApp(session_of("fresh"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.shows("adds -w /usr/bin/containerd -k docker")
        await walk.press("enter")
        assert "NOT audited; Enter shows why; the plan adds 1 rule" in await walk.settled()


async def test_a_restart_that_blocks_the_plan_is_not_confirmed() -> None:
    wizard = WizardApp(session_of("audit-4", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "1", "enter")
        assert walk.at == "ConfirmScreen"
        await walk.press("tab", "space")
        assert walk.at == "PreviewScreen"
        assert "Blocked: nothing will be changed" in await walk.shows("Blocked")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fresh", "Enter preview the change"),
        ("compliant", "Enter what the plan says"),
        ("absent", "Enter what the plan says"),
        ("never", "Enter what blocks it"),
    ],
)
async def test_host_says_what_enter_shows_of_the_plan(name: str, words: str) -> None:
    wizard = WizardApp(session_of(name, "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter")
        assert words in walk.keys


@pytest.mark.parametrize(
    ("name", "key", "screen"),
    [("lock-waiting", "5", "PreviewScreen"), ("lock-waiting", "c", "ConfirmScreen"), ("audit-4", "1", "PreviewScreen")],
)
async def test_the_keys_that_the_way_out_names_work_there(name: str, key: str, screen: str) -> None:
    wizard = WizardApp(session_of(name, "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "enter")
        assert walk.at == "TextScreen"
        assert f"{key} " in walk.keys
        enabled = {key for key, found in wizard.screen.active_bindings.items() if found.enabled}
        assert enabled & {*"12345c"} == set(ways_past(wizard.session.plan)), "and no other"
        await walk.press(key)
        assert walk.at == screen
        assert not wizard.session.plan.blockers


async def test_after_a_lock_u_takes_the_lines_off_the_disk_and_says_what_stays() -> None:
    wizard = WizardApp(session_of("lock-waiting", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "c")
        await walk.type("lock")
        await walk.press("enter")
        await walk.until("ResultScreen")
        await walk.press("b", "tab")
        await walk.type("yes")
        assert "counts only where" not in walk.keys, "the letters go into the prompt"
        await walk.press("escape", "u")
        assert walk.at == "UndoScreen"
        assert "the kernel's rules are locked, and it keeps them" in " ".join(screen_text(wizard).split())


async def test_a_switch_that_does_nothing_here_stays_and_says_why() -> None:
    wizard = WizardApp(session_of("foreign-rules", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "3")
        assert "Key 3 changes nothing here:" in walk.keys
        assert not wizard.session.switches.benchmark_lines


async def test_where_no_switch_does_anything_there_is_none_to_turn() -> None:
    wizard = WizardApp(session_of("compliant", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("enter", "enter", "3")
        assert not wizard.session.switches.benchmark_lines
        assert "change plan" not in walk.keys


def test_undo_all_names_what_it_has_opened_and_not_all_that_is_open() -> None:
    session = demo_session("shim", overview=True)
    session.look()
    session.select(("containerd",))
    session.read()
    assert session.carry_out(lambda event: None, lambda: False).outcome == "proved"
    report = session.undo(session.past.prepare_undo_all(), lambda event: None, lambda: False)
    assert sum(finding.state == "unaudited" for finding in report.after) > 1
    assert "NOT audited now: /usr/bin/containerd." in report.message


async def test_ctrl_z_says_that_it_does_nothing() -> None:
    wizard = WizardApp(session_of("fresh", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        await walk.press("ctrl+z")
        assert "Ctrl-Z does nothing here" in walk.keys
