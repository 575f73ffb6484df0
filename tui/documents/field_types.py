"""The types of a dataclass's fields, evaluated: what a document is read by."""

from __future__ import annotations

import ast
import sys

from tui.base.typing import Any, Union

_OURS = "__the_union_of__"


def field_types(cls: type[Any]) -> dict[str, Any]:
    """The type of each field of the dataclass *cls*, whose module has its annotations as text.

    ``A | B`` is read as ``Union[A, B]``: Python older than 3.10 knows the first as text only. Raises NameError for a name that the
    module lacks.
    """
    names = {**vars(sys.modules[cls.__module__]), _OURS: Union}
    return {name: _evaluated(text, names) for name, text in cls.__annotations__.items()}


def _evaluated(text: str, names: dict[str, Any]) -> Any:
    if "|" not in text:
        return eval(text, names)
    tree = ast.fix_missing_locations(_Unions().visit(ast.parse(text, mode="eval")))
    return eval(compile(tree, "an annotation", "eval"), names)


class _Unions(ast.NodeTransformer):
    """Writes ``A | B`` as a subscript."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        members = ast.Tuple([node.left, node.right], ast.Load())
        return ast.Subscript(ast.Name(_OURS, ast.Load()), members, ast.Load())
