"""The warnings about the log in words: one function for each kind, with this host's figures and what mends it. What holds is decided in
warnings.py."""

from __future__ import annotations

from collections.abc import Mapping

from tui.audit.log.advice import Advice, archiving, bound_advice, partition_steps, threshold_advice
from tui.audit.log.conf import ConfNoteKind
from tui.audit.log.partition import Partition
from tui.audit.log.policy import RESUME
from tui.audit.log.silence import has_done
from tui.audit.log.state import LogState
from tui.base.amounts import days_text, share_text, size_text
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.typing import Literal

HostStopKind = Literal[
    "halt-on-space-left",
    "halt-on-admin-space-left",
    "halt-on-disk-full",
    "halt-on-disk-error",
    "single-on-space-left",
    "single-on-admin-space-left",
    "single-on-disk-full",
    "single-on-disk-error",
]
"""Which action of auditd takes the machine down, and when."""
LogWarningKind = Literal[
    HostStopKind,
    ConfNoteKind,
    "no-conf",
    "disk-full-loses",
    "not-written",
    "not-listening",
    "suspends-by-size",
    "keeps-nothing",
    "below-admin-space-left",
    "below-space-left",
    "bound-does-not-fit",
    "thresholds-reversed",
    "unbounded",
    "short-retention",
    "silent-suspension",
    "exec-suspends",
    "volatile",
    "not-separate",
    "file-system",
    "restart-removes-logs",
]

LogWarning = Notice[LogWarningKind]
StopAction = Literal["halt", "single"]
LimitAction = Literal["space_left_action", "admin_space_left_action", "disk_full_action", "disk_error_action"]
"""The settings that say what auditd does at a limit or a fault, in the order in which they come."""

HOST_STOPS: Mapping[tuple[StopAction, LimitAction], HostStopKind] = {
    ("halt", "space_left_action"): "halt-on-space-left",
    ("halt", "admin_space_left_action"): "halt-on-admin-space-left",
    ("halt", "disk_full_action"): "halt-on-disk-full",
    ("halt", "disk_error_action"): "halt-on-disk-error",
    ("single", "space_left_action"): "single-on-space-left",
    ("single", "admin_space_left_action"): "single-on-admin-space-left",
    ("single", "disk_full_action"): "single-on-disk-full",
    ("single", "disk_error_action"): "single-on-disk-error",
}
_WHEN: Mapping[LimitAction, str] = {
    "space_left_action": "when space runs low",
    "admin_space_left_action": "when space runs very low",
    "disk_full_action": "when the disk is full",
    "disk_error_action": "when it cannot write",
}


def no_conf(state: LogState) -> LogWarning:
    """No auditd.conf is there."""
    text = "There is no /etc/audit/auditd.conf, so auditd runs with what is compiled in. That limits nothing and reports nothing."
    return Notice("no-conf", text, _bound(state))


def not_written(state: LogState, text: str) -> LogWarning:
    """Events reach no file; *text* says why."""
    line = "log_format = ENRICHED" if state.conf.settings.log_format == "nolog" else "write_logs = yes"
    return Notice("not-written", text, Advice((line,), "auditd writes events to its log.").text(state.restart))


def not_listening(state: LogState, text: str) -> LogWarning:
    """The daemon takes no event of this host; *text* says why."""
    return Notice(
        "not-listening", text, Advice(("local_events = yes",), "auditd takes this host's own events.").text(state.restart)
    )


def suspends_by_size(state: LogState) -> LogWarning:
    """The log's size ends the recording."""
    size = state.conf.settings.max_log_file
    text = f"auditd stops recording without a sign once audit.log has {size} MiB. max_log_file_action is SUSPEND."
    return Notice("suspends-by-size", text, _bound(state))


def keeps_nothing(state: LogState) -> LogWarning:
    """Rotation at nearly every record."""
    text = "max_log_file is 0: auditd rotates at nearly every record. The log keeps only the last few of them."
    return Notice("keeps-nothing", text, _bound(state))


def below_admin_space_left(state: LogState, text: str) -> LogWarning:
    """Less space than admin_space_left; *text* says what auditd does."""
    return Notice("below-admin-space-left", text, _thresholds(state))


def below_space_left(state: LogState, partition: Partition, free: int, low: int) -> LogWarning:
    """Less space than space_left; *free* and *low* in bytes."""
    does = has_done(state.conf.settings.space_left_action)
    text = f"{clean(partition.mount_point)} has {size_text(free)} free, less than space_left ({size_text(low)}). auditd {does}."
    return Notice("below-space-left", text, _thresholds(state))


def bound_does_not_fit(state: LogState, partition: Partition, most: int, room: int) -> LogWarning:
    """The log may grow to *most* bytes, more than the *room* that the partition has for it."""
    admin = state.limit("admin_space_left")
    does = state.conf.settings.admin_space_left_action if admin else state.conf.settings.disk_full_action
    text = (
        f"The log may grow to {size_text(most)}, but {clean(partition.mount_point)} has only {size_text(max(room, 0))} for it"
        f"{' above admin_space_left' if admin else ''}. So auditd comes to its action {does.upper()} before it drops its oldest file."
    )
    return Notice("bound-does-not-fit", text, _thresholds(state))


def thresholds_reversed(state: LogState, low: int, admin: int) -> LogWarning:
    """space_left comes no sooner than admin_space_left, both in bytes."""
    text = f"The warning of space_left ({size_text(low)}) never comes before the action of admin_space_left ({size_text(admin)})."
    return Notice("thresholds-reversed", text, _thresholds(state))


def unbounded(state: LogState) -> LogWarning:
    """Nothing limits the log."""
    until = fills = ""
    stops = state.first_end is not None and state.first_end[1] in ("halt", "single")  # stops_host() tells when
    if (end := state.days_to_end) is not None and not stops:
        days, what = end
        until = f" At today's growth {what} in {days_text(days)}."
    if state.partition is not None and state.partition.shares:
        fills = f" The log fills {clean(state.partition.shared_with)}."
    return Notice("unbounded", state.bound.why + until + fills, _bound(state))


def short_retention(state: LogState, days: float) -> LogWarning:
    """Events are dropped after *days*."""
    kept = any(source.keeps for source in state.retention)
    text = f"At today's growth an event stays {days_text(days)} in the log before it is dropped. " + (
        "Something on this host keeps it longer." if kept else "Nothing on this host keeps it longer."
    )
    better = state.sizes.max_bytes > (state.bound.max_bytes or 0)
    return Notice("short-retention", text, _bound(state) if better else archiving(state.conf.settings.log_folder, state.os_id))


def _unset(state: LogState, *lines: str) -> tuple[str, ...]:
    """Those settings of *lines* that auditd.conf does not have yet."""
    pairs = [(line, *line.split(" = ")) for line in lines]
    return tuple(line for line, name, value in pairs if str(getattr(state.conf.settings, name)).lower() != value.lower())


def silent_suspension(state: LogState, partition: Partition) -> LogWarning:
    """Whatever fills the partition ends the recording."""
    advice = Advice(
        _unset(state, "space_left_action = EMAIL", "action_mail_acct = root"),
        "Somebody is told before it comes to that (needs a working /usr/lib/sendmail); a partition of its own avoids it.",
        state.cis("when_low"),
    )
    name = state.first_end[0] if state.first_end else "admin_space_left_action"
    limit = state.limit(name.removesuffix("_action")) if name != "disk_full_action" else None
    when = f"below {size_text(limit)} of free space" if limit else "once it is full"
    text = (
        f"Whatever else fills {clean(partition.mount_point)} makes auditd suspend itself {when}. {name} is SUSPEND, and the log is not "
        "alone there. Then nothing is recorded, and one line in syslog alone says so."
    )
    return Notice("silent-suspension", text, advice.text(state.restart))


def stops_host(state: LogState, name: LimitAction, action: StopAction) -> LogWarning:
    """At the limit or fault of the setting *name* auditd takes the machine down."""
    what = "shuts this host down" if action == "halt" else "takes this host to single user mode"
    advice = Advice(
        tuple(f"{each} = SYSLOG" for each in state.stops_from(name)),
        f"{_complains(state, name)} Leave it where policy wants it so: then more space and an alarm before that.",
        state.cis("when_full"),
    )
    limit = state.limit(name.removesuffix("_action")) if name in ("space_left_action", "admin_space_left_action") else None
    mount = clean(state.partition.mount_point) if state.partition else "the log's partition"
    when = f"below {size_text(limit)} of free space on {mount}" if limit else _WHEN[name]
    text = f"auditd {what} ({action.upper()}) {when}. {name} is {action.upper()}, and every container goes with the host." + _room(
        state, name
    )
    return Notice(HOST_STOPS[action, name], text, advice.text(state.restart))


def _complains(state: LogState, name: LimitAction) -> str:
    """What auditd does at the limits once none from that of *name* on takes the machine down."""
    end = state.conf.settings.disk_full_action
    if name != "disk_error_action" and end in ("suspend", "exec"):
        return "auditd then only complains, and stops recording once the disk is full."
    return "auditd then only complains" + ("." if name == "disk_error_action" else "; events are lost once the disk is full.")


def _room(state: LogState, name: LimitAction) -> str:
    """How much may still be written before the limit of *name*, and how soon that is at today's growth."""
    room = state.room_above(name)
    if room is None:
        return ""
    rate = state.growth.bytes_per_day if state.growth else None
    soon = (
        f"; at today's {size_text(rate)} of log a day that is {days_text(room / rate)}, before anything more is recorded"
        if rate
        else ""
    )
    most = state.bound.max_bytes
    grows = "" if most is None or state.may_fill(room) else f" The log itself stops at {size_text(most)}."
    grows = grows if state.bound.bounded else " Nothing limits the log."
    shared = "" if state.partition is None or state.partition.dedicated else " Whatever else is written there counts as well."
    return f" {size_text(room)} are left before that{soon}.{grows}{shared}"


def exec_suspends(name: LimitAction, program: str) -> LogWarning:
    """At the limit or fault of the setting *name* auditd runs *program* and suspends itself."""
    text = (
        f"{name} runs {clean(program)}, and auditd records nothing from then on. That program must tell auditd to go on ({RESUME})."
    )
    return Notice("exec-suspends", text)


def volatile(state: LogState, partition: Partition) -> LogWarning:
    """The log lies in memory."""
    return Notice("volatile", f"{partition.why} The log does not outlive this boot.", _partition_steps(state))


def not_separate(state: LogState, partition: Partition) -> LogWarning:
    """The log shares its partition."""
    most = ""
    if state.bound.bounded and state.bound.max_bytes and state.free is not None:
        share = share_text(state.bound.max_bytes, state.free + state.log_bytes)
        most = f" At its largest it takes {share} of what is free on {clean(partition.mount_point)}."
    return Notice("not-separate", f"The log has no partition of its own.{most}", _partition_steps(state))


def file_system(note: str) -> LogWarning:
    """The file system is peculiar; *note* says how."""
    return Notice("file-system", note)


def restart_removes_logs(state: LogState, gone: tuple[int, ...]) -> LogWarning:
    """The next start removes rotated files; *gone* are their sizes in bytes."""
    settings = state.conf.settings
    name, first = settings.log_file.rpartition("/")[2], settings.num_logs
    which = f"{name}.{first}" + (f" to {name}.{first + len(gone) - 1}" if len(gone) > 1 else "")
    return Notice(
        "restart-removes-logs",
        f"A restart of auditd removes {clean(which)} ({size_text(sum(gone))}), since num_logs is {first}.",
        f"Copy them first, for example: cp -a {clean(settings.log_folder)} /root/audit-logs",
    )


def disk_full_loses(state: LogState) -> LogWarning:
    """A full disk loses events."""
    settings = state.conf.settings
    text = (
        f"Events are lost once the disk is full, and only syslog says so: disk_full_action is {settings.disk_full_action.upper()}."
    )
    advice = Advice(("disk_full_action = ROTATE",), "The oldest file goes first.", state.cis("when_full"))
    return Notice("disk-full-loses", text, advice.text(state.restart) if settings.num_logs > 1 else "")


def _bound(state: LogState) -> str:
    """The settings that bound the log, ready to copy."""
    return bound_advice(state.sizes, state.growth, state.os_id, state.os_version).text(state.restart)


def _thresholds(state: LogState) -> str:
    """The thresholds that fit, ready to copy."""
    return threshold_advice(state.sizes, state.os_id, state.os_version).text(state.restart)


def _partition_steps(state: LogState) -> str:
    """The steps to a partition of its own, with room for a third more than the log may take."""
    needed = (state.bound.max_bytes if state.bound.bounded else None) or state.sizes.max_bytes
    needed = needed * 4 // 3 + (state.limit("admin_space_left") or 0)
    steps = partition_steps(state.conf.settings.log_folder, needed, state.os_id, state.os_version, state.restart)
    return steps.text(state.restart)
