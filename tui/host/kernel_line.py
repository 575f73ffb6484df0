"""The kernel's command line at the next boot, and what it says about audit. Pure.

Sources: audit_enable and audit_backlog_limit_set in kernel/audit.c, kernel-parameters.txt; systemd.unit(5) on ConditionKernelCommandLine.
"""

from __future__ import annotations

from collections.abc import Iterable

from tui.host.facts import BootFacts, HostFacts, KernelLine, UntoldMenu

NO_AUDIT = "this kernel has no audit support, or was booted with audit=0"
"""Why such a kernel tells nothing about audit: it refuses the socket."""
_DEFAULT_BACKLOG = 64
"""AUDIT_BACKLOG_LIMIT of kernel/audit.c: as many records wait for a daemon where nothing else was said."""


def next_words(boot: BootFacts | None, running: str) -> str:
    """The kernel's command line at the next boot: that of the boot loader, and the *running* one where it is not told, or differs by
    the entry that somebody picks in the menu."""
    line = next_line(boot)
    return running if line is None else line.words


def next_line(boot: BootFacts | None) -> KernelLine | None:
    """The boot loader's line for the next boot; None where it is not told, or where its entries differ about audit."""
    lines = boot.kernel_lines if boot is not None else ()
    return lines[0] if len({_audit_words(line.words) for line in lines}) == 1 else None


def untold_menus(boot: BootFacts | None) -> tuple[UntoldMenu, ...]:
    """The files of boot loaders because of which the next boot's line is not known; none where another file tells it."""
    return boot.untold_menus if boot is not None and next_line(boot) is None else ()


def switched_off(words: str) -> str:
    """The word because of which the kernel leaves auditing out; "" where it does not. The last one counts, off and on in any case."""
    found = [word for word in words.split() if word.startswith("audit=")]
    return found[-1] if found and found[-1].partition("=")[2].lower() in ("0", "off") else ""


def on_from_the_start(words: str) -> bool:
    """Whether auditing is on before any program runs (audit=1)."""
    return not switched_off(words) and any(word.startswith("audit=") for word in words.split())


def lines_that_switch_off(facts: HostFacts) -> tuple[KernelLine, ...]:
    """The lines that leave auditing out and that the next boot does not have by itself: another entry of the menu, or a setting that gets
    into the menu when that is made anew. None where the next boot leaves it out anyway."""
    boot = facts.boot
    running = facts.cmdline if isinstance(facts.cmdline, str) else ""
    if boot is None or switched_off(next_words(boot, running)):
        return ()
    return tuple(line for line in (*boot.kernel_lines, *boot.kernel_settings) if switched_off(line.words))


def backlog_at_boot(words: str) -> int | None:
    """How many records the kernel keeps until auditd and its rules are there; None: as many as there are (audit_backlog_limit=0)."""
    found = [word.partition("=")[2] for word in words.split() if word.startswith("audit_backlog_limit=")]
    limit = int(found[-1]) if found and found[-1].isdecimal() else _DEFAULT_BACKLOG
    return limit or None


def settings_with(word: str, lines: Iterable[KernelLine]) -> list[KernelLine]:
    """Those of *lines* that have *word*."""
    return [line for line in lines if word in line.words.split()]


def _audit_words(words: str) -> tuple[str, ...]:
    return tuple(word for word in words.split() if word.startswith(("audit=", "audit_backlog_limit=")))
