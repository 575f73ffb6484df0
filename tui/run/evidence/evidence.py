"""Evidence: before, plan, steps, after, written as a report for people (Markdown) and for programs (JSON)."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import tui
from tui.audit.inputs import Unknown
from tui.audit.rule.text import unambiguous
from tui.audit.rule.value import Rule
from tui.base.amounts import utc_milliseconds
from tui.base.cleaning import clean
from tui.base.saving import save_text
from tui.base.typing import Any
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV, AUDITD_CONF, FileFacts, HostFacts
from tui.host.port import Actor, CommandResult
from tui.plan.values import Plan
from tui.run.evidence.manifest import write_manifest
from tui.run.evidence.markdown import markdown
from tui.run.evidence.program import program_checksum
from tui.run.journal.intent import Intent
from tui.run.journal.run_records import REPORT
from tui.run.values import RunReport
from tui.verdict.boot.words import boot_values
from tui.verdict.question import Question
from tui.verdict.values import Finding

REPORT_JSON = "report.json"
SCHEMA = 1
Ran = tuple[str, float, CommandResult]


def versions(facts: HostFacts) -> dict[str, str | None]:
    """The versions of what took part: this program, the audit package, the kernel, Python."""
    return {
        "docker-audit-wizard": tui.__version__,
        "audit": facts.names.audit_version,
        "kernel": facts.identity.kernel or None,
        "python": platform.python_version(),
    }


def write(folder: Path, document: Mapping[str, Any]) -> str:
    """Write *document* as report.json and report.md into the run's *folder*, a manifest over all of it, and return the path of report.md.
    Raises OSError."""
    save_text(str(folder / REPORT_JSON), json.dumps(document, indent=2) + "\n", replace=True)
    path = save_text(str(folder / REPORT), markdown(document), replace=True)
    write_manifest(folder)
    return path


def document_of(
    report: RunReport,
    intent: Intent,
    *,
    question: Question | None,
    plan: Plan | None,
    before: HostFacts,
    after: HostFacts,
    commands: Sequence[Ran],
    started: float,
    finished: float,
    begun_by: Actor | None = None,
) -> dict[str, Any]:
    """Everything that a report tells of one run, as JSON values."""
    return {
        "schema": SCHEMA,
        "run": report.run,
        "kind": intent.kind,
        "undoes": intent.undoes,
        "undoes_all": list(intent.undoes_all),
        "outcome": report.outcome,
        "headline": report.headline,
        "message": report.message,
        "mend": list(report.mend),
        "started": _utc(started),
        "finished": _utc(finished),
        "host": {**asdict(before.identity), "source": before.source},
        "actor": asdict(report.actor) if report.actor else None,
        "begun_by": asdict(begun_by) if begun_by else None,
        "recovers": report.recovers,
        "versions": versions(before),
        "program_sha256": program_checksum(),
        "benchmark": intent.benchmark,
        "controls": _controls(question) if question else [{"number": number} for number in intent.controls],
        "left_out": [{"control": control, "waiver": waiver.text} for control, waiver in (question.omitted if question else ())],
        "findings_before": [_finding(finding) for finding in report.before],
        "findings_after": [_finding(finding) for finding in report.after],
        "plan": _plan(intent, plan),
        "steps": [
            {
                "name": step.name,
                "title": step.title,
                "state": step.state,
                "seconds": round(step.seconds, 3),
                "message": step.message,
                "commands": [_command(began, result) for name, began, result in commands if name == step.name],
            }
            for step in report.steps
        ],
        "rollback_commands": [_command(began, result) for name, began, result in commands if name == "roll-back"],
        "probes": [asdict(probe) | {"time": _utc(probe.time)} for probe in report.probes],
        "facts_before": _facts(before),
        "facts_after": _facts(after),
        "backup": report.backup,
    }


def _utc(moment: float | None) -> str | None:
    return None if moment is None else utc_milliseconds(moment)


def _controls(question: Question) -> list[dict[str, Any]]:
    return [
        {
            "number": control.in_version(question.benchmark).number,
            "slug": control.slug,
            "title": control.title,
            "framework": control.framework,
            "path": control.in_version(question.benchmark).path,
            "accesses": control.in_version(question.benchmark).accesses,
            "lines": list(control.in_version(question.benchmark).lines),
            "rationale": control.rationale,
        }
        for control in question.controls
    ]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "control": finding.control,
        "path": finding.path,
        "result": finding.result,
        "state": finding.state,
        "waiver": finding.waiver.text if finding.waiver else None,
        "coverage": None if finding.coverage is None else dict(finding.coverage),
        "reasons": [reason.text for reason in finding.reasons],
    }


def _plan(intent: Intent, plan: Plan | None) -> dict[str, Any]:
    return {
        "files": [
            {"path": change.path, "sha256_before": change.sha256_before, "sha256_after": change.sha256_after, "diff": change.diff}
            for change in intent.files
        ],
        "compiled_diff": plan.compiled_diff if plan else None,
        "kernel_only": [clean(unambiguous(rule)) for rule in intent.put_back],
        "kernel_only_dropped": [only.text for only in plan.dropped] if plan else [],
        "commands": [{"argv": list(command.argv), "why": command.why} for command in (plan.commands if plan else ())]
        or [{"argv": list(argv), "why": ""} for argv in ((intent.load,) if intent.load else ()) + intent.restart],
        "warnings": [{"id": notice.kind, "text": notice.text} for notice in (plan.warnings if plan else ())],
        "switches": asdict(plan.switches) if plan else None,
    }


def _command(began: float, result: CommandResult) -> dict[str, Any]:
    return {
        "argv": list(result.argv),
        "started": _utc(began),
        "seconds": round(result.seconds, 3),
        "state": result.state,
        "exit_code": result.exit_code,
        "signal": result.signal,
        "output": result.output,
    }


def _facts(facts: HostFacts) -> dict[str, Any]:
    return {
        "taken_at": _utc(facts.taken_at),
        "audit_status": _or_reason(facts.audit_status, asdict),
        "kernel_rules": _or_reason(facts.kernel_rules, _texts),
        "files": _files(facts),
        "next_boot": boot_values(facts),
    }


def _or_reason(value: Any, view: Any) -> Any:
    return {"unknown": value.reason} if isinstance(value, Unknown) else view(value)


def _texts(rules: Iterable[Rule]) -> list[str]:
    return [clean(unambiguous(rule)) for rule in rules]


def _files(facts: HostFacts) -> list[dict[str, Any]]:
    entries: dict[str, FileFacts | Unknown | None] = {}
    if isinstance(facts.rules_dir, Unknown):
        entries["/etc/audit/rules.d"] = facts.rules_dir
    else:
        entries |= {entry.path: entry for entry in facts.rules_dir}
    entries[AUDIT_RULES] = facts.audit_rules
    entries[AUDITD_CONF] = facts.auditd_conf
    entries[AUDIT_RULES_PREV] = facts.files.get(AUDIT_RULES_PREV)
    return [_file(path, entry) for path, entry in entries.items()]


def _file(path: str, entry: FileFacts | Unknown | None) -> dict[str, Any]:
    if entry is None:
        return {"path": path, "kind": "absent"}
    if isinstance(entry, Unknown):
        return {"path": path, "kind": "unknown", "reason": entry.reason}
    content = entry.content
    return {
        "path": path,
        "kind": entry.kind,
        "sha256": None if content is None else hashlib.sha256(content).hexdigest(),
        "bytes": None if content is None else len(content),
        "mode": f"{entry.mode:04o}",
        "uid": entry.uid,
        "gid": entry.gid,
    }
