"""Look-alikes: lines on disk whose path reads like the audited one and is another, for a character that only looks right. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tui.audit.inputs import PathFacts
from tui.audit.rule.odd_characters import odd_characters
from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.verdict.known import KnownHost
from tui.verdict.values import ReasonKind

_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")


def of_lookalikes(target: PathFacts, host: KnownHost, remedy: str) -> Iterator[Notice[ReasonKind]]:
    """The reason why a line that seems to be the path's records nothing of it; nothing where there is no such line."""
    names = {target.path, target.location or target.path, target.real_path or target.path}
    for position, path in host.odd_paths:
        if path not in names and any(_reads_like(path).fullmatch(name) for name in names):
            odd = listed(odd_characters(path)[:3]) or "a blank at its end"
            yield Notice(
                "lookalike-path",
                f"Your line {clean(str(host.at_boot.line(position).place))} names another path: it holds {odd}.",
                f"Write that line anew by keyboard, or take it out. {remedy}",
            )
            return


def _reads_like(path: str) -> re.Pattern[str]:
    """The names that *path* reads like: what is not seen may be left out, and a letter of another script be any other."""
    return re.compile("".join(_sign(sign) for sign in path), re.DOTALL)


def _sign(sign: str) -> str:
    if unicodedata.category(sign) in _UNSEEN:
        return ""
    return re.escape(sign) if sign.isascii() else "."
