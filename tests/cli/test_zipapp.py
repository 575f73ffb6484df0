"""The single file: made the same way twice, it holds all it needs, writes nothing, and runs where nothing can be written."""

from __future__ import annotations

import fcntl
import io
import json
import marshal
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import termios
import zipfile
from pathlib import Path

import pytest

from tests.build import run
from tests.cli.test_entry import old_pythons, pythons

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = str(ROOT / "assets/scenarios/foreign-rules.yaml")

pytestmark = [pytest.mark.packaging, pytest.mark.needs("package-index")]


def built(folder: Path, **environment: str) -> Path:
    output = folder / "docker-audit-wizard.pyz"
    subprocess.run(
        [sys.executable, ROOT / "tests/tools/build_zipapp.py", output],
        stdout=subprocess.DEVNULL,
        check=True,
        env={**os.environ, **environment},
        umask=0o077 if environment else 0o022,
    )
    return output


@pytest.fixture(scope="module")
def zipapp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("zipapp"))


@pytest.fixture
def empty(tmp_path: Path) -> dict[str, str]:
    """An environment with nothing in it but two empty folders to write to."""
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp"), "LC_ALL": "C.UTF-8"}


def written(env: dict[str, str]) -> list[Path]:
    return [path for name in ("HOME", "TMPDIR") for path in Path(env[name]).rglob("*")]


def test_the_same_input_gives_the_same_bytes(zipapp: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    again = built(tmp_path, TMPDIR=str(tmp_path / "elsewhere"), PYTHONHASHSEED="7", TZ="Asia/Tokyo", LC_ALL="C")
    assert again.read_bytes() == zipapp.read_bytes()
    assert again.stat().st_mode & 0o777 == zipapp.stat().st_mode & 0o777 == 0o755


def test_it_holds_sources_byte_code_and_assets_and_nothing_compiled_for_one_machine(zipapp: Path) -> None:
    assert zipapp.read_bytes().startswith(b"#!/usr/bin/python3 -IS\n")
    with zipfile.ZipFile(zipapp) as archive:
        whole = archive.namelist()
        ours, theirs = (zipfile.ZipFile(io.BytesIO(archive.read(name))) for name in ("tui.zip", "packages.zip"))
        places = marshal.loads(archive.read("index"))
    assert {entry.compress_type for entry in ours.infolist() if entry.filename.endswith(".pyc")} == {zipfile.ZIP_STORED}
    # Python reads the directory of the whole zip before its first line runs.
    old = {f"tui/{name}.{end}" for name in ("__init__", "__main__") for end in ("py", "pyc")}
    assert set(whole) == {"__main__.py", "__main__.pyc", "index", "packages.zip", "tui.zip", *old}
    assert set(places) == set(ours.namelist())
    names = {*whole, *ours.namelist(), *theirs.namelist()}
    modules = {name for name in names if name.endswith(".py")}
    assert {name + "c" for name in modules} <= names
    assert {"__main__.py", "tui/cli.py", "textual/app.py", "sh/__init__.py", "yaml/__init__.py"} <= modules
    source = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tui").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert source <= names
    assert {f"tui/assets/scenarios/{path.name}" for path in (ROOT / "assets/scenarios").iterdir()} <= names
    assert not [name for name in names if name.endswith((".so", ".pyd")) or name.startswith("tests/")]


WATCH = """
import runpy, sys
WRITES = 1 | 2 | 64 | 512 | 1024  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND
CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.truncate", "os.utime",
           "subprocess.Popen", "os.fork", "os.exec", "os.posix_spawn", "os.system", "tempfile.mkdtemp", "tempfile.mkstemp")

def watch(event, arguments):
    opened = event == "open" and arguments[2] & WRITES and arguments[0] != "/dev/null" and not isinstance(arguments[0], int)
    if opened or event in CHANGES:
        print("CHANGED", event, arguments, file=sys.stderr)

sys.addaudithook(watch)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


OPENED = """
import runpy, sys
sys.addaudithook(lambda event, given: print("OPENED", given[0], file=sys.stderr) if event == "open" else None)
sys.argv = sys.argv[1:]
sys.path.insert(0, sys.argv[0])  # as Python does where it is given the file
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.usefixtures("audit_lock")
def test_a_check_opens_the_file_a_few_times_and_no_package(zipapp: Path, empty: dict[str, str]) -> None:
    """Python's own importer of zips opens the file twice for each module; and the packages are two thousand names in a directory."""
    done = run(sys.executable, "-IS", "-c", OPENED, zipapp, "check", "--benchmark", "1.8.0", cwd="/", env=empty)
    opened = [line.removeprefix("OPENED ") for line in done.stderr.splitlines() if line.startswith("OPENED ")]
    assert not [path for path in opened if path.startswith("/proc/self/fd/")]
    assert 0 < opened.count(str(zipapp)) <= 8  # the directory, the entry, the index, our modules


def test_a_python_without_half_of_its_library_gets_a_sentence(zipapp: Path, empty: dict[str, str]) -> None:
    """Debian's python3-minimal has no dataclasses."""
    code = "import runpy, sys; sys.modules['dataclasses'] = None; path = sys.argv.pop(); runpy.run_path(path, run_name='__main__')"
    done = run(sys.executable, "-I", "-c", code, zipapp, cwd="/", env=empty)
    assert done.returncode == 3
    assert "lacks dataclasses of its library" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("audit_lock")  # it reads this machine, which a live test may be changing
@pytest.mark.parametrize(
    ("argv", "statuses"),
    [
        (["--version"], (0,)),
        (["check", "--json"], (0, 1, 3)),
        (["check", "--host", SCENARIO], (1,)),
        (["plan", "--host", SCENARIO, "--json"], (0,)),
        (["capture"], (0,)),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
def test_reading_verbs_write_nothing(zipapp: Path, empty: dict[str, str], argv: list[str], statuses: tuple[int, ...]) -> None:
    """Python itself tells of every file that is opened to be written, and of everything else that changes a file or starts a program.

    -S: with no site-packages at all, as on a host that has nothing but python3."""
    done = run(sys.executable, "-IS", "-c", WATCH, zipapp, *argv, cwd="/", env=empty)
    assert done.returncode in statuses, done.stderr
    assert done.stdout
    assert done.stderr == ""
    assert written(empty) == []


@pytest.mark.usefixtures("audit_lock")
def test_what_is_asked_to_be_written_is_all_that_is_written(zipapp: Path, empty: dict[str, str]) -> None:
    output = Path(empty["HOME"]) / "host.yaml"
    done = run(sys.executable, "-IS", "-c", WATCH, zipapp, "capture", "-o", output, cwd="/", env=empty)
    assert done.returncode == 0, done.stderr
    changed = [
        re.sub(r"\.docker-audit-wizard-[0-9a-f]{12}", "BESIDE", line) for line in done.stderr.splitlines() if "CHANGED" in line
    ]
    assert [line.split(" ", 2)[1] for line in changed] == ["open", "os.chmod", "os.link", "os.remove"]
    assert changed[0] == f"CHANGED open ('BESIDE', None, {os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC})"
    assert changed[2].startswith("CHANGED os.link ('BESIDE', 'host.yaml'")
    assert changed[3].startswith("CHANGED os.remove ('BESIDE'")
    assert written(empty) == [output]


def test_it_runs_by_itself_and_trusts_nobody_else_s_modules(zipapp: Path, empty: dict[str, str], tmp_path: Path) -> None:
    """-I: neither PYTHONPATH, nor the folder it lies in, nor the current one brings code into a program that root runs."""
    for name in ("tui", "yaml", "textual", "argparse"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')\n")
    copy = shutil.copy(zipapp, tmp_path)
    done = subprocess.run(
        [copy, "plan", "--host", SCENARIO, "--json"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**empty, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"][0]["path"] == "/etc/audit/rules.d/docker.rules"


@pytest.mark.needs(*(["mount-namespace"] if os.geteuid() == 0 else []))
def test_it_runs_from_a_folder_that_nobody_can_write_to(zipapp: Path, empty: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    copy = shutil.copy(zipapp, folder)
    folder.chmod(0o555)
    # Modes do not bind root: there the folder becomes a mount without writing, for this one process.
    mount = f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder} && ! touch {folder}/x 2>/dev/null && "
    script = f"exec {copy} check --control containerd --host {SCENARIO} --json"
    argv = ["unshare", "--mount", "sh", "-c", mount + script] if os.geteuid() == 0 else ["sh", "-c", script]
    done = run(*argv, cwd="/", env=empty)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["findings"][0]["slug"] == "containerd"
    assert sorted(path.name for path in folder.iterdir()) == [zipapp.name]


@pytest.mark.parametrize("named", ["./{name}", "{folder}/./{name}", "../{up}/{name}", "{folder}//{name}"])
def test_it_runs_however_its_path_is_spelled(zipapp: Path, empty: dict[str, str], named: str) -> None:
    program = named.format(name=zipapp.name, folder=zipapp.parent, up=zipapp.parent.name)
    argv = [program, "check", "--control", "containerd", "--host", SCENARIO, "--json"]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=empty, cwd=zipapp.parent, timeout=120)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["findings"][0]["slug"] == "containerd"
    # The style sheets beside the modules are read out of the archive as well.
    show = "from tui.base.resources import package_text as t; print(len(t('tui.wizard', 'wizard.tcss')), file=sys.stderr)"
    script = f"import atexit, runpy, sys\ndef show(): {show}\natexit.register(show)\nsys.argv[1:] = ['--version']\n"
    script += f"runpy.run_path({program!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, env=empty, cwd=zipapp.parent, timeout=120
    )
    assert int(done.stderr) > 100, done.stdout


def on_a_terminal(argv: list[str | Path], typed: bytes, env: dict[str, str], until: bytes = b"", then: bytes = b"") -> bytes:
    """What *argv* says on a terminal where *typed* is typed, and *then* once it has said *until*; it ends with status 0."""
    master, slave = pty.openpty()
    if not until:  # room for the whole walk: no page waits for an Enter of its own
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 500, 100, 0, 0))
    program = subprocess.Popen(
        argv, stdin=slave, stdout=slave, stderr=slave, env={**env, "TERM": "xterm" if until else "dumb"}, cwd="/"
    )
    os.close(slave)
    os.write(master, typed)
    said = b""
    try:
        while data := os.read(master, 1 << 16):
            said += data
            if then and until in said:
                os.write(master, then)
                then = b""
    except OSError:
        pass  # A pty without a program behind it.
    assert program.wait(60) == 0, said.decode("utf-8", "replace")
    return said


@pytest.mark.needs("pty")
def test_the_demo_in_lines_leaves_nothing_behind(zipapp: Path, empty: dict[str, str]) -> None:
    """A simulated host needs a temporary folder for its journal; it is gone afterwards."""
    argv: list[str | Path] = ["timeout", "60", zipapp, "--demo", "fresh", "--control", "1.2.11", "--plain"]
    assert b"audited, and proved" in on_a_terminal(argv, b"\n\n\nyes\n\n", empty)
    assert written(empty) == []


@pytest.mark.parametrize("python", old_pythons(), ids=lambda path: path.parts[-3])
def test_an_old_python_is_told_what_is_needed(python: Path, zipapp: Path, empty: dict[str, str]) -> None:
    done = run(python, zipapp, "check", cwd="/", env=empty)
    assert done.returncode == 3
    assert done.stderr.startswith("docker-audit-wizard needs Python 3.9 or newer")
    assert done.stderr.rstrip().endswith(f"python3.9 -I {zipapp}")
    assert done.stderr.count("\n") == 1


CLAIMED = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")


@pytest.mark.slow
@pytest.mark.parametrize("python", pythons(*CLAIMED), ids=lambda path: path.parts[-3])
def test_each_python_that_is_claimed_says_the_same(python: Path, zipapp: Path, empty: dict[str, str], tmp_path: Path) -> None:
    """A check, a plan, a kept plan and a format as the tests' own Python has them, and the demo walked to its end."""
    for argv in (
        ["check", "--host", SCENARIO, "--json"],
        ["check", "--host", SCENARIO, "--format", "xccdf"],
        ["plan", "--host", SCENARIO],
        ["plan", "--host", SCENARIO, "--print-rules"],
    ):
        ours, theirs = (run(each, "-I", zipapp, *argv, env=empty) for each in (sys.executable, python))
        assert (theirs.stdout, theirs.stderr, theirs.returncode) == (ours.stdout, ours.stderr, ours.returncode)
    demo = ["timeout", "60", python, "-I", zipapp, "--demo", "fresh", "--control", "1.2.11", "--plain"]
    assert b"audited, and proved" in on_a_terminal(demo, b"\n\n\nyes\n\n", empty)


@pytest.mark.slow
@pytest.mark.parametrize("python", pythons(*CLAIMED), ids=lambda path: path.parts[-3])
def test_each_python_that_is_claimed_opens_the_wizard(python: Path, zipapp: Path, empty: dict[str, str]) -> None:
    demo = ["timeout", "60", python, "-I", zipapp, "--demo", "fresh"]
    assert b"containerd" in on_a_terminal(demo, b"", empty, until=b"containerd", then=b"q")
