"""Rows on whether the loaded rules are those that the files on disk load."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.amounts import first_of
from tui.base.cleaning import clean
from tui.base.typing import TYPE_CHECKING
from tui.views.page import Page
from tui.views.words import count

if TYPE_CHECKING:
    from tui.verdict.in_sync import DiskAndKernel


def say_sync(page: Page, disk: DiskAndKernel) -> None:
    """What is only loaded, what is only on disk, and what else sets the loaded rules apart from those that the next boot brings."""
    differs = bool(disk.only_loaded or disk.not_loaded)
    if differs:
        page.row("Only loaded", _listed(disk.only_loaded, "nothing"))
        page.row("Only on disk", _listed(disk.not_loaded, "nothing"))
    if disk.reordered:
        page.row("Order", "the loaded rules stand in another order than in rules.d")
    if disk.boot_file:
        now = "" if differs or disk.reordered else "what is loaded is what rules.d loads, but "
        page.row("At boot", f"{now}the next boot loads {clean(disk.boot_file)} instead of rules.d")
    elif disk.would_lock:
        page.row("Lock", "-e 2 is on disk and not in force: the next load locks the rules")
    elif not (differs or disk.reordered) and not disk.never_loaded:
        page.row("In sync", "what is loaded is what the files on disk load")
    if disk.never_loaded:
        rules = [line for line in disk.never_loaded if line[:2] in ("-a", "-A", "-w")]
        others = len(disk.never_loaded) - len(rules)
        what = [count(len(rules), "rule")] * bool(rules) + [count(others, "other line")] * bool(others)
        page.row("Never loaded", f"{' and '.join(what)} on disk, from where the load stops: {first_of(disk.never_loaded, 3, '; ')}")


def _listed(rules: Sequence[str], none: str) -> str:
    if not rules:
        return none
    return f"{count(len(rules), 'rule')}: {rules[0]}" + (f" … and {len(rules) - 1} more" if len(rules) > 1 else "")
