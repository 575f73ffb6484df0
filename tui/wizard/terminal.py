"""What this terminal can do: a rich screen, 16 colours, none, plain lines or nothing; decided before textual is imported."""

from __future__ import annotations

from collections.abc import Mapping

from tui.base.dataclass import dataclass, field
from tui.base.typing import Literal
from tui.views.colours import WITHOUT_COLOUR
from tui.views.signs import wants_ascii

ESCDELAY = "25"
"""Milliseconds after which a lone ESC is the Escape key and no longer the beginning of another one, as ncurses calls it: the bytes of a key
come 8 ms apart at 1200 baud."""

_NO_SCREEN = {"dumb", "unknown"}
_CONSOLES = ("linux", *WITHOUT_COLOUR)
"""Terminals whose font may lack our glyphs, and whose mouse, if any, belongs to the console."""

_NO_KEYS = "The wizard needs a terminal to read its keys from, and standard input is not a terminal. Without one use: "
REFUSAL = (
    f"{_NO_KEYS}docker-audit-wizard check (what is true), docker-audit-wizard plan (what would change), "
    "docker-audit-wizard apply --yes (do it)."
)
DEMO_REFUSAL = (
    f"{_NO_KEYS}docker-audit-wizard check --host FILE (what is true of the demo host), "
    "docker-audit-wizard plan --host FILE (what would change). FILE is a capture, or a scenario such as those in the source's "
    "assets/scenarios."
)


@dataclass(frozen=True, slots=True)
class TerminalChoice:
    """The choice of how the walk is shown on a terminal.

    ``environment`` must be set before textual is imported, since textual reads it then; ``refusal`` says why there is no
    walk at all (kind ``refuse``, exit status 2), else it is "".
    """

    kind: Literal["rich", "ansi16", "mono", "plain", "refuse"]
    ascii: bool = False
    mouse: bool = True
    theme: str = "dark"
    environment: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""


def _theme(environ: Mapping[str, str], term: str) -> str:
    if environ.get("NO_COLOR") or term.startswith(WITHOUT_COLOUR):
        return "mono"
    if environ.get("COLORTERM", "").lower() not in ("truecolor", "24bit") and not any(
        word in term for word in ("256color", "direct", "kitty", "alacritty", "ghostty", "foot", "wezterm")
    ):
        return "ansi"
    # rxvt, konsole and others tell foreground;background as colour numbers; 7 and 15 are the light ones.
    return "light" if environ.get("COLORFGBG", "").rsplit(";", 1)[-1] in ("7", "15") else "dark"


def decide(
    environ: Mapping[str, str],
    *,
    stdin_isatty: bool,
    stdout_isatty: bool,
    stderr_isatty: bool = True,
    encoding: str | None = "utf-8",
    plain: bool = False,
    theme: str | None = None,
    ascii: bool = False,
    no_mouse: bool = False,
    demo: bool = False,
) -> TerminalChoice:
    """How to show the walk on this terminal. Pure.

    *encoding* is that of the stream the screen is drawn on (stderr); what the options of the command line (*plain* and
    what follows) ask for wins over what is guessed; *demo*: the walk is one of a host from a file.
    """
    term = environ.get("TERM", "").lower()
    ascii_only = ascii or term.startswith(_CONSOLES) or wants_ascii(environ, encoding)
    if not stdin_isatty:
        return TerminalChoice("refuse", ascii_only, False, "mono", refusal=DEMO_REFUSAL if demo else REFUSAL)
    if plain or term in _NO_SCREEN or not stdout_isatty or not stderr_isatty:
        return TerminalChoice("plain", ascii_only, False, "mono")
    theme = theme or _theme(environ, term)
    mouse = not no_mouse and not term.startswith(_CONSOLES)
    settings = {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0", "ESCDELAY": environ.get("ESCDELAY") or ESCDELAY}
    if theme == "mono":
        return TerminalChoice("mono", ascii_only, mouse, theme, {**settings, "NO_COLOR": "1"})
    return TerminalChoice("ansi16" if theme == "ansi" else "rich", ascii_only, mouse, theme, settings)
