"""The checks of a control file's single values; each raises ValueError with what was expected."""

from __future__ import annotations

import re

from tui.audit.inputs import ACCESSES

_PATH = r"(?:/(?!\.{1,2}(?:/|\Z))[^/\s\x00-\x1f\x7f*?]+)+"
_KEY = r"[A-Za-z0-9_.:@+-]{1,64}"
_NUMBER = r"[1-9][0-9]*(?:\.[1-9][0-9]*)+"
_OPTION = r"--[a-z0-9][a-z0-9-]*"
_UNIT = r"[A-Za-z0-9_.:@-]+\.(?:service|socket)"


def check_path(value: str) -> None:
    """Raise ValueError for what is not an absolute path that can be watched."""
    if not re.fullmatch(_PATH, value):
        raise ValueError(
            f"“{value}” cannot be watched: expected an absolute path without blanks, wildcards, “.”, “..”, “//” or a slash at its end"
        )


def check_paths(values: tuple[str, ...]) -> None:
    """Raise ValueError for what is not a list of such paths."""
    for value in values:
        check_path(value)


def check_key(value: str) -> None:
    """Raise ValueError for what is not an audit key."""
    if not re.fullmatch(_KEY, value):
        raise ValueError(f"“{value}” is no audit key: expected at most 64 letters, digits and _ . : @ + -")


def check_number(value: str) -> None:
    """Raise ValueError for what is not a control's number."""
    if not re.fullmatch(_NUMBER, value):
        raise ValueError(f"“{value}” is no control number: expected something like 1.2.11")


def check_unit(value: str) -> None:
    """Raise ValueError for what is not the name of a service or a socket."""
    if not re.fullmatch(_UNIT, value):
        raise ValueError(f"“{value}” is no unit: expected a name that ends in .service or .socket")


def check_option(value: str) -> None:
    """Raise ValueError for what is not a long option."""
    if not re.fullmatch(_OPTION, value):
        raise ValueError(f"“{value}” is no option: expected something like --containerd")


def check_accesses(value: str) -> None:
    """Raise ValueError for what is not some of the letters r, w, x and a."""
    if not value or set(value) - set(ACCESSES) or len(set(value)) != len(value):
        raise ValueError(f"“{value}” are no accesses: expected some of the letters r, w, x, a, each once")


def check_some_text(value: str) -> None:
    """Raise ValueError for what is not text that is not blank."""
    if not value.strip():
        raise ValueError("expected some text, found none")
