"""Drift: what passed in an earlier check document and fails in a later one, since when, and which line or fact went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tui.base.cleaning import clean


class NoEarlierCheck(ValueError):
    """What was given is no document of ``check --json``; the message says why."""


def drift(earlier: object, now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each control of *now* that passed in *earlier* and fails, in the order of *now*. Raises NoEarlierCheck."""
    then = _findings(earlier)
    assert isinstance(earlier, dict)
    since = clean(str(earlier.get("time", "")))
    found = []
    for finding in now["findings"]:
        before = then.get(finding["slug"])
        if before is None or before.get("result") != "pass" or finding["result"] != "fail":
            continue
        found.append(
            {
                "control": finding["control"],
                "slug": finding["slug"],
                "path": finding["path"],
                "was": clean(str(before.get("state", ""))),
                "now": finding["state"],
                "since": since,
                "gone": _gone(before, finding) or _facts(earlier, now),
            }
        )
    return found


def drift_lines(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same in words, a line each."""
    if not found:
        return ["Nothing that passed in the earlier check fails now."]
    return [
        f"{one['control']} {one['path']} passed{' on ' + one['since'] if one['since'] else ''} and fails now ({one['now']})."
        + (f" Gone: {'; '.join(one['gone'])}" if one["gone"] else "")
        for one in found
    ]


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
