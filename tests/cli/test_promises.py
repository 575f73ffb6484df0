"""README's page "What can go wrong, and what then": each promise names the tests that hold it, and they exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "README.md").read_text("utf-8").partition("## What can go wrong, and what then\n")[2].partition("\n## ")[0]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")][1:]


def test_every_row_has_a_promise_and_a_test() -> None:
    assert len(ROWS) >= 30
    for row in ROWS:
        what, then, tests = row
        assert what.endswith("."), what
        assert then.endswith("."), then
        assert re.findall(r"`(tests/[^`]+\.py::test_[^`]+)`", tests), f"nothing holds: {what}"
    assert len({row[0] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("name", re.findall(r"`(tests/[^`]+)`", PAGE))
def test_each_named_test_exists(name: str) -> None:
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    assert function in defined
