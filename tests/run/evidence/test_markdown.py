"""The report for people: nothing that came from outside ends a code block, opens a tag or becomes a link."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tui.run.evidence import markdown

hostile = st.text(st.sampled_from("`~<>[]*\\|#&-= \n\t\x1b\u202ea"), max_size=60)


@given(content=hostile)
def test_a_code_block_ends_where_it_should(content: str) -> None:
    first, *inside, last = markdown._fence(content, "diff")
    ticks = first.removesuffix("diff")
    assert last == ticks
    assert set(ticks) == {"`"}
    assert len(ticks) >= 3
    for line in inside:
        assert ticks not in line
        assert "\x1b" not in line
        assert "\u202e" not in line


@given(content=hostile)
def test_code_within_a_line_keeps_its_content(content: str) -> None:
    text = markdown._code(content)
    fence = re.match(r"`+", text)[0]
    inner = text[len(fence) : -len(fence)]
    assert text.endswith(fence)
    assert "\n" not in text
    # A run of backticks of the fence's own length would end the code early; longer and shorter ones are text.
    assert all(len(run) != len(fence) for run in re.findall("`+", inner))


@given(content=hostile)
def test_prose_has_no_live_markup(content: str) -> None:
    text = markdown._prose(content)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*\[\]<>|]", text.replace("\\\\", ""))
    assert "\n" not in text


STATUS = "enabled 1\nfailure 1\npid 512\nlost 0\n"


def test_a_status_that_auditctl_prints_for_each_option_line_stands_once() -> None:
    assert markdown._folded(f"No rules\n{STATUS * 3}done\n") == f"No rules\n{STATUS}[the 4 lines above stand here 3 times]\ndone\n"
    assert markdown._folded(STATUS) == STATUS
    other = STATUS.replace("lost 0", "lost 7")
    assert markdown._folded(STATUS + other) == STATUS + other


@given(content=st.text(st.sampled_from("ab\n"), max_size=80))
def test_folding_loses_no_line(content: str) -> None:
    told = markdown._folded(content).split("\n")
    assert set(content.split("\n")) == {line for line in told if not line.startswith("[the ")}
