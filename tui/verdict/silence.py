"""Whether auditd writes anything at all on one host, told from its facts: all that a verdict needs to know of the log. Pure."""

from __future__ import annotations

from tui.audit.inputs import AuditStatus, PathFacts
from tui.audit.log import silence as log_silence
from tui.base.cleaning import clean
from tui.host.facts import HostFacts
from tui.host.recorder import RecordPlace, place_of
from tui.verdict.audit_daemon import daemon_name, takes_the_records
from tui.verdict.host_log import HostLog


def silence(facts: HostFacts, status: AuditStatus, log: HostLog) -> str:
    """Why the daemon writes none of the events that the kernel hands it, "" where it does as far as its settings tell."""
    for process in facts.processes:
        if process.stopped and process.pid == status.pid:
            name = daemon_name(facts)
            return f"{name} is stopped by a signal or a tracer, and takes no record until it goes on: kill -CONT {process.pid}"
    if facts.other_daemon is not None:
        return ""  # What auditd.conf says is no matter of that daemon's.
    if log.conf is None:
        return ""
    return lasting_silence(log) or ("" if log.plugins_without_log else _log_gone(facts, status, log.conf.settings.log_file))


def lasting_silence(log: HostLog) -> str:
    """Why the next auditd writes nothing either, by its settings and the space that there is now; "" where it does, or that is not known."""
    if log.conf is None:
        return ""
    settings = log.conf.settings
    return log_silence.not_listening(settings) if log.plugins_without_log else log_silence.silence(settings, log.partition)


def way_out_of_silence(facts: HostFacts, log: HostLog) -> str:
    """What ends the silence that the settings or the space make, "" where nothing is silent or its cause says itself what ends it."""
    if facts.other_daemon is not None or log.conf is None or not lasting_silence(log):
        return ""
    return log_silence.way_out(log.conf.settings, log.partition)


def records_place(facts: HostFacts, log: HostLog | None = None) -> RecordPlace | str:
    """Where they can be read where auditd's log has none of them, or a sentence without its end on why they cannot."""
    return place_of(facts) if facts.other_daemon or (log or HostLog(facts)).plugins_without_log else ""


def where_proved(facts: HostFacts, log: HostLog | None = None) -> str:
    """The sentence that says where a run looks for its own records where auditd's log has none, or why it can find them nowhere."""
    place = records_place(facts, log)
    if isinstance(place, RecordPlace):
        return f"A run looks for its own in {place.text}."
    return f"No run can prove anything there: {place[:1].lower()}{place[1:]}." if place else ""


def records_elsewhere(facts: HostFacts, log: HostLog | None = None) -> str:
    """The sentence that says who has the records where auditd's log has none of them; "" where they are in the log, or nowhere."""
    if facts.other_daemon is not None:
        return takes_the_records(facts.other_daemon)
    plugins = (log or HostLog(facts)).plugins_without_log
    if not plugins:
        return ""
    return f"auditd writes no log here and hands each record to a plugin: {clean(', '.join(plugins))}."


def _log_gone(facts: HostFacts, status: AuditStatus, path: str) -> str:
    """A daemon opens its log when it starts and when it rotates, and follows no name."""
    found = facts.paths.get(path)
    if status.pid and isinstance(found, PathFacts) and found.kind == "absent":
        return f"{clean(path)} is not there: auditd writes into the file that was removed or renamed, until it is started anew."
    return ""
