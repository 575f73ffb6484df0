"""Screens by the name of their step: each is imported when it is first shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tui.wizard.steps.base import StepScreen

STEPS = ("scenarios", "overview", "recovery", "control", "host", "preview", "rehearsal", "confirm", "result", "undo")
"""Their names: the step called ``host`` is HostScreen in host.py."""


def screen_of(step: str) -> StepScreen:
    """A new screen of one of STEPS."""
    return cast("StepScreen", getattr(import_module(f"tui.wizard.steps.{step}"), f"{step.title()}Screen")())
