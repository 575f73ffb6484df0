"""What keeps audit records beyond auditd's own rotation: plugins that send them on, cron and logrotate entries."""

from __future__ import annotations

import re

from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.base.typing import Literal

KeeperKind = Literal["remote", "syslog", "plugin", "logrotate", "rotation", "cron"]

_COMMENT = r"(?m)^[ \t]*#.*$"
_ROTATE = r"(?i)auditctl\s+--signal\s+(?:usr1|rotate)|(?:pkill|killall)\b.*(?:-USR1|-10)\b.*auditd|service\s+auditd\s+rotate"


@dataclass(frozen=True, slots=True)
class RetentionSource:
    """One thing that keeps old records, or seems to. ``keeps`` is False where looking closer shows that it keeps nothing."""

    path: str
    kind: KeeperKind
    text: str
    keeps: bool = True


def keeper(path: str, content: str, folder: str) -> RetentionSource | None:
    """What *path* (a plugin's configuration, a file of cron's or of logrotate's) with its *content* does for the audit log in
    *folder*; None where it has nothing to do with it."""
    name, text = clean(path), re.sub(_COMMENT, "", content)
    if "/plugins.d/" in path:
        return _plugin(path, name, text)
    if "logrotate" in path:
        return _logrotate(path, name, text, folder)
    if re.search(_ROTATE, text):
        return RetentionSource(
            path, "rotation", f"{name} makes auditd rotate by the clock; it keeps nothing beyond num_logs.", keeps=False
        )
    if folder in text:
        return RetentionSource(
            path, "cron", f"{name} names {clean(folder)}: what it does with the logs, and for how long, is in that file."
        )
    return None


def _plugin(path: str, name: str, text: str) -> RetentionSource | None:
    if not re.search(r"(?im)^[ \t]*active[ \t]*=[ \t]*yes[ \t]*$", text):
        return None
    if "remote" in path.rpartition("/")[2]:
        return RetentionSource(
            path, "remote", f"{name} is active: records go to another host as they come, and stay there as long as it keeps them."
        )
    if "syslog" in path.rpartition("/")[2]:
        return RetentionSource(
            path, "syslog", f"{name} is active: records also go to syslog, and stay as long as that keeps its files."
        )
    if re.search(r"af_unix|filter", path):
        return RetentionSource(
            path, "plugin", f"{name} is active: it hands records to another program here, which may keep them.", keeps=False
        )
    return RetentionSource(path, "plugin", f"{name} is active: it gets every record; whether it keeps them is its own matter.")


_PERIODS = {"hourly": 1 / 24, "daily": 1, "weekly": 7, "monthly": 30, "yearly": 365}


def _logrotate(path: str, name: str, text: str, folder: str) -> RetentionSource | None:
    block = re.search(rf"{re.escape(folder)}[^{{}}]*\{{([^{{}}]*)\}}", text)
    if block is None:
        return None
    count = re.search(r"(?m)^\s*rotate\s+(\d+)", block[1]) or re.search(r"(?m)^\s*rotate\s+(\d+)", text)
    period = re.search(r"(?m)^\s*(hourly|daily|weekly|monthly|yearly)\b", block[1]) or re.search(
        r"(?m)^\s*(hourly|daily|weekly|monthly|yearly)\b", text
    )
    if count and period:
        days = int(count[1]) * _PERIODS[period[1]]
        return RetentionSource(path, "logrotate", f"{name} keeps {count[1]} files, rotated {period[1]}: about {days:.0f} days.")
    return RetentionSource(
        path, "logrotate", f"{name} rotates the audit log; for how long is in that file and in /etc/logrotate.conf."
    )
