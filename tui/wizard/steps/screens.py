"""Screens by the name of their step: each is imported when it is first shown."""

from __future__ import annotations

from importlib import import_module

from tui.base.typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from tui.wizard.steps.base import StepScreen

STEPS = {
    "scenarios": "steps.scenarios.ScenariosScreen",
    "overview": "steps.overview.OverviewScreen",
    "recovery": "steps.recovery.RecoveryScreen",
    "control": "steps.control.ControlScreen",
    "host": "steps.host.HostScreen",
    "events": "beside.events.EventsScreen",
    "preview": "steps.preview.PreviewScreen",
    "rehearsal": "steps.rehearsal.RehearsalScreen",
    "rehearsal-word": "steps.rehearsal.RehearsalWordScreen",
    "counted": "steps.rehearsal.CountedScreen",
    "confirm": "steps.confirm.ConfirmScreen",
    "result": "steps.result.ResultScreen",
    "predict": "beside.predict.PredictScreen",
    "history": "beside.history.HistoryScreen",
    "undo": "steps.undo.UndoScreen",
    "undo-all": "steps.undo.UndoScreen",
}
"""Their names, each with its module in tui.wizard and its class there."""


def screen_of(step: str) -> StepScreen:
    """A new screen of one of STEPS."""
    file, _, name = STEPS[step].rpartition(".")
    return cast("StepScreen", getattr(import_module(f"tui.wizard.{file}"), name)())
