"""Where a run was cut short, told from the last lines of its journal: what was at work, or had just ended, when nothing more was noted."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping

from tui.base.cleaning import clean
from tui.base.typing import Any

_ACTS = {
    "writing": "while {what} was being written",
    "wrote": "right after {what} had been written",
    "run": "while {what} was running",
    "command": "right after {what} had ended",
    "restoring": "while {what} was being put back",
}


def where_cut_short(events: Iterable[Mapping[str, Any]]) -> str:
    """What completes "it was cut short …": the step and the last act in it that the journal of the run tells.

    A step whose end is not noted may have done all its work, so the act is named, never the step alone.
    """
    step: Mapping[str, Any] = {}
    taking_back, act = "", ""
    for event in events:
        kind = event.get("event")
        if kind == "step" and taking_back:
            pass  # what a rollback has made of the steps
        elif kind == "step":
            step, act = event, ""
        elif kind == "failed":
            act, taking_back = (
                "",
                f"while it was being rolled back, since the step “{clean(str(step.get('title', '')))}” had failed",
            )
        elif kind == "recovery":
            act, taking_back = "", "" if event.get("finish") else "while it was being rolled back"
        elif isinstance(kind, str) and kind in _ACTS:
            what = shlex.join(map(str, event.get("argv", ()))) if "argv" in event else str(event.get("path", ""))
            act = _ACTS[kind].format(what=clean(what))
    if taking_back:
        return f"{taking_back}, {act}" if act else taking_back
    if not step:
        return "before its first step"
    title = f"the step “{clean(str(step.get('title', '')))}”"
    if step.get("state") != "running":
        return f"after {title}"
    return f"in {title}, {act}" if act else f"as {title} began"
