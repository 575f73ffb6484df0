"""The sample rules files and what the real ``auditctl -R`` 3.0.9 made of them (recorded on Debian 12 in outcomes.json)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.rule_model import Model
from tui.audit.inputs import Names
from tui.audit.rule import Rule, listings, pieces

FOLDER = Path(__file__).parents[1] / "fixtures/rulesfiles"
OUTCOMES = json.loads((FOLDER / "outcomes.json").read_text())
NAMES = Names({"root": 0}, {"root": 0}, "mawk", "3.0.9")


def _place_missing(rule: Rule) -> bool:
    return bool(rule.path and rule.path.startswith("/nodirxx/"))


def test_every_file_has_an_outcome() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.rules")) == sorted(OUTCOMES)
    assert len(OUTCOMES) == 58


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_sample_file(name: str) -> None:
    content = (FOLDER / name).read_bytes().removesuffix(b"\n")
    lines = [piece.decode("utf-8", "surrogateescape") for line in content.split(b"\n") for piece in pieces(line)]
    model = Model(NAMES, place_missing=_place_missing).read(lines)
    assert model.exit == OUTCOMES[name]["exit"]
    assert listings(model.loaded()) == OUTCOMES[name]["loaded"]
