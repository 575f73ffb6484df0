"""Screens by the name of their step: each is imported when it is first shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tui.wizard.steps.base import StepScreen

STEPS = {
    "scenarios": "scenarios.ScenariosScreen",
    "overview": "overview.OverviewScreen",
    "recovery": "recovery.RecoveryScreen",
    "control": "control.ControlScreen",
    "host": "host.HostScreen",
    "events": "events.EventsScreen",
    "preview": "preview.PreviewScreen",
    "rehearsal": "rehearsal.RehearsalScreen",
    "rehearsal-word": "rehearsal.RehearsalWordScreen",
    "counted": "rehearsal.CountedScreen",
    "confirm": "confirm.ConfirmScreen",
    "result": "result.ResultScreen",
    "undo": "undo.UndoScreen",
    "undo-all": "undo.UndoScreen",
}
"""Their names, each with its file in this folder and its class there."""


def screen_of(step: str) -> StepScreen:
    """A new screen of one of STEPS."""
    file, _, name = STEPS[step].partition(".")
    return cast("StepScreen", getattr(import_module(f"tui.wizard.steps.{file}"), name)())
