"""The program as one file, packed from an installation."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import sh  # noqa: F401  # once imported it hides where it came from

from tui.export.program import program

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_packed_runs_without_the_installation(tmp_path: Path) -> None:
    packed = tmp_path / "packed.pyz"
    packed.write_bytes(program())
    names = set(zipfile.ZipFile(packed).namelist())
    assert {"__main__.py", "tui/cli.py", "sh.py", "yaml/__init__.py"} <= names | {
        name.replace("sh/__init__.py", "sh.py") for name in names
    }
    assert not [name for name in names if name.endswith((".pyc", ".so"))]
    argv = [sys.executable, "-I", "-S", packed, "check", "--control", "containerd", "--host", ROOT / "assets/scenarios/fresh.yaml"]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert (done.returncode, "/usr/bin/containerd is NOT audited" in done.stdout) == (1, True), done.stderr


def test_the_same_installation_gives_the_same_bytes() -> None:
    assert program() == program()
