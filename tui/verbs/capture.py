"""The verb that writes a host down: capture."""

from __future__ import annotations

from tui.base.typing import TYPE_CHECKING
from tui.controls.catalogue import load_catalogue
from tui.controls.control import VERSIONS
from tui.host.facts import Interest
from tui.host.scenario import dump_capture
from tui.verbs.common import live_host, print_text
from tui.verdict.question import Question

if TYPE_CHECKING:
    import argparse


def capture(arguments: argparse.Namespace) -> int:
    """Write the facts of this host as YAML."""
    catalogue = load_catalogue()
    interest = Interest(machine=True, history=True)
    for version in VERSIONS:
        interest |= Question(catalogue.numbered(version), version).interest
    text = dump_capture(live_host().read(interest))
    print_text(text, arguments.output, replace=arguments.force)
    return 0
