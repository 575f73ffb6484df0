"""Who runs this program: told by the kernel, the terminal and the command line, and by SUDO_USER alone of the environment."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tui import __version__
from tui.host.live.actor import read_actor
from tui.host.port import Actor

ROOT = Path(__file__).parents[3]
CODE = "import json; from dataclasses import asdict; from tui.host.live.actor import read_actor; print(json.dumps(asdict(read_actor())))"


def told(*arguments: str, terminal: bool = False, **environment: str) -> dict[str, object]:
    master, slave = pty.openpty() if terminal else (-1, subprocess.DEVNULL)
    argv = [sys.executable, "-c", CODE, *arguments]
    done = subprocess.run(
        argv,
        cwd=ROOT,
        stdin=slave,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment | {"PATH": os.environ["PATH"]},
    )
    if terminal:
        os.close(master)
        os.close(slave)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_command_line_and_the_version() -> None:
    found = told("apply", "--yes", "x y", SECRET_TOKEN="hidden")
    assert found["command"][-3:] == ["apply", "--yes", "x y"]
    assert found["version"] == __version__
    assert "hidden" not in json.dumps(found)
    assert (found["terminal"], found["sudo_user"]) == ("", "")


@pytest.mark.needs("pty")
def test_sudo_and_the_terminal() -> None:
    found = told(terminal=True, SUDO_USER="alice", SUDO_COMMAND="hidden")
    assert found["sudo_user"] == "alice"
    assert str(found["terminal"]).startswith("/dev/pts/")
    assert "hidden" not in json.dumps({**found, "command": []})


def test_a_long_command_line_is_cut() -> None:
    command = told(*["x" * 1000] * 9)["command"]
    assert sum(map(len, command)) < 5000
    assert command[-1] == "…"


@pytest.mark.parametrize(("content", "uid"), [("4294967295", None), ("0", 0), ("nonsense", None), ("", None)])
def test_the_login_uid(content: str, uid: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "loginuid"
    file.write_text(content)
    monkeypatch.setattr("tui.host.live.actor.open", lambda *_arguments, **_named: file.open(), raising=False)
    actor = read_actor()
    assert (actor.login_uid, actor.login_user) == (uid, "root" if uid == 0 else "")


@pytest.mark.parametrize(
    ("actor", "text"),
    [
        (Actor(None, "", "", "", (), "1"), "no login (as a service or in a container)"),
        (Actor(1000, "alice", "bob", "/dev/pts/1", (), "1"), "alice (login uid 1000), by sudo from bob, on /dev/pts/1"),
        (Actor(1000, "", "x\x1b[2J\ny", "", (), "1"), "a user (login uid 1000), by sudo from x^[[2J^Jy"),
    ],
)
def test_in_words(actor: Actor, text: str) -> None:
    assert actor.text == text


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        (Actor(None, "", "", "", (), "1"), "no login"),
        (Actor(0, "root", "alice", "", (), "1"), "alice"),
        (Actor(1000, "kim", "", "", (), "1"), "kim"),
        (Actor(1000, "", "", "", (), "1"), "1000"),
    ],
)
def test_in_a_tables_cell(actor: Actor, name: str) -> None:
    assert actor.name == name
