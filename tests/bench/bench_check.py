"""``check`` of the sixteen controls against sixteen greps of ``auditctl -l``, and against Python doing nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.harness import Comparison, command, compare
from tui.controls.catalogue import load_catalogue

LATEST = "1.8.0"


def paths() -> list[str]:
    """The sixteen audited paths."""
    return [control.versions[LATEST].path for control in load_catalogue().numbered(LATEST)]


def greps() -> str:
    """What an administrator would type: one pipeline a path."""
    return "; ".join(f"auditctl -l | grep -q '{path}'" for path in paths())


def run(runs: int) -> list[Comparison]:
    """The comparisons; needs root and auditd for the greps to do their work."""
    ours = "check --benchmark 1.8.0", command([sys.executable, "-m", "tui", "check", "--benchmark", LATEST, "--json"])
    return [
        compare("check of 16 controls", ours, ("16 × `auditctl -l \\| grep`", command([greps()], shell=True)), runs=runs, goal=3.0),
        compare("check of 16 controls", ours, ("`python3 -c pass`", command([sys.executable, "-c", "pass"])), runs=runs),
    ]


def run_loaded(runs: int, number: int = 1000) -> list[Comparison]:
    """``check`` with *number* rules loaded against ``auditctl -l`` of them and ``check`` with none; leaves the kernel as it was."""
    from tests import kernel_rules

    before = kernel_rules.raw_rules()
    folder = Path("/var/tmp/audit-bench")
    folder.mkdir(exist_ok=True)
    check = [sys.executable, "-m", "tui", "check", "--benchmark", LATEST, "--json"]
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
            f"check with {number} loaded rules",
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
