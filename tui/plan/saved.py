"""SavedPlan: a plan as a file, so that what was reviewed is what is done, or is refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tui import __version__
from tui.base.dataclass import dataclass
from tui.plan.digest import NAME_PART, differences
from tui.plan.values import Plan, Switches
from tui.verdict.question import Question

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """What a plan was asked, what it was made from, and what it does.

    ``controls`` are slugs; ``folder`` is that of the user's own ones, "" without; ``facts`` the digest of each part of the host, ``host`` its
    name; ``files`` the hex sha256 of each changed file's new content; ``diff`` is for whoever reads it.
    """

    schema: int
    version: str
    benchmark: str
    controls: tuple[str, ...]
    folder: str
    named_paths: bool
    switches: Switches
    facts: Mapping[str, str]
    files: Mapping[str, str]
    commands: tuple[tuple[str, ...], ...]
    diff: str = ""
    host: str = ""


def saved(plan: Plan, question: Question, folder: str = "", host: str = "") -> SavedPlan:
    """*plan*, made for *question* on the host called *host*, to be kept."""
    return SavedPlan(
        schema=SCHEMA,
        version=__version__,
        benchmark=plan.benchmark,
        controls=tuple(control.slug for control in question.controls),
        folder=folder,
        named_paths=question.named_paths,
        switches=plan.switches,
        facts=dict(plan.facts_digest),
        files=_files(plan),
        commands=_commands(plan),
        diff="".join(change.diff for change in plan.files),
        host=host,
    )


def why_not(kept: SavedPlan, plan: Plan) -> str:
    """Why *plan*, made now for the same question, is not the one that was kept; "" where it is."""
    changed = differences(kept.facts, plan.facts_digest)
    if NAME_PART in changed:
        return f"The plan was made on {kept.host or 'a host of another name'}, and this is another host."
    if changed:
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        return f"The host is not as it was when the plan was made: {', '.join(changed[:3])}{more}."
    if (kept.files, kept.commands) != (_files(plan), _commands(plan)):
        return f"This version, {__version__}, plans otherwise than version {kept.version} did."
    return ""


def _files(plan: Plan) -> dict[str, str]:
    return {change.path: change.sha256_after or "" for change in plan.files}


def _commands(plan: Plan) -> tuple[tuple[str, ...], ...]:
    return tuple(command.argv for command in plan.commands)
