"""``python -m tests.bench [--runs N] [--json FILE] [NAME ...]``: run the benchmarks and print one table.

All but ``scale`` and ``wizard`` need root and auditd; ``loaded`` and ``apply`` change the loaded rules and put them back.
DOCKER_AUDIT_WIZARD_MANY_RULES says how many rules ``loaded`` loads (1000; deleting one takes the kernel some 13 ms).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.bench import bench_apply, bench_check, bench_scale, bench_wizard
from tests.bench.harness import Comparison, compile_package, report

BENCHES = {
    "check": lambda runs: bench_check.run(runs),
    "loaded": lambda runs: bench_check.run_loaded(runs),
    "wizard": lambda runs: bench_wizard.run(runs),
    "apply": lambda runs: bench_apply.run(min(runs, 5)),
    "scale": lambda runs: bench_scale.run(),
}


def main() -> None:
    """Run what was named, or everything."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="which (default: all)")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    compile_package()
    found: list[Comparison] = []
    for name in arguments.names or BENCHES:
        found += BENCHES[name](arguments.runs)
    report(found, arguments.json)


if __name__ == "__main__":
    main()
