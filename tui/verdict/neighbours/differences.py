"""Differences: why the benchmark's grep passes a path here that the kernel does not record, or not for good. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.verdict.values import RuleLine, State


def why_they_differ(
    state: State, rules: Sequence[RuleLine], *, on_disk: bool, only_boot_fails: bool, partly: bool, path: str
) -> str:
    """The cause of the difference on this host, as the rest of a sentence: of a path that grep finds and that does not pass. *partly*: some
    accesses are recorded."""
    if state == "not-persistent" and only_boot_fails:
        return "the kernel records every access now, and the next boot brings no auditd"
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
