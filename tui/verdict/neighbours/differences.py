"""Differences: why the benchmark's grep passes a path here that the kernel does not record, or not for good. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.base.amounts import first_of
from tui.base.notice import Notice
from tui.verdict.values import ReasonKind, RuleLine, State

_NEXT_BOOT: Mapping[str, str] = {
    "boot-loads-as-it-is": "loads a file that lacks it",
    "boot-loads-nothing": "loads no rules",
}
"""What the next boot does, by the kind of the reason; of all others it brings no auditd."""


def why_they_differ(
    state: State,
    rules: Sequence[RuleLine],
    *,
    on_disk: bool,
    only_boot_fails: bool,
    partly: bool,
    path: str,
    reasons: Iterable[Notice[ReasonKind]] = (),
) -> str:
    """The cause of the difference on this host, as the rest of a sentence: of a path that grep finds and that does not pass. *partly*: some
    accesses are recorded; *reasons*: those of the state, which tell what fails where only the boot does."""
    if state == "not-persistent" and only_boot_fails:
        fails = next((_NEXT_BOOT[reason.kind] for reason in reasons if reason.kind in _NEXT_BOOT), "brings no auditd")
        return f"the kernel records every access now, and the next boot {fails}"
    if state == "not-persistent" and on_disk:
        return "the kernel records every access now, and what is on disk would not"
    if state == "not-persistent":
        return "the kernel records every access now, but the rule is on no disk"
    if state == "blind":
        return f"the rule is loaded, and {'a part of it does not reach' if partly else 'nothing of it reaches'} the log"
    if state == "shadowed":
        return f"the rule is loaded, and an earlier one takes {'some of ' if partly else ''}its events"
    if state == "partial":
        several = len(lines_found(rules, path)) > 1
        return f"the {'lines' if several else 'line'} that it finds {'record' if several else 'records'} a part of what is asked"
    found = lines_found(rules, path)
    if not found:
        return "it finds the letters of the path in another rule"
    of_others = [rule for rule in found if names_another(rule)]
    if len(found) > 1 and of_others == found:
        return "the lines that it finds name other paths, " + first_of([rule.effect.removeprefix(_ANOTHER) for rule in found])
    return f"the line that it finds {found[0].effect}" if len(found) == 1 else f"the first line that it finds {found[0].effect}"


_ANOTHER = "names another path, "


def names_another(rule: RuleLine) -> bool:
    """Whether *rule* has the letters of the path alone, in the name of another one."""
    return rule.effect.startswith(_ANOTHER)


def lines_found(rules: Iterable[RuleLine], path: str) -> list[RuleLine]:
    """The loaded ones of *rules* that a grep for *path* finds, in the kernel's order."""
    return [rule for rule in rules if rule.source == "kernel" and path in rule.text]
