"""The reasons that the next boot gives, whatever the state: its init system, or a line on disk at which the load fails. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.verdict.boot.words import as_it_is_reason, obstacle_reason
from tui.verdict.judgement import Judgement
from tui.verdict.values import ReasonKind


def stops_daemon(judged: Judgement) -> bool:
    """Whether the line at which the load of the rules on disk stops is the one that keeps auditd down."""
    stop, down = judged.disk.loaded.stopped, judged.disk.keeps_daemon_down
    return stop is not None and down is not None and (stop.file, stop.file_line) == (down.file, down.file_line)


def of_boot(judged: Judgement, path: str) -> Iterator[Notice[ReasonKind]]:
    """The reasons that the next boot brings no auditd or does not load rules.d: its init system, or a line on disk that makes a load fail."""
    boot = judged.disk.boot
    if boot is not None and boot.obstacle:
        yield obstacle_reason(boot)
    elif boot is not None and boot.last is not None and judged.booted is not None and not judged.outlasts_boot:
        lines = dict.fromkeys(clean(judged.disk.line(position).text.strip()) for position in judged.stored.reaching)
        yield as_it_is_reason(path, boot.last, rules_d_has_it=judged.persistent, lines=tuple(lines))
    stop = judged.disk.keeps_daemon_down
    if stop is not None:
        yield Notice(
            "boot-without-auditd",
            f"The next boot brings no auditd: {judged.disk.daemon_needs} needs a load that exits 0. "
            f"The load of the rules on disk exits 1 at {stop.reason}"
            + (" What stands behind that line is not loaded." if stops_daemon(judged) else ""),
            f"{stop.mend} before the next boot or restart.",
        )
