"""DiskAndKernel: how rules.d, the kernel and the next boot's rules stand to each other. Pure."""

from __future__ import annotations

from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.host.facts import HostFacts
from tui.verdict.boot.words import load_at_boot_words
from tui.verdict.known import KnownHost
from tui.verdict.rule_display import display


@dataclass(frozen=True, slots=True)
class DiskAndKernel:
    """How rules.d stands to the kernel: the rules that only the kernel holds and those that only a load would bring (as one would write
    them), whether the rules that both hold are in another order, whether a load would lock rules that are not locked now, the file that
    the next boot loads in place of rules.d ("": none), and how the load of that boot ends (:func:`load_at_boot_words`)."""

    only_loaded: tuple[str, ...] = ()
    not_loaded: tuple[str, ...] = ()
    reordered: bool = False
    would_lock: bool = False
    boot_file: str = ""
    load_at_boot: str = ""
    never_loaded: tuple[str, ...] = ()
    """The lines on disk that no load comes to, or takes: the one that stops it, and those behind it."""


def disk_and_kernel(facts: HostFacts | None) -> DiskAndKernel | None:
    """How rules.d stands to the kernel; None where one of the two could not be read."""
    known = KnownHost.of(facts) if facts is not None else None
    if not isinstance(known, KnownHost):
        return None
    held, stored = dict.fromkeys(known.kernel_rules), dict.fromkeys(known.disk.rules)
    at_boot, stop = known.at_boot, known.disk.loaded.stopped
    unloaded = (*([stop.line] if stop else []), *known.disk.loaded.lost)
    last = at_boot.boot.last if at_boot.boot is not None else None
    return DiskAndKernel(
        tuple(display(rule, known.facts) for rule in held if rule not in stored),
        tuple(display(rule, known.facts) for rule in stored if rule not in held),
        [rule for rule in held if rule in stored] != [rule for rule in stored if rule in held],
        known.disk.loaded.settings.get("enabled") == 2 and not known.is_immutable,
        last.file if at_boot.as_it_is is not None and last is not None else "",
        load_at_boot_words(at_boot),
        tuple({line.place: clean(line.text.strip()) for line in unloaded if line.text.strip()}.values()),
    )
