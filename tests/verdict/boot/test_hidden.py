"""What the unit that loads the rules at boot does not see: a rule there is bound to nothing, or stops the load."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.boots import AUDIT_RULES_UNIT, DEBIAN_13, SUSE_15, SUSE_RULES, SUSE_RULES_AS_SHIPPED, under_systemd, unit
from tests.build import loaded, path, plain_host, seen, with_file
from tests.verdict.objects.hosts import seen as seen_alone
from tests.verdict.objects.test_places import audited
from tests.verdict.objects.test_places import finding as finding_of
from tui.controls.catalogue import load_catalogue
from tui.host.boot_load import boot_load
from tui.host.facts import HostFacts, Interest
from tui.host.simulated.host import SimulatedHost
from tui.host.simulated.programs import reboot
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.verdict.question import Question
from tui.verdict.values import Finding
from tui.views.explanations import EXPLANATIONS

DEEP, DIRECT, OURS = "-w /root/.ssh/authorized_keys -k ssh", "-w /root/.ssh -k ssh", "-w /usr/bin/containerd -k docker"
EDIT = "Give augenrules.service the lines [Service] and ProtectHome=no: systemctl edit augenrules.service"
QUESTION = Question(load_catalogue().find(["1.2.11"], "1.2.0"), "1.2.0")
INTEREST = QUESTION.interest | Interest(history=True)


def suse(*lines: str, rules: str = SUSE_RULES_AS_SHIPPED, drop_in: str = "") -> HostFacts:
    """A SLES 15 with these lines on disk, in their order, and in the kernel."""
    units = (unit("auditd.service", SUSE_15), unit("augenrules.service", rules, *filter(None, (drop_in,))))
    base = plain_host()
    there = {"/root": "directory", "/root/.ssh": "directory", "/root/.ssh/authorized_keys": "file"}
    base = replace(base, paths={**base.paths, **{name: seen(name, kind) for name, kind in there.items()}})
    return loaded(with_file(under_systemd(*units, base=base), "50.rules", "".join(f"{line}\n" for line in lines).encode()), *lines)


def finding(facts: HostFacts) -> Finding:
    return QUESTION.findings(facts)[0]


def test_a_line_deeper_in_a_hidden_folder_stops_the_load_at_boot() -> None:
    told = finding(suse(DEEP, OURS))
    assert told.state == "not-persistent"
    (reason,) = [reason for reason in told.reasons if reason.kind == "boot-hides"]
    assert "does not see what is in /root (ProtectHome=true): the load stops at /etc/audit/rules.d/50.rules:1" in reason.text
    assert reason.remedy == EDIT
    assert not any(reason.kind in ("boot-stops", "load-stops") for reason in told.reasons)
    assert finding(suse(OURS, DEEP)).state == "audited"


@pytest.mark.parametrize(
    "facts",
    [
        suse(DEEP, OURS, rules=SUSE_RULES),
        suse(DEEP, OURS, drop_in="[Service]\nProtectHome=no\n"),
        suse(DEEP, OURS, drop_in="[Service]\nProtectHome=read-only\n"),
        suse(DEEP, OURS, rules=SUSE_RULES_AS_SHIPPED.replace("=/sbin/augenrules", "=+/sbin/augenrules")),
        suse(DIRECT, OURS),
    ],
    ids=["without the setting", "taken back", "only read-only", "outside the sandbox", "right below the folder"],
)
def test_what_the_loader_sees_and_what_is_only_in_vain_stop_nothing(facts: HostFacts) -> None:
    assert finding(facts).state == "audited"


@pytest.mark.parametrize(("place", "state"), [("/home/docker", "not-persistent"), ("/srv/docker", "audited")])
def test_an_object_in_a_hidden_folder_is_recorded_until_the_boot(place: str, state: str) -> None:
    config = {"/etc/docker/daemon.json": f'{{"data-root": "{place}"}}'}
    parent = place.rpartition("/")[0]
    base = seen_alone("var-lib-docker", "1.2.0", path(place, "directory"), path(parent, "directory"), files=config)
    units = (unit("auditd.service", SUSE_15), unit("augenrules.service", SUSE_RULES_AS_SHIPPED))
    facts = audited(under_systemd(*units, base=base), f"-w {place} -k docker")
    told = finding_of(facts, "var-lib-docker")
    assert told.state == state, told.reasons
    hides = [reason for reason in told.reasons if reason.kind == "boot-hides"]
    assert [f"a rule on {place} is accepted and records nothing" in reason.text for reason in hides] == [True] * (
        state != "audited"
    )
    host = SimulatedHost(facts)
    assert host.probe(place, "r").recorded
    host.boot_anew()
    assert [rule.path for rule in host.machine.kernel.rules] == [place]
    assert host.probe(place, "r").recorded == (state == "audited")
    host.machine.kernel.line("-D")
    host.machine.kernel.line(f"-w {place} -k docker")
    assert host.probe(place, "r").recorded


def test_other_settings_that_hide_and_units_that_load_themselves() -> None:
    hides = AUDIT_RULES_UNIT.replace("[Service]\n", "[Service]\nPrivateTmp=yes\nProtectKernelModules=on\nProtectHome=tmpfs\n")
    found = boot_load(under_systemd(unit("auditd.service", DEBIAN_13), unit("audit-rules.service", hides)))
    assert found is not None
    assert dict(found.hidden)["/usr/lib/modules"] == "ProtectKernelModules=on"
    assert {"/tmp", "/var/tmp", "/home", "/root", "/run/user"} <= dict(found.hidden).keys()
    assert "boot-hides" in EXPLANATIONS


def test_the_plan_says_why_the_line_would_not_last() -> None:
    facts = suse(DEEP)
    (blocker,) = make_plan(QUESTION, with_first(facts), Switches(no_restart=True)).blockers
    assert (
        "stops the load at every boot, since augenrules.service does not see what is in /root (ProtectHome=true) then"
        in blocker.text
    )


def with_first(facts: HostFacts) -> HostFacts:
    """The host with its lines in a file that comes before docker.rules."""
    assert isinstance(facts.rules_dir, tuple)
    return replace(
        facts, rules_dir=tuple(replace(file, path=file.path.replace("50.rules", "05.rules")) for file in facts.rules_dir)
    )


def behind(*lines: str, drop_in: str = "") -> HostFacts:
    """The host with these lines in a file that comes after docker.rules, and in the kernel; containerd is not watched."""
    facts = suse(*lines, drop_in=drop_in)
    assert isinstance(facts.rules_dir, tuple)
    return replace(
        facts, rules_dir=tuple(replace(file, path=file.path.replace("50.rules", "zz.rules")) for file in facts.rules_dir)
    )


@pytest.mark.parametrize("line", [DEEP, DIRECT])
def test_a_restart_that_would_take_rules_away_is_blocked_and_left_out_on_demand(line: str, tmp_path: Path) -> None:
    facts = behind(line, "-w /etc/passwd -p wa -k id")
    (blocker,) = make_plan(QUESTION, facts, Switches()).blockers
    assert (blocker.kind, blocker.switches) == ("restart-hides", ("no_restart",))
    assert blocker.text.startswith("A restart of auditd would take loaded rules away. augenrules.service")
    assert line.split()[1] in blocker.text
    assert blocker.remedy.endswith(f"; or change the unit. {EDIT}")
    assert blocker.remedy.startswith("With --no-restart the load alone brings the rules into the kernel")
    assert not make_plan(QUESTION, behind(line, drop_in="[Service]\nProtectHome=no\n"), Switches()).blockers
    host = SimulatedHost(facts, state_folder=tmp_path)
    made = make_plan(QUESTION, host.read(INTEREST), Switches(no_restart=True))
    assert carry_out(QUESTION, made, host, emit=lambda _event: None).outcome == "proved"
    assert len(host.read(INTEREST).kernel_rules) == 3
    reboot(host.machine)
    left = [rule.path for rule in host.read(INTEREST).kernel_rules]
    assert left == (["/usr/bin/containerd"] if line == DEEP else ["/usr/bin/containerd", "/root/.ssh", "/etc/passwd"])
