"""The walk as line prompts: complete, lines only, never wider than 80 columns, every answer and every branch."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.wizard import samples
from tests.wizard.walk import FAMILY, SampleSession, left_over_sample, sample_demo, undo_sample
from tui.base.notice import Notice
from tui.controls.catalogue import load_catalogue
from tui.host.port import Host
from tui.opening import open_session
from tui.plain.walk import PlainWalk
from tui.run.values import RunReport
from tui.session import Cancelled, Emit, Session
from tui.verdict.question import Question
from tui.views.page import cells

STRAIGHT = ("", "", "", "yes", "")


class Typed(io.StringIO):
    """Lines as they are typed: the terminal echoes them."""

    def __init__(self, text: str, echo: io.StringIO) -> None:
        super().__init__(text)
        self.echo = echo

    def readline(self, size: int = -1, /) -> str:
        line = super().readline(size)
        self.echo.write(line)
        return line


def walked(*answers: str, session: Session | None = None, ascii: bool = False) -> tuple[int, str]:
    """The exit status and everything said, with *answers* typed one a line."""
    out = io.StringIO()
    typed = Typed("".join(answer + "\n" for answer in answers), out)
    walk = PlainWalk(session or SampleSession(), typed, out, io.StringIO(), ascii=ascii)
    return walk.walk(), out.getvalue()


def check_lines(text: str) -> None:
    for line in text.split("\n"):
        assert cells(line) <= 80, line
        assert all(character >= " " and not "\x7f" <= character <= "\x9f" for character in line), line


def test_the_straight_way_says_everything_and_proves_it() -> None:
    session = SampleSession()
    status, text = walked(*STRAIGHT, session=session)
    assert status == 0
    for words in (
        "step 1 of 6: Control",
        "containerd runs the containers.",
        "is NOT audited",
        "+ 4   -w /usr/bin/containerd -k docker",
        "Logs share /",
        "Type yes to go on",
        "[4/6] service auditd restart\n",
        "\n  done (0.1 s): as planned\n",
        "Starting audit daemon: auditd",
        "audited, and proved",
        "events 812 read (openat)",
        f"undo {samples.RUN}",
    ):
        assert words in text, words
    check_lines(text)
    assert session.record == ["read", "apply"]


def test_ascii_is_ascii() -> None:
    _, text = walked(*STRAIGHT, ascii=True)
    assert text.isascii()
    check_lines(text)


@pytest.mark.parametrize("answers", [(), ("",), ("", ""), ("", "", "")])
def test_the_end_of_the_input_quits_and_changes_nothing(answers: tuple[str, ...]) -> None:
    session = SampleSession()
    status, text = walked(*answers, session=session)
    assert status == 0
    assert text.endswith("\n")
    assert "apply" not in session.record


@pytest.mark.parametrize("word", ["", "y", "YES", "yes please"])
def test_only_the_word_goes_on(word: str) -> None:
    session = SampleSession()
    walked("", "", "", word, "q", session=session)
    assert session.record == ["read"]


def test_back_leads_back_from_each_step() -> None:
    session = SampleSession()
    _, text = walked("", "b", "", "", "b", "q", session=session)
    assert text.count("step 1 of 6") == 2
    assert text.count("step 2 of 6") == 3
    assert text.count("step 3 of 6") == 1


def test_help_why_and_nonsense_are_answered_and_asked_again() -> None:
    _, text = walked("?", "zzz", "", "w", "h", "zz", "q")
    assert "What the benchmark asks for and why" in text
    assert "There is no 'zzz' here." in text
    assert "The verdict stands first" in text
    assert "Tab" not in text, "a key of the screens alone"
    check_lines(text)


def test_switches_more_why_and_save_on_the_preview(tmp_path: Path) -> None:
    session = SampleSession()
    target = tmp_path / "plan.diff"
    _, text = walked("", "", "1", "m", "w", "s", str(target), "s", str(target), "s", "", "h", "zz", "q", session=session)
    assert session.switches.no_restart
    assert "[ ] restart auditd" in text
    assert "The commands, in order" in text
    assert "+-w /usr/bin/containerd -k docker" in target.read_text()
    assert "exists already" in text
    assert target.stat().st_mode & 0o777 == 0o600


def test_nothing_to_do_goes_to_the_result() -> None:
    session = SampleSession(states={"containerd": "audited"}, plan_made=lambda session: samples.empty_plan())
    status, text = walked("", "", "", "p", "", session=session)
    assert status == 0
    assert "step 6 of 6" in text
    assert "nothing to do, and proved" in text
    assert session.record == ["read", "probe"]


def test_a_blocker_shows_the_way_out_and_ends() -> None:
    session = SampleSession(plan_made=lambda session: samples.blocked_plan(), states={"containerd": "shadowed"})
    status, text = walked("", "", "w", "b", "", "", session=session)
    assert status == 0
    assert "Remove line 4 of /etc/audit/rules.d/10-base.rules" in text
    assert "Type yes" not in text


@pytest.mark.parametrize(("outcome", "status"), [("rolled-back", 4), ("broken", 5), ("not-proved", 1), ("pending-reboot", 1)])
def test_the_exit_status_is_that_of_the_run(outcome: str, status: int) -> None:
    assert walked(*STRAIGHT, session=SampleSession(outcome=outcome))[0] == status


def test_undo_shows_the_diff_and_asks() -> None:
    session = SampleSession(undo_plan=undo_sample())
    _, text = walked("", "", "", "yes", "u", "no", "u", "yes", "", session=session)
    assert "- 4   -w /usr/bin/containerd -k docker" in text
    assert session.record == ["read", "apply", "undo"]


def test_everything_can_be_undone_in_lines() -> None:
    session = SampleSession(undo_plan=undo_sample())
    walked("", "", "", "yes", "x", "yes", "", session=session)
    assert session.record == ["read", "apply", "undo everything", "undo"]
    session = SampleSession(undo_plan=undo_sample(is_empty=True))
    _, text = walked("", "", "", "yes", "x", "", session=session)
    assert "No line of this program is left" in text


def test_an_undo_whose_journal_is_unreadable_says_so() -> None:
    _, text = walked("", "", "", "yes", "u", "", session=SampleSession(undo_plan=OSError("gone")))
    assert "The journal cannot be read: gone" in text


def test_save_the_report(tmp_path: Path) -> None:
    target = tmp_path / "report.txt"
    walked("", "", "", "yes", "s", str(target), "")
    assert "audited, and proved" in target.read_text()


@pytest.mark.parametrize(("answer", "record"), [("r", ["recover"]), ("f", ["finish"]), ("", [])])
def test_an_unfinished_run_is_settled_first(answer: str, record: list[str]) -> None:
    session = SampleSession(waits=left_over_sample())
    _, text = walked(*([answer, "yes"] if answer else [""]), "q", session=session)
    assert "A run did not finish" in text
    assert session.record == record


def test_an_unfinished_run_that_is_left_alone_stays_in_sight_and_in_reach() -> None:
    session = SampleSession(waits=left_over_sample())
    blocked = Notice("unfinished-run", "It did not finish.", "Settle it.")
    session.plan_made = lambda walk: replace(
        samples.plan(walk.findings, walk.switches), blockers=(blocked,) if walk.past.left_over else ()
    )
    _, text = walked("", "", "", "u", "r", "yes", "", "q", session=session)
    assert "did not finish: u on Preview settles it" in " ".join(text.split())
    assert "u to the run that did not finish" in " ".join(text.split())
    assert session.record == ["read", "recover", "read"]
    assert "did not finish" not in text.rpartition("step 2 of 6")[2]


@pytest.mark.parametrize("answer", ["r", "f"])
def test_an_unfinished_run_is_left_alone_without_the_word(answer: str) -> None:
    session = SampleSession(waits=left_over_sample())
    _, text = walked(answer, "", "q", session=session)
    assert "Type yes to" in text
    assert session.record == []


def test_a_rehearsal_in_lines_asks_for_the_word_and_goes_back_to_the_plan() -> None:
    session = SampleSession()
    _, text = walked("", "", "r", "5", "y", "r", "0", "r", "5", "yes", "", "q", session=session)
    assert "-w /usr/bin/containerd -p rwxa" in text
    assert text.count("Nothing was loaded.") == 1
    assert "no whole seconds" in text
    assert "In 5 s the watches made 12 records" in text
    assert "step 4 of 6" in text, "Enter afterwards goes on with the plan"
    assert session.record == ["read", "rehearse 5"]
    assert "It ends by itself before its time at 10,000 events" in " ".join(text.split())
    check_lines(text)


def test_nothing_is_rehearsed_in_lines_where_no_watch_would_record_more() -> None:
    session = SampleSession(states={"containerd": "shadowed"})
    _, text = walked("", "", "r", "q", session=session)
    assert "There is nothing to rehearse" in text
    assert session.record == ["read"]
    check_lines(text)


def test_the_overview_takes_numbers_and_f_for_all_that_fail() -> None:
    session = SampleSession(FAMILY)
    _, text = walked("9.9.9", "1.2.5 runc", "b", "f", "b", "", "q", session=session)
    assert "Not in the list: 9.9.9." in text
    assert "1 audited, 2 NOT audited, 1 not applicable" in text
    assert [control.slug for control in session.question.controls] == ["containerd"]
    session = SampleSession(FAMILY)
    walked("f", "q", session=session)
    assert [control.slug for control in session.question.controls] == ["etc-docker", "containerd"]
    session = SampleSession(FAMILY, waived=("containerd",))
    walked("f", "q", session=session)
    assert [control.slug for control in session.question.controls] == ["etc-docker"]


def test_the_overview_in_lines_has_help_and_history() -> None:
    session = open_session(Question(load_catalogue().numbered("1.2.0"), "1.2.0"), demo="compliant", live=_no_host)
    _, text = walked("?", "h", "1.2.5 9.9.9 none", "q", session=session)
    assert "One row a control, in line prompts" in text
    assert "all that fail, waived ones aside" in text
    assert not {"Space", "Tab"} & set(text.split()), "keys of the screens alone"
    assert "No run yet" in text
    assert "Not in the list: 9.9.9 and none." in text, "what is not there is named, what is there is not"
    assert "step 1 of 6" not in text
    check_lines(text)


def test_after_a_result_the_overview_comes_again() -> None:
    _, text = walked("", *STRAIGHT, "q", session=SampleSession(FAMILY))
    assert text.count("--- Overview ---") == 2


def test_scenarios_by_number_or_name_and_demo_at_each_step() -> None:
    session = SampleSession(demos=(sample_demo("fresh", "first"), sample_demo("shim", "second")))
    session._host = None
    _, text = walked("nothing", "2", "", "", "", "yes", "b", "q", session=session)
    assert "There is no scenario 'nothing'." in text
    assert "Trainer: Look at the host step" in text
    for number in range(1, 7):
        assert f"--- DEMO shim: step {number} of 6" in text
    assert "That was the result step." in text


def test_hostile_text_reaches_no_terminal() -> None:
    evil = "\x1b]52;c;aGk=\x07\x9b31m\r\n\u202e" + "w" * 10_000
    session = SampleSession(output=(evil + "\n", "half"), host_facts=samples.facts(name=evil))
    original = session._finding
    session._finding = lambda control: replace(original(control), reasons=(Notice("real-path", evil, evil),))
    _, text = walked("", "", "", "yes", "", session=session)
    check_lines(text)


class SignalledSession(SampleSession):
    """Gets a SIGTERM in the middle of its run."""

    def carry_out(self, emit: Emit, cancelled: Cancelled) -> RunReport:
        os.kill(os.getpid(), signal.SIGTERM)
        return super().carry_out(emit, cancelled)


def test_a_signal_during_the_run_rolls_back_and_ends_with_its_number() -> None:
    before = signal.getsignal(signal.SIGTERM)
    session = SignalledSession()
    status, text = walked(*STRAIGHT, session=session)
    assert status == 143
    assert session.outcome == "rolled-back"
    assert "rolled back" in text
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_prompts_go_to_stderr_where_that_is_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out, err = io.StringIO(), Terminal()
    PlainWalk(SampleSession(), io.StringIO("q\n"), out, err).walk()
    assert "Enter looks at the host" in err.getvalue()
    assert "Enter looks at the host" not in out.getvalue()


def test_plain_imports_no_screen() -> None:
    code = "import sys, tui.plain.walk; print(sorted({'textual', 'rich', 'sh', 'asyncio'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


class OnATerminal(Typed):
    """Answers that come from a terminal."""

    def isatty(self) -> bool:
        return True


class Screen(io.StringIO):
    """A terminal to print on; it does not know its size, as on a serial line."""

    def isatty(self) -> bool:
        return True


def test_a_screenful_waits_for_enter_and_a_run_waits_for_nobody() -> None:
    out = Screen()
    walk = PlainWalk(SampleSession(), OnATerminal("\n" * 60, out), out, io.StringIO())
    walk.say([()] * 100)
    assert out.getvalue().count("-- Enter goes on, q quits --") == 4
    walk.run(lambda emit, cancelled: (walk.say([()] * 100), samples.report())[1])
    assert out.getvalue().count("-- Enter goes on, q quits --") == 4


def test_q_at_the_end_of_a_screenful_ends_the_walk() -> None:
    out = Screen()
    walk = PlainWalk(SampleSession(), OnATerminal("q\n", out), out, io.StringIO())
    assert walk.walk() == 0
    assert out.getvalue().count("\n") < 40


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_at_a_question_leaves_no_temporary_folder(number: signal.Signals, tmp_path: Path) -> None:
    walk = subprocess.Popen(
        [sys.executable, "-I", "-c", WALK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        cwd=Path(__file__).resolve().parents[2],
    )
    assert walk.stdout is not None
    said = ""
    while not said.endswith("q quit:"):
        said += walk.stdout.read(1)
    assert [entry.name[:24] for entry in tmp_path.iterdir()] == ["docker-audit-wizard-demo"]
    walk.send_signal(number)
    assert walk.wait(timeout=30) == 128 + number
    assert list(tmp_path.iterdir()) == []


WALK = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever started the tests may have had it ignored
sys.path.insert(0, os.getcwd())
from tui.plain.walk import run_plain
from tests.tools.show_screen import demo_session

sys.stdout.reconfigure(line_buffering=True)
sys.exit(run_plain(demo_session("fresh")))
"""


@pytest.mark.parametrize("key", ["B", "r"])
def test_the_keys_of_lines_are_those_of_the_screens(key: str) -> None:
    """B boots a demo's host wherever the screens' does, r only where the screens' r rehearses nothing, as scripts have it."""
    session = open_session(Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0"), demo="compliant", live=_no_host)
    out = io.StringIO()
    PlainWalk(session, io.StringIO(f"?\nh\n\n{key}\nB\n\n"), out, io.StringIO()).walk()
    text = " ".join(out.getvalue().split())
    assert "h history, ? help" in text
    assert "What you see" in text
    assert "No run yet." in text
    assert text.count("step 2 of 6") == 3
    assert "B in a demo: boot the host anew" in text or "B boot the host" in text


def _no_host() -> Host:
    raise AssertionError("a demo reads no live host")
