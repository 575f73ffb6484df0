"""``python -m tests.bench [--runs N] [--json FILE] [--readme] [NAME ...]``: run the benchmarks and print one table.

Without arguments all of them run that this machine can, and what it lacks for the others is said. Some change the loaded audit rules and
put them back: use a machine of your own. The figures are kept in dist/bench.json, or in the FILE that --json names; --readme also puts
the table in its place in README.md.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

PACKAGES = [package for package in ("textual", "sh", "yaml", "pytest") if find_spec(package) is None]
if PACKAGES:
    sys.exit(
        f"The benchmarks need {', '.join(PACKAGES)}, which {sys.executable} does not have: python3 -m venv .venv && "
        ".venv/bin/pip install -e '.[test]', then .venv/bin/python -m tests.bench"
    )

from tests.bench.harness import ROOT, Bench, Comparison, as_json, compile_package, machine, machine_line, table  # noqa: E402

MODULES = ("bench_check", "bench_peers", "bench_judging", "bench_scale", "bench_report", "bench_wizard", "bench_apply")
"""The modules whose BENCHES are run, in the order of the table."""
BEGIN, END = "<!-- what python -m tests.bench --readme writes -->\n", "<!-- to here -->\n"


def into_readme(text: str, measured: str) -> str:
    """README's *text* with what was *measured* in the place for it. Raises ValueError where it has no such place."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("README.md has no place for the table: the two comments are missing")
    return f"{before}{BEGIN}{measured}{END}{after}"


def main() -> None:
    """Run what was named, or everything."""
    benches: dict[str, Bench] = {
        bench.name: bench for module in MODULES for bench in import_module(f"tests.bench.{module}").BENCHES
    }
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which (default: all): {', '.join(benches)}")
    parser.add_argument("--runs", type=int, default=15, help="how often each side is run at most (default 15)")
    parser.add_argument("--json", type=Path, default=ROOT / "dist/bench.json", metavar="FILE")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(benches):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(benches)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was put on this machine is taken away again
    compile_package()
    before, lacking, found = machine(), dict[str, str](), list[Comparison]()
    for name in arguments.names or benches:
        bench = benches[name]
        if missing := bench.missing():
            lacking[name] = f"this machine lacks {missing}"
            continue
        print(f"{name} …", end=" ", flush=True, file=sys.stderr)
        try:
            found += bench.run(min(arguments.runs, bench.most_runs))
        except Exception as problem:  # the others are measured all the same
            lacking[name] = f"it went wrong: {type(problem).__name__}: {problem}"
    print(file=sys.stderr)
    measured = f"{machine_line(before, os.getloadavg()[0])}.\n\n{table(found)}"
    print(measured)
    for name, missing in lacking.items():
        print(f"Not measured: {name}; {missing}.")
    arguments.json.parent.mkdir(exist_ok=True)
    arguments.json.write_text(as_json(found, before, lacking), "utf-8")
    print(f"The figures are kept in {arguments.json}.", file=sys.stderr)
    if arguments.readme:
        readme = ROOT / "README.md"
        readme.write_text(into_readme(readme.read_text("utf-8"), measured), "utf-8")


if __name__ == "__main__":
    main()
