"""Situations from bug reports about rules that do not fire and filters that do too much: the verdict and its first sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import CONTAINERD, plain_host, with_docker_rules, with_status
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts
from tui.verdict.disk import read_disk
from tui.verdict.finding import assess_all
from tui.views.words import headline

CONTROL = load_catalogue().find(["containerd"], "1.2.0")[0]
WATCH = f"-w {CONTAINERD} -k docker"
FILE = "/etc/audit/rules.d/docker.rules"
RECORDED = f"Every access that the control asks for is recorded now, and after a reboot by {FILE}:1."
OF_SOME = "and takes some of its events. It keeps every access for"


def host(*lines: str, modules: tuple[str, ...] = ()) -> HostFacts:
    """A host with these lines on disk and loaded, as far as a load comes."""
    facts = with_docker_rules(plain_host(), "".join(f"{line}\n" for line in lines).encode())
    return replace(facts, kernel_rules=read_disk(facts).rules, security_modules=modules)


SITUATIONS = {
    "an exclude rule meant for what is added later drops everything": (
        host(WATCH, "-a exclude,always -F msgtype>0"),
        ("blind", "uuuu"),
        "An exclude rule drops the SYSCALL record, which says who did what, of everybody.",
    ),
    "never on the exclude list keeps nothing: it drops as well": (
        host(WATCH, "-a never,exclude -F msgtype=SYSCALL"),
        ("blind", "uuuu"),
        "An exclude rule drops the SYSCALL record, which says who did what, of everybody.",
    ),
    "records without a use for the path are no loss": (
        host(WATCH, *[f"-a always,exclude -F msgtype={kind}" for kind in ("CWD", "EOE", "PROCTITLE", "EXECVE", "CRYPTO_KEY_USER")]),
        ("audited", "aaaa"),
        RECORDED,
    ),
    "daemons are dropped by their login uid": (
        host(WATCH, "-a always,exclude -F auid=unset"),
        ("blind", "pppp"),
        "An exclude rule drops the SYSCALL record, which says who did what, of these callers: auid unset.",
    ),
    "what a program that runs others does is dropped, told once": (
        host(WATCH, "-a always,exclude -F exe=/usr/sbin/sshd"),
        ("blind", "pppp"),
        "An exclude rule drops the SYSCALL record, which says who did what, of these callers: program /usr/sbin/sshd.",
    ),
    "a rate limit against noise": (
        with_status(host(WATCH, "-r 1000"), rate_limit=1000),
        ("blind", "pppp"),
        "The kernel drops records beyond 1000 a second (rate limit): accesses go unrecorded without a trace.",
    ),
    "a folder of programs where the programs themselves were meant": (
        host("-a never,exit -F arch=b64 -S all -F dir=/usr/bin -k noise", WATCH),
        ("shadowed", "pppp"),
        f"{OF_SOME} 64-bit programs from being recorded.",
    ),
    "a user of the monitoring": (
        host("-a never,exit -F uid=65534", WATCH),
        ("shadowed", "pppp"),
        f"{OF_SOME} uid 65534 from being recorded.",
    ),
    "programs of the other width": (
        host("-a never,exit -F arch=b32 -S all", WATCH),
        ("shadowed", "pppp"),
        f"{OF_SOME} 32-bit programs from being recorded.",
    ),
    "refused attempts of a shell": (
        host("-a never,exit -F arch=b64 -S openat,execve,unlink -F exit=-13 -F exe=/bin/bash", WATCH),
        ("shadowed", "pppa"),
        "comes before the watch and takes some of its events.",
    ),
    "a label that the security module here gives": (
        host("-a never,exit -F subj_type=unconfined_t", WATCH, modules=("selinux",)),
        ("shadowed", "pppp"),
        "takes some of its events",
    ),
    "a filter for every message type, which there is none": (
        host("-a always,exclude -F msgtype=ALL -F auid=-1", WATCH),
        ("unaudited", "uuuu"),
        f"Your line {FILE}:2 is never reached, because of line 1.",
    ),
    "a key that swallows the next option": (
        host("-a always,exit -F arch=b64 -S sethostname -S setdomainname -k -F system-locale", WATCH),
        ("unaudited", "uuuu"),
        f"Your line {FILE}:2 is never reached, because of line 1.",
    ),
    "an agent's own watch comes first": (
        host("-w /usr/bin -p wa -k agent_fim"),
        ("partial", "uaua"),
        f"Reading and executing {CONTAINERD} are not recorded. No rule asks for it.",
    ),
    "only what went well": (
        host(f"-a always,exit -F path={CONTAINERD} -F perm=rwxa -F success=1 -k docker"),
        ("partial", "pppp"),
        f"Reading, executing and changing the attributes of {CONTAINERD} are not recorded for attempts that fail. No rule asks for it.",
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_verdict_and_its_first_sentence(name: str) -> None:
    facts, expected, said = SITUATIONS[name]
    finding = assess_all((CONTROL,), "1.2.0", facts)[0]
    assert finding.coverage is not None
    assert (finding.state, "".join(level[0] for level in finding.coverage.values())) == expected
    assert said in finding.reasons[0].text
    assert len({(reason.kind, reason.remedy) for reason in finding.reasons}) >= len(finding.reasons) - 1
    assert all(len(reason.text) < 400 for reason in finding.reasons)


@pytest.mark.parametrize("name", [name for name, (_, (state, levels), _) in SITUATIONS.items() if state in ("blind", "shadowed")])
def test_what_is_lost_in_part_is_told_as_a_part(name: str) -> None:
    facts, (_, levels), _ = SITUATIONS[name]
    finding = assess_all((CONTROL,), "1.2.0", facts)[0]
    partly = set(levels) != {"u"}
    assert ("is partly audited: " in headline(finding)) == partly
    (differs,) = [reason.text for reason in finding.reasons if reason.kind == "benchmark-passes"]
    assert ("a part of it" in differs or "some of its events" in differs) == partly


def test_records_of_some_callers_without_a_path_are_told_so() -> None:
    finding = assess_all((CONTROL,), "1.2.0", host(WATCH, "-a always,exclude -F msgtype=PATH -F uid=0 -F gid=0"))[0]
    assert finding.state == "audited"
    (reason,) = [reason for reason in finding.reasons if reason.kind == "no-path-records"]
    assert reason.text.startswith("Events of some callers are recorded, but no record tells which path:")


def test_copies_of_the_records_that_somebody_listens_to_are_no_log() -> None:
    facts = with_status(host(WATCH), pid=0)
    for listen in (False, True):
        finding = assess_all((CONTROL,), "1.2.0", replace(facts, others_listen=listen))[0]
        assert finding.state == "blind"
        assert finding.reasons[0].kind == "no-daemon"
        assert ("journalctl _TRANSPORT=audit" in finding.reasons[0].remedy) == listen


def test_a_riddle_of_callers_and_calls_stays_behind_the_why() -> None:
    finding = assess_all((CONTROL,), "1.2.0", SITUATIONS["only what went well"][0])[0]
    assert f"Writing {CONTAINERD} is not recorded for some callers and calls. No rule asks for it." in [
        reason.text for reason in finding.reasons
    ]
    (whole,) = finding.details
    assert "by rename, unlink, unlinkat" in whole.text
