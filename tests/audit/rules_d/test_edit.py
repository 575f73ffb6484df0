"""docker.rules edited: what is there stays, what is added comes once, and an undo takes exactly that away again."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.drawn.rule_trees import rule_trees
from tui.audit.inputs import Names
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rules_d.augenrules import RulesFile
from tui.audit.rules_d.compiled import audit_rules_only, compile_rules
from tui.audit.rules_d.edit import LostLine, Merged, merge_rules, unmerge_rules

NAMES = Names(users={"root": 0, "nobody": 65534}, awk="mawk", audit_version="3.0.9")
OURS = "-w /usr/bin/containerd -k docker"


def merged(current: bytes | None, *add: str, **more: object) -> Merged:
    return merge_rules(current, add or (OURS,), names=NAMES, **more)


def test_a_new_file_begins_with_an_empty_line() -> None:
    assert merged(None) == Merged(b"\n-w /usr/bin/containerd -k docker\n", numbers=(None, None))
    assert merged(b"").content == b"\n-w /usr/bin/containerd -k docker\n"


def test_lines_go_to_the_end() -> None:
    current = b"# theirs\n\n-w /etc/docker -k docker\n\n"
    assert merged(current) == Merged(current + OURS.encode() + b"\n", numbers=(1, 2, 3, 4, None))


def test_a_line_that_is_there_in_another_form_is_not_doubled() -> None:
    for there in (
        OURS,
        "-w /usr/bin/containerd/ -p rwxa -k docker",
        "-a exit,always -F path=/usr/bin/containerd -F perm=xawr -F key=docker",
    ):
        current = f"{there}\n-w /x\n".encode()
        assert merged(current).content == current


def test_every_line_tells_where_it_stood() -> None:
    """What moves up keeps its old number; what is new has none."""
    current = f"-a never,exit -F path=/x\n{OURS}\n-w /x\n".encode()
    result = merged(current, "-w /y -k docker", OURS, before={OURS: 1}, previous_lacks_newline=True)
    assert result.content == f"\n{OURS}\n-a never,exit -F path=/x\n-w /x\n-w /y -k docker\n".encode()
    assert result.numbers == (None, 2, 1, 3, None)


@pytest.mark.parametrize("current", [None, b"", b"-w /x\n"])
def test_a_place_behind_the_end_is_the_end(current: bytes | None) -> None:
    assert merged(current, before={OURS: 9}).content.endswith(OURS.encode() + b"\n")


@pytest.mark.parametrize("line", ["-w /tmp/x\n-e0\n#/dockerd -k docker", "-w /x -k a\n"])
def test_what_would_be_several_lines_is_our_error(line: str) -> None:
    with pytest.raises(LostLine, match="nobody asked for"):
        merged(b"-w /theirs\n", line)


def test_line_ends_are_mended() -> None:
    result = merged(b"-w /etc/docker -k docker\r\n\r\n-w /x")
    assert result.content == b"-w /etc/docker -k docker\n\n-w /x\n-w /usr/bin/containerd -k docker\n"
    assert len(result.notes) == 2
    assert "2 Windows line ends" in result.notes[1]
    assert "newline that its last line lacks" in result.notes[0]


def test_a_byte_order_mark_is_taken_away() -> None:
    result = merged(b"\xef\xbb\xbf-w /x\n")
    assert result.content == b"-w /x\n" + OURS.encode() + b"\n"
    assert "byte order mark" in result.notes[0]


def test_a_neighbour_without_its_last_newline_gets_an_empty_line_behind_it() -> None:
    assert merged(b"-w /x\n", previous_lacks_newline=True).content == b"\n-w /x\n" + OURS.encode() + b"\n"
    assert merged(b"\n-w /x\n", previous_lacks_newline=True).content == b"\n-w /x\n" + OURS.encode() + b"\n"
    assert merged(None, previous_lacks_newline=True).content == b"\n" + OURS.encode() + b"\n"


def test_a_line_goes_above_the_never_that_would_take_its_events_and_above_its_comments() -> None:
    current = b"-w /x\n# why never\n# more\n-a never,exit -F path=/usr/bin/containerd -F perm=x\n-w /y\n"
    result = merged(current, before={OURS: 4})
    assert result.content.split(b"\n")[:5] == [
        b"-w /x",
        OURS.encode(),
        b"# why never",
        b"# more",
        b"-a never,exit -F path=/usr/bin/containerd -F perm=x",
    ]
    assert merged(result.content, before={OURS: 5}).content == result.content
    assert merged(result.content, before={OURS: 4}).content == result.content


def test_a_line_that_is_there_but_too_late_moves_up() -> None:
    current = f"-a never,exit -F path=/usr/bin/containerd -F perm=x\n# ours\n{OURS}\n-w /y\n".encode()
    result = merged(current, before={OURS: 1})
    assert result.content == f"{OURS}\n-a never,exit -F path=/usr/bin/containerd -F perm=x\n# ours\n-w /y\n".encode()
    assert "docker.rules:3 moves up" in result.notes[0]


def test_adopted_lines_follow_and_are_not_doubled() -> None:
    result = merged(b"-w /x\n", adopt=["-w /old -k old", "-w /x", OURS, "-b 9000"])
    assert result.content == f"-w /x\n{OURS}\n-w /old -k old\n-b 9000\n".encode()


def test_commented_out_and_partial_rules_are_pointed_at() -> None:
    current = b"#-w /usr/bin/containerd -k docker\n-w /usr/bin/containerd -p wa -k docker\n-w /usr/bin/containerd-shim\n"
    result = merged(current)
    assert result.content == current + OURS.encode() + b"\n"
    assert [note.partition(" ")[0] for note in result.notes] == ["/etc/audit/rules.d/docker.rules:2"]
    assert "another rule" in result.notes[0]
    assert result.taken_out == (
        "The rule for /usr/bin/containerd that is added was commented out by somebody, at /etc/audit/rules.d/docker.rules:1.",
    )
    other = merged(b"# too noisy, see ticket 4711\n#-w /usr/bin/containerd -k mine\n")
    assert "commented out" in other.notes[0], "another rule of theirs is theirs to look at"
    assert other.taken_out == ()
    remark = merged(b"-w /x\n#-w /usr/bin/containerd -k docker\n# too noisy, see ticket 4711\n")
    assert remark.taken_out[0].endswith("Beside it stands: “too noisy, see ticket 4711”.")


def test_bytes_that_are_no_utf_8_survive() -> None:
    current = b"# caf\xe9 \x1b[2J\n-w /caf\xe9\n"
    result = merged(current)
    assert result.content == current + OURS.encode() + b"\n"


_current = st.one_of(
    st.none(),
    rule_trees().map(lambda files: files[0].content),
    st.lists(
        st.sampled_from(
            [OURS, "# " + OURS, "-w /x", "", "# c", "-a never,exit -F path=/usr/bin/containerd", "-w /dev/null\r", "junk"]
        ),
        max_size=8,
    ).map(lambda lines: "\n".join(lines).encode()),
)
_add = st.lists(
    st.sampled_from([OURS, "-w /etc/docker -k docker", "-w /usr/bin/containerd -k docker -p rwxa", "-w /x"]), min_size=1, max_size=3
)
_adopt = st.lists(st.sampled_from(["-w /old", OURS, "-b 9000", "-a always,exit -S mount -k m"]), max_size=3)


def mended(content: bytes | None) -> list[bytes]:
    lines = re.sub(rb"\r+$", b"", (content or b"").removeprefix(b"\xef\xbb\xbf"), flags=re.MULTILINE).split(b"\n")
    return lines[:-1] if not lines[-1] else lines


NEVER = "-a never,exit -F path=/usr/bin/containerd -F perm=r -F uid=4242"


def parsed(line: bytes | str) -> object:
    return parse_line(line if isinstance(line, str) else line.decode("utf-8", "surrogateescape"), NAMES)


@given(_current, _add, _adopt, st.booleans(), st.none() | st.integers(0, 8))
def test_nothing_of_theirs_is_lost_and_a_second_merge_changes_nothing(
    current: bytes | None, add: list[str], adopt: list[str], lacks: bool, never_at: int | None
) -> None:
    """With *never_at* there is a never rule that the first line to add must stand before."""
    lines = mended(current)
    before = {}
    if never_at is not None:
        never_at = min(never_at, len(lines))
        lines.insert(never_at, NEVER.encode())
        current = b"".join(line + b"\n" for line in lines)
        before = {add[0]: never_at + 1}
    result = merged(current, *add, before=before, previous_lacks_newline=lacks, adopt=adopt)
    after = result.content.split(b"\n")
    assert after.pop() == b""
    assert not any(line.endswith(b"\r") for line in after)
    rest = iter(after)
    for line in lines:
        moved = before and parsed(line) == parsed(add[0])
        assert moved or line in rest, "a line of theirs is gone or out of order"
    meanings = [parsed(line) for line in after]
    for line in {*add, *adopt}:
        meaning = parsed(line)
        if isinstance(meaning, AddRule):
            assert meaning in meanings
            if [parsed(old) for old in lines].count(meaning) < 2:
                assert meanings.count(meaning) == 1, "an equal rule would stop the load"
    if before:
        assert meanings.index(parsed(add[0])) < after.index(NEVER.encode())
        before = {add[0]: after.index(NEVER.encode()) + 1}
    if lacks or not current:
        assert after[0] == b""
    assert merged(result.content, *add, before=before, previous_lacks_newline=lacks, adopt=adopt).content == result.content


@given(_current, _add, st.booleans())
def test_an_undo_gives_back_the_file_byte_for_byte(current: bytes | None, add: list[str], lacks: bool) -> None:
    after = merged(current, *add, previous_lacks_newline=lacks).content
    assert unmerge_rules(after, current, after) == (current or b"")


_tidy = st.lists(st.sampled_from(["-w /x", "-w /y -p wa", "# c", "", "-w /z -k z"]), max_size=6).map(
    lambda lines: "".join(line + "\n" for line in lines).encode()
)


@given(_tidy, _tidy, _tidy)
def test_an_undo_keeps_what_others_wrote_around_it(before: bytes, first: bytes, last: bytes) -> None:
    after = merged(before).content
    assert OURS.encode() in after
    undone = unmerge_rules(first + after + last, before or None, after)
    assert undone is not None
    assert sorted(line for line in undone.split(b"\n") if line) == sorted(
        line for line in (first + before + last).split(b"\n") if line
    )
    assert OURS.encode() not in undone


def test_an_undo_leaves_an_edited_line_to_a_person() -> None:
    after = b"\n-w /usr/bin/containerd -k docker\n"
    assert unmerge_rules(b"\n-w /usr/bin/containerd -p wa -k docker\n", None, after) is None
    assert unmerge_rules(b"", None, after) == b""
    assert unmerge_rules(b"# mine\n", None, after) is None


def test_an_undo_never_glues_lines() -> None:
    before, after = b"-w /a", b"-w /a\n" + OURS.encode() + b"\n"
    assert unmerge_rules(after, before, after) == before
    assert unmerge_rules(after + b"-w /b\n", before, after) == b"-w /a\n-w /b\n"


@given(_tidy, st.lists(st.tuples(st.integers(0, 8), st.sampled_from([b"-w /new\n", b"", b"#\n"])), max_size=4))
def test_an_undo_among_any_edits_is_right_or_refused(before: bytes, edits: list[tuple[int, bytes]]) -> None:
    after = merged(before).content
    lines = after.splitlines(keepends=True)
    for place, text in edits:
        lines[place : place + (not text)] = [text] if text else []
    current = b"".join(lines)
    undone = unmerge_rules(current, before or None, after)
    if undone is not None and current != after:
        theirs = [line for line in current.split(b"\n") if line and line != OURS.encode()]
        assert [line for line in undone.split(b"\n") if line] == theirs


@pytest.mark.parametrize(
    ("audit_rules", "only"),
    [
        (b"## generated\n-D\n-b 8192\n-f 1\n-w /a -k k\n", []),
        (b"-D\n-b 320\n-a always,exit -F path=/a -F perm=rwxa -F key=k\n# c\n\n", []),
        (b"-w /a -k k\n-w /usr/bin/containerd -k docker\n", ["-w /usr/bin/containerd -k docker"]),
        (b"-r 10\n-e 2\n", ["-r 10", "-e 2"]),
        (b"-D -k x\nnonsense\n-i\n", ["-D -k x", "nonsense", "-i"]),
    ],
)
def test_lines_that_stand_only_in_audit_rules(audit_rules: bytes, only: list[str]) -> None:
    compiled = compile_rules([RulesFile("a.rules", b"-D\n-b 8192\n-f 1\n-w /a -k k\n")], NAMES)
    assert [line.text for line in audit_rules_only(compiled, audit_rules, NAMES)] == only


@given(rule_trees())
def test_compiled_rules_hold_nothing_that_only_they_have(files: list[RulesFile]) -> None:
    compiled = compile_rules(files, NAMES)
    assert audit_rules_only(compiled, compiled.text, NAMES) == ()
