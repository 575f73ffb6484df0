"""The word that was meant."""

from __future__ import annotations

from tui.base.spelling import closest


def test_the_nearest_word_is_meant_and_none_where_none_is_near() -> None:
    assert closest("containrd", iter(["docker", "containerd"])) == "containerd"
    assert closest("xyz", ["docker", "containerd"]) is None
