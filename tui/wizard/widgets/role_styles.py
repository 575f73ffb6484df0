"""Role styles: how a word of each role looks, by theme. They depend on nothing else: in the style sheet each page that is shown would style them."""

from __future__ import annotations

from functools import cache

from rich.style import Style
from textual.color import Color

from tui.views.page import Role
from tui.wizard.themes import THEMES

_LOOKS: dict[Role, tuple[str, str, str]] = {
    "text": ("", "", ""),
    "strong": ("bold", "", ""),
    "head": ("bold", "primary", ""),
    "dim": ("", "text-muted", ""),
    "good": ("bold", "text-success", ""),
    "bad": ("bold", "text-error", ""),
    "warn": ("bold", "text-warning", ""),
    "unknown": ("bold", "text-warning", ""),
    "add": ("", "text-success", "add-ground"),
    "remove": ("", "text-error", "remove-ground"),
    "code": ("", "code", ""),
    "key": ("bold", "key", ""),
    "demo": ("bold", "demo-text", ""),
    "demo-text": ("italic", "", ""),
    "match": ("bold reverse", "match-ink", "match-ground"),
}
"""For each role what is done to its letters, and the theme's colours of the letters and of their ground; "" leaves them as they are."""
_LIGHTER_IN_LISTS: dict[Role, tuple[str, str, str]] = {
    "good": ("", "text-success", ""),
    "warn": ("", "text-warning", ""),
    "unknown": ("", "text-warning", ""),
}
"""In a list only what is bad is bold, so that it is found."""


@cache
def role_styles(theme: str, *, in_list: bool = False) -> dict[str, Style]:
    """The styles of all roles in the theme of that name, which is one of THEMES; what a style leaves open is that of the page."""
    (chosen,) = (one for one in THEMES if one.name == theme)
    colours = {"primary": chosen.primary, **chosen.variables}
    looks = {**_LOOKS, **_LIGHTER_IN_LISTS} if in_list else _LOOKS
    return {role: _style(letters, colours.get(ink), colours.get(ground)) for role, (letters, ink, ground) in looks.items()}


def _style(letters: str, ink: str | None, ground: str | None) -> Style:
    return Style.parse(letters) + Style.from_color(
        Color.parse(ink).rich_color if ink else None, Color.parse(ground).rich_color if ground else None
    )
