"""Drift: what passed in an earlier check document and no longer does in a later one, since when, and which line or fact went."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Mapping, Sequence
from time import strptime
from typing import Any

from tui.base.amounts import listed, local_text
from tui.base.cleaning import clean
from tui.views.page import Line, Page
from tui.views.signs import Signs
from tui.views.words import RESULT_ROLES, count, result_sign

_NOW = {"fail": "fails now", "notapplicable": "does not apply now", "unknown": "cannot be told now", "error": "cannot be told now"}


class NoEarlierCheck(ValueError):
    """What was given is no document of ``check --json``; the message says why."""


def drift(earlier: object, now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each control of *now* that passed in *earlier* and does not any more, in the order of *now*; controls are the same by their slug, in
    whichever version. Raises NoEarlierCheck."""
    then = _findings(earlier)
    assert isinstance(earlier, dict)
    since = clean(str(earlier.get("time", "")))
    found = []
    for finding in now["findings"]:
        before = then.get(finding["slug"])
        if before is None or before.get("result") != "pass" or finding["result"] == "pass":
            continue
        fails = finding["result"] == "fail"
        found.append(
            {
                "control": finding["control"],
                "slug": finding["slug"],
                "path": finding["path"],
                "was": clean(str(before.get("state", ""))),
                "now": finding["state"],
                "result": finding["result"],
                "since": since,
                # What is not judged names no rules: theirs may be loaded all the same.
                "gone": _gone(before, finding) or _facts(earlier, now) if fails else [],
                "why": "" if fails else next(iter(finding["reasons"]), ""),
            }
        )
    return found


def compared_with(earlier: object, now: Mapping[str, Any]) -> dict[str, Any]:
    """Which document the drift is against: its host, benchmark and time, and as sentences what makes it another question than that of *now*.
    Raises NoEarlierCheck."""
    then = _findings(earlier)
    assert isinstance(earlier, dict)
    host = earlier.get("host")
    benchmark = clean(str(earlier.get("benchmark", "")))
    asked = {finding["slug"] for finding in now["findings"]}
    left = [clean(str(one.get("control", slug))) for slug, one in then.items() if slug not in asked and one.get("result") == "pass"]
    differs = _other_host(host if isinstance(host, dict) else {}, now["host"])
    if benchmark and benchmark != now["benchmark"]:
        differs.append(
            f"The earlier check is by benchmark {benchmark}, this one by {now['benchmark']}; numbers may mean other objects."
        )
    if left:
        differs.append(
            f"{count(len(left), 'control')} that passed then {'is' if len(left) == 1 else 'are'} not asked about now: {listed(left)}."
        )
    return {
        "host": clean(str(host.get("name", ""))) if isinstance(host, dict) else "",
        "benchmark": benchmark,
        "time": clean(str(earlier.get("time", ""))),
        "differs": differs,
    }


def _other_host(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    name, called = clean(str(then.get("name") or "")), clean(str(now["name"]))
    one, other = then.get("machine_id_hash"), now["machine_id_hash"]
    if one and other and one == other:
        return [f"This host was called {name} in the earlier check, and is called {called} now."] if name != called else []
    if name and name != called:
        return [f"The earlier check is of another host: that was {name}, this is {called}."]
    if one and other:
        return [f"The earlier check is of another machine that is called {called} as well: its machine id differs."]
    return []


def drift_lines(found: Sequence[Mapping[str, Any]], differs: Sequence[str], width: int, signs: Signs) -> list[Line]:
    """The same in words: first what makes the earlier check another question, then each control, an empty line between two; times local."""
    page = Page(width, signs)
    for text in differs:
        page.say((f"{signs.warn} ", "warn"), text, hanging=2)
    if not found:
        page.gap()
        page.say("Nothing that passed in the earlier check fails now.")
    for one in found:
        page.gap()
        when = f" on {_local(one['since'])}" if one["since"] else ""
        state = f" ({one['now']})" if one["result"] == "fail" else ""
        page.say(
            (f"{result_sign(one['result'], signs)} {one['control']}", RESULT_ROLES[one["result"]]),
            f" {one['path']} passed{when} and {_NOW[one['result']]}{state}.",
            hanging=2,
        )
        if one["why"]:
            page.say(one["why"], indent=2)
        for text in one["gone"]:
            page.say(f"Gone: {text}", indent=2, hanging=2)
    return page.lines


def _local(moment: str) -> str:
    """*moment*, as a document gives it in UTC, in this machine's time zone; as it is where it has another form."""
    try:
        return local_text(timegm(strptime(moment, "%Y-%m-%dT%H:%M:%SZ")))
    except (ValueError, OverflowError, OSError):
        return moment


def _findings(document: object) -> dict[str, Mapping[str, Any]]:
    if not isinstance(document, dict) or not isinstance(document.get("findings"), list):
        raise NoEarlierCheck("expected a document of check --json")
    if document.get("schema") != 1:
        raise NoEarlierCheck("expected schema 1")
    found = [one for one in document["findings"] if isinstance(one, dict) and isinstance(one.get("slug"), str)]
    if len(found) != len(document["findings"]):
        raise NoEarlierCheck("a finding of it names no control")
    return {one["slug"]: one for one in found}


def _gone(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The rules that the earlier finding rested on and the later one lacks, each with the file where it stood."""
    there = {(rule["source"], rule["text"]) for rule in after["rules"]}
    told = []
    rules = before.get("rules")
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict) and (rule.get("source"), rule.get("text")) not in there:
            place = f"{rule['file']}:{rule.get('line')}" if rule.get("file") else "the kernel's list"
            told.append(clean(f"{rule.get('text')} ({place})"))
    return told


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What else was told of the host and is otherwise now."""
    told = []
    for name, words in (("host", ("audit_enabled", "kernel", "audit_version")), ("next_boot", ("starts_auditd", "obstacle"))):
        one, other = before.get(name), after[name]
        told += [
            clean(f"{word} was {one[word]}, is {other[word]}")
            for word in words
            if isinstance(one, dict) and word in one and one[word] != other[word]
        ]
    return told
