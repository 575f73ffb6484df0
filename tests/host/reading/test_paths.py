"""What a path is: links followed where the kernel follows them, absence seen and never guessed, ten thousand paths at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.audit.inputs import PathFacts, Unknown
from tui.base.paths import nearest
from tui.host.reading.paths import read_paths

MOUNTS = frozenset({"/", "/proc"})


def _look(path: Path | str, mounts: frozenset[str] = MOUNTS) -> PathFacts:
    facts = read_paths([str(path)], mounts)[str(path)]
    assert isinstance(facts, PathFacts)
    return facts


def test_a_file_is_told_with_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch(0o640)
    os.link(path, tmp_path / "other name")
    there, facts = os.lstat(path), _look(path)
    assert (facts.kind, facts.mode, facts.uid, facts.links) == ("file", there.st_mode & 0o7777, there.st_uid, 2)
    assert (facts.device, facts.inode) == (there.st_dev, there.st_ino)
    assert facts.real_path == facts.location == str(path)
    assert facts.mount_point == "/"


def test_a_link_in_a_parent_is_followed_and_one_at_the_end_is_not(tmp_path: Path) -> None:
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "bin").symlink_to("usr/bin")
    (tmp_path / "usr/bin/real").touch()
    (tmp_path / "usr/bin/link").symlink_to("real")
    facts = _look(tmp_path / "bin/link")
    assert (facts.kind, facts.target) == ("symlink", "real")
    assert facts.location == str(tmp_path / "usr/bin/link")
    assert facts.real_path == str(tmp_path / "usr/bin/real")


def test_a_dangling_link_is_there_but_ends_nowhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    facts = _look(tmp_path / "link")
    assert (facts.kind, facts.target, facts.real_path) == ("symlink", "nowhere", None)


def test_a_circle_of_links_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert (_look(tmp_path / "a").kind, _look(tmp_path / "a").real_path) == ("symlink", None)
    below = _look(tmp_path / "a/file")
    assert (below.kind, below.real_parent) == ("absent", None)


@pytest.mark.parametrize(
    ("name", "parent_exists"),
    [("missing", True), ("file/below", False), ("missing/below", False), ("x" * 300, True), ("nul\0", True)],
)
def test_what_cannot_be_there_is_absent(tmp_path: Path, name: str, parent_exists: bool) -> None:
    (tmp_path / "file").touch()
    facts = _look(f"{tmp_path}/{name}")
    assert facts.kind == "absent"
    assert (facts.real_parent == str(tmp_path)) == parent_exists


def test_slashes_at_the_end_do_not_matter_and_the_key_is_as_written(tmp_path: Path) -> None:
    facts = _look(f"{tmp_path}//")
    assert (facts.path, facts.kind, facts.real_path) == (f"{tmp_path}//", "directory", str(tmp_path))
    assert _look("/").real_path == "/"


def test_a_relative_path_cannot_be_looked_at() -> None:
    assert isinstance(read_paths(["usr/bin"], MOUNTS)["usr/bin"], Unknown)


@pytest.mark.parametrize(
    ("path", "mount"),
    [("/var/log/audit", "/var/log"), ("/var/log", "/var/log"), ("/var/logs", "/var"), ("/usr", "/"), ("/", "/")],
)
def test_the_longest_mount_point_above_is_the_one(path: str, mount: str) -> None:
    assert nearest(path, frozenset({"/", "/var", "/var/log"})) == mount


def test_without_mounts_there_is_no_mount_point() -> None:
    assert nearest("/usr/bin", frozenset()) is None
    assert _look("/usr/bin", frozenset()).mount_point is None
