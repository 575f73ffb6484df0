"""markdown_lines: a report to read on a screen, without its marks, and nothing of it lost."""

from __future__ import annotations

import pytest

from tui.views.page import line_cells, plain
from tui.views.pages.report_text import markdown_lines
from tui.views.signs import ASCII, UNICODE

REPORT = """# Run 1: audited, and proved

| | |
|---|---|
| Host | web-01 |
| Backup | none: no file |

* **1.2.11** Audit `/usr/bin/containerd`, which is \x1b[31mred

```diff
--- a
+-w /usr/bin/containerd -k docker
* no list here
```

1. **Write**: done.
"""


def test_marks_go_and_words_stay() -> None:
    text = "\n".join(plain(line) for line in markdown_lines(REPORT, 80, UNICODE))
    assert "  Run 1: audited, and proved" in text
    assert "  Host            web-01" in text
    assert "* 1.2.11 Audit /usr/bin/containerd, which is ^[[31mred" in text
    assert "    +-w /usr/bin/containerd -k docker" in text
    assert "    * no list here" in text
    assert not {"```", "|---|", "**"} & set(text.split())


@pytest.mark.parametrize("width", [20, 40, 80, 160])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    for signs in (UNICODE, ASCII):
        assert all(line_cells(line) <= max(width, 20) for line in markdown_lines(REPORT, width, signs))


def test_a_long_label_stays_apart_from_its_value() -> None:
    shown = [plain(line) for line in markdown_lines("| Program's SHA-256 | 717e6b |\n", 80, UNICODE)]
    assert shown == ["  Program's SHA-256  717e6b"]


def test_what_short_labels_name_begins_in_one_column_where_a_value_is_wrapped_too() -> None:
    table = f"| Host | web-01 |\n| Program's SHA-256 | {'717e6b' * 12} |\n| Backup | none |\n"
    shown = [plain(line) for line in markdown_lines(table, 80, UNICODE)]
    assert {line.index(word) for line, word in ((shown[0], "web-01"), (shown[1], "717e6b"), (shown[-1], "none"))} == {21}
    long = markdown_lines(f"| /etc/audit/rules.d/docker.rules | {'717e6b' * 12} |\n| Host | web-01 |\n", 80, UNICODE)
    assert plain(long[-1]) == "  Host            web-01", "paths take no column of their own from what they name"


def test_what_is_written_out_and_what_is_code_read_as_they_were_said() -> None:
    text = "Run \\`undo\\` at \\[1\\], not \\*\\*2\\*\\*: `a\\[b` **strong**"
    assert [plain(line) for line in markdown_lines(text, 80, UNICODE)] == ["  Run `undo` at [1], not **2**: a\\[b strong"]


def test_the_columns_of_a_table_stand_below_their_heads() -> None:
    table = "| Control | Before | Now |\n|---|---|---|\n| 1.2.11 | unaudited | audited |\n| 1.2.3 | partly audited | audited |\n"
    head, *rows = [plain(line) for line in markdown_lines(table, 80, UNICODE)]
    assert {row.index("audited", row.index("audited") + 7) for row in rows} == {head.index("Now")}
