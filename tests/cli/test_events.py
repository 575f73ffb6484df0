"""events: what the log holds of Docker's files, on a host that is played from a scenario, and where there is no log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tui.audit.inputs import Unknown
from tui.base.dataclass import replace
from tui.cli import main
from tui.controls.catalogue import load_catalogue
from tui.host.facts import Interest
from tui.host.port import LogPart
from tui.host.reading.entries import because
from tui.host.reading.host import log_file_of
from tui.host.scenario import RecordedAccess, Scenario, load_scenario
from tui.host.simulated.host import SimulatedHost
from tui.recorded import Recorded, read_recorded, why_unread
from tui.verdict.question import Question
from tui.views.page import line_cells, plain
from tui.views.pages.events import control_events_lines, events_lines
from tui.views.signs import ASCII, UNICODE

ROOT = Path(__file__).resolve().parents[2]
COMPLIANT = str(ROOT / "assets/scenarios/compliant.yaml")


def told(capsys: pytest.CaptureFixture[str], *argv: str, status: int = 0) -> Any:
    assert main(["events", *argv, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def control(document: Any, slug: str) -> Any:
    return next(each for each in document["controls"] if each["slug"] == slug)


def because_of(what: object) -> str:
    assert isinstance(what, Unknown)
    return what.reason


def recorded(host: SimulatedHost, *slugs: str) -> Recorded:
    question = Question(load_catalogue().find(list(slugs), "1.2.0"), "1.2.0")
    facts = host.read(question.interest)
    return read_recorded(host, facts, question.findings(facts))


def test_who_changed_containerd_this_night_stands_out(capsys: pytest.CaptureFixture[str]) -> None:
    containerd = control(told(capsys, "--host", COMPLIANT), "containerd")
    assert containerd["accesses"] == {"r": 9, "w": 2, "x": 2, "a": 2}
    assert [each["id"] for each in containerd["stands_out"]] == ["foreign-write", "foreign-write", "new-login"]
    assert [each["last"]["login_user"] for each in containerd["stands_out"]] == ["contractor"] * 3
    assert {each["program"] for each in containerd["programs"]} == {
        "/usr/bin/md5sum",
        "/usr/bin/containerd",
        "/usr/bin/dpkg",
        "/usr/bin/cp",
        "/usr/bin/chmod",
    }


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            OSError(0, because_of(log_file_of(because(PermissionError(), "/etc/audit/auditd.conf")))),
            "The audit log is not found, since /etc/audit/auditd.conf cannot be read: permission denied",
        ),
        (
            PermissionError(13, "Permission denied", "/var/log/audit/audit.log"),
            "The audit log cannot be read: /var/log/audit/audit.log: Permission denied; root may, or a member of its group.",
        ),
    ],
    ids=["its place is not known", "it is closed"],
)
def test_a_log_that_cannot_be_read_is_told_in_one_sentence(problem: OSError, said: str) -> None:
    told = why_unread(problem)
    assert told.startswith(said)
    assert told.count(".") == told.count("auditd.conf") + told.count("audit.log") + 1


def test_since_leaves_older_accesses_out(capsys: pytest.CaptureFixture[str]) -> None:
    document = told(capsys, "--host", COMPLIANT, "--since", "7h", "--control", "containerd", "--control", "var-lib-docker")
    assert [each["events"] for each in document["controls"]] == [14, 4]
    assert document["since"] == "2026-11-24T02:00:00Z"


def test_in_words_each_control_says_what_was_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["events", "--host", COMPLIANT]) == 0
    text = capsys.readouterr().out
    assert "15 accesses to /usr/bin/containerd were recorded since" in text
    assert "/usr/bin/cp, which is no package manager, changed it once." in " ".join(text.split())
    assert "Login intern (1002) was refused 3 times." in " ".join(text.split())
    assert "Nothing was recorded" in text


@pytest.mark.parametrize("since", ["x", "2999-01-01", "9"])
def test_a_time_that_is_none_is_a_usage_error(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["events", "--host", COMPLIANT, "--since", since]) == 2
    assert "--since" in capsys.readouterr().err


def test_a_capture_holds_no_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tui.host.scenario import dump_capture

    file = tmp_path / "web.yaml"
    file.write_text(dump_capture(load_scenario("fresh").host))
    assert main(["events", "--host", str(file)]) == 3
    assert "holds no audit log" in capsys.readouterr().err


def test_a_log_that_may_not_be_read_ends_with_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from tui.host.live.host import LiveHost

    def refused(_host: LiveHost) -> Any:
        raise PermissionError(13, "Permission denied", "/var/log/audit/audit.log")

    monkeypatch.setattr(LiveHost, "log_parts", refused)
    assert main(["events", "--control", "containerd"]) == 3
    assert "/var/log/audit/audit.log: Permission denied" in capsys.readouterr().err


def test_our_own_probes_and_rehearsals_are_set_apart() -> None:
    """A run's probe is known by the number and the pid that its journal holds, a rehearsal's records by their key."""
    from tui.plan.values import Switches
    from tui.run.rehearsal.rehearsal import rehearse
    from tui.session import Session

    host = SimulatedHost(load_scenario("fresh"))
    question = Question(load_catalogue().find(["containerd"], "1.2.0"), "1.2.0")
    rehearse(question, host, seconds=1800, emit=lambda _event: None)
    (before,) = recorded(host, "containerd").controls
    assert before.rehearsed >= 2
    assert before.recorded.total.events == 0
    walk = Session(question, host, switches=Switches())
    walk.read()
    walk.carry_out(lambda _event: None, lambda: False)
    (after,) = recorded(host, "containerd").controls
    assert after.own == 4
    assert "our own" not in str(after.recorded.programs)
    assert all("python" not in program for program, _ in after.recorded.programs)


def scenario_with(*accesses: RecordedAccess) -> Scenario:
    return replace(load_scenario("fresh"), recorded=accesses)


def test_nothing_of_the_log_reaches_a_screen_uncleaned() -> None:
    evil = RecordedAccess(
        10.0, "w", "/usr/bin/containerd", "/tmp/\x1b]0;x\x07[/red]", "a\x1b[31m\nb", 1003, "m\u202ey", key="docker\x1b"
    )
    host = SimulatedHost(scenario_with(evil))
    for signs in (UNICODE, ASCII):
        text = "\n".join(plain(line) for line in events_lines(recorded(host, "containerd"), 80, signs))
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "^[" in text


def test_the_kinds_add_up_to_the_number_told() -> None:
    told = recorded(SimulatedHost(load_scenario("compliant")), "containerd")
    (control,) = told.controls
    total = replace(control.recorded.total, events=3, accesses={"r": 2, "w": 1, "x": 0, "a": 0}, other=1, several=1)
    control = replace(control, recorded=replace(control.recorded, total=total))
    text = " ".join(" ".join(map(plain, control_events_lines(control, told, 120, UNICODE))).split())
    assert "read 2 write 1 execute 0 attributes 0 other 1 (1 of two kinds at once)" in text


def in_words(told: Recorded, width: int = 200) -> str:
    return "\n".join(map(plain, events_lines(told, width, UNICODE)))


def test_the_page_begins_with_what_stands_out_over_all_controls() -> None:
    """A change that was made comes before tries and new logins, of whatever control."""
    told = recorded(SimulatedHost(load_scenario("compliant")), "var-lib-docker", "etc-docker", "daemon-json", "containerd")
    head = in_words(told).split("accesses to")[0].splitlines()
    assert "What stands out" in head[0]
    assert head[2].endswith("/usr/bin/cp changed /usr/bin/containerd, login contractor (1003), 2026-11-24 02:30")
    assert [line.split()[0] for line in head[1:4]] == ["1.2.11", "1.2.11", "1.2.5"]
    assert sum("/usr/bin/tee" in line for line in head) == 2, "the refused tries once, and the login that is new"
    assert "What stands out" not in in_words(recorded(SimulatedHost(load_scenario("compliant")), "containerd"))


def test_equal_accesses_and_equal_controls_are_told_once() -> None:
    told = recorded(SimulatedHost(load_scenario("compliant")), "var-lib-docker", "etc-docker", "daemon-json")
    text = in_words(told)
    assert " ".join(text.split()).count("/usr/bin/dockerd, no login, 20 times since") == 1
    assert "/etc/docker/daemon.json: the same records as of /etc/docker, above." in text
    assert text.count("vim /etc/docker/daemon.json") == 1


def test_of_a_log_of_which_nothing_was_read_nothing_is_said_to_have_been_done_or_not(capsys: pytest.CaptureFixture[str]) -> None:
    """A host file has the figures of a log and not its text."""
    assert main(["events", "--host", str(ROOT / "assets/scenarios/hardened.yaml")]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert text.startswith("It is not known what was recorded: nothing of the log could be read. Of 5 log files only the sizes are")
    assert "Not read /var/log/audit/audit.log, " in text
    assert "Simulated this log holds only what the scenario tells" in text
    assert not [word for word in ("Nothing was recorded", "nobody", "audited", "0 bytes") if word in text]
    (alone,) = (told := recorded(SimulatedHost(load_scenario("hardened")), "containerd")).controls
    page = " ".join(" ".join(map(plain, control_events_lines(alone, told, 80, UNICODE))).split())
    assert page.startswith("It is not known what was recorded of /usr/bin/containerd: nothing of the log could be read. 1.2.11")
    empty = " ".join(in_words(replace(told, log=replace(told.log, left_out=()))).split())
    assert empty.startswith("It is not known what was recorded: the log is empty. ")
    assert "What was done before its first record left nothing in it." in empty
    assert "could be read" not in empty, "an empty log was read"


def test_the_number_of_a_control_stands_beside_a_long_first_sentence_too() -> None:
    told = recorded(SimulatedHost(load_scenario("compliant")), "containerd", "var-lib-docker")
    assert [sum(line.endswith(f" {number}") for line in in_words(told, 80).splitlines()) for number in ("1.2.11", "1.2.4")] == [
        1,
        1,
    ]


def test_why_nothing_was_recorded_is_said_once_with_the_controls_it_holds_for() -> None:
    told = recorded(SimulatedHost(load_scenario("fresh")), "containerd", "dockerd", "etc-docker")
    told = replace(told, log=replace(told.log, bytes=1, files=("/var/log/audit/audit.log",)))
    text = in_words(told)
    assert text.count("They are not, or not wholly, audited") == 1
    assert [line.split() for line in text.splitlines() if line.startswith("      1.2")] == [
        [control.finding.control, control.finding.path] for control in told.controls
    ]


def test_of_what_is_gone_the_page_says_so() -> None:
    told = recorded(SimulatedHost(load_scenario("compliant")), "etc-docker")
    (control,) = told.controls
    gone = replace(told, controls=(replace(control, finding=replace(control.finding, state="notapplicable")),))
    assert "It is not on this host now" in in_words(gone)
    assert "It is not on this host now" not in in_words(told)


def test_a_command_line_that_names_this_program_proves_nothing() -> None:
    told = recorded(SimulatedHost(load_scenario("compliant")), "etc-docker")
    (control,) = told.controls
    claims = replace(control.recorded.last[0], command="/usr/bin/python3 -I -m tui apply --yes")
    claiming = replace(told, controls=(replace(control, recorded=replace(control.recorded, last=(claims,))),))
    assert "known by their run's journal alone" in in_words(claiming)
    assert "4 accesses to /etc/docker" in in_words(claiming)
    assert "journal" not in in_words(told)


class _InSmallParts(SimulatedHost):
    """A host whose log comes in parts of a few lines."""

    def log_parts(self) -> Any:
        for part in super().log_parts():
            lines = part.data.splitlines(keepends=True)
            for at in range(len(lines) - 3, -3, -3):
                yield LogPart(part.file, 0, b"".join(lines[max(0, at) : at + 3]))


def test_how_the_log_is_cut_makes_no_difference() -> None:
    scenario = load_scenario("compliant")
    assert (
        recorded(_InSmallParts(scenario), "containerd", "etc-docker").controls
        == recorded(SimulatedHost(scenario), "containerd", "etc-docker").controls
    )


def test_what_was_not_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui import recorded as module

    monkeypatch.setattr(module, "MOST_BYTES", 20_000)
    read = recorded(_InSmallParts(load_scenario("compliant")), "containerd")
    assert read.log.in_part == "/var/log/audit/audit.log"
    assert read.log.left_out == tuple(f"/var/log/audit/audit.log.{number}" for number in (1, 2, 3, 4))
    text = " ".join(" ".join(plain(line) for line in events_lines(read, 80, UNICODE)).split())
    assert "Not read what is older in /var/log/audit/audit.log" in text
    assert "audit.log.1" in text


def test_reading_asks_the_host_for_nothing_else() -> None:
    host = SimulatedHost(load_scenario("compliant"))
    before = host.read(Interest())
    recorded(host, "containerd")
    assert host.read(Interest()) == before


def test_history_is_filtered_by_time_and_control(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Runs of one state folder, looked at by the command; a number counts in the version that a run was made with."""
    from tui.session import Session
    from tui.verbs import past

    host = SimulatedHost(load_scenario("fresh"), state_folder=tmp_path / "state")
    for slug, version in (("containerd", "1.2.0"), ("dockerd", "1.4.0")):
        walk = Session(Question(load_catalogue().find([slug], version), version), host)
        walk.read()
        walk.carry_out(lambda _event: None, lambda: False)
        host.machine.pass_time(7200)
    monkeypatch.setattr(past, "live_host", lambda: host)

    def listed(*argv: str) -> list[list[str]]:
        assert main(["history", "--json", *argv]) == 0
        return [run["controls"] for run in json.loads(capsys.readouterr().out)["runs"]]

    assert listed() == [["1.1.3"], ["1.2.11"]]
    assert listed("--since", "3h") == [["1.1.3"]]
    assert listed("--control", "dockerd") == [["1.1.3"]]
    assert listed("--control", "1.2.11") == [["1.2.11"]]
    assert listed("--control", "runc") == []
    assert main(["history", "--control", "nonsense"]) == 2
    assert main(["history", "--since", "nonsense"]) == 2
    host.machine.put_file("/etc/audit/rules.d/docker.rules", b"", 0o640, 0, 0)
    capsys.readouterr()
    assert main(["history"]) == 0
    assert " ".join(capsys.readouterr().out.split()).count("audited, and proved; its lines are gone since") == 2


def test_records_that_another_daemon_takes_are_said_to_be_elsewhere() -> None:
    from tui.host.facts import Process

    facts = load_scenario("compliant").host
    others = tuple(process for process in facts.processes if process.name != "auditd")
    facts = replace(facts, processes=(*others, Process(512, "auditbeat", "/usr/share/auditbeat/bin/auditbeat", 4.9, uid=0)))
    told = recorded(SimulatedHost(replace(load_scenario("compliant"), host=facts)), "containerd")
    assert "auditbeat" in told.elsewhere
    assert told.elsewhere in " ".join(" ".join(plain(line) for line in events_lines(told, 200, UNICODE)).split())


class _OnACollector(SimulatedHost):
    """A host whose auditd names itself in each record and takes those of web-02, too."""

    def log_parts(self) -> Any:
        for part in super().log_parts():
            lines = part.data.splitlines(keepends=True)
            ours = b"".join(b"node=web-01 " + line for line in lines)
            theirs = b"".join(b"node=web-02 " + line.replace(b"audit(17", b"audit(16") for line in lines)
            yield LogPart(part.file, 0, theirs + ours)


def test_what_other_hosts_have_sent_is_not_counted_as_done_here() -> None:
    scenario = load_scenario("compliant")
    (alone,), (among,) = (recorded(host(scenario), "containerd").controls for host in (SimulatedHost, _OnACollector))
    assert among.others == 15
    assert among.recorded.total == alone.recorded.total
    assert [access.node for access in among.recorded.last[:1]] == ["web-01"]


@pytest.mark.parametrize("width", [20, 40, 80, 139, 140, 160, 240])
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    """At 140 columns the last accesses stand beside the summary; nothing is lost by that."""
    told = recorded(SimulatedHost(load_scenario("compliant")), "containerd", "etc-docker", "runc")
    lines = events_lines(told, width, UNICODE)
    assert all(line_cells(line) <= width for line in lines)
    words = set(" ".join(map(plain, lines)).split())
    assert {"4697", "4695", "4445", "9"} <= words
