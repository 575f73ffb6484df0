"""BootLoad: which rules file the next boot loads, who loads it and when, and what keeps it or auditd from starting, as values."""

from __future__ import annotations

from tui.base.dataclass import dataclass
from tui.base.typing import Literal
from tui.host.facts import KernelLine

Obstacle = Literal[
    "",
    "masked",
    "no-unit",
    "disabled",
    "needs-masked",
    "condition",
    "no-copies",
    "not-enabled",
    "no-loader",
    "loader-disabled",
    "loader-masked",
    "file-absent",
]
"""What keeps the rules on disk from recording after the next boot.

Of auditd itself: its unit or script is ``masked``, absent (``no-unit``), started by nothing (``disabled``), requires a unit that is masked
(``needs-masked``), or its ``condition`` does not hold (audit=0). Of the journal that has the records in its stead: nothing starts its socket
(``no-copies``), or turns auditing on (``not-enabled``). Of the load: nothing that starts loads rules (``no-loader``), the unit that
would is ``loader-disabled`` or ``loader-masked``, or the file that is loaded is not there (``file-absent``).
"""
_OF_DAEMON: tuple[Obstacle, ...] = ("masked", "no-unit", "disabled", "needs-masked", "condition")


@dataclass(frozen=True, slots=True)
class Load:
    """One load of rules: the ``file`` that auditctl reads, whether augenrules compiles rules.d into it first, and ``by`` whom it is done
    (a unit or a script), with the setting that says so."""

    file: str
    compiles: bool
    by: str
    setting: str = ""


@dataclass(frozen=True, slots=True)
class BootLoad:
    """What the next boot does about audit: whether auditd starts, and every load of rules in its order.

    ``starter`` is auditd's unit or script, ``culprit`` the unit or file that the ``obstacle`` is about. ``early`` is whether the directories
    that systemd-tmpfiles makes are there by the time of the first load.
    """

    init: Literal["systemd", "openrc", "sysvinit"]
    starter: str
    loads: tuple[Load, ...] = ()
    obstacle: Obstacle = ""
    culprit: str = ""
    early: bool = False
    assumed: bool = False
    """Whether auditd is enabled was not told, and taken for granted."""
    chkconfig: bool = False
    """Whether the links of the script are Red Hat's, which chkconfig keeps."""
    can_enable: bool = True
    """Whether the unit says what enables it (an [Install] section, a script with links to be turned on again)."""
    by_journal: bool = False
    """Whether the systemd journal is to have the records, and no auditd is meant to start."""
    hidden: tuple[tuple[str, str], ...] = ()
    """The folders that the loader with the last word does not see, each with the setting of its unit that hides it (SUSE's ProtectHome)."""
    kernel_line: KernelLine | None = None
    """The boot loader's line that has the word of the ``condition``; None where only the running kernel's command line tells."""
    kernel_settings: tuple[KernelLine, ...] = ()
    """The settings that have that word, too, and that the line is made of anew."""

    @property
    def keeps_daemon_off(self) -> bool:
        """Whether the obstacle is one of auditd itself."""
        return self.obstacle in _OF_DAEMON

    @property
    def starts_daemon(self) -> bool:
        """Whether auditd starts."""
        return not self.keeps_daemon_off and not self.by_journal

    @property
    def compiles(self) -> bool:
        """Whether what is loaded comes from rules.d as it is at the boot."""
        return any(load.compiles for load in self.loads)

    @property
    def last(self) -> Load | None:
        """The load that has the last word; None where there is none."""
        return self.loads[-1] if self.loads else None
