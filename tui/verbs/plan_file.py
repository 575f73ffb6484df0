"""A plan kept in a file by ``plan --out`` and carried out by ``apply --plan``."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from tui.base.cleaning import clean
from tui.base.typing import TYPE_CHECKING
from tui.documents.problems import DocumentError
from tui.documents.reading import load
from tui.documents.trusted import trusted_text, unsafe_folders
from tui.plan.saved import SCHEMA, SavedPlan, saved, why_not
from tui.verbs.common import NOT_BEGUN, VerbRefused, print_text, say_blocked, unusable

if TYPE_CHECKING:
    import argparse

    from tui.plan.values import Plan
    from tui.verdict.question import Question

GOES_WITH = ("plan", "yes", "json", "verb", "ascii", "color")
"""The options that go with ``--plan``: what is done is in the file."""


def keep_plan(plan: Plan, question: Question, arguments: argparse.Namespace, host: str) -> None:
    """Write *plan*, made on the host called *host*, to the file that ``--out`` names. Raises VerbRefused where it cannot be, or is blocked."""
    if plan.blockers:
        say_blocked(plan)
        raise VerbRefused(f"A blocked plan is not kept; {arguments.out} was not written.", NOT_BEGUN)
    folder = str(Path(arguments.controls).absolute()) if arguments.controls else ""
    print_text(json.dumps(asdict(saved(plan, question, folder, host)), indent=2) + "\n", arguments.out)


def read_plan(arguments: argparse.Namespace) -> SavedPlan:
    """The plan of the file that ``--plan`` names; *arguments* then ask what it was asked. Run as root, the file must be root's and writable by
    nobody else. Raises VerbRefused."""
    name = arguments.plan
    for option, value in vars(arguments).items():
        if option not in GOES_WITH and value not in (None, False):
            raise VerbRefused(f"--{option.replace('_', '-')} does not go with --plan: what is done is in the file.")
    path, as_root = Path(name), os.geteuid() == 0
    try:
        if as_root and (problems := unsafe_folders(path.absolute().parent)):
            raise DocumentError(tuple(problems))
        kept = load(trusted_text(path, as_root=as_root), name, SavedPlan)
    except (DocumentError, OSError) as problem:
        raise unusable("--plan", problem, NOT_BEGUN) from None
    if kept.schema != SCHEMA:
        raise VerbRefused(f"{name}: expected schema {SCHEMA}, found {kept.schema}; a newer version may read it.", NOT_BEGUN)
    arguments.control, arguments.benchmark, arguments.controls = list(kept.controls), kept.benchmark, kept.folder or None
    arguments.named_paths = kept.named_paths
    for switch in kept.switches.__match_args__:
        setattr(arguments, switch, getattr(kept.switches, switch))
    return kept


def refusal(kept: SavedPlan, plan: Plan) -> str:
    """Why the plan that was kept is not carried out, "" where *plan*, made now, is that one."""
    why = clean(why_not(kept, plan))
    return (
        f"The reviewed plan was not carried out, and nothing was changed. {why} Make a new plan on this host and look at it."
        if why
        else ""
    )
