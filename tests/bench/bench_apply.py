"""A full ``apply`` against the three bare commands; needs root and auditd, and leaves the machine as it was."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from tests import kernel_rules
from tests.bench.harness import PROGRAM, ROOT, Bench, Comparison, Timing, audit_lock

DOCKER_RULES = Path("/etc/audit/rules.d/docker.rules")
CONTAINERD = Path("/usr/bin/containerd")
JOURNAL = Path("/var/lib/docker-audit-wizard/runs")
SETTLED = 2.5
"""Seconds: a daemon that has run for less than two of them stops up to a second sooner, which would favour whoever came second."""
BARE = "echo '-w /usr/bin/containerd -k docker' > /etc/audit/rules.d/docker.rules; augenrules --load; service auditd restart"


def run(runs: int) -> list[Comparison]:
    """Ours and theirs in turn, each from a host without docker.rules."""
    with audit_lock():
        return _run(runs)


def _run(runs: int) -> list[Comparison]:
    there = CONTAINERD.exists()
    if not there:
        shutil.copy("/bin/true", CONTAINERD)
    before = kernel_rules.raw_rules()
    kept = DOCKER_RULES.read_bytes() if DOCKER_RULES.exists() else None
    runs_before = set(os.listdir(JOURNAL)) if JOURNAL.exists() else set()
    seconds: dict[str, list[float]] = {"apply": [], "the three bare commands": []}
    argv = dict(zip(seconds, ([*PROGRAM, "apply", "--control", "containerd", "--yes", "--json"], ["sh", "-c", BARE]), strict=True))
    try:
        for _ in range(runs):
            for name in seconds:
                DOCKER_RULES.unlink(missing_ok=True)
                subprocess.run(["augenrules", "--load"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
                time.sleep(SETTLED)
                start = time.perf_counter()
                subprocess.run(argv[name], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=True)
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
        for left in set(os.listdir(JOURNAL)) - runs_before if JOURNAL.exists() else ():
            shutil.rmtree(JOURNAL / left)
    ours, theirs = (Timing(name, runs, min(values), statistics.median(values)) for name, values in seconds.items())
    return [Comparison("a full apply", ours, theirs, 1.0, more=0.5)]


BENCHES = (Bench("apply", run, needs=("root", "auditctl"), most_runs=5),)
