"""The man page, the completion and README's commands are in step with the program."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from tests.tools import make_docs, screenshots
from tui.options import OPTIONS, VERBS
from tui.parser import build_parser

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", make_docs.MADE)
def test_the_manual_page_and_the_completions_are_made_from_the_table(name: str) -> None:
    assert (ROOT / "assets" / name).read_text("utf-8") == make_docs.MADE[name]()


def test_the_manual_page_has_its_sections_and_the_one_that_its_name_says() -> None:
    page = make_docs.man_page()
    assert page.startswith(".TH DOCKER\\-AUDIT\\-WIZARD 8 ")
    for section in ("KEYS", "EXAMPLES", "EXIT STATUS", "FILES", "ENVIRONMENT", "SEE ALSO"):
        assert f".SH {section}\n" in page


def test_every_option_goes_with_a_verb_that_exists() -> None:
    names = {"", *(verb.name for verb in VERBS)}
    for option in OPTIONS:
        assert option.verbs
        assert set(option.verbs) <= names


def test_help_names_every_verb() -> None:
    text = build_parser().format_help()
    assert all(verb.name in text for verb in VERBS)
    assert "completions of bash, zsh and fish" in text


def test_ci_finds_the_test_command_in_the_readme() -> None:
    extract = next(line for line in (ROOT / ".ci/run").read_text("utf-8").splitlines() if line.startswith("test_command="))
    done = subprocess.run(["bash", "-c", extract + '; echo "$test_command"'], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "pytest" in done.stdout
    assert done.stdout.strip() in (ROOT / "README.md").read_text("utf-8")


def test_the_recorded_walk_is_one_picture_of_every_step_and_names_no_host() -> None:
    text = (ROOT / "assets/screenshots/walk.svg").read_text("utf-8")
    picture = ElementTree.fromstring(text)
    frames = [node for node in picture if node.get("class", "").startswith("frame")]
    assert len(frames) == 6
    shown = ["".join(node.itertext()).replace("\xa0", " ") for node in frames]
    for frame, step in zip(shown, ("1 Control", "2 Host", "3 Preview", "4 Confirm", "5 Apply", "6 Result")):
        assert f"[{step}]" in frame
    assert set(re.findall(r"https?://[^\"\s)]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "@font-face" not in text
    recorded = (ROOT / "assets/screenshots/walk.txt").read_text("utf-8")
    assert "[5 Apply]" in recorded


def test_pictures_follow_each_other_and_stand_still_where_that_is_wanted() -> None:
    made = screenshots.animated([f'<svg viewBox="0 0 9 9"><text>{word}</text></svg>' for word in ("one", "two")])
    assert made.count("<text>") == 2
    assert f"animation: walk {2 * screenshots.SECONDS}s" in made
    assert "50.0000% { visibility: hidden }" in made
    assert ".frame-1 { visibility: visible }" in made


def test_every_link_of_the_readme_leads_somewhere() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    sections = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"(?m)^#+ (.+)$", text)}
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 20
    assert [link for link in links if link[0] == "#" and link[1:] not in sections] == []
    assert [link for link in links if link[0] != "#" and not (ROOT / link).exists()] == []


def test_every_file_that_contributors_are_sent_to_is_there() -> None:
    text = (ROOT / ".github/CONTRIBUTING.md").read_text("utf-8")
    assert len(text.splitlines()) <= 120
    named = {word for quoted in re.findall(r"`([^`\n]+)`", text) for word in quoted.split() if "/" in word and "NAME" not in word}
    named = {word for word in named if not re.search(r"SLUG|=|^/", word)}
    assert len(named) > 20
    assert [name for name in sorted(named) if not any((ROOT / place / name).exists() for place in ("", "tui"))] == []


def test_the_hooks_run_what_the_fast_lane_runs_and_fetch_nothing() -> None:
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    lane = (ROOT / ".ci/check").read_text("utf-8")
    hooks = repositories[0]["hooks"]
    assert [hook["language"] for hook in hooks] == ["system"] * 4
    for hook in hooks:
        assert hook["entry"].replace(" --force-exclude", "") in lane.replace("ruff check .", "ruff check").replace(
            "check .", "check"
        )


def test_the_help_of_an_option_names_no_option_that_its_verb_lacks() -> None:
    """Unless it names the other verb before it, as in ``apply --plan``."""
    flags, verbs = {option.flag for option in OPTIONS}, {verb.name for verb in VERBS}
    for option in OPTIONS:
        named = {flag for word, flag in re.findall(r"(\S*) ?(--[a-z][a-z-]*)", option.help) if flag in flags and word not in verbs}
        for verb in option.verbs:
            assert named <= {each.flag for each in OPTIONS if verb in each.verbs}, (verb, option.flag)


def test_a_word_that_stands_as_it_is_has_no_text_of_another_operand() -> None:
    shown = build_parser("export").of_verb["export"].format_help()
    assert shown.count("a folder that is made, or empty") == 1
    assert re.search(r"^  DIR +a folder that is made, or empty$", shown, re.MULTILINE)
