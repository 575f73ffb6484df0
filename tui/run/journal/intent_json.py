"""An intent as JSON beside copies of its files, so that a later process can undo or recover the run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from tui.audit.inputs import AuditStatus
from tui.audit.rule.value import Field, Rule
from tui.base.typing import Any, Literal
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_PREV
from tui.plan.values import FileChange, FileState
from tui.run.journal.intent import Intent
from tui.run.journal.unfinished import read_journal

Side = Literal["before", "after"]


def copy_name(side: Side, path: str) -> str:
    """Where the copy of *path* lies below the run's folder."""
    return side + "/" + path.lstrip("/")


def copies(intent: Intent) -> Iterator[tuple[str, FileState]]:
    """Every copy that the run's folder holds: its name and what goes into it."""
    files = (*intent.files, FileChange(AUDIT_RULES, intent.compiled, None), FileChange(AUDIT_RULES_PREV, intent.previous, None))
    for change in files:
        if change.before is not None:
            yield copy_name("before", change.path), change.before
        if change.after is not None:
            yield copy_name("after", change.path), change.after


def _state_to_json(state: FileState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    return {
        "sha256": hashlib.sha256(state.content).hexdigest(),
        "mode": f"{state.mode:04o}",
        "uid": state.uid,
        "gid": state.gid,
    }


def _state_from_json(data: Mapping[str, Any] | None, folder: Path, side: Side, path: str) -> FileState | None:
    if data is None:
        return None
    copy = folder / copy_name(side, path)
    content = read_journal(str(copy))
    if hashlib.sha256(content).hexdigest() != data["sha256"]:
        raise ValueError(f"{copy} is not the copy that was made")
    return FileState(content, int(data["mode"], 8), data["uid"], data["gid"])


def intent_to_json(intent: Intent) -> dict[str, Any]:
    """*intent* as JSON values; files as digests and attributes, their content is in the copies."""
    return {
        "kind": intent.kind,
        "benchmark": intent.benchmark,
        "controls": list(intent.controls),
        "swaps": [
            {"path": change.path, "before": _state_to_json(change.before), "after": _state_to_json(change.after)}
            for change in intent.files
        ],
        "compiled": _state_to_json(intent.compiled),
        "previous": _state_to_json(intent.previous),
        "new_lines": [line.decode("utf-8", "surrogateescape") for line in intent.new_lines],
        "kernel_before": [rule_to_json(rule) for rule in intent.kernel_before],
        "expected": [rule_to_json(rule) for rule in intent.expected],
        "put_back": [rule_to_json(rule) for rule in intent.put_back],
        "status": asdict(intent.status),
        "auditctl": intent.auditctl,
        "load": None if intent.load is None else list(intent.load),
        "restart": [list(argv) for argv in intent.restart],
        "start": None if intent.start is None else list(intent.start),
        "rules_dir": dict(intent.rules_dir),
        "pending_reboot": intent.pending_reboot,
        "daemon": intent.daemon,
        "locks": intent.locks,
        "settings": dict(intent.settings),
        "needs_load": intent.needs_load,
        "undoes": intent.undoes,
        "undoes_all": list(intent.undoes_all),
    }


def intent_from_json(data: Mapping[str, Any], folder: Path) -> Intent:
    """The intent that :func:`intent_to_json` wrote, with the copies in *folder*.

    Raises OSError, KeyError, TypeError or ValueError where something is missing or was changed.
    """
    return Intent(
        kind=data["kind"],
        benchmark=data["benchmark"],
        controls=tuple(data["controls"]),
        files=tuple(
            FileChange(
                change["path"],
                _state_from_json(change["before"], folder, "before", change["path"]),
                _state_from_json(change["after"], folder, "after", change["path"]),
            )
            for change in data["swaps"]
        ),
        compiled=_state_from_json(data["compiled"], folder, "before", AUDIT_RULES),
        previous=_state_from_json(data["previous"], folder, "before", AUDIT_RULES_PREV),
        new_lines=tuple(line.encode("utf-8", "surrogateescape") for line in data["new_lines"]),
        kernel_before=tuple(rule_from_json(rule) for rule in data["kernel_before"]),
        expected=tuple(rule_from_json(rule) for rule in data["expected"]),
        put_back=tuple(rule_from_json(rule) for rule in data["put_back"]),
        status=AuditStatus(**data["status"]),
        auditctl=data["auditctl"],
        load=None if data["load"] is None else tuple(data["load"]),
        restart=tuple(tuple(argv) for argv in data["restart"]),
        start=None if data["start"] is None else tuple(data["start"]),
        rules_dir=dict(data["rules_dir"]),
        pending_reboot=data["pending_reboot"],
        daemon=data.get("daemon", "auditd"),
        locks=data.get("locks", False),  # an older journal does not tell these three
        settings=dict(data.get("settings", {})),
        tells_settings="settings" in data,
        needs_load=data.get("needs_load", ""),
        undoes=data["undoes"],
        undoes_all=tuple(data.get("undoes_all", ())),
    )


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """*rule* as JSON values."""
    return {
        "filter": rule.filter,
        "action": rule.action,
        "syscalls": None if rule.syscalls is None else sorted(rule.syscalls),
        "fields": [[item.name, item.op, item.value] for item in rule.fields],
        "keys": list(rule.keys),
    }


def rule_from_json(data: Mapping[str, Any]) -> Rule:
    """The rule that :func:`rule_to_json` wrote. Raises KeyError, TypeError or ValueError."""
    return Rule(
        data["filter"],
        data["action"],
        None if data["syscalls"] is None else frozenset(data["syscalls"]),
        tuple(Field(name, op, value) for name, op, value in data["fields"]),
        tuple(data["keys"]),
    )


def backup_of(folder: Path, intent: Intent) -> str | None:
    """Where the copy of the first replaced file lies, as an absolute path; None where none was there before."""
    return next((str(folder / copy_name("before", change.path)) for change in intent.files if change.before is not None), None)
