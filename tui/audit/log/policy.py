"""What auditd's settings mean for the log: how large it can get, and what happens at each limit."""

from __future__ import annotations

from tui.audit.log.conf import Settings
from tui.audit.log.conf_keys import Threshold
from tui.base.amounts import size_text
from tui.base.dataclass import dataclass, replace
from tui.base.typing import Literal

LONGEST_RECORD = 8970
"""Bytes of the longest record (MAX_AUDIT_MESSAGE_LENGTH of libaudit.h): by so much each file may pass its limit."""

RESUME = "auditctl --signal USR2"
"""The command that makes a suspended daemon record again, in every version (auditctl(8))."""

SUSPENDED = (
    "A suspended auditd keeps running: rules stay loaded, the status looks healthy, and one line in syslog is the only sign. Once there is "
    f"space again it must be told to go on, or be restarted: {RESUME}."
)
"""What it means that auditd has suspended itself."""

Moment = Literal["rotation", "space-left", "admin-space-left", "disk-full", "disk-error"]


@dataclass(frozen=True, slots=True)
class Bound:
    """Whether the log stops growing by itself, at how many bytes (all files together, give or take a record each), and why.
    ``records_on`` is False where reaching the limit, or the settings at once, ends the recording."""

    bounded: bool
    max_bytes: int | None
    why: str
    records_on: bool = True


@dataclass(frozen=True, slots=True)
class Consequence:
    """What the daemon does at one moment. ``blinds``: it stops recording; ``stops_host``: the machine goes down or to single
    user mode."""

    moment: Moment
    text: str
    blinds: bool = False
    stops_host: bool = False


def bounded(settings: Settings) -> Bound:
    """How large the log can get (measured with auditd 3.0.9; source: check_log_file_size in src/auditd-event.c)."""
    action, number, limit = settings.max_log_file_action, settings.num_logs, settings.max_log_file
    if not settings.write_logs:
        return Bound(True, 0, "write_logs is off: auditd writes no log at all.", records_on=False)
    if action == "rotate" and number < 2:
        return Bound(
            False,
            None,
            f"max_log_file_action is ROTATE, but with num_logs {number} auditd never rotates: audit.log grows without end.",
        )
    if action == "rotate" and limit == 0:
        return Bound(
            True,
            number * LONGEST_RECORD,
            "max_log_file is 0: auditd rotates at nearly every record and keeps only the last few of them.",
            records_on=False,
        )
    if action == "rotate":
        total = number * limit << 20
        return Bound(True, total, f"auditd keeps {number} files of {limit} MiB, {size_text(total)} in all, and drops the oldest.")
    if action == "suspend":
        return Bound(True, limit << 20, f"auditd stops recording once audit.log has {limit} MiB.", records_on=False)
    if action == "keep_logs":
        return Bound(
            False, None, "max_log_file_action is KEEP_LOGS: auditd starts a new file when one is full and never removes any."
        )
    if action == "syslog":
        return Bound(
            False, None, f"max_log_file_action is SYSLOG: past {limit} MiB auditd only complains, and audit.log grows without end."
        )
    return Bound(False, None, "max_log_file_action is IGNORE: nothing limits audit.log.")


def consequences(settings: Settings, size_bytes: int | None = None) -> tuple[Consequence, ...]:
    """What happens when a file is full, when space runs low, very low and out, and when writing fails; *size_bytes* is the
    partition's size, for thresholds in percent."""
    if not settings.write_logs:
        return (Consequence("rotation", "Nothing is written, so nothing fills up; and nothing is recorded.", blinds=True),)
    stops = settings.max_log_file_action == "suspend"
    low, very_low = settings.space_left, settings.admin_space_left
    return _told_once(
        Consequence("rotation", _at_rotation(settings), blinds=stops),
        _below("space-left", low, size_bytes, settings.space_left_action, settings.space_left_program, settings),
        _below(
            "admin-space-left", very_low, size_bytes, settings.admin_space_left_action, settings.admin_space_left_program, settings
        ),
        _at_limit("disk-full", "With no space left", settings.disk_full_action, settings.disk_full_program, settings),
        _at_limit("disk-error", "When writing fails", settings.disk_error_action, settings.disk_error_program, settings),
    )


def _told_once(*found: Consequence) -> tuple[Consequence, ...]:
    """*found*, the first that suspends the daemon with what that means: it is the same for all of them."""
    first = next((each for each in found if "suspends itself" in each.text), None)
    return tuple(replace(each, text=f"{each.text} {SUSPENDED}") if each is first else each for each in found)


def _below(
    moment: Moment, threshold: Threshold, size_bytes: int | None, action: str, program: str | None, settings: Settings
) -> Consequence:
    name = moment.replace("-", "_")
    if not threshold.mib and not threshold.percent:
        return Consequence(moment, f"{name} is 0: nothing happens before the disk is full.")
    amount = threshold.bytes_of(size_bytes)
    when = f"Below {f'{threshold} of the partition' if amount is None else size_text(amount)} of free space ({name})"
    return _at_limit(moment, when, action, program, settings)


def _at_rotation(settings: Settings) -> str:
    if settings.max_log_file_action == "rotate" and settings.num_logs >= 2 and settings.max_log_file:
        oldest = settings.num_logs - 1
        return (
            f"When audit.log has {settings.max_log_file} MiB it becomes audit.log.1, each older file moves up by one, and what was in "
            f"audit.log.{oldest} is gone for good unless something else keeps it."
        )
    return bounded(settings).why


def _at_limit(moment: Moment, when: str, action: str, program: str | None, settings: Settings) -> Consequence:
    if action == "suspend":
        return Consequence(
            moment,
            f"{when} auditd suspends itself and records nothing.",
            blinds=True,
        )
    if action == "halt":
        return Consequence(moment, f"{when} auditd shuts this machine down, at once and without asking.", stops_host=True)
    if action == "single":
        return Consequence(
            moment,
            f"{when} auditd puts this machine into single user mode: network logins and services, Docker too, end.",
            stops_host=True,
        )
    if action == "exec":
        return Consequence(
            moment,
            f"{when} auditd stops recording and runs {program}; it records again only when that program tells it to ({RESUME}).",
            blinds=True,
        )
    if action == "rotate":
        if settings.num_logs < 2:
            return Consequence(
                moment, f"{when} auditd would rotate, but with num_logs {settings.num_logs} it cannot: nothing happens."
            )
        return Consequence(moment, f"{when} auditd rotates, again and again, and drops the oldest file each time.")
    if action == "email":
        return Consequence(
            moment, f"{when} auditd mails {settings.action_mail_acct} once (it needs /usr/lib/sendmail) and writes to syslog."
        )
    lost = " Events are lost until there is space again." if moment == "disk-full" else ""
    lost = " Events that cannot be written are lost." if moment == "disk-error" else lost
    if action == "syslog" or moment == "disk-full":
        return Consequence(moment, f"{when} auditd only writes a line to syslog.{lost}")
    return Consequence(moment, f"{when} auditd does nothing.{lost}")
