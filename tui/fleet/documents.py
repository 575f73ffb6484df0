"""Check documents as values: what a fleet needs of each, with every mistake in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.base.typing import Any

SCHEMA = 1
RESULTS = ("pass", "fail", "notapplicable", "unknown", "error")
_HOST_STATES = ("audit_enabled", "kernel", "audit_version")
_BOOT_STATES = ("starts_auditd", "obstacle")


class NoCheckDocument(ValueError):
    """A text that is no check document; the message says what was expected where."""


@dataclass(frozen=True, slots=True)
class RuleThere:
    """One rule that a finding rests on, as its document writes it (not cleaned): where it is from, its text, and its file with the line."""

    source: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Drift:
    """What an earlier check tells of a control that passed in it and does not pass now: its state then, when that was (in seconds, None where
    it is not told), and the rules or facts that have gone since."""

    was: str
    epoch: int | None
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One control on one host, as its document has it: ``waiver`` is why a failure is accepted, "" where it is not, ``until`` its last day
    where it has one (``2026-12-31``)."""

    control: str
    slug: str
    path: str
    result: str
    state: str
    reasons: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    waiver: str = ""
    until: str = ""
    apply: str = ""
    """The command among ``fix`` that carries the plan out; "" where a plan mends nothing."""
    rules: tuple[RuleThere, ...] = ()
    drift: Drift | None = None
    """What an earlier check tells of it; None where it told no other result, or none was compared."""

    @property
    def fails(self) -> bool:
        """Whether the control fails and nobody has accepted that."""
        return self.result == "fail" and not self.waiver


@dataclass(frozen=True, slots=True)
class CheckedHost:
    """One host at the time of its check. ``epoch`` is in seconds, None where the document does not tell; ``source`` is its file."""

    name: str
    source: str
    benchmark: str
    verdicts: tuple[Verdict, ...]
    epoch: int | None = None
    program: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """What the document tells of the host, as its operating system and its kernel."""
    machine: str = ""
    """The hash of the machine's id; "" where the document does not tell."""
    states: tuple[tuple[str, str], ...] = ()
    """What decides about findings beside rules, as a document names it: ``audit_enabled``, ``starts_auditd``."""
    compared: tuple[str, ...] | None = None
    """What makes an earlier check another question than this one, in sentences; None where it was compared with none."""

    @property
    def fail_count(self) -> int:
        """How many controls fail, those aside that somebody answers for."""
        return sum(each.fails for each in self.verdicts)

    @property
    def unclear_count(self) -> int:
        """Of how many controls it cannot be told."""
        return sum(each.result in ("unknown", "error") for each in self.verdicts)

    def verdict(self, slug: str) -> Verdict | None:
        """The verdict on one control; None where it was not asked for."""
        return next((each for each in self.verdicts if each.slug == slug), None)


def checked_host(document: object, source: str) -> CheckedHost:
    """The host of a check document. Raises NoCheckDocument."""
    if not isinstance(document, Mapping) or not isinstance(document.get("findings"), list):
        raise NoCheckDocument("expected a document of check --json")
    if document.get("schema") != SCHEMA:
        raise NoCheckDocument(f"expected schema {SCHEMA}, found {clean(str(document.get('schema')))[:20]}")
    host, tool = _mapping(document.get("host")), _mapping(document.get("tool"))
    epoch = document.get("epoch")
    keys = (("os", "os"), ("kernel", "kernel"), ("audit", "audit_version"))
    facts = ((name, clean(str(host[key]))) for name, key in keys if isinstance(host.get(key), (str, int)))
    return CheckedHost(
        name=_text(host, "name", "host") or source,
        source=source,
        benchmark=_text(document, "benchmark", "the document"),
        verdicts=tuple(_verdict(each, number) for number, each in enumerate(document["findings"], 1)),
        epoch=int(epoch) if isinstance(epoch, (int, float)) and 0 <= epoch < 1 << 40 else None,
        program=clean(str(tool.get("version", ""))),
        facts=tuple(facts),
        machine=clean(str(host.get("machine_id_hash") or "")),
        states=tuple(_states(host, _HOST_STATES)) + tuple(_states(_mapping(document.get("next_boot")), _BOOT_STATES)),
    )


def _states(told: Mapping[str, Any], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((name, clean(str(told[name]))) for name in names if name in told)


def _verdict(finding: object, number: int) -> Verdict:
    found, place = _mapping(finding), f"finding {number}"
    result = _text(found, "result", place)
    if result not in RESULTS:
        raise NoCheckDocument(f"{place}: expected one of {', '.join(RESULTS)} as result, found {result[:20]}")
    waiver = _mapping(found.get("waiver"))
    return Verdict(
        control=_text(found, "control", place),
        slug=_text(found, "slug", place),
        path=_text(found, "path", place),
        result=result,
        state=_text(found, "state", place),
        reasons=_texts(found.get("reasons")),
        fix=_texts(found.get("fix")),
        waiver=clean(str(waiver.get("text") or waiver.get("reason") or "")) if waiver else "",
        until=clean(str(waiver.get("until") or "")),
        apply=clean(str(found.get("apply") or "")),
        rules=tuple(_rules(found.get("rules"))),
    )


def _rules(value: object) -> Iterator[RuleThere]:
    for rule in value if isinstance(value, list) else ():
        if isinstance(rule, dict):
            place = f"{rule['file']}:{rule.get('line')}" if rule.get("file") else ""
            yield RuleThere(str(rule.get("source")), str(rule.get("text")), place)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(mapping: Mapping[str, Any], key: str, place: str) -> str:
    value = mapping.get(key)
    if not isinstance(value, str):
        raise NoCheckDocument(f"{place}: expected a text as {key}")
    return clean(value)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(clean(each, lines=True) for each in value if isinstance(each, str))
