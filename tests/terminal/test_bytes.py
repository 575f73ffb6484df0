"""What a step of the walk costs on a slow line, counted at the other end of it."""

from __future__ import annotations

import pytest

from tests.build import COMMAND
from tests.terminal.line import Line

pytestmark = pytest.mark.terminal

STEPS = (
    (b"\r", "Enter preview the change"),
    (b"\r", "Enter confirm"),
    (b"\t", "rules, /etc/audit/audit.rules"),
    (b"?", "What happens next"),
    (b"\x1b", "rules, /etc/audit/audit.rules"),
    (b"\r", "Enter go (after yes)"),
    (b"\x1b", "Enter confirm"),
    (b"\x0c", "Enter confirm"),
)
"""Keys, and what they lead to; the last one draws everything anew."""


@pytest.mark.parametrize(
    ("environment", "most"),
    [({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, 8_000), ({"TERM": "vt100"}, 4_000)],
    ids=["truecolor", "vt100"],
)
def test_a_step_costs_few_bytes(environment: dict[str, str], most: int) -> None:
    """At 9600 baud 1 000 bytes take a second. Textual alone sends some 45 000 a step, 21 000 to a vt100."""
    line = Line([*COMMAND, "--demo", "fresh", "--control", "containerd"], environment)
    try:
        line.shows("Enter look at the host")
        for key, words in STEPS:
            line.press(key)
            line.shows(words)
            assert 0 < line.sent < most, (key, words, line.glass.text)
        line.press(b"?")
        line.shows("What happens next")
        line.press(b"?")
        line.shows("Enter confirm")
        assert "DEMO fresh" in line.glass.text.split("\n")[0]
    finally:
        line.end()
