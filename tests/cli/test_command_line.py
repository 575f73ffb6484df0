"""A plain command line is read from the table, without argparse, into what argparse makes of it."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.command_line import read_plain
from tui.options import OPTIONS, VERBS
from tui.parser import parse

FLAGS = sorted({option.flag for option in OPTIONS} | {option.short for option in OPTIONS if option.short})
VALUES = sorted(
    {value for option in OPTIONS for value in option.choices} | {"1.2.11", "a file", "", "-", "-1", "--", "-h", "--host", "12"}
)
WORDS = st.sampled_from([*FLAGS, *VALUES, *(verb.name for verb in VERBS), "--js", "--host=x", "--help", "--version", "-ox"])


def whole_options(verb: str) -> st.SearchStrategy[list[str]]:
    """Some options of *verb* with the values they take: what people and scripts type."""
    each: list[st.SearchStrategy[list[str]]] = [st.just([])]
    each += [
        st.just([option.flag])
        if not option.value
        else st.sampled_from(option.choices or ("a.yaml", "1.2.11", "-", "")).map(lambda value, flag=option.flag: [flag, value])
        for option in OPTIONS
        if verb in option.verbs
    ]
    return st.lists(st.one_of(each), max_size=4).map(lambda words: [word for some in words for word in some])


LINES = st.one_of(
    st.sampled_from(["", *(verb.name for verb in VERBS)]).flatmap(
        lambda verb: whole_options(verb).map(lambda words: [verb, *words] if verb else words)
    ),
    st.lists(WORDS, max_size=5),
)


@given(LINES)
@example(["check", "--control", "containerd", "--control", "runc", "--json"])
@example(["--demo", "fresh", "--plain"])
@example(["check", "-o", "x", "--against", "y"])
@example([])
def test_what_is_read_plainly_is_what_argparse_reads(argv: list[str]) -> None:
    plain = read_plain(argv)
    if plain is None:
        return
    try:
        with redirect_stderr(StringIO()), redirect_stdout(StringIO()):
            expected = parse(argv)
    except SystemExit:
        pytest.fail(f"argparse refuses {argv}")
    assert vars(plain) == vars(expected)


@pytest.mark.parametrize(
    "line",
    [
        "check",
        "check --benchmark 1.8.0 --json",
        "check --control 1.2.11 --control runc --ascii",
        "check --host capture.yaml --waivers waivers.yaml --format junit --output audit.xml",
        "plan --named-paths --diff --no-restart",
        "apply --control containerd --yes --json",
        "--plain --theme mono",
        "",
    ],
)
def test_what_people_type_is_plain(line: str) -> None:
    assert read_plain(line.split()) is not None


@pytest.mark.parametrize(
    "line", ["--help", "check --help", "check --js", "check --benchmark 9", "chek", "check --host", "--version"]
)
def test_help_and_mistakes_are_left_to_argparse(line: str) -> None:
    assert read_plain(line.split()) is None
