"""The log storage of one host, told from its facts: warnings, what blocks a restart, and whether anything is written at all. Pure."""

from __future__ import annotations

from tui.audit.auditd_conf import AuditdConf, ConfError, file_errors, host_errors, parse_conf
from tui.audit.growth import Growth, growth
from tui.audit.inputs import PathFacts, Unknown
from tui.audit.keepers import Keeper, keeper
from tui.audit.log_policy import bounded
from tui.audit.log_story import LogStory, log_findings
from tui.audit.storage import CRITICAL, Partition, partition
from tui.host.facts import AUDITD_CONF, FileFacts, HostFacts, LogFacts
from tui.remediation.values import Blocker, LogSummary, Notice

SILENT_IDS = frozenset({"not-written", "not-listening"})


def log_story(facts: HostFacts) -> LogStory | None:
    """Everything known of the log; None where auditd.conf could not be read."""
    if isinstance(facts.auditd_conf, Unknown):
        return None
    file = facts.auditd_conf
    conf = parse_conf(file.content if file else None, audit_version=facts.names.audit_version)
    where = _partition(facts, conf)
    log = facts.log if isinstance(facts.log, LogFacts) else None
    return log_findings(
        conf,
        _conditions(facts, conf, file),
        where,
        _growth(facts, conf, where),
        _keepers(log),
        facts.identity.os_id,
        facts.identity.os_version,
        files=log.files if log else (),
    )


def _conditions(facts: HostFacts, conf: AuditdConf, file: FileFacts | None) -> tuple[ConfError, ...]:
    of_file = file_errors(file.mode, file.uid, file.kind) if file else ()
    return (
        *of_file,
        *host_errors(conf, facts.paths, missing_groups=facts.names.missing_groups, audit_version=facts.names.audit_version),
    )


def _partition(facts: HostFacts, conf: AuditdConf) -> Partition | None:
    if not isinstance(facts.mounts, tuple):
        return None
    log = facts.log if isinstance(facts.log, LogFacts) else None
    folder = (log.real_folder if log else None) or conf.settings.log_folder
    real = {path: found.real_path if isinstance(found := facts.paths.get(path), PathFacts) else path for path in CRITICAL}
    return partition(folder, facts.mounts, real)


def _growth(facts: HostFacts, conf: AuditdConf, where: Partition | None) -> Growth | None:
    if not isinstance(facts.log, LogFacts):
        return None
    return growth(facts.log.files, bounded(conf.settings), where.free_bytes if where else None, facts.taken_at)


def _keepers(log: LogFacts | None) -> tuple[Keeper, ...]:
    if log is None:
        return ()
    found = (
        keeper(file.path, (file.content or b"").decode("utf-8", "replace"), log.folder) for file in log.keepers if file.content
    )
    return tuple(each for each in found if each is not None)


def log_summary(facts: HostFacts) -> LogSummary:
    """The figures of a plan's ``log``."""
    story = log_story(facts)
    if story is None:
        return LogSummary(None, None, None, None, None, None, None)
    return LogSummary(story.bounded, story.max_bytes, story.action, story.folder, story.mount, story.separate, story.free_bytes)


def log_warnings(facts: HostFacts) -> tuple[Notice, ...]:
    """What will go wrong with the log here, the worst first, then the figures that hold in any case."""
    story = log_story(facts)
    if story is None:
        reason = facts.auditd_conf.reason if isinstance(facts.auditd_conf, Unknown) else ""
        return (Notice("log-unread", f"Nothing can be said of the log's storage: {reason}"),)
    told = [Notice(warning.id, warning.text, warning.advice) for warning in story.warnings]
    return (*told, *(Notice("log-figures", sentence) for sentence in story.summary))


def restart_blockers(facts: HostFacts) -> tuple[Blocker, ...]:
    """What would keep auditd from coming back after a restart."""
    story = log_story(facts)
    stop = story.stops_restart if story else None
    if stop is None:
        return ()
    return (
        Blocker(
            "auditd-would-not-start",
            f"auditd would not come back from a restart: {stop.text}",
            f"{stop.way_out} Or give --no-restart: the load alone brings the rules into the kernel.",
            AUDITD_CONF,
            stop.line,
        ),
    )


def silence(facts: HostFacts) -> str:
    """Why the daemon writes none of the events that the kernel hands it, "" where it does as far as its settings tell."""
    story = log_story(facts)
    for warning in story.warnings if story else ():
        if warning.id in SILENT_IDS or (warning.id == "below-admin-space-left" and _suspends(facts)):
            return warning.text
    return ""


def _suspends(facts: HostFacts) -> bool:
    content = facts.auditd_conf.content if isinstance(facts.auditd_conf, FileFacts) else None
    return parse_conf(content, audit_version=facts.names.audit_version).settings.admin_space_left_action in ("suspend", "exec")
