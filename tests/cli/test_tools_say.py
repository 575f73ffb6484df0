"""The tools say in a sentence what they need, instead of a traceback."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.tools import build_zipapp


def ended(monkeypatch: pytest.MonkeyPatch, output: Path) -> str:
    """What the builder says as it ends."""
    monkeypatch.setattr("sys.argv", ["build_zipapp.py", str(output)])
    with pytest.raises(SystemExit) as end:
        build_zipapp.main()
    return str(end.value)


def test_an_option_is_no_file_to_build(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(build_zipapp, "build", lambda output: pytest.fail(f"{output} is built"))
    monkeypatch.setattr(build_zipapp, "_lack", lambda: "")
    assert ended(monkeypatch, Path("--help")) == "0"
    assert "the file to build" in capsys.readouterr().out
    assert ended(monkeypatch, Path("--nope")) == "2"


def test_without_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build_zipapp.sys, "version_info", (3, 11, 2))
    monkeypatch.setattr(build_zipapp, "find_spec", lambda name: None)
    assert ended(monkeypatch, tmp_path / "a.pyz").startswith("building the file needs pip, which ")


def test_with_an_older_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build_zipapp.sys, "version_info", (3, 9, 18))
    assert "needs Python 3.11 or newer" in ended(monkeypatch, tmp_path / "a.pyz")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (subprocess.CalledProcessError(1, ["python", "-m", "pip", "install"]), "it needs a package index"),
        (subprocess.CalledProcessError(1, ["python", "-m", "compileall"]), "the byte compiler failed"),
        (PermissionError(13, "Permission denied", "/dist"), "Permission denied"),
    ],
)
def test_what_goes_wrong_while_building(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, problem: Exception, said: str) -> None:
    def fail(output: Path) -> Path:
        raise problem

    monkeypatch.setattr(build_zipapp, "_lack", lambda: "")
    monkeypatch.setattr(build_zipapp, "build", fail)
    assert said in ended(monkeypatch, tmp_path / "a.pyz")


def test_what_was_built_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(output: Path) -> Path:
        output.write_text("raise SystemExit(9)")
        return output

    monkeypatch.setattr(build_zipapp, "_lack", lambda: "")
    monkeypatch.setattr(build_zipapp, "build", broken)
    assert "was built and does not work: check ended with 9" in ended(monkeypatch, tmp_path / "a.pyz")
