"""A killed run's command is waited for; a daemon it started is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tui.host import run_lock
from tui.host.live.host import LiveHost
from tui.host.port import Busy, CalledOff

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]


def _killed_run(folder: Path, script: str) -> None:
    """A run that starts *script* under the lock and gets SIGKILL once the script has made the file ``ready``."""
    code = f"""
from tui.host.live.host import LiveHost
host = LiveHost({str(folder / "state")!r})
with host.lock():
    host.run(("/bin/sh", "-c", {script!r}), timeout=60)
"""
    run = subprocess.Popen((sys.executable, "-c", code), cwd=_ROOT)
    ready = folder / "ready"
    while not ready.exists():
        assert run.poll() is None
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_the_next_run_waits_for_the_load_of_a_killed_one(folder: Path) -> None:
    _killed_run(folder, f"touch {folder}/ready; sleep 1; touch {folder}/loaded")
    said: list[str] = []
    with LiveHost(folder / "state").lock(said.append):
        assert (folder / "loaded").exists()
    assert said[0].startswith("Waiting for a command of an earlier run, /bin/sh -c touch ")
    assert said[0].endswith(": 0 s so far, 300 s at most.")


def test_a_load_that_never_ends_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _killed_run(folder, f"echo $$ >{folder}/pid; touch {folder}/ready; exec sleep 30")
    pid = int((folder / "pid").read_text())
    monkeypatch.setattr(run_lock, "WAIT_SECONDS", 0.2)
    try:
        with pytest.raises(Busy, match=f"still at work as process {pid}"), LiveHost(folder / "state").lock():
            raise AssertionError("the lock was given")
    finally:
        os.kill(pid, signal.SIGKILL)
    with LiveHost(folder / "state").lock():
        pass


def test_the_wait_can_be_called_off(folder: Path) -> None:
    _killed_run(folder, f"echo $$ >{folder}/pid; touch {folder}/ready; exec sleep 30")
    pid = int((folder / "pid").read_text())
    asked: list[int] = []
    try:
        with (
            pytest.raises(CalledOff, match=f"sleep 30, was called off; it is still at work as process {pid}"),
            LiveHost(folder / "state").lock(cancelled=lambda: asked.append(1) or len(asked) > 2),
        ):
            raise AssertionError("the lock was given")
    finally:
        os.kill(pid, signal.SIGKILL)
    with LiveHost(folder / "state").lock():
        pass


def test_a_daemon_that_the_killed_run_started_is_not_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_lock, "WAIT_SECONDS", 30.0)  # Busy then, for the daemon stays
    daemon = f"setsid sh -c 'echo $$ >{folder}/pid; touch {folder}/ready; exec sleep 1000' &"
    _killed_run(folder, daemon + f" while [ ! -e {folder}/ready ]; do sleep 0.01; done; sleep 0.3")
    with LiveHost(folder / "state").lock():
        pass
    os.kill(int((folder / "pid").read_text()), signal.SIGKILL)


def test_a_child_that_a_killed_run_had_forked_and_not_yet_started_is_waited_for(folder: Path) -> None:
    code = f"""
import os, time
from tui.host.live.host import LiveHost
with LiveHost({str(folder / "state")!r}).lock():
    if os.fork() == 0:
        open({str(folder / "ready")!r}, "w").close()
        time.sleep(1)
        os.execv("/bin/sleep", ["sleep", "30"])
    time.sleep(60)
"""
    run = subprocess.Popen((sys.executable, "-c", code), cwd=_ROOT, start_new_session=True)
    try:
        while not (folder / "ready").exists():
            assert run.poll() is None
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
        run.wait()
        with LiveHost(folder / "state").lock():
            pass
    finally:
        os.killpg(run.pid, signal.SIGKILL)


def test_a_holder_says_who_it_is(folder: Path) -> None:
    with LiveHost(folder / "state").lock():
        code = f"""
from tui.host.live.host import LiveHost
from tui.host.port import Busy
try:
    with LiveHost({str(folder / "state")!r}).lock():
        pass
except Busy as busy:
    print(busy.holder)
"""
        said = subprocess.run((sys.executable, "-c", code), cwd=_ROOT, capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"process {os.getpid()}, since 20")


def test_no_link_is_followed_for_the_lock(folder: Path) -> None:
    state = LiveHost(folder / "state").state_folder
    (folder / "elsewhere").write_text("theirs")
    (state / "lock").symlink_to(folder / "elsewhere")
    with pytest.raises(OSError, match="symbolic"), LiveHost(folder / "state").lock():
        raise AssertionError("the lock was given")
    assert (folder / "elsewhere").read_text() == "theirs"
