"""Lines on disk that no load comes to, characters that only look right, and why the grep and the kernel differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import CONTAINERD, absent, loaded, plain_host, with_docker_rules
from tui.base.odd_characters import odd_characters
from tui.controls.catalogue import load_catalogue
from tui.host.facts import RULES_DIR, FileFacts, HostFacts
from tui.verdict.finding import assess
from tui.verdict.values import Finding
from tui.views.pages.finding import compare_lines
from tui.views.signs import UNICODE

CONTROL = load_catalogue().find(["containerd"], "1.2.0")[0]
WATCH = f"-w {CONTAINERD} -k docker"
STOPS = "-w /etc/nodir/x -p wa -k local"


def disk(**files: str) -> HostFacts:
    facts = plain_host()
    entries = tuple(
        FileFacts(f"{RULES_DIR}/{name.replace('_', '-')}.rules", content=text.encode("utf-8", "surrogateescape"))
        for name, text in sorted(files.items())
    )
    return replace(facts, rules_dir=entries, paths={**facts.paths, "/etc/nodir/x": absent("/etc/nodir/x", parent=False)})


def judged(facts: HostFacts) -> Finding:
    return assess(CONTROL, "1.2.0", facts)


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (disk(audit=f"-D\n{STOPS}\n{WATCH}\n"), f"Your line {RULES_DIR}/audit.rules:3 is never reached, because of line 2."),
        (
            disk(a=f"-D\n{STOPS}\n", docker=f"{WATCH}\n"),
            f"Your line {RULES_DIR}/docker.rules:1 is never reached, because of {RULES_DIR}/a.rules:2.",
        ),
        (
            disk(a=f"-D\n{STOPS}\n", b="-w /usr/bin -p rwxa -k all\n"),
            f"Your line {RULES_DIR}/b.rules:1 is never reached, because of {RULES_DIR}/a.rules:2.",
        ),
    ],
)
def test_a_line_behind_the_stop_is_named(facts: HostFacts, text: str) -> None:
    finding = judged(facts)
    assert finding.reasons[0].text == text
    assert "plan adds" not in " ".join(reason.remedy for reason in finding.reasons)
    assert any("never reached" in rule.effect for rule in finding.rules)


def test_a_stop_before_docker_rules_comes_first_and_the_plan_promises_nothing() -> None:
    finding = judged(disk(audit=f"-D\n{STOPS}\n-w {CONTAINERD}-shim -k x\n"))
    assert finding.reasons[0].kind == "unaudited"
    assert finding.reasons[0].remedy.startswith(f"Mend {RULES_DIR}/audit.rules:2 first")


def test_a_stop_behind_docker_rules_is_not_in_the_way() -> None:
    assert judged(disk(a="-D\n", z=f"{STOPS}\n")).reasons[0].remedy == "The plan adds the control's line."


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (f"-w {CONTAINERD}\u00a0-k docker", "NO-BREAK SPACE (U+00A0)"),
        (f"-w {CONTAINERD}\u2003-k docker", "EM SPACE (U+2003)"),
        (f"-w {CONTAINERD} -k\u200bdocker x", "ZERO WIDTH SPACE (U+200B)"),
        (f"\u2013w {CONTAINERD} -k docker", "EN DASH (U+2013)"),
        (f"-w {CONTAINERD} \u2212k docker", "MINUS SIGN (U+2212)"),
        (f"-w {CONTAINERD} -k docker \u201cx\u201d", "LEFT DOUBLE QUOTATION MARK (U+201C)"),
    ],
)
def test_a_character_that_only_looks_right_is_shown_as_what_it_is(line: str, name: str) -> None:
    finding = judged(disk(local=f"-D\n{line}\n"))
    told = " ".join(reason.text for reason in finding.reasons)
    assert f"The line holds {name}" in told
    assert all(sign not in told for sign in "\u00a0\u2003\u200b")


def test_letters_of_other_scripts_are_odd_only_among_latin_ones() -> None:
    assert odd_characters("/usr/bin/\u0441ontainerd") == ("CYRILLIC SMALL LETTER ES (U+0441)",)
    assert odd_characters("/srv/\u0434\u043e\u043a\u0435\u0440 -k gr\u00fcn") == ()
    assert odd_characters("-w /usr/bin/containerd -k docker") == ()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (loaded(plain_host(), WATCH), "the kernel records every access now, but the rule is on no disk."),
        (
            with_docker_rules(loaded(plain_host(), f"-w {CONTAINERD} -p w"), f"-w {CONTAINERD} -p w\n".encode()),
            "the line that it finds records a part of what is asked.",
        ),
        (loaded(plain_host(), f"-w {CONTAINERD}-shim -k docker"), f"the line that it finds names another path, {CONTAINERD}-shim."),
        (
            loaded(plain_host(), f"-a never,exit -F path={CONTAINERD} -F perm=rwxa"),
            "the line that it finds keeps every access for every caller from being recorded.",
        ),
    ],
)
def test_where_the_grep_and_the_kernel_differ_the_cause_here_is_told(facts: HostFacts, why: str) -> None:
    lines = compare_lines(judged(facts), 400, UNICODE)
    assert f"They differ: {why}" in " ".join("".join(span.text for line in lines for span in line).split())
