"""Take README's screenshots and its recording from the demo: assets/screenshots/*.svg and walk.txt.

    python tests/tools/screenshots.py

The pictures come from the real program on a simulated host; nothing is drawn by hand.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.tools.show_screen import demo_session, picture_of, text_of, walk  # noqa: E402
from tui.wizard.app import WizardApp  # noqa: E402

OUTPUT = ROOT / "assets" / "screenshots"
SIZE = (80, 24)
SHOTS = {"host": ("shim", "host"), "preview": ("foreign-rules", "preview"), "result": ("fresh", "result")}
"""Each picture: the scenario it is taken in, and the step."""


def main() -> None:
    """Write the pictures and the recording."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name, (scenario, step) in SHOTS.items():
        for theme in ("dark", "light"):
            texts: list[str] = []
            pictures: list[str] = []

            def seen(_step: str, app: WizardApp, texts: list[str] = texts, pictures: list[str] = pictures) -> None:
                texts.append(text_of(app))
                pictures.append(picture_of(app))

            asyncio.run(walk(demo_session(scenario, "containerd"), step, seen, size=SIZE, theme=theme))
            (OUTPUT / f"{name}-{theme}.svg").write_text(pictures[-1], "utf-8")
            if name == "result" and theme == "dark":
                rule = "=" * SIZE[0]
                pages = (f"{rule}\n{number} of {len(texts)}\n{rule}\n{text}\n" for number, text in enumerate(texts, 1))
                (OUTPUT / "walk.txt").write_text("\n".join(pages), "utf-8")


if __name__ == "__main__":
    main()
