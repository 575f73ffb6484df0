"""The log storage of one host, told from its facts: its story, its warnings, and what blocks a restart. Pure."""

from __future__ import annotations

from tui.audit.inputs import Unknown
from tui.audit.log.conf import AuditdConf, ConfErrorKind, file_errors, host_errors
from tui.audit.log.growth import Growth, growth
from tui.audit.log.partition import Partition
from tui.audit.log.policy import bounded
from tui.audit.log.state import LogState
from tui.audit.log.story import LogStory, log_findings
from tui.base.notice import Notice
from tui.host.facts import FileFacts, HostFacts, LogFacts
from tui.plan.restart import restart_words
from tui.plan.values import BlockerKind, WarningKind
from tui.verdict.silence import log_conf, log_partition, retention


def log_story(facts: HostFacts) -> LogStory | None:
    """Everything known of the log; None where auditd.conf could not be read."""
    conf = log_conf(facts)
    if conf is None:
        return None
    file = facts.auditd_conf if isinstance(facts.auditd_conf, FileFacts) else None
    where = log_partition(facts, conf)
    log = facts.log if isinstance(facts.log, LogFacts) else None
    state = LogState(
        conf,
        where,
        _growth(facts, conf, where),
        retention(facts),
        facts.identity.os_id,
        facts.identity.os_version,
        log.files if log else (),
        restart_words(facts),
    )
    return log_findings(state, _conditions(facts, conf, file))


def _conditions(facts: HostFacts, conf: AuditdConf, file: FileFacts | None) -> tuple[Notice[ConfErrorKind], ...]:
    of_file = file_errors(file.mode, file.uid, file.kind) if file else ()
    return (
        *of_file,
        *host_errors(conf, facts.paths, missing_groups=facts.names.missing_groups, audit_version=facts.names.audit_version),
    )


def _growth(facts: HostFacts, conf: AuditdConf, where: Partition | None) -> Growth | None:
    if not isinstance(facts.log, LogFacts):
        return None
    return growth(facts.log.files, bounded(conf.settings), where.usable_bytes if where else None, facts.taken_at)


def log_warnings(facts: HostFacts) -> tuple[Notice[WarningKind], ...]:
    """What will go wrong with the log here, the worst first, then the figures that hold in any case."""
    story = log_story(facts)
    if story is None:
        reason = facts.auditd_conf.reason if isinstance(facts.auditd_conf, Unknown) else ""
        return (Notice("log-unread", f"Nothing can be said of the log's storage: {reason}"),)
    # What becomes of auditd's log is no matter while another daemon takes the records.
    figures: list[Notice[WarningKind]] = [Notice("log-figures", sentence) for sentence in story.summary]
    return (*(() if facts.other_daemon else story.warnings), *figures)


def restart_blockers(facts: HostFacts) -> tuple[Notice[BlockerKind], ...]:
    """What would keep auditd from coming back after a restart."""
    story = log_story(facts)
    stop = story.stops_restart if story else None
    if stop is None:
        return ()
    return (
        stop._replace(
            text=f"auditd would not come back from a restart: {stop.text}",
            remedy=f"{stop.remedy} Or give --no-restart: the load alone brings the rules into the kernel.",
        ),
    )
