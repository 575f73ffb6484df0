"""The verb that carries the program to other hosts: export."""

from __future__ import annotations

import shlex
from pathlib import Path

from tui.base.cleaning import clean, in_words
from tui.base.typing import TYPE_CHECKING
from tui.export.ansible import write_role
from tui.verbs.common import NOT_BEGUN, VerbRefused, print_lines

if TYPE_CHECKING:
    import argparse


def export(arguments: argparse.Namespace) -> int:
    """Write a role with the program in it."""
    try:
        written = write_role(Path(arguments.dir))
    except OSError as problem:
        raise VerbRefused(f"The role was not written: {in_words(problem)}.", NOT_BEGUN) from None
    print_lines(
        [
            f"Written to {clean(arguments.dir)}: {len(written)} files, the program among them.",
            f"    cd {clean(shlex.quote(arguments.dir))}",
            "  What would change on each host:",
            "    ansible-playbook -i INVENTORY site.yml --check --diff",
            "  Do it, a quarter of the hosts at a time, up to the first that fails:",
            "    ansible-playbook -i INVENTORY site.yml",
            "  Each host's verdict, as reports/HOST.json, and all of them side by side:",
            "    ansible-playbook -i INVENTORY report.yml",
            "    docker-audit-wizard report reports/*.json",
        ]
    )
    return 0
