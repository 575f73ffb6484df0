"""Predictions: the questions a trainee answers before a step shows, made from the finding, the plan and the report. Pure.

No answer is written by an author, so every scenario and every capture has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tui.audit.inputs import ACCESSES
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.base.notice import Notice, first_sentence
from tui.base.typing import Any, Literal, get_args
from tui.host.facts import DOCKER_RULES, HostFacts
from tui.plan.values import Plan
from tui.plan.warning_words import without_rules
from tui.run.values import RunReport
from tui.training.hints import at_boot, at_the_path, in_the_kernel, in_the_way, of_the_load, printed
from tui.verdict.disk import lookup, read_disk
from tui.verdict.values import BootKind, Finding, Level, ReasonKind

PredictionKind = Literal["applies", "grep", "records", "after-boot", "needed", "blocked", "cost", "brought", "written", "undone"]


@dataclass(frozen=True, slots=True)
class Prediction:
    """One question with its right answer. With ``choices`` the answer is the number of one of them, from 1; without them it is a number
    (``records``: letters of ``rwxa``, or ``-`` for none). ``told`` is the right answer in words.

    ``either`` are letters that are right in and out of the answer, because some callers are recorded and some not. ``reasons`` are the
    why, ``because`` is it where there are none. ``hints`` lead to the answer in three depths: where to look, what stands there, the answer.
    """

    kind: PredictionKind
    text: str
    choices: tuple[str, ...]
    right: str
    told: str
    hints: tuple[str, str, str]
    either: str = ""
    reasons: tuple[Notice[Any], ...] = ()
    because: str = ""

    @property
    def ask(self) -> str:
        """How the answer is given."""
        if self.choices:
            return f"1 to {len(self.choices)}"
        return "the letters, or - for none" if self.kind == "records" else "a number"

    def takes(self, answer: str) -> bool:
        """Whether *answer* has the form of one."""
        word = answer.strip().lower()
        if self.choices:
            return word.isascii() and word.isdigit() and 1 <= int(word) <= len(self.choices)
        if self.kind == "records":
            return word == "-" or (bool(word) and set(word) <= set(ACCESSES))
        return word.isascii() and word.isdigit()

    def is_right(self, answer: str) -> bool:
        """Whether *answer*, which has the form of one, is the right one."""
        word = answer.strip().lower()
        if self.kind != "records":
            return int(word) == int(self.right)
        given, wanted, either = (set(letters) & set(ACCESSES) for letters in (word, self.right, self.either))
        return given - either == wanted - either


def of_host(finding: Finding, facts: HostFacts) -> tuple[Prediction, ...]:
    """What is asked before the verdict on a control shows."""
    if finding.coverage is None:
        return (_applies(finding, facts),)
    return tuple(_of_coverage(finding, facts, finding.coverage))


def of_plan(plan: Plan, facts: HostFacts) -> tuple[Prediction, ...]:
    """What is asked before the plan shows."""
    return tuple(_of_plan(plan, facts))


def of_result(report: RunReport, plan: Plan) -> tuple[Prediction, ...]:
    """What is asked before the result shows."""
    return tuple(_of_result(report, plan))


def _one_of(
    kind: PredictionKind,
    text: str,
    choices: Sequence[str],
    right: int,
    hints: tuple[str, str],
    because: str,
    reasons: tuple[Notice[Any], ...] = (),
) -> Prediction:
    told = choices[right]
    answer = f"It is {right + 1}: {told}. {because}".rstrip()
    return Prediction(kind, text, tuple(choices), str(right + 1), told, (*hints, answer), reasons=reasons, because=because)


def _count(number: int, one: str, many: str) -> str:
    return f"{number or 'no'} {one if number == 1 else many}"


_OF_SCANNERS: frozenset[ReasonKind] = frozenset(
    {"benchmark-passes", "benchmark-misses", "scanner-looks-elsewhere", "other-key", "no-key"}
)
_OF_THE_BOOT: frozenset[ReasonKind] = frozenset(
    {
        *get_args(BootKind),
        "boot-not-told",
        "boot-stops",
        "boot-hides",
        "load-stops",
        "late-delete",
        "only-in-loaded-file",
        "menu-without-audit",
        "menu-untold",
        "rules-not-kept",
    }
)


def _reasons_now(finding: Finding) -> tuple[Notice[Any], ...]:
    """The reasons for what the kernel records, without what a scanner says of it and what a boot makes of it."""
    reasons = (*finding.reasons, *finding.details)
    return tuple(reason for reason in reasons if reason.kind not in _OF_SCANNERS | _OF_THE_BOOT)


def _reasons_then(finding: Finding) -> tuple[Notice[Any], ...]:
    """The reasons for what is recorded after a boot, those of the boot itself first."""
    reasons = (reason for reason in finding.reasons if reason.kind not in _OF_SCANNERS)
    return tuple(sorted(reasons, key=lambda reason: reason.kind not in _OF_THE_BOOT))


def _decides(finding: Finding) -> str:
    """The rule that decides, as the verdict has it."""
    rule = next((rule for rule in finding.rules if not rule.general), None)
    if rule is None:
        general = any(rule.source == "kernel" for rule in finding.rules)
        return "No rule of this host names the path" + ("; general rules record a part of what is done to it." if general else ".")
    where = f"{rule.file}:{rule.line}" if rule.file else f"number {rule.position} in the kernel's list"
    return f"{clean(rule.text)} ({clean(where)}): {rule.effect.rstrip('.')}."


def _printed(finding: Finding) -> str:
    """Whether a line of ``auditctl -l`` holds the letters. A watch is quoted; of another rule its action would tell more than grep sees."""
    path = clean(finding.path)
    if not finding.benchmark_audit:
        return f"No loaded rule is printed with the letters {path} in it."
    watches = (rule.text for rule in finding.rules if rule.source == "kernel" and rule.text.startswith("-w "))
    line = next((text for text in watches if finding.path in text), "")
    return f"A loaded rule is printed with the letters {path} in it{f': “{clean(line)}”' if line else ''}."


def _applies(finding: Finding, facts: HostFacts) -> Prediction:
    choices = ("It does not apply: there is no such object here", "It cannot be told, because something cannot be read")
    right = 0 if finding.result == "notapplicable" else 1
    hints = ("Does the path exist on this host, and may you read it?", at_the_path(finding, facts))
    because = finding.reasons[0].text if finding.reasons else ""
    return _one_of(
        "applies", f"What will the verdict on {clean(finding.path)} be?", choices, right, hints, because, finding.reasons
    )


def _of_coverage(finding: Finding, facts: HostFacts, coverage: Mapping[str, Level]) -> Iterator[Prediction]:
    path = clean(finding.path)
    hints = (
        "grep asks what is written in a line, not what the rule does. Does any loaded rule name the path, or a longer one?",
        printed(finding, facts),
    )
    text = f"What will the benchmark's check, auditctl -l | grep {path}, say?"
    choices = ("pass: a line holds these letters", "fail: no line does")
    yield _one_of("grep", text, choices, 0 if finding.benchmark_audit else 1, hints, _printed(finding))
    yes = "".join(access for access in ACCESSES if coverage.get(access) == "audited")
    either = "".join(access for access in ACCESSES if coverage.get(access) == "partial")
    told = ", ".join(f"{access} {'yes' if access in yes else 'partly' if access in either else 'no'}" for access in coverage)
    yield Prediction(
        "records",
        f"What does the kernel record now of {path}: r w x a?",
        (),
        yes or "-",
        told,
        (
            "Ask the kernel's list from the top: the first rule that fits decides, never rules too.",
            in_the_kernel(finding, facts),
            f"It is {told}. {_decides(finding)}",
        ),
        either,
        _reasons_now(finding),
        _decides(finding),
    )
    if finding.after_boot is not None:
        yield _after_boot(finding, facts, finding.after_boot)


def _after_boot(finding: Finding, facts: HostFacts, then: Mapping[str, Level]) -> Prediction:
    levels = set(then.values())
    right = 0 if levels == {"audited"} else 2 if levels == {"unaudited"} else 1
    hints = (
        "What of it is on disk, who loads it at the boot, and does the load come to it?",
        at_boot(finding, facts),
    )
    why = _reasons_then(finding)
    because = "A line on disk reaches it, and the boot loads it." if right == 0 else first_sentence(why[0].text) if why else ""
    because = because if finding.on_disk else "No line on disk reaches it."
    text = f"Will {clean(finding.path)} be recorded after the next boot, with the files as they are?"
    return _one_of("after-boot", text, ("yes", "in part", "no"), right, hints, because, why)


def _of_plan(plan: Plan, facts: HostFacts) -> Iterator[Prediction]:
    blocked = bool(plan.blockers)
    if plan.is_empty and not blocked:
        yield _needed(plan)
        return
    number = len(plan.blockers)
    stand = f"{('Nothing', 'One thing')[number] if number < 2 else f'{number} things'} {'stand' if number > 1 else 'stands'} in the way."
    hints = ("What could a load or a restart do to this host that nobody wants?", in_the_way(plan, facts))
    choices = ("nothing", "something that must be solved, or agreed to, first")
    yield _one_of("blocked", "What will stand in the way of the change?", choices, int(blocked), hints, stand, (*plan.blockers,))
    yield _cost(plan, facts, blocked)
    if plan.commands and not blocked:
        yield _brought(plan, facts)


def _needed(plan: Plan) -> Prediction:
    choices = ("nothing: no file and no rule", "a line in docker.rules", "what the kernel holds, and no file")
    hints = (
        "Is anything asked for that this host lacks?",
        "The verdict said: " + " ".join(dict.fromkeys(first_sentence(finding.reasons[0].text) for finding in plan.findings)),
    )
    reasons = [reason for finding in plan.findings for reason in finding.reasons]
    return _one_of("needed", "What will the plan change on this host?", choices, 0, hints, "", tuple(reasons))


_COSTS = ("for no time: none is loaded now, or the run loads none", "for less than 0.1 s", "for 0.1 to 1 s", "for more than 1 s")


def _cost(plan: Plan, facts: HostFacts, blocked: bool) -> Prediction:
    loads = bool(plan.commands) and not blocked
    right = 0 if not loads or not plan.load_deletes else 1 if plan.reload_seconds < 0.1 else 2 if plan.reload_seconds <= 1 else 3
    if loads and not plan.load_deletes:
        why = without_rules(plan.reload_seconds, plan.load_deletes)
    elif loads:
        rules = _count(len(plan.expected), "rule", "rules")
        why = f"The load deletes all rules and adds {rules} one by one; that takes about {plan.reload_seconds * 1000:.0f} ms here."
    elif blocked:
        why = "A plan that is blocked loads nothing."
    else:
        why = (
            "The kernel's rules are locked until the next boot, so the run loads nothing."
            if plan.pending_reboot
            else "No rule is to load."
        )
    load_hint = of_the_load(plan, facts, blocked=blocked)
    hints = (
        "A load deletes the loaded rules and adds all one by one: how many are loaded now, and does the plan load at all?",
        load_hint,
    )
    return _one_of("cost", "For how long will rules that are loaded now be missing during the run?", _COSTS, right, hints, why)


_ABOUT_THE_LOAD = ("loaded-besides", "kernel-only-order", "load-stops-behind", "line-skipped")
"""The kinds of warnings that tell what a load brings besides the plan's own lines."""


def _brought(plan: Plan, facts: HostFacts) -> Prediction:
    held = frozenset(facts.kernel_rules) if isinstance(facts.kernel_rules, tuple) else frozenset()
    parsed = (parse_line(line, facts.names, lookup(facts).is_directory) for finding in plan.findings for line in finding.wanted)
    own = {line.rule for line in parsed if isinstance(line, AddRule)}
    on_disk = dict.fromkeys(read_disk(facts).rules)
    number = sum(rule not in held and rule not in own for rule in on_disk)
    told = (
        f"{number}: rules that stand in rules.d now and are not loaded"
        if number
        else "0: no rule stands in rules.d that is not loaded"
    )
    return Prediction(
        "brought",
        "How many rules besides the plan's own will the load bring that the kernel lacks now?",
        (),
        str(number),
        told,
        (
            "Compare what is on disk with what is loaded: the Host step has a row for it, In sync or Only on disk.",
            f"rules.d brings {_count(len(on_disk), 'rule', 'rules')}, and the kernel holds {_count(len(held), 'rule', 'rules')}.",
            f"It is {told}.",
        ),
        reasons=tuple(warning for warning in plan.warnings if warning.kind in _ABOUT_THE_LOAD),
    )


def _of_result(report: RunReport, plan: Plan) -> Iterator[Prediction]:
    if not report.run:
        return  # nothing was run
    if plan.files:
        yield _written(report)
    yield _undone(report)


def _written(report: RunReport) -> Prediction:
    places = (
        DOCKER_RULES,
        "/etc/audit/audit.rules alone, which augenrules makes anew",
        "the kernel's list alone, until the next load",
        "nowhere: nothing was left behind",
    )
    kept = "A load makes audit.rules anew from the files of rules.d, and the kernel's list from that."
    ended = f"The run ended as “{report.headline}”."
    why = kept if report.undoable else f"{ended} What it had written is taken back."
    hints = ("augenrules makes one file from those of a folder: which one is it that stays?", kept if report.undoable else ended)
    return _one_of(
        "written", "Which file brings the new line back at the next load?", places, 0 if report.undoable else 3, hints, why
    )


def _undone(report: RunReport) -> Prediction:
    ways = (
        "u here or docker-audit-wizard undo, which takes its own lines out",
        "the backup of docker.rules, put back over the file",
        "a reboot",
        "none: there is nothing to undo",
    )
    hints = (
        "What would become of a line that somebody adds to the file tomorrow?",
        "The backup is the file as it was before the run, the journal names the run's own lines, and a reboot loads rules.d.",
    )
    because = "A run's journal knows which lines are its own: an undo takes those out, and leaves what others have added since."
    if not report.undoable:
        hints = ("What is left of this run on the host?", f"The run ended as “{report.headline}”.")
        because = f"{hints[1]} No line that it wrote is there now."
    text = "Which way takes back this run and nobody else's line?"
    return _one_of("undone", text, ways, 0 if report.undoable else 3, hints, because)
