"""Rules-file lines: what each form becomes, and that the unambiguous text of a rule reads back to the same rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.audit.inputs import Names
from tui.audit.rule import line as line_module
from tui.audit.rule.auditctl import parse_arguments
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule, Blank, Comment, DeleteAll, DeleteRule, Flow, Setting, Unreadable
from tui.audit.rule.text import unambiguous
from tui.audit.rule.value import Field, Rule

NAMES = Names({"root": 0, "www-data": 33}, {"root": 0, "adm": 4}, "mawk", "3.0.9")
X86_64, I386 = 0xC000003E, 0x40000003


def watch(path: str, *keys: str, perm: int = 15, kind: str = "path") -> Rule:
    return Rule("exit", "always", None, (Field(kind, "=", path), Field("perm", "=", perm)), keys)


def test_watch_and_its_long_forms_are_the_same_rule() -> None:
    expected = AddRule(watch("/usr/bin/containerd", "docker"))
    for line in (
        "-w /usr/bin/containerd -k docker",
        "-w /usr/bin/containerd/ -p rwxa -k docker",
        "  -w   /usr/bin/containerd  -k docker  ",
        "-w/usr/bin/containerd -kdocker",
        "-w /usr/bin/containerd -F key=docker",
        "-w /usr/bin/containerd -k docker -p AXWR",
        "-a always,exit -F path=/usr/bin/containerd -F perm=rwxa -k docker",
        "-a exit,always -S all -F path=/usr/bin/containerd -p awxr -F key=docker",
    ):
        assert parse_line(line, NAMES) == expected, line


def test_directory_is_decided_by_the_caller() -> None:
    assert parse_line("-w /etc/docker/ -p wa", NAMES, lambda path: path == "/etc/docker") == AddRule(
        watch("/etc/docker", perm=10, kind="dir")
    )
    assert parse_line("-w /", NAMES) == AddRule(watch("/", kind="dir"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Blank()),
        ("    ", Blank()),
        ("# -w /etc/passwd", Comment()),
        ("   #comment", Comment()),
        ("-D", DeleteAll()),
        ("-D -k docker", DeleteAll("docker")),
        ("-b 8192", Setting("-b", "8192")),
        ("-b 8192 -f 1", Setting("-f", "1", (Setting("-b", "8192"),))),
        ("--backlog_wait_time=60000", Setting("--backlog_wait_time", "60000")),
        ("--loginuid", Setting("--loginuid-immutable")),
        ("-e 2", Setting("-e", "2")),
        ("-i", Flow("-i")),
        ("-c", Flow("-c")),
        ("-W /etc/passwd -k id", DeleteRule(watch("/etc/passwd", "id"))),
        ("-A never,task", AddRule(Rule("task", "never", frozenset()), prepend=True)),
        ("-a exit,possible -S open", Setting("-a", "exit,possible")),
    ],
)
def test_other_lines(line: str, expected: object) -> None:
    assert parse_line(line, NAMES) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("\t-w /etc/passwd", "no words without an option: \t-w"),
        ("\ufeff-w /etc/passwd -k bom", "-k only after a watch"),
        ("-w /etc/passwd -k one # trailing", "auditctl takes no comment behind a rule"),
        ("-w /etc/passwd -k one-w /etc/group -k docker", "no words without an option: /etc/group"),
        ('-w "/a b" -k q', "the path must start with /:"),
        ("-w passwd", "the path must start with /: passwd"),
        ("-w /etc/passwd -p q", "a permission is one of r, w, x and a, not q"),
        ("-w /etc/passwd -p wa\r", "a permission is one of r, w, x and a, not"),
        ("-w /etc/passwd -k", "the option -k, or it lacks its value"),
        ("-D\r", "no words without an option: -D"),
        ("-e 3", "-e takes 0, 1 or 2, not 3"),
        ("-b abc", "-b takes a number, not abc"),
        ("-R /etc/audit/audit.rules", "a rules file cannot read another one"),
        ("auditctl -w /etc/passwd", "no words without an option: auditctl"),
        ("-a always,exit -S nosuchsyscall", "does not know the system call nosuchsyscall"),
        ("-a always,exit -S fchmodat2", "does not know the system call fchmodat2"),
        ("-a always,exit -F uid=nobodyhere", "does not know the user nobodyhere"),
        ("-a always,exit -F path=/d/ -F perm=r", "no path that ends with /"),
        ("-a always,exit -F path=/a -F dir=/b", "one path, dir or inode in a rule"),
        ("-a always,exit -k key", "-k only after a watch"),
        ("-a always,entry -S open", "no list and action always,entry"),
        ("-a never,task -S open", "the list task takes no system calls"),
        ("-a always,exclude -S open", "the list exclude takes no system calls"),
        ("-w /x -F arch=b64", "arch=b64 must be before -S, and cannot be beside -w"),
    ],
)
def test_refused_lines(line: str, reason: str) -> None:
    found = parse_line(line, NAMES)
    assert isinstance(found, Unreadable)
    assert reason in found.reason


def test_ids_names_and_syscalls_become_numbers() -> None:
    line = "-a always,exit -F arch=b32 -S open,chmod -S 180 -F auid>=1000 -F auid!=unset -F uid=www-data -F gid=adm -F exit=-EPERM"
    assert parse_line(line, NAMES) == AddRule(
        Rule(
            "exit",
            "always",
            frozenset({5, 15, 180}),
            (
                Field("arch", "=", I386),
                Field("auid", ">=", 1000),
                Field("auid", "!=", 0xFFFFFFFF),
                Field("uid", "=", 33),
                Field("gid", "=", 4),
                Field("exit", "=", 0xFFFFFFFF),
            ),
        )
    )


def test_found_by_the_random_lines() -> None:
    """Cases in which this reading once differed from auditctl's or the unambiguous line did not read back."""
    perm_outside_exit = Rule("task", "always", frozenset(), (Field("uid", "=", 0), Field("perm", "=", 4)))
    assert parse_line("-a always,task -F uid=0 -p r", NAMES) == AddRule(perm_outside_exit)
    assert parse_line(unambiguous(perm_outside_exit), NAMES) == AddRule(perm_outside_exit)
    # -v, -l and -s end the line's work: the rule before them is dropped without a word.
    assert parse_line("-a always,exit -S 164 -v", NAMES) == Setting("-v")
    assert parse_line("-w /etc/passwd -i", NAMES) == Flow("-i")
    # -D does its work before what sticks to it is refused.
    assert parse_line("-D\r", NAMES) == Unreadable("auditctl takes no words without an option: -D\r", deletes=DeleteAll())
    # Numbers from 2047 down are classes of system calls, which the kernel dissolves.
    dissolved = parse_line("-a always,exit -S 2047", NAMES)
    assert isinstance(dissolved, AddRule)
    assert dissolved.rule.syscalls
    assert {82, 87} <= dissolved.rule.syscalls
    # A key or path that holds an operator: -F takes it apart in the wrong place, -w does not.
    assert isinstance(parse_line("-w /etc/passwd -k a!=b", NAMES), Unreadable)
    assert parse_line("-w /etc/a!=b", NAMES) == AddRule(watch("/etc/a!=b"))
    assert parse_line(unambiguous(watch("/etc/a!=b")), NAMES) == AddRule(watch("/etc/a!=b"))
    # auditctl makes room for a third of the line's bytes in words and drops what is left: here the 0 of -r.
    assert isinstance(parse_line("-e 1 -f 1 -r 0", NAMES), Unreadable)


def test_the_word_that_stands_alone_is_the_one_that_is_named() -> None:
    line = parse_line("-w /etc/passwd -p wa -k identity who may log in", Names())
    assert isinstance(line, Unreadable)
    assert line.reason.endswith(": who")


@pytest.mark.parametrize(
    ("version", "line", "loads"),
    [
        ("4.0.2", "-a always,exit -F arch=b64 -F path=/usr/bin/containerd -F perm=wa -k docker", False),
        ("4.0.3", "-a always,exit -F arch=b64 -F path=/usr/bin/containerd -F perm=wa -k docker", False),
        ("4.0.4", "-a always,exit -F arch=b64 -F path=/usr/bin/containerd -F perm=wa -k docker", True),
        ("3.1.2", "-a always,exit -F arch=b64 -F path=/usr/bin/containerd -F perm=wa -k docker", True),
        ("4.0.2", "-a always,exit -F path=/usr/bin/containerd -F perm=wa -k docker", True),
        ("4.0.2", "-w /usr/bin/containerd -k docker", True),
        ("4.0.2", "-a always,exit -F arch=b64 -S execve -F path=/usr/bin/containerd -k docker", True),
    ],
)
def test_auditctl_4_0_to_4_0_3_on_arm64_takes_no_perm_beside_an_arch(version: str, line: str, loads: bool) -> None:
    parsed = parse_line(line, Names(audit_version=version, machine="aarch64"))
    assert isinstance(parsed, AddRule) == loads
    assert isinstance(parse_line(line, Names(audit_version=version, machine="x86_64")), AddRule)


@given(
    st.text("/a.-#\\é =", min_size=1, max_size=8).map("/".__add__) | st.integers(250, 260).map(lambda size: "/" + "x" * size),
    st.text("rwxaA", min_size=1, max_size=5),
    st.none() | st.text("k_-=!<\\#,", min_size=1, max_size=4) | st.integers(254, 258).map("k".__mul__),
    st.booleans(),
)
def test_a_plain_watch_is_read_as_auditctl_reads_any_line(path: str, letters: str, key: str | None, is_directory: bool) -> None:
    text = f"-w {path} -p {letters}" + (f" -k {key}" if key is not None else "")
    asked: list[str] = []
    plain = parse_line(text, NAMES, lambda path: asked.append(path) or is_directory)
    words = line_module._words(text)
    asked_slowly: list[str] = []
    assert plain == parse_arguments(words, NAMES, lambda path: asked_slowly.append(path) or is_directory)
    line_module._READ.clear()
    parse_line(text, NAMES, lambda path: asked.append(path) or is_directory)
    assert set(asked) == set(asked_slowly)


def test_a_plain_watch_takes_no_getopt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_module, "parse_arguments", None)
    names = Names(audit_version="4.0.2")
    for text in ("-w /etc/docker/ -p wa -k docker", "-w /usr/bin/containerd -p rwxa", "-w /etc/a-b.d/c@1 -p x -k a.b-c"):
        assert isinstance(parse_line(text, names), AddRule)
    with pytest.raises(TypeError):
        parse_line("-w /etc/docker/. -p wa", names)
