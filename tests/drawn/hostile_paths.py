"""Names as an enemy would choose them: every byte but NUL and the slash, and what lines, shells, terminals and markup stumble over."""

from __future__ import annotations

from hypothesis import strategies as st

_PIECES = (
    "\n-e0\n#", "\n-D\n", "\r\n-f2\n", " -k x", "\\", "\\ ", " ", "  ", "\t", "#", "-e0", "-w", "!=", ">=", "&=", "key=", "*", "?", "'", '"',
    "\x1b[2J", "\x1b]52;c;aGk=\x07", "\x9b31m", "\x85", "\u2028", "\u202egnp", "\u200b", "\ufeff", "\udcff", "\udc80", "[red]", "[/]",
    "\x01", "\x04", "\x07", "\x7f", "é", "containerd", "(deleted)", "$(id)", "`id`", "%s", "{}", "a" * 255, "😀",
)  # fmt: skip


def names() -> st.SearchStrategy[str]:
    """One component of a path as Python holds it; bytes that are no UTF-8 are surrogates."""
    raw = st.binary(min_size=1, max_size=30).map(lambda data: data.replace(b"\0", b"0").replace(b"/", b"-"))
    anything = raw.map(lambda data: data.decode("utf-8", "surrogateescape"))
    made = st.lists(st.sampled_from(_PIECES), min_size=1, max_size=4).map("".join)
    return st.one_of(anything, made).filter(lambda name: name not in (".", ".."))


def hostile_paths() -> st.SearchStrategy[str]:
    """An absolute path of such names."""
    return st.lists(names(), min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
