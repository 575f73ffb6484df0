"""Reads the audit log backwards: its newest part first, then rotated files, so that one stops where one has seen enough."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tui.host.live.log_tail import open_all
from tui.host.port import LogPart
from tui.host.reading.log_folder import pieces_from_end


def log_parts(log_file: str) -> Iterator[LogPart]:
    """The parts of *log_file* and its rotated files (``audit.log.1`` is the youngest of those), the newest first.

    All files are opened before the first part comes, so that a rotation meanwhile hides none and shows none twice. Raises OSError.
    """
    left = open_all(log_file)
    try:
        for number, file in enumerate(left):
            try:
                for start, data in pieces_from_end(file.fd, file.size):
                    yield LogPart(file.path, start, data)
            except OSError:
                if number == 0:
                    raise
    finally:
        for file in left:
            os.close(file.fd)
