"""A full ``apply`` against the three bare commands; needs root and auditd, and leaves the machine as it was."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests import kernel_rules
from tests.bench.harness import ROOT, Comparison, Timing

DOCKER_RULES = Path("/etc/audit/rules.d/docker.rules")
CONTAINERD = Path("/usr/bin/containerd")
BARE = "echo '-w /usr/bin/containerd -k docker' > /etc/audit/rules.d/docker.rules; augenrules --load; service auditd restart"


def run(runs: int) -> list[Comparison]:
    """Ours and theirs in turn, each from a host without docker.rules."""
    there = CONTAINERD.exists()
    if not there:
        shutil.copy("/bin/true", CONTAINERD)
    before = kernel_rules.raw_rules()
    kept = DOCKER_RULES.read_bytes() if DOCKER_RULES.exists() else None
    seconds: dict[str, list[float]] = {"ours": [], "bare": []}
    ours = [sys.executable, "-m", "tui", "apply", "--control", "containerd", "--yes", "--json"]
    try:
        for _ in range(runs):
            for name, argv in (("ours", ours), ("bare", ["sh", "-c", BARE])):
                DOCKER_RULES.unlink(missing_ok=True)
                subprocess.run(["augenrules", "--load"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
                time.sleep(0.5)
                start = time.perf_counter()
                subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True)
                seconds[name].append(time.perf_counter() - start)
    finally:
        DOCKER_RULES.unlink(missing_ok=True)
        if kept is not None:
            DOCKER_RULES.write_bytes(kept)
            DOCKER_RULES.chmod(0o640)
        subprocess.run(["augenrules", "--load"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        kernel_rules.restore_rules(before)
        if not there:
            CONTAINERD.unlink()
    sides = [Timing(name, runs, min(values), sorted(values)[len(values) // 2]) for name, values in seconds.items()]
    return [Comparison("a full apply", sides[0], Timing("the three bare commands", runs, sides[1].minimum, sides[1].median), None)]
