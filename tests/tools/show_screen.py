"""Show one screen of one scenario: the walk on its simulated host, led to a step, as text or as a picture.

    python tests/tools/show_screen.py SCENARIO STEP [--control NAME] [--size 80x24] [--theme dark] [-o FILE]

STEP is a step of the walk (control, host, preview, confirm, apply, result), or overview, events, rehearsal or undo. Without -o the text of the
screen is printed; FILE.svg gets the picture, FILE.png too where rsvg-convert is installed (package librsvg2-bin), any other name the text.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tui.controls.catalogue import load_catalogue  # noqa: E402
from tui.host.port import Host  # noqa: E402
from tui.host.scenario import SCENARIO_NAMES, load_scenario  # noqa: E402
from tui.opening import open_session  # noqa: E402
from tui.session import Session  # noqa: E402
from tui.training.trainer import STEPS  # noqa: E402
from tui.verdict.question import Question  # noqa: E402
from tui.wizard.app import WizardApp  # noqa: E402
from tui.wizard.steps.apply import ApplyScreen  # noqa: E402
from tui.wizard.terminal import TerminalChoice  # noqa: E402

BENCHMARK = "1.2.0"
ASIDE = {"events": ("host", "e"), "rehearsal": ("preview", "r"), "undo": ("result", "u")}
"""Screens beside the walk: the step from which one is opened, and its key."""
# Textual names fonts on a content network; a picture in a repository asks nobody.
_FONTS = re.compile(r"@font-face\s*\{[^}]*\}\s*|<!--.*?-->\s*")


class NotReached(Exception):
    """The walk never came to the step that was asked for; the message shows where it stands."""


def _no_host() -> Host:
    raise AssertionError("screens are shown of a simulated host")


def demo_session(scenario: str, control: str = "", *, overview: bool = False) -> Session:
    """The session of a demo of *scenario* for *control*, "" for the one that the scenario is about, else containerd; with
    *overview* for every control of the benchmark."""
    catalogue = load_catalogue()
    name = control or load_scenario(scenario).control or "containerd"
    controls = catalogue.numbered(BENCHMARK) if overview else catalogue.find([name], BENCHMARK)
    return open_session(Question(tuple(controls), BENCHMARK), demo=scenario, live=_no_host)


def text_of(app: WizardApp) -> str:
    """The text of the present screen, a line a row."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def picture_of(app: WizardApp) -> str:
    """The picture of the present screen as SVG, which names no font of a network."""
    return _FONTS.sub("", app.export_screenshot(title="docker-audit-wizard"))


async def walk(session: Session, until: str, seen: Callable[[str, WizardApp], None], *, size: tuple[int, int], theme: str) -> None:
    """Lead the walk to *until*; *seen* is called with each step on the way and the last, once its screen is drawn. Raises NotReached."""
    app = WizardApp(session, TerminalChoice("rich", theme=theme))
    last = ASIDE.get(until, (until, ""))[0]
    names = ("overview",) if until == "overview" else STEPS[: STEPS.index(last) + 1]
    async with app.run_test(size=size) as pilot:

        async def come_to(step: str) -> None:
            for _ in range(600):
                await pilot.pause(0.05)
                if type(app.screen).__name__ == f"{step.capitalize()}Screen":
                    break
                if isinstance(app.screen, ApplyScreen) and app.screen.is_over:
                    await pilot.press("enter")
            else:
                raise NotReached(f"The {step} screen never came. What is shown instead:\n\n{text_of(app)}")
            if step != "apply":
                await app.workers.wait_for_complete()
            await pilot.pause(0.3 if step == "apply" else 0.8)  # the run itself takes about a second

        for step in names:
            await come_to(step)
            if step == "confirm":
                await pilot.press(*session.plan.word if session.plan is not None else "yes")
                await pilot.pause(0.2)
            seen(step, app)
            if step not in ("apply", until, last):
                await pilot.press("enter")
        if until in ASIDE:
            await pilot.press(ASIDE[until][1])
            await come_to(until)
            seen(until, app)


def size(text: str) -> tuple[int, int]:
    """Columns and rows, written as ``80x24``."""
    columns, _, rows = text.partition("x")
    return int(columns), int(rows)


def show(arguments: argparse.Namespace) -> str:
    """The text or the picture of the screen that the arguments name. Raises NotReached."""
    session = demo_session(arguments.scenario, arguments.control, overview=arguments.step == "overview")
    picture = arguments.output is not None and arguments.output.suffix in (".svg", ".png")
    screens: list[str] = []

    def seen(_step: str, app: WizardApp) -> None:
        screens.append(picture_of(app) if picture else text_of(app) + "\n")

    asyncio.run(walk(session, arguments.step, seen, size=arguments.size, theme=arguments.theme))
    return screens[-1]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the screen, or write it to a file; 1 where the walk does not come to the step."""
    parser = argparse.ArgumentParser(description="Show one screen of one scenario.")
    parser.add_argument("scenario", help=f"{', '.join(SCENARIO_NAMES)}, or a file")
    parser.add_argument("step", choices=("overview", *STEPS, *ASIDE))
    parser.add_argument("--control", default="", help="a number or a slug; the scenario's own where it is left out")
    parser.add_argument("--size", type=size, default=(80, 24), metavar="80x24")
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("-o", dest="output", type=Path, metavar="FILE")
    arguments = parser.parse_args(argv)
    output: Path | None = arguments.output
    if output is not None and output.suffix == ".png" and not shutil.which("rsvg-convert"):
        parser.error("a PNG takes rsvg-convert (package librsvg2-bin); an SVG takes nothing")
    try:
        shown = show(arguments)
    except NotReached as reason:
        print(reason, file=sys.stderr)
        return 1
    if output is None:
        print(shown, end="")
    elif output.suffix == ".png":
        made = subprocess.run(["rsvg-convert", "-o", str(output)], input=shown.encode(), stderr=subprocess.PIPE, check=False)
        if made.returncode:
            print(f"rsvg-convert made no picture: {made.stderr.decode(errors='replace').strip()}", file=sys.stderr)
            return 1
    else:
        output.write_text(shown, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
