"""coverage(): for each access to a path, who is recorded by which rule, who is not, and why; what each rule does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.audit.coverage.caller_words import describe
from tui.audit.coverage.decision import MAX_RULES_AFTER_DECISION, Candidate, Decision
from tui.audit.coverage.exemptions import exemptions
from tui.audit.coverage.first_match import Judge
from tui.audit.coverage.regions import Box, overlap
from tui.audit.coverage.values import (
    NO_EXEMPT,
    AccessCoverage,
    Blind,
    BlindKind,
    Coverage,
    CoverageKind,
    Effect,
    Exempt,
    Exemption,
    Gap,
    LossKind,
    Share,
)
from tui.audit.coverage.wording import (
    GAP_WORDS,
    alternation_reasons,
    always_effect,
    asked_early,
    blind_reason,
    caveats,
    exemption_effect,
    gap_reasons,
    lookalike,
    never_effect,
    other_list,
    submounts,
    whole_reasons,
)
from tui.audit.inputs import ACCESSES, AuditStatus, Mount, Names, PathFacts, Unknown
from tui.audit.rule.value import Rule
from tui.base.notice import Notice


def coverage(
    target: PathFacts,
    rules: Sequence[Rule],
    status: AuditStatus | None,
    paths: Mapping[str, PathFacts | Unknown],
    names: Names,
    *,
    wanted: str = ACCESSES,
    recursive: bool | None = None,
    exclusions: Sequence[str] = (),
    mounts: Sequence[Mount] = (),
    exempt: Exempt = NO_EXEMPT,
) -> Coverage:
    """How well *target* is audited by *rules*, in the kernel's order, under *status* (None: not to be judged).

    For a symlink the object at its end is judged, since that is what is read, written and executed. *recursive* says whether every
    file below a directory counts (None: for a directory), less the *exclusions*; False: only the directory itself. *paths* holds
    the facts of what the rules name, keyed as written there, and may hold the directories above the target; a rule whose path is
    not in it is compared by its letters. A directory is judged by paths alone: other names (hard links) that files below it have
    elsewhere are not known. *exempt* are callers whose accesses do not count,
    recorded or not. Linear in the number of rules.
    """
    return _verdict(Judge(target, rules, status, paths, names, recursive, exclusions, mounts, exempt), wanted)


def _verdict(judge: Judge, wanted: str) -> Coverage:
    """The whole :class:`Coverage`, made from what each access comes to."""
    exit_only = {access: judge.first_match(access) for access in ACCESSES}
    has_never = not all(candidate.records for candidate in (*judge.alike.general, *judge.specific))
    without = {access: judge.first_match(access, nevers=False) for access in ACCESSES} if has_never else exit_only
    lost = {access: judge.losses(access) for access in ACCESSES}
    outcomes = {access: judge.blinded(access, exit_only[access], *lost[access]) for access in ACCESSES}
    accesses = {access: _access(judge, access, outcome) for access, outcome in outcomes.items()}
    blinding = _told_once(
        loss.blind for access in wanted for loss in lost[access][0] if judge.filters.split(list(loss.boxes), access)[0]
    )
    left_out = exemptions(judge, outcomes, wanted)
    return Coverage(
        accesses=accesses,
        rules_only={access: outcome.level for access, outcome in exit_only.items()},
        without_never={access: outcome.level for access, outcome in without.items()},
        reaching=tuple(sorted((*judge.alike.reaching, *(each.position for each in judge.specific if _counts(each))))),
        shadowing=tuple(sorted({position for access in wanted for position in exit_only[access].shadowing})),
        blinding=blinding,
        effects=_effects(judge, exit_only, blinding, left_out),
        reasons=_reasons(judge, wanted, accesses, blinding),
        exemptions=left_out,
    )


def _told_once(blinds: Iterable[Blind]) -> tuple[Blind, ...]:
    """Each cause once, in the words for the most callers, which are the fewest: it may take fewer of one access than of another."""
    found: dict[tuple[BlindKind, int | None], Blind] = {}
    for blind in blinds:
        known = found.setdefault((blind.kind, blind.position), blind)
        if len(blind.text) < len(known.text):
            found[blind.kind, blind.position] = blind
    return tuple(found.values())


def _counts(candidate: Candidate) -> bool:
    return candidate.records and candidate.reach.how not in ("no", "entries", "loader")


def _access(judge: Judge, access: str, outcome: Decision) -> AccessCoverage:
    recorded: dict[int, list[Box]] = {}
    for piece in outcome.recorded:
        recorded.setdefault(piece.position if piece.position is not None else -1, []).append(piece.box)
    lost: dict[tuple[int | None, LossKind], list[Box]] = {}
    for piece in outcome.lost:
        lost.setdefault((piece.position, piece.reason), []).append(piece.box)
    by = tuple(
        Share(position, describe(judge.filters, boxes, access), judge.rules[position].keys) for position, boxes in recorded.items()
    )
    missing = tuple(
        Gap(describe(judge.filters, boxes, access), position, GAP_WORDS[why], why) for (position, why), boxes in lost.items()
    )
    return AccessCoverage(outcome.level, by, missing)


def _effects(
    judge: Judge, outcomes: Mapping[str, Decision], blinding: Sequence[Blind], left_out: Sequence[Exemption]
) -> tuple[Effect, ...]:
    """What each rule does, in the rules' order."""
    done: dict[int, dict[str, list[Box]]] = {}
    for access, outcome in outcomes.items():
        for piece in (*outcome.recorded, *outcome.lost):
            if piece.position is not None:
                done.setdefault(piece.position, {}).setdefault(access, []).append(piece.box)
    found = {candidate.position: _effect(judge, candidate, done.get(candidate.position, {})) for candidate in judge.specific}
    for candidate in judge.alike.general:
        found[candidate.position] = judge.alike.effect(candidate, _in_words(judge, done.get(candidate.position, {})))
    for candidate in judge.lookalikes:
        found[candidate.position] = lookalike(candidate.rule, candidate.reach, judge.target.name)
    for blind in blinding:
        if blind.position is not None:
            found[blind.position] = blind.text
    found |= {
        each.position: exemption_effect(each)
        for each in left_out
        if judge.rules[each.position].action != "always" or judge.rules[each.position].filter == "exclude"
    }
    for position, rule in judge.others:
        if position not in found and ((rule.filter == "task" and rule.action == "always") or position in judge.mentioned):
            found[position] = other_list(rule)
    return tuple(Effect(position, text) for position, text in sorted(found.items()) if text)


def _effect(judge: Judge, candidate: Candidate, done: Mapping[str, list[Box]]) -> str:
    through = {access: boxes for access in ACCESSES if (boxes := judge.boxes(candidate, access))}
    said = always_effect if candidate.records else never_effect
    return said(candidate.reach, _in_words(judge, through), _in_words(judge, done))


def _in_words(judge: Judge, boxes: Mapping[str, list[Box]]) -> dict[str, str]:
    return {access: describe(judge.filters, taken, access) for access, taken in boxes.items()}


def _reasons(
    judge: Judge, wanted: str, accesses: Mapping[str, AccessCoverage], blinding: Sequence[Blind]
) -> tuple[Notice[CoverageKind], ...]:
    """The reasons for a coverage, the weightiest first."""
    path, machine = judge.target.name, judge.filters.machine
    found = [blind_reason(blind, None if blind.position is None else judge.rules[blind.position], machine) for blind in blinding]
    found += gap_reasons({access: accesses[access].missing for access in wanted}, path, judge.rules, machine)
    found += whole_reasons([rule for _, rule in judge.others if rule.filter == "task"], machine)
    near = sorted(judge.specific + judge.lookalikes, key=lambda candidate: candidate.position)
    found += caveats([(each.rule, each.reach) for each in near], path, machine)
    early = [
        each for each in judge.specific if each.asked_early and each.records and judge.filters.boxes(each.rule, "w", records=True)
    ]
    found += asked_early([each.rule for each in early if "w" in wanted], path, machine)
    found += alternation_reasons(_turning(judge, wanted), path)
    found += submounts(judge.target.mounts_below, path)
    return tuple(found)


def _turning(judge: Judge, wanted: str) -> bool:
    """Whether always and never rules on the path itself overlap: each replacement of the file may turn their order."""
    own = [candidate for candidate in judge.specific if candidate.by_inode and candidate.reach.how == "yes"][
        :MAX_RULES_AFTER_DECISION
    ]
    for one in own:
        for other in own:
            if one.records and not other.records:
                for access in wanted:
                    if overlap(judge.boxes(one, access), judge.boxes(other, access)):
                        return True
    return False
