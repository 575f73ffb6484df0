"""Does the next boot load it? The value that says so, and the finding and the plan that go by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.boots import (
    AUDIT_RULES_UNIT,
    DEBIAN_12,
    DEBIAN_13,
    DEBIAN_14,
    LINE,
    UBUNTU_16,
    UPSTREAM_RULES,
    WANTS,
    right,
    under_openrc,
    under_systemd,
    under_sysvinit,
    unit,
    with_boot_file,
)
from tests.build import plain_host
from tests.verdict.boot.booting import (
    AUDITD,
    BRINGS_IT_BACK,
    COMPILES_NOTHING,
    DOES_NOT,
    LOADS_AS_IT_IS,
    RULES,
    SLES,
    TRIXIE,
    finding,
    found,
    plan,
)
from tui.host.boot_load import boot_load, loads_after_tmpfiles
from tui.host.facts import HostFacts, Process
from tui.verdict.boot.words import boot_text, boot_values
from tui.verdict.objects.wanted import make_early
from tui.views.explanations import EXPLANATIONS
from tui.views.rendering import render_findings
from tui.views.signs import UNICODE


@pytest.mark.parametrize("facts", BRINGS_IT_BACK.values(), ids=BRINGS_IT_BACK)
def test_a_boot_that_loads_rules_d_lets_the_finding_pass_and_says_nothing(facts: HostFacts) -> None:
    facts = right(facts)
    assert found(facts).obstacle == ""
    assert found(facts).compiles
    assert finding(facts).state == "audited"
    assert not any("boot" in reason.kind for reason in finding(facts).reasons)
    assert boot_values(facts)["known"] is True


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


def test_what_the_next_boot_starts_is_a_part_of_the_digest() -> None:
    before = plan(under_systemd(unit(AUDITD, DEBIAN_12))).facts_digest
    after = plan(under_systemd(unit(AUDITD, DEBIAN_12), links=())).facts_digest
    assert [name for name in before if before[name] != after.get(name)] == ["what the next boot starts"]
