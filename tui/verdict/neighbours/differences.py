"""Differences: why the benchmark's grep passes a path here that the kernel does not record, or not for good. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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
        return "the line that it finds records a part of what is asked"
    found = next((rule for rule in rules if rule.source == "kernel" and path in rule.text), None)
    return f"the line that it finds {found.effect}" if found else "it finds the letters of the path in another rule"
