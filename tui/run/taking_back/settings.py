"""The kernel's audit settings (auditctl -b, -f, -r, -e and their like) once a run is taken back: its own leave, what others set stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tui.audit.inputs import AuditStatus
from tui.plan.load_effects import OPTIONS
from tui.run.context import RunContext
from tui.run.journal.intent import Intent
from tui.run.journal.run_records import RunRecord


def settings_of(status: AuditStatus) -> dict[str, int]:
    """The settings that auditctl can change, by the names of AuditStatus."""
    return {name: getattr(status, name) for name in OPTIONS}


def settings_before(intent: Intent, now: Mapping[str, int]) -> dict[str, int]:
    """Those of *now* that the load of *intent* has made what they are, with the values that they had before it."""
    return {name: getattr(intent.status, name) for name, value in intent.settings.items() if now.get(name) == value}


def settings_once_undone(records: Iterable[RunRecord], status: AuditStatus) -> dict[str, int]:
    """The settings as an undo leaves them: those that the load of one of *records*, the newest first, has made what they are in *status* are
    as before it, the others as they are."""
    wanted = settings_of(status)
    for record in records:
        wanted |= settings_before(record.intent, wanted)
    return wanted


def settings_after_rollback(intent: Intent, now: Mapping[str, int], *, booted: bool, late: bool) -> dict[str, int]:
    """The settings as a rollback of *intent* leaves them; *now* are those that it found when it began.

    A boot has set them all. Whether auditing is on is part of what a rollback at once brings back, whoever turned it off.
    """
    if booted:
        return dict(now)
    wanted = {**now, **settings_before(intent, now)}
    return wanted if late else {**wanted, "enabled": intent.status.enabled}


def untold_settings(intent: Intent, now: AuditStatus) -> str:
    """The settings that *intent* may have changed without its journal telling so, in sentences; "" for one that tells them.

    They are left as they are: whoever else set them since cannot be told from the run's own load.
    """
    if intent.tells_settings or now.enabled == 2:
        return ""
    differ = [
        (option, getattr(now, name), getattr(intent.status, name))
        for name, option in OPTIONS.items()
        if name != "enabled" and getattr(now, name) != getattr(intent.status, name)
    ]
    if not differ:
        return ""
    are = ", ".join(f"{option} is {value} and was {then} before the run" for option, value, then in differ)
    back = "; ".join(f"{intent.auditctl} {option} {then}" for option, _, then in differ)
    return (
        f"The kernel's audit setting {are}. The journal of that run does not tell whether its load set it. To set it back: {back}"
    )


def set_settings(context: RunContext, wanted: Mapping[str, int]) -> None:
    """Give the kernel's audit settings the values *wanted*, by the names of AuditStatus; a locked kernel keeps what it has."""
    status = context.status()
    for name, value in wanted.items():
        if getattr(status, name) != value and status.enabled != 2:
            context.auditctl([OPTIONS[name], str(value)])
