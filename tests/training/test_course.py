"""Courses and their progress: lessons in order, ours and a trainer's; kept for the user, reset, and told on a sheet."""

from __future__ import annotations

import io
import json
import re
import stat
from pathlib import Path

import pytest

from tests.wizard.test_plain import Typed, check_lines
from tests.wizard.walk import screen_text
from tests.wizard.walking import Walk
from tui.cli import main
from tui.controls.catalogue import load_catalogue
from tui.documents.problems import DocumentError
from tui.host.scenario import SCENARIO_NAMES
from tui.opening import open_course
from tui.plain.walk import PlainWalk
from tui.session import Session
from tui.training.course import BUILT_IN, Course, load_course
from tui.training.progress import Done, Progress, progress_file
from tui.training.score import Score
from tui.verdict.question import Question
from tui.wizard.app import WizardApp
from tui.wizard.terminal import TerminalChoice

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def course_file(folder: Path, text: str) -> str:
    path = folder / "course.yaml"
    path.write_text(text)
    return str(path)


def kept(tmp_path: Path) -> Path:
    return tmp_path / "state/docker-audit-wizard/courses.json"


def session_of(course: Course, tmp_path: Path) -> Session:
    catalogue = load_catalogue()
    return open_course(Question(catalogue.numbered("1.2.0"), "1.2.0"), Progress(course, str(kept(tmp_path))))


def test_our_course_has_every_scenario_once_and_begins_with_the_easiest() -> None:
    names = [lesson.name for lesson in load_course().lessons]
    assert sorted(names) == sorted(SCENARIO_NAMES)
    assert names[0] == "fresh"


def test_a_trainers_course_takes_names_and_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text((ROOT / "assets/scenarios/shim.yaml").read_text())
    course = load_course(course_file(tmp_path, "- never\n- mine.yaml\n- fresh\n"))
    assert [lesson.name for lesson in course.lessons] == ["never", "mine.yaml", "fresh"]
    assert course.lessons[1].scenario.name == "shim"
    assert course.name == str(tmp_path / "course.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- nosuch\n", "neither a scenario"),
        ("- fresh\n- fresh\n", "twice"),
        ("[]\n", "at least one lesson"),
        ("fresh\n", "expected"),
        ("- {a: b}\n", "expected"),
        ("", "is empty|expected|nothing"),
    ],
)
def test_a_course_that_is_none_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = course_file(tmp_path, text)
    with pytest.raises(DocumentError, match=said):
        load_course(file)
    assert main(["--course", file, "--course-report", "-"]) == 2
    assert main(["--course", str(tmp_path / "absent.yaml"), "--course-report", "-"]) == 3


def test_progress_is_kept_for_the_user_alone_and_per_course(tmp_path: Path) -> None:
    ours, theirs = load_course(), load_course(course_file(tmp_path, "- fresh\n- shim\n"))
    path = progress_file({"XDG_STATE_HOME": str(tmp_path / "state")})
    assert path == str(kept(tmp_path))
    progress = Progress(ours, path)
    assert (progress.next, progress.text) == (0, f"0 of {len(SCENARIO_NAMES)} lessons done.")
    progress.finish("fresh", Score(8, 7, 2))
    Progress(theirs, path).finish("shim", Score(5, 5, 0))
    assert stat.S_IMODE(kept(tmp_path).parent.stat().st_mode) == 0o700
    again = Progress(ours, path)
    assert again.next == 1
    assert again.text == f"1 of {len(SCENARIO_NAMES)} lessons done, 7 of 8 answers right."
    again.finish("fresh", Score(8, 8, 0))
    assert again.done["fresh"].attempts == 2
    again.reset()
    assert Progress(ours, path).done == {}
    assert list(Progress(theirs, path).done) == ["shim"]


@pytest.mark.parametrize("environ", [{}, {"XDG_STATE_HOME": ""}, {"XDG_STATE_HOME": "relative"}])
def test_without_an_absolute_state_folder_it_lies_below_home(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert progress_file(environ) == "/home/ann/.local/state/docker-audit-wizard/courses.json"


@pytest.mark.parametrize(
    "text", ["x", "[]", "{}", '{"schema": 2, "courses": {}}', '{"schema": 1, "courses": {"built-in": 3}}', "[" * 9999]
)
def test_a_file_that_is_none_of_ours_is_left_alone(tmp_path: Path, text: str) -> None:
    kept(tmp_path).parent.mkdir(parents=True)
    kept(tmp_path).write_text(text)
    assert main(["--course", "--course-report", "-"]) == 3
    assert kept(tmp_path).read_text() == text


def test_an_entry_that_somebody_bent_counts_as_not_done(tmp_path: Path) -> None:
    kept(tmp_path).parent.mkdir(parents=True)
    good = {"right": 1, "asked": 2, "hints": 0, "finished": "2026-11-24T09:00:00Z", "attempts": 1}
    bent = [{**good, "right": -1}, {**good, "asked": "2"}, {**good, "finished": None}, 7, {}, {**good, "right": True}]
    entries = [good, *bent]
    lessons = {name: entries[at] for at, name in enumerate(SCENARIO_NAMES[: len(entries)])}
    kept(tmp_path).write_text(json.dumps({"schema": 1, "courses": {BUILT_IN: lessons}}))
    assert list(Progress(load_course(), str(kept(tmp_path))).done) == [SCENARIO_NAMES[0]]


def test_what_cannot_be_kept_is_said_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in the way")
    progress = Progress(load_course(), str(tmp_path / "other/courses.json"))
    progress._path = str(kept(tmp_path))
    progress.finish("fresh", Score(1, 1, 0))
    assert progress.trouble
    assert "fresh" in progress.done


@pytest.mark.parametrize(
    "argv",
    [
        ["--predict"],
        ["--course-reset"],
        ["--course-report", "x"],
        ["--demo", "fresh", "--course"],
        ["--demo", "--course-reset"],
    ],
)
def test_options_that_do_not_go_together_are_usage(argv: list[str]) -> None:
    assert main(argv) == 2


def test_the_sheet_tells_every_lesson(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Progress(load_course(), str(kept(tmp_path))).finish("shim", Score(5, 4, 1))
    sheet = tmp_path / "sheet.json"
    assert main(["--course", "--course-report", str(sheet)]) == 0
    told = json.loads(sheet.read_text())
    assert (told["course"], told["lessons_done"], told["right"], told["asked"]) == (BUILT_IN, 1, 4, 5)
    assert [each["lesson"] for each in told["lessons"] if each["done"]] == ["shim"]
    assert len(told["lessons"]) == len(SCENARIO_NAMES)
    capsys.readouterr()
    assert main(["--course", "--course-reset", "--course-report", str(sheet)]) == 0
    assert json.loads(sheet.read_text())["lessons_done"] == 0
    assert f"Forgotten, and begun anew: 1 of {len(SCENARIO_NAMES)} lessons done, 4 of 5 answers right." in capsys.readouterr().err
    assert main(["--course", "--course-reset", "--course-report", str(sheet)]) == 0
    assert "Nothing was done of this course yet" in capsys.readouterr().err


def test_a_lesson_that_is_left_keeps_what_was_answered_and_is_not_done(tmp_path: Path) -> None:
    progress = Progress(load_course(), str(kept(tmp_path)))
    progress.begun("fresh", Score())
    assert not kept(tmp_path).exists(), "nothing was answered"
    progress.begun("fresh", Score(6, 2, 1))
    again = Progress(load_course(), str(kept(tmp_path)))
    assert (again.done, again.next) == ({}, 0)
    told = again.sheet("root")
    (lesson,) = [each for each in told["lessons"] if each["lesson"] == "fresh"]
    assert {name: lesson[name] for name in ("done", "right", "asked", "hints", "attempts", "finished")} == {
        "done": False,
        "right": 2,
        "asked": 6,
        "hints": 1,
        "attempts": 1,
        "finished": None,
    }
    assert (told["lessons_done"], told["right"], told["asked"]) == (0, 2, 6)
    again.finish("fresh", Score(8, 7, 2))
    again.begun("fresh", Score(3, 0, 0))
    assert Progress(load_course(), str(kept(tmp_path))).done["fresh"].right == 7


@pytest.mark.parametrize(("typed", "status", "lessons"), [("no\n", 3, 1), ("", 3, 1), ("yes\n", 0, 0)])
def test_a_terminal_is_asked_before_a_course_is_forgotten(
    typed: str, status: int, lessons: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Progress(load_course(), str(kept(tmp_path))).finish("shim", Score(5, 4, 1))
    keyboard = io.StringIO(typed)
    monkeypatch.setattr(keyboard, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", keyboard)
    assert main(["--course", "--course-reset", "--course-report", str(tmp_path / "sheet.json")]) == status
    assert "4 of 5 answers right. That is forgotten for good. Type yes to go on: " in capsys.readouterr().err
    assert len(Progress(load_course(), str(kept(tmp_path))).done) == lessons


@pytest.mark.slow
async def test_a_lesson_on_screens_is_kept_and_the_next_one_is_offered(tmp_path: Path) -> None:
    session = session_of(load_course(course_file(tmp_path, "- never\n- fresh\n")), tmp_path)
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        assert "0 of 2 lessons done." in await walk.shows("lessons done")
        await walk.press("enter")
        assert "DEMO lesson 1 of 2 · never" in screen_text(wizard)
        assert "docker-audit-wizard  web-01 · … " in screen_text(wizard), "whose host it is stands there before it is read"
        await walk.press("enter", "1", "enter", "enter", "minus", "enter", "enter", "3", "enter", "enter")
        assert walk.at == "HostScreen"
        assert "P predict" not in walk.keys
        await walk.press("enter", "2", "enter", "enter", "1", "enter", "enter")
        assert walk.at == "PreviewScreen"
        await walk.press("escape", "escape", "escape")
        text = await walk.shows("1 of 2 lessons done, 5 of 5 answers right.")
        assert "✓ 5/5" in text
    assert json.loads(kept(tmp_path).read_text())["courses"][str(tmp_path / "course.yaml")]["never"]["right"] == 5


async def test_the_list_of_lessons_tells_a_whole_lesson_from_one_with_wrong_answers(tmp_path: Path) -> None:
    session = session_of(load_course(), tmp_path)
    progress = session.lesson.course
    assert progress is not None
    first, second = (lesson.name for lesson in progress.course.lessons[:2])
    progress.finish(first, Score(4, 4, 0))
    progress.finish(second, Score(8, 5, 0))
    wizard = WizardApp(session, TerminalChoice("rich"))
    async with wizard.run_test(size=(80, 24)) as pilot:
        walk = Walk(wizard, pilot)
        text = await walk.shows("more lessons below")
        await walk.press("home")
        text = screen_text(wizard)
        assert "✓ 4/4" in text
        assert "~ 5/8" in text


def test_a_course_in_lines(tmp_path: Path) -> None:
    session = session_of(load_course(course_file(tmp_path, "- never\n- absent\n")), tmp_path)
    out = io.StringIO()
    lines = "\n\n1\n\n-\n3\n\n2\n1\n\nq\n"
    assert PlainWalk(session, Typed(lines, out), out, io.StringIO()).walk() == 0
    assert "The course: 1 of 2 lessons done" in out.getvalue()
    assert "Which one, by number or name (Enter is 2, ? help, q quits)?" in " ".join(out.getvalue().split())
    check_lines(out.getvalue())


def test_a_course_in_lines_marks_its_lessons_as_the_screen_does(tmp_path: Path) -> None:
    course = Progress(load_course(course_file(tmp_path, "- never\n- fresh\n- shim\n")), str(kept(tmp_path)))
    course.done = {"never": Done(3, 3, 0, ""), "fresh": Done(1, 3, 2, "")}
    session = open_course(Question(load_catalogue().numbered("1.2.0"), "1.2.0"), course)
    out = io.StringIO()
    PlainWalk(session, io.StringIO("q\n"), out, io.StringIO(), ascii=True).walk()
    rows = [re.sub(r":.*", "", row) for row in out.getvalue().splitlines() if re.match(r" [123] ", row)]
    assert rows == [" 1  Y 3/3  never", " 2  ~ 1/3  fresh", " 3  shim"]
