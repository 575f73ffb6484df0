"""What this terminal can do: a rich screen, 16 colours, none, plain lines or nothing; decided before textual is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

THEMES = ("dark", "light", "ansi", "mono")
"""What ``--theme`` takes."""

_GLYPHS = "✓✗▶·–━─…→"
_NO_SCREEN = {"dumb", "unknown"}
_NO_COLOUR = ("vt100", "vt102", "vt220", "vt320", "vt420")
_CONSOLES = ("linux", *_NO_COLOUR)
"""Terminals whose font may lack our glyphs, and whose mouse, if any, belongs to the console."""

REFUSAL = (
    "The wizard needs a terminal to read its keys from, and standard input is none. Without one use: docker-audit-wizard check "
    "(what is true), docker-audit-wizard plan (what would change), docker-audit-wizard apply --yes (do it)."
)


class TerminalOptions(Protocol):
    """The command line's say in it; an argparse Namespace fits."""

    plain: bool
    theme: str | None
    ascii: bool
    no_mouse: bool


@dataclass(frozen=True, slots=True)
class TerminalChoice:
    """How the walk is shown.

    ``environment`` must be set before textual is imported, since textual reads it then; ``message`` says why there is no
    walk at all (kind ``refuse``, exit status 2).
    """

    kind: Literal["rich", "ansi16", "mono", "plain", "refuse"]
    ascii: bool = False
    mouse: bool = True
    theme: str = "dark"
    environment: Mapping[str, str] = field(default_factory=dict)
    message: str = ""


def wants_ascii(environ: Mapping[str, str], encoding: str | None = "utf-8") -> bool:
    """Whether the locale or the stream's encoding cannot show our glyphs.

    The locale is the first of LC_ALL, LC_CTYPE and LANG that is not empty; none, C, POSIX or one that names no UTF-8 means
    ASCII, whatever Python makes of it (PEP 538 and 540 report utf-8 there all the same).
    """
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environ.get(name))), "C")
    if "utf8" not in locale.lower().replace("-", ""):
        return True
    try:
        _GLYPHS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def _theme(environ: Mapping[str, str], term: str) -> str:
    if environ.get("NO_COLOR") or term.startswith(_NO_COLOUR):
        return "mono"
    if environ.get("COLORTERM", "").lower() not in ("truecolor", "24bit") and not any(
        word in term for word in ("256color", "direct", "kitty", "alacritty", "ghostty", "foot", "wezterm")
    ):
        return "ansi"
    # rxvt, konsole and others tell foreground;background as colour numbers; 7 and 15 are the light ones.
    return "light" if environ.get("COLORFGBG", "").rsplit(";", 1)[-1] in ("7", "15") else "dark"


def decide(
    environ: Mapping[str, str],
    stdin_isatty: bool,
    stdout_isatty: bool,
    options: TerminalOptions,
    *,
    stderr_isatty: bool = True,
    encoding: str | None = "utf-8",
) -> TerminalChoice:
    """How to show the walk on this terminal. Pure.

    *encoding* is that of the stream the screen is drawn on (stderr); what the options ask for wins over what is guessed.
    """
    term = environ.get("TERM", "").lower()
    ascii_only = options.ascii or term.startswith(_CONSOLES) or wants_ascii(environ, encoding)
    if not stdin_isatty:
        return TerminalChoice("refuse", ascii_only, False, "mono", message=REFUSAL)
    if options.plain or term in _NO_SCREEN or not stdout_isatty or not stderr_isatty:
        return TerminalChoice("plain", ascii_only, False, "mono")
    theme = options.theme if options.theme in THEMES else _theme(environ, term)
    assert theme is not None
    mouse = not options.no_mouse and not term.startswith(_CONSOLES)
    settings = {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}
    if theme == "mono":
        # With an ansi theme Textual drops every colour for NO_COLOR; with another it would turn them to greys.
        return TerminalChoice("mono", ascii_only, mouse, theme, {**settings, "NO_COLOR": "1", "TEXTUAL_THEME": "ansi-dark"})
    if theme == "ansi":
        return TerminalChoice("ansi16", ascii_only, mouse, theme, {**settings, "TEXTUAL_THEME": "ansi-dark"})
    return TerminalChoice("rich", ascii_only, mouse, theme, settings)
