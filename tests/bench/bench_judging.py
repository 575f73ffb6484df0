"""Judging and planning on hosts with many rules, many controls or much of a log. The rule sets are of the shapes that hardened hosts load."""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.bench_check import CHECK, LATEST
from tests.bench.harness import PROGRAM, Bench, Comparison, Timing, audit_lock, command, in_turn, least_and_median, peak_memory
from tests.build import plain_host, seen, with_file
from tests.rule_shapes import carrying, community, protection_profile, without_path
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts
from tui.host.reading.log_folder import HISTORY_SECONDS, read_log_folder
from tui.host.scenario import load_scenario
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.question import Question

ONE_RULE = ["-w /etc/site.conf -p wa -k site"]
EVENT = "".join(
    f"type={record}\n"
    for record in (
        "SYSCALL msg=audit({0}): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7ffd5b8c9f10 a2=0 a3=0 items=1 ppid=1234 pid=77 "
        'auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="cat" exe="/usr/bin/cat" subj=unconfined '
        'key="site"\x1dARCH=x86_64 SYSCALL=openat AUID="admin" UID="root" GID="root" EUID="root" SUID="root" FSUID="root"',
        'CWD msg=audit({0}): cwd="/root"',
        'PATH msg=audit({0}): item=0 name="/etc/site/daemon.json" inode=131074 dev=fe:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 '
        'nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\x1dOUID="root" OGID="root"',
        "PROCTITLE msg=audit({0}): proctitle=636174002F6574632F736974652F6461656D6F6E2E6A736F6E",
    )
)
"""The records of one event, a file that is opened, as auditd writes them in Debian's default format."""
LOG_FILES, LOG_FILE_BYTES = 5, 8 << 20
"""Debian's default: num_logs and max_log_file."""
MANY_RULES = 100_000
STRAY = Path("/etc/audit/rules.d/stray.rules.saved")


def _cold() -> None:
    """Forget what this process has derived already: a check is a process of its own."""
    for name, module in list(sys.modules.items()):
        for value in list(vars(module).values()) if name.startswith("tui.") else ():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    gc.collect()
    gc.disable()  # as check does


def _timed(runs: int, *sides: Callable[[], object]) -> list[tuple[float, float]]:
    """The minimum and the median of each side in seconds: run in turn, each time from cold."""
    took: list[list[float]] = [[] for _ in sides]
    try:
        for _ in range(runs):
            for seconds, do in zip(took, sides, strict=True):
                _cold()
                start = time.perf_counter()
                do()
                seconds.append(time.perf_counter() - start)
    finally:
        gc.enable()
    return [least_and_median(seconds) for seconds in took]


def _row(runs: int, title: str, ours: Callable[[], object], name: str, other: Callable[[], object], **goals: Any) -> Comparison:
    """Ours and the other side."""
    sides = [Timing(side, runs, *figures) for side, figures in zip(("ours", name), _timed(runs, ours, other), strict=True)]
    return Comparison(title, sides[0], sides[1], **goals)


def run(runs: int) -> list[Comparison]:
    """A hardened host against the same host with one rule; then more and more rules without a path against ten times fewer."""
    question = Question(load_catalogue().numbered(LATEST), LATEST)
    base = load_scenario("fresh").host
    bare = carrying(base, ONE_RULE)

    def judged(facts: HostFacts) -> Callable[[], object]:
        return lambda: question.findings(facts)

    def planned(facts: HostFacts) -> Callable[[], object]:
        return lambda: make_plan(question, facts, Switches())

    rows = []
    for name, lines, judge_goal, plan_goal in (
        ("a community set", community(), 0.040, 0.100),
        ("OSPP's shape", protection_profile(), 0.050, 0.120),
    ):
        facts = carrying(base, lines)
        applicable = sum(finding.result != "notapplicable" for finding in question.findings(facts))
        general = sum(rule.path is None for rule in facts.kernel_rules or ())
        about = f"{applicable} apply, {len(facts.kernel_rules or ())} rules, {general} without path"
        rows.append(
            _row(runs, f"judging, {name}", judged(facts), "the same with one rule", judged(bare), most=judge_goal, about=about)
        )
        rows.append(
            _row(runs, f"plan, {name}", planned(facts), "the same with one rule", planned(bare), most=plan_goal, about=about)
        )
    before = carrying(base, without_path(10))
    for number, most, times in ((100, 0.050, 3), (1_000, 0.300, 3), (10_000, 3.0, 1)):
        facts = carrying(base, without_path(number))
        row = _row(
            min(runs, times),
            f"judging {number:,} rules without path",
            judged(facts),
            f"10 × {number // 10:,}",
            judged(before),
            most=most,
        )
        assert row.other
        rows.append(replace(row, other=replace(row.other, minimum=row.other.minimum * 10, median=row.other.median * 10)))
        before = facts
    return rows


def _own(number: int) -> tuple[Question, HostFacts]:
    """A question about so many controls of a user's own, whose objects are all there and unaudited."""
    like = load_catalogue().by_slug("containerd")
    paths = [f"/srv/own/{each}" for each in range(number)]
    controls = tuple(
        replace(like, slug=f"own-{each}", path=path, versions={}, elsewhere=(), integration="") for each, path in enumerate(paths)
    )
    facts = plain_host()
    there = {path: seen(path, inode=10_000 + each) for each, path in enumerate(paths)}
    return Question(controls, LATEST), replace(facts, paths={**facts.paths, **there})


def run_own(_runs: int) -> list[Comparison]:
    """1,000 own controls, all failing, against ten times a hundred."""
    (few, their_host), (many, host) = _own(100), _own(1_000)
    row = _row(
        3,
        "plan of 1,000 own controls, all failing",
        lambda: make_plan(many, host, Switches()),
        "10 × 100",
        lambda: make_plan(few, their_host, Switches()),
        goal=1.3,
    )
    assert row.other
    return [replace(row, other=replace(row.other, minimum=row.other.minimum * 10, median=row.other.median * 10))]


def run_log(runs: int) -> list[Comparison]:
    """What the log's growth costs a plan: Debian's default, full; a gigabyte, of events and of one endless line."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = str(folder / "audit.log")
        moments = (f"{1_795_000_000 + number * 8.4:.3f}:{number}" for number in range(LOG_FILE_BYTES // len(EVENT)))
        records = "".join(map(EVENT.format, moments)).encode()
        for number in range(LOG_FILES):
            (folder / ("audit.log" + (f".{number}" if number else ""))).write_bytes(records)
        rows.append(_log_row(runs, "a full log of Debian's default, 40 MB", log, 0.060))
        with open(log, "wb") as file:
            for _ in range((1 << 30) // len(records)):
                file.write(records)
        rows.append(_log_row(min(runs, 3), "a log of 1 GB, of which it takes the newest 128 MB", log, HISTORY_SECONDS))
        with open(log, "wb") as file:
            file.truncate(1 << 30)
        rows.append(_log_row(min(runs, 3), "a log of 1 GB, one endless line", log, HISTORY_SECONDS))
    return rows


def _log_row(runs: int, title: str, log: str, most: float) -> Comparison:
    """The log read for its growth, against a look at its folder."""
    with_history, without = (lambda history=history: read_log_folder(log, history=history) for history in (True, False))
    return _row(runs, f"reading {title}, for a plan", with_history, "for a check", without, most=most)


def _plan_of_many() -> None:
    """Plan on a host with MANY_RULES in rules.d; the program of a process whose memory is looked at."""
    question, facts = _many()
    gc.disable()
    make_plan(question, facts, Switches())


def _many() -> tuple[Question, HostFacts]:
    lines = "".join(f"-w /srv/site/{each} -p wa -k site\n" for each in range(MANY_RULES))
    return Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0"), with_file(
        plain_host(), "50-site.rules", lines.encode()
    )


def run_many(_runs: int) -> list[Comparison]:
    """A plan with 100,000 rules in rules.d: its time here, its memory in a process of its own."""
    question, facts = _many()
    took = Timing("plan", 1, *_timed(1, lambda: make_plan(question, facts, Switches()))[0])
    size = peak_memory("from tests.bench.bench_judging import _plan_of_many; _plan_of_many()")
    empty = peak_memory("import tests.bench.bench_judging")
    return [
        Comparison(f"plan with {MANY_RULES:,} rules in rules.d", took, most=3.0),
        Comparison(
            "its memory", Timing("plan", 1, size, size), Timing("the imports alone", 1, empty, empty), unit="MiB", most=200.0
        ),
    ]


def run_stray(runs: int) -> list[Comparison]:
    """A file of 1 GB in rules.d that augenrules passes over, against none; the file is made of one hole and taken away again."""
    check = command([*PROGRAM, *CHECK])
    code = f"import sys; from tui.cli import main; main({list(CHECK)})"

    def beside(do: Callable[[], Any]) -> Any:
        with open(STRAY, "xb") as file:
            file.truncate(1 << 30)
        try:
            return do()
        finally:
            STRAY.unlink()

    with audit_lock():
        timings = in_turn(runs, {"check": lambda: beside(check), "without it": check})
        sizes = beside(lambda: peak_memory(code)), peak_memory(code)
    ours, other = (Timing(name, 1, size, size) for name, size in zip(timings, sizes, strict=True))
    return [
        Comparison("`check` beside a stray file of 1 GB in rules.d", *timings.values(), goal=1.2),
        Comparison("its memory", ours, other, goal=1.2, unit="MiB"),
    ]


BENCHES = (
    Bench("hardened", run, most_runs=5),
    Bench("own-controls", run_own),
    Bench("log", run_log, most_runs=5),
    Bench("many-rules", run_many),
    Bench("stray", run_stray, needs=("root", "auditctl"), most_runs=5),
)
