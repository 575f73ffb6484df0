"""What the kernel's command line at the next boot means for the verdict: audit=0 that comes, that goes, that lies in wait; the boot's queue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.boots import DEBIAN_12, right, under_openrc, under_systemd, under_sysvinit, unit
from tests.build import with_status
from tests.verdict.boot.booting import finding, found, plan
from tui.audit.inputs import Unknown
from tui.host.facts import HostFacts, KernelLine, UntoldMenu
from tui.host.kernel_line import backlog_at_boot, on_from_the_start, switched_off
from tui.host.simulated.host import SimulatedHost
from tui.host.simulated.programs import reboot
from tui.plan.digest import facts_digest
from tui.verdict.boot.words import boot_values
from tui.views.explanations import EXPLANATIONS

GRUB, GRUB_2, ENTRY = "/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/loader/entries/0a1b-6.12.conf"
DEFAULTS = KernelLine("/etc/default/grub", 6, "quiet audit=0")
ON = "root=/dev/vda1 ro quiet"
HOSTS = {
    "systemd": under_systemd(unit("auditd.service", DEBIAN_12)),
    "a unit without the condition": under_systemd(
        unit("auditd.service", DEBIAN_12.replace("ConditionKernelCommandLine=!audit=0\n", ""))
    ),
    "start script": under_sysvinit(),
    "OpenRC": under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n"),
}


def booting(facts: HostFacts, *lines: KernelLine, settings: tuple[KernelLine, ...] = (), running: str = ON) -> HostFacts:
    assert facts.boot is not None
    return replace(facts, cmdline=running, boot=replace(facts.boot, kernel_lines=lines, kernel_settings=settings))


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_audit_0_that_the_next_boot_brings_fails_what_is_recorded_now(host: HostFacts) -> None:
    facts = booting(right(host), KernelLine(GRUB, 120, f"{ON} audit=0"), settings=(DEFAULTS,))
    told = finding(facts)
    assert (told.state, told.only_boot_fails) == ("not-persistent", True)
    assert told.reasons[0].text == f"The next boot starts no auditd: {GRUB}:120 gives the kernel audit=0."
    assert told.reasons[0].remedy == f"Take audit=0 out of /etc/default/grub:6, then make the menu anew: grub-mkconfig -o {GRUB}"
    (blocker,) = plan(facts).blockers
    assert blocker.remedy == told.reasons[0].remedy
    assert (boot_values(facts)["obstacle"], boot_values(facts)["starts_auditd"], boot_values(facts)["loads"]) == (
        "condition",
        False,
        [],
    )
    assert boot_values(facts)["kernel_line"] == {"file": GRUB, "line": 120, "words": f"{ON} audit=0"}
    simulated = SimulatedHost(facts)
    reboot(simulated.machine)
    assert (simulated.machine.daemon_pid, simulated.machine.kernel) == (0, None)  # with audit=0 the kernel has no audit to speak of


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_a_menu_that_leaves_auditing_on_changes_nothing(host: HostFacts) -> None:
    facts = booting(right(host), KernelLine(GRUB, 120, ON), settings=(replace(DEFAULTS, words="quiet"),))
    assert finding(facts).state == "audited"
    assert [reason.kind for reason in finding(facts).reasons] == [reason.kind for reason in finding(right(host)).reasons]


@pytest.mark.parametrize(
    ("line", "settings", "remedy"),
    [
        (
            KernelLine(GRUB_2, 7, "audit=0"),
            (),
            "Take audit=0 out of what that menu is made of (/etc/default/grub, /etc/grub.d), then make the menu anew: grub2-mkconfig",
        ),
        (KernelLine("/boot/extlinux.conf", 9, "audit=off"), (DEFAULTS,), "Take audit=off out of /boot/extlinux.conf:9."),
        (KernelLine("/boot/firmware/cmdline.txt", 1, "audit=0"), (), "Take audit=0 out of /boot/firmware/cmdline.txt:1."),
        (
            KernelLine(ENTRY, 5, "audit=0"),
            (KernelLine("/etc/kernel/cmdline", 1, "audit=0"),),
            f"Take audit=0 out of {ENTRY}:5, and out of /etc/kernel/cmdline:1, which later entries are made of "
            "(one command where this host has grubby: grubby --update-kernel=ALL --remove-args=audit=0).",
        ),
    ],
    ids=["grub2", "extlinux", "Raspberry Pi", "an entry of its own"],
)
def test_the_way_out_is_that_of_the_boot_loader(line: KernelLine, settings: tuple[KernelLine, ...], remedy: str) -> None:
    told = finding(booting(right(HOSTS["systemd"]), line, settings=settings))
    assert told.reasons[0].kind == "boot-starts-no-auditd"
    assert told.reasons[0].remedy.startswith(remedy)


def test_a_host_that_runs_without_auditing_hears_whether_a_reboot_is_enough() -> None:
    off = f"{ON} audit=0"
    unread = Unknown("The audit status could not be read: this kernel has no audit support, or was booted with audit=0.")
    facts = replace(right(HOSTS["systemd"]), audit_status=unread, kernel_rules=unread)
    gone = booting(facts, KernelLine(GRUB, 120, ON), running=off)
    assert f"Reboot: {GRUB}:120, which the next boot goes by, leaves auditing on." in [each.remedy for each in plan(gone).blockers]
    assert found(gone).obstacle == ""
    still = booting(facts, KernelLine(GRUB, 120, off), settings=(DEFAULTS,), running=off)
    assert f"Take audit=0 out of /etc/default/grub:6, then make the menu anew, and reboot: grub-mkconfig -o {GRUB}" in [
        each.remedy for each in plan(still).blockers
    ]
    assert found(still).obstacle == "condition"
    not_told = booting(facts, running=off)
    assert "Take audit=0 off the kernel's command line (the boot loader's configuration), and reboot." in [
        each.remedy for each in plan(not_told).blockers
    ]


LIES_IN_WAIT = {
    "a setting": (
        (KernelLine(GRUB, 120, ON),),
        (DEFAULTS,),
        "A boot menu that is made anew leaves auditing out: audit=0 in /etc/default/grub:6.",
    ),
    "another entry": (
        (KernelLine(ENTRY, 5, ON), KernelLine(ENTRY.replace("6.12", "6.13"), 5, f"{ON} audit=off")),
        (),
        "An entry of the boot menu leaves auditing out: audit=off in /boot/loader/entries/0a1b-6.13.conf:5.",
    ),
}


@pytest.mark.parametrize(("lines", "settings", "said"), LIES_IN_WAIT.values(), ids=LIES_IN_WAIT)
def test_audit_0_that_lies_in_wait_is_told_and_the_finding_passes(
    lines: tuple[KernelLine, ...], settings: tuple[KernelLine, ...], said: str
) -> None:
    facts = booting(right(HOSTS["systemd"]), *lines, settings=settings)
    told = finding(facts)
    (reason,) = [reason for reason in told.reasons if reason.kind == "menu-without-audit"]
    assert (told.state, reason.text.startswith(said)) == ("audited", True)
    assert len(said.split()) <= 20
    without = booting(HOSTS["systemd"], *lines, settings=settings)
    assert reason in plan(without).warnings


def test_what_a_boot_loader_has_and_is_not_gone_by_is_told() -> None:
    facts = right(HOSTS["systemd"])
    assert facts.boot is not None
    menus = (UntoldMenu("/boot/grub/grub.cfg", "others-write"), UntoldMenu("/efi/EFI/Linux/a.efi", "image"))
    facts = replace(facts, boot=replace(facts.boot, untold_menus=menus))
    told = finding(facts)
    (reason,) = [reason for reason in told.reasons if reason.kind == "menu-untold"]
    assert (told.state, reason.kind in EXPLANATIONS) == ("audited", True)
    assert reason.text == (
        "The next boot's kernel command line is not known, and is taken to be this boot's. Passed over: /boot/grub/grub.cfg (others than root "
        "can write it), /efi/EFI/Linux/a.efi (it holds no command line of its own)."
    )
    assert boot_values(facts)["kernel_untold"] == [
        {"file": "/boot/grub/grub.cfg", "why": "others-write"},
        {"file": "/efi/EFI/Linux/a.efi", "why": "image"},
    ]
    by_another = booting(facts, KernelLine(GRUB, 120, ON))
    assert not any(reason.kind == "menu-untold" for reason in finding(by_another).reasons)


def test_the_queue_of_a_boot_is_a_warning_where_this_boot_has_lost_records() -> None:
    host = with_status(booting(HOSTS["systemd"], KernelLine(GRUB, 120, f"{ON} audit=1")), lost=3120, backlog_limit=8192)
    (warning,) = [warning for warning in plan(host).warnings if warning.kind == "boot-loses-records"]
    assert warning.text.startswith(
        "A boot keeps 64 audit records until auditd and its rules are there; more are lost. This boot has lost 3,120"
    )
    assert warning.remedy == "Put audit_backlog_limit=8192 beside audit=1 on the kernel's command line."
    enough = f"{ON} audit=1 audit_backlog_limit=8192"
    for other in (
        with_status(host, lost=0),
        booting(host, KernelLine(GRUB, 120, ON)),
        booting(host, KernelLine(GRUB, 120, enough)),
        booting(host, KernelLine(GRUB, 120, f"{ON} audit=1 audit_backlog_limit=0")),
    ):
        assert not any(warning.kind == "boot-loses-records" for warning in plan(other).warnings)


def test_what_is_told_has_its_explanation_and_is_a_part_of_the_digest() -> None:
    assert {"menu-without-audit", "boot-loses-records"} <= set(EXPLANATIONS)
    host = HOSTS["systemd"]
    assert facts_digest(host) != facts_digest(booting(host, KernelLine(GRUB, 120, ON), running=str(host.cmdline)))


@pytest.mark.parametrize(
    ("words", "off"),
    [
        ("ro audit=0", "audit=0"),
        ("audit=OFF", "audit=OFF"),
        ("audit=0 audit=1", ""),
        ("audit=1 audit=off", "audit=off"),
        ("audit=nonsense", ""),
        ("audit_backlog_limit=0 noaudit=0", ""),
        ("", ""),
    ],
)
def test_the_kernel_goes_by_the_last_word(words: str, off: str) -> None:
    assert switched_off(words) == off
    assert on_from_the_start(words) == ("audit=" in f" {words}".replace("noaudit=", "") and not off)


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("audit=1", 64),
        ("audit_backlog_limit=8192 audit_backlog_limit=256", 256),
        ("audit_backlog_limit=0", None),
        ("audit_backlog_limit=x", 64),
    ],
)
def test_how_many_records_a_boot_keeps(words: str, limit: int | None) -> None:
    assert backlog_at_boot(words) == limit
