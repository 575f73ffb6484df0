"""A question to a trainee as lines: its text, its choices, the hints so far, and after the answer what is right and why."""

from __future__ import annotations

from tui.training.asking import Asking
from tui.training.score import HINTS
from tui.views.page import Line, Page
from tui.views.signs import Signs
from tui.views.why import why_lines

_MOST_REASONS = 2


def predict_lines(asking: Asking, width: int, signs: Signs, ended: str = "") -> list[Line]:
    """The present question of *asking*, behind how the run *ended* that it is about; no line where there is none."""
    page = Page(width, signs, indent=2)
    prediction = asking.prediction
    if prediction is None:
        return page.lines
    if ended:
        page.say((f"The run has ended: {ended}.", "strong"), " Its result shows behind the questions.")
        page.gap()
    page.say((f"Predict first. Question {asking.number} of {asking.total}:", "dim"))
    page.say((prediction.text, "strong"))
    page.gap()
    for number, choice in enumerate(prediction.choices, 1):
        page.say((f"{number}  ", "key"), choice, indent=2, hanging=3)
    if prediction.kind == "records":
        page.say("r reading, w writing, x execution, a attributes: type the letters that are recorded, - for none.", indent=2)
    if not asking.answered and asking.hints_left:
        page.gap()
        page.say(
            ("h  ", "key"), ("a hint: two cost nothing, the third is the answer, which then counts as not right", "dim"), hanging=3
        )
    if asking.answered:
        _say_answer(page, asking)  # above the hints: on a small screen they would push it out of sight
    for depth, hint in enumerate(asking.hints, 1):
        page.gap()
        page.row(f"Hint {depth} of {HINTS}", hint)
    if asking.reply == "odd":
        page.gap()
        page.say((f"Answer with {prediction.ask}{', or h for a hint' if asking.hints_left else ''}.", "warn"))
    return page.lines


def _say_answer(page: Page, asking: Asking) -> None:
    """What is right, and after another answer why."""
    prediction = asking.prediction
    assert prediction is not None
    page.gap()
    right = asking.reply == "right"
    given = right and not asking.hints_left
    if given:
        page.say((f"So it is: {prediction.told}. The third hint was the answer, so it does not count as right.", "warn"))
    elif right:
        page.say((f"{page.signs.good} Right: {prediction.told}.", "good"))
    else:
        page.say((f"{page.signs.bad} Not so. {prediction.told[:1].upper()}{prediction.told[1:]}.", "bad"))
    if not right:
        page.gap()
        if prediction.reasons:
            page.add(why_lines(prediction.reasons[:_MOST_REASONS], page.width, page.signs))
        else:
            page.say(prediction.because)
