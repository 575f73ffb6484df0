"""What a test needs: it skips without it, and fails where the machine is said to have everything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests import capabilities


@pytest.fixture(autouse=True)
def _lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(capabilities.CAPABILITIES, "moon", lambda: "there is no moon")
    monkeypatch.setitem(capabilities.CAPABILITIES, "ground", lambda: "")


def test_what_is_missing_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(capabilities.REQUIRE, raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"^there is no moon$"):
        capabilities.need("ground", "moon")


def test_what_is_missing_fails_where_the_machine_is_said_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(capabilities.REQUIRE, "1")
    with pytest.raises(pytest.fail.Exception, match="REQUIRE_LIVE=1 and there is no moon"):
        capabilities.need("ground", "moon")


def test_what_is_there_goes_on() -> None:
    capabilities.need("ground")


def test_a_name_that_nobody_looks_for_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="mon"):
        capabilities.need("mon")


def test_no_test_decides_by_itself_to_skip() -> None:
    """It would skip where the machine is said to have everything. What a version of Python lacks is another matter."""
    own = re.compile(r"pytest\.skip\(|mark\.skip\(|mark\.skipif\((?!sys\.version_info)")
    files = [path for path in Path(__file__).parent.rglob("*.py") if path.name not in ("capabilities.py", "test_capabilities.py")]
    assert len(files) > 100
    assert [str(path) for path in files if own.search(path.read_text("utf-8"))] == []
