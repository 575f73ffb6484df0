"""Write tui/controls/benchmark.py from assets/controls: python tests/tools/make_catalogue.py

The YAML files are the source, for people; the module is what runs, since reading sixteen YAML files took a quarter of the time of ``check``.
A test holds the two equal.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tui.base.dataclass import MISSING, fields, is_dataclass, replace  # noqa: E402
from tui.controls.control import Control  # noqa: E402
from tui.documents.reading import load  # noqa: E402

MODULE = ROOT / "tui/controls/benchmark.py"

HEAD = '''"""The controls of the CIS Docker Benchmark. Written by tests/tools/make_catalogue.py from assets/controls: change those instead."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from tui.controls.control import Control, Elsewhere, VersionForm

'''


def expression(value: object, indent: str = "    ") -> str:
    """*value* as Python, the parts of a dataclass a line each; what is a default is left out."""
    if isinstance(value, dict):
        entries = "".join(f"{indent}    {key!r}: {flat(each)},\n" for key, each in value.items())
        return f"{{\n{entries}{indent}}}"
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return "(\n" + "".join(f"{indent}    {flat(each)},\n" for each in value) + f"{indent})"
    return flat(value)


def told(value: object) -> list[tuple[str, object]]:
    """The fields of a dataclass that differ from their defaults."""
    found = []
    for field in fields(value):
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if (given := getattr(value, field.name)) != default:
            found.append((field.name, given))
    return found


def flat(value: object) -> str:
    """*value* in one line."""
    if is_dataclass(value):
        return f"{type(value).__name__}({', '.join(f'{name}={flat(given)}' for name, given in told(value))})"
    return repr(value)


def module() -> str:
    """The module's text."""
    parts, table = [HEAD], []
    for file in sorted((ROOT / "assets/controls").glob("*.yaml")):
        control = replace(load(file.read_text(), file.name, Control), slug=file.stem)
        name = file.stem.replace("-", "_")
        lines = "".join(f"        {field}={expression(given, ' ' * 8)},\n" for field, given in told(control))
        parts.append(f"\ndef _{name}() -> Control:\n    return Control(\n{lines}    )\n\n")
        table.append(f"    {file.stem!r}: _{name},\n")
    return "".join(parts) + "\nCONTROLS = {\n" + "".join(table) + '}\n"""Slug to what makes the control."""\n'


if __name__ == "__main__":
    MODULE.write_text(module())
