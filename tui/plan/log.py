"""The log storage of one host in a plan: its story and its warnings. Pure."""

from __future__ import annotations

from tui.audit.inputs import Unknown
from tui.audit.log.story import LogStory
from tui.base.amounts import days_text, size_text
from tui.base.notice import Notice
from tui.plan.restart import restart_words
from tui.plan.values import WarningKind
from tui.verdict.host_log import HostLog


def log_story(log: HostLog) -> LogStory | None:
    """Everything known of the log; None where auditd.conf could not be read."""
    return log.story(restart_words(log.facts))


def log_warnings(log: HostLog) -> tuple[Notice[WarningKind], ...]:
    """What will go wrong with the log here, the worst first, then the figures that hold in any case."""
    story = log_story(log)
    if story is None:
        unread = log.facts.auditd_conf
        reason, way_out = (unread.reason, unread.way_out) if isinstance(unread, Unknown) else ("", "")
        return (Notice("log-unread", f"Nothing can be said of the log's storage: {reason}", way_out),)
    # What becomes of auditd's log is no matter while another daemon takes the records.
    figures: list[Notice[WarningKind]] = [Notice("log-figures", sentence) for sentence in story.summary]
    return (*(() if log.facts.other_daemon else story.warnings), *figures)


def rehearsed_figure(log: HostLog, rate: float) -> Notice[WarningKind]:
    """What a rehearsal counted of all that a plan adds, *rate* in bytes of log a second, and what that makes of the log."""
    story, per_day = log_story(log), rate * 86400
    growth = story.state.growth if story else None
    today = (growth.bytes_per_day if growth else None) or 0.0
    text = f"The rehearsal counted {size_text(per_day)} of log a day for what this plan adds"
    text += f", beside today's {size_text(today)}." if today else "."
    if story is None or not today + per_day:
        return Notice("log-figures", text)
    state, total = story.state, today + per_day
    name, does = state.first_end or ("disk_full_action", "")
    room = state.room_above(name)
    if room is not None and state.may_fill(room):
        what = {"halt": "auditd shuts this host down", "single": "auditd takes this host to single user mode"}.get(
            does, "the log's room is full"
        )
        text += f" At that rate {what} in {days_text(room / total)}."
    elif state.bound.max_bytes:
        text += f" At that rate the log reaches back {days_text(state.bound.max_bytes / total)}."
    return Notice("log-figures", text)


def settings_against(log: HostLog, told: str) -> str:
    """The finished settings of auditd.conf that end what *told*, a reason, tells of the log; "" where none do."""
    return next((each.remedy for each in log_warnings(log) if each.text in told), "")
