"""Whether auditd writes anything at all on one host, told from its facts: all that a verdict needs to know of the log. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tui.audit.inputs import AuditStatus, PathFacts, Unknown
from tui.audit.log import silence as log_silence
from tui.audit.log.conf import AuditdConf, parse_conf
from tui.audit.log.partition import CRITICAL, Partition, partition
from tui.audit.log.retention import RetentionSource, keeper
from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.host.facts import HostFacts, LogFacts
from tui.verdict.audit_daemon import daemon_name, takes_the_records


def silence(facts: HostFacts) -> str:
    """Why the daemon writes none of the events that the kernel hands it, "" where it does as far as its settings tell."""
    for process in facts.processes:
        if process.stopped and isinstance(facts.audit_status, AuditStatus) and process.pid == facts.audit_status.pid:
            name = daemon_name(facts)
            return f"{name} is stopped by a signal or a tracer, and takes no record until it goes on: kill -CONT {process.pid}"
    if facts.other_daemon is not None:
        return ""  # What auditd.conf says is no matter of that daemon's.
    conf = log_conf(facts)
    if conf is None:
        return ""
    if plugins_without_log(facts):
        return log_silence.not_listening(conf.settings)
    return log_silence.silence(conf.settings, log_partition(facts, conf)) or _log_gone(facts, conf.settings.log_file)


def plugins_without_log(facts: HostFacts) -> tuple[str, ...]:
    """The configuration files of the plugins that get every record where auditd writes no log; none where it writes one, or no plugin is
    active: then the records go nowhere."""
    conf = log_conf(facts)
    if conf is None or not log_silence.not_written(conf.settings) or facts.other_daemon is not None:
        return ()
    return tuple(source.path for source in retention(facts) if source.kind in ("remote", "syslog", "plugin"))


def records_elsewhere(facts: HostFacts) -> str:
    """The sentence that says who has the records where auditd's log has none of them; "" where they are in the log, or nowhere."""
    if facts.other_daemon is not None:
        return takes_the_records(facts.other_daemon)
    plugins = plugins_without_log(facts)
    if not plugins:
        return ""
    return f"auditd writes no log here and hands each record to a plugin: {clean(', '.join(plugins))}."


def retention(facts: HostFacts) -> tuple[RetentionSource, ...]:
    """What keeps records beyond auditd's own rotation."""
    if not isinstance(facts.log, LogFacts):
        return ()
    texts = [(file.path, (file.content or b"").decode("utf-8", "replace")) for file in facts.log.keepers if file.content]
    found = (keeper(path, text, facts.log.folder) for path, text in texts)
    return tuple(each for each in found if each is not None)


def _log_gone(facts: HostFacts, path: str) -> str:
    """The cause that the log file is gone. A daemon opens its log when it starts and when it rotates, and follows no name."""
    found, status = facts.paths.get(path), facts.audit_status
    if isinstance(status, AuditStatus) and status.pid and isinstance(found, PathFacts) and found.kind == "absent":
        return f"{clean(path)} is not there: auditd writes into the file that was removed or renamed, until it is started anew."
    return ""


def with_log(facts: HostFacts) -> Mapping[str, PathFacts | Unknown]:
    """The paths of the host once auditd has started and so opened its log."""
    conf = log_conf(facts)
    found = facts.paths.get(conf.settings.log_file) if conf else None
    if not isinstance(found, PathFacts) or found.kind != "absent":
        return facts.paths
    return {**facts.paths, found.path: replace(found, kind="file")}


def log_conf(facts: HostFacts) -> AuditdConf | None:
    """What auditd.conf says; None where it could not be read."""
    if isinstance(facts.auditd_conf, Unknown):
        return None
    content = facts.auditd_conf.content if facts.auditd_conf else None
    return parse_conf(content, audit_version=facts.names.audit_version)


def log_partition(facts: HostFacts, conf: AuditdConf) -> Partition | None:
    """The partition that the log lies on; None where the mounts could not be read."""
    if not isinstance(facts.mounts, tuple):
        return None
    log = facts.log if isinstance(facts.log, LogFacts) else None
    folder = (log.real_folder if log else None) or conf.settings.log_folder
    real = {path: found.real_path if isinstance(found := facts.paths.get(path), PathFacts) else path for path in CRITICAL}
    return partition(folder, facts.mounts, real)
