"""The Ansible role as files: assets/ansible with the program beside it."""

from __future__ import annotations

import os
from pathlib import Path

from tui.base.resources import asset_text
from tui.export.program import program

ROLE = "roles/docker_audit"
FILES = (
    "site.yml",
    "report.yml",
    f"{ROLE}/defaults/main.yml",
    f"{ROLE}/meta/main.yml",
    f"{ROLE}/meta/argument_specs.yml",
    f"{ROLE}/tasks/main.yml",
    f"{ROLE}/library/docker_audit.py",
)
"""What is written, as it lies below assets/ansible."""
PROGRAM = f"{ROLE}/files/docker-audit-wizard.pyz"


def write_role(folder: Path) -> tuple[str, ...]:
    """Write the role below *folder*, which is made or empty, and return the files' names. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(17, "it is not empty, and nothing of yours is overwritten: name another folder", str(folder))
    for name in FILES:
        _write(folder / name, asset_text("ansible", *name.split("/")).encode())
    _write(folder / PROGRAM, program(), 0o755)
    return (*FILES, PROGRAM)


def _write(path: Path, data: bytes, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode), "wb") as file:
        file.write(data)
