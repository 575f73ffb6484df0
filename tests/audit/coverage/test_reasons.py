"""The effects and reasons that coverage() tells of the rules that touch a path."""

from __future__ import annotations

from tests.audit.coverage.cases import FILE, judge
from tests.audit.coverage.lines import NEVER, ON_PATH, WATCH
from tui.audit.inputs import AuditStatus


def test_every_rule_that_touches_the_path_has_an_effect() -> None:
    verdict = judge(
        "-w /etc/passwd",
        f"{NEVER} -F perm=x",
        WATCH,
        "-w /usr/bin/containerd-shim",
        f"-w /etc/hosts -k {FILE}",
        "-w /usr/local/bin/containerd",
        "-a always,exit -F path=/usr/bin -F perm=wa",
        f"{ON_PATH} -F arch=b64 -S open -F perm=x",
        f"{WATCH} -p x",
        "-a always,exclude -F msgtype=SYSCALL",
        "-a always,exclude -F msgtype=CWD",
    )
    assert {effect.position: effect.text for effect in verdict.effects} == {
        1: "keeps executing for every caller from being recorded",
        2: "records reading, writing and attribute changes for every caller",
        3: "names another path, /usr/bin/containerd-shim",
        4: "only mentions the path, and does not reach it",
        5: "names a symbolic link: the kernel watches the link itself, not the object at its end",
        6: "watches the directory that holds it, not the file: sees only that entries are created, renamed or removed",
        7: "reaches the path, but its calls, permissions and filters let no access through: it records nothing",
        8: "would record executing for every caller, but earlier rules take these events",
        9: "An exclude rule drops the SYSCALL record, which says who did what, of everybody.",
    }


def test_reasons_come_in_the_order_of_their_weight() -> None:
    verdict = judge("-w /usr/local/bin/containerd", f"{NEVER} -F perm=x", f"{WATCH} -p wx", "-a always,exclude -F auid=unset")
    assert [reason.kind for reason in verdict.reasons] == ["exclude", "never", "no-rule", "link", "turning"]


def test_a_rule_that_is_asked_before_the_result_is_known_is_told() -> None:
    (reason,) = (reason for reason in judge(f"{ON_PATH} -F success=1").reasons if reason.kind == "asked-early")
    assert "-F success=1" in reason.text
    assert "asked-early" not in [reason.kind for reason in judge(f"{ON_PATH} -F success=1 -F perm=r", "-w /usr/bin").reasons]


def test_a_gap_names_the_rule_that_makes_it() -> None:
    (reason,) = (reason for reason in judge(f"{NEVER} -F perm=x", "-w /usr/bin").reasons if reason.kind == "never")
    assert f"`-a never,exit -S all -F path={FILE} -F perm=x`" in reason.text


def test_reasons_are_clean_sentences() -> None:
    verdict = judge(
        "-w /usr/local/bin/containerd", f"{NEVER} -F perm=x -k e\x1b[31m", f"{WATCH} -p wx", status=AuditStatus(0, rate_limit=1)
    )
    assert len(verdict.reasons) > 3
    for reason in verdict.reasons:
        assert reason.text[0].isupper()
        assert reason.text.endswith(".")
        assert "\x1b" not in reason.text


def test_an_audited_path_needs_no_reasons() -> None:
    assert judge(WATCH).reasons == ()
