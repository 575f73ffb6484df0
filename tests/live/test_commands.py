"""Programs are run so that none can outlive its time, draw on the terminal, or stop the wizard by keeping a pipe."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tui.host.live import commands
from tui.host.live.commands import OUTPUT_LIMIT, run_command
from tui.host.port import CommandResult

pytestmark = pytest.mark.slow


def _shell(script: str, timeout: float = 10.0, on_output: Callable[[str], None] | None = None) -> CommandResult:
    return run_command(("/bin/sh", "-c", script), timeout=timeout, on_output=on_output)


@pytest.fixture
def an_hour_passes(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A listener at whose first word the time of the command is over, however slow the machine was until then."""
    ahead = [0.0]
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + ahead[0], sleep=time.sleep)
    monkeypatch.setattr(commands, "time", clock)
    return lambda _text: ahead.__setitem__(0, 3600.0)


def _gone(pid: int) -> bool:
    for _ in range(1000):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False


def test_both_streams_come_in_order_and_cleaned() -> None:
    result = _shell("printf 'one\\n'; printf 'two\\033[31m\\n' >&2; printf '\\377'")
    assert (result.state, result.exit_code, result.output) == ("exited", 0, "one\ntwo^[[31m\n\\xff")


def test_a_character_cut_in_two_is_put_together() -> None:
    said: list[str] = []
    result = _shell("printf '\\303'; sleep 0.2; printf '\\244'", on_output=said.append)
    assert result.output == "ä"
    assert said == ["ä"]


def test_half_a_line_comes_at_once(tmp_path: Path) -> None:
    """The program goes on once the half has been heard."""
    said: list[str] = []

    def listen(text: str) -> None:
        said.append(text)
        (tmp_path / "heard").touch()

    result = _shell(f"printf half; until [ -e {tmp_path}/heard ]; do sleep 0.01; done; printf whole", 60, on_output=listen)
    assert (result.state, said) == ("exited", ["half", "whole"])


@pytest.mark.parametrize(
    ("script", "state", "code", "signal"),
    [("exit 3", "exited", 3, None), ("kill -9 $$", "signalled", None, 9), ("kill -TERM $$", "signalled", None, 15)],
)
def test_how_it_ended_is_told(script: str, state: str, code: int | None, signal: int | None) -> None:
    result = _shell(script)
    assert (result.state, result.exit_code, result.signal) == (state, code, signal)


def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    (tmp_path / "script").write_text("#!/no/such/interpreter\n")
    (tmp_path / "script").chmod(0o755)
    result = run_command((str(tmp_path / "script"),), timeout=5)
    assert result.state == "not-started"
    assert "No such file or directory" in result.output
    assert run_command(("/etc/passwd",), timeout=5).output == "/etc/passwd is not executable"


def test_the_environment_is_fixed_and_the_directory_is_the_root() -> None:
    os.environ["DOCKER_AUDIT_WIZARD_TEST"] = "leaks"
    result = _shell("/usr/bin/env | sort; pwd; umask")
    assert result.output.splitlines() == ["LC_ALL=C.UTF-8", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "PWD=/", "/", "0022"]


def test_there_is_no_terminal_and_no_input() -> None:
    result = _shell("cat; if (exec </dev/tty) 2>/dev/null; then echo tty; else echo none; fi")
    assert result.output.splitlines()[-1] == "none"


def test_the_whole_group_ends_with_the_time(tmp_path: Path, an_hour_passes: Callable[[str], None]) -> None:
    result = _shell(f"sleep 1000 & echo $! >{tmp_path}/child; echo started; sleep 1000", 600, on_output=an_hour_passes)
    assert (result.state, result.signal) == ("timeout", 15)
    assert _gone(int((tmp_path / "child").read_text()))


def test_who_ignores_the_polite_signal_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, an_hour_passes: Callable[[str], None]
) -> None:
    monkeypatch.setattr(commands, "GRACE", 0.3)
    script = f"trap '' TERM; echo $$ >{tmp_path}/pid; echo started; while :; do sleep 0.1; done"
    result = _shell(script, 600, on_output=an_hour_passes)
    assert (result.state, result.signal) == ("timeout", 9)
    assert _gone(int((tmp_path / "pid").read_text()))


def test_an_exception_in_the_listener_ends_the_group_and_is_passed_on(tmp_path: Path) -> None:
    def broken(_text: str) -> None:
        raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError, match="the screen is gone"):
        _shell(f"echo $$ >{tmp_path}/pid; echo out; sleep 1000", on_output=broken)
    assert _gone(int((tmp_path / "pid").read_text()))


def test_a_daemon_that_keeps_the_pipe_does_not_keep_us(tmp_path: Path) -> None:
    daemon = f"setsid sh -c 'echo $$ >{tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; exec sleep 1000' &"
    result = _shell(f"{daemon} until [ -e {tmp_path}/pid ]; do sleep 0.01; done; echo started", timeout=60)
    assert (result.state, result.exit_code, result.output) == ("exited", 0, "started\n")
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)  # it was left at work


def test_a_program_that_closes_its_streams_is_waited_for() -> None:
    result = _shell("exec >&- 2>&-; sleep 0.3; exit 7")
    assert (result.state, result.exit_code) == ("exited", 7)


def test_a_flood_is_kept_at_both_ends() -> None:
    said = 0

    def count(text: str) -> None:
        nonlocal said
        said += len(text)

    result = _shell("echo first; seq 1 400000; echo last", on_output=count)
    assert said > 2 * OUTPUT_LIMIT
    assert result.output.startswith("first\n1\n")
    assert result.output.endswith("\n400000\nlast\n")
    assert "characters left out]" in result.output
    assert len(result.output) < OUTPUT_LIMIT + 100


def _may_lift_limits() -> bool:
    """Whether this process has CAP_SYS_RESOURCE."""
    return bool(int(re.findall(r"CapEff:\t([0-9a-f]+)", Path("/proc/self/status").read_text())[0], 16) >> 24 & 1)


@pytest.mark.parametrize("lost_at", [1, 2, 3])
def test_a_program_that_was_started_is_followed_to_its_end_where_no_thread_can_be(
    lost_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sh starts its threads after the fork: the program is at work by then, and half a load is worse than a late answer."""
    real, started = threading.Thread.start, 0

    def refused(thread: threading.Thread) -> None:
        nonlocal started
        started += 1
        if started >= lost_at:
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", refused)
    result = _shell("sleep 0.2; echo done; exit 7")
    assert (result.state, result.exit_code, result.output) == ("exited", 7, "done\n")
    assert _shell("kill -9 $$").signal == 9


def test_a_program_that_could_not_be_followed_at_all_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupted(_thread: threading.Thread) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _shell(f"echo $$ >{tmp_path}/pid; sleep 1000")
    for process in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            assert f"{tmp_path}/pid" not in Path(f"/proc/{process}/cmdline").read_text() or _gone(int(process))


def test_no_memory_for_threads_ends_no_program(tmp_path: Path) -> None:
    """In a process of its own, under ``ulimit -v``, as an administrator's shell may set it."""
    code = """if True:
        import resource, sys
        from tui.host.live.commands import run_command
        import asyncio, threading
        held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + (6 << 20), held + (6 << 20)))
        result = run_command(("/bin/sh", "-c", "ulimit -v; echo done"), timeout=20)
        print(result.state, result.exit_code, result.output.split())
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    limit = "unlimited" if _may_lift_limits() else "[0-9]+"
    assert re.fullmatch(rf"exited 0 \['{limit}', 'done'\]\n", done.stdout), done


def test_a_program_inherits_neither_ignored_signals_nor_a_mask_nor_limits() -> None:
    """A daemon that an init script starts would keep them for good."""
    code = """if True:
        import resource, signal
        for number in (signal.SIGPIPE, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGXFSZ, signal.SIGUSR1):
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGUSR2})
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        from tui.host.live.commands import run_command
        print(run_command(("/bin/sh", "-c", "grep ^Sig /proc/self/status; ulimit -f; ulimit -n"), timeout=20).output)
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    said = dict(line.split(":") for line in done.stdout.splitlines() if ":" in line)
    assert (int(said["SigBlk"], 16), int(said["SigIgn"], 16)) == (0, 0), done
    assert done.stdout.split()[-2:] == (["unlimited", "1024"] if _may_lift_limits() else ["8", "64"])
