"""The check document as Prometheus text, for the textfile collector of node_exporter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from tui.base.cleaning import clean
from tui.base.typing import Any

_COMPLIANT = "docker_audit_control_compliant"
_STATE = "docker_audit_control_state"
_WAIVER = "docker_audit_waiver_info"
_VOID = "docker_audit_waiver_void"
_RESULTS = "docker_audit_results"
_CHECKED = "docker_audit_last_check_timestamp_seconds"


def prometheus(document: Mapping[str, Any]) -> str:
    """The text of the file. What does not apply or is not known is no sample of a control, and counted among the results."""
    return "".join(line + "\n" for line in _lines(document))


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    benchmark = document["benchmark"]
    told = [one for one in document["findings"] if one["result"] in ("pass", "fail")]
    yield f"# HELP {_COMPLIANT} Whether every access that the control asks for is recorded now and after the next boot."
    yield f"# TYPE {_COMPLIANT} gauge"
    for finding in told:
        yield _sample(_COMPLIANT, int(finding["result"] == "pass"), **_labels(finding, benchmark), waived=_waived(finding))
    yield f"# HELP {_STATE} The state that holds of the control; always 1."
    yield f"# TYPE {_STATE} gauge"
    for finding in told:
        yield _sample(_STATE, 1, **_labels(finding, benchmark), state=finding["state"])
    if waived := [finding for finding in told if finding["waiver"]]:
        yield f"# HELP {_WAIVER} Why, by whom and until which day the failure of a control is accepted; always 1."
        yield f"# TYPE {_WAIVER} gauge"
        for finding in waived:
            yield _sample(_WAIVER, 1, **_labels(finding, benchmark), **_told(finding["waiver"]))
    if void := [(finding, waiver) for finding in document["findings"] for waiver in finding["void_waivers"]]:
        yield f"# HELP {_VOID} A waiver that covers nothing: it has ended, gives no reason, or nothing fails that it names; always 1."
        yield f"# TYPE {_VOID} gauge"
        samples = (_sample(_VOID, 1, **_labels(finding, benchmark), **_told(waiver), why=waiver["why"]) for finding, waiver in void)
        yield from dict.fromkeys(samples)  # a waiver may stand twice in its file, a sample may not
    yield f"# HELP {_RESULTS} How many controls have each result."
    yield f"# TYPE {_RESULTS} gauge"
    counted = Counter(one["result"] for one in document["findings"])
    for result in ("pass", "fail", "notapplicable", "unknown", "error"):
        yield _sample(_RESULTS, counted[result], benchmark=benchmark, result=result)
    yield f"# HELP {_CHECKED} When the host was judged."
    yield f"# TYPE {_CHECKED} gauge"
    yield _sample(_CHECKED, document["epoch"])


def _labels(finding: Mapping[str, Any], benchmark: str) -> dict[str, str]:
    return {"control": finding["control"], "slug": finding["slug"], "path": finding["path"], "benchmark": benchmark}


def _told(waiver: Mapping[str, Any]) -> dict[str, str]:
    return {name: waiver[name] or "" for name in ("reason", "by", "until")}


def _waived(finding: Mapping[str, Any]) -> str:
    return "1" if finding["waiver"] else "0"


def _sample(name: str, value: float, **labels: str) -> str:
    shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    return f"{name}{{{shown}}} {value}" if shown else f"{name} {value}"


def _escaped(text: str) -> str:
    return clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
