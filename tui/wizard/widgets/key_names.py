"""The keys of a screen by the names that people have for them, and their order in the key line."""

from __future__ import annotations

from textual.screen import Screen

from tui.base.typing import Any

KEY_NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "question_mark": "?",
    "slash": "/",
    "space": "Space",
    "tab": "Tab",
    "left": "Left",
    "right": "Right",
    "down": "arrows",
    "ctrl+j": "",
    "ctrl+l": "Ctrl+L",
    "ctrl+c": "Ctrl+C",
}
"""The names of keys for people; ctrl+j, which some terminals send for Enter, has none."""
LAST_KEYS = {
    "agree": 1,
    "host_now": 1,
    "again": 6,
    "switch('no_load')": 1,
    "back": 50,
    "filter": 55,
    "save": 60,
    "copy": 61,
    "find": 62,
    "leave": 90,
    "help": 91,
}
"""The ways past a lock and to a booted host come first; what is the same everywhere comes after the step's own keys, in this order."""


def working_keys(screen: Screen[Any]) -> set[str]:
    """The keys that do something on *screen* now, by their names and as Textual calls them."""
    active = {key for key, found in screen.active_bindings.items() if found.enabled}
    return active | {KEY_NAMES.get(key, key) for key in active}
