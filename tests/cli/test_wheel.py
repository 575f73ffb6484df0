"""The source archive, and the wheel that is built from it: what is in them, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both, as ``python -m build`` makes them: the wheel out of the unpacked source archive."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT],
        stdout=subprocess.DEVNULL,
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
    )
    return folder


def files_of(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_its_assets_the_manual_page_and_the_completion(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assets = {f"tui/{name}" for name in files_of("assets/scenarios") | files_of("assets/ansible")}
    schemas = {f"tui/assets/{name}.schema.json" for name in ("control", "check", "plan", "run")}
    assert {name for name in names if name.startswith("tui/")} == files_of("tui") | assets | schemas
    others = {name.split("/", 1)[1] for name in names if not name.startswith("tui/")}
    assert others == {
        "METADATA",
        "WHEEL",
        "RECORD",
        "entry_points.txt",
        "data/share/man/man8/docker-audit-wizard.8",
        "data/share/bash-completion/completions/docker-audit-wizard",
        "data/share/zsh/site-functions/_docker-audit-wizard",
        "data/share/fish/vendor_completions.d/docker-audit-wizard.fish",
    }


def test_the_source_archive_holds_what_is_needed_to_build_and_to_test(dist: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {member.name.split("/", 1)[1] for member in archive if member.isfile()}
    assert files_of("tui") | files_of("assets") | {"README.md", "CHANGELOG.md", "pyproject.toml"} <= names
    assert {"tests/conftest.py", "tests/tools/build_zipapp.py"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith((".ci", "dist"))]
