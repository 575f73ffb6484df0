"""Reading, compiling and judging grow linearly: 1 000, 10 000 and 100 000 rules on disk and in a simulated kernel."""

from __future__ import annotations

import gc
import time
from dataclasses import replace

from tests.bench.harness import Bench, Comparison, Timing
from tests.build import plain_host, with_file
from tui.controls.catalogue import load_catalogue
from tui.verdict.disk import read_disk
from tui.verdict.question import Question

SIZES = (1_000, 10_000, 100_000)


def _seconds(number: int) -> float:
    content = "".join(f"-w /srv/site/{each} -p wa -k site\n" for each in range(number)).encode()
    facts = with_file(plain_host(), "50-site.rules", content)
    facts = replace(facts, kernel_rules=read_disk(facts).rules)
    question = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")
    gc.collect()
    gc.disable()  # as check does
    try:
        start = time.perf_counter()
        question.findings(facts)
        return time.perf_counter() - start
    finally:
        gc.enable()


def run(_runs: int) -> list[Comparison]:
    """Each size against ten times the one before it: a ratio near 1 is linear."""
    took = [min(_seconds(size) for _ in range(3)) for size in SIZES]
    return [
        Comparison(
            f"compile and judge {SIZES[at]:,} rules",
            Timing(f"{SIZES[at]:,}", 3, took[at], took[at]),
            Timing(f"10 × {SIZES[at - 1]:,} rules", 3, took[at - 1] * 10, took[at - 1] * 10),
            None,
        )
        for at in (1, 2)
    ]


BENCHES = (Bench("scale", run),)
