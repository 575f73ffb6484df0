"""Many hosts as one value: what is read of a document, what is refused, what is counted, what differs."""

from __future__ import annotations

from typing import Any

import pytest

from tui.fleet.documents import CheckedHost, NoCheckDocument, Verdict, checked_host
from tui.fleet.fleet import Column, Fleet, fleet


def finding(control: str, result: str, **more: Any) -> dict[str, Any]:
    return {
        "control": control,
        "slug": f"slug-{control}",
        "path": f"/usr/bin/{control}",
        "result": result,
        "state": "audited",
        **more,
    }


def document(name: str, *findings: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema": 1, "host": {"name": name}, "benchmark": "1.2.0", "findings": list(findings), **more}


def host(name: str, **results: str) -> CheckedHost:
    findings = [finding(f"1.2.{slug[1:]}", result) for slug, result in results.items()]
    return checked_host(document(name, *findings), f"{name}.json")


def test_a_document_of_today_is_read() -> None:
    made = checked_host(
        document(
            "web-01",
            finding(
                "1.2.11",
                "fail",
                state="unaudited",
                reasons=["no rule"],
                fix=["do it"],
                waiver={"reason": "lab", "text": "lab (ops)"},
            ),
            tool={"version": "0.1.0"},
            epoch=1_795_000_000,
        )
        | {"host": {"name": "web-01", "os": "Debian 12", "kernel": "6.1"}},
        "web-01.json",
    )
    assert made.verdicts == (
        Verdict("1.2.11", "slug-1.2.11", "/usr/bin/1.2.11", "fail", "unaudited", ("no rule",), ("do it",), "lab (ops)"),
    )
    assert (made.name, made.epoch, made.program, made.facts) == (
        "web-01",
        1_795_000_000,
        "0.1.0",
        (("os", "Debian 12"), ("kernel", "6.1")),
    )
    assert not made.verdicts[0].fails


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "expected a document of check --json"),
        ({"findings": {}}, "expected a document of check --json"),
        ({"findings": [], "schema": 2}, "expected schema 1, found 2"),
        (
            document("a", finding("1", "sure")),
            "finding 1: expected one of pass, fail, notapplicable, unknown, error as result, found sure",
        ),
        (document("a", finding("1", "pass"), {"result": "pass"}), "finding 2: expected a text as control"),
        (document("a", finding("1", "pass", path=7)), "finding 1: expected a text as path"),
        ({**document("a"), "benchmark": None}, "the document: expected a text as benchmark"),
        ({**document("a"), "host": {"name": 1}}, "host: expected a text as name"),
    ],
)
def test_what_is_no_check_document_is_told_with_its_place(given: object, said: str) -> None:
    with pytest.raises(NoCheckDocument) as caught:
        checked_host(given, "file.json")
    assert str(caught.value) == said


def test_nothing_of_a_document_reaches_a_terminal_as_it_is() -> None:
    evil = "web\x1b[31m\u202e"
    made = checked_host(
        document(evil, finding("1", "fail", state=evil, path=evil, reasons=[evil, 5], waiver={"reason": evil})), "x"
    )
    assert all(
        text.isprintable() for each in made.verdicts for text in (made.name, each.state, each.path, each.waiver, *each.reasons)
    )
    assert len(made.verdicts[0].reasons) == 1


def test_columns_are_in_the_order_of_their_numbers_under_the_commonest() -> None:
    others = checked_host(document("c", finding("1.1.14", "pass", slug="slug-1.2.11")), "c.json")
    made = fleet((host("a", c11="pass", c9="pass"), host("b", c11="pass"), others))
    assert made.columns == (Column("slug-1.2.9", "1.2.9", "/usr/bin/1.2.9"), Column("slug-1.2.11", "1.2.11", "/usr/bin/1.2.11"))


def test_hosts_are_counted_by_their_worst_verdict() -> None:
    waived = checked_host(document("w", finding("1.2.11", "fail", waiver={"text": "lab"})), "w.json")
    made = fleet(
        (
            host("bad", c1="pass", c2="fail", c3="unknown"),
            host("open", c1="unknown"),
            host("good", c1="pass"),
            host("none", c1="notapplicable"),
            waived,
        )
    )
    assert [each.name for each in made.failing] == ["bad"]
    assert [each.name for each in made.unknown] == ["open"]
    assert [each.name for each in made.without] == ["none"]
    assert made.counts == {"notapplicable": 1, "pass": 2, "fail": 1, "unknown": 2, "waived": 1}
    assert [(each.name, verdict.waiver) for each, verdict in made.waived] == [("w", "lab")]
    assert [each.name for each, _ in made.where("slug-1.2.11", "fail")] == []


def test_two_machines_of_one_name_stay_two() -> None:
    one, other = (checked_host(document("web", finding("1", result)), f"{result}.json") for result in ("pass", "fail"))
    assert [each.name for each in fleet((one, other)).hosts] == ["web (fail.json)", "web (pass.json)"]


def test_the_oldest_check_is_told_of_those_that_tell_it() -> None:
    old, new = (checked_host(document(name, epoch=epoch), name) for name, epoch in (("old", 5), ("new", 9)))
    assert fleet((new, old, host("never"))).oldest == old
    assert fleet((host("never"),)).oldest is None
    assert fleet((old, checked_host(document("same", epoch=5), "same"))).oldest is None


def test_what_differs_is_told_with_the_commonest_first() -> None:
    hosts = [
        checked_host(document(name, tool={"version": version}), name) for name, version in (("a", "2"), ("b", "1"), ("c", "2"))
    ]
    assert fleet(hosts).differences == (("program", (("2", ("a", "c")), ("1", ("b",)))),)
    assert Fleet(()).differences == ()
