"""Commands on a page: each on lines of its own, which a shell takes as they were copied."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.show_screen import demo_session
from tui.base.notice import parted_remedy
from tui.views.page import Page, below_text, plain
from tui.views.pages.plan import warnings_lines
from tui.views.signs import UNICODE
from tui.views.why import plan_why_lines

WORDS = st.text(alphabet="abc/.-='\" \\$", min_size=1, max_size=18)


@given(words=st.lists(WORDS, min_size=1, max_size=12), width=st.integers(40, 160), indent=st.integers(0, 12))
def test_a_command_copies_whole_however_narrow_the_page_is(words: list[str], width: int, indent: int) -> None:
    """shlex takes a backslash before a newline otherwise than sh(1), which drops both; so they are dropped before."""
    page = Page(width, UNICODE)
    page.command(shlex.join(words), indent)
    copied = "\n".join(map(plain, page.lines))
    if any(not plain(line).endswith(" \\") for line in page.lines[:-1]):
        return  # one of its words alone is longer than the page
    assert shlex.split(copied.replace(" \\\n", " ")) == words


def test_the_line_for_fstab_is_one_command_at_60_columns() -> None:
    session = demo_session("fresh")
    lines = [plain(line) for line in warnings_lines(session.read(), 60, UNICODE)]
    at = next(number for number, line in enumerate(lines) if line.lstrip().startswith("echo LABEL=audit"))
    copied = "\n".join(lines[at : at + 2]).replace(" \\\n", " ")
    assert copied.split() == [
        "echo",
        "LABEL=audit",
        "/var/log/audit",
        "ext4",
        "defaults,nodev,nosuid,noexec",
        "0",
        "2",
        ">>",
        "/etc/fstab",
    ]
    assert not any("restart   (" in line for line in lines)


def test_a_command_of_a_remedy_stands_alone_without_a_full_stop() -> None:
    assert parted_remedy("Take it out: sed -i '5d' /etc/x") == ("Take it out:", "sed -i '5d' /etc/x")
    assert parted_remedy("systemctl enable auditd.service") == ("", "systemctl enable auditd.service")
    assert parted_remedy("Look at it; then: chmod o-w /etc/x") == ("Look at it; then:", "chmod o-w /etc/x")
    assert parted_remedy("Mend it: install the package.") == ("Mend it: install the package.", "")
    assert parted_remedy("The service is off: switch it on.") == ("The service is off: switch it on.", "")
    session = demo_session("never-task")
    remedies = [notice.remedy for notice in session.read().blockers]
    words, command = parted_remedy(remedies[0].partition("\n")[0])
    assert command == "sed -i '5{/task/s/^/#/}' /etc/audit/rules.d/audit.rules"
    assert words == "Take the line out:"


def test_the_label_of_a_row_with_a_heads_role_is_named_where_it_lies_below() -> None:
    page = Page(60, UNICODE)
    page.row("On failure", "what was done is rolled back", role="head")
    page.row("Backup", "beside the report")
    assert below_text(page.lines, 60) == "▾ 2 more lines: On failure"


def test_a_row_whose_label_is_in_sight_is_named_where_it_goes_on_below() -> None:
    page = Page(60, UNICODE)
    page.row("Put back", "2 rules that are not in rules.d:", role="head")
    page.row("", "-w /etc/hosts -p wa")
    page.row("", "-w /etc/shadow -p wa")
    page.row("On failure", "what was done is rolled back", role="head")
    assert below_text(page.lines[2:], 60, above=page.lines[:2]) == "▾ 2 more lines: Put back · On failure"
    assert below_text(page.lines[3:], 60, above=page.lines[:3]) == "▾ 1 more line: On failure"
    prose = [*page.lines[:1], (), *page.lines[1:2]]
    assert below_text(prose[2:], 60, above=prose[:2]) == "▾ 1 more line", "another paragraph"


def test_the_why_of_a_blocked_plan_says_that_nothing_is_run_before_it_tells_what_a_run_would_lose() -> None:
    plan = demo_session("never").read()
    said = " ".join(" ".join(plain(line) for line in plan_why_lines(plan, 80, UNICODE)).split())
    assert said.index("The plan is blocked, so nothing is run.") < said.index("Events are lost while auditd restarts")
    free = demo_session("fresh").read()
    assert "blocked" not in " ".join(plain(line) for line in plan_why_lines(free, 80, UNICODE))
