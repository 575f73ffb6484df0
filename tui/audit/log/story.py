"""The story of the audit log on one host: bounded or not, on which partition, what goes wrong next, and what mends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.audit.inputs import LogFile
from tui.audit.log.advice import archiving
from tui.audit.log.conf import AuditdConf, ConfError
from tui.audit.log.growth import Growth
from tui.audit.log.partition import Partition
from tui.audit.log.policy import Bound, Consequence, consequences
from tui.audit.log.retention import RetentionSource
from tui.audit.log.warnings import LogState, LogWarning
from tui.base.amounts import count_text, days_text, size_text
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class LogStory:
    """Everything a person should know about the log before more is recorded. ``stops_restart`` is why auditd would not come
    back (or the machine with it) if it were restarted now; None: nothing stands against it."""

    bounded: bool
    max_bytes: int | None
    action: str
    folder: str
    mount: str | None
    separate: bool | None
    free_bytes: int | None
    summary: tuple[str, ...]
    warnings: tuple[LogWarning, ...]
    stops_restart: ConfError | None
    bound: Bound
    consequences: tuple[Consequence, ...]
    partition: Partition | None
    growth: Growth | None
    keepers: tuple[RetentionSource, ...]
    archive: str
    log_bytes: int = 0
    space_left_bytes: int | None = None
    admin_space_left_bytes: int | None = None


def log_findings(
    conf: AuditdConf,
    conf_file_conditions: Sequence[ConfError] = (),
    partition: Partition | None = None,
    growth: Growth | None = None,
    keepers: Sequence[RetentionSource] = (),
    os_id: str = "",
    os_version: str = "",
    *,
    files: Sequence[LogFile] = (),
) -> LogStory:
    """Judge the log. *conf_file_conditions* are those of file_errors() and host_errors(); *partition* None: not known; *growth*
    None: not measured; *files* are the log folder's."""
    state = LogState(conf, partition, growth, tuple(keepers), os_id, os_version, tuple(files))
    settings, bound = conf.settings, state.bound
    stop = next(iter((*conf_file_conditions, *conf.errors)), None) or _stops_host_now(state)
    return LogStory(
        bound.bounded,
        bound.max_bytes,
        settings.max_log_file_action.upper(),
        settings.log_folder,
        partition.mount_point if partition else None,
        partition.separate if partition else None,
        partition.free_bytes if partition else None,
        tuple(_summary(state)),
        tuple(state.warnings()),
        stop,
        bound,
        consequences(settings, partition.size_bytes if partition else None),
        partition,
        growth,
        tuple(keepers),
        archiving(settings.log_folder, os_id, [keeper.text for keeper in keepers]),
        state.log_bytes,
        state.limit("space_left"),
        state.limit("admin_space_left"),
    )


def _summary(state: LogState) -> Iterator[str]:
    """The log in a few sentences."""
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
        yield from _growth(state.growth)
    kept = [keeper for keeper in state.keepers if keeper.keeps]
    if kept:
        yield from (keeper.text for keeper in kept)
    else:
        yield "Nothing on this host keeps audit records beyond what auditd itself keeps."


def _growth(growth: Growth) -> Iterator[str]:
    if growth.bytes_per_day is not None and growth.events_per_day is not None:
        yield f"It grows by {size_text(growth.bytes_per_day)} and {count_text(growth.events_per_day)} events a day."
        if growth.retention_days is not None:
            yield f"At that rate it reaches back {days_text(growth.retention_days)} before the oldest events are dropped."
        if growth.days_until_full is not None:
            yield f"At that rate the partition is full in {days_text(growth.days_until_full)}."
    if growth.too_little:
        yield growth.too_little


def _stops_host_now(state: LogState) -> ConfError | None:
    """A threshold that is passed already and whose action takes the machine down: a restart would do it at once."""
    settings = state.conf.settings
    if not settings.write_logs or state.free is None:
        return None
    for name, action in (("admin_space_left", settings.admin_space_left_action), ("space_left", settings.space_left_action)):
        limit = state.limit(name)
        if action in ("halt", "single") and limit is not None and state.free < limit:
            what = "shut this machine down" if action == "halt" else "take this machine to single user mode"
            return ConfError(
                state.conf.lines.get(f"{name}_action"),
                f"{size_text(state.free)} are free, less than {name} ({size_text(limit)}), and {name}_action is {action.upper()}: "
                f"a restarted auditd would {what} with its first record.",
                f"Make space on {clean(state.partition.mount_point) if state.partition else 'the partition'}, or write {name}_action = SYSLOG",
            )
    return None
