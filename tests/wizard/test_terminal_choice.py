"""Which walk a terminal gets: decided from the environment alone, before textual is imported."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tui.views.signs import wants_ascii
from tui.wizard.terminal import TerminalChoice, decide

UTF8 = {"LANG": "en_US.UTF-8"}


def choose(environ: dict[str, str] | None = None, stdin: bool = True, stdout: bool = True, **options: Any) -> TerminalChoice:
    return decide({**UTF8, "TERM": "xterm-256color", **(environ or {})}, stdin_isatty=stdin, stdout_isatty=stdout, **options)


@pytest.mark.parametrize(
    ("environ", "kind", "theme"),
    [
        ({"TERM": "xterm-256color"}, "rich", "dark"),
        ({"TERM": "tmux-256color", "COLORFGBG": "0;15"}, "rich", "light"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "rich", "dark"),
        ({"TERM": "xterm"}, "ansi16", "ansi"),
        ({"TERM": "screen"}, "ansi16", "ansi"),
        ({"TERM": "linux"}, "ansi16", "ansi"),
        ({"TERM": ""}, "ansi16", "ansi"),
        ({"TERM": "vt100"}, "mono", "mono"),
        ({"TERM": "vt220"}, "mono", "mono"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "mono", "mono"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "rich", "dark"),
        ({"TERM": "dumb"}, "plain", "mono"),
    ],
)
def test_the_terminal_names_the_kind(environ: dict[str, str], kind: str, theme: str) -> None:
    choice = choose(environ=environ)
    assert (choice.kind, choice.theme) == (kind, theme)


def test_no_terminal_to_read_from_is_refused_and_names_the_verbs() -> None:
    choice = choose(stdin=False, plain=True)
    assert choice.kind == "refuse"
    for verb in ("check", "plan", "apply"):
        assert f"docker-audit-wizard {verb}" in choice.refusal


def test_a_demo_without_a_terminal_is_never_told_to_change_this_machine() -> None:
    refusal = decide({}, stdin_isatty=False, stdout_isatty=True, demo=True).refusal
    assert "apply" not in refusal
    for verb in ("check", "plan"):
        assert f"docker-audit-wizard {verb} --host FILE" in refusal


@pytest.mark.parametrize("changes", [{"plain": True}, {"stdout": False}, {"stderr_isatty": False}])
def test_lines_where_no_screen_can_be_drawn(changes: dict[str, bool]) -> None:
    assert choose(**changes).kind == "plain"


@pytest.mark.parametrize("theme", ["dark", "light", "ansi", "mono"])
def test_the_option_wins_over_the_guess(theme: str) -> None:
    assert choose(theme=theme, environ={"TERM": "linux", "NO_COLOR": "1"}).theme == theme


@pytest.mark.parametrize(
    ("environ", "encoding", "expected"),
    [
        ({}, "utf-8", True),
        ({"LANG": "C"}, "utf-8", True),
        ({"LANG": "C.UTF-8"}, "utf-8", False),
        ({"LANG": "de_DE.utf8"}, "utf-8", False),
        ({"LANG": "de_DE@euro"}, "utf-8", True),
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, "utf-8", True),
        ({"LC_ALL": "", "LC_CTYPE": "POSIX", "LANG": "de_DE.UTF-8"}, "utf-8", True),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, "utf-8", False),
        ({"LANG": "de_DE.UTF-8"}, "latin-1", True),
        ({"LANG": "de_DE.UTF-8"}, None, True),
        ({"LANG": "de_DE.UTF-8"}, "no-such-encoding", True),
    ],
)
def test_ascii_follows_the_locale_first_and_the_stream_second(
    environ: dict[str, str], encoding: str | None, expected: bool
) -> None:
    assert wants_ascii(environ, encoding) is expected


def test_consoles_get_ascii_and_keep_their_mouse() -> None:
    for term in ("linux", "vt220"):
        choice = choose(environ={"TERM": term})
        assert choice.ascii
        assert not choice.mouse
    assert choose().mouse
    assert not choose(no_mouse=True).mouse
    assert choose(ascii=True).ascii


def test_mono_sets_what_makes_textual_colourless() -> None:
    assert choose(theme="mono").environment["NO_COLOR"] == "1"
    assert "NO_COLOR" not in choose(theme="ansi").environment


def test_deciding_imports_no_screen() -> None:
    code = "import sys, tui.wizard.terminal; print(sorted({'textual', 'rich', 'sh', 'asyncio'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
