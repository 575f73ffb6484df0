"""The keys that a page's sentences name, against those that work on it."""

from __future__ import annotations

import re

from textual.screen import Screen

from tui.wizard.widgets.document import Document
from tui.wizard.widgets.key_names import working_keys

_VERBS = "tells|shows|opens|reads|takes|leads|goes|proves|boots|begins|marks|undoes|settles|explains|asks|saves|copies|walks|quits"
_NAMED = re.compile(
    rf"(?<![\w'’/.,-])(?<!Tab, )(?P<subject>[a-zA-Z?]|Esc|Enter|Tab|Space) (?:{_VERBS})\b"
    r"|\bkey (?P<key>\w)\b(?! on )|\b(?:again|here) \((?P<aside>\w+)\)"
)


def keys_that_do_nothing(screen: Screen[None]) -> list[str]:
    """Each key that the page of *screen* names and that does nothing there, with what stands around it."""
    text = " ".join(" ".join(document.text for document in screen.query(Document)).split())
    works = working_keys(screen)
    named = [(next(filter(None, found.groups())), found.start()) for found in _NAMED.finditer(text)]
    return [f"{key}: … {text[max(0, at - 40) : at + 40]} …" for key, at in named if key not in works]
