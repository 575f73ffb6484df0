"""Take README's screenshots and its recording from the demo: assets/screenshots/*.svg and walk.txt.

    python tests/tools/screenshots.py

The pictures come from the real program on a simulated host; nothing is drawn by hand.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tui.controls.catalogue import load_catalogue  # noqa: E402
from tui.host.port import Host  # noqa: E402
from tui.session import Session, open_session  # noqa: E402
from tui.verdict.question import Question  # noqa: E402
from tui.wizard.app import WizardApp  # noqa: E402
from tui.wizard.terminal import TerminalChoice  # noqa: E402

OUTPUT = ROOT / "assets" / "screenshots"
SIZE = (80, 24)
STEPS = ("ControlScreen", "HostScreen", "PreviewScreen", "ConfirmScreen", "ApplyScreen", "ResultScreen")
SHOTS = {"host": ("shim", "HostScreen"), "preview": ("foreign-rules", "PreviewScreen"), "result": ("fresh", "ResultScreen")}
"""Each picture: the scenario it is taken in, and the step."""
# Textual names fonts on a content network; a picture in a repository asks nobody.
_FONTS = re.compile(r"@font-face\s*\{[^}]*\}\s*")


def _no_host() -> Host:
    raise AssertionError("pictures are taken of a simulated host")


def _session(scenario: str) -> Session:
    question = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")
    return open_session(question, chosen=True, demo=scenario, live=_no_host)


def _text(app: WizardApp) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def _walk(scenario: str, theme: str, until: str) -> tuple[str, list[tuple[str, str]]]:
    """Walk to the step *until*; its picture, and the screens on the way as text."""
    app = WizardApp(_session(scenario), TerminalChoice("rich", theme=theme))
    seen: list[tuple[str, str]] = []
    async with app.run_test(size=SIZE) as pilot:
        for step in STEPS:
            for _ in range(600):
                await pilot.pause(0.05)
                if type(app.screen).__name__ == step:
                    break
            else:
                raise RuntimeError(f"{scenario}: {step} never came, but {type(app.screen).__name__}")
            await pilot.pause(0.8)
            if step == "ConfirmScreen":
                await pilot.press(*"yes")
                await pilot.pause(0.2)
            seen.append((step, _text(app)))
            if step == until:
                return _FONTS.sub("", app.export_screenshot(title="docker-audit-wizard")), seen
            if step != "ApplyScreen":
                await pilot.press("enter")
    raise RuntimeError(f"there is no step {until}")


def main() -> None:
    """Write the pictures and the recording."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name, (scenario, step) in SHOTS.items():
        for theme in ("dark", "light"):
            picture, seen = asyncio.run(_walk(scenario, theme, step))
            (OUTPUT / f"{name}-{theme}.svg").write_text(picture, "utf-8")
            if name == "result" and theme == "dark":
                rule = "=" * SIZE[0]
                pages = (f"{rule}\n{number} of {len(seen)}\n{rule}\n{text}\n" for number, (_, text) in enumerate(seen, 1))
                (OUTPUT / "walk.txt").write_text("\n".join(pages), "utf-8")


if __name__ == "__main__":
    main()
