"""Which CIS Linux control asks for what of the audit log, by distribution and release: numbers and our own words only."""

from __future__ import annotations

from collections.abc import Mapping

from tui.base.dataclass import dataclass
from tui.base.typing import Literal

Topic = Literal["partition", "max_log_file", "max_log_file_action", "when_full", "when_low"]

ASKS: Mapping[Topic, str] = {
    "partition": "asks for a partition of its own for /var/log/audit",
    "max_log_file": "asks that max_log_file is set, to a size of the site's choice",
    "max_log_file_action": "asks for max_log_file_action = keep_logs, which never removes a log: then something must archive them",
    "when_full": "asks that a full disk halts the machine or takes it to single user mode: then a full log stops Docker too",
    "when_low": "asks that somebody is mailed when space runs low",
}
"""What each control wants, in a few words, with what it brings along."""


@dataclass(frozen=True, slots=True)
class CisControl:
    """One control of one benchmark: ``CIS Debian Linux 12 v1.1.0``, ``6.2.2.2``."""

    benchmark: str
    number: str
    asks: str

    def __str__(self) -> str:
        return f"{self.benchmark}, {self.number}, {self.asks}."


_TOPICS: tuple[Topic, ...] = ("partition", "max_log_file", "max_log_file_action", "when_full", "when_low")

# (os-release's ID, its VERSION_ID up to the first dot, or all of it) to the newest benchmark whose numbers we know. Where one number
# is given for when_full and when_low, the benchmark has both in one control.
_TABLE: Mapping[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("debian", "11"): ("CIS Debian Linux 11 v1.0.0", ("1.1.6.1", "4.1.2.1", "4.1.2.2", "4.1.2.3", "4.1.2.3")),
    ("debian", "12"): ("CIS Debian Linux 12 v1.1.0", ("1.1.2.7.1", "6.2.2.1", "6.2.2.2", "6.2.2.3", "6.2.2.4")),
    ("ubuntu", "22.04"): ("CIS Ubuntu Linux 22.04 v2.0.0", ("1.1.2.7.1", "6.3.2.1", "6.3.2.2", "6.3.2.3", "6.3.2.4")),
    ("ubuntu", "24.04"): ("CIS Ubuntu Linux 24.04 v1.0.0", ("1.1.2.7.1", "6.2.2.1", "6.2.2.2", "6.2.2.3", "6.2.2.4")),
    ("rhel", "8"): ("CIS Red Hat Enterprise Linux 8 v4.0.0", ("1.1.2.7.1", "6.3.2.1", "6.3.2.2", "6.3.2.3", "6.3.2.4")),
    ("rhel", "9"): ("CIS Red Hat Enterprise Linux 9 v2.0.0", ("1.1.2.7.1", "6.3.2.1", "6.3.2.2", "6.3.2.3", "6.3.2.4")),
}


def cis_control(os_id: str, os_version: str, topic: Topic) -> CisControl | None:
    """The control about *topic* for this distribution and release, None where we do not know it."""
    row = _TABLE.get((os_id, os_version)) or _TABLE.get((os_id, os_version.split(".")[0]))
    return CisControl(row[0], row[1][_TOPICS.index(topic)], ASKS[topic]) if row else None
