"""The entry of the single file, by itself: it is read as the file it is, without a build."""

from __future__ import annotations

import linecache
import marshal
import sys
import zipfile
from importlib import import_module
from importlib.util import MAGIC_NUMBER, find_spec, module_from_spec, spec_from_file_location
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.tools.build_zipapp import index

ROOT = Path(__file__).resolve().parents[2]


def entry() -> Any:
    spec = spec_from_file_location("zipapp_main", ROOT / "tests/tools/zipapp_main.py")
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_our_modules_are_read_where_the_index_tells(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By their byte code where this Python made it, else by their sources, which a traceback has in either case; whatever the first line is."""
    code = MAGIC_NUMBER + bytes(12) + marshal.dumps(compile("SAID = 'byte code'", "tui_held/made.py", "exec"))
    sources = {"__init__.py": b"", "made.py": b"SAID = 'source'\n", "other.py": b"SAID = 'source'\n", "word.txt": b"a word"}
    byte_code = {"__init__.pyc": b"0000", "made.pyc": code, "other.pyc": b"0000" + code[4:]}
    with zipfile.ZipFile(tmp_path / "tui.zip", "w") as packed:
        for name, data in {**sources, **byte_code}.items():
            packed.writestr(f"tui_held/{name}", data, zipfile.ZIP_DEFLATED if name in sources else zipfile.ZIP_STORED)
    with zipfile.ZipFile(tmp_path / "whole.zip", "w") as whole:
        whole.write(tmp_path / "tui.zip", "tui.zip")
    file = tmp_path / "one.pyz"
    file.write_bytes(b"#!/any/python\n" + (tmp_path / "whole.zip").read_bytes())
    monkeypatch.setattr(sys, "meta_path", [entry().Ours(str(file), index(tmp_path / "tui.zip")), *sys.meta_path])
    made, other = import_module("tui_held.made"), import_module("tui_held.other")
    try:
        assert (made.SAID, other.SAID) == ("byte code", "source")
        assert (made.__file__, linecache.getline("tui_held/made.py", 1, vars(made))) == (
            f"{file}/tui_held/made.py",
            "SAID = 'source'\n",
        )
        assert made.__loader__.get_data("tui_held/word.txt") == b"a word"
        assert find_spec("tui_held.nothing") is None
        with pytest.raises(OSError, match=r"tui_held/nothing\.txt"):
            made.__loader__.get_data("tui_held/nothing.txt")
    finally:
        linecache.clearcache()
        for name in ("tui_held", "tui_held.made", "tui_held.other"):
            del sys.modules[name]


def test_the_packages_are_found_where_no_proc_names_a_file_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    main = entry()
    monkeypatch.setattr(main, "__loader__", SimpleNamespace(archive="/opt/one.pyz"))
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        packed.writestr("held_in_memory/__init__.py", "from held_in_memory import part\n")
        packed.writestr("held_in_memory/part.py", "SAID = 'found'\n")
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, main.Unpacked(memory.getvalue())])
    found: Any = import_module("held_in_memory")
    try:
        assert (found.part.SAID, found.part.__file__) == ("found", "/opt/one.pyz/packages.zip/held_in_memory/part.py")
        assert find_spec("held_in_memory.nothing") is None
    finally:
        for name in ("held_in_memory", "held_in_memory.part"):
            del sys.modules[name]
