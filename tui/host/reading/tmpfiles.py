"""Finds the directories that systemd-tmpfiles makes at boot, before auditd loads its rules, without asking systemd."""

from __future__ import annotations

import os
from collections.abc import Iterable

from tui.base.bounded_reading import MOST_SETTINGS_BYTES, open_regular, read_whole
from tui.host.trust import is_roots_alone

FOLDERS = ("/etc/tmpfiles.d", "/run/tmpfiles.d", "/usr/local/lib/tmpfiles.d", "/usr/lib/tmpfiles.d")
"""tmpfiles.d(5): of two files with one name, the one in the earlier folder counts."""
_MAKES_A_DIRECTORY = "dDvqQ"


def early_folders(folders: Iterable[str] = FOLDERS) -> tuple[str, ...]:
    """The directories below /run that are there before auditd starts (its unit is ordered after systemd-tmpfiles-setup.service).

    What names one with a specifier other than ``%t``, and files that may not be read or that others than root can change, are left out.
    """
    chosen: dict[str, str] = {}
    for folder in folders:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for name in names:
            if name.endswith(".conf"):
                chosen.setdefault(name, f"{folder}/{name}")
    found = {path for name in sorted(chosen) for path in folders_of(_text(chosen[name]))}
    return tuple(sorted(found))


def folders_of(text: str) -> set[str]:
    """The directories below /run that the lines of one tmpfiles.d file make, those above them included."""
    found: set[str] = set()
    for line in text.splitlines():
        words = line.split(maxsplit=2)
        if len(words) < 2 or words[0].startswith("#") or words[0][0] not in _MAKES_A_DIRECTORY:
            continue
        path = words[1].strip("\"'").replace("%t", "/run").rstrip("/")
        # /var/run is a name of the past for /run: systemd-tmpfiles takes it as that.
        path = path.removeprefix("/var") if path.startswith("/var/run/") else path
        while path.startswith("/run/") and "%" not in path:
            found.add(path)
            path = path.rpartition("/")[0]
    return found


def _text(path: str) -> str:
    try:
        fd = open_regular(path)
    except OSError:
        return ""
    try:
        facts = os.fstat(fd)
        if not is_roots_alone("file", facts.st_uid, facts.st_mode):
            return ""
        return read_whole(fd, MOST_SETTINGS_BYTES, path).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        os.close(fd)
