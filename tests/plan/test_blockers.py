"""The plan for 1.2.11 that is blocked: every hazard that can be seen in the facts, with its place and its way out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.build import (
    CONF,
    CONTAINERD,
    absent,
    plain_host,
    with_docker_rules,
    with_file,
    with_status,
)
from tests.plan.made import LINES, QUESTION, WATCH, after, compiled, only, plan, ready
from tui.audit.inputs import Mount, PathFacts, Unknown
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, AUDITD_CONF, FileFacts


def test_lines_only_in_the_compiled_rules_block_unless_adopted() -> None:
    old = "-w /usr/bin/dockerd -k docker"
    host = ready(plain_host())
    assert isinstance(host.audit_rules, FileFacts)
    facts = replace(host, audit_rules=replace(host.audit_rules, content=(host.audit_rules.content or b"") + old.encode() + b"\n"))
    blocker = only(plan(facts))
    assert blocker.kind == "only-in-audit-rules"
    assert blocker.place.file == AUDIT_RULES
    assert "--adopt" in blocker.remedy
    adopted = plan(facts, adopt=True)
    assert not adopted.blockers
    assert old.encode() in after(adopted)
    assert f"+{old}" in adopted.files[0].diff


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (b"-w /etc/passwd -k id\n-w /etc/shadow -q x\n", 2, "-w /etc/shadow -q x"),
        (b"-w /etc/passwd -k id\n-w /etc/passwd -k id\n", 2, "Rule exists"),
        (b"-w /nowhere/at/all -k x\n", 1, "No such file"),
        (b"-w /etc/passwd -k id # why\n", 1, "-w /etc/passwd"),
        (b"-w /etc/passwd\t-k id\n", 1, "/etc/passwd"),
    ],
    ids=["bad option", "duplicate", "missing parent", "trailing comment", "tab"],
)
def test_a_broken_neighbour_blocks_with_file_and_line(content: bytes, line: int, word: str) -> None:
    facts = with_file(plain_host(), "50-site.rules", content)
    facts = replace(facts, paths={**facts.paths, "/nowhere/at/all": absent("/nowhere/at/all", parent=False)})
    made = plan(compiled(with_file(facts, "99-last.rules", b"")))
    # docker.rules sorts behind 50-site.rules, so our line would not load either.
    blocker = only(made)
    assert blocker.kind == "load-would-stop"
    assert blocker.place == ("/etc/audit/rules.d/50-site.rules", line)
    assert word in blocker.text


def test_a_broken_neighbour_blocks_where_our_line_stands_behind_it_already() -> None:
    facts = with_file(plain_host(), "50-site.rules", b"-w /etc/passwd -k id\n-w /etc/shadow -q x\n")
    blocker = only(plan(compiled(with_docker_rules(facts, WATCH.encode() + b"\n"))))
    assert blocker.kind == "load-would-stop"
    assert blocker.place == ("/etc/audit/rules.d/50-site.rules", 2)
    assert "-w /etc/shadow -q x" in blocker.text


@pytest.mark.parametrize("ours", [b"", WATCH.encode() + b"\n"], ids=["not written", "written"])
@pytest.mark.parametrize("line", ["-D ", "-D -k docker", f"-W {CONTAINERD} -k docker"])
def test_a_later_line_that_deletes_our_rule_blocks_with_its_place(line: str, ours: bytes) -> None:
    facts = with_file(plain_host(), "zz.rules", f"-w /etc/passwd -k id\n{line}\n".encode())
    made = plan(compiled(with_docker_rules(facts, ours)))
    blocker = only(made)
    assert blocker.kind == "deleted-on-disk"
    assert blocker.place == ("/etc/audit/rules.d/zz.rules", 2)
    assert line.strip() in blocker.text
    if ours:
        assert any(reason.kind == "late-delete" and "zz.rules:2" in reason.text for reason in made.findings[0].reasons)


def test_never_in_another_file_blocks_with_its_place() -> None:
    facts = with_file(plain_host(), "10-never.rules", f"-a never,exit -F path={CONTAINERD} -F perm=rwxa\n".encode())
    blocker = only(plan(ready(facts)))
    assert blocker.place == ("/etc/audit/rules.d/10-never.rules", 1)


@pytest.mark.parametrize("line", [b"-e 0\n", b"-a never,task\n", b"-a always,exclude -F msgtype=SYSCALL\n"])
def test_a_line_on_disk_that_blinds_blocks_with_its_place(line: bytes) -> None:
    blocker = only(plan(compiled(with_file(plain_host(), "60-blind.rules", line))))
    assert blocker.place == ("/etc/audit/rules.d/60-blind.rules", 1)


def test_a_rate_limit_on_disk_is_called_what_it_is() -> None:
    text = only(plan(compiled(with_file(plain_host(), "60-slow.rules", b"-r 50\n")))).text
    assert "“-r 50”. It drops the records that come faster than that" in text
    assert "off" not in text


def test_a_dead_daemon_without_restart_blocks() -> None:
    made = plan(with_status(ready(with_docker_rules(plain_host(), WATCH.encode() + b"\n")), pid=0), no_restart=True)
    blocker = only(made)
    assert blocker.kind == "would-stay-blind"
    assert "No audit daemon is registered with the kernel (pid 0)" in blocker.text
    assert blocker.remedy == "Start the daemon: service auditd start"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"kind": "symlink", "target": "/srv/docker.rules"}, "docker-rules-link"),
        ({"uid": 1000}, "docker-rules-owner"),
        ({"mode": 0o666}, "docker-rules-owner"),
        ({"immutable": True}, "immutable-file"),
        ({"kind": "directory", "content": None}, "docker-rules-kind"),
    ],
)
def test_a_docker_rules_that_is_not_ours_to_replace_blocks(attributes: dict[str, object], expected: str) -> None:
    content = attributes.pop("content", b"# theirs\n")
    made = plan(compiled(with_docker_rules(plain_host(), content, **attributes)))
    assert expected in [blocker.kind for blocker in made.blockers]


def test_unwritable_places_block() -> None:
    host = ready(plain_host())
    assert isinstance(host.audit_rules, FileFacts)
    assert only(plan(replace(host, audit_rules=replace(host.audit_rules, immutable=True)))).kind == "immutable-file"
    assert only(plan(replace(host, audit_rules=replace(host.audit_rules, uid=1000)))).kind == "audit-rules-owner"
    assert only(plan(replace(host, audit_rules=replace(host.audit_rules, mode=0o666)))).kind == "audit-rules-owner"
    mounts = (Mount("/", "254:1", "ext4", options="ro,relatime", size_bytes=1 << 30, free_bytes=1 << 29),)
    assert only(plan(replace(host, mounts=mounts))).kind == "read-only"


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"kind": "fifo"}, "is a FIFO"),
        ({"kind": "device"}, "is a device"),
        ({"kind": "symlink", "target": "/srv/pipe", "end": "fifo"}, "is a link to a FIFO"),
        ({"kind": "symlink", "target": "/dev/zero", "end": "device"}, "is a link to a device"),
    ],
)
def test_an_entry_that_augenrules_would_wait_at_blocks(attributes: dict[str, object], words: str) -> None:
    endless = FileFacts("/etc/audit/rules.d/zz.rules", content=None, **attributes)
    host = ready(plain_host())
    host = replace(host, rules_dir=(*host.rules_dir, endless))
    blocker = only(plan(host))
    assert (blocker.kind, blocker.place.file) == ("endless-entry", endless.path)
    assert words in blocker.text
    assert endless.path in blocker.remedy
    # What is loaded now is not loaded at the next boot either.
    loaded_now = ready(with_docker_rules(plain_host(), f"\n{WATCH}\n".encode()))
    assert QUESTION.findings(loaded_now)[0].state == "audited"
    waiting = replace(loaded_now, rules_dir=(*loaded_now.rules_dir, endless))
    assert QUESTION.findings(waiting)[0].state == "not-persistent"
    assert "endless-entry" in [blocker.kind for blocker in plan(waiting).blockers]


@pytest.mark.parametrize(
    ("path", "attributes"),
    [
        ("/etc/audit/rules.d/zz.rules", {"kind": "symlink", "target": "/dev/null", "end": "device"}),
        ("/etc/audit/rules.d/zz.pipe", {"kind": "fifo"}),
        ("/etc/audit/rules.d/.zz.rules", {"kind": "fifo"}),
    ],
)
def test_what_augenrules_passes_by_does_not_block(path: str, attributes: dict[str, object]) -> None:
    host = ready(plain_host())
    made = plan(replace(host, rules_dir=(*host.rules_dir, FileFacts(path, content=None, **attributes))))
    assert not made.blockers
    assert not [notice for notice in made.warnings if path in notice.text]


def test_a_file_that_is_passed_over_and_not_read_is_told_by_its_name() -> None:
    host = ready(plain_host())
    for name, told in (
        ("docker.rule", True),
        ("B.RULES", True),
        (".docker.rules", True),
        ("docker.conf", True),
        ("old.tar", False),
    ):
        entry = FileFacts(f"/etc/audit/rules.d/{name}", content=None, size=1 << 30)
        warnings = plan(replace(host, rules_dir=(*host.rules_dir, entry))).warnings
        assert ("name-ignored" in [notice.kind for notice in warnings]) == told, name


def test_an_audit_rules_that_is_no_file_blocks() -> None:
    host = ready(plain_host())
    link = replace(host.audit_rules, kind="symlink", target="/srv/audit.rules", end="file", mode=0o777)
    blocker = only(plan(replace(host, audit_rules=link)))
    assert blocker.kind == "audit-rules-link"
    assert "/srv/audit.rules" in blocker.text
    assert "cp --remove-destination" in blocker.remedy
    dangling = replace(link, content=None, end=None)
    assert "rm /etc/audit/audit.rules" in only(plan(replace(host, audit_rules=dangling))).remedy
    fifo = replace(host.audit_rules, kind="fifo", content=None)
    assert only(plan(replace(host, audit_rules=fifo))).kind == "audit-rules-kind"
    for kind, expected in (("fifo", "audit-rules-kind"), ("symlink", "audit-rules-link")):
        previous = PathFacts(AUDIT_RULES_PREV, kind, "/etc/audit", target="/x")
        blocker = only(plan(replace(host, paths={**host.paths, AUDIT_RULES_PREV: previous})))
        assert (blocker.kind, blocker.place.file) == (expected, AUDIT_RULES_PREV)


def test_what_was_too_much_to_read_is_a_blocker_with_its_own_way_out() -> None:
    large = Unknown("/etc/audit/rules.d/x.rules cannot be read: it has 99 bytes, and 9 are read at most.", "Move it away.")
    for host in (replace(ready(plain_host()), rules_dir=large), replace(ready(plain_host()), audit_rules=large)):
        blocker = only(plan(host))
        assert blocker.text.endswith("/etc/audit/rules.d/x.rules cannot be read: it has 99 bytes, and 9 are read at most.")
        assert blocker.remedy == "Move it away."


def test_a_rules_folder_that_takes_no_file_or_anybodys_blocks() -> None:
    host = ready(plain_host())
    folder = host.rules_folder
    assert isinstance(folder, FileFacts)
    assert only(plan(replace(host, rules_folder=replace(folder, immutable=True)))).kind == "immutable-file"
    assert only(plan(replace(host, rules_folder=replace(folder, uid=1000)))).kind == "rules-folder-owner"
    assert only(plan(replace(host, rules_folder=replace(folder, mode=0o777)))).kind == "rules-folder-owner"
    assert only(plan(replace(host, rules_folder=None))).kind == "no-rules-folder"


def test_a_daemon_that_would_not_come_back_blocks_unless_it_is_left_alone() -> None:
    facts = replace(ready(plain_host()), auditd_conf=FileFacts(AUDITD_CONF, content=CONF + b"report_intervall = 5\n"))
    blocker = only(plan(facts))
    assert blocker.kind == "auditd-would-not-start"
    assert blocker.place.line == CONF.count(b"\n") + 1
    assert "--no-restart" in blocker.remedy
    assert not plan(facts, no_restart=True).blockers


def test_what_cannot_be_read_blocks() -> None:
    reason = Unknown("only root may ask the kernel for its audit rules")
    blocker = only(plan(replace(plain_host(), kernel_rules=reason, audit_status=reason)))
    assert blocker.kind == "unknown"
    assert blocker.text == "only root may ask the kernel for its audit rules"
    assert blocker.remedy.startswith("Run this program as root, ")


BAD = st.sampled_from(
    [
        "junk",
        "-e 0",
        WATCH,
        f"-W {CONTAINERD} -k docker",
        f"-a never,exit -F path={CONTAINERD}",
        "-a never,task",
        "-w /etc/passwd -p r -k id",
    ]
)


@given(
    lines=st.lists(LINES | BAD, max_size=8), neighbour=st.sampled_from([b"", b"-w /n -k n", b"-w /n -k n\n"]), adopt=st.booleans()
)
@example([f"-a never,exit -F path={CONTAINERD}", "junk"], b"-w /n -k n", False)
@example(["# c", "-a never,task"], b"-w /n -k n", False)
def test_blockers_cite_lines_as_they_stand_on_disk(lines: list[str], neighbour: bytes, adopt: bool) -> None:
    """Not those of the file that is not written yet: line numbers move with what the plan would put above them."""
    facts = ready(with_docker_rules(with_file(plain_host(), "a.rules", neighbour), "".join(line + "\n" for line in lines).encode()))
    made = plan(facts, adopt=adopt)
    assert isinstance(facts.rules_dir, tuple)
    on_disk = {file.path: (file.content or b"").decode().split("\n") for file in facts.rules_dir}
    for blocker in made.blockers:
        if blocker.place is None or blocker.place.line is None or blocker.place.file not in on_disk:
            continue
        cited = on_disk[blocker.place.file][blocker.place.line - 1]
        assert str(blocker.place) in blocker.text
        assert cited.strip() in blocker.text, (blocker, cited)
