"""What the kernel's command line at the next boot means for auditing, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.audit.inputs import AuditStatus
from tui.base.amounts import count_text, listed
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.typing import Literal
from tui.host.facts import HostFacts, KernelLine
from tui.host.kernel_line import (
    backlog_at_boot,
    lines_that_switch_off,
    next_line,
    next_words,
    on_from_the_start,
    settings_with,
    switched_off,
    untold_menus,
)

_MOST_TOLD = 3


def place_of(line: KernelLine) -> str:
    """Where a line stands, as file:line."""
    return f"{clean(line.file)}:{line.line}"


def take_off(word: str, line: KernelLine | None, settings: Sequence[KernelLine], then: str = "") -> str:
    """How *word* leaves the kernel's command line on this host, where *line* has it now and *settings* have it, too; and what is done *then*."""
    if line is None:
        return f"Take {clean(word)} off the kernel's command line (the boot loader's configuration){then}."
    made_of = listed(tuple(map(place_of, settings)))
    if line.file.endswith("/grub.cfg"):
        program = "grub2-mkconfig" if "/grub2/" in line.file or line.file.startswith("/boot/efi/") else "grub-mkconfig"
        source = made_of or "what that menu is made of (/etc/default/grub, /etc/grub.d)"
        return f"Take {clean(word)} out of {source}, then make the menu anew{then}: {program} -o {clean(line.file)}"
    more = f", and out of {made_of}, which later entries are made of" if made_of else ""
    if line.file.startswith("/boot/loader/"):
        more += f" (one command where this host has grubby: grubby --update-kernel=ALL --remove-args={clean(word)})"
    return f"Take {clean(word)} out of {place_of(line)}{more}{then}."


def way_out_of_off(facts: HostFacts) -> str:
    """What brings auditing back on a host that was booted without it."""
    line, running = next_line(facts.boot), facts.cmdline if isinstance(facts.cmdline, str) else ""
    words = next_words(facts.boot, running)
    word = switched_off(words)
    if line is not None and not word:
        return f"Reboot: {place_of(line)}, which the next boot goes by, leaves auditing on."
    settings = facts.boot.kernel_settings if facts.boot is not None and line is not None else ()
    return take_off(word, line, settings_with(word, settings), ", and reboot")


def menus_that_switch_off(facts: HostFacts) -> Iterator[Notice[Literal["menu-without-audit"]]]:
    """That auditing is left out by another entry of the boot menu, or once that menu is made anew."""
    lines = lines_that_switch_off(facts)
    settings = facts.boot.kernel_settings if facts.boot is not None else ()
    later = tuple(line for line in lines if line in settings)
    if later:
        yield _off(later, "A boot menu that is made anew leaves auditing out", "The menu as it is leaves auditing on.")
    other = tuple(line for line in lines if line not in later)
    if other:
        yield _off(
            other,
            "An entry of the boot menu leaves auditing out",
            "Which entry the next boot takes is not told here: it is taken to be as this one was.",
        )


_WHY_UNTOLD = {
    "others-write": "others than root can write it",
    "unread": "it could not be read",
    "image": "it holds no command line of its own",
    "no-root": "the kernel that runs was given no root= to know this host's entries by",
}


def menus_untold(facts: HostFacts) -> Iterator[Notice[Literal["menu-untold"]]]:
    """That what the kernel is given at the next boot is not known, although a boot loader's files are here."""
    menus = untold_menus(facts.boot)
    if menus:
        told = [f"{clean(menu.file)} ({_WHY_UNTOLD[menu.why]})" for menu in menus[:_MOST_TOLD]]
        more = ", and more" if len(menus) > _MOST_TOLD else ""
        yield Notice(
            "menu-untold",
            f"The next boot's kernel command line is not known, and is taken to be this boot's. Passed over: {', '.join(told)}{more}.",
            "See in the boot loader that no entry has audit=0.",
        )


def records_lost_at_boot(facts: HostFacts, status: AuditStatus) -> Iterator[Notice[Literal["boot-loses-records"]]]:
    """That the queue of a boot is shorter than the one that the rules ask for, on a host that has lost records."""
    running = facts.cmdline if isinstance(facts.cmdline, str) else ""
    words = next_words(facts.boot, running)
    limit = backlog_at_boot(words)
    if limit is None or not on_from_the_start(words) or not status.lost or limit >= status.backlog_limit:
        return
    yield Notice(
        "boot-loses-records",
        f"A boot keeps {count_text(limit)} audit records until auditd and its rules are there; more are lost. "
        f"This boot has lost {count_text(status.lost)} so far, and its rules ask for a queue of {count_text(status.backlog_limit)}.",
        f"Put audit_backlog_limit={status.backlog_limit} beside audit=1 on the kernel's command line.",
    )


def _off(lines: Sequence[KernelLine], first: str, until_then: str) -> Notice[Literal["menu-without-audit"]]:
    places = [place_of(line) for line in lines[:_MOST_TOLD]] + (["…"] if len(lines) > _MOST_TOLD else [])
    words = list(dict.fromkeys(clean(switched_off(line.words)) for line in lines))
    return Notice(
        "menu-without-audit",
        f"{first}: {listed(words)} in {', '.join(places)}. {until_then}",
        f"Take {listed(words)} out of {', '.join(places)}, if that is not meant.",
    )
