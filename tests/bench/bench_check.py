"""``check`` of the sixteen controls against sixteen greps of ``auditctl -l``, and against Python doing nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.bench.harness import PROGRAM, Comparison, audit_lock, command, compare
from tui.controls.catalogue import load_catalogue

LATEST = "1.8.0"


def paths() -> list[str]:
    """The sixteen audited paths."""
    return [control.numbered[LATEST].path for control in load_catalogue().numbered(LATEST)]


def greps() -> str:
    """What an administrator would type: one pipeline a path."""
    return "; ".join(f"auditctl -l | grep -q '{path}'" for path in paths())


def run(runs: int) -> list[Comparison]:
    """The comparisons; needs root and auditd for the greps to do their work."""
    ours = "check", command([*PROGRAM, "check", "--benchmark", LATEST])
    judged = "check", command([*PROGRAM, "check", "--benchmark", LATEST, "--host", "assets/scenarios/compliant.yaml"])
    theirs = "16 × `auditctl -l` piped to grep", command([greps()], shell=True)
    nothing = "`python3 -c pass`", command([sys.executable, "-c", "pass"])
    libraries = "`python3 -c 'import argparse, yaml'`", command([sys.executable, "-c", "import argparse, yaml"])
    with audit_lock():
        return [
            compare("check of 16 controls on this host", ours, theirs, runs=runs, goal=3.0),
            compare("check of 16 controls on this host", ours, nothing, runs=runs),
            compare("check of 16 controls on this host", ours, libraries, runs=runs),
            compare("check of 16 controls, 15 of them applicable, from a file", judged, theirs, runs=runs),
        ]


def run_loaded(runs: int) -> list[Comparison]:
    """``check`` with many rules loaded; see :func:`_loaded`."""
    with audit_lock():
        return _loaded(runs, int(os.environ.get("DOCKER_AUDIT_WIZARD_MANY_RULES", "1000")))


def _loaded(runs: int, number: int) -> list[Comparison]:
    """``check`` with *number* rules loaded against ``auditctl -l`` of them and ``check`` with none; leaves the kernel as it was."""
    from tests import kernel_rules

    before = kernel_rules.raw_rules()
    folder = Path("/var/tmp/audit-bench")
    folder.mkdir(exist_ok=True)
    check = [*PROGRAM, "check", "--benchmark", LATEST]
    empty = command(check)
    try:
        kernel_rules.delete_all()
        base = compare("", ("none", empty), ("none", empty), runs=runs).ours
        rules = "".join(f"-w {folder}/{each} -p wa -k bench\n" for each in range(number))
        file = folder / "bench.rules"
        file.write_text(rules)
        file.chmod(0o640)
        subprocess.run(["/usr/sbin/auditctl", "-R", str(file)], stdin=subprocess.DEVNULL, capture_output=True, check=True)
        full = compare(
            f"check with {number:,} loaded rules",
            ("check", empty),
            ("`auditctl -l`", command(["/usr/sbin/auditctl", "-l"])),
            runs=runs,
        )
    finally:
        kernel_rules.restore_rules(before)
        file.unlink(missing_ok=True)
        folder.rmdir()
    other = type(base)("`auditctl -l` + check with none", runs, full.other.minimum + base.minimum, full.other.median + base.median)
    return [Comparison(full.title, full.ours, other, 2.0)]
