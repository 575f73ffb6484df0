"""Paths by their letters."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.base.paths import below, nearest, within

PATHS = st.lists(st.sampled_from(["a", "ab", "b"]), max_size=4).map(lambda parts: "/" + "/".join(parts))


@given(PATHS, PATHS)
def test_within_is_what_the_common_path_says(path: str, folder: str) -> None:
    assert within(path, folder) is (posixpath.commonpath([path, folder]) == folder)
    assert below(path, folder) is (within(path, folder) and path != folder)


@given(PATHS, st.frozensets(PATHS))
def test_the_nearest_folder_is_the_longest_that_holds_the_path(path: str, folders: frozenset[str]) -> None:
    holding = sorted((folder for folder in folders if within(path, folder)), key=len)
    assert nearest(path, folders) == (holding[-1] if holding else None)


@pytest.mark.parametrize("path", ["", "name", "some/name"])
def test_a_path_from_nowhere_has_no_folder(path: str) -> None:
    assert nearest(path, {"/a"}) is None
