"""Strict YAML: whatever is written reads back equal, and whatever is wrong is said with its place, all at once.

The round trip runs on DOCUMENT_EXAMPLES generated hosts (default 150).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drawn.documents import NASTY, raw_bytes, texts, values
from tui.audit.inputs import Unknown
from tui.audit.rule.value import Field, Rule
from tui.base.dataclass import dataclass, field
from tui.base.typing import Literal
from tui.documents import syntax
from tui.documents.problems import DocumentError, Problem
from tui.documents.reading import load
from tui.documents.writing import dump
from tui.host.facts import FileFacts, HostFacts

RULES = (
    Rule("exit", "always", None, (Field("path", "=", "/usr/bin/containerd"), Field("perm", "=", 15)), ("docker",)),
    Rule("exit", "never", None, (Field("dir", "=", "/var/lib/docker"),)),
    Rule("exit", "always", frozenset({59, 322}), (Field("arch", "=", 0xC000003E), Field("auid", "!=", 0xFFFFFFFF)), ("a", "b c")),
    Rule("exit", "always", frozenset({221}), (Field("arch", "=", 0xC00000B7),), ("arm",)),
    Rule("task", "never", frozenset()),
    Rule("exclude", "always", None, (Field("msgtype", "=", 1300),)),
    Rule("exit", "always", None, (Field("path", "=", "/a\nb"), Field("perm", "=", 15)), ("docker\r",)),
    Rule("exit", "always", None, (Field("field:99", "=", 7), Field("path", "=", "/\udcff"))),
)
"""The last one has no line in a rules file."""
EXAMPLES = int(os.environ.get("DOCUMENT_EXAMPLES", "150"))


@dataclass(frozen=True)
class Leaf:
    name: str
    size: int = 0


@dataclass(frozen=True)
class Tree:
    title: str
    ratio: float = 0.5
    ready: bool = False
    data: bytes = b""
    colour: Literal["red", "green"] = "red"
    note: str | None = None
    leaves: tuple[Leaf, ...] = ()
    words: frozenset[str] = frozenset()
    shelf: Mapping[str, Leaf | Unknown | None] = field(default_factory=dict)
    trees: tuple[Tree, ...] = ()
    mode: int = field(default=0o640, metadata={"octal": True})


def problems(text: str, cls: type = Tree) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load(text, "f.yaml", cls)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem) for problem in caught.value.problems]


# ---- the round trip


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(values(HostFacts, RULES))
def test_every_host_reads_back_equal(facts: HostFacts) -> None:
    text = dump(facts)
    assert load(text, "host", HostFacts) == facts
    assert dump(load(text, "host", HostFacts)) == text


@settings(max_examples=EXAMPLES)
@given(st.dictionaries(texts(), st.builds(Leaf, texts()), max_size=3), raw_bytes(), st.one_of(st.none(), texts()))
def test_both_yaml_readers_agree_with_the_writer(shelf: dict[str, Leaf], data: bytes, note: str | None) -> None:
    tree = Tree("t", data=data, note=note, shelf=shelf, trees=(Tree("inner", data=data, note=note),))
    text = dump(tree)
    for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(syntax, "_LOADER", loader)
            assert load(text, "tree", Tree) == tree


@pytest.mark.parametrize("text", NASTY)
def test_any_yaml_program_reads_our_text_as_text(text: str) -> None:
    assert yaml.safe_load(dump(Tree(text, words=frozenset({text}), shelf={text: None}))) == {
        "title": text,
        "words": [text],
        "shelf": {
            text
            if not text.startswith("base64:")
            else yaml.safe_load(dump(Tree("", shelf={text: None})))["shelf"].popitem()[0]: None
        },
    }


def test_it_reads_well() -> None:
    tree = Tree(
        title="4.10",
        data=b"\n# docker\n-w /usr/bin/containerd -k docker\n",
        leaves=(Leaf("-w /etc/docker -k docker"), Leaf("café", 3)),
        words=frozenset({"b", "a"}),
        shelf={"/usr/bin/runc": Unknown("it needs root: yes"), "/a": None, "/b": Leaf("x\r")},
        trees=(Tree("binary", data=b"\xff\0"),),
        mode=0o600,
    )
    expected = """\
title: "4.10"
data: |2

  # docker
  -w /usr/bin/containerd -k docker
leaves:
  - name: -w /etc/docker -k docker
  - name: "café"
    size: 3
words:
  - a
  - b
shelf:
  /a: null
  /b:
    name: "x\\r"
  /usr/bin/runc:
    unknown: "it needs root: yes"
trees:
  - title: binary
    data: {base64: /wA=}
mode: 0o600
"""
    assert dump(tree) == expected
    assert load(expected, "f", Tree) == tree


def test_what_no_document_can_hold_is_an_error_of_the_writer() -> None:
    with pytest.raises(ValueError, match="inf"):
        dump(Tree("t", ratio=float("inf")))
    with pytest.raises(ValueError, match="surrogate"):
        dump(Tree("\ud800"))


def test_rules_are_written_as_their_lines_where_they_have_one() -> None:
    @dataclass(frozen=True)
    class Rules:
        rules: tuple[Rule, ...]

    text = dump(Rules(RULES))
    assert load(text, "f", Rules).rules == RULES
    for line in (
        "-a always,exit -S all -F path=/usr/bin/containerd -F perm=rwxa -k docker",
        "-a never,exit -S all -F dir=/var/lib/docker",
        "-a never,task",
        '"-a always,exit -S all -F path=/a\\nb -F perm=rwxa -k docker\\r"',
        'filter: exit\n    action: always\n    syscalls: null\n    fields:\n      - name: field:99\n        op: "="\n        value: 7',
    ):
        assert f"  - {line}\n" in text, text
    assert load("rules: [-w /etc/docker -p wa -k docker]\n", "f", Rules).rules[0].path == "/etc/docker"
    for line in ("-D", "-b 100", "# x", "-W /etc/docker", "-A always,exit -F path=/a"):
        assert "expected one audit rule" in problems(f'rules: ["{line}"]\n', Rules)[0]
    assert "expected one audit rule: " in problems("rules: [-a always]\n", Rules)[0]


# ---- what is refused


def test_all_problems_of_a_file_at_once_with_line_column_and_expectation() -> None:
    text = """\
titel: x
ratio: "0.5"
ready: yes
colour: gren
leaves:
  - {name: 4.10, size: 1.5}
  - {size: 3}
  - name: on
    name: b
shelf: []
note: 12:30
"""
    assert problems(text) == [
        "f.yaml:1:1: unknown key “titel”; did you mean “title”?",
        "f.yaml:1:1: the key “title” is missing",
        "f.yaml:2:8: expected a number without quotes, found “0.5”",
        "f.yaml:3:8: expected true or false, found “yes”",
        "f.yaml:4:9: found “gren”, which is not one of red, green; did you mean “green”?",
        'f.yaml:6:12: expected text: quote it ("4.10"), without quotes YAML may read it as something else',
        "f.yaml:6:24: expected a whole number without quotes, found “1.5”",
        "f.yaml:7:5: the key “name” is missing",
        'f.yaml:8:11: expected text: quote it ("on"), without quotes YAML may read it as something else',
        "f.yaml:9:5: the key “name” is given twice; it first stands in line 8",
        "f.yaml:10:8: expected a mapping ({} for none), found a list",
        'f.yaml:11:7: expected text: quote it ("12:30"), without quotes YAML may read it as something else',
    ]


TRAPS = [
    "4.10",
    "on",
    "No",
    "y",
    "12:30",
    "~",
    "null",
    "0x1f",
    "1_000",
    "2026-11-24",
    "1e3",
    "0o14",
    "012",
    ".inf",
    "=",
    "+1",
    "1.",
]


@pytest.mark.parametrize("trap", TRAPS)
def test_an_unquoted_trap_is_refused_as_text_and_accepted_in_quotes(trap: str) -> None:
    assert "quote it" in problems(f"title: {trap}\n")[0]
    assert load(f"title: '{trap}'\n", "f", Tree).title == trap


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: a\nmode: '1'\n", "f.yaml:2:7: expected a whole number without quotes, found “1”"),
        ("title: a\nmode: 1.0\n", "f.yaml:2:7: expected a whole number without quotes, found “1.0”"),
        ("title: a\nmode: 0640\n", "f.yaml:2:7: expected a whole number (0o640 is how an octal one is written), found “0640”"),
        ("title: a\nratio: .inf\n", "f.yaml:2:8: expected a number without quotes, found “.inf”"),
        ("title: a\nratio: 1e999\n", "f.yaml:2:8: expected a number without quotes, found “1e999”"),
        ("title: a\nready: 'true'\n", "f.yaml:2:8: expected true or false, found “true”"),
        ("title: a\nready:\n", "f.yaml:2:7: expected true or false, found nothing"),
        ("title:\n", 'f.yaml:1:7: expected text, found nothing; write "" for empty text'),
        ("title: [a]\n", "f.yaml:1:8: expected text, found a list"),
        ("title: {a: b}\n", "f.yaml:1:8: expected text, or {base64: …} for what is not text, found a mapping"),
        ("title: {base64: '#'}\n", "f.yaml:1:17: expected base64, found “#”"),
        ("title: a\nwords: a\n", "f.yaml:2:8: expected a list ([] for none), found “a”"),
        ("title: a\nleaves: [b]\n", "f.yaml:2:10: expected a mapping with the keys name, size, found “b”"),
        ("title: a\nshelf: {[a]: null}\n", "f.yaml:2:9: expected a word as key, found a list"),
        (
            "title: a\nshelf: {1: null}\n",
            'f.yaml:2:9: expected text: quote it ("1"), without quotes YAML may read it as something else',
        ),
        ("title: a\nshelf: {x: {unknown: [a]}}\n", "f.yaml:2:22: expected text, found a list"),
        ("- a\n", "f.yaml:1:1: expected a mapping with the keys title, ratio, ready, data"),
        ("", "f.yaml:1:1: the document is empty"),
        ("# only a comment\n", "f.yaml:1:1: the document is empty"),
        ("title: a\n--- \ntitle: b\n", "f.yaml:2:1: a second document begins here; a file holds one"),
        ("title: &a b\n", "f.yaml:1:8: the anchor &a is not supported; remove it"),
        ("title: !!str b\n", "f.yaml:1:8: the tag tag:yaml.org,2002:str is not supported; remove it"),
        (
            "title: !!python/object:os.system b\n",
            "f.yaml:1:8: the tag tag:yaml.org,2002:python/object:os.system is not supported; remove it",
        ),
        (
            "title: a\n<<: {note: b}\n",
            'f.yaml:2:1: expected text: quote it ("<<"), without quotes YAML may read it as something else',
        ),
        ("title: a\nleaves:\n\t- b\n", "f.yaml:3:1: not well-formed YAML: a tab in the indentation; indent with blanks"),
        (
            "title: 'a\n",
            "not well-formed YAML: found unexpected end of stream, while scanning a quoted scalar that began in line 1",
        ),
        ("\x7fELF\x02\x01" + "\0" * 16, "f.yaml:1:1: this is no text file; expected a document in YAML or JSON"),
        ("title: a\0b\n", "f.yaml:1:9: the character U+0000 is not allowed; write it as an escape in double quotes"),
        ("title: a\nnote: \udcff\n", "f.yaml:2:7: here is a byte that is not UTF-8; write such text as {base64: …}"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    found = problems(text)
    assert any(said in line for line in found), found


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_a_forbidden_character_is_placed_whatever_stands_before_it(loader: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "_LOADER", loader)
    assert problems("title: ééé\nnote: é€😀\0b\n") == [
        "f.yaml:2:10: the character U+0000 is not allowed; write it as an escape in double quotes"
    ]


FRAGMENTS = [
    "title: a\n",
    "leaves:\n",
    "  - name: b\n",
    "- ",
    ": ",
    "? ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "!!str ",
    "|\n",
    ">-\n",
    "'",
    '"',
]
FRAGMENTS += [
    "\n",
    "\n\n",
    "  ",
    "\t",
    "#",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "unknown",
    "base64",
    "\0",
    "\x85",
    "\ufeff",
    "\udcff",
    "é",
    "\\x",
    "0",
]


@pytest.mark.slow
@settings(max_examples=EXAMPLES * 4)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=25).map("".join), st.booleans())
def test_whatever_is_read_gives_a_value_or_says_what_is_wrong(text: str, python: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if python:
            patch.setattr(syntax, "_LOADER", yaml.SafeLoader)
        try:
            tree = load(text, "f.yaml", Tree)
        except DocumentError as error:
            found = error.problems
        else:
            found = ()
            assert load(dump(tree), "g", Tree) == tree
    assert all(problem.line >= 1 and problem.column >= 1 and problem.text for problem in found)


def test_an_alias_cannot_multiply() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" if n else "l0: &l0 [x]\n" for n in range(30))
    found = problems("title: a\n" + levels)
    assert "f.yaml:3:10: the alias *l0 is not supported; write the value out" in found
    assert len(found) < 400


@pytest.mark.parametrize("text", ["[" * 100_000, "title: " + "{a: " * 5000, "- " * 3000])
def test_deep_nesting_is_refused(text: str) -> None:
    (found,) = problems(text)
    assert re.fullmatch(r"f\.yaml:1:\d+: nested deeper than 64 levels", found)


def test_a_huge_document_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntax, "MAX_CHARACTERS", 100)
    assert problems("#" * 101) == ["f.yaml:1:1: the document has more than 100 characters, which is as many as are read"]


def test_what_a_file_says_cannot_play_tricks_on_the_terminal() -> None:
    found = problems('title: a\nmode: "\\e[31m\\u202e"\n"\\e]0;x": b\n')
    assert not any("\x1b" in line or "\u202e" in line for line in found)
    assert str(Problem("a\x1bb", 1, 1, "x")) == "a^[b:1:1: x"


def test_a_value_may_refuse_itself() -> None:
    @dataclass(frozen=True)
    class Positive:
        size: int

        def __post_init__(self) -> None:
            if self.size < 1:
                raise ValueError(f"size is {self.size}; it must be at least 1")

    with pytest.raises(DocumentError) as caught:
        load("size: 0\n", "f", Positive)
    assert str(caught.value) == "f:1:1: size is 0; it must be at least 1"


def test_a_type_no_document_can_hold_is_a_mistake_of_ours() -> None:
    @dataclass(frozen=True)
    class Wrong:
        size: complex

    with pytest.raises(TypeError, match="complex"):
        load("size: 1\n", "f", Wrong)


def test_octal_modes_and_bytes_are_written_the_way_people_read_them() -> None:
    text = "path: /etc/audit/rules.d/docker.rules\ncontent: |\n  -w /a -k docker\nmode: 0o600\n"
    facts = load(text, "f", FileFacts)
    assert (facts.mode, facts.content) == (0o600, b"-w /a -k docker\n")
    assert dump(facts) == text
