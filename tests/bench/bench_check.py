"""``check`` of the sixteen controls against sixteen greps of ``auditctl -l``: from the venv, from the single file, with objects, with rules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests import kernel_rules
from tests.bench.harness import PROGRAM, ROOT, Bench, Comparison, audit_lock, by_processor, command, compare, in_turn
from tests.tools.build_zipapp import build
from tui.controls.catalogue import load_catalogue

LATEST = "1.8.0"
CHECK = ("check", "--benchmark", LATEST)
SINGLE_FILE = ROOT / "dist/docker-audit-wizard.pyz"
MANY_RULES = 1000
"""How many rules ``loaded`` loads; deleting one takes the kernel some 13 ms."""


def paths() -> list[str]:
    """The sixteen audited paths."""
    return [control.numbered[LATEST].path for control in load_catalogue().numbered(LATEST)]


def greps() -> str:
    """What an administrator would type: one pipeline a path."""
    return "; ".join(f"auditctl -l | grep -q '{path}'" for path in paths())


def single_file() -> Path:
    """The single file, made anew where a source is newer. Raises CalledProcessError where it cannot be."""
    sources = [*(ROOT / "tui").rglob("*.py"), ROOT / "tests/tools/build_zipapp.py"]
    if not SINGLE_FILE.exists() or SINGLE_FILE.stat().st_mtime < max(path.stat().st_mtime for path in sources):
        build(SINGLE_FILE)
    return SINGLE_FILE


@contextmanager
def docker_objects() -> Iterator[None]:
    """Something at each audited path that has nothing, as on a host with Docker; taken away again."""
    made: list[Path] = []
    try:
        for name in paths():
            path = Path(name)
            if os.path.lexists(path):
                continue
            above = [folder for folder in reversed(path.parents) if not folder.exists()]
            for folder in above:
                folder.mkdir()
                made.append(folder)
            if name.startswith(("/usr/bin/", "/usr/sbin/")):
                shutil.copy("/bin/true", path)
            elif path.suffix or name == "/etc/default/docker" or name == "/etc/sysconfig/docker":
                path.touch(0o644)
            else:
                path.mkdir()
            made.append(path)
        yield
    finally:
        for path in reversed(made):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()


def about() -> str:
    """How many controls apply on this host now, and how many rules are loaded."""
    done = subprocess.run([*PROGRAM, *CHECK, "--json"], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    findings = json.loads(done.stdout)["findings"]
    applicable = sum(finding["result"] != "notapplicable" for finding in findings)
    return f"{applicable} apply, {len(kernel_rules.raw_rules())} rules"


def imports() -> str:
    """A program that imports what a check on this host imports, and ends as a check does."""
    code = "import sys; from tui.cli import main; main(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, *CHECK], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    names = done.stdout.decode("utf-8", "replace").splitlines()[-1]
    return f"import os, sys\nfor name in {names!r}.split(): __import__(name)\nos._exit(0)"


def run(runs: int) -> list[Comparison]:
    """On this host as it is, and with all objects there: from the venv and from the single file."""
    ours, packed, theirs = "check", "check from the single file", "16 × `auditctl -l` piped to grep"
    nothing, imported = "`python3 -I -c pass`", "Python and what `check` imports, nothing else"
    sides = {
        ours: command([*PROGRAM, *CHECK]),
        packed: command([str(single_file()), *CHECK]),
        theirs: command([greps()], shell=True),
        nothing: command([sys.executable, "-I", "-c", "pass"]),
        imported: command([sys.executable, "-c", imports()]),
    }
    rows = []
    with audit_lock():
        plain, host = in_turn(runs, sides), about()
        with docker_objects():
            full, docker = in_turn(runs, sides), about()
    for timings, there in ((plain, host), (full, docker)):
        wall = Comparison("`check` of 16 controls", timings[ours], timings[theirs], 1.5, about=there)
        one = Comparison("the same from the single file", timings[packed], timings[theirs], 2.0, about=there)
        rows += [wall, by_processor(wall, 1.0), one]
    floor = [Comparison("`check` of 16 controls", plain[ours], plain[side], about=host) for side in (nothing, imported)]
    return [*rows, *[by_processor(each, None) for each in floor]]


def run_loaded(runs: int) -> list[Comparison]:
    """``check`` with many rules loaded against ``auditctl -l`` of them and ``check`` with none; leaves the kernel as it was."""
    check = command([*PROGRAM, *CHECK])
    folder = Path("/var/tmp/audit-bench")
    file = folder / "bench.rules"
    with audit_lock():
        before = kernel_rules.raw_rules()
        folder.mkdir(exist_ok=True)
        try:
            kernel_rules.delete_all()
            none = in_turn(runs, {"none": check})["none"]
            file.write_text("".join(f"-w {folder}/{each} -p wa -k bench\n" for each in range(MANY_RULES)))
            file.chmod(0o640)
            subprocess.run(["/usr/sbin/auditctl", "-R", str(file)], stdin=subprocess.DEVNULL, capture_output=True, check=True)
            listing = "`auditctl -l`", command(["/usr/sbin/auditctl", "-l"])
            full = compare(f"`check` with {MANY_RULES:,} loaded watches elsewhere", ("check", check), listing, runs=runs, goal=2.0)
            full = replace(full, about=about())
        finally:
            kernel_rules.restore_rules(before)
            file.unlink(missing_ok=True)
            folder.rmdir()
    assert full.other
    both = replace(
        full.other,
        name="`auditctl -l` + check with none",
        minimum=full.other.minimum + none.minimum,
        median=full.other.median + none.median,
    )
    return [replace(full, other=both)]


BENCHES = (
    Bench("check", run, needs=("root", "auditctl")),
    Bench("loaded", run_loaded, needs=("root", "auditctl")),
)
