"""Does the next boot load it? The value that says so, the finding, the plan, and the run on a simulated host that is then booted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.boots import (
    AUDIT_RULES_UNIT,
    DEBIAN_12,
    DEBIAN_13,
    DEBIAN_14,
    ENABLED,
    LINE,
    OPENRC,
    REDHAT_6,
    SUSE_12,
    SUSE_15,
    SUSE_RULES,
    UBUNTU_16,
    UPSTREAM_RULES,
    WANTS,
    no_unit,
    right,
    under_openrc,
    under_systemd,
    under_sysvinit,
    unit,
    with_boot_file,
)
from tests.build import carried_out, plain_host, with_docker_rules
from tui.controls.catalogue import load_catalogue
from tui.host.boot_load import boot_load, loads_after_tmpfiles
from tui.host.boot_values import BootLoad
from tui.host.facts import HostFacts, Interest, Process
from tui.host.simulated.host import SimulatedHost
from tui.host.simulated.programs import reboot
from tui.plan.make import make_plan
from tui.plan.values import Plan, Switches
from tui.verdict.boot.words import boot_text, boot_values
from tui.verdict.objects.wanted import make_early
from tui.verdict.question import Question
from tui.verdict.values import Finding
from tui.views.explanations import EXPLANATIONS
from tui.views.rendering import render_findings
from tui.views.signs import UNICODE

AUDITD, RULES = "auditd.service", "audit-rules.service"
TRIXIE = (unit(AUDITD, DEBIAN_13), unit(RULES, AUDIT_RULES_UNIT))
SLES = (unit(AUDITD, SUSE_15), unit("augenrules.service", SUSE_RULES))
UNMASK = "systemctl unmask auditd.service; systemctl enable auditd.service"
DEBIANS_HELD_BACK = 'USE_AUGENRULES="no"\n'
K_LINKS = tuple(f"/etc/rc{level}.d/K01auditd" for level in "0123456")
STOP_LINKS = tuple(f"/etc/rc{level}.d/K01auditd" for level in "016")


def question() -> Question:
    return Question(load_catalogue().find(("1.2.11",), "1.2.0"), "1.2.0")


def finding(facts: HostFacts) -> Finding:
    return question().findings(facts)[0]


def plan(facts: HostFacts, **switches: bool) -> Plan:
    return make_plan(question(), facts, Switches(**switches))


def found(facts: HostFacts) -> BootLoad:
    answer = boot_load(facts)
    assert answer is not None
    return answer


BRINGS_IT_BACK = {
    "Debian 12": under_systemd(unit(AUDITD, DEBIAN_12)),
    "Debian 13": under_systemd(*TRIXIE),
    "Debian 13, the rules' own unit not enabled": under_systemd(*TRIXIE, links=(ENABLED,)),
    "Debian 14, Wants": under_systemd(unit(AUDITD, DEBIAN_14), unit(RULES, AUDIT_RULES_UNIT)),
    "SLES 15": under_systemd(*SLES),
    "linked by sysinit": under_systemd(
        unit(AUDITD, DEBIAN_12), links=("/usr/lib/systemd/system/sysinit.target.wants/auditd.service",)
    ),
    "required by a target": under_systemd(
        unit(AUDITD, DEBIAN_12), links=("/etc/systemd/system/multi-user.target.requires/auditd.service",)
    ),
    "masked in /run alone": under_systemd(unit(AUDITD, "->", folder="/run/systemd/system"), at_boot=(unit(AUDITD, DEBIAN_12),)),
    "a drop-in that loads once more": under_systemd(
        unit(AUDITD, DEBIAN_12, "[Service]\nExecStartPost=\nExecStartPost=/usr/sbin/augenrules --load\n")
    ),
    "a unit of this host's own": under_systemd(
        unit(AUDITD, DEBIAN_12, "[Service]\nExecStartPost=\n"),
        at_boot=(unit("site-audit.service", "[Service]\nExecStart=/bin/sh -c 'augenrules --load; true'\n"),),
        links=(ENABLED, f"{WANTS}/site-audit.service"),
    ),
    "a link of auditd to its rules": under_systemd(
        unit(AUDITD, DEBIAN_12, "[Service]\nExecStartPost=\n"),
        unit(RULES, AUDIT_RULES_UNIT),
        links=(ENABLED, "/etc/systemd/system/auditd.service.wants/audit-rules.service"),
    ),
    "the setting of the script under systemd": under_systemd(
        unit(AUDITD, DEBIAN_12), files=under_sysvinit(DEBIANS_HELD_BACK).boot.files
    ),
    "sysvinit": under_sysvinit(),
    "sysvinit, settings": under_sysvinit('USE_AUGENRULES="yes"\n'),
    "sysvinit, a comment": under_sysvinit("#USE_AUGENRULES=no\n"),
    "sysvinit, the last assignment": under_sysvinit("USE_AUGENRULES=no\nUSE_AUGENRULES=yes\n"),
    "sysvinit, written as the script does not know it": under_sysvinit("USE_AUGENRULES=No\n"),
    "sysvinit, in its runlevel": under_sysvinit(runlevel="3", links=("/etc/rc3.d/S01auditd",)),
    "sysvinit, at the start": under_sysvinit(runlevel="2", links=("/etc/rcS.d/S01auditd",)),
    "Red Hat's settings": under_sysvinit("USE_AUGENRULES=yes\n", script=REDHAT_6, place="/etc/sysconfig"),
    "settings that the script does not read": under_sysvinit(DEBIANS_HELD_BACK, place="/etc/sysconfig"),
    "OpenRC with augenrules": under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n", script=OPENRC + "augenrules\n"),
}


@pytest.mark.parametrize("facts", BRINGS_IT_BACK.values(), ids=BRINGS_IT_BACK)
def test_a_boot_that_loads_rules_d_lets_the_finding_pass_and_says_nothing(facts: HostFacts) -> None:
    facts = right(facts)
    assert found(facts).obstacle == ""
    assert found(facts).compiles
    assert finding(facts).state == "audited"
    assert not any("boot" in reason.kind for reason in finding(facts).reasons)
    assert boot_values(facts)["known"] is True


DOES_NOT = {
    "disabled": (under_systemd(unit(AUDITD, DEBIAN_12), links=()), "boot-starts-no-auditd", "systemctl enable auditd.service"),
    "enabled for this boot only": (
        under_systemd(unit(AUDITD, DEBIAN_12), links=()),
        "boot-starts-no-auditd",
        "systemctl enable auditd.service",
    ),
    "linked from a target that no boot reaches": (
        under_systemd(unit(AUDITD, DEBIAN_12), links=("/etc/systemd/system/rescue.target.wants/auditd.service",)),
        "boot-starts-no-auditd",
        "systemctl enable auditd.service",
    ),
    "without an [Install] section": (
        under_systemd(unit(AUDITD, DEBIAN_12.partition("[Install]")[0]), links=()),
        "boot-starts-no-auditd",
        "systemctl add-wants multi-user.target auditd.service",
    ),
    "masked": (under_systemd(unit(AUDITD, "->", folder="/etc/systemd/system")), "boot-starts-no-auditd", UNMASK),
    "an empty unit": (under_systemd(unit(AUDITD, "", folder="/etc/systemd/system")), "boot-starts-no-auditd", UNMASK),
    "no unit": (under_systemd(no_unit(AUDITD)), "boot-starts-no-auditd", "Install the audit package anew."),
    "its rules' unit masked": (
        under_systemd(unit(AUDITD, DEBIAN_13), unit(RULES, "->", folder="/etc/systemd/system")),
        "boot-starts-no-auditd",
        "systemctl unmask audit-rules.service",
    ),
    "wanted rules' unit masked": (
        under_systemd(unit(AUDITD, DEBIAN_14), unit(RULES, "->", folder="/etc/systemd/system")),
        "boot-loads-nothing",
        "systemctl unmask audit-rules.service",
    ),
    "rules' unit left alone": (
        under_systemd(unit(AUDITD, DEBIAN_12, "[Service]\nExecStartPost=\n"), unit(RULES, AUDIT_RULES_UNIT)),
        "boot-loads-nothing",
        "systemctl enable audit-rules.service",
    ),
    "a drop-in takes the load away": (
        under_systemd(unit(AUDITD, DEBIAN_12, "[Service]\nExecStartPost=\n")),
        "boot-loads-nothing",
        "Give it the lines [Service] and ExecStartPost=-/sbin/augenrules --load: systemctl edit auditd.service",
    ),
    "audit=0": (
        replace(under_systemd(unit(AUDITD, DEBIAN_12)), cmdline="quiet audit=0"),
        "boot-starts-no-auditd",
        "Take audit=0 off the kernel's command line (the boot loader's configuration).",
    ),
    "no link of a runlevel": (
        under_sysvinit(links=STOP_LINKS),
        "boot-starts-no-auditd",
        "update-rc.d -f auditd remove; update-rc.d auditd defaults",
    ),
    "update-rc.d disable": (under_sysvinit(links=K_LINKS), "boot-starts-no-auditd", "update-rc.d auditd enable"),
    "another runlevel": (
        under_sysvinit(runlevel="3", links=("/etc/rc5.d/S01auditd", "/etc/rc3.d/K01auditd")),
        "boot-starts-no-auditd",
        "update-rc.d auditd enable",
    ),
    "chkconfig off": (
        under_sysvinit(script=REDHAT_6, links=("/etc/rc.d/rc3.d/K88auditd",), runlevel="3"),
        "boot-starts-no-auditd",
        "chkconfig auditd on",
    ),
    "OpenRC without it": (
        under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n", level=None),
        "boot-starts-no-auditd",
        "rc-update add auditd default",
    ),
    "OpenRC without a file": (
        under_openrc("#RULEFILE_STARTUP=/etc/audit/audit.rules\n"),
        "boot-loads-nothing",
        "Put RULEFILE_STARTUP=/etc/audit/audit.rules into /etc/conf.d/auditd.",
    ),
}


@pytest.mark.parametrize(("facts", "reason", "fix"), DOES_NOT.values(), ids=DOES_NOT)
def test_a_boot_that_brings_nothing_back_fails_the_finding_and_shows_how(facts: HostFacts, reason: str, fix: str) -> None:
    facts = right(facts)
    told = finding(facts)
    assert (told.state, told.result, told.only_boot_fails) == ("not-persistent", "fail", True)
    assert (told.reasons[0].kind, told.reasons[0].remedy) == (reason, fix)
    assert len(told.reasons[0].text.split()) <= 20
    assert reason in EXPLANATIONS
    made = plan(facts)
    assert not made.files
    assert not made.commands
    assert [(blocker.kind, blocker.remedy) for blocker in made.blockers] == [(reason, fix)]
    values = boot_values(facts)
    assert (values["starts_auditd"], values["text"], values["remedy"]) == (
        reason != "boot-starts-no-auditd",
        told.reasons[0].text,
        fix,
    )


LOADS_AS_IT_IS = {
    "Ubuntu 16.04": under_systemd(unit(AUDITD, UBUNTU_16)),
    "SLES 12": under_systemd(unit(AUDITD, SUSE_12)),
    "the script without augenrules": under_sysvinit(DEBIANS_HELD_BACK),
    "Red Hat's script without it": under_sysvinit("USE_AUGENRULES=NO\n", script=REDHAT_6, place="/etc/sysconfig"),
    "Alpine": under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n"),
    "a unit of the host's own has the last word": under_systemd(
        unit(AUDITD, DEBIAN_12),
        at_boot=(
            unit(
                "site-audit.service",
                "[Unit]\nAfter=auditd.service\n[Service]\nExecStart=/sbin/auditctl -R /etc/audit/audit.rules\n",
            ),
        ),
        links=(ENABLED, f"{WANTS}/site-audit.service"),
    ),
}
COMPILES_NOTHING = [name for name in LOADS_AS_IT_IS if name != "a unit of the host's own has the last word"]


@pytest.mark.parametrize("name", COMPILES_NOTHING)
def test_a_file_that_is_loaded_as_it_is_counts_as_it_is(name: str) -> None:
    facts = right(LOADS_AS_IT_IS[name])
    assert finding(facts).state == "audited"
    behind = right(LOADS_AS_IT_IS[name], compiled=False)
    told = finding(behind)
    assert (told.state, told.only_boot_fails, told.on_disk) == ("not-persistent", False, True)
    assert told.reasons[0].kind == "boot-loads-as-it-is"
    assert "rules of rules.d are not in that file" in told.reasons[0].text
    made = plan(behind, no_restart=True)
    assert not made.blockers
    assert [command.argv[-1] for command in made.commands] == ["--load"]
    assert "nothing else brings the rules into it" in made.commands[0].why


@pytest.mark.parametrize("name", COMPILES_NOTHING)
def test_without_a_load_nothing_would_come_of_it_there(name: str) -> None:
    made = plan(LOADS_AS_IT_IS[name], no_load=True)
    assert [blocker.kind for blocker in made.blockers] == ["would-stay-not-persistent"]
    end = " loads /etc/audit/audit.rules as it is. Nothing compiles rules.d at the boot, and the rules of rules.d are not in that file."
    assert made.blockers[0].text.endswith(end)


def test_two_loads_are_taken_in_their_order() -> None:
    name = "a unit of the host's own has the last word"
    assert [load.by for load in found(LOADS_AS_IT_IS[name]).loads] == [AUDITD, "site-audit.service"]


def test_what_stands_only_in_the_file_that_the_boot_loads_passes_and_is_told() -> None:
    facts = right(under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n"))
    facts = replace(facts, rules_dir=plain_host().rules_dir)
    told = finding(facts)
    assert told.state == "audited"
    assert "only-in-loaded-file" in [reason.kind for reason in told.reasons]
    assert "before anybody runs augenrules" in str(told.reasons)


OTHER = "/etc/audit/site.rules"


@pytest.mark.parametrize(
    "facts",
    [
        under_openrc(f"RULEFILE_STARTUP={OTHER}\n"),
        under_systemd(unit(AUDITD, DEBIAN_12.replace("augenrules --load", f"auditctl -R {OTHER}"))),
    ],
    ids=["OpenRC", "systemd"],
)
def test_another_file_is_read_and_judged_and_no_load_of_ours_mends_it(facts: HostFacts) -> None:
    missing = finding(right(facts))
    assert missing.reasons[0].text.startswith(f"The next boot loads no rules: {OTHER}, which ")
    without = finding(right(with_boot_file(facts, OTHER, "-D\n-w /etc/passwd -p wa -k identity\n")))
    assert (without.state, without.only_boot_fails) == ("not-persistent", True)
    assert f"Write into {OTHER}, too:\n    {LINE}" in without.reasons[0].remedy
    assert finding(right(with_boot_file(facts, OTHER, f"-D\n{LINE}\n"))).state == "audited"


def test_a_line_that_the_file_stops_at_counts() -> None:
    facts = right(with_boot_file(under_openrc(f"RULEFILE_STARTUP={OTHER}\n"), OTHER, f"-D\nno rule at all\n{LINE}\n"))
    assert finding(facts).state == "not-persistent"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (under_systemd(unit(AUDITD, DEBIAN_12)), "auditd.service loads rules.d, compiled"),
        (under_systemd(unit(AUDITD, DEBIAN_12), links=()), "starts no auditd: no target it reaches wants auditd.service"),
        (under_systemd(unit(AUDITD, UBUNTU_16)), "auditd.service loads /etc/audit/audit.rules as it is"),
        (under_sysvinit(), "/etc/init.d/auditd loads rules.d, compiled"),
        (plain_host(), "not told"),
    ],
)
def test_the_screen_has_one_line_about_it(facts: HostFacts, said: str) -> None:
    assert boot_text(facts) == said
    told = finding(right(facts))
    text = "\n".join(render_findings((told,), facts, UNICODE, 100))
    assert f"Next boot     {said}" in text


# --- what is not told


def test_without_boot_facts_the_verdict_stays_and_one_quiet_reason_says_so() -> None:
    told = finding(right(plain_host()))
    assert told.state == "audited"
    assert [reason.kind for reason in told.reasons][-1:] == ["boot-not-told"]
    assert told.reasons[-1].remedy == ""
    assert "boot-not-told" not in [notice.kind for notice in plan(plain_host()).warnings]
    assert boot_values(plain_host()) == dict.fromkeys(
        ("init", "starts_auditd", "loads", "kernel_line", "kernel_untold", "obstacle", "text", "remedy"), None
    ) | {"known": False}
    assert boot_text(plain_host()) == "not told"


def test_what_the_unit_alone_tells_is_gone_by_without_boot_facts() -> None:
    def old(*units: object, **more: bool) -> HostFacts:
        return replace(right(under_systemd(*units), compiled=False), boot=None)

    assert finding(old(unit(AUDITD, "->", folder="/etc/systemd/system"))).reasons[0].kind == "boot-starts-no-auditd"
    assert finding(old(unit(AUDITD, UBUNTU_16))).reasons[0].kind == "boot-loads-as-it-is"
    assert finding(old(unit(AUDITD, "->", folder="/run/systemd/system"))).state == "audited"
    assert finding(old(unit(AUDITD, DEBIAN_12))).state == "audited"
    assert finding(old(unit(AUDITD, DEBIAN_14))).state == "audited"


def test_a_script_that_could_not_be_read_or_an_init_of_another_kind_is_not_told() -> None:
    assert boot_load(under_sysvinit(script=None)) is None
    assert "boot-not-told" in [reason.kind for reason in finding(right(under_sysvinit(script=None))).reasons]


# --- other daemons, other places


def test_where_another_program_takes_the_records_only_the_load_counts() -> None:
    def beside(facts: HostFacts) -> HostFacts:
        return replace(right(facts), processes=(Process(712, "auditbeat", "/usr/bin/auditbeat", 5.0, uid=0),))

    loaded_by_itself = beside(
        under_systemd(unit(AUDITD, "->", folder="/etc/systemd/system"), unit(RULES, AUDIT_RULES_UNIT), links=(f"{WANTS}/{RULES}",))
    )
    assert found(loaded_by_itself).obstacle == ""
    nothing_loads = beside(under_systemd(unit(AUDITD, "->", folder="/etc/systemd/system")))
    assert (found(nothing_loads).obstacle, found(nothing_loads).starts_daemon) == ("no-loader", True)


@pytest.mark.parametrize(
    ("units", "early"),
    [
        ((unit(AUDITD, DEBIAN_12),), True),
        (TRIXIE, True),
        ((unit(AUDITD, DEBIAN_13), unit(RULES, UPSTREAM_RULES)), False),
        ((unit(AUDITD, DEBIAN_14), unit(RULES, UPSTREAM_RULES.replace("local-fs.target", "auditd.service"))), True),
        ((unit(AUDITD, DEBIAN_13), unit(RULES, UPSTREAM_RULES, "[Unit]\nAfter=systemd-tmpfiles-setup.service\n")), True),
        (SLES, True),
    ],
    ids=["Debian 12", "Debian 13", "upstream", "after auditd, which is", "a drop-in", "by default dependencies"],
)
def test_the_order_after_tmpfiles_is_read_and_not_assumed(units: tuple, early: bool) -> None:
    facts = under_systemd(*units)
    assert facts.boot is not None
    assert loads_after_tmpfiles(facts.boot, facts.units) is early


def test_where_the_loader_does_not_wait_for_tmpfiles_the_advice_says_so() -> None:
    advice = make_early("/run/containerd", under_systemd(unit(AUDITD, DEBIAN_13), unit(RULES, UPSTREAM_RULES)))
    assert "systemctl edit audit-rules.service" in advice
    assert "After=systemd-tmpfiles-setup.service" in advice
    assert "systemctl edit" not in make_early("/run/containerd", under_systemd(*TRIXIE))
    assert "systemctl edit" not in make_early("/run/containerd", plain_host())


def test_suses_units_come_up_with_a_load_that_fails() -> None:
    from tui.host.start_needs import needs_load

    assert needs_load(under_systemd(*SLES)) == ""
    assert needs_load(under_systemd(*TRIXIE))


# --- the run, and the boot after it


@pytest.mark.parametrize(
    ("facts", "switches"),
    [
        (under_systemd(unit(AUDITD, DEBIAN_12), links=()), {}),
        (under_systemd(*TRIXIE, links=()), {}),
        (under_systemd(unit(AUDITD, "->", folder="/etc/systemd/system")), {"no_restart": True}),
        (under_sysvinit(links=STOP_LINKS), {}),
        (under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n", level=None), {"no_restart": True}),
    ],
    ids=["disabled", "Debian 13, disabled", "masked", "no rc links", "OpenRC"],
)
def test_a_run_that_did_all_else_ends_as_not_persistent_and_a_boot_proves_it(facts: HostFacts, switches: dict[str, bool]) -> None:
    made = plan(facts, **switches)
    assert not made.blockers
    assert "boot-starts-no-auditd" in [notice.kind for notice in made.warnings]
    host = SimulatedHost(facts)
    report = carried_out(question(), host, **switches)
    assert (report.outcome, report.exit_code) == ("not-persistent", 1)
    assert "The next boot starts no auditd" in report.message
    reboot(host.machine)
    after = host.read(Interest())
    assert after.kernel_rules == ()
    assert host.machine.daemon_pid == 0


def test_masked_the_restart_is_a_blocker_with_its_way_out() -> None:
    facts = under_systemd(unit(AUDITD, "->", folder="/etc/systemd/system"))
    assert [(blocker.kind, "--no-restart" in blocker.remedy) for blocker in plan(facts).blockers] == [("unit-masked", True)]
    host = SimulatedHost(facts)
    result = host.run(("/usr/bin/systemctl", "restart", "auditd"), timeout=10)
    assert (result.exit_code, "is masked" in result.output) == (1, True)


@pytest.mark.parametrize("name", COMPILES_NOTHING)
def test_where_a_boot_loads_the_file_as_it_is_the_runs_load_has_brought_the_line_into_it(name: str) -> None:
    host = SimulatedHost(LOADS_AS_IT_IS[name])
    written = with_docker_rules(LOADS_AS_IT_IS[name], f"\n{LINE}\n".encode())
    behind = SimulatedHost(written)
    reboot(behind.machine)
    assert behind.read(Interest()).kernel_rules == ()
    assert carried_out(question(), host, no_restart=True).outcome == "proved"
    reboot(host.machine)
    assert finding(host.read(question().interest)).state == "audited"


@pytest.mark.parametrize("facts", BRINGS_IT_BACK.values(), ids=BRINGS_IT_BACK)
def test_what_the_verdict_says_of_the_boot_the_simulated_boot_does(facts: HostFacts) -> None:
    host = SimulatedHost(right(facts))
    reboot(host.machine)
    assert host.machine.daemon_pid
    assert finding(host.read(question().interest)).state == "audited"


@pytest.mark.parametrize(("facts", "reason"), [(facts, reason) for facts, reason, _ in DOES_NOT.values()], ids=DOES_NOT)
def test_and_where_it_says_no_the_boot_brings_nothing(facts: HostFacts, reason: str) -> None:
    host = SimulatedHost(right(facts))
    reboot(host.machine)
    assert bool(host.machine.daemon_pid) == (reason != "boot-starts-no-auditd")
    assert host.read(Interest()).kernel_rules == ()


def test_what_the_next_boot_starts_is_a_part_of_the_digest() -> None:
    before = plan(under_systemd(unit(AUDITD, DEBIAN_12))).facts_digest
    after = plan(under_systemd(unit(AUDITD, DEBIAN_12), links=())).facts_digest
    assert [name for name in before if before[name] != after.get(name)] == ["what the next boot starts"]
