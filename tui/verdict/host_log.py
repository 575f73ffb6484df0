"""The log storage of one host, told from its facts: auditd.conf, the partition, the story, each read once. Pure.

The story and the growth are a plan's: a check, which asks for the settings alone, does not import what tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from tui.audit.inputs import PathFacts, Unknown
from tui.audit.log.conf import AuditdConf, ConfErrorKind, file_errors, host_errors, parse_conf
from tui.audit.log.partition import CRITICAL, Partition, partition
from tui.audit.log.retention import RetentionSource, keeper
from tui.audit.log.silence import not_written
from tui.base.dataclass import replace
from tui.base.notice import Notice
from tui.base.typing import TYPE_CHECKING
from tui.host.facts import FileFacts, HostFacts, LogFacts

if TYPE_CHECKING:  # check tells no story of the log, and needs none of these modules
    from tui.audit.log.growth import Growth
    from tui.audit.log.story import LogStory


class HostLog:
    """The log of a host, whatever else of it could be read: what follows is derived when it is first asked for, and once."""

    def __init__(self, facts: HostFacts) -> None:
        self.facts = facts
        self._stories: dict[str, LogStory | None] = {}

    @cached_property
    def conf(self) -> AuditdConf | None:
        """What auditd.conf says; None where it could not be read."""
        file = self.facts.auditd_conf
        if isinstance(file, Unknown):
            return None
        return parse_conf(file.content if file else None, audit_version=self.facts.names.audit_version)

    @cached_property
    def partition(self) -> Partition | None:
        """The partition that the log lies on; None where the mounts or auditd.conf could not be read."""
        if self.conf is None or not isinstance(self.facts.mounts, tuple):
            return None
        folder = (self._read.real_folder if self._read else None) or self.conf.settings.log_folder
        paths = self.facts.paths
        real = {path: found.real_path if isinstance(found := paths.get(path), PathFacts) else path for path in CRITICAL}
        return partition(folder, self.facts.mounts, real)

    def story(self, restart: str) -> LogStory | None:
        """Everything known of the log, told once; None where auditd.conf could not be read. *restart*: auditd's restart as one types it
        here."""
        if restart not in self._stories:
            self._stories[restart] = None if self.conf is None else self._story(self.conf, restart)
        return self._stories[restart]

    def _story(self, conf: AuditdConf, restart: str) -> LogStory:
        from tui.audit.log.state import LogState
        from tui.audit.log.story import log_findings

        identity, log = self.facts.identity, self._read
        state = LogState(
            conf,
            self.partition,
            self._growth(conf),
            self.retention,
            identity.os_id,
            identity.os_version,
            log.files if log else (),
            restart,
        )
        return log_findings(state, self._conditions(conf))

    @cached_property
    def retention(self) -> tuple[RetentionSource, ...]:
        """What keeps records beyond auditd's own rotation."""
        log = self._read
        if log is None:
            return ()
        texts = [(file.path, (file.content or b"").decode("utf-8", "replace")) for file in log.keepers if file.content]
        found = (keeper(path, text, log.folder) for path, text in texts)
        return tuple(each for each in found if each is not None)

    @cached_property
    def plugins_without_log(self) -> tuple[str, ...]:
        """The configuration files of the plugins that get every record where auditd has the records and writes no log; none where it
        writes one, or no plugin is active: then the records go nowhere."""
        if self.conf is None or not not_written(self.conf.settings):
            return ()
        return tuple(source.path for source in self.retention if source.kind in ("remote", "syslog", "plugin"))

    @cached_property
    def paths_once_open(self) -> Mapping[str, PathFacts | Unknown]:
        """The paths of the host once auditd has started and so opened its log."""
        paths = self.facts.paths
        found = paths.get(self.conf.settings.log_file) if self.conf else None
        if not isinstance(found, PathFacts) or found.kind != "absent":
            return paths
        return {**paths, found.path: replace(found, kind="file")}

    @property
    def _read(self) -> LogFacts | None:
        return self.facts.log if isinstance(self.facts.log, LogFacts) else None

    def _conditions(self, conf: AuditdConf) -> tuple[Notice[ConfErrorKind], ...]:
        file, names = self.facts.auditd_conf, self.facts.names
        of_file = file_errors(file.mode, file.uid, file.kind) if isinstance(file, FileFacts) else ()
        return (
            *of_file,
            *host_errors(conf, self.facts.paths, missing_groups=names.missing_groups, audit_version=names.audit_version),
        )

    def _growth(self, conf: AuditdConf) -> Growth | None:
        from tui.audit.log.growth import growth
        from tui.audit.log.policy import bounded

        if self._read is None:
            return None
        usable = self.partition.usable_bytes if self.partition else None
        return growth(self._read.files, bounded(conf.settings), usable, self.facts.taken_at)
