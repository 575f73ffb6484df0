"""Check documents as values: what a fleet needs of each, with every mistake in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tui.base.cleaning import clean
from tui.base.dataclass import dataclass

SCHEMA = 1
RESULTS = ("pass", "fail", "notapplicable", "unknown", "error")


class NoCheckDocument(ValueError):
    """A text that is no check document; the message says what was expected where."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One control on one host, as its document has it: ``waiver`` is why a failure is accepted, "" where it is not."""

    control: str
    slug: str
    path: str
    result: str
    state: str
    reasons: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    waiver: str = ""

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
    )


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
    )


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
