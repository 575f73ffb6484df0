"""Where an internal error is written down: a traceback without the values of variables, readable by its owner only."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback

from tui import __version__


def record(error: BaseException) -> str:
    """Write the traceback of *error* to a file and say where it is; the values of variables may be secrets and stay out."""
    lines = [
        f"docker-audit-wizard {__version__}, Python {sys.version.split()[0]}\n",
        *traceback.format_exception(type(error), error, error.__traceback__),
    ]
    folder = "/var/lib/docker-audit-wizard" if os.geteuid() == 0 and os.path.isdir("/var/lib/docker-audit-wizard") else None
    try:
        descriptor, path = tempfile.mkstemp(prefix="docker-audit-wizard-", suffix=".log", dir=folder)
        with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(lines)
    except OSError as trouble:
        return f"The log could not be written ({trouble.strerror})."
    return f"The log is {path}"
