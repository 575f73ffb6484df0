"""What a load does to the machine besides its rules: locking them, and settings such as -f 2. Decided and worded here. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tui.audit.inputs import AuditStatus
from tui.audit.rules_d.augenrules import CompiledLine
from tui.audit.rules_d.load import Loaded
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.typing import NamedTuple
from tui.host.facts import HostFacts
from tui.plan.values import EffectKind, WarningKind
from tui.verdict.disk import read_disk

OPTIONS = {
    "enabled": "-e",
    "failure": "-f",
    "backlog_limit": "-b",
    "rate_limit": "-r",
    "backlog_wait_time": "--backlog_wait_time",
}
"""The fields of the kernel's audit status that auditctl can set to any value again, with its option for each."""


class SettingChange(NamedTuple):
    """A setting that a load changes: the field of the audit status, its values, and the line that has the last word on it."""

    name: str
    before: int
    after: int
    line: CompiledLine


def locking_line(loaded: Loaded, status: AuditStatus) -> CompiledLine | None:
    """The line by which the load makes the audit configuration immutable until the next boot; None where it does not, or it is."""
    return loaded.setters.get("enabled") if loaded.makes_immutable and status.enabled != 2 else None


def load_would_lock(facts: HostFacts) -> CompiledLine | None:
    """The line by which ``augenrules --load`` would lock the kernel of this host as it is now; None: none, or rules.d is not known."""
    if not isinstance(facts.audit_status, AuditStatus) or not isinstance(facts.rules_dir, tuple):
        return None
    return locking_line(read_disk(facts).loaded, facts.audit_status)


def changed_settings(loaded: Loaded, status: AuditStatus) -> tuple[SettingChange, ...]:
    """Every setting that the load leaves at another value than the kernel has now, but for the lock, in the order of the status."""
    found = []
    for name in (*OPTIONS, "loginuid_immutable"):
        before, after = getattr(status, name), loaded.settings.get(name)
        if after is not None and after != before and not (name == "enabled" and after == 2):
            found.append(SettingChange(name, int(before or 0), after, loaded.setters[name]))
    return tuple(found)


def effect_notices(loaded: Loaded, status: AuditStatus, *, locks: bool) -> tuple[Notice[WarningKind], ...]:
    """The warnings about settings by which the machine loses records or does something drastic; *locks*: nothing takes them back."""
    return tuple(notice for effect in changed_settings(loaded, status) for notice in _notices(effect, status, locks))


def _notices(effect: SettingChange, status: AuditStatus, locks: bool) -> Iterator[Notice[WarningKind]]:
    kind = _kind_of(effect)
    if kind is None:
        return
    first, why = EFFECT_WORDS[kind](effect, status)
    if effect.name == "loginuid_immutable" or locks:
        back = "Nothing takes it back before the next reboot."
    else:
        back = f"An undo sets {OPTIONS[effect.name]} {effect.before} again; the line itself stays, for the next load or boot."
    yield Notice(
        kind,
        f"{first} {why} {back}",
        f"Look at {clean(str(effect.line.place))}: this program did not write the line, and the load carries it out.",
    )


def _kind_of(effect: SettingChange) -> EffectKind | None:
    """What a changed setting does to the machine; None where it costs nothing."""
    before, after = effect.before, effect.after
    if effect.name == "failure":
        return "panic-on-loss" if after == 2 else "silent-on-loss" if after == 0 else "no-panic-on-loss" if before == 2 else None
    if effect.name == "enabled" and after == 0:
        return "turns-off"
    if effect.name == "rate_limit" and after:
        return "rate-limited"
    if effect.name == "backlog_limit" and after and (not before or after < before):
        return "smaller-queue"
    if effect.name == "backlog_wait_time" and after < before:
        return "shorter-wait"
    if effect.name == "loginuid_immutable":
        return "login-ids-fixed"
    return None


def _panic_on_loss(effect: SettingChange, status: AuditStatus) -> tuple[str, str]:
    return (
        f"The load makes this kernel panic when an audit record is lost: {effect.line.quoted}.",
        f"A full queue is enough (it holds {status.backlog_limit} records). Now the setting is {effect.before}.",
    )


def _silent_on_loss(effect: SettingChange, _: AuditStatus) -> tuple[str, str]:
    first = f"The load makes this kernel say nothing when audit records are lost: {effect.line.quoted}."
    return first, f"Now the setting is {effect.before}."


def _no_panic_on_loss(effect: SettingChange, _: AuditStatus) -> tuple[str, str]:
    first = f"The load makes this kernel go on when audit records are lost: {effect.line.quoted}."
    return first, "Now the setting is 2, and it panics."


def _turns_off(effect: SettingChange, _: AuditStatus) -> tuple[str, str]:
    return f"The load turns auditing off: {effect.line.quoted}.", "No rule records anything then."


def _rate_limited(effect: SettingChange, _: AuditStatus) -> tuple[str, str]:
    limit = f"{effect.before} records a second" if effect.before else "no limit"
    first = f"The load limits the kernel to {effect.after} audit records a second: {effect.line.quoted}."
    return first, f"Now it has {limit}; what comes faster is lost."


def _smaller_queue(effect: SettingChange, _: AuditStatus) -> tuple[str, str]:
    held = f"{effect.before} records" if effect.before else "any number"
    first = f"The load makes the kernel's audit queue smaller, {effect.after} records: {effect.line.quoted}."
    return first, f"Now it holds {held}; what does not fit is lost."


def _shorter_wait(effect: SettingChange, _: AuditStatus) -> tuple[str, str]:
    first = f"The load makes processes wait less for a full audit queue: {effect.line.quoted}."
    return first, f"Now they wait up to {effect.before} jiffies for room; afterwards a record is lost sooner."


def _login_ids_fixed(effect: SettingChange, _: AuditStatus) -> tuple[str, str]:
    return (
        f"The load makes every process's login id unchangeable: {effect.line.quoted}.",
        "A daemon that is restarted by hand keeps the login id of whoever did it, and containers with pam_loginuid may refuse logins.",
    )


EFFECT_WORDS: Mapping[EffectKind, Callable[[SettingChange, AuditStatus], tuple[str, str]]] = {
    "panic-on-loss": _panic_on_loss,
    "silent-on-loss": _silent_on_loss,
    "no-panic-on-loss": _no_panic_on_loss,
    "turns-off": _turns_off,
    "rate-limited": _rate_limited,
    "smaller-queue": _smaller_queue,
    "shorter-wait": _shorter_wait,
    "login-ids-fixed": _login_ids_fixed,
}
"""The first sentence and the why of each kind."""
