"""The steps of a run as lines: one row a step, the bar above them, and what a failed one says in full."""

from __future__ import annotations

from collections.abc import Sequence

from tui.run.values import Step, StepState
from tui.run.words import STARTED_AGAIN
from tui.views.page import Line, Page, Role, Span, cells, cut
from tui.views.signs import Signs

STEP_WORDS = {
    "waiting": "waiting",
    "running": "running",
    "done": "done",
    "failed": "FAILED",
    "undone": "undone",
    "skipped": "skipped",
}


def step_line(step: Step, width: int, signs: Signs, seconds: float | None = None, *, ended: bool = False) -> Line:
    """One step as a row: sign, title, seconds and, where there is room, what became true; that stands in full in the report.

    *ended*: nobody is at work any more, so a step that tells no end was cut short.
    """
    looks: dict[StepState, tuple[str, Role]] = {
        "waiting": (signs.waiting, "dim"),
        "running": (signs.warn, "warn") if ended else (signs.running, "strong"),
        "done": (signs.good, "good"),
        "failed": (signs.bad, "bad"),
        "undone": (signs.undone, "warn"),
        "skipped": (signs.none, "dim"),
    }
    sign, role = looks[step.state]
    room = max(18, min(52, width - 14))
    title = cut(signs.text(step.title), room, signs.text("…"))
    spent = seconds if step.state == "running" and seconds is not None else step.seconds
    took = "" if step.state in ("waiting", "skipped") or (ended and step.state == "running") else f"{spent:.1f} s"
    left = f"{title}{' ' * (room - cells(title))}"
    said = step.message if step.state == "done" else STEP_WORDS[step.state] if step.state in ("failed", "undone", "skipped") else ""
    if step.name == "restart" and step.state == "undone":
        said = "started again" if step.message == STARTED_AGAIN else "not undone"
    said = "cut short" if ended and step.state == "running" else said
    rest = max(0, width - 2 - 2 - room - 10)
    message = cut(signs.text(said), rest, signs.text("…")) if rest > (6 if step.state != "done" else 24) else ""
    return (
        Span("  "),
        Span(f"{sign} ", role),
        Span(left, "dim" if step.state in ("waiting", "skipped") else "text"),
        Span(f"{took:>7}   ", "dim"),
        Span(message, "bad" if step.state == "failed" else "dim"),
    )


def done_count(steps: Sequence[Step]) -> int:
    """How many of *steps* are done and stay: none that failed, was undone or skipped."""
    return sum(step.state == "done" for step in steps)


def progress_line(done: int, total: int, width: int, signs: Signs) -> Line:
    """A bar of plain characters with its count, whole width."""
    words = f"   {done} of {total}"
    room = max(10, min(width, 80) - 4 - len(words))
    full = room * done // total if total else room
    return (Span("  "), Span(signs.bar_full * full, "good"), Span(signs.bar_empty * (room - full), "dim"), Span(words))


def failed_step_lines(steps: Sequence[Step], width: int, signs: Signs) -> list[Line]:
    """The messages of the failed steps in full."""
    page = Page(width, signs, indent=2)
    for step in steps:
        if step.state == "failed":
            page.say((f"{signs.bad} {step.title}: ", "bad"), step.message, hanging=2)
    return page.lines


def told_steps(steps: Sequence[Step], width: int, signs: Signs) -> list[Line]:
    """The *steps* of a run that is over, each with what it found in full."""
    page = Page(width, signs, indent=2)
    page.say(("What each step found", "head"))
    for step in steps:
        page.lines.append(step_line(step, min(width, 70), signs, ended=True))
        if step.message:
            page.say((step.message, "bad" if step.state == "failed" else "dim"), indent=4)
    return page.lines
