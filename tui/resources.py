"""Finds assets/ in a checkout, in an installed wheel and inside a zipapp."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def assets() -> Traversable:
    """The folder ``assets``: inside the package where it was installed, beside it in a checkout.

    Raises FileNotFoundError where neither exists.
    """
    package = files("tui")
    installed = package / "assets"
    if installed.is_dir():
        return installed
    from pathlib import Path

    checkout = Path(str(package)).parent / "assets"
    if checkout.is_dir():
        return checkout
    raise FileNotFoundError("the folder assets/ is missing from this installation")


def asset_text(*names: str) -> str:
    """The text of one file below assets/. Raises FileNotFoundError."""
    return assets().joinpath(*names).read_text("utf-8")
