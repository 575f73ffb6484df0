"""In a container or a chroot nothing is judged and nothing is done: the kernel's rules are the machine's, the files are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.build import CONTAINERD, carried_out, ignore, loaded, plain_host, with_docker_rules
from tui.audit.inputs import Mount
from tui.controls.catalogue import load_catalogue
from tui.host.facts import RULES_DIR, HostFacts
from tui.host.scenario import dump_capture, load_host_file
from tui.host.simulated.host import SimulatedHost
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.rehearsal.rehearsal import rehearse
from tui.run.taking_back.recovery import recover
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo
from tui.verdict.question import Question
from tui.views.page import plain
from tui.views.pages.finding import finding_lines
from tui.views.signs import UNICODE

CATALOGUE = load_catalogue()
QUESTION = Question(CATALOGUE.find(["containerd"], "1.2.0"), "1.2.0")
LINE = f"-w {CONTAINERD} -k docker"


def foreign(facts: HostFacts, view: str = "namespace", place: str | None = "/etc") -> HostFacts:
    return replace(facts, privileges=replace(facts.privileges, mount_view=view, differs_at=place))


def without(facts: HostFacts) -> HostFacts:
    """The host without containerd, as a container's files are."""
    return replace(facts, paths={path: found for path, found in facts.paths.items() if CONTAINERD not in path})


def cut_short(run: Path) -> None:
    """The run's journal as if the power had gone before its last line."""
    lines = run / "journal.jsonl"
    lines.write_bytes(b"".join(line for line in lines.read_bytes().splitlines(keepends=True) if b'"event": "end"' not in line))


@pytest.mark.parametrize(
    ("view", "words"), [("namespace", "another mount namespace"), ("chroot", "a chroot"), ("unknown", "/proc is not mounted")]
)
@pytest.mark.parametrize("make", [plain_host, lambda: without(plain_host()), lambda: loaded(plain_host(), LINE)])
def test_nothing_is_judged(view: str, words: str, make) -> None:
    facts = foreign(make(), view)
    (finding,) = QUESTION.findings(facts)
    assert (finding.result, finding.coverage, finding.reasons[0].kind) == ("unknown", None, "foreign-files")
    assert words in finding.reasons[0].text
    text = "\n".join(plain(line) for line in finding_lines((finding,), facts, 80, UNICODE))
    assert "none, neither loaded" not in text
    assert "no such file" not in text


@pytest.mark.parametrize("switches", [Switches(), Switches(drop_kernel_only=True, adopt=True, no_restart=True)])
def test_nothing_is_planned_or_done(switches: Switches) -> None:
    host = SimulatedHost(foreign(loaded(plain_host(), "-w /etc/passwd -p wa -k identity")))
    before = host.machine.facts(QUESTION.interest)
    plan = make_plan(QUESTION, host.read(QUESTION.interest), switches)
    assert [blocker.kind for blocker in plan.blockers] == ["foreign-files"]
    assert plan.is_empty
    assert carry_out(QUESTION, plan, host, emit=ignore).exit_code == 3
    assert rehearse(QUESTION, host, seconds=1, emit=ignore).exit_code == 3
    after = host.machine.facts(QUESTION.interest)
    assert (after.kernel_rules, after.rules_dir) == (before.kernel_rules, before.rules_dir)
    assert not list(host.state_folder.glob("runs/*"))


def test_a_plan_of_the_host_itself_is_not_carried_out_in_a_container() -> None:
    plan = make_plan(QUESTION, SimulatedHost(plain_host()).read(QUESTION.interest), Switches())
    inside = SimulatedHost(foreign(plain_host()))
    report = carry_out(QUESTION, plan, inside, emit=ignore)
    assert (report.outcome, report.exit_code) == ("blocked", 3)
    assert inside.machine.facts(QUESTION.interest).kernel_rules == ()


def test_a_run_of_the_host_is_neither_undone_nor_recovered_in_a_container(tmp_path: Path) -> None:
    """Where /var/lib is shared with the host, the journal in it is."""
    host = SimulatedHost(plain_host(), state_folder=tmp_path / "state")
    run = carried_out(QUESTION, host)
    assert run.outcome == "proved"
    inside = SimulatedHost(foreign(host.machine.facts(QUESTION.interest)), state_folder=tmp_path / "state")
    before = inside.machine.kernel.rules
    prepared = plan_undo(inside, run_records.find(inside, run.run))
    assert [blocker.kind for blocker in prepared.blockers] == ["foreign-files"]
    assert undo(prepared, inside, emit=ignore).exit_code == 3
    cut_short(tmp_path / "state" / "runs" / run.run)
    left = run_records.unfinished(inside)
    for finish in (False, True):
        report = recover(inside, left, emit=ignore, finish=finish)
        assert (report.outcome, report.exit_code) == ("blocked", 3)
        assert "is left as it is" in report.message
    assert run_records.unfinished(inside) is not None
    assert inside.machine.kernel.rules == before


def test_a_rehearsal_that_was_cut_short_is_left_to_the_host(tmp_path: Path) -> None:
    host = SimulatedHost(plain_host(), state_folder=tmp_path / "state")
    assert rehearse(QUESTION, host, seconds=1, emit=ignore).outcome == "proved"
    (folder,) = (tmp_path / "state" / "runs").iterdir()
    cut_short(folder)
    inside = SimulatedHost(foreign(loaded(plain_host(), f"-w {CONTAINERD} -k daw-rehearsal-1.1")), state_folder=tmp_path / "state")
    before = inside.machine.kernel.rules
    assert rehearse(QUESTION, inside, seconds=1, emit=ignore).exit_code == 3
    assert recover(inside, run_records.unfinished(inside), emit=ignore).exit_code == 3
    assert inside.machine.kernel.rules == before
    outside = SimulatedHost(replace(inside.machine.base, privileges=plain_host().privileges), state_folder=tmp_path / "state")
    recover(outside, run_records.unfinished(outside), emit=ignore)
    assert outside.machine.kernel.rules == ()


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ((Mount("/", "0:20", "overlay", options="rw,lowerdir=/l,upperdir=/cow/rw,workdir=/cow/w"),), "overlay"),
        ((Mount("/", "0:20", "tmpfs"),), "tmpfs"),
        ((Mount("/", "8:1", "squashfs"), Mount("/etc", "0:21", "tmpfs")), "tmpfs"),
        ((Mount("/", "8:1", "ext4"), Mount(RULES_DIR, "0:21", "tmpfs")), "tmpfs"),
        (
            (
                Mount("/", "8:1", "ext4"),
                Mount("/etc", "0:21", "overlay", options="rw,upperdir=/data/etc"),
                Mount("/data", "8:2", "ext4"),
            ),
            "",
        ),
        ((Mount("/", "8:1", "ext4"), Mount("/run", "0:22", "tmpfs")), ""),
    ],
)
def test_rules_that_a_reboot_forgets_cost_the_words_about_it(mounts: tuple[Mount, ...], kind: str) -> None:
    facts = replace(loaded(with_docker_rules(plain_host(), f"{LINE}\n".encode()), LINE), mounts=mounts)
    (finding,) = QUESTION.findings(facts)
    assert finding.state == "audited"
    promises = any("after a reboot by" in reason.text for reason in finding.reasons)
    told = [reason.text for reason in finding.reasons if reason.kind == "rules-not-kept"]
    assert (promises, len(told)) == ((False, 1) if kind else (True, 0))
    assert all(kind in text for text in told)
    locked = replace(facts, kernel_rules=(), audit_status=replace(facts.audit_status, enabled=2))
    (finding,) = QUESTION.findings(locked)
    assert ("By its text" in finding.reasons[0].text) is not bool(kind)
    fresh = replace(plain_host(), mounts=mounts)
    host = SimulatedHost(fresh)
    plan = make_plan(QUESTION, host.read(QUESTION.interest), Switches())
    assert any(notice.kind == "rules-not-kept" for notice in plan.warnings) is bool(kind)
    report = carry_out(QUESTION, plan, host, emit=ignore)
    assert report.outcome == "proved"
    assert ("after a reboot" in report.message) is not bool(kind)


def test_older_files_are_read_and_newer_ones_keep_it(tmp_path: Path) -> None:
    file = tmp_path / "host.yaml"
    file.write_text(dump_capture(plain_host()))
    assert "mount_view" not in file.read_text()
    assert load_host_file(file).privileges.mount_view == "machine"
    file.write_text(dump_capture(foreign(plain_host(), "chroot", "/")))
    assert load_host_file(file).privileges == foreign(plain_host(), "chroot", "/").privileges
