"""The program as one file: this very single file where it runs as one, else what its verbs need of this installation, packed."""

from __future__ import annotations

import io
import os
import zipfile
from importlib.machinery import PathFinder
from pathlib import Path

from tui.base.resources import single_file

NEEDED = ("tui", "sh", "yaml")
"""The packages that the verbs need; the wizard's are left out, since nobody walks through a hundred hosts."""
SHEBANG = b"#!/usr/bin/python3 -I\n"  # -I: neither PYTHONPATH nor the user's site-packages reach a program that root runs
MAIN = "import sys\n\nfrom tui.__main__ import main\n\nsys.exit(main())\n"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip entry can bear


def program() -> bytes:
    """The bytes of a file that any Python this program runs on can start."""
    archive = single_file()
    if archive:
        return Path(archive).read_bytes()
    packed = io.BytesIO(SHEBANG)
    packed.seek(0, os.SEEK_END)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive_file:
        for name, data in sorted({"__main__.py": MAIN.encode(), **_sources()}.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive_file.writestr(entry, data)
    return packed.getvalue()


def _sources() -> dict[str, bytes]:
    """The modules' sources by their names in the file. Byte code and compiled parts fit one Python alone, and each has a way without."""
    found = {}
    for package in NEEDED:
        spec = PathFinder.find_spec(package)  # sh, once imported, stands in sys.modules without a spec
        assert spec is not None, "what runs has been imported"
        top = Path(spec.origin or "")
        if top.name != "__init__.py":
            found[top.name] = top.read_bytes()
            continue
        for path in top.parent.rglob("*"):
            inside = path.relative_to(top.parent.parent)
            if path.suffix in (".py", ".tcss", ".typed") and "__pycache__" not in inside.parts:
                found[inside.as_posix()] = path.read_bytes()
    return found
