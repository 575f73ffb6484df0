"""What check and plan print ends with what comes next: the command, or the first way out."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from tests.wizard import samples
from tui.base.dataclass import replace
from tui.cli import main
from tui.controls.catalogue import load_catalogue
from tui.host.scenario import load_scenario
from tui.parser import parse
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verbs.common import command_for
from tui.verdict.question import Question
from tui.views.page import Page, plain
from tui.views.rendering import render_plan
from tui.views.signs import UNICODE


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    main([*words])
    return capsys.readouterr().out.splitlines()


def test_a_plan_ends_with_what_it_does_its_worst_warning_and_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "plan", "--control", "1.2.11", "--no-restart", "--host", "assets/scenarios/halt.yaml")
    assert lines[-6:-3] == [
        "",
        "  One rule is added, no line is removed. One reload.",
        "  ! auditd shuts this host down (HALT) below 50 MiB of free space on /var.",
    ]
    assert lines[-1] == "  There     docker-audit-wizard apply --control 1.2.11 --no-restart"


def test_a_plan_names_its_host_and_one_of_another_host_is_not_for_this_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host = ("--control", "1.2.11", "--host", "assets/scenarios/fresh.yaml")
    lines = told(capsys, "plan", *host)
    assert lines[0] == "web-01 · Debian GNU/Linux 12 (bookworm) · from a file"
    assert not any("Do it" in line for line in lines)
    assert "This plan is of web-01, from a file: it is not for this machine. On web-01, as root:" in " ".join(
        " ".join(lines).split()
    )
    kept = "".join("".join(told(capsys, "plan", *host, "--out", str(tmp_path / "plan.json"))[-4:]).split())
    assert kept.endswith(f"Theredocker-audit-wizardapply--plan{tmp_path}/plan.json".replace(" ", ""))


def test_a_plan_of_this_machine_is_done_here() -> None:
    facts = replace(load_scenario("fresh").host, source="live")
    made = make_plan(Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0"), facts, Switches())
    lines = render_plan(made, UNICODE, 100, then="docker-audit-wizard apply", facts=facts)
    assert lines[0] == "web-01 · Debian GNU/Linux 12 (bookworm)"
    assert lines[-1] == "  Do it     docker-audit-wizard apply"


def test_a_check_of_standard_input_names_what_can_be_typed_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path("assets/scenarios/fresh.yaml").read_bytes()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(text)))
    lines = told(capsys, "check", "--host", "-")
    assert lines[-1] == "Next      docker-audit-wizard plan --host FILE"
    assert "--host -" not in "\n".join(lines)


def test_a_plan_with_several_blockers_ends_with_the_first_way_out() -> None:
    blocked = samples.blocked_plan()
    first = blocked.blockers[0]
    short = replace(first, remedy="Take it out.")
    lines = render_plan(replace(blocked, blockers=(short, first)), UNICODE, 200, then="apply")
    assert lines[-2:] == ["  Blocked: nothing will be changed until this is solved.", f"  First     {first.place}: Take it out."]
    assert not any("Do it" in line for line in lines)


def test_a_check_ends_with_the_plan_where_something_fails(capsys: pytest.CaptureFixture[str]) -> None:
    host = ("--host", "assets/scenarios/fresh.yaml")
    assert told(capsys, "check", *host)[-1] == "Next      docker-audit-wizard plan --host assets/scenarios/fresh.yaml"
    single = told(capsys, "check", "--control", "runc", *host)
    shell = " ".join("\n".join(single).replace(" \\\n", " ").split())
    assert shell.endswith(f"Next docker-audit-wizard plan --control runc {' '.join(host)}")
    assert "Next  " not in "\n".join(told(capsys, "check", "--host", "assets/scenarios/compliant.yaml"))


@pytest.mark.parametrize("controls", [(), ("--control", "1.2.11")])
@pytest.mark.parametrize(("scenario", "way_out"), [("audit-4", "Mend "), ("broken-neighbour", "Put the comment at the end of ")])
def test_where_the_load_on_disk_blocks_a_plan_its_way_out_comes_next(
    capsys: pytest.CaptureFixture[str], scenario: str, way_out: str, controls: tuple[str, ...]
) -> None:
    lines = " ".join(" ".join(told(capsys, "check", "--host", f"assets/scenarios/{scenario}.yaml", *controls)).split())
    assert f"Next {way_out}/etc/audit/rules.d/" in lines
    assert "docker-audit-wizard plan" not in lines


def test_a_check_of_what_no_plan_mends_names_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    for asked in ([], ["--control", "containerd"]):
        lines = told(capsys, "check", *asked, "--host", "assets/scenarios/never.yaml")
        assert "Next Take that line away or narrow it, once you know what it is for: /etc/audit/rules.d/" in " ".join(
            " ".join(lines).split()
        )
        assert "docker-audit-wizard plan" not in "\n".join(lines)


def test_a_check_promises_no_line_without_the_question_about_the_restart(capsys: pytest.CaptureFixture[str]) -> None:
    shown = " ".join(" ".join(told(capsys, "check", "--control", "containerd", "--host", "assets/scenarios/audit-4.yaml")).split())
    assert (
        "The plan adds the control's line once you choose about auditd's restart: at /etc/audit/rules.d/zz-backup.rules:2" in shown
    )


@pytest.mark.parametrize("argv", [["check", "--demo", "fresh"], ["--demo", "fresh", "check"], ["check", "--demo=fresh"]])
def test_the_wizard_s_demo_before_a_verb_names_the_option_that_reads_a_file(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(argv)
    assert (
        "--demo goes with the wizard, not with check; check --host FILE reads a capture or a scenario's file"
        in capsys.readouterr().err
    )


def test_the_next_command_asks_about_the_same() -> None:
    given = parse(
        ["check", "--benchmark", "1.6.0", "--control", "runc", "--control", "containerd", "--named-paths", "--ascii", "--json"]
    )
    assert (
        command_for("plan", given) == "docker-audit-wizard plan --control runc --control containerd --benchmark 1.6.0 --named-paths"
    )
    kept = parse(["plan", "--control", "runc", "--out", "a plan.json"])
    assert command_for("apply", kept) == "docker-audit-wizard apply --plan 'a plan.json'"


def test_a_shared_reason_names_the_failing_controls_and_rows_tell_where_the_object_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(told(capsys, "check", "--host", "assets/scenarios/fresh.yaml"))
    assert "1.2.8, 1.2.9: No rule, loaded or on disk, records accesses to" in text
    assert "/etc/sysconfig/docker → /etc/default/docker\n" in text
    passing = "\n".join(told(capsys, "check", "--host", "assets/scenarios/compliant.yaml"))
    assert "Every access" not in passing


@pytest.mark.parametrize(
    ("terminal", "options", "said"),
    [
        (True, (), "chmod 0640 /etc/audit/rules.d/docker.rules && augenrules --load"),
        (True, ("--no-load",), "chmod 0640 /etc/audit/rules.d/docker.rules"),
        (False, (), ""),
    ],
)
def test_what_a_patch_leaves_to_do_is_told_on_a_terminal(
    terminal: bool, options: tuple[str, ...], said: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    assert main(["plan", "--diff", "--host", "assets/scenarios/fresh.yaml", *options]) == 0
    shown = capfdbinary.readouterr()
    assert shown.out.startswith(b"--- ")
    assert " ".join(shown.err.decode().split()).endswith(said)
    assert bool(shown.err) == bool(said)


def test_a_command_of_two_lines_is_one_to_the_shell() -> None:
    page = Page(60, UNICODE, indent=2)
    command = "echo --control 1.2.11 --control 1.2.12 --host 'assets/scenarios/full-partition.yaml'"
    page.labelled_command("Next", command, label_width=10)
    lines = [plain(line) for line in page.lines]
    assert len(lines) == 2
    assert max(map(len, lines)) <= 60
    typed = "\n".join(lines).replace("Next", "", 1)
    assert subprocess.run(["sh", "-c", typed], capture_output=True, text=True, check=True).stdout == (
        "--control 1.2.11 --control 1.2.12 --host assets/scenarios/full-partition.yaml\n"
    )
    narrow = Page(40, UNICODE)
    narrow.labelled_command("Next", command, label_width=10)
    assert max(len(plain(line)) for line in narrow.lines) <= 40


@pytest.mark.parametrize(
    ("name", "then"),
    [
        ("never-task", "reboot last, when that plan is carried out."),
        ("full-partition", "and have the log written again, as said above: until then the rule records nothing"),
    ],
)
def test_next_names_what_comes_after_the_first_step(name: str, then: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "check", "--control", "1.2.11", "--host", f"assets/scenarios/{name}.yaml")
    assert " ".join(" ".join(lines).split()).rpartition(" Next ")[2].endswith(then)


@pytest.mark.parametrize(
    ("name", "ends"), [("never", "alone: in a plan without it the other 9 go on."), ("never-task", ""), ("lock-waiting", "")]
)
def test_a_blocked_plan_says_whom_it_is_about_where_the_others_would_go_on(
    name: str, ends: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = " ".join(" ".join(told(capsys, "plan", "--host", f"assets/scenarios/{name}.yaml")).split())
    assert ("This stands in the way of 1.2.11 alone" in text) == bool(ends)
    assert ends in text
