"""The JSON that programs read: what stays stable of check, plan, apply, undo, rehearse and history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tui.audit.inputs import AuditStatus
from tui.base.amounts import utc_text
from tui.base.cleaning import clean
from tui.base.typing import TYPE_CHECKING, Any
from tui.host.facts import HostFacts

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from tui.audit.log.events.accesses import Access
    from tui.audit.log.events.summary import Tally
    from tui.base.notice import Place
    from tui.host.port import Actor
    from tui.plan.values import FileChange, Plan
    from tui.recorded import Recorded, RecordedControl
    from tui.run.journal.pruning import Pruning
    from tui.run.journal.run_records import RunRecord
    from tui.run.rehearsal.report import Rehearsal
    from tui.run.taking_back.lines_left import LinesLeft
    from tui.run.values import RunReport, Step
    from tui.verdict.values import Finding, Waiver

SCHEMA = 1
MOST_LISTED = 100
"""As many programs, logins and outstanding things of one control as the document of ``events`` holds."""


def text(document: Mapping[str, Any]) -> str:
    """One JSON document with a newline at its end; what is not ASCII is escaped, so that no control character reaches a terminal."""
    return json.dumps(document, indent=2) + "\n"


def host_view(facts: HostFacts) -> dict[str, Any]:
    """Which host was judged; ``audit_enabled`` is null where it could not be read."""
    status = facts.audit_status
    return {
        "name": facts.identity.name,
        "audit_enabled": status.enabled if isinstance(status, AuditStatus) else None,
        "source": facts.source,
        "os": clean(facts.identity.os_name),
        "kernel": clean(facts.identity.kernel),
        "machine": clean(facts.identity.machine),
        "audit_version": facts.names.audit_version,
        "machine_id_hash": facts.identity.machine_id_hash or None,
    }


def finding_view(finding: Finding) -> dict[str, Any]:
    """One finding as JSON values."""
    real = finding.real_path
    return {
        "control": finding.control,
        "slug": finding.slug,
        "path": finding.path,
        "result": finding.result,
        "state": finding.state,
        "coverage": None if finding.coverage is None else dict(finding.coverage),
        "coverage_after_boot": None if finding.after_boot is None else dict(finding.after_boot),
        "loaded": finding.loaded,
        "on_disk": finding.on_disk,
        "benchmark_audit": finding.benchmark_audit,
        "places": [
            {"path": place.path, "coverage": dict(place.coverage), "loaded": place.loaded, "on_disk": place.on_disk}
            for place in finding.places
        ],
        "real_path": None if real is None else {"path": real.path, "coverage": dict(real.coverage)},
        "exemptions": [{"rule": each.rule, "who": each.who} for each in finding.exemptions],
        "waiver": waiver_view(finding.waiver),
        "void_waivers": [{**(waiver_view(each.waiver) or {}), "why": each.why} for each in finding.void_waivers],
        "reasons": [*(reason.text for reason in (*finding.reasons, *finding.details)), *finding.void_texts],
        "rules": [
            {"source": "kernel", "position": rule.position, "text": rule.text, "effect": rule.effect}
            if rule.source == "kernel"
            else {"source": rule.source, "file": rule.file, "line": rule.line, "text": rule.text, "effect": rule.effect}
            for rule in finding.rules
        ],
    }


def waiver_view(waiver: Waiver | None) -> dict[str, Any] | None:
    """A waiver, with itself as one line of text; null for none."""
    if waiver is None:
        return None
    return {"reason": clean(waiver.reason), "by": clean(waiver.by), "until": waiver.until, "text": waiver.text}


def plan_view(facts: HostFacts, plan: Plan, unfinished: Sequence[str] = ()) -> dict[str, Any]:
    """The document of ``plan --json``; *unfinished* names the runs that were cut short."""
    return {
        "schema": SCHEMA,
        "host": host_view(facts),
        "benchmark": plan.benchmark,
        "controls": [finding.control for finding in plan.findings if finding.result in ("fail", "unknown")],
        "files": [change_view(change) for change in plan.files],
        "compiled_diff": plan.compiled_diff,
        "kernel_only": [rule.text for rule in plan.kernel_only],
        "kernel_only_notes": [rule.note for rule in plan.kernel_only],
        "commands": [{"argv": list(command.argv), "why": command.why} for command in plan.commands],
        "warnings": [{"id": notice.kind, "text": notice.text, "advice": notice.remedy} for notice in plan.warnings],
        "blockers": [
            {"id": blocker.kind, "text": blocker.text, "way_out": blocker.remedy, **place_view(blocker.place)}
            for blocker in plan.blockers
        ],
        "pending_reboot": plan.pending_reboot,
        "unfinished": list(unfinished),
        "locks": plan.locks,
        "consequences": list(plan.consequences),
        "reload_seconds": plan.reload_seconds,
        "log": log_view(facts),
    }


def events_view(facts: HostFacts, benchmark: str, recorded: Recorded) -> dict[str, Any]:
    """The document of ``events --json``; times in UTC."""
    log = recorded.log
    return {
        "schema": SCHEMA,
        "host": host_view(facts),
        "benchmark": benchmark,
        "since": None if recorded.since is None else utc_text(recorded.since),
        "read": {
            "bytes": log.bytes,
            "begins": None if log.begins is None else utc_text(log.begins),
            "files": list(map(clean, log.files)),
            "not_read": list(map(clean, log.left_out)),
            "in_part": clean(log.in_part) or None,
            "journal": recorded.journal_read,
            "elsewhere": recorded.elsewhere or None,
        },
        "controls": [_recorded_view(control) for control in recorded.controls],
    }


def _recorded_view(control: RecordedControl) -> dict[str, Any]:
    from tui.views.pages.events import outstanding_text

    finding, recorded = control.finding, control.recorded
    return {
        "control": finding.control,
        "slug": finding.slug,
        "path": finding.path,
        "state": finding.state,
        **_tally_view(recorded.total),
        "own_probes": control.own,
        "rehearsed": control.rehearsed,
        "other_hosts": control.others,
        "programs": [{"program": clean(program), **_tally_view(tally)} for program, tally in recorded.programs[:MOST_LISTED]],
        "logins": [
            {"login_uid": login, "user": clean(name) or None, **_tally_view(tally)}
            for login, name, tally in recorded.logins[:MOST_LISTED]
        ],
        "stands_out": [
            {"id": one.kind, "events": one.events, "text": clean(outstanding_text(one)), "last": _access_view(one.last)}
            for one in recorded.outstanding[:MOST_LISTED]
        ],
        "last": [_access_view(access) for access in recorded.last],
    }


def _tally_view(tally: Tally) -> dict[str, Any]:
    last = utc_text(tally.last) if tally.events else None
    kinds = {"accesses": dict(tally.accesses), "other": tally.other}
    return {"events": tally.events, **kinds, "refused": tally.refused, "last_time": last}


def _access_view(access: Access) -> dict[str, Any]:
    return {
        "event": access.serial,
        "time": utc_text(access.time),
        "accesses": access.accesses,
        "path": clean(access.path),
        "program": clean(access.program),
        "command": clean(access.command),
        "pid": access.pid,
        "login_uid": access.login,
        "login_user": clean(access.login_name) or None,
        "uid": access.user,
        "success": access.success,
        "errno": access.error or None,
        "syscall": clean(access.syscall),
        "keys": list(map(clean, access.keys)),
    }


def log_view(facts: HostFacts) -> dict[str, Any]:
    """The figures of the log's storage, null where the host did not tell. Bytes."""
    from tui.plan.log import log_story  # check has no need of it
    from tui.verdict.host_log import HostLog

    story = log_story(HostLog(facts))
    log = story.state if story else None
    where = log.partition if log else None
    return {
        "bounded": log.bound.bounded if log else None,
        "max_bytes": log.bound.max_bytes if log else None,
        "action": log.conf.settings.max_log_file_action.upper() if log else None,
        "folder": log.conf.settings.log_folder if log else None,
        "mount": where.mount_point if where else None,
        "separate": where.separate if where else None,
        "free_bytes": where.free_bytes if where else None,
        "usable_bytes": where.usable_bytes if where else None,
    }


def place_view(place: Place | None) -> dict[str, Any]:
    """The file and the line that a notice leads to; null where it leads to none."""
    return {"file": None, "line": None} if place is None else {"file": place.file, "line": place.line}


def change_view(change: FileChange) -> dict[str, Any]:
    """One file that a plan changes, or that a run has changed."""
    return {"path": change.path, "diff": change.diff, "sha256_before": change.sha256_before, "sha256_after": change.sha256_after}


def step_view(step: Step) -> dict[str, Any]:
    """One step of a run."""
    return {"name": step.name, "state": step.state, "seconds": round(step.seconds, 3), "message": step.message}


def actor_view(actor: Actor | None) -> dict[str, Any] | None:
    """Who did a run; null where it was none."""
    return None if actor is None else {**_plain(actor), "command": list(actor.command)}


def report_view(report: RunReport) -> dict[str, Any]:
    """The document of ``apply --json`` and ``undo --json``."""
    return {
        "schema": SCHEMA,
        "run": report.run,
        "outcome": report.outcome,
        "headline": report.headline,
        "message": report.message,
        "steps": [step_view(step) for step in report.steps],
        "before": [finding_view(finding) for finding in report.before],
        "after": [finding_view(finding) for finding in report.after],
        "mend": list(report.mend),
        "dropped": list(report.dropped),
        "report": report.report,
        "recovered": None
        if (earlier := report.recovered) is None
        else {"run": earlier.run, "outcome": earlier.outcome, "headline": earlier.headline, "message": earlier.message},
        "recovers": report.recovers,
        "actor": actor_view(report.actor),
    }


def rehearsal_view(rehearsal: Rehearsal) -> dict[str, Any]:
    """The document of ``rehearse --json``."""
    return {"schema": SCHEMA, **_plain(rehearsal)}


def history_view(records: Sequence[RunRecord], left: Mapping[str, LinesLeft]) -> dict[str, Any]:
    """The document of ``history --json``; *left* tells by the run's name what is left of its lines."""
    return {"schema": SCHEMA, "runs": [{**_record_view(record), "lines": _left_view(left.get(record.run))} for record in records]}


def pruning_view(pruned: Pruning) -> dict[str, Any]:
    """The document of ``history --prune KEEP --json``: the runs that were removed, and those beyond the number that stay, each with why."""
    return {
        "schema": SCHEMA,
        "removed": [record.run for record in pruned.goes],
        "stays": [{"run": record.run, "why": why} for record, why in pruned.stays],
    }


def _left_view(left: LinesLeft | None) -> dict[str, int] | None:
    return None if left is None else {"written": left.written, "left": left.left}


def run_view(record: RunRecord) -> dict[str, Any]:
    """The document of ``history RUN --json``."""
    from tui.run.journal.run_records import DamagedRun

    try:
        files: list[dict[str, Any]] = [change_view(change) for change in record.files]
    except DamagedRun as damage:
        files = [{"error": str(damage)}]
    return {
        "schema": SCHEMA,
        **_record_view(record),
        "message": record.message,
        "steps": [step_view(step) for step in record.steps],
        "files": files,
    }


def _record_view(record: RunRecord) -> dict[str, Any]:
    return {
        "run": record.run,
        "kind": record.kind,
        "controls": list(record.controls),
        "benchmark": record.benchmark,
        "started": utc_text(record.started),
        "finished": None if record.finished is None else utc_text(record.finished),
        "outcome": record.outcome,
        "headline": record.headline,
        "running": record.running,
        "unfinished": record.unfinished,
        "undoes": record.undoes,
        "undoes_all": list(record.undid) if record.undoes is None else [],
        "undone_by": record.undone_by,
        "report": record.report,
        "actor": actor_view(record.actor),
    }


def _plain(value: DataclassInstance) -> dict[str, Any]:
    """*value* with all that it nests as mappings."""
    from dataclasses import asdict  # check has no need of it, and pays for it with a quarter of its time

    return asdict(value)
