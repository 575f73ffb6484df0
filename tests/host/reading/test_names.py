"""Names in rule files become numbers, and which programs read those files is told by the files themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.host.reading.named_paths import paths_in_text
from tui.host.reading.names import audit_version, awk_flavour, read_names


def test_only_names_that_are_used_are_told_and_root_always() -> None:
    rules = [b"-a always,exit -F auid>=1000 -F uid!=daemon -F egid=adm -F auid!=unset -S all\n-w /etc/passwd -k uid=bin\n"]
    names = read_names(rules, ["0", "tty", "no-such-group"], None, "x86_64")
    assert names.users == {"root": 0, "daemon": 1, "bin": 2}
    assert names.groups == {"root": 0, "adm": 4, "tty": 5}


def test_a_name_that_nobody_has_is_left_out() -> None:
    assert read_names([b"-a always,exit -F uid=no_such_user_here -S all\n"], (), None, "x86_64").users == {"root": 0}


@pytest.mark.parametrize(
    ("program", "flavour"),
    [("mawk", "mawk"), ("gawk-5.2.1", "gawk"), ("busybox", "busybox"), ("original-awk", "original-awk"), ("goawk", "goawk")],
)
def test_awk_is_what_the_links_end_at(tmp_path: Path, program: str, flavour: str) -> None:
    (tmp_path / program).touch()
    (tmp_path / "alternative").symlink_to(program)
    (tmp_path / "awk").symlink_to("alternative")
    assert awk_flavour(str(tmp_path / "awk")) == flavour


def test_without_awk_there_is_no_flavour(tmp_path: Path) -> None:
    assert awk_flavour(str(tmp_path / "awk")) is None


@pytest.mark.parametrize(
    ("data", "version"),
    [
        (b"\x7fELF\0" + b"x" * 5000 + b"\0007.7.7\0" + b"y" * 100 + b"\0003.0.9\0auditctl version %s\n\0", "3.0.9"),
        (b"\0auditctl version %s\n\0usage\0004.0.2\0", "4.0.2"),
        (b"\0auditctl version %s\n\0004.1\0", "4.1"),
        (b"\0auditctl version %s\n\0", None),
        (b"3.0.9", None),
    ],
)
def test_the_version_stands_in_the_program(tmp_path: Path, data: bytes, version: str | None) -> None:
    (tmp_path / "auditctl").write_bytes(data)
    assert audit_version(str(tmp_path / "auditctl")) == version


def test_a_missing_program_has_no_version(tmp_path: Path) -> None:
    assert audit_version(None) is None
    assert audit_version(str(tmp_path / "none")) is None


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        (b"-w /usr/bin/containerd -k docker", {"/usr/bin/containerd"}),
        (b"-w/etc/passwd -kone", {"/etc/passwd"}),
        (b"-w /a\\ b -p wa", {"/a b"}),
        (b"-a always,exit -F path=/x -F perm=wa", {"/x"}),
        (b"-a always,exit -F dir=/d/ -F exe!=/bin/sh -S all", {"/d", "/d/", "/bin/sh"}),
        (b"-w /usr/bin// -p x", {"/usr/bin", "/usr/bin//"}),
        (b"-w / -p x", {"/"}),
        (b"-w /d/\r", {"/d/\r", "/d/", "/d"}),
        (b"-w /usr/bin/containerd\r", {"/usr/bin/containerd\r", "/usr/bin/containerd"}),
        (b"# -w /commented", {"/commented"}),
        (b"-a always,exit -F EXE=/bin/sh -F Path=/x", {"/bin/sh", "/x"}),
        (b"-w /a\\\\b", {"/a\\b"}),
        (b"-w /a\tb -p wa", {"/a\tb", "/a"}),
        (b"-q /mnt,/srv/part", {"/mnt", "/srv/part"}),
        (b"-w relative -k x", set()),
        (b"", set()),
    ],
)
def test_the_paths_of_rules_files_are_found(line: bytes, paths: set[str]) -> None:
    assert paths_in_text([line + b"\n"]) == paths
