"""What is still judged of a run whose own controls are gone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tui.base.dataclass import replace
from tui.controls.catalogue import load_catalogue
from tui.run.taking_back.asked_by import asked_by
from tui.verdict.question import Question


@pytest.mark.parametrize(
    ("controls", "known"),
    [
        (("1.2.11",), ["containerd"]),
        (("1.2.11", "secret", "1.2.12"), ["containerd", "runc"]),
        (("secret",), None),
        (("1.1.14",), None),
    ],
)
def test_the_controls_that_are_gone_are_left_out(controls: tuple[str, ...], known: list[str] | None) -> None:
    record: Any = SimpleNamespace(controls=controls, benchmark="1.2.0")
    question = asked_by(record)
    assert (None if question is None else [control.slug for control in question.controls]) == known


def test_a_control_on_offer_is_known_though_the_catalogue_lacks_it() -> None:
    (offered,) = load_catalogue().find(["runc"], "1.2.0")
    own = replace(offered, slug="ours", versions={"1.2.0": replace(offered.versions["1.2.0"], number="secret")})
    record: Any = SimpleNamespace(controls=("1.2.11", "secret"), benchmark="1.2.0")
    question = asked_by(record, Question((own,), "1.2.0"))
    assert question is not None
    assert [control.slug for control in question.controls] == ["ours", "containerd"]
