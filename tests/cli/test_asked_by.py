"""What is still judged of a run whose own controls are gone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tui.verbs.change import _asked_by


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
    question = _asked_by(record)
    assert (None if question is None else [control.slug for control in question.controls]) == known
