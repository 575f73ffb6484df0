"""The evidence as a Markdown report; nothing that came from outside can become markup in it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tui.base.cleaning import clean
from tui.base.typing import Any
from tui.host.port import Actor
from tui.verdict.words import words_for

_WHAT = {"apply": "Run", "undo": "Undo", "rehearse": "Rehearsal"}

_LEAST_FOLDED, _MOST_FOLDED = 4, 24
"""The lines of a repeated block that is written once: a status has ten to twelve."""


def markdown(document: Mapping[str, Any]) -> str:
    """The evidence *document* for somebody who was not there."""
    lines = [
        *_head(document),
        *_controls(document),
        *_verdicts(document),
        *_plan(document["plan"]),
        *_steps(document),
        *_proof(document["probes"]),
        *_facts("before", document["facts_before"]),
        *_facts("after", document["facts_after"]),
    ]
    return "\n".join(lines) + "\n"


def _head(document: Mapping[str, Any]) -> Iterator[str]:
    host = document["host"]
    demo = " (a demonstration: no real machine)" if host["source"] == "demo" else ""
    versions = ", ".join(f"{name} {_prose(version or 'not known')}" for name, version in document["versions"].items())
    yield f"# {_WHAT[document['kind']]} {_prose(document['run'])}: {_prose(document['headline'])}"
    yield from ("", _prose(document["message"]), "", "| | |", "|---|---|")
    yield f"| Host | {_prose(host['name'])}{demo} |"
    yield f"| System | {_prose(host['os_name'] or host['os_id'] or 'not known')}, kernel {_prose(host['kernel'] or 'not known')} |"
    yield f"| Begun, ended | {document['started']}, {document['finished']} |"
    for label, actor in (("Begun by", document["begun_by"]), ("Done by", document["actor"])):
        if actor:
            yield f"| {label} | {_prose(Actor(**actor).text)}, with {_prose(shlex.join(actor['command']))} |"
    yield f"| Outcome | {_prose(document['headline'])} |"
    yield f"| Versions | {versions} |"
    if document.get("program_sha256"):
        yield f"| Program's SHA-256 | {document['program_sha256']} |"
    yield f"| Backup | {_prose(document['backup'] or 'none: no file was there before')} |"
    if document["undoes"]:
        yield f"| Undoes | run {_prose(document['undoes'])} |"
    if document.get("undoes_all"):
        yield f"| Undoes | all runs: {_prose(', '.join(document['undoes_all']))} |"
    yield ""
    if document["mend"]:
        yield from ("## To mend by hand", "", *_fence("\n".join(document["mend"])), "")


def _controls(document: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## Controls", "", f"Benchmark version {_prose(document['benchmark'])}.", "")
    for control in document["controls"]:
        yield f"* **{_prose(control['number'])}** {_prose(control.get('title', ''))}"
        if "rationale" in control:
            what = f"audited path {_code(control['path'])}, accesses {_code(control['accesses'])}"
            yield f"  {what}. {_prose(control['rationale'])}"
    for left in document.get("left_out", ()):
        yield f"* **{_prose(left['control'])}** left out, waived: {_prose(left['waiver'])}"


def _verdicts(document: Mapping[str, Any]) -> Iterator[str]:
    first = "Found" if document["recovers"] else "Before"
    yield from ("", f"## Verdict {first.lower()} and after", "", f"| Control | Path | {first} | After |", "|---|---|---|---|")
    after = {finding["control"]: finding for finding in document["findings_after"]}
    for finding in document["findings_before"]:
        then = after.get(finding["control"])
        now = _verdict(then) if then else "not judged"
        yield f"| {_prose(finding['control'])} | {_prose(finding['path'])} | {_verdict(finding)} | {now} |"
    for title, findings in ((first, document["findings_before"]), ("After", document["findings_after"])):
        reasons = [f"* {_prose(finding['control'])}: {_prose(reason)}" for finding in findings for reason in finding["reasons"]]
        reasons += [f"* {_prose(one['control'])}: waived: {_prose(one['waiver'])}" for one in findings if one.get("waiver")]
        if reasons:
            yield from ("", f"{title}:", "", *reasons)


def _verdict(finding: Mapping[str, Any]) -> str:
    """The result and the state, once where both say the same."""
    words = words_for(finding["state"], finding["coverage"])
    return words if finding["result"] in ("unknown", "notapplicable") else f"{finding['result']}: {words}"


def _plan(plan: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Plan", "")
    for change in plan["files"]:
        yield from (_code(change["path"]), "", *_fence(change["diff"], "diff"), "")
        yield f"SHA-256 before {change['sha256_before'] or '(absent)'}, after {change['sha256_after'] or '(absent)'}."
        yield ""
    if plan["compiled_diff"]:
        yield from ("The compiled rules:", "", *_fence(plan["compiled_diff"], "diff"), "")
    if plan["kernel_only"]:
        yield from ("Rules only the kernel has, put back after each load:", "", *_fence("\n".join(plan["kernel_only"])), "")
    if plan["kernel_only_dropped"]:
        yield from ("Rules only the kernel has, DROPPED by the load:", "", *_fence("\n".join(plan["kernel_only_dropped"])), "")
    for command in plan["commands"]:
        yield f"* {_code(shlex.join(command['argv']))} {_prose(command['why'])}".rstrip()
    for notice in plan["warnings"]:
        yield f"* {'Log' if notice['id'] == 'log-figures' else 'Warning'}: {_prose(notice['text'])}"


def _steps(document: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "## Steps", "")
    for number, step in enumerate(document["steps"], 1):
        yield f"{number}. **{_prose(step['title'])}**: {step['state']} ({step['seconds']:.3f} s). {_prose(step['message'])}"
        yield from _commands(step["commands"])
    if document["rollback_commands"]:
        yield from ("", "## Rollback", "", *_commands(document["rollback_commands"]))


def _proof(probes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield from ("", "## Proof", "")
    for probe in probes:
        found = f"recorded as serial {probe['serial']} at {probe['time']}, key {_code(probe['key'] or 'none')}"
        found += f", in {_code(probe['place'])}" if probe.get("place") else ""
        what = found if probe["recorded"] else f"no record: {_prose(probe['reason'])}"
        yield f"* access {probe['access']} to {_code(probe['path'])} by process {probe['pid']}: {what}"
        if probe["record"]:
            yield from ("", *_fence(clean(probe["record"], lines=True)), "")
    if not probes:
        yield "No probe was made."


def _facts(when: str, facts: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"## Host facts {when}", "", f"Read at {facts['taken_at']}.", "", "Audit status:", "")
    yield from _fence(
        "\n".join(f"{name} {'not told' if value is None else value}" for name, value in facts["audit_status"].items())
    )
    yield from ("", "The kernel's rules, in its order (as auditctl takes them):", "")
    rules = facts["kernel_rules"]
    yield from _fence("\n".join(rules) if isinstance(rules, list) else rules["unknown"]) if rules else ["None."]
    yield from ("", "| File | Mode | Owner | SHA-256 |", "|---|---|---|---|")
    for entry in facts["files"]:
        owner = f"{entry['uid']}:{entry['gid']}" if "uid" in entry else ""
        digest = entry.get("sha256") or entry["kind"]
        yield f"| {_prose(entry['path'])} | {entry.get('mode', '')} | {owner} | {digest} |"


def _commands(commands: Iterable[Mapping[str, Any]]) -> list[str]:
    lines: list[str] = []
    for command in commands:
        how = f"exit code {command['exit_code']}" if command["state"] == "exited" else command["state"]
        lines += ["", f"   {_code(shlex.join(command['argv']))}: {how}, {command['seconds']:.3f} s, begun {command['started']}", ""]
        lines += ["   " + line for line in _fence(_folded(command["output"]) or "(no output)")] + [""]
    return lines


def _folded(output: str) -> str:
    """*output* with a block of lines that is repeated right behind itself written once: auditctl prints the whole status for each option
    line of a rules file."""
    lines = output.split("\n")
    told: list[str] = []
    at = 0
    while at < len(lines):
        size, times = _repeated(lines, at)
        told += lines[at : at + size]
        if times > 1:
            told.append(f"[the {size} lines above stand here {times} times]")
        at += size * times
    return "\n".join(told)


def _repeated(lines: Sequence[str], at: int) -> tuple[int, int]:
    """How long the block at *at* is that comes again right behind itself, and how often it stands there; one line, once, for none."""
    for size in range(_LEAST_FOLDED, min(_MOST_FOLDED, (len(lines) - at) // 2) + 1):
        if lines[at + size] != lines[at]:
            continue
        block = lines[at : at + size]
        times = 1
        while lines[at + times * size : at + (times + 1) * size] == block:
            times += 1
        if times > 1:
            return size, times
    return 1, 1


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
