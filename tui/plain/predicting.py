"""What a step will show, asked in lines before it shows."""

from __future__ import annotations

from tui.base.typing import TYPE_CHECKING
from tui.plain.prompts import WIDTH

if TYPE_CHECKING:
    from tui.plain.prompts import LinePrompts


def predict_in_lines(prompts: LinePrompts, step: str) -> None:
    """Ask what is to be predicted of *step*, question by question. Raises Quit at the end of the input."""
    session = prompts.session
    predictions = session.predictions(step)
    if not predictions:
        return
    from tui.views.pages.predict import predict_lines  # only a walk that is predicted asks

    asking = session.lesson.asking(step, predictions)
    while (prediction := asking.prediction) is not None:
        prompts.say_apart(predict_lines(asking, WIDTH, prompts.signs, session.ended(step)))
        if asking.answered:
            asking.go_on()
        else:
            hint = ", h for a hint" if asking.hints_left else ""
            asking.take(prompts.ask(f"Answer with {prediction.ask}{hint}:"))
    session.predicted(step)
    prompts.tell(f"So far: {session.lesson.score.text}.")
