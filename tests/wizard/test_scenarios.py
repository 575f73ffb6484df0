"""The scenarios, walked to their ends as lines and on screens, with the real judgement, plan and run on simulated hosts."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from tests.pairs import paired
from tests.tools.show_screen import demo_session
from tests.wizard.named_keys import keys_that_do_nothing
from tests.wizard.test_plain import Typed, check_lines
from tests.wizard.test_walk import Walk
from tests.wizard.walk import screen_text
from tui.controls.catalogue import load_catalogue
from tui.host.port import ProbeResult
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.opening import open_session
from tui.plain.walk import PlainWalk
from tui.session import Session
from tui.training.trainer import BOOTED, YOUR_OWN
from tui.verdict.question import Question
from tui.views.diff import added_lines
from tui.views.explanations import EXPLANATIONS
from tui.views.page import plain
from tui.views.pages.booted import foretold_text, since_boot_lines
from tui.views.pages.confirm import confirm_lines
from tui.views.pages.control import control_lines, verdict_parts
from tui.views.pages.finding import summary_parts
from tui.views.pages.plan import plan_headline, plan_lines, preview_lines
from tui.views.signs import UNICODE
from tui.views.switches import ways_past
from tui.views.words import headline, state_words
from tui.wizard.app import WizardApp
from tui.wizard.beside.history import HistoryScreen
from tui.wizard.terminal import TerminalChoice

pytestmark = pytest.mark.slow

ENDS = {
    "fresh": ("audited, and proved", 0),
    "compliant": ("nothing to do", 0),
    "absent": ("nothing to do", 0),
    "foreign-rules": ("audited, and proved", 0),
    "hardened": ("audited, and proved", 0),
    "shim": ("audited, and proved", 0),
    "never": ("Blocked: nothing will be changed", 0),
    "never-task": ("Blocked: nothing will be changed", 0),
    "lock-waiting": ("Blocked: nothing will be changed", 0),
    "immutable": ("pending reboot", 1),
    "broken-neighbour": ("Blocked: nothing will be changed", 0),
    "full-partition": ("done, but NOT audited", 1),
    "halt": ("audited, and proved", 0),
    "boot-elsewhere": ("Blocked: nothing will be changed", 0),
    "auditd-off": ("Blocked: nothing will be changed", 0),
    "audit-4": ("Blocked: nothing will be changed", 0),
    "no-return": ("rolled back", 4),
}
"""What each walk ends with, and its exit status: a wizard that ran nothing exits 0."""


def session_of(name: str, *numbers: str) -> Session:
    """A session on the scenario whose clock does not wait."""
    catalogue = load_catalogue()
    controls = catalogue.find(list(numbers), "1.2.0") if numbers else catalogue.numbered("1.2.0")
    session = open_session(Question(controls, "1.2.0"), demo=name, live=lambda: SimulatedHost(load_scenario(name)))
    assert session.demo is not None
    session.start(replace(session.demo, make_host=lambda: SimulatedHost(load_scenario(name))))
    return session


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
    assert re.search("the plan (is blocked|adds 1 rule)|nothing would change", said)


@pytest.mark.parametrize("name", ENDS)
async def test_a_scenario_on_screens(name: str) -> None:
    words, status = ENDS[name]
    session = session_of(name, "1.2.11")
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        idle = keys_that_do_nothing(wizard.screen)
        await walk.press("enter")
        idle += keys_that_do_nothing(wizard.screen)
        assert in_sight(walk) >= {"the verdict", "the next key", "what would change"}, "Host"
        text = await walk.press("enter")
        idle += keys_that_do_nothing(wizard.screen)
        assert f"DEMO {name}" in text
        assert in_sight(walk) >= {"the verdict", "the next key", "what would change"}, "Preview"
        if not words.startswith("Blocked"):
            await walk.press("enter")
            if walk.at == "ConfirmScreen":
                assert in_sight(walk) >= {"the verdict", "the next key", "what would change"}, "Confirm"
                idle += keys_that_do_nothing(wizard.screen)
                await walk.type("yes")
                await walk.press("enter")
            await walk.until("ResultScreen")
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


@pytest.mark.parametrize(("rows", "cut"), [(24, True), (40, False)])
async def test_a_taller_terminal_has_room_for_all_that_the_trainer_says(rows: int, cut: bool) -> None:
    wizard = WizardApp(session_of("halt", "1.2.11"), TerminalChoice("rich"))
    async with wizard.run_test(size=(80, rows)) as pilot:
        walk = Walk(wizard, pilot)
        told = [await walk.press("enter") for _ in range(3)]
    assert any("tells the rest" in text for text in told) == cut


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
        text = " ".join((await walk.press("tab", "question_mark")).split())
        assert "The word is lock, not yes" in text, "the trainer has given way, and stands in the help"


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


def test_the_whole_family_of_a_fresh_host_in_one_plan() -> None:
    out = io.StringIO()
    session = session_of("fresh")
    assert PlainWalk(session, Typed("f\n\n\n\nyes\n\nq\n", out), out, io.StringIO()).walk() == 0
    assert "audited, and proved" in out.getvalue()
    assert re.search(r"(?<!\d)8 audited", out.getvalue())
    check_lines(out.getvalue())


def test_an_undo_leaves_the_host_as_it_was() -> None:
    out = io.StringIO()
    session = session_of("foreign-rules", "1.2.11")
    before = session.host.read(session.question.interest)
    PlainWalk(session, Typed("\n\n\nyes\nu\nyes\n\n", out), out, io.StringIO()).walk()
    after = session.host.read(session.question.interest)
    assert "undone, and verified" in out.getvalue()
    assert after.rules_dir == before.rules_dir
    assert after.kernel_rules == before.kernel_rules


def test_reset_brings_the_scenario_back() -> None:
    session = session_of("fresh", "1.2.11")
    session.read()
    session.carry_out(lambda event: None, lambda: False)
    assert session.read().findings[0].result == "pass"
    session.reset()
    assert session.facts is None
    assert session.read().findings[0].result == "fail"


def test_a_compliant_host_can_be_proved_without_a_run() -> None:
    session = session_of("compliant", "1.2.11")
    session.read()
    session.nothing_to_do()
    assert session.can_probe
    report = session.probe()
    assert report.headline == "nothing to do, and proved"
    assert [probe.access for probe in report.probes] == list("rwxa")


def test_rules_on_disk_that_are_not_loaded_are_named() -> None:
    session = session_of("broken-neighbour", "1.2.11")
    session.read()
    facts = session.facts
    assert facts is not None
    session.facts = replace(facts, kernel_rules=())
    disk = session.extras()["/usr/bin/containerd"].disk
    assert disk is not None
    assert disk.not_loaded


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
        text = await walk.shows("2 runs, 0 of them can be undone.")
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
        assert "auditd is process 512" in await walk.press("B")
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
        assert "P predict first is on" in " ".join(text.split())
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


def test_the_trainer_says_that_a_boot_has_ended_the_lesson() -> None:
    session = demo_session("compliant")
    session.read()
    assert session.trainer.before("host") != (BOOTED,)
    session.boot_anew()
    assert [session.trainer.before(step) for step in ("control", "host", "preview")] == [(BOOTED,)] * 3
    session.reset()
    assert BOOTED not in session.trainer.before("host")


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
