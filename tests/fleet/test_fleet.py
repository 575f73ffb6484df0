"""Many hosts as one value: what is read of a document, what is refused, what is counted, what differs."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.base.dataclass import replace
from tui.fleet.documents import CheckedHost, NoCheckDocument, Verdict, checked_host
from tui.fleet.fleet import Column, Fleet, fleet
from tui.fleet.waiving import with_waivers
from tui.verdict.values import Waiver
from tui.verdict.waivers import Waivers
from tui.views.fleet.html import fleet_html
from tui.views.fleet.markdown import fleet_markdown
from tui.views.fleet.spreadsheet import fleet_csv
from tui.views.fleet.terminal import fleet_lines
from tui.views.signs import UNICODE


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
    assert made.waived == (("1.2.11", "lab", ("w",)),)
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


def checked(name: str, epoch: int | None, *results: str, machine: str = "m", source: str = "x.json", **more: Any) -> CheckedHost:
    findings = [finding(f"1.2.{number}", result, **more) for number, result in enumerate(results, 1)]
    made = document(name, *findings, **({} if epoch is None else {"epoch": epoch}))
    made["host"]["machine_id_hash"] = machine or None
    return checked_host(made, source)


def test_the_latest_check_of_a_host_counts_and_the_earlier_ones_tell_what_passed() -> None:
    made = fleet((checked("web", 1, "pass", "pass"), checked("web", 3, "fail", "pass"), checked("web", 2, "fail", "fail")))
    (web,) = made.hosts
    assert (web.name, web.epoch, made.earlier, made.compared) == ("web", 3, 2, 1)
    assert [verdict.drift and verdict.drift.epoch for verdict in web.verdicts] == [1, None]
    assert [(group.column.control, group.hosts) for group in made.drift] == [("1.2.1", (("web", 1),))]
    assert made.drifted == (web,)


@pytest.mark.parametrize(
    "other",
    [
        checked("web", 1, "pass", machine="n"),
        checked("web", 1, "pass", machine=""),
        checked("web", None, "pass"),
        checked("web", 1, "pass", "pass"),
        checked("clone", 1, "pass"),
    ],
    ids=["another machine", "no machine id", "no time", "another control too", "a clone's machine id"],
)
def test_what_may_be_another_host_or_another_question_stands_beside_it(other: CheckedHost) -> None:
    made = fleet((checked("web", 2, "fail"), other))
    assert (len(made.hosts), made.earlier, made.drift) == (2, 0, ())


def test_a_second_copy_of_a_document_is_no_second_host() -> None:
    made = fleet((checked("web", 2, "fail"), checked("web", 2, "fail", source="copy.json")))
    assert (len(made.hosts), made.earlier, made.compared) == (1, 1, 0)


def test_hosts_are_compared_with_their_own_earlier_checks_and_those_that_are_gone_are_named() -> None:
    against = [
        checked("web", 1, "pass", machine="a"),
        checked("web", 1, "fail", machine="z"),
        checked("old-name", 1, "pass", machine="b"),
        checked("plain", 1, "pass", machine=""),
        checked("gone", 1, "pass", machine="c"),
        checked("again", 1, "pass", machine="d"),
    ]
    names = {"web": "a", "new-name": "b", "plain": "p", "other": "o", "again": "e"}
    made = fleet([checked(name, 2, "fail", machine=machine) for name, machine in names.items()], against=against)
    told = {
        host.name: (host.verdicts[0].drift is not None, len(host.compared or ()))
        for host in made.hosts
        if host.compared is not None
    }
    assert told == {"web": (True, 0), "new-name": (True, 1), "plain": (True, 0), "again": (True, 1)}
    assert made.missing == ("gone",)
    assert [names for group in made.drift for names in [[name for name, _ in group.hosts]]] == [
        ["again", "new-name", "plain", "web"]
    ]


def test_a_file_of_waivers_covers_failures_by_number_slug_and_host() -> None:
    waivers = Waivers((Waiver("1.2.1", "lab", "Kim", "2026-12-31", ("web-*",)), Waiver("slug-1.2.2", "rack")), "2026-11-27")
    hosts, void = with_waivers([checked("web-1", 1, "fail", "fail"), checked("db", 1, "fail", "pass")], waivers)
    assert [[verdict.waiver for verdict in host.verdicts] for host in hosts] == [["lab (Kim), until 2026-12-31", "rack"], ["", ""]]
    assert void == ()


def test_a_waiver_that_ended_or_gives_no_reason_or_names_nothing_covers_nothing_and_is_told() -> None:
    entries = (Waiver("1.2.1", " "), Waiver("1.2.2", "lab", "", "2026-11-26"), Waiver("nothing", "lab"))
    hosts, void = with_waivers([checked(name, 1, "fail", "fail", "pass") for name in ("a", "b")], Waivers(entries, "2026-11-27"))
    assert not any(verdict.waiver for host in hosts for verdict in host.verdicts)
    assert void == (
        ("The waiver of 1.2.1 does not count: it gives no reason.", ("a", "b")),
        ("The waiver of 1.2.2 does not count: it ended on 2026-11-26.", ("a", "b")),
        ("The waiver of nothing covers nothing: no document tells of that control.", ()),
    )


def test_a_waiver_that_no_host_needs_is_told() -> None:
    entries = (Waiver("1.2.1", "lab", hosts=("db-*", "x")), Waiver("1.2.2", "lab"), Waiver("1.2.1", "lab"), Waiver("1.2.2", ""))
    _, void = with_waivers([checked(name, 1, "fail", "pass") for name in ("a", "b")], Waivers(entries, "2026-11-27"))
    assert void == (
        ("The waiver of 1.2.1 covers nothing: no host is called db-* and x.", ()),
        ("The waiver of 1.2.2 covers nothing: the control fails on no host that it names.", ()),
    )


def test_what_a_document_says_is_waived_is_so_until_it_ends() -> None:
    def host(until: str | None) -> CheckedHost:
        return checked("a", 1, "fail", waiver={"text": "lab", "reason": "lab", "until": until})

    (kept, ended, endless), void = with_waivers([host("2026-11-27"), host("2026-11-26"), host(None)], Waivers(today="2026-11-27"))
    assert [each.verdicts[0].waiver for each in (kept, ended, endless)] == ["lab", "", "lab"]
    assert void == (("The waiver of 1.2.1 does not count any more: it ended on 2026-11-26.", ("a",)),)


@pytest.mark.parametrize("drifts", [False, True])
def test_a_fleet_of_twice_the_hosts_takes_twice_the_calls(drifts: bool) -> None:
    def calls(number: int) -> int:
        def documents(epoch: int, result: str) -> list[Any]:
            return [document(f"h{each}", *(finding(f"1.2.{c}", result) for c in range(16)), epoch=epoch) for each in range(number)]

        given, before = documents(2, "fail"), documents(1, "pass") if drifts else []
        counted = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal counted
            counted += event == "call"

        sys.setprofile(count)
        try:
            hosts, _ = with_waivers([checked_host(each, "x") for each in given], Waivers(today="2026-11-27"))
            made = fleet(hosts, against=[checked_host(each, "y") for each in before])
            for form in (fleet_html, fleet_markdown, fleet_csv, partial(fleet_lines, width=100, signs=UNICODE)):
                form(made)
        finally:
            sys.setprofile(None)
        return counted

    assert calls(60) < 2.1 * calls(30)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_document_it_is_refused_in_words_or_shown(data: st.DataObject) -> None:
    plain = document("web", finding("1.2.1", "fail", rules=[{"source": "kernel", "text": "-w /a"}], fix=["mend"]), epoch=1)
    plain["host"].update(machine_id_hash="m", audit_enabled=1)
    made = json.loads(json.dumps(plain))
    place = data.draw(st.sampled_from([made, made["host"], made["findings"][0], made["findings"][0]["rules"][0]]))
    keys = [*place, "waiver", "next_boot", "tool", "reasons", "file", "line"]
    place[data.draw(st.sampled_from(keys))] = data.draw(ANYTHING)
    try:
        now, before = checked_host(made, "now.json"), checked_host({**plain, "epoch": 0}, "before.json")
    except NoCheckDocument:
        return
    hosts, void = with_waivers([now], Waivers(today="2026-11-27"))
    shown = fleet(hosts, against=[before], void=void, now=1e6)
    for form in (fleet_html, fleet_markdown, fleet_csv, partial(fleet_lines, width=60, signs=UNICODE)):
        assert form(shown)


def test_hosts_stand_in_the_order_of_the_numbers_in_their_names() -> None:
    made = fleet([host(name, c3="pass") for name in ("web-10", "web-9", "db", "web-1")])
    assert [each.name for each in made.hosts] == ["db", "web-1", "web-9", "web-10"]


def test_the_worst_host_is_first_and_sentences_keep_the_order_of_names() -> None:
    waived = checked_host(document("waived", finding("1.2.3", "fail", waiver={"text": "lab"})), "w.json")
    two = {"c3": "fail", "c4": "fail"}
    given = [
        host("db", c3="pass"),
        host("web-10", **two),
        host("open", c3="unknown", c4="fail"),
        host("one", c3="pass", c4="fail"),
        host("web-9", **two),
        host("lost", c3="unknown"),
        waived,
    ]
    made = fleet(given)
    assert [each.name for each in made.worst_first] == ["web-9", "web-10", "open", "one", "lost", "db", "waived"]
    assert [(group.columns[0].control, group.number, group.states[0][1]) for group in made.failures] == [
        ("1.2.4", 4, ("one", "open", "web-9", "web-10")),
        ("1.2.3", 2, ("web-9", "web-10")),
    ]


def test_what_to_do_and_what_cannot_be_told_are_told_once_with_their_hosts() -> None:
    command = "docker-audit-wizard apply --control c"
    stuck = finding("1.2.3", "fail", fix=["Mend it."])
    mends = finding("1.2.4", "fail", fix=["The plan adds it.", command], apply=command)
    given = [
        document("a", stuck, mends),
        document("b", mends, finding("1.2.5", "fail", fix=["no"], waiver={"text": "lab"})),
        document("c", finding("1.2.4", "unknown", reasons=["Not root.", "more"]), finding("1.2.5", "error")),
    ]
    made = fleet([checked_host(each, "x") for each in given])
    assert made.ways_out == (("The plan adds it.", ("a", "b")), ("Mend it.", ("a",)))
    assert made.plannable == ("a", "b")
    assert made.unclear == (("Not root.", ("c",)), ("audited", ("c",)))


def test_a_check_of_more_than_a_week_is_old() -> None:
    week = 7 * 86_400
    hosts = [checked_host(document(name, epoch=epoch), name) for name, epoch in (("old", 9), ("new", 10))]
    made = fleet([*hosts, host("never")], now=week + 10)
    assert [each.name for each in made.old] == ["old"]
    assert fleet(hosts).old == ()


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), max_size=6, unique=True))
def test_any_names_can_be_put_in_order(names: list[str]) -> None:
    made = fleet([replace(host("a", c3="pass"), name=name, machine=str(number)) for number, name in enumerate(names)])
    assert sorted(each.name for each in made.hosts) == sorted(names)
