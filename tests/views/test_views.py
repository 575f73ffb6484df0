"""What is said of findings and plans on a page: right words, never wider than asked, and nothing unclean."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wizard import samples
from tui.base.notice import Notice, Place
from tui.controls.catalogue import load_catalogue
from tui.demo import demo_of
from tui.host.scenario import SCENARIO_NAMES, load_scenario
from tui.plan.make import make_plan
from tui.plan.values import FileChange, FileState, Switches
from tui.run.values import Step, StepState
from tui.verdict.question import Question
from tui.verdict.values import RuleLine
from tui.verdict.words import STATE_WORDS
from tui.views.diff import counts, diff_lines, unified
from tui.views.page import Page, Span, below_text, cells, plain, wrap
from tui.views.pages.confirm import confirm_lines
from tui.views.pages.control import control_lines
from tui.views.pages.finding import host_lines
from tui.views.pages.plan import PAGE_NAMES, preview_lines
from tui.views.pages.progress import done_count, progress_line, step_line
from tui.views.rendering import render_findings, render_report
from tui.views.signs import ASCII, UNICODE
from tui.views.switches import SWITCHES, switch_lines, walk_words

HOSTILE = "[/bold] [red]\x1b]52;c;aGk=\x07 \x9b31m \u202egnp \ud800 $x \\[x] " + "w" * 300
SIGNS = {"unicode": UNICODE, "ascii": ASCII}


@pytest.fixture(params=["unicode", "ascii"])
def signs(request: pytest.FixtureRequest):
    return SIGNS[request.param]


def everything(signs, width: int, text: str = "") -> list[str]:
    """Each view over each state, with *text* wherever something comes from outside."""
    lines: list[str] = []
    for state in STATE_WORDS:
        finding = samples.finding(state)
        facts = samples.facts()
        if text:
            finding = replace(
                finding,
                path="/" + text,
                title=text,
                reasons=(Notice("real-path", text, text),),
                rules=(RuleLine("kernel", text, text, 1), RuleLine("rules.d", text, text, None, text, 3)),
            )
            facts = samples.facts(name=text)
        lines += render_findings([finding], facts, signs, width)
        lines += [plain(line) for line in host_lines(finding, facts, width, signs, samples.plan())]
        lines += render_findings([finding, finding], facts, signs, width)
        plan = samples.plan((finding,))
        if text:
            raw = text.encode("utf-8", "surrogatepass") + b"\xff\xfe\n"
            plan = replace(
                plan,
                files=(FileChange("/" + text, FileState(raw), FileState(raw + raw)),),
                warnings=(Notice("real-path", text, text),),
                compiled_after=raw,
                blockers=(Notice("real-path", text, text, Place(text, 3)),),
            )
        for at in range(len(PAGE_NAMES)):
            lines += [plain(line) for line in preview_lines(at, plan, width, signs, facts)]
        lines += [plain(line) for line in confirm_lines(plan, width, signs)]
    for outcome in ("proved", "nothing-to-do", "not-proved", "pending-reboot", "blocked", "rolled-back", "broken"):
        report = samples.report(outcome)
        if text:
            report = replace(
                report,
                headline=text,
                message=text,
                mend=(text,),
                report=text,
                steps=(replace(report.steps[0], title=text, message=text, state="failed"),),
            )
        lines += render_report(report, signs, width, samples.facts(), samples.facts())
        lines += [plain(step_line(step, width, signs)) for step in report.steps]
    lines += [
        plain(line)
        for line in control_lines(replace(samples.control(), title=text or "t", description=text or "d"), "1.2.0", width, signs)
    ]
    return lines


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_no_line_is_wider_than_asked_for(signs, width: int) -> None:
    assert [line for line in everything(signs, width) if cells(line) > width] == []


@pytest.mark.parametrize("width", [40, 80, 120])
def test_hostile_text_comes_out_clean_and_no_wider(signs, width: int) -> None:
    lines = everything(signs, width, HOSTILE)
    assert [line for line in lines if cells(line) > width] == []
    joined = "".join(lines)
    assert not set(joined) & {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x202E)}
    assert "^[" in joined
    joined.encode()


def test_ascii_means_ascii() -> None:
    assert "".join(everything(ASCII, 80, "grün 日本 …")).isascii()


def test_no_sign_for_good_or_bad_is_one_that_means_something_else() -> None:
    """``+`` and ``-`` mark lines of a diff, ``x`` is a permission and a ticked box, ``r``, ``w`` and ``a`` are permissions, ``v`` points down."""
    signs = [getattr(ASCII, name) for name in ("good", "bad", "none", "partly", "unknown", "warn")]
    assert len(set(signs)) == len(signs)
    assert not set(signs) & set("+-xrwav")


def test_what_lies_below_a_window_is_told_by_its_headings_and_cut_visibly() -> None:
    page = Page(80)
    page.say("The rest of a paragraph.")
    page.head("3 warnings", "right")
    page.say("! One.")
    page.head("Switches 1-4")
    assert below_text(page.lines, 60) == "▾ 6 more lines: 3 warnings · Switches 1-4"
    two = (Span("  "), Span("before", "head"), Span("      "), Span("after the run", "head"))
    assert below_text([two], 60) == "▾ 1 more line: before"
    assert below_text(page.lines, 27) == "▾ 6 more lines: 3 warnings…"
    assert below_text(page.lines, 27, ASCII) == "v 6 more lines: 3 warnin..."
    assert below_text(page.lines[:1], 28) == "▾ 1 more line"
    assert below_text(page.lines[:1], 28, key="Tab") == "▾ 1 more line (Tab)"


@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=6),
    st.integers(20, 60),
    st.integers(0, 12),
    st.integers(0, 12),
)
@settings(max_examples=300)
def test_wrapping_loses_nothing_but_blanks(texts: list[str], width: int, first: int, hanging: int) -> None:
    spans = [Span(UNICODE.text(text)) for text in texts]
    lines = wrap(spans, width, first, hanging)
    assert all(cells(plain(line)) <= width for line in lines)
    assert "".join("".join(map(plain, lines)).split(" ")) == "".join("".join(span.text for span in spans).split(" "))


def test_a_path_longer_than_a_line_is_broken_before_a_slash() -> None:
    path = "/var/lib/docker-audit-wizard/runs/20261124T103322Z-21558/report.md"
    lines = [plain(line) for line in wrap([Span(path)], len(path) - 1)]
    assert lines == [path.removesuffix("/report.md"), "/report.md"]
    assert [plain(line) for line in wrap([Span("/" + "x" * 30)], 20)] == ["/" + "x" * 19, "x" * 11]


def test_wide_characters_count_double() -> None:
    page = Page(20)
    page.say("日本" * 12)
    assert [cells(plain(line)) for line in page.lines] == [20, 20, 8]


def test_a_diff_marks_in_column_one_and_numbers_the_new_file() -> None:
    lines = [plain(line) for line in diff_lines(samples.BEFORE, samples.AFTER, 80, UNICODE, indent=0)]
    assert lines[-1] == "+ 4   -w /usr/bin/containerd -k docker"
    assert lines[-2] == "  3   -w /usr/bin/containerd-shim -k docker"
    assert counts(samples.plan().files[0]) == (1, 0)


def test_a_diff_says_when_the_last_newline_is_missing() -> None:
    assert "without a newline" in plain(diff_lines(b"", b"-D", 80, UNICODE)[0])
    assert unified("/f", b"a", b"a\n").endswith("-a\n\\ No newline at end of file\n+a\n")
    assert unified("/f", None, b"a\n").startswith("--- /dev/null\n+++ b/f\n")


def test_a_last_line_that_only_gains_its_newline_is_not_a_changed_line() -> None:
    change = FileChange(
        "/f", FileState(b"-D\n-w /etc/docker -p wa"), FileState(b"-D\n-w /etc/docker -p wa\n-w /usr/bin/containerd -k docker\n")
    )
    assert counts(change) == (1, 0)
    lines = [plain(line).strip() for line in diff_lines(*change.contents, 80, UNICODE)]
    assert lines == ["1   -D", "2   -w /etc/docker -p wa  (gets the newline it lacked)", "+ 3   -w /usr/bin/containerd -k docker"]


def test_switches_are_ticked_as_the_words_say() -> None:
    boxes = {switch.name: switch.is_on(Switches()) for switch in SWITCHES}
    assert boxes == {"no_restart": True, "drop_kernel_only": True, "benchmark_lines": False, "adopt": False}
    assert "[ ] restart auditd" in "\n".join(
        plain(line) for line in switch_lines(samples.plan(switches=Switches(no_restart=True)), 80, UNICODE)
    )


def test_a_blocked_plan_offers_the_switches_that_lead_past_it_and_no_other() -> None:
    def said(*switches: str, **turned: bool) -> str:
        blocker = Notice("restart-needs-load", "auditd would not come back.", "Mend it.", None, switches)
        return "\n".join(map(plain, switch_lines(samples.plan(switches=Switches(**turned), blockers=(blocker,)), 80, UNICODE)))

    assert said() == ""
    assert "1 [x] restart auditd" in said("no_restart")
    assert "2 [" not in said("no_restart")
    assert "4 [x] take over" in said(adopt=True), "what was turned can be turned back"


def test_a_walk_says_its_keys_for_the_options_of_the_command_line() -> None:
    signs = replace(UNICODE, keys=walk_words(" on Preview", "R"))
    assert signs.text("Mend it, then look again. Or with --no-restart the load does.") == (
        "Mend it, then look again (R). Or with key 1 on Preview the load does."
    )
    assert signs.text("--adopt takes them; --lock locks last.") == "Key 4 on Preview takes them; key c on Preview locks last."
    assert signs.text("docker-audit-wizard apply --no-load") == "docker-audit-wizard apply --no-load", "a command stays one"
    assert signs.text("--no-loader") == "--no-loader"


@pytest.mark.parametrize("name", SCENARIO_NAMES)
def test_no_sentence_of_a_walk_names_an_option_that_has_a_key(name: str) -> None:
    scenario = load_scenario(name)
    plan = make_plan(Question(load_catalogue().numbered("1.2.0"), "1.2.0"), scenario.host, Switches())
    signs = replace(UNICODE, keys=walk_words())
    notices = (*plan.blockers, *plan.warnings, *(reason for finding in plan.findings for reason in finding.reasons))
    words = " ".join(signs.text(text) for notice in notices for text in (notice.text, *notice.remedy.split("\n")))
    assert not [option for option in walk_words() if option in words]
    demo = demo_of(scenario)
    said = [text for way in (demo.trainer, *demo.turned.values()) for step in way.values() for text in step.values()]
    assert not [option for option in walk_words() if option in " ".join(said)], "the trainer stands beside the keys"


@pytest.mark.parametrize(("done", "total"), [(0, 6), (3, 6), (6, 6), (0, 0)])
def test_the_bar_says_how_far(done: int, total: int) -> None:
    text = plain(progress_line(done, total, 80, ASCII))
    assert text.endswith(f"{done} of {total}")
    assert text.count("=") >= text.count("-") if done == total else text.count("=") < 70


def test_the_bar_of_a_run_counts_what_is_done_and_stays() -> None:
    states: tuple[StepState, ...] = ("undone", "failed", "skipped", "done", "waiting")
    assert done_count([Step(state, state, state) for state in states]) == 1
