"""coverage() of links, mounts and directories."""

from __future__ import annotations

import pytest

from tests.audit.coverage.cases import FILE, NAMES, ON, PATHS, ROOT, TARGET, facts, judge, levels, rules
from tests.audit.coverage.lines import WATCH
from tui.audit.coverage.coverage import coverage
from tui.audit.inputs import Mount, Unknown


def test_a_symlink_is_judged_by_the_object_at_its_end() -> None:
    link = PATHS["/usr/local/bin/containerd"]
    assert levels(judge("-w /usr/local/bin/containerd", target=link)) == "uuuu"
    assert "link" in [reason.kind for reason in judge("-w /usr/local/bin/containerd", target=link).reasons]
    assert levels(judge(WATCH, target=link)) == "aaaa"
    assert levels(judge("-w /usr/local/bin", target=link)) == "uuuu"


def test_a_dangling_link_has_no_object() -> None:
    link = facts("/usr/bin/x", "symlink", 5, target="gone")
    assert levels(judge("-w /usr/bin/x", "-w /usr/bin", target=link)) == "uuuu"


def test_a_file_that_is_mounted_over() -> None:
    over = Mount(FILE, "254:0", "ext4", root="/srv/hard")
    assert levels(judge(WATCH, mounts=(ROOT, over))) == "uuuu"
    assert levels(judge("-w /srv/hard", mounts=(ROOT, over))) == "aaaa"
    assert "mounted-over" in [reason.kind for reason in judge(WATCH, mounts=(ROOT, over)).reasons]


def test_directories_reach_through_bind_mounts() -> None:
    bind = Mount("/mnt/bin", "254:0", "ext4", root="/usr/bin")
    assert levels(judge("-a always,exit -F dir=/mnt/bin", mounts=(ROOT, bind))) == "aaaa"
    assert levels(judge("-w /mnt/bin/containerd", mounts=(ROOT, bind))) == "aaaa"
    # A tree takes in what is mounted below it when the rule is loaded, and so reaches the bind mount's source.
    assert levels(judge("-a always,exit -F dir=/mnt", mounts=(ROOT, bind))) == "pppp"


def test_a_mount_between_directory_and_file_may_be_younger_than_the_rule() -> None:
    usr = Mount("/usr", "254:1", "ext4")
    assert levels(judge("-a always,exit -F dir=/usr", mounts=(ROOT, usr))) == "aaaa"
    verdict = judge("-a always,exit -F dir=/", mounts=(ROOT, usr))
    assert levels(verdict) == "pppp"
    assert "mount" in [reason.kind for reason in verdict.reasons]


FOLDER = facts("/etc/docker", "directory", 50)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("-a always,exit -F dir=/etc/docker",), "aaaa"),
        (("-a always,exit -F dir=/etc",), "aaaa"),
        (("-a always,exit -F path=/etc/docker",), "ppup"),
        (("-a always,exit -F dir=/etc/docker/certs.d",), "pppp"),
        (("-w /etc/docker/daemon.json",), "pppp"),
        (("-w /etc/docker-old",), "uuuu"),
        (("-a never,exit -F dir=/etc/docker/certs.d", "-a always,exit -F dir=/etc/docker"), "pppp"),
        (("-a never,exit -F path=/etc/docker/daemon.json", "-a always,exit -F dir=/etc/docker"), "pppp"),
        (("-a never,exit -F dir=/etc/docker/tmp", "-a always,exit -F dir=/etc/docker"), "aaaa"),
        (("-a never,exit -F dir=/etc/docker/tmp/x", "-a always,exit -F dir=/etc/docker"), "aaaa"),
        (("-a always,exit -F dir=/etc/docker/tmp",), "uuuu"),
        # what happens to the directory itself, which opening a file in it does not (measured, in tests/live)
        (("-a never,exit -F path=/etc/docker", "-a always,exit -F dir=/etc/docker"), "ppap"),
        (("-a always,exit -F dir=/etc/docker", "-a never,exit -F path=/etc/docker"), "aaaa"),
        (("-a always,exit -F exe=/etc/docker/run -F exit=0",), "pppp"),
        # asked of every name that a call uses: both can hold
        (("-a always,exit -S all -F devmajor<=0 -F devmajor>0",), "pppp"),
        (("-a always,exit -S all -F obj_uid=5 -F obj_uid!=5",), "pppp"),
        (("-a always,exit -S all -C obj_uid=uid -C obj_uid!=uid",), "pppp"),
        (("-a always,exit -S all -F filetype=dir -F filetype!=dir",), "uuuu"),
    ],
    ids=str,
)
def test_a_directory_is_covered_when_any_file_below_it_is(lines: tuple[str, ...], expected: str) -> None:
    assert levels(judge(*lines, target=FOLDER, exclusions=("/etc/docker/tmp",))) == expected


def test_a_directory_alone_is_covered_by_a_path_rule() -> None:
    assert levels(judge("-a always,exit -F path=/etc/docker", target=FOLDER, recursive=False)) == "aaaa"
    assert levels(judge("-a always,exit -F dir=/etc/docker", target=FOLDER, recursive=False)) == "aaaa"
    assert levels(judge("-w /etc/docker/daemon.json", target=FOLDER, recursive=False)) == "uuuu"


def test_mounts_below_a_directory_are_told() -> None:
    mounts = (ROOT, Mount("/etc/docker/m", "254:3", "ext4"), Mount("/etc/docker/tmp/n", "254:4", "ext4"))
    verdict = judge("-a always,exit -F dir=/etc/docker", target=FOLDER, mounts=mounts, exclusions=("/etc/docker/tmp",))
    told = [reason.text for reason in verdict.reasons if reason.kind == "submounts"]
    assert len(told) == 1
    assert "/etc/docker/m" in told[0]
    assert "/etc/docker/tmp" not in told[0]


def test_facts_that_are_missing_are_told() -> None:
    unknown = {"/usr//bin/containerd": Unknown("no right to look")}
    verdict = coverage(TARGET, rules("-w /usr//bin/containerd"), ON, unknown, NAMES)
    assert levels(verdict) == "aaaa"
    assert [reason.kind for reason in verdict.reasons] == ["by-name"]
    elsewhere = coverage(TARGET, rules("-w /snap/bin/containerd"), ON, {}, NAMES)
    assert levels(elsewhere) == "uuuu"
    assert "by-name" in [reason.kind for reason in elsewhere.reasons]
