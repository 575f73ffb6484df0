"""The folder of a simulation goes with it; what a killed one left goes with the next, and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tui.host.simulated.folder import IN_USE, PREFIX, SimulationFolder, clear_dead


def dead(place: Path, name: str = "dead", mode: int = 0o700) -> Path:
    """What a killed simulation leaves."""
    folder = place / f"{PREFIX}{name}"
    folder.mkdir(mode=0o700)
    (folder / IN_USE).touch(mode=0o600)
    (folder / "runs").mkdir()
    (folder / "runs" / "journal.jsonl").write_text("{}\n")
    folder.chmod(mode)
    return folder


def test_it_goes_with_its_value_and_stays_until_then() -> None:
    folder = SimulationFolder()
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert folder.path.name not in clear_dead(str(folder.path.parent))
    path = folder.path
    assert path.is_dir()
    del folder
    assert not path.exists()


def test_what_a_killed_process_left_is_cleared(tmp_path: Path) -> None:
    code = "import time; from tui.host.simulated.folder import SimulationFolder; it = SimulationFolder(); print(it.path, flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert process.stdout is not None
    left = Path(process.stdout.readline().strip())
    assert clear_dead(str(tmp_path)) == ()
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    for _ in range(100):  # the kernel lets go of the lock as the process is taken down
        if clear_dead(str(tmp_path)):
            break
        time.sleep(0.05)
    assert not left.exists()


def test_only_what_is_surely_a_dead_simulations_is_cleared(tmp_path: Path) -> None:
    """A link, a folder that others may enter, an older version's, a file, another name: all of them stay."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = tmp_path / "tmp"
    place.mkdir()
    mine = dead(place)
    dead(elsewhere)
    (place / f"{PREFIX}link").symlink_to(elsewhere / f"{PREFIX}dead")
    dead(place, "open", 0o755)
    (place / f"{PREFIX}old").mkdir(mode=0o700)
    (place / f"{PREFIX}file").touch()
    os.mkfifo(dead(place, "fifo") / "more")
    (place / "docker-audit-wizard-kept").mkdir()
    assert sorted(clear_dead(str(place))) == [mine.name, f"{PREFIX}fifo"]
    assert sorted(entry.name for entry in place.iterdir()) == sorted(
        [f"{PREFIX}link", f"{PREFIX}open", f"{PREFIX}old", f"{PREFIX}file", "docker-audit-wizard-kept"]
    )
    assert (elsewhere / f"{PREFIX}dead" / "runs" / "journal.jsonl").exists()


@pytest.mark.needs("root")
def test_another_users_folder_stays(tmp_path: Path) -> None:
    folder = dead(tmp_path)
    os.chown(folder, 4242, 4242)
    assert clear_dead(str(tmp_path)) == ()
    assert folder.exists()


def test_nothing_is_cleared_where_others_could_exchange_it(tmp_path: Path) -> None:
    folder = dead(tmp_path)
    tmp_path.chmod(0o777)
    assert clear_dead(str(tmp_path)) == ()
    tmp_path.chmod(0o1777)
    assert clear_dead(str(tmp_path)) == (folder.name,)
