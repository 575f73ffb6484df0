"""Status 1 means "not, or not yet, audited" and nothing else: whatever keeps the program from starting, or from being read, ends otherwise."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.build import run
from tui.__main__ import newer_python

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CHECK = ["check", "--control", "1.2.11", "--host", str(ROOT / "assets/scenarios/fresh.yaml")]
COMMAND = str(Path(sys.executable).with_name("docker-audit-wizard"))


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run("bash", "-c", command, **environment)


def old_pythons() -> list[Path]:
    return pythons("2.7", "3.6", "3.7", "3.8")


def pythons(*names: str) -> list[Path]:
    """Those of the interpreters that are on this machine, beside the one that runs the tests or on PATH."""
    found = []
    for name in names:
        kept = sorted(Path(sys.base_prefix).parent.glob(f"{name}.*/bin/python"))
        on_path = shutil.which(f"python{name}")
        found += kept or ([Path(on_path)] if on_path else [])
    return found


@pytest.mark.parametrize("python", old_pythons(), ids=lambda path: path.parts[-3])
def test_an_old_python_is_refused_in_one_sentence(python: Path) -> None:
    done = run(python, "-m", "tui", "check")
    assert done.returncode == 3
    assert done.stderr.startswith("docker-audit-wizard needs Python 3.9 or newer, and ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ('NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="8.10"\n', ("dnf install python3.11", "python3.11")),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="8.9"', ("dnf install python3.11", "python3.11")),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"', ("", "python3.9")),
        ('ID="sles"\nID_LIKE="suse"\nVERSION_ID="15.5"', ("zypper install python311", "python3.11")),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.6"', ("zypper install python311", "python3.11")),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="20.04"', ("apt install python3.9", "python3.9")),
        ('ID=debian\nVERSION_ID="10"\nno line of it', ("", "python3.9")),
        ("", ("", "python3.9")),
    ],
)
def test_the_package_of_a_newer_python_is_named_where_there_is_one(release: str, expected: tuple[str, str]) -> None:
    assert newer_python(release) == expected


def test_the_entry_and_what_it_imports_use_no_syntax_of_today() -> None:
    """Where no old Python is at hand, its grammar is: nothing newer than 3.0 in the two files that one must read."""
    import ast

    for name in ("__main__.py", "__init__.py"):
        source = (ROOT / "tui" / name).read_text("ascii")
        tree = ast.parse(source, feature_version=(3, 4))
        new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Match)
        assert not [node for node in ast.walk(tree) if isinstance(node, new)]
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.returns is not None]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("yaml", "needs the Python package PyYAML"),
        ("shlex", "apt install python3"),
        ("tui.verdict.judgement", "is not complete: its module tui.verdict.judgement is missing"),
    ],
)
@pytest.mark.parametrize("forgets", ["", "vars(sys).pop('stdlib_module_names', None); "], ids=["today's Python", "Python 3.9"])
def test_what_is_not_installed_is_named(missing: str, said: str, forgets: str) -> None:
    code = f"import sys; {forgets}sys.modules[{missing!r}] = None; from tui.__main__ import main; sys.exit(main())"
    done = run(sys.executable, "-I", "-c", code, *CHECK)
    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.needs("pty")
def test_what_only_the_wizard_needs_is_named_as_well() -> None:
    """On a terminal of its own, as the wizard wants one."""
    code = (
        "import pty, sys; status = pty.spawn([sys.executable, '-I', '-c', 'import sys; sys.modules[\"textual\"] = None; "
        "from tui.__main__ import main; sys.exit(main())', '--demo', 'fresh']); sys.exit(status >> 8)"
    )
    done = run(sys.executable, "-I", "-c", code, TERM="xterm-256color", COLORTERM="truecolor")
    assert (done.returncode, "needs the Python package textual" in done.stdout) == (3, True), done


@pytest.mark.parametrize("verb", ["apply", "undo", "rehearse", "export"])
def test_what_changes_something_does_not_begin_without_the_whole_library(verb: str) -> None:
    """Debian's python3-minimal lacks a part of it, and of that rather much."""
    code = "import sys; sys.modules['dataclasses'] = None; from tui.__main__ import main; sys.exit(main())"
    operands = {"rehearse": ["--seconds", "1"], "export": ["ansible", "/nonexistent/role"]}
    done = run(sys.executable, "-I", "-c", code, verb, *operands.get(verb, []))
    assert (done.returncode, "apt install python3" in done.stderr) == (3, True), done


@pytest.mark.needs("root")
@pytest.mark.parametrize("verb", ["apply", "undo", "rehearse"])
def test_a_run_does_not_begin_without_what_starts_programs(verb: str) -> None:
    code = "import sys; sys.modules['sh'] = None; from tui.__main__ import main; sys.exit(main())"
    done = run(sys.executable, "-I", "-c", code, verb, "--yes", *(["--seconds", "1"] if verb == "rehearse" else []))
    assert (done.returncode, "needs the Python package sh" in done.stderr) == (3, True), done


@pytest.mark.needs("root", "pty")
@pytest.mark.parametrize("options", [[], ["--control", "containerd"], ["--plain"]], ids=["screens", "named", "plain"])
def test_the_wizard_of_a_live_host_does_not_begin_without_it_either(options: list[str]) -> None:
    """It is said when the wizard is opened, rather than after the word, in a run that has begun."""
    code = (
        "import pty, sys; status = pty.spawn([sys.executable, '-I', '-c', 'import sys; sys.modules[\"sh\"] = None; "
        f"from tui.__main__ import main; sys.exit(main())', *{options!r}]); sys.exit(status >> 8)"
    )
    done = run(sys.executable, "-I", "-c", code, TERM="xterm-256color", COLORTERM="truecolor")
    assert (done.returncode, "needs the Python package sh" in done.stdout) == (3, True), done


READER_GONE = "exec 3> >(exec true); wait $!"
"""For bash: descriptor 3 is a pipe whose reader has ended."""


@pytest.mark.parametrize("options", ["--help", "--version", "check --help"])
@pytest.mark.parametrize(("where", "status"), [(">&3", 141), ("> /dev/full", 3), (">&-", 0), ("2>&-", 0)])
def test_help_that_nobody_reads_is_no_verdict(options: str, where: str, status: int) -> None:
    done = shell(f"{READER_GONE}; exec {COMMAND} {options} {where}")
    assert done.returncode == status
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", ["--no-such-option", "check --seconds 3", "nothing", "check --control nothing"])
@pytest.mark.parametrize("where", [">&3 2>&3", "2> /dev/full", "2>&-", "> /dev/full 2>&1"])
def test_usage_that_nobody_reads_is_usage(options: str, where: str) -> None:
    assert shell(f"{READER_GONE}; exec {COMMAND} {options} {where}").returncode == 2


@pytest.mark.parametrize("encoding", ["idna", "punycode", "ascii", "latin-1", "utf-16", "cp037", "utf-7", "idna:strict", ":strict"])
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["lines", "json"])
def test_no_encoding_of_the_output_changes_the_status(encoding: str, options: list[str]) -> None:
    done = subprocess.run(
        [COMMAND, *CHECK, *options], env={**os.environ, "PYTHONIOENCODING": encoding}, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"containerd" in done.stdout.replace(b"\0", b"")


@pytest.mark.parametrize(
    "problem", ["RuntimeError('no')", "UnicodeEncodeError('idna', 'x', 0, 1, 'no')", "OSError(28, 'full')", "MemoryError()"]
)
def test_the_status_of_a_run_survives_whatever_happens_to_its_report(
    problem: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import argparse

    from tui.run.values import RunReport
    from tui.verbs import change

    def failing(*_: object) -> None:
        raise eval(problem)

    monkeypatch.setattr(change, "render_report", failing)
    monkeypatch.setattr(change, "abandon", lambda _stream: None)
    report = RunReport("r", "rolled-back", "rolled back", "It is as it was.")
    assert change._report(argparse.Namespace(json=False), report) == 4
    assert "rolled back: It is as it was." in capfd.readouterr().err


# --- what is inherited -------------------------------------------------------------------------------------------------------


def test_an_ignored_child_signal_and_a_blocked_one_are_reset() -> None:
    code = """if True:
        import os, signal, sys
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGTERM})
        os.umask(0o777)
        import tui.cli
        try:
            tui.cli.main(["--version"])
        except SystemExit:
            pass
        print(os.waitstatus_to_exitcode(os.waitpid(os.spawnlp(os.P_NOWAIT, "false", "false"), 0)[1]))
        print(len(signal.pthread_sigmask(signal.SIG_BLOCK, ())), oct(os.umask(0)))
    """
    done = run(sys.executable, "-I", "-c", code)
    assert done.stdout.splitlines()[1:] == ["1", "0 0o77"], done


def test_a_hangup_that_was_ignored_stays_so() -> None:
    from tui.base.inherited import heeded

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert heeded((signal.SIGTERM, signal.SIGHUP)) == (signal.SIGTERM,)
    finally:
        signal.signal(signal.SIGHUP, before)


# --- whose folder ------------------------------------------------------------------------------------------------------------

root_only = pytest.mark.needs("root")


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A folder of somebody else's, with a module in it that is not what it seems."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    for name in ("argparse", "yaml", "importlib_metadata"):
        (folder / f"{name}.py").write_text("open('/dev/stderr', 'w').write('planted')\n")
    os.chown(folder, 65534, 65534)
    tmp_path.chmod(0o755)
    return folder


@root_only
def test_root_is_refused_where_the_current_folder_is_not_root_s(foreign: Path) -> None:
    done = run(sys.executable, "-m", "tui", *CHECK, cwd=foreign)
    assert done.returncode == 3
    assert str(foreign) in done.stderr
    assert "planted" not in done.stderr
    assert run(sys.executable, "-I", "-m", "tui", *CHECK, cwd=foreign).returncode == 1
    assert run(COMMAND, *CHECK, cwd=foreign).returncode == 1


@root_only
@root_only
@pytest.mark.parametrize(
    ("mode", "gid", "above", "refused"),
    [
        (0o755, 0, 0o755, False),
        (0o775, 0, 0o755, False),
        (0o775, 65534, 0o755, True),
        (0o777, 0, 0o755, True),
        (0o1777, 0, 0o755, True),
        (0o755, 0, 0o777, True),
        (0o755, 0, 0o1777, False),
    ],
)
def test_who_may_write_to_a_folder_or_move_it_decides(mode: int, gid: int, above: int, refused: bool, tmp_path: Path) -> None:
    from tui.__main__ import _others_write

    folder = tmp_path / "above" / "folder"
    folder.mkdir(parents=True)
    os.chown(folder, 0, gid)
    folder.chmod(mode)
    folder.parent.chmod(above)
    assert _others_write(str(folder)) == refused
    assert _others_write(str(folder / "missing")) == refused


@root_only
def test_a_python_path_that_is_not_root_s_is_refused(foreign: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    done = run(sys.executable, "-m", "tui", *CHECK, cwd=tmp_path / "mine", PYTHONPATH=f"{tmp_path / 'mine'}:{foreign}")
    assert done.returncode == 3
    assert run(sys.executable, "-m", "tui", *CHECK, cwd=tmp_path / "mine", PYTHONPATH=str(tmp_path / "mine")).returncode == 1
