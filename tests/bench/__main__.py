"""``python -m tests.bench [--runs N] [--json FILE] [NAME ...]``: run the benchmarks and print one table.

All but ``scale`` and ``wizard`` need root and auditd; ``loaded`` and ``apply`` change the loaded rules and put them back.
DOCKER_AUDIT_WIZARD_MANY_RULES says how many rules ``loaded`` loads (1000; deleting one takes the kernel some 13 ms).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGES = [package for package in ("textual", "sh", "yaml", "pytest") if find_spec(package) is None]
if PACKAGES:
    sys.exit(
        f"The benchmarks need {', '.join(PACKAGES)}, which {sys.executable} does not have: python3 -m venv .venv && "
        ".venv/bin/pip install -e '.[test]', then .venv/bin/python -m tests.bench"
    )

from tests.bench import bench_apply, bench_check, bench_scale, bench_wizard  # noqa: E402
from tests.bench.harness import Comparison, compile_package, report  # noqa: E402

BENCHES = {
    "check": lambda runs: bench_check.run(runs),
    "loaded": lambda runs: bench_check.run_loaded(runs),
    "wizard": lambda runs: bench_wizard.run(runs),
    "apply": lambda runs: bench_apply.run(min(runs, 5)),
    "scale": lambda runs: bench_scale.run(),
}


NEEDS_ROOT = ("check", "loaded", "apply")


def _lack(names: list[str]) -> str:
    """What is missing here for the benchmarks *names*, as a sentence; "" for nothing."""
    asked = [name for name in names if name in NEEDS_ROOT]
    missing = "root" if os.geteuid() != 0 else "" if shutil.which("auditctl") else "auditctl and auditd"
    if not asked or not missing:
        return ""
    return f"{', '.join(asked)} need{'s' if len(asked) == 1 else ''} {missing}. Without: python -m tests.bench scale wizard"


def main() -> None:
    """Run what was named, or everything."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which (default: all)")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if lack := _lack(arguments.names or list(BENCHES)):
        parser.exit(2, f"{lack}\n")
    compile_package()
    found: list[Comparison] = []
    for name in arguments.names or BENCHES:
        found += BENCHES[name](arguments.runs)
    report(found, arguments.json)


if __name__ == "__main__":
    main()
