"""A fleet as people read it: on a terminal, as a page of HTML, as Markdown, in a spreadsheet."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import pytest

from tui.base.dataclass import replace
from tui.fleet.documents import CheckedHost, RuleThere, Verdict
from tui.fleet.fleet import Fleet, fleet
from tui.views.fleet.host import host_lines
from tui.views.fleet.html import fleet_html
from tui.views.fleet.markdown import fleet_markdown
from tui.views.fleet.spreadsheet import HEAD, fleet_csv
from tui.views.fleet.terminal import fleet_lines
from tui.views.formats.junit import junit_of
from tui.views.page import cells, plain
from tui.views.signs import ASCII, UNICODE


def host(name: str, *results: str, waiver: str = "", reason: str = "no rule names it") -> CheckedHost:
    states = {"pass": "audited", "fail": "unaudited", "unknown": "unknown", "notapplicable": "notapplicable"}
    verdicts = (
        Verdict(f"1.2.{number}", f"slug{number}", f"/usr/bin/p{number}", result, states[result], (reason,), ("mend it",), waiver)
        for number, result in enumerate(results, 3)
    )
    return CheckedHost(name, f"{name}.json", "1.2.0", tuple(verdicts), 1_795_000_000)


MADE = fleet(
    (
        host("web-01", "pass", "fail", "unknown"),
        host("web-02", "fail", "fail"),
        host("db", "fail", waiver="lab (ops), until 2026-12-31"),
    )
)


def lines(made: Fleet, width: int = 80, ascii_only: bool = False) -> list[str]:
    return [plain(line) for line in fleet_lines(made, width, ASCII if ascii_only else UNICODE)]


def test_a_terminal_shows_hosts_against_controls() -> None:
    shown = lines(MADE)
    assert shown[0] == "3 hosts: 1 compliant and 2 with failures."
    assert shown[1] == "6 verdicts: 1 pass, 3 fail, 1 waived and 1 unknown."
    assert shown[3:9] == [
        "Hosts, the one with the most failing controls first",
        "1.2.    3  4  5  fail  checked",
        "web-02  ✗  ✗        2  2026-11-18 11:06 UTC",
        "web-01  ✓  ✗  ?     1  2026-11-18 11:06 UTC",
        "db      w           0  2026-11-18 11:06 UTC",
        "✓ passes, ✗ fails, ? cannot be told, w fails, and is waived",
    ]
    assert shown[9:] == [
        "",
        "What fails, the controls that fail on the most hosts first",
        "  1.2.4  /usr/bin/p4  2 of 2 hosts with it",
        "    NOT audited: web-01 and web-02",
        "",
        "  1.2.3  /usr/bin/p3  1 of 3 hosts",
        "    NOT audited: web-02",
        "",
        "What cannot be told and why, what concerns the most hosts first",
        "  web-01: no rule names it",
        "",
        "What to do, what helps the most hosts first",
        "  2 hosts: mend it",
        "    web-01 and web-02",
        "",
        "Waived (w)",
        "  1.2.3 on db: lab (ops), until 2026-12-31",
    ]


NOW = 1_795_000_000 + 3 * 3_600


def aged() -> Fleet:
    """Three hosts: one checked three hours ago, one of 45 days ago, one that does not tell."""
    old = replace(host("old", "pass"), epoch=NOW - 45 * 86_400)
    return fleet((host("web", "pass"), old, replace(host("x", "pass"), epoch=None)), now=NOW)


def test_ages_are_told_in_every_form_and_an_old_check_is_marked_with_the_limit() -> None:
    made = aged()
    told = "1 of 3 checks is old, over 7 d: old (45 d ago)."
    forms = {"terminal": "\n".join(lines(made)), "md": fleet_markdown(made), "html": _fed(fleet_html(made)).text}
    for words in (told, "3 h ago", "45 d ago, old", "not told", "(45 d ago): old."):
        assert [name for name, text in forms.items() if words not in text] == [], words
    assert [(row["host"], row["age_days"], row["old"]) for row in csv.DictReader(io.StringIO(fleet_csv(made)))] == [
        ("old", "45.0", "yes"),
        ("web", "0.1", ""),
        ("x", "", ""),
    ]
    fresh = fleet((host("web", "pass"),), now=NOW)
    assert not [form for form in (*lines(fresh), fleet_html(fresh), fleet_markdown(fresh)) if " old, over" in form]


def test_where_nothing_fails_that_is_said_with_its_share() -> None:
    fine = fleet(host(f"web-{number}", "pass") for number in range(10))
    for form in ("\n".join(lines(fine)), fleet_html(fine), fleet_markdown(fine)):
        assert "Nothing: 0 of 10 hosts fail." in form
        assert "What to do" not in form
    waived = fleet((host("db", "fail", waiver="lab"),))
    assert "  Nothing: 0 of 1 host fail, waived failures aside." in lines(waived)


def test_what_to_do_ends_with_the_plan_where_one_mends_something() -> None:
    command = "docker-audit-wizard apply --control p"
    given = [host(name, "fail") for name in ("a", "b")]
    given = [replace(each, verdicts=(replace(each.verdicts[0], fix=("Mend it.", command), apply=command),)) for each in given]
    shown, text = lines(fleet(given)), fleet_markdown(fleet(given))
    assert shown[-5:] == [
        "  Then, on each of 2 hosts, look at the plan and carry it out:",
        "    docker-audit-wizard plan",
        "    docker-audit-wizard apply",
        "  Or write a role for Ansible, which does that on many hosts:",
        "    docker-audit-wizard export ansible DIR",
    ]
    assert "* 2 hosts: Mend it. (a and b)" in text
    assert "look at the plan and carry it out: `docker-audit-wizard plan`, then `docker-audit-wizard apply`" in text
    page = fleet_html(fleet(given))
    assert f"<code>{command}</code>" in page
    assert "Mend it." in page
    assert "<code>Mend it.</code>" not in page
    alone = lines(fleet(given[:1]))
    for benchmark, words in (("1.2.0", "--control 1.2.3"), ("1.7.0", "--benchmark 1.7.0 --control 1.2.3")):
        one = replace(given[0], benchmark=benchmark, verdicts=(replace(given[0].verdicts[0], slug="p"),))
        assert f"docker-audit-wizard apply {words}" in [plain(line).strip() for line in host_lines(one, 80, UNICODE)]
        assert f"<code>docker-audit-wizard apply {words}</code>" in fleet_html(fleet([one]))
    assert alone[-3] == "  Then, on a, look at the plan and carry it out:"


def test_a_control_fails_on_a_share_of_the_hosts_that_have_its_object() -> None:
    given = (host("a", "fail", "fail"), host("b", "pass", "fail"), host("c", "notapplicable", "notapplicable"))
    shown = lines(fleet(given))
    assert [line for line in shown if " of " in line] == [
        "  1.2.4  /usr/bin/p4  2 of 2 hosts with it",
        "  1.2.3  /usr/bin/p3  1 of 2 hosts with it",
    ]
    assert "1 of 2 hosts with it</td>" in fleet_html(fleet(given))
    assert "Nothing: 0 of 1 host with something to audit fail." in fleet_markdown(fleet((host("a", "pass"), given[2])))


def test_a_terminal_tells_the_first_of_many_ways_out_and_counts_the_others() -> None:
    many = [host(f"h{number:02}", "fail") for number in range(20)]
    many = [replace(each, verdicts=(replace(each.verdicts[0], fix=(f"Mend {each.name}.",)),)) for each in many]
    shown, whole = " ".join(" ".join(lines(fleet(many))).split()), fleet_markdown(fleet(many))
    assert shown.count("Mend h") == 12
    assert shown.endswith("And 8 more, of 8 hosts: --format html and md tell all, --screen those of each host.")
    assert whole.count("Mend h") == 20


def test_one_host_is_in_no_order_and_its_part_is_open() -> None:
    made = fleet((host("web", "fail"),))
    assert [line for line in lines(made) if not line.startswith(" ")][3:8] == [
        "Hosts",
        "1.2.  3  fail  checked",
        "web   ✗     1  2026-11-18 11:06 UTC",
        "✗ fails",
        "",
    ]
    assert ("<details open>" in fleet_html(made), "<details open>" in fleet_html(MADE)) == (True, False)
    assert "first" not in fleet_markdown(made)


def test_many_hosts_are_folded_away_and_few_are_named_at_once() -> None:
    few, many = (fleet_html(fleet(host(f"web-{number}", "fail") for number in range(hosts))) for hosts in (6, 7))
    assert "<br>" + ", ".join(f'<a href="#h{number + 1}">web-{number}</a>' for number in range(6)) + "</li>" in few
    assert "<li>7 hosts: mend it<details><summary>which</summary>" in many


def test_links_lead_from_the_table_to_each_host_and_back() -> None:
    page = _fed(fleet_html(MADE))
    ids = [value for name, value in page.attributes if name == "id"]
    links = [value for name, value in page.attributes if name == "href"]
    assert len(ids) == len(set(ids))
    assert {link for link in links if link} <= {f"#{each}" for each in ids}
    assert {"#h1", "#h2", "#h3", "#r1", "#r2", "#r3"} <= set(links)
    assert '<tr id="r1"><th scope="row"><a href="#h1">web-02</a>' in fleet_html(MADE)


@pytest.mark.parametrize("controls", [10, 16])
def test_every_control_shows_in_eighty_columns_however_long_the_names_are(controls: int) -> None:
    given = [host(f"production-web-server-{number}.example.org", *["fail"] * controls) for number in (1, 2)]
    shown = lines(fleet(given))
    rows = [line for line in shown if "✗  ✗" in line]
    assert [row.count("✗") for row in rows] == [controls] * 2
    assert max(map(cells, rows)) <= 80
    assert all("…" in row for row in rows)


def test_junit_names_the_host_in_each_suite_and_case() -> None:
    text = junit_of(MADE.worst_first)
    assert text.index('name="web-02: CIS Docker Benchmark') < text.index('name="db: CIS Docker Benchmark')
    assert 'classname="cis-docker.1_2_0.web-02"' in text


def test_controls_of_which_the_same_is_true_are_told_together() -> None:
    made = fleet((host("a", "fail", "pass", "fail"), host("b", "fail", "fail", "fail")))
    shown = lines(made)
    at = shown.index("  1.2.3  /usr/bin/p3  2 of 2 hosts")
    assert shown[at : at + 5] == [
        "  1.2.3  /usr/bin/p3  2 of 2 hosts",
        "  1.2.5  /usr/bin/p5  2 of 2 hosts",
        "    NOT audited: a and b",
        "",
        "  1.2.4  /usr/bin/p4  1 of 2 hosts",
    ]
    assert "* **1.2.3** /usr/bin/p3, **1.2.5** /usr/bin/p5, 2 of 2 hosts: NOT audited: a and b" in fleet_markdown(made)
    # Number and path stand in one cell: as stacks of their own they part where a path wraps.
    assert '<td rowspan="1">1.2.3 <code>/usr/bin/p3</code><br>1.2.5 <code>/usr/bin/p5</code></td>' in fleet_html(made)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_ascii_stays_ascii(width: int) -> None:
    many = fleet(host(f"a-host-with-a-name-that-is-long-{number}", *(["fail"] * 18)) for number in range(9))
    shown = lines(many, width, ascii_only=True)
    assert max(map(cells, shown)) <= width
    assert "".join(shown).isascii()
    assert "and 4 more" in " ".join(" ".join(shown).split())


def test_a_name_of_wide_characters_keeps_the_columns() -> None:
    first, second = (line for line in lines(fleet((host("服务器", "pass"), host("web", "pass")))) if "✓  " in line)
    assert cells(first) == cells(second)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


EVIL = "<script>alert(1)</script>\"' onload=x &amp; | `*_ =cmd()"


def test_the_page_is_whole_and_holds_no_script_and_nothing_from_elsewhere() -> None:
    page = _Page()
    page.feed(
        fleet_html(fleet((host(EVIL, "fail", "unknown", waiver=EVIL, reason=EVIL), host("web", "pass", "fail", reason=EVIL))))
    )
    assert page.open == []
    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "object", "form"})
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "style")]
    assert all(value.startswith("#") for name, value in page.attributes if name == "href" and value)
    assert page.text.count("<script>alert(1)</script>") >= 4
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes


def test_the_page_says_each_verdict_in_words_as_well() -> None:
    labels = [value for name, value in _fed(fleet_html(MADE)).attributes if name == "aria-label"]
    assert "1.2.4 /usr/bin/p4 fails" in labels
    assert "1.2.3 /usr/bin/p3 fails, and is waived" in labels


def _fed(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    made = fleet((host("=1+1", "fail", reason="@SUM(A1)"), host("-x", "pass", reason='a "quoted", text')))
    rows = list(csv.reader(io.StringIO(fleet_csv(made))))
    assert tuple(rows[0]) == HEAD
    assert [(row[0], row[7]) for row in rows[1:]] == [("'=1+1", "'@SUM(A1)"), ("'-x", 'a "quoted", text')]


def test_a_spreadsheet_that_guesses_the_encoding_shows_sentences_whole() -> None:
    made = fleet((host("größe", "fail", reason="“-w /a” → nothing – …"),))
    (row,) = csv.DictReader(io.StringIO(fleet_csv(made)))
    assert (row["host"], row["reason"]) == ("größe", '"-w /a" -> nothing - ...')


def test_markdown_keeps_its_table_whatever_the_names_hold() -> None:
    text = fleet_markdown(fleet((host(EVIL, "fail", reason=EVIL), host("web", "pass"))))
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {5}
    assert "<script>" not in text.replace("\\<", "")


def test_what_could_not_be_read_stands_in_every_form() -> None:
    made = fleet((host("web", "pass"),), ["bad.json: expected a document of check --json"])
    forms = [
        " ".join(" ".join(lines(made)).split()),
        fleet_html(made),
        fleet_markdown(made),
        fleet_csv(made),
        junit_of(made.hosts, made.unread),
    ]
    assert [form for form in forms if "bad.json: expected a document of check --json" not in form.replace("\\", "")] == []


def drifted() -> Fleet:
    """Two hosts on which the same line went, one of which is otherwise asked now; a third that only an earlier check knows."""
    lines = (RuleThere("rules.d", "-w /usr/bin/p3 -k docker", "/etc/audit/rules.d/docker.rules:3"),)
    then = [replace(host(name, "pass"), epoch=1_794_000_000) for name in ("web-01", "web-02", "db")]
    then = [replace(each, verdicts=(replace(each.verdicts[0], rules=lines),)) for each in then]
    void = [("The waiver of 1.2.3 does not count: it gives no reason.", ("web-01",))]
    return fleet((host("web-01", "fail"), replace(host("web-02", "fail"), benchmark="1.7.0")), against=then, void=void)


def test_what_passed_earlier_stands_in_every_form_with_what_went_and_since_when() -> None:
    made = drifted()
    went = "Gone: -w /usr/bin/p3 -k docker (/etc/audit/rules.d/docker.rules:3)"
    page = _fed(fleet_html(made)).text
    forms = {
        "terminal": " ".join(" ".join(lines(made)).split()),
        "html": " ".join(page.split()),
        "md": fleet_markdown(made).replace("\\", ""),
        "junit": junit_of(made.hosts, (), made.missing),
    }
    assert [name for name, text in forms.items() if went.removeprefix("Gone: ") not in text] == []
    assert [name for name, text in forms.items() if "2026-11-" not in text] == []
    assert "On 2 of 2 hosts with an earlier check something does not pass that passed then." in forms["terminal"]
    told = ("fails now (NOT audited)", "web-01 and web-02", "1.2.3", "No check of now tells of db, which earlier ones do.")
    assert [(name, words) for name in ("terminal", "md") for words in told if words not in forms[name]] == []
    assert "web-02: The earlier check is by benchmark 1.2.0, this one by 1.7.0" in forms["html"]
    assert all("The waiver of 1.2.3 does not count: it gives no reason." in forms[name] for name in ("terminal", "html", "md"))
    *rows, gone = csv.DictReader(io.StringIO(fleet_csv(made)))
    assert (gone["host"], gone["result"]) == ("db", "missing")
    assert 'tests="1" errors="1"' in forms["junit"]
    assert f'name="db" time="0"><error type="missing" message="{gone["reason"]}"' in forms["junit"]
    assert [(row["passed"], row["gone"]) for row in rows] == [("2026-11-06T21:20:00Z", "'" + went.removeprefix("Gone: "))] * 2


def test_nothing_that_changed_is_said_where_it_was_asked_and_only_there() -> None:
    same = fleet((host("web", "pass"),), against=[host("web", "pass")])
    for form in (" ".join(" ".join(lines(same)).split()), fleet_html(same), fleet_markdown(same)):
        assert "Nothing, on the 1 host that an earlier check tells of." in form
    assert "passed earlier" not in "".join([*lines(MADE), fleet_html(MADE), fleet_markdown(MADE)])


@pytest.mark.parametrize("width", [40, 80])
def test_the_page_of_a_host_tells_what_passed_within_its_width(width: int) -> None:
    (_, web) = drifted().hosts
    shown = [plain(line) for line in host_lines(web, width, ASCII)]
    assert max(map(cells, shown)) <= width
    text = " ".join(" ".join(shown).split())
    assert "It passed in an earlier check, on 2026-11-06" in text
    assert "Gone: -w /usr/bin/p3 -k docker" in text
