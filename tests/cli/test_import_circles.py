"""No module imports itself by way of others, whenever the import runs: at the start, within a function, by name, or for types alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.cli import MODULES
from tui.wizard.steps.screens import STEPS

ROOT = Path(__file__).resolve().parents[2]
BY_NAME = {
    "tui.cli": {f"tui.verbs.{module}" for module in MODULES.values()},
    "tui.wizard.steps.screens": {f"tui.wizard.{place.rpartition('.')[0]}" for place in STEPS.values()},
}
"""What is imported by a name that is put together."""


def modules(root: Path) -> dict[str, Path]:
    """The modules below *root* by their dotted names."""
    found = {}
    for path in root.rglob("*.py"):
        parts = path.relative_to(root.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(source: str, known: dict[str, Path]) -> Iterator[str]:
    """The modules among *known* that *source* imports anywhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in known else node.module


def graph(root: Path) -> dict[str, set[str]]:
    """Which module imports which, the package's own alone."""
    known = modules(root)
    return {
        name: ({*imported(path.read_text(), known), *BY_NAME.get(name, ())} & known.keys()) - {name} for name, path in known.items()
    }


def circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """What is left once all are taken away that import nothing or are imported by nothing, again and again: each of it in a circle,
    or between two."""
    left = {name: set(targets) for name, targets in imports.items()}
    while True:
        wanted = set().union(*left.values()) if left else set()
        idle = {name for name, targets in left.items() if not targets or name not in wanted}
        if not idle:
            return [sorted(left)] if left else []
        left = {name: targets - idle for name, targets in left.items() if name not in idle}


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circles(graph(ROOT / "tui")) == []


@pytest.mark.parametrize(
    "back",
    ["from pkg.one import a", "def f():\n    from pkg import one", "if TYPE_CHECKING:\n    import pkg.one"],
    ids=["at the start", "in a function", "for types"],
)
def test_every_kind_of_import_counts(tmp_path: Path, back: str) -> None:
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text("from pkg.two import b\n")
    (package / "two.py").write_text(back + "\n")
    (package / "three.py").write_text("from pkg.one import a\n")
    assert circles(graph(package)) == [["pkg.one", "pkg.two"]]


def test_what_is_imported_by_name_is_there() -> None:
    known = modules(ROOT / "tui")
    assert set().union(*BY_NAME.values()) <= known.keys()
