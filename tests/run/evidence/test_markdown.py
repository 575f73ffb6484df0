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
