"""Take README's pictures and its recordings from the demo: assets/screenshots/*.svg, the animated walk.svg among them, and walk.txt.

    python tests/tools/screenshots.py

The pictures come from the real program on a simulated host; nothing is drawn by hand, and none names a font or a host of a network.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.tools.show_screen import demo_session, picture_of, text_of, walk  # noqa: E402
from tui.wizard.app import WizardApp  # noqa: E402

OUTPUT = ROOT / "assets" / "screenshots"
SIZE = (80, 24)
SHOTS = {"host": ("shim", "host"), "preview": ("foreign-rules", "preview"), "result": ("fresh", "result")}
"""Each picture: the scenario it is taken in, and the step."""
SECONDS = 4
"""How long each screen of the animated walk stays."""


def animated(pictures: Sequence[str]) -> str:
    """One SVG that shows *pictures* one after the other, for ever; where less motion is wanted it shows the last."""
    box = re.search(r'viewBox="([^"]+)"', pictures[0])
    assert box is not None
    frames = [re.sub(r"\n\s*", "\n", picture).strip() for picture in pictures]
    whole = len(frames) * SECONDS
    shown = 100 / len(frames)
    delays = "\n".join(f".frame-{number} {{ animation-delay: {number * SECONDS}s }}" for number in range(len(frames)))
    body = "\n".join(f'<g class="frame frame-{number}">\n{frame}\n</g>' for number, frame in enumerate(frames))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box[1]}">
<style>
.frame {{ visibility: hidden; animation: walk {whole}s step-end infinite }}
{delays}
@keyframes walk {{ 0% {{ visibility: visible }} {shown:.4f}% {{ visibility: hidden }} 100% {{ visibility: hidden }} }}
@media (prefers-reduced-motion: reduce) {{ .frame {{ animation: none }} .frame-{len(frames) - 1} {{ visibility: visible }} }}
</style>
{body}
</svg>
"""


def steady(text: str) -> str:
    """*text* with the demo's temporary folder under a name that is the same at each taking."""
    return re.sub(r"docker-audit-wizard-demo-\w{8}", "docker-audit-wizard-demo-abcdefgh", text)


def main() -> None:
    """Write the pictures and the recordings."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name, (scenario, step) in SHOTS.items():
        for theme in ("dark", "light"):
            texts: list[str] = []
            pictures: list[str] = []

            def seen(_step: str, app: WizardApp, texts: list[str] = texts, pictures: list[str] = pictures) -> None:
                texts.append(steady(text_of(app)))
                pictures.append(steady(picture_of(app)))

            asyncio.run(walk(demo_session(scenario, "containerd"), step, seen, size=SIZE, theme=theme))
            (OUTPUT / f"{name}-{theme}.svg").write_text(pictures[-1], "utf-8")
            if name == "result" and theme == "dark":
                rule = "=" * SIZE[0]
                pages = (f"{rule}\n{number} of {len(texts)}\n{rule}\n{text}\n" for number, text in enumerate(texts, 1))
                (OUTPUT / "walk.txt").write_text("\n".join(pages), "utf-8")
                (OUTPUT / "walk.svg").write_text(animated(pictures), "utf-8")


if __name__ == "__main__":
    main()
