"""What the table says of two sides, and where it goes. Nothing is timed here."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.bench.__main__ import BEGIN, END, MODULES, into_readme
from tests.bench.harness import ROOT, Bench, Comparison, Timing, Usage, by_processor, high_water, in_turn, peak_memory, table


def side(name: str, median: float) -> Timing:
    return Timing(name, 3, median / 2, median, processor=(median / 4, median / 3))


def test_sides_are_run_in_turn_after_a_warm_up() -> None:
    order: list[str] = []

    def once(name: str) -> Usage:
        order.append(name)
        return Usage(len(order))

    timings = in_turn(2, {name: lambda name=name: once(name) for name in ("ours", "theirs")})  # type: ignore[misc]
    assert order == ["ours", "theirs"] * 3
    assert timings["ours"].processor == (3, 4)
    assert timings["theirs"].processor == (4, 5)


@pytest.mark.parametrize(
    ("comparison", "met"),
    [
        (Comparison("", side("a", 3.0), side("b", 2.0), goal=1.5), True),
        (Comparison("", side("a", 3.1), side("b", 2.0), goal=1.5), False),
        (Comparison("", side("a", 2.4), side("b", 2.0), goal=1.0, more=0.5), True),
        (Comparison("", side("a", 8.1), most=8.0, unit="kB"), False),
        (Comparison("", side("a", 3.0), side("b", 2.0)), None),
        (by_processor(Comparison("", side("a", 3.0), side("b", 2.0), goal=1.5), 1.0), False),
    ],
)
def test_a_goal_is_met_by_the_medians(comparison: Comparison, met: bool | None) -> None:
    assert comparison.met is met


def test_a_row_says_both_sides_the_host_and_the_goal() -> None:
    rows = [
        Comparison("check", side("check", 0.03), side("greps", 0.02), 1.5, about="14 apply, 0 rules"),
        Comparison("a step", side("step", 9.0), most=8.0, unit="kB"),
    ]
    assert table(rows).splitlines()[2:] == [
        "| check (14 apply, 0 rules) | 15.0 / 30 ms | greps | 10.0 / 20 ms | 1.50 | 1.5×, met |",
        "| a step | 4.5 / 9.0 kB | – | – | – | 8.0 kB, not met |",
    ]


def test_readme_has_one_place_for_the_table_and_the_rest_stays() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    written = into_readme(readme, "figures\n")
    assert f"{BEGIN}figures\n{END}" in written
    assert written.split(BEGIN)[0] + written.split(END)[1] == readme.split(BEGIN)[0] + readme.split(END)[1]
    with pytest.raises(ValueError, match="no place"):
        into_readme("# A text without it\n", "figures\n")


def test_memory_is_that_of_the_program_and_not_of_who_started_it() -> None:
    ballast = b"x" * (300 << 20)
    assert peak_memory("pass") < 150 < high_water()
    del ballast


def test_what_a_machine_lacks_is_said() -> None:
    assert Bench("x", lambda runs: [], needs=("no-such-program",)).missing() == "the program no-such-program"
    assert Bench("x", lambda runs: [], lack=lambda: "a checkout").missing() == "a checkout"
    assert Bench("x", lambda runs: []).missing() == ""


def test_each_benchmark_has_a_name_of_its_own() -> None:
    names = [bench.name for module in MODULES for bench in import_module(f"tests.bench.{module}").BENCHES]
    assert len(names) == len(set(names)) >= len(MODULES)
