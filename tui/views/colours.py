"""Colour for lines that a command prints: the sixteen that every colour terminal has, as SGR sequences (ECMA-48, section 8.3.117)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from tui.views.page import Line, Role

WITHOUT_COLOUR = ("vt100", "vt102", "vt220", "vt320", "vt420")
"""Terminals that show none, by how their names begin."""

_SGR: Mapping[Role, str] = {
    "good": "32",
    "add": "32",
    "bad": "31",
    "remove": "31",
    "warn": "33",
    "unknown": "35",
    "head": "1",
    "strong": "1",
    "code": "36",
    "dim": "2",
}
"""A role's colour or weight; the other roles look like text."""


def wants_colour(environ: Mapping[str, str], *, terminal: bool, when: str | None = None) -> bool:
    """Whether to use colour on a stream that is a *terminal*, or not. Pure.

    *when* wins; then NO_COLOR, which switches it off, then CLICOLOR_FORCE, which switches it on wherever the output goes, then CLICOLOR=0.
    """
    if when in ("always", "never"):
        return when == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    term = environ.get("TERM", "")
    return (
        terminal and environ.get("CLICOLOR") != "0" and term not in ("", "dumb", "unknown") and not term.startswith(WITHOUT_COLOUR)
    )


def painted(line: Line) -> str:
    """The text of *line* with its roles in colour; nothing is left switched on behind it."""
    runs = [(role, "".join(span.text for span in spans)) for role, spans in groupby(line, key=lambda span: span.role)]
    while runs and not runs[-1][1].strip(" "):
        runs.pop()
    if runs:
        runs[-1] = (runs[-1][0], runs[-1][1].rstrip(" "))
    return "".join(f"\x1b[{_SGR[role]}m{text}\x1b[0m" if role in _SGR and text.strip(" ") else text for role, text in runs)
