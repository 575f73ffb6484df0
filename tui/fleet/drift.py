"""Drift: what passed in earlier checks of a host and no longer does, since when, and which line or fact went. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.fleet.documents import CheckedHost, Drift, Verdict

_KERNEL = "the kernel's list"


def with_drift(now: CheckedHost, earlier: Iterable[CheckedHost]) -> CheckedHost:
    """*now* with what *earlier* checks, of the same host for all that is known, tell of each verdict; as it is where there are none."""
    before = sorted(earlier, key=lambda check: check.epoch or 0, reverse=True)
    if not before:
        return now
    verdicts = tuple(replace(verdict, drift=_drift(verdict, now, before)) for verdict in now.verdicts)
    return replace(now, verdicts=verdicts, compared=differences(before[0], now))


def _drift(verdict: Verdict, now: CheckedHost, before: Iterable[CheckedHost]) -> Drift | None:
    """The latest of the checks *before* in which the control passed, where it does not now."""
    if verdict.result == "pass":
        return None
    for check in before:
        then = check.verdict(verdict.slug)
        if then is not None and then.result == "pass":
            # What is not judged names no rules: theirs may be loaded all the same.
            gone = (_gone(then, verdict) or _changed(check, now)) if verdict.result == "fail" else ()
            return Drift(then.state, check.epoch, gone)
    return None


def _gone(then: Verdict, now: Verdict) -> tuple[str, ...]:
    """The rules that the earlier verdict rested on and the later one lacks, each with the file where it stood."""
    there = {(rule.source, rule.text) for rule in now.rules}
    lost = (rule for rule in then.rules if (rule.source, rule.text) not in there)
    return tuple(clean(f"{rule.text} ({rule.place or _KERNEL})") for rule in lost)


def _changed(then: CheckedHost, now: CheckedHost) -> tuple[str, ...]:
    """What else was told of the host and is otherwise now."""
    present = dict(now.states)
    return tuple(
        f"{name} was {value}, is {present[name]}" for name, value in then.states if name in present and present[name] != value
    )


def differences(then: CheckedHost, now: CheckedHost) -> tuple[str, ...]:
    """What makes an earlier check another question than *now*, in sentences."""
    told = _other_host(then, now)
    if then.epoch is not None and now.epoch is not None and then.epoch > now.epoch:
        told.append("The check to compare with is later than this one.")
    if then.benchmark != now.benchmark:
        told.append(
            f"The earlier check is by benchmark {then.benchmark}, this one by {now.benchmark}; numbers may mean other objects."
        )
    asked = {verdict.slug for verdict in now.verdicts}
    left = [verdict.control for verdict in then.verdicts if verdict.slug not in asked and verdict.result == "pass"]
    if left:
        many = "1 control that passed then is" if len(left) == 1 else f"{len(left)} controls that passed then are"
        told.append(f"{many} not asked about now: {listed(left)}.")
    return tuple(told)


def _other_host(then: CheckedHost, now: CheckedHost) -> list[str]:
    known = bool(then.machine and now.machine)
    if known and then.machine == now.machine:
        renamed = f"This host was called {then.name} in the earlier check, and is called {now.name} now."
        return [renamed] if then.name != now.name else []
    if then.name != now.name:
        return [f"The earlier check is of another host: that was {then.name}, this is {now.name}."]
    if known:
        return [f"The earlier check is of another machine that is called {now.name} as well: its machine id differs."]
    return []
