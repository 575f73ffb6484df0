"""The oldest Python that the program runs on, 3.9, reads every file of it: told by its grammar, on whatever Python the tests run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLDEST = (3, 9)
FILES = sorted([*(ROOT / "tui").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
NEWER = {
    "datetime": {"UTC"},
    "enum": {"StrEnum"},
    "itertools": {"pairwise", "batched"},
    "types": {"NoneType", "UnionType", "EllipsisType"},
    "contextlib": {"aclosing", "chdir"},
    "asyncio": {"timeout", "TaskGroup", "Runner", "Barrier"},
    "hashlib": {"file_digest"},
    "inspect": {"get_annotations"},
    "sys": {"orig_argv", "exception", "stdlib_module_names"},
    "typing": {
        "Self",
        "TypeAlias",
        "ParamSpec",
        "TypeGuard",
        "Never",
        "Required",
        "NotRequired",
        "Unpack",
        "assert_never",
        "override",
    },
}
"""What modules of the library have since a later Python."""
LIBRARY = ("tomllib",)
MAY = {
    "tests/base/test_dataclass.py": "the standard dataclass, on a Python that knows slots",
    "tests/bench": "run on the machine's own Python",
    "tests/tools": "run on the machine's own Python",
    "tui/verdict/objects/configured.py": "imports tomllib behind a look at the version",
    "tests/documents/test_toml.py": "compares with tomllib behind a look at the version",
    "tests/cli/test_oldest_python.py": "names what it looks for",
}


def test_the_project_says_so_itself() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    version = ".".join(map(str, OLDEST))
    assert f'requires-python = ">={version}"' in text
    assert f'target-version = "py{version.replace(".", "")}"' in text
    assert f'"Programming Language :: Python :: {version}"' in text


@pytest.mark.parametrize("room", sorted({path.parent for path in FILES}), ids=lambda room: str(room.relative_to(ROOT)))
def test_no_file_needs_a_newer_python(room: Path) -> None:
    found = []
    for path in room.glob("*.py"):
        name = str(path.relative_to(ROOT))
        tree = ast.parse(path.read_text("utf-8"), name, feature_version=OLDEST)
        if not any(name.startswith(excused) for excused in MAY):
            found += [f"{name}:{line}: {what}" for line, what in newer_names(tree)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "zip(a, b, strict=True)", "from datetime import UTC", "import tomllib", "isinstance(a, int | str)",
        "Line = Blank | Comment", "x = str | None",
        "sys.orig_argv", "os.path.realpath(a, strict=True)", "traceback.format_exception(error)",
        "def f(a: int | None): ...", "cast(list[int] | None, x)",
        "class A(NamedTuple, Generic[T]): ...", "total = counter.total()", "n.bit_count()",
        "path.stat(follow_symlinks=False)", "dataclasses.dataclass(slots=True)",
    ],
)  # fmt: skip
def test_what_a_newer_python_brought_is_found(text: str) -> None:
    assert list(newer_names(ast.parse(text)))


@pytest.mark.parametrize("text", ["a | b", "FLAGS | MORE", "os.O_PATH | os.O_DIRECTORY", "zip(a, b)", "{**a} | {}", "os.walk(a)"])
def test_what_the_oldest_has_is_not(text: str) -> None:
    assert not list(newer_names(ast.parse(text)))


def newer_names(tree: ast.Module) -> list[tuple[int, str]]:
    """What *tree* uses that the oldest Python lacks and its grammar does not tell, each with its line."""
    lazy = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    annotations = (
        {id(inner) for node in ast.walk(tree) for outer in _annotations(node) for inner in ast.walk(outer)} if lazy else set()
    )
    found = [(node.lineno, what) for node in ast.walk(tree) if id(node) not in annotations for what in _newer(node)]
    return sorted(found)


def _annotations(node: ast.AST) -> list[ast.expr]:
    return [outer for name in ("annotation", "returns") if (outer := getattr(node, name, None)) is not None]


def _newer(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names if name.name in LIBRARY]
    if isinstance(node, ast.ImportFrom):
        return [name.name for name in node.names if name.name in NEWER.get(node.module or "", ())]
    if isinstance(node, ast.Attribute):
        return [node.attr] if node.attr in NEWER.get(ast.unparse(node.value), ()) or node.attr in ("bit_count", "add_note") else []
    if isinstance(node, ast.ClassDef):
        bases = {ast.unparse(base).partition("[")[0] for base in node.bases}
        return ["a named tuple with a second base"] if {"NamedTuple", "Generic"} <= bases else []
    if isinstance(node, ast.Call):
        return _newer_call(ast.unparse(node.func), node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and (_is_type(node.left) or _is_type(node.right)):
        return [ast.unparse(node)]
    return []


def _newer_call(name: str, node: ast.Call) -> list[str]:
    given = {keyword.arg for keyword in node.keywords}
    last = name.rpartition(".")[2]
    newer = (
        (last in ("zip", "realpath") and "strict" in given)
        or (
            last in ("stat", "exists", "is_file", "is_dir", "chmod")
            and "follow_symlinks" in given
            and not name.startswith(("os.", "entry."))
        )
        or (name == "traceback.format_exception" and len(node.args) == 1)
        or (name == "dataclasses.dataclass" and bool({"slots", "kw_only"} & given))
        or (last == "total" and not node.args and not given)
        or name in ("aiter", "anext")
    )
    return [ast.unparse(node)] if newer else []


def _is_type(node: ast.expr) -> bool:
    """Whether *node* is a type by its letters: a builtin one, a name in CamelCase, a subscript of one, None."""
    if isinstance(node, ast.Constant):
        return node.value is None
    if isinstance(node, ast.Subscript):
        return _is_type(node.value)
    name = ast.unparse(node).rpartition(".")[2] if isinstance(node, (ast.Name, ast.Attribute)) else ""
    return name in ("int", "str", "bytes", "float", "bool", "list", "dict", "tuple", "set", "frozenset", "type") or (
        name[:1].isupper() and not name.isupper() and name.isidentifier()
    )
