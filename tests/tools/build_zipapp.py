"""Build dist/docker-audit-wizard.pyz: one file that runs on any host with Python 3.9 or newer, without network and without pip.

    python tests/tools/build_zipapp.py [OUTPUT]

It holds, in two zips within it (see zipapp_main.py), our package with assets/, and the dependencies at the versions of zipapp-constraints.txt,
as sources and as byte code of the building Python (another Python ignores that and takes the sources). Our byte code is stored, not compressed,
and an index tells where each file's begins: a check reads a hundred and fifty modules. Beside them lie the two modules that tell a Python
too old for the rest that it is. The same inputs give the same bytes: entries are sorted, times are fixed, byte code is compiled
under a fixed hash seed with paths relative to the archive.
"""

from __future__ import annotations

import argparse
import marshal
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = Path(__file__).with_name("zipapp-constraints.txt")
# -I: neither PYTHONPATH nor the user's site-packages reach a program that root runs; -S: nor do the machine's, which are not looked through.
SHEBANG = b"#!/usr/bin/python3 -IS\n"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip entry can bear
MAIN = Path(__file__).with_name("zipapp_main.py")
OURS, INDEX, PACKAGES = "tui.zip", "index", "packages.zip"  # as zipapp_main.py asks for them
HEADER = 30  # the bytes of a zip's local header before the name (APPNOTE 4.3.7)
FOR_ANY_PYTHON = ("tui/__init__.py", "tui/__main__.py")
# Compiled parts fit one Python and one machine only; their packages all have a pure Python way.
LEFT_OUT = ("*.so", "*.pyd", "*.dist-info", "__pycache__", "bin", "tests", "*.pyi")


def _lack() -> str:
    """What is missing here to build the file, as a sentence with the way to get it; "" for nothing."""
    if sys.version_info < (3, 11):
        version = ".".join(map(str, sys.version_info[:2]))
        return f"building the file needs Python 3.11 or newer, and {sys.executable} is {version}; what is built runs on older ones, too."
    if find_spec("pip") is None:
        return f"building the file needs pip, which {sys.executable} does not have: apt install python3-pip, or use a venv (python3 -m venv .venv)."
    return ""


def _check(output: Path) -> None:
    """Run ``check`` once on what was built, with a scenario that passes. Raises SystemExit where it says anything else."""
    scenario = ROOT / "assets" / "scenarios" / "compliant.yaml"
    command = [sys.executable, "-I", str(output), "check", "--control", "containerd", "--host", str(scenario)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or "/usr/bin/containerd is audited" not in done.stdout:
        sys.exit(f"{output} was built and does not work: check ended with {done.returncode}.\n{done.stdout}{done.stderr}")


def _pyproject() -> dict[str, Any]:
    import tomllib  # Python 3.11 has it: an older one is told so before

    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _install(target: Path) -> None:
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
        "--target",
        str(target),
    ]
    subprocess.run([*pip, "--constraint", str(CONSTRAINTS), *_pyproject()["project"]["dependencies"]], check=True)
    for pattern in LEFT_OUT:
        for path in sorted(target.rglob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()


def _add_ours(target: Path) -> None:
    shutil.copytree(ROOT / "tui", target / "tui", ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for source, place in _pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].items():
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, target / place)
        else:
            shutil.copyfile(ROOT / source, target / place)


def _compile(target: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "compileall",
        "-q",
        "-b",
        "--invalidation-mode",
        "unchecked-hash",
        "-s",
        str(target),
        "-j",
        "1",
    ]
    subprocess.run([*command, str(target)], check=True, env={**os.environ, "PYTHONHASHSEED": "0"})


def _pack(source: Path, output: Path, *, stored: tuple[str, ...], first: bytes = b"", first_entry: str = "") -> None:
    """Write the files below *source* into a zip with *first* before it; those whose names end in one of *stored* are not compressed."""
    with open(output, "wb") as file:
        file.write(first)
        with zipfile.ZipFile(file, "w") as archive:
            names = (path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file())
            for name in sorted(names, key=lambda name: (name != first_entry, name)):
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.external_attr = 0o100644 << 16
                entry.compress_type = zipfile.ZIP_STORED if name.endswith(stored) else zipfile.ZIP_DEFLATED
                archive.writestr(entry, (source / name).read_bytes(), compresslevel=9)


def index(packed: Path) -> bytes:
    """Where the contents of each file in the zip *packed* begin, as zipapp_main.py reads it."""
    with zipfile.ZipFile(packed) as archive:
        places = {
            entry.filename: (
                entry.header_offset + HEADER + len(entry.filename),
                entry.compress_size,
                entry.compress_type != zipfile.ZIP_STORED,
            )
            for entry in archive.infolist()
        }
    return marshal.dumps(places, 2)


def build(output: Path) -> Path:
    """Build the file and return its path. Raises subprocess.CalledProcessError where pip or the compiler fails."""
    with tempfile.TemporaryDirectory(prefix="zipapp-") as folder:
        whole, ours, packages = (Path(folder) / name for name in ("whole", "ours", "packages"))
        whole.mkdir()
        _install(packages)
        _compile(packages)
        _pack(packages, whole / PACKAGES, stored=())
        _add_ours(ours)
        _compile(ours)
        _pack(ours, whole / OURS, stored=(".pyc",))
        (whole / INDEX).write_bytes(index(whole / OURS))
        shutil.copyfile(MAIN, whole / "__main__.py")
        (whole / "tui").mkdir()
        for name in FOR_ANY_PYTHON:
            shutil.copyfile(ours / name, whole / name)
        _compile(whole)
        unfinished = output.with_suffix(".tmp")
        output.parent.mkdir(parents=True, exist_ok=True)
        _pack(whole, unfinished, stored=(".pyc", INDEX, OURS, PACKAGES), first=SHEBANG, first_entry=OURS)
        unfinished.chmod(0o755)
        unfinished.replace(output)
    return output


def main() -> None:
    """Build the file, try it, and print its path; what is missing, or went wrong, is one sentence and status 1."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("output", nargs="?", type=Path, default=ROOT / "dist" / "docker-audit-wizard.pyz", help="the file to build")
    wanted = parser.parse_args().output
    if lack := _lack():
        sys.exit(lack)
    try:
        output = build(wanted)
    except subprocess.CalledProcessError as failed:
        what = "pip could not install the packages; it needs a package index" if "pip" in failed.cmd else "the byte compiler failed"
        sys.exit(f"Nothing was built: {what}. What it said stands above.")
    except OSError as problem:
        sys.exit(f"Nothing was built: {problem}.")
    _check(output)
    print(output)


if __name__ == "__main__":
    main()
