"""Narrower rules beside a rehearsed one: what each would have recorded of the same accesses. No second rule is loaded for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tui.audit.log.events.accesses import Access, AuditedPaths, accesses_in
from tui.audit.rule.line import parse_line
from tui.audit.rule.numbers import PERM_BITS
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.value import Rule
from tui.base.dataclass import dataclass, field
from tui.base.paths import within
from tui.base.typing import TYPE_CHECKING
from tui.run.rehearsal.report import Narrower
from tui.verdict.disk import lookup

if TYPE_CHECKING:
    from tui.host.facts import HostFacts
    from tui.verdict.values import Finding, Offer


@dataclass(frozen=True)
class _Offered:
    """An offer as it decides: what it leaves out by its folders, and the letters of ``rwxa`` that it records."""

    key: str
    offer: Offer
    folders: tuple[str, ...]
    letters: str

    def records(self, access: Access) -> bool:
        """Whether the offer's rules would record *access*."""
        left_out = any(within(access.path, folder) for folder in self.folders)
        return not left_out and any(letter in self.letters for letter in access.accesses)


@dataclass
class NarrowerTally:
    """Counts, for the rules that are offered in place of the rehearsed ones, what they would have recorded. ``feed`` it the log's pieces, then
    ``finish``."""

    offered: tuple[_Offered, ...] = ()
    targets: tuple[AuditedPaths, ...] = ()
    events: Counter[tuple[str, str]] = field(default_factory=Counter)
    sizes: Counter[tuple[str, str]] = field(default_factory=Counter)
    held: bytes = b""
    """The last piece, whose events the next one may complete."""

    def feed(self, piece: bytes) -> None:
        """Count what *piece* completes."""
        if self.offered and piece:
            self._count(self.held + piece, len(self.held))
            self.held = piece

    def finish(self) -> None:
        """Count what the last piece holds."""
        self._count(self.held, len(self.held))
        self.held = b""

    def _count(self, log: bytes, own: int) -> None:
        for _, access in accesses_in(log, self.targets, own):
            for one in self.offered:
                if one.key in access.keys and one.records(access):
                    self.events[one.key, one.offer.kind] += 1
                    self.sizes[one.key, one.offer.kind] += access.size

    def of(self, key: str, seconds: float) -> tuple[Narrower, ...]:
        """The figures of what is offered in place of the rule with *key*, which was rehearsed for *seconds*."""
        return tuple(
            Narrower(
                one.offer.kind,
                one.offer.text,
                one.offer.lines,
                self.events[key, one.offer.kind],
                self.sizes[key, one.offer.kind],
                self.events[key, one.offer.kind] * 86400 / seconds,
                self.sizes[key, one.offer.kind] * 86400 / seconds,
            )
            for one in self.offered
            if one.key == key
        )


def narrower_tally(watches: Sequence[tuple[Finding, str]], facts: HostFacts) -> NarrowerTally:
    """The tally of what is offered for *watches*, each a finding and the key that its rules carry meanwhile."""
    offered = tuple(_Offered(key, offer, *_decides(offer, facts)) for finding, key in watches for offer in finding.offers)
    keys = {one.key for one in offered}
    paths = [(finding.path, *(place.path for place in finding.places)) for finding, key in watches if key in keys]
    return NarrowerTally(offered, tuple(AuditedPaths(tuple(dict.fromkeys(names)), True) for names in paths))


def _decides(offer: Offer, facts: HostFacts) -> tuple[tuple[str, ...], str]:
    parsed = (parse_line(line, facts.names, lookup(facts).is_directory) for line in offer.lines)
    rules = [line.rule for line in parsed if isinstance(line, AddRule)]
    folders = tuple(rule.path.rstrip("/") for rule in rules if rule.action == "never" and rule.path)
    mask = 0
    for rule in rules:
        if rule.action != "never":
            mask |= _permissions(rule)
    return folders, "".join(letter for letter, bit in PERM_BITS.items() if mask & bit)


def _permissions(rule: Rule) -> int:
    found = rule.first("perm")
    return found if isinstance(found, int) else sum(PERM_BITS.values())
