"""DOCKER_AUDIT_WIZARD_DEBUG: what is written, where nothing is, and that it is written nowhere it should not be."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.build import run
from tui.debug import HEADER, DebugLog

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \+\d+\.\d{6} (begin|open|list|host|command|derive) \S.*")
FRESH = str(ROOT / "assets/scenarios/fresh.yaml")

needs_root = pytest.mark.needs("root")


def debugged(place: str | Path, *argv: str, script: str = "") -> subprocess.CompletedProcess[str]:
    """docker-audit-wizard with these arguments, or a *script* of Python, that writes its debug log to *place*."""
    argv = ("-c", script) if script else ("-m", "tui", *argv)
    return run(sys.executable, *argv, DOCKER_AUDIT_WIZARD_DEBUG=str(place))


def lines_of(place: Path) -> list[str]:
    first, *lines = place.read_text("utf-8").splitlines()
    assert first + "\n" == HEADER.decode()
    assert all(LINE.fullmatch(line) for line in lines), lines
    return lines


def test_a_check_is_written_line_by_line_and_the_next_one_behind_it(tmp_path: Path) -> None:
    place = tmp_path / "debug.log"
    plain = debugged("", "check", "--host", FRESH, "--json")
    assert debugged(place, "check", "--host", FRESH, "--json").stdout == plain.stdout
    once = lines_of(place)
    assert place.stat().st_mode & 0o777 == 0o600
    assert sum(line.endswith(f" open {FRESH}") for line in once) == 1
    judged = len(json.loads(plain.stdout)["findings"])
    assert sum(f" derive tui.verdict.question.Question.findings: {judged} (" in line for line in once) == 1
    assert not any(re.search(r"\.pyc?$", line) for line in once)
    debugged(place, "check", "--host", FRESH, "--json")
    assert [" begin " in line for line in lines_of(place)].count(True) == 2


def test_a_command_is_written_with_its_outcome_and_a_read_with_its_time(tmp_path: Path) -> None:
    place = tmp_path / "debug.log"
    script = (
        f"from tui.debug import begin; begin({str(place)!r})\n"
        "from tui.host.live.host import LiveHost; from tui.host.facts import Interest\n"
        "host = LiveHost(); host.read(Interest())\n"
        "host.run(('/bin/sh', '-c', 'exit 3'), timeout=5); host.run(('/bin/no such\\x1b[31m',), timeout=5)\n"
        "try: host.write_file('/nowhere/at/all', b'secret', before=None, mode=0o600, uid=0, gid=0)\n"
        "except OSError: pass\n"
    )
    done = debugged("", script=script)
    assert done.returncode == 0, done.stderr
    lines = lines_of(place)
    told = [re.sub(r"^\S+ \S+ | \([\d.]+ ms\)$", "", line) for line in lines]
    assert "command /bin/sh -c exit 3: exited 3" in told
    assert any(line.startswith("command /bin/no such") and line.endswith(": not-started") for line in told)
    assert "host LiveHost.read" in told
    assert any(line.startswith("host LiveHost.write_file /nowhere/at/all: FileNotFoundError") for line in told)
    assert "\x1b" not in place.read_text("utf-8")
    assert "secret" not in place.read_text("utf-8")


def test_a_value_is_told_when_it_is_derived_and_another_programs_is_not(tmp_path: Path) -> None:
    place = tmp_path / "debug.log"
    script = (
        f"from tui.debug import begin; begin({str(place)!r})\n"
        "from functools import cached_property\n"
        "def made(module):\n"
        "    return type('Made', (), {'__module__': module, 'sum': cached_property(lambda self: 1 + 1)})()\n"
        "ours, theirs = made('tui.verdict.made'), made('textual.made')\n"
        "print(ours.sum, ours.sum, theirs.sum, made('tui.verdict.made').sum)\n"
    )
    assert debugged("", script=script).stdout == "2 2 2 2\n"
    assert ["tui.verdict.made.Made.sum" in line for line in lines_of(place) if " derive " in line] == [True, True]


def test_nothing_is_imported_or_written_where_it_is_not_set(tmp_path: Path) -> None:
    script = f"import sys; from tui.cli import main; main(['check', '--host', {FRESH!r}]); print('tui.debug' in sys.modules)"
    assert debugged("", script=script).stdout.splitlines()[-1] == "False"


@pytest.mark.parametrize("heavy", ["textual", "sh", "asyncio", "subprocess"])
def test_a_check_imports_nothing_heavy_for_it_either(heavy: str, tmp_path: Path) -> None:
    script = f"import sys; from tui.cli import main; main(['check', '--host', {FRESH!r}]); print({heavy!r} in sys.modules)"
    assert debugged(str(tmp_path / "debug.log"), script=script).stdout.splitlines()[-1] == "False"


def test_a_child_that_is_about_to_become_another_program_writes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "debug.log"
    log = DebugLog(str(place))
    child = os.fork()
    if child == 0:
        log.write("open", "/etc/passwd")
        os._exit(0)
    os.waitpid(child, 0)
    assert place.read_bytes() == HEADER


@pytest.mark.parametrize("kind", ["link", "text", "second name", "fifo", "folder", "readable by others"])
def test_what_is_no_debug_log_is_left_alone(kind: str, tmp_path: Path) -> None:
    place, other = tmp_path / "debug.log", tmp_path / "other"
    other.write_bytes(HEADER if kind == "second name" else b"root:x:0:0\n")
    other.chmod(0o600)
    if kind == "link":
        place.symlink_to(other)
    elif kind == "second name":
        os.link(other, place)
    elif kind == "fifo":
        os.mkfifo(place, 0o600)
    elif kind == "folder":
        place.mkdir()
    else:
        place.write_bytes(b"root:x:0:0\n" if kind == "text" else HEADER)
        place.chmod(0o600 if kind == "text" else 0o644)
    before = (other.read_bytes(), place.read_bytes() if place.is_file() else b"")
    with pytest.raises(OSError, match=re.escape(str(place))):
        DebugLog(str(place))
    assert (other.read_bytes(), place.read_bytes() if place.is_file() else b"") == before


@needs_root
@pytest.mark.parametrize("whose", ["another user's", "writable by all", "writable by a group", "below another user's"])
def test_root_writes_into_no_place_of_somebody_elses(whose: str, tmp_path: Path) -> None:
    folder = tmp_path / "place"
    inner = folder / "inner"
    inner.mkdir(parents=True)
    if "another" in whose:
        os.chown(folder, 12345, 12345)
    else:
        folder.chmod(0o777 if "all" in whose else 0o770)
    place = (inner if whose.startswith("below") else folder) / "debug.log"
    done = debugged(place, "check", "--host", FRESH)
    assert (done.returncode, done.stdout, place.exists()) == (3, "", False)
    assert done.stderr.startswith(
        "docker-audit-wizard: DOCKER_AUDIT_WIZARD_DEBUG: nothing is written there, and nothing was begun."
    )
    assert str(folder) in done.stderr
    assert "Traceback" not in done.stderr


@needs_root
def test_a_sticky_folder_as_tmp_will_do(tmp_path: Path) -> None:
    folder = tmp_path / "sticky"
    folder.mkdir()
    folder.chmod(0o1777)
    DebugLog(str(folder / "debug.log"))
    assert (folder / "debug.log").read_bytes() == HEADER


@needs_root
def test_a_log_that_somebody_else_has_made_is_not_written_to(tmp_path: Path) -> None:
    place = tmp_path / "debug.log"
    place.write_bytes(HEADER)
    place.chmod(0o600)
    os.chown(place, 12345, 12345)
    with pytest.raises(OSError, match=re.escape(str(place))):
        DebugLog(str(place))
    assert place.read_bytes() == HEADER
