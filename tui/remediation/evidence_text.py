"""The evidence as a Markdown report; nothing that came from outside can become markup in it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from tui.text import clean

_WHAT = {"apply": "Run", "undo": "Undo", "rehearse": "Rehearsal"}


def markdown(document: Mapping[str, Any]) -> str:
    """The evidence *document* for somebody who was not there."""
    host, plan = document["host"], document["plan"]
    lines = [
        f"# {_WHAT[document['kind']]} {_prose(document['run'])}: {_prose(document['headline'])}",
        "",
        _prose(document["message"]),
        "",
        "| | |",
        "|---|---|",
        f"| Host | {_prose(host['name'])}{' (a demonstration: no real machine)' if host['source'] == 'demo' else ''} |",
        f"| System | {_prose(host['os_name'] or host['os_id'] or 'not known')}, kernel {_prose(host['kernel'] or 'not known')} |",
        f"| Begun, ended | {document['started']}, {document['finished']} |",
        f"| Outcome | {document['outcome']} |",
        "| Versions | "
        + ", ".join(f"{name} {_prose(version or 'not known')}" for name, version in document["versions"].items())
        + " |",
        f"| Backup | {_prose(document['backup'] or 'none: no file was there before')} |",
        *([f"| Undoes | run {_prose(document['undoes'])} |"] if document["undoes"] else []),
        "",
    ]
    if document["mend"]:
        lines += ["## To mend by hand", "", *_fence("\n".join(document["mend"])), ""]
    lines += ["## Controls", "", f"Benchmark version {_prose(document['benchmark'])}.", ""]
    for control in document["controls"]:
        lines += [f"* **{_prose(control['number'])}** {_prose(control.get('title', ''))}"]
        if "rationale" in control:
            lines += [
                f"  audited path {_code(control['path'])}, accesses {_code(control['accesses'])}. {_prose(control['rationale'])}"
            ]
    lines += ["", "## Verdict before and after", "", "| Control | Path | Before | After |", "|---|---|---|---|"]
    after = {finding["control"]: finding for finding in document["findings_after"]}
    for finding in document["findings_before"]:
        then = after.get(finding["control"])
        now = f"{then['result']} ({then['state']})" if then else "not judged"
        lines += [
            f"| {_prose(finding['control'])} | {_prose(finding['path'])} | {finding['result']} ({finding['state']}) | {now} |"
        ]
    for title, findings in (("Before", document["findings_before"]), ("After", document["findings_after"])):
        reasons = [f"* {_prose(finding['control'])}: {_prose(reason)}" for finding in findings for reason in finding["reasons"]]
        lines += ["", f"{title}:", "", *reasons] if reasons else []
    lines += ["", "## Plan", ""]
    for change in plan["files"]:
        lines += [f"{_code(change['path'])}", "", *_fence(change["diff"], "diff"), ""]
        lines += [f"SHA-256 before {change['sha256_before'] or '(absent)'}, after {change['sha256_after'] or '(absent)'}.", ""]
    if plan["compiled_diff"]:
        lines += ["The compiled rules:", "", *_fence(plan["compiled_diff"], "diff"), ""]
    if plan["kernel_only"]:
        lines += ["Rules only the kernel has, put back after each load:", "", *_fence("\n".join(plan["kernel_only"])), ""]
    lines += [f"* {_code(shlex.join(command['argv']))} {_prose(command['why'])}" for command in plan["commands"]]
    lines += [f"* {'Log' if notice['id'] == 'log-figures' else 'Warning'}: {_prose(notice['text'])}" for notice in plan["warnings"]]
    lines += ["", "## Steps", ""]
    for number, step in enumerate(document["steps"], 1):
        lines += [f"{number}. **{_prose(step['title'])}**: {step['state']} ({step['seconds']:.3f} s). {_prose(step['message'])}"]
        lines += _commands(step["commands"])
    if document["rollback_commands"]:
        lines += ["", "## Rollback", "", *_commands(document["rollback_commands"])]
    lines += ["", "## Proof", ""]
    for probe in document["probes"]:
        found = f"recorded as serial {probe['serial']} at {probe['time']}, key {_code(probe['key'] or 'none')}"
        missed = f"no record: {_prose(probe['reason'])}"
        lines += [
            f"* access {probe['access']} to {_code(probe['path'])} by process {probe['pid']}: {found if probe['recorded'] else missed}"
        ]
        if probe["record"]:
            lines += ["", *_fence(clean(probe["record"], lines=True)), ""]
    if not document["probes"]:
        lines += ["No probe was made."]
    for title, facts in (("before", document["facts_before"]), ("after", document["facts_after"])):
        lines += ["", f"## Host facts {title}", "", f"Read at {facts['taken_at']}.", "", "Audit status:", ""]
        lines += _fence("\n".join(f"{name} {value}" for name, value in facts["audit_status"].items()))
        rules = facts["kernel_rules"]
        lines += ["", "The kernel's rules, in its order (as auditctl takes them):", ""]
        lines += _fence("\n".join(rules) if isinstance(rules, list) else rules["unknown"]) if rules else ["None."]
        lines += ["", "| File | Mode | Owner | SHA-256 |", "|---|---|---|---|"]
        for entry in facts["files"]:
            owner = f"{entry['uid']}:{entry['gid']}" if "uid" in entry else ""
            digest = entry.get("sha256") or entry["kind"]
            lines += [f"| {_prose(entry['path'])} | {entry.get('mode', '')} | {owner} | {digest} |"]
    return "\n".join(lines) + "\n"


def _commands(commands: Iterable[Mapping[str, Any]]) -> list[str]:
    lines: list[str] = []
    for command in commands:
        how = f"exit code {command['exit_code']}" if command["state"] == "exited" else command["state"]
        lines += ["", f"   {_code(shlex.join(command['argv']))}: {how}, {command['seconds']:.3f} s, begun {command['started']}", ""]
        lines += ["   " + line for line in _fence(command["output"] or "(no output)")] + [""]
    return lines


def _fence(content: str, language: str = "") -> list[str]:
    """A code block whose fence is longer than any run of backticks in it, so that nothing in it can end it."""
    content = clean(content, lines=True)
    longest = max((len(run) for run in _backticks(content)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence + language, *content.rstrip("\n").split("\n"), fence]


def _code(content: str) -> str:
    content = clean(content)
    longest = max((len(run) for run in _backticks(content)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if content[:1] in ("`", " ") or content[-1:] in ("`", " ") or not content else ""
    return f"{fence}{pad}{content}{pad}{fence}"


def _backticks(content: str) -> list[str]:
    return re.findall("`+", content)


def _prose(content: str) -> str:
    """Text of a paragraph with everything that Markdown or HTML would take as markup written out."""
    return "".join("\\" + sign if sign in "\\`*[]<>|" else sign for sign in clean(content))
