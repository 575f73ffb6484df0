"""The story of the audit log on one host: bounded or not, on which partition, what goes wrong next, and what mends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.audit.log.advice import archiving
from tui.audit.log.conf import AUDITD_CONF, ConfErrorKind
from tui.audit.log.policy import Consequence, consequences
from tui.audit.log.state import LogState
from tui.audit.log.warning_words import LogWarningKind
from tui.audit.log.warnings import warnings_of
from tui.base.amounts import count_text, days_text, size_text
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.base.notice import Notice, Place


@dataclass(frozen=True, slots=True)
class LogStory:
    """Everything a person should know about the log before more is recorded. ``stops_restart`` is why auditd would not come
    back (or the machine with it) if it were restarted now; None: nothing stands against it."""

    state: LogState
    warnings: tuple[Notice[LogWarningKind], ...]
    stops_restart: Notice[ConfErrorKind] | None

    @property
    def summary(self) -> tuple[str, ...]:
        """The log in a few sentences."""
        return tuple(_summary(self.state))

    @property
    def consequences(self) -> tuple[Consequence, ...]:
        """What auditd does at each limit."""
        return consequences(self.state.conf.settings, self.state.partition.size_bytes if self.state.partition else None)

    @property
    def archive(self) -> str:
        """The ways to keep old records on this host, in lines."""
        return archiving(self.state.conf.settings.log_folder, self.state.os_id, [source.text for source in self.state.retention])


def log_findings(state: LogState, conf_file_conditions: Sequence[Notice[ConfErrorKind]] = ()) -> LogStory:
    """The story of the log in *state*; *conf_file_conditions* are those of file_errors() and host_errors()."""
    stop = next(iter((*conf_file_conditions, *state.conf.errors)), None) or _stops_host_now(state)
    return LogStory(state, tuple(warnings_of(state)), stop)


def _summary(state: LogState) -> Iterator[str]:
    yield state.bound.why
    if state.partition is not None:
        free = "" if state.free is None else f", {size_text(state.free)} of them free for auditd"
        size = (
            ""
            if state.partition.size_bytes is None
            else f" {clean(state.partition.mount_point)} has {size_text(state.partition.size_bytes)}{free}."
        )
        yield state.partition.why + size
    if state.growth is not None:
        yield from _growth(state)
    kept = [source.text for source in state.retention if source.keeps]
    if kept:
        yield from kept
    else:
        yield "Nothing on this host keeps audit records beyond what auditd itself keeps."


def _growth(state: LogState) -> Iterator[str]:
    growth = state.growth
    if growth is None:
        return
    if growth.bytes_per_day is not None and growth.events_per_day is not None:
        yield f"The log grows by {size_text(growth.bytes_per_day)} and {count_text(growth.events_per_day)} events a day."
        if growth.retention_days is not None:
            yield f"At that rate the log reaches back {days_text(growth.retention_days)} before its oldest events are dropped."
        if (end := state.days_to_end) is not None:
            days, what = end
            yield f"At that rate {what} in {days_text(days)}."
    if growth.too_little:
        yield growth.too_little


def _stops_host_now(state: LogState) -> Notice[ConfErrorKind] | None:
    """A threshold that is passed already and whose action takes the machine down: a restart would do it at once."""
    settings = state.conf.settings
    if not settings.write_logs or state.free is None:
        return None
    for name, action in (("admin_space_left", settings.admin_space_left_action), ("space_left", settings.space_left_action)):
        limit = state.limit(name)
        if action in ("halt", "single") and limit is not None and state.free < limit:
            what = "shut this machine down" if action == "halt" else "take this machine to single user mode"
            return Notice(
                "restart-stops-host",
                f"A start of auditd would {what} with its first record. {size_text(state.free)} are free, less than {name} "
                f"({size_text(limit)}), and {name}_action is {action.upper()}.",
                f"Make space on {clean(state.partition.mount_point) if state.partition else 'the partition'}, or write {name}_action = SYSLOG",
                Place(AUDITD_CONF, state.conf.lines.get(f"{name}_action")),
            )
    return None
