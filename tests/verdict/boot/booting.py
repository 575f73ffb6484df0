"""Hosts that boot as distributions do, and what is found and planned on them."""

from __future__ import annotations

from dataclasses import replace

from tests.boots import (
    AUDIT_RULES_UNIT,
    DEBIAN_12,
    DEBIAN_13,
    DEBIAN_14,
    ENABLED,
    OPENRC,
    REDHAT_6,
    SUSE_12,
    SUSE_15,
    SUSE_RULES,
    UBUNTU_16,
    WANTS,
    no_unit,
    under_openrc,
    under_systemd,
    under_sysvinit,
    unit,
)
from tui.controls.catalogue import load_catalogue
from tui.host.boot_load import boot_load
from tui.host.boot_values import BootLoad
from tui.host.facts import HostFacts
from tui.plan.make import make_plan
from tui.plan.values import Plan, Switches
from tui.verdict.question import Question
from tui.verdict.values import Finding

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
        "Give auditd.service the lines [Service] and ExecStartPost=-/sbin/augenrules --load: systemctl edit auditd.service",
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
