"""Whole hosts of the distributions, as their packages make them: a host with containerd, auditd as installed, and what differs, in our words.

Made from units and scripts of upstream or the packages and from public reports; README says which of them ran on a machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.boots import (
    AUDIT_RULES_UNIT,
    DEBIAN_12,
    DEBIAN_13,
    ENABLED,
    INSTALL,
    OPENRC,
    SUSE_15,
    SUSE_RULES_AS_SHIPPED,
    UPSTREAM_RULES,
    WANTS,
    text_file,
    under_openrc,
    under_systemd,
    unit,
)
from tests.build import plain_host, rule_of, seen
from tui.audit.inputs import Names
from tui.audit.rules_d.compiled import compile_rules
from tui.host.facts import (
    AUDIT_RULES,
    AUDITD_UNIT,
    LEGACY_RESTART,
    RULES_DIR,
    FileFacts,
    HostFacts,
    Identity,
    Process,
    Programs,
    UnitFacts,
    rules_file,
)

UPSTREAM_BASE = "-D\n-b 8192\n--backlog_wait_time 60000\n-f 1\n"
NO_TASKS = "-D\n-a task,never\n"
"""What Fedora, Amazon Linux and SUSE install: the line is audit's old spelling of never,task."""
RULES = "audit-rules.service"
STOP_RULES = "/etc/audit/audit-stop.rules"
"""What every package of audit brings, and SUSE's unit alone loads: it turns auditing off and deletes all rules."""
REFUSES = "[Unit]\nRefuseManualStop=yes\n"
RED_HAT = f"{REFUSES}{DEBIAN_12}"
UPSTREAM = (
    f"{REFUSES}DefaultDependencies=no\nWants={RULES}\nAfter=local-fs.target\nBefore=sysinit.target {RULES}\n"
    f"ConditionKernelCommandLine=!audit=0\n[Service]\nExecStart=/usr/bin/auditd\n{INSTALL}"
)
DOCKERS = ("dockerd", "containerd")


@dataclass(frozen=True)
class Distribution:
    """What differs from Debian 12: the release, its kernel, audit's version, awk, where its programs are, its units and rules."""

    os: tuple[str, str, str]
    kernel: str
    audit: str
    awk: str = "gawk"
    folder: str = "/usr/sbin"
    service: bool = False
    legacy: bool = False
    units: tuple[tuple[str, str], ...] = ((AUDITD_UNIT, DEBIAN_12),)
    rules: Mapping[str, str] = field(default_factory=lambda: {"audit.rules": UPSTREAM_BASE})
    cmdline: str = "root=UUID=5f2d ro quiet"
    openrc: bool = False
    compiled: bool = True
    """Whether its package, or the first boot, leaves an audit.rules; Alpine's leaves none, and nothing there makes one."""

    def host(self, **changes: Any) -> HostFacts:
        """The host as it is after its packages were installed and it was booted."""
        facts = self._booted(replace(plain_host(), **self._basics()))
        files = tuple(FileFacts(f"{RULES_DIR}/{name}", content=text.encode()) for name, text in sorted(self.rules.items()))
        compiled = compile_rules(tuple(map(rules_file, files)), facts.names)
        lines = [line for text in self.rules.values() for line in text.splitlines() if line.startswith(("-a", "-w"))]
        facts = replace(
            facts,
            rules_dir=files,
            audit_rules=FileFacts(AUDIT_RULES, content=compiled.text) if self.compiled else None,
            kernel_rules=tuple(rule_of(line, facts.names) for line in lines),
            processes=tuple(Process(800 + at, name, f"/usr/bin/{name}", 30.0 + at, uid=0) for at, name in enumerate(DOCKERS)),
            paths={**facts.paths, "/usr/bin/dockerd": seen("/usr/bin/dockerd", inode=4720)},
        )
        return replace(facts, **changes)

    def _basics(self) -> dict[str, Any]:
        os_id, version, name = self.os
        found = {name: f"{self.folder}/{name}" for name in ("auditctl", "augenrules", "auditd", "ausearch")}
        return {
            "identity": Identity("web-01", os_id, version, name, self.kernel, "x86_64"),
            "names": Names({"root": 0}, {"root": 0}, self.awk, self.audit, "x86_64"),
            "programs": Programs(
                **found,
                service="/usr/sbin/service" if self.service else None,
                systemctl=None if self.openrc else "/usr/bin/systemctl",
                systemd=not self.openrc,
                rc_service="/sbin/rc-service" if self.openrc else None,
            ),
            "files": {
                LEGACY_RESTART: text_file(LEGACY_RESTART, "#!/bin/sh\n") if self.legacy else None,
                STOP_RULES: text_file(STOP_RULES, "-e 0\n-D\n"),
            },
            "cmdline": self.cmdline,
        }

    def _booted(self, base: HostFacts) -> HostFacts:
        if self.openrc:
            boot = under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n", script=OPENRC).boot
            return replace(base, boot=boot)
        units: list[UnitFacts] = [unit(name, text) for name, text in self.units]
        links = (ENABLED, *(f"{WANTS}/{name}" for name, text in self.units if name == RULES and INSTALL in text))
        return under_systemd(*units, links=links, base=base)


_SPLIT = ((AUDITD_UNIT, UPSTREAM), (RULES, UPSTREAM_RULES))
_SUSE = ((AUDITD_UNIT, SUSE_15), ("augenrules.service", SUSE_RULES_AS_SHIPPED))
DISTRIBUTIONS = {
    "Debian 11": Distribution(
        ("debian", "11", "Debian GNU/Linux 11 (bullseye)"), "5.10.0-33-amd64", "3.0", awk="mawk", service=True
    ),
    "Debian 12": Distribution(
        ("debian", "12", "Debian GNU/Linux 12 (bookworm)"), "6.1.0-28-amd64", "3.0.9", awk="mawk", service=True
    ),
    "Debian 13": Distribution(
        ("debian", "13", "Debian GNU/Linux 13 (trixie)"),
        "6.12.43+deb13-amd64",
        "4.0.2",
        awk="mawk",
        service=True,
        units=((AUDITD_UNIT, DEBIAN_13), (RULES, AUDIT_RULES_UNIT)),
    ),
    "Ubuntu 22.04": Distribution(
        ("ubuntu", "22.04", "Ubuntu 22.04.5 LTS"), "5.15.0-130-generic", "3.0.7", awk="mawk", service=True
    ),
    "Ubuntu 24.04": Distribution(("ubuntu", "24.04", "Ubuntu 24.04.2 LTS"), "6.8.0-51-generic", "3.1.2", awk="mawk", service=True),
    "RHEL 8": Distribution(
        ("rhel", "8.10", "Red Hat Enterprise Linux 8.10 (Ootpa)"),
        "4.18.0-553.el8_10.x86_64",
        "3.1.2",
        service=True,
        legacy=True,
        units=((AUDITD_UNIT, RED_HAT),),
    ),
    "RHEL 9": Distribution(
        ("rhel", "9.5", "Red Hat Enterprise Linux 9.5 (Plow)"), "5.14.0-503.el9_5.x86_64", "3.1.5", units=((AUDITD_UNIT, RED_HAT),)
    ),
    "RHEL 10": Distribution(
        ("rhel", "10.0", "Red Hat Enterprise Linux 10.0 (Coughlan)"), "6.12.0-55.el10.x86_64", "4.0.3", units=_SPLIT
    ),
    "Amazon Linux 2023": Distribution(
        ("amzn", "2023", "Amazon Linux 2023"),
        "6.1.158-178.288.amzn2023.x86_64",
        "3.0.6",
        service=True,
        legacy=True,
        units=((AUDITD_UNIT, RED_HAT),),
        rules={"audit.rules": NO_TASKS},
    ),
    "SLES 15": Distribution(
        ("sles", "15.6", "SUSE Linux Enterprise Server 15 SP6"),
        "6.4.0-150600.23-default",
        "3.0.6",
        service=True,
        units=_SUSE,
        rules={"audit.rules": NO_TASKS},
    ),
    "openSUSE Leap": Distribution(
        ("opensuse-leap", "15.6", "openSUSE Leap 15.6"),
        "6.4.0-150600.23-default",
        "3.0.6",
        units=_SUSE,
        rules={"audit.rules": NO_TASKS},
    ),
    "openSUSE Tumbleweed": Distribution(
        ("opensuse-tumbleweed", "20250201", "openSUSE Tumbleweed"),
        "6.13.0-1-default",
        "3.1.2",
        units=_SUSE,
        rules={"audit.rules": NO_TASKS},
    ),
    "Fedora": Distribution(
        ("fedora", "41", "Fedora Linux 41 (Server Edition)"),
        "6.12.10-200.fc41.x86_64",
        "4.0.3",
        units=_SPLIT,
        rules={"audit.rules": NO_TASKS},
    ),
    "Arch Linux": Distribution(("arch", "", "Arch Linux"), "6.12.10-arch1-1", "4.0.3", folder="/usr/bin", units=_SPLIT),
    "Alpine": Distribution(
        ("alpine", "3.21.2", "Alpine Linux v3.21"),
        "6.12.12-0-lts",
        "4.0.2",
        awk="busybox",
        openrc=True,
        compiled=False,
        cmdline="root=UUID=5f2d modules=ext4 quiet",
    ),
}
"""By the name that README has for each."""


def without_no_tasks(facts: HostFacts) -> HostFacts:
    """The host once its administrator has done what the way out says: the line is a comment, and the host was booted again."""
    assert isinstance(facts.rules_dir, tuple)
    files = tuple(
        replace(file, content=(file.content or b"").replace(b"-a task,never", b"#-a task,never")) for file in facts.rules_dir
    )
    compiled = compile_rules(tuple(map(rules_file, files)), facts.names)
    return replace(facts, rules_dir=files, kernel_rules=(), audit_rules=FileFacts(AUDIT_RULES, content=compiled.text))
