"""The pruning of the journal, ``history --prune KEEP``: it says which runs go, asks, and takes them out."""

from __future__ import annotations

import os
import sys

from tui.base.cleaning import in_words
from tui.base.typing import TYPE_CHECKING
from tui.host.facts import Interest
from tui.host.port import Busy, CalledOff
from tui.plan.values import WORD
from tui.run.journal import pruning, run_records
from tui.run.taking_back.lines_left import lines_left
from tui.verbs.common import NOT_BEGUN, VerbRefused, ask_for_word, paint, print_json, print_lines, say, signs, width
from tui.views.json import pruning_view
from tui.views.page import plain
from tui.views.pages.history import pruning_lines

if TYPE_CHECKING:
    import argparse

    from tui.host.port import Host
    from tui.run.journal.pruning import Pruning
    from tui.run.journal.run_records import RunRecord


def prune(arguments: argparse.Namespace, host: Host) -> int:
    """Take the runs beyond the newest KEEP out of the journal, but for those that an undo or a recovery goes by. Raises VerbRefused, and
    OSError where the journal cannot be read."""
    keep = _keep(arguments)
    if os.geteuid() != 0 and host.source != "demo":
        raise VerbRefused("Only root can prune the journal; nothing was removed.", NOT_BEGUN)
    planned = _planned(host, keep)
    if planned.goes and not arguments.yes:
        say("\n".join(map(plain, pruning_lines(planned, width(), signs(arguments), gone=False))))
        ask_for_word("They leave the journal for good, with their reports and copies.", WORD, "nothing was removed")
    done = _removed(host, keep, {record.run for record in planned.goes}) if planned.goes else planned
    if arguments.json:
        print_json(pruning_view(done), arguments.output)
    else:
        print_lines(
            map(paint(arguments), pruning_lines(done, width(arguments.output), signs(arguments), gone=True)), arguments.output
        )
    return 0


def _keep(arguments: argparse.Namespace) -> int:
    """How many runs are to stay. Raises VerbRefused for arguments that do not go together."""
    others = {"RUN": arguments.run, "--since": arguments.since, "--control": arguments.control, "--format": arguments.format}
    if other := next((name for name, value in others.items() if value), ""):
        raise VerbRefused(f"--prune goes by the age of all runs; {other} does not go with it.")
    if not arguments.prune.isascii() or not arguments.prune.isdigit() or not 1 <= int(arguments.prune) <= 1_000_000:
        raise VerbRefused(f"--prune takes the number of runs that stay, at least 1, not {arguments.prune!r}.")
    if not arguments.yes and not sys.stdin.isatty():
        raise VerbRefused(
            "--prune asks for the word yes, and standard input is not a terminal; give --yes to go on without asking."
        )
    return int(arguments.prune)


def _planned(host: Host, keep: int) -> Pruning:
    """What would go now."""
    records = run_records.runs(host)
    facts = host.read(Interest()) if records else None

    def needed(record: RunRecord) -> bool:
        left = lines_left(record, facts) if record.undoable and facts is not None else None
        return record.undoable and (left is None or left.left > 0)

    return pruning.choose(records, keep, needed)


def _removed(host: Host, keep: int, agreed: set[str]) -> Pruning:
    """What has gone: of what was *agreed* to, what may still go under the lock. Raises VerbRefused where a run has the lock."""
    try:
        with host.lock(say):
            now = _planned(host, keep)
            gone = pruning.remove(host, [record for record in now.goes if record.run in agreed])
            return type(now)(gone, now.stays)
    except (Busy, CalledOff) as problem:
        raise VerbRefused(f"A run is at work, so nothing was removed: {in_words(problem)}.", NOT_BEGUN) from None
