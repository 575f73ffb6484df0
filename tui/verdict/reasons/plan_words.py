"""What the plan would do about a control, said beside the verdict: nothing is promised that a line on disk stands in the way of. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tui.audit.rules_d.compiled import as_it_stands
from tui.base.amounts import count_text
from tui.base.cleaning import clean
from tui.host.boot_load import rules_to_load, start_loads
from tui.host.boot_values import Load
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, FileFacts
from tui.host.start_needs import failing_line, needs_load
from tui.verdict.boot.image import behind_link
from tui.verdict.disk import load_into, without_directory
from tui.verdict.judgement import Judgement
from tui.verdict.neighbours.defaults import switches_off_all, way_out
from tui.verdict.neighbours.unreached import is_in_the_way
from tui.verdict.reasons.mending import way_to_mend
from tui.verdict.values import RuleLine


def plan_adds(judged: Judgement) -> str:
    """What the plan does about it, or what must be mended before it can."""
    stop = judged.disk.loaded.stopped
    if stop is not None and judged.disk.boot_only and stop.file == DOCKER_RULES:
        return f"The plan puts the control's line before {clean(stop.file)}:{stop.file_line}."
    if stop is not None and len(stop.line.origin) > 1 and stop.line.origin[-1].file == DOCKER_RULES:
        return "The plan adds the control's line, behind a newline."
    if stop is not None and is_in_the_way(judged.disk):
        return way_to_mend(stop)
    for line in (*judged.blinding_lines(), *_nevers_before(judged)):
        link = behind_link(line.file or "", judged.facts)
        if switches_off_all(line.text, judged.facts):
            return way_out(line.file or "", line.line or 1, judged.facts) + link
        return f"Take {line.file}:{line.line} out first, “{line.text}”: beside it the control's line records nothing, or not everybody.{link}"
    loaded = judged.disk.loaded
    if loaded.makes_immutable and not judged.host.is_immutable:
        place = clean(str(loaded.setters["enabled"].place))
        return f"The plan adds the control's line once you choose how to load it: {place} locks the rules with each load."
    if judged.host.is_immutable:
        return "The plan adds the control's line. The kernel's rules are locked: nothing can be loaded before the next reboot."
    restart = _against_restart(judged)
    if restart:
        return f"The plan adds the control's line once you choose about auditd's restart: {restart}"
    if judged.silent:
        return "The plan adds the control's line, which records nothing while nothing reaches the log."
    return "The plan adds the control's line."


def _against_restart(judged: Judgement) -> str:
    """What makes the plan wait for a choice about auditd's restart, as the end of a sentence; "" where nothing does."""
    fails = None if judged.facts.other_daemon else failing_line(judged.disk.loaded)
    if fails is not None and needs_load(judged.facts):
        return f"at {clean(fails.file)}:{fails.file_line} the load fails that it needs."
    by = _deletes_at_start(judged)
    return "" if by is None else f"{clean(by.by)} then loads {clean(by.file)} as it is."


def _deletes_at_start(judged: Judgement) -> Load | None:
    """The load of a file as it is, by which a start of auditd takes the rules of rules.d out of the kernel; None where none does."""
    facts, before = judged.facts, judged.host.disk.rules or judged.rules
    by = (start_loads(facts) or (None,))[-1]
    if facts.other_daemon or by is None or by.compiles or by.file == AUDIT_RULES:
        return None
    file = rules_to_load(by.file, facts)
    content = (file.content or b"") if isinstance(file, FileFacts) else b""
    held = frozenset(load_into(facts, as_it_stands(content, by.file), before).rules)
    return by if any(rule not in held for rule in before) else None


def start_again(judged: Judgement, advice: str) -> str:
    """The *advice* to start auditd, behind the line without which no start works, where there is one."""
    down = judged.disk.keeps_daemon_down
    if down is None:
        return advice
    return f"{down.mend} first: no start of auditd works before. Then {advice[:1].lower()}{advice[1:]}"


def load_again(judged: Judgement, advice: str) -> str:
    """The *advice* to load the rules, unless a load would lock them, or drop loaded ones that rules.d does not bring back: then what does not."""
    loaded = judged.host.disk.loaded
    held = {*loaded.rules, *map(without_directory, loaded.rules)}
    lost = sum(rule not in held for rule in judged.rules)
    restart = "" if judged.host.is_immutable or loaded.makes_immutable else _against_restart(judged)
    if restart:
        return f"The plan loads it once you choose about auditd's restart: {restart}"
    if lost and not loaded.makes_immutable:
        which = "one loaded rule" if lost == 1 else f"{count_text(lost)} loaded rules"
        them = "it" if lost == 1 else "them"
        return (
            f"The plan loads it. By itself augenrules --load drops {which} that rules.d does not hold; the plan puts {them} back."
        )
    if not loaded.makes_immutable or judged.host.is_immutable:
        return advice
    place = clean(str(loaded.setters["enabled"].place))
    return f"Each load locks the rules until the next reboot, because of {place}: take the plan's --lock, which proves them first, or --no-load."


def _nevers_before(judged: Judgement) -> Iterator[RuleLine]:
    """The never rules on disk that a line of docker.rules comes behind, and that take events of the path."""
    for position, effect in judged.stored.effects:
        line, rule = judged.disk.line(position), judged.disk.rules[position]
        takes = (rule.filter, rule.action) == ("exit", "never") and effect.startswith("keeps ")
        if takes and line.place.file.rpartition("/")[2] < DOCKER_RULES.rpartition("/")[2]:
            yield RuleLine("rules.d", clean(line.text.strip()), effect, file=clean(line.place.file), line=line.place.line)
