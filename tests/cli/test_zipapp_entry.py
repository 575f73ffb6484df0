"""The entry of the single file, by itself: it is read as the file it is, without a build."""

from __future__ import annotations

import sys
import zipfile
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_packages_are_found_where_no_proc_names_a_file_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = spec_from_file_location("zipapp_main", ROOT / "tests/tools/zipapp_main.py")
    assert spec is not None
    assert spec.loader is not None
    entry = module_from_spec(spec)
    spec.loader.exec_module(entry)
    monkeypatch.setattr(entry, "__loader__", SimpleNamespace(archive="/opt/one.pyz"))
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        packed.writestr("held_in_memory/__init__.py", "from held_in_memory import part\n")
        packed.writestr("held_in_memory/part.py", "SAID = 'found'\n")
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, entry.Unpacked(memory.getvalue())])
    found: Any = import_module("held_in_memory")
    try:
        assert (found.part.SAID, found.part.__file__) == ("found", "/opt/one.pyz/packages.zip/held_in_memory/part.py")
        assert find_spec("held_in_memory.nothing") is None
    finally:
        for name in ("held_in_memory", "held_in_memory.part"):
            del sys.modules[name]
