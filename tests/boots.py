"""Hosts by how they boot: units, links, start scripts and settings as the distributions have them, in our own words."""

from __future__ import annotations

from dataclasses import replace

from tests.build import CONTAINERD, loaded, plain_host, with_docker_rules
from tui.host.facts import AUDIT_RULES, INIT_SCRIPT, BootFacts, FileFacts, HostFacts, Programs, UnitFacts

LINE = f"-w {CONTAINERD} -k docker"
TARGETS = ("graphical.target", "multi-user.target", "basic.target", "sysinit.target")
WANTS = "/etc/systemd/system/multi-user.target.wants"
ENABLED = f"{WANTS}/auditd.service"
INSTALL = "[Install]\nWantedBy=multi-user.target\n"
HEAD = "[Unit]\nDefaultDependencies=no\nAfter=local-fs.target systemd-tmpfiles-setup.service\nConditionKernelCommandLine=!audit=0\n"
DEBIAN_12 = f"{HEAD}[Service]\nExecStart=/sbin/auditd\nExecStartPost=-/sbin/augenrules --load\n{INSTALL}"
UBUNTU_16 = f"{HEAD}[Service]\nExecStart=/sbin/auditd\nExecStartPost=-/sbin/auditctl -R /etc/audit/audit.rules\n{INSTALL}"
DEBIAN_13 = (
    "[Unit]\nDefaultDependencies=no\nRequires=audit-rules.service\nAfter=local-fs.target audit-rules.service\n"
    f"[Service]\nExecStart=/usr/sbin/auditd\n{INSTALL}"
)
DEBIAN_14 = (
    "[Unit]\nDefaultDependencies=no\nWants=audit-rules.service\nBefore=audit-rules.service\nAfter=systemd-tmpfiles-setup.service\n"
    f"[Service]\nExecStart=/usr/sbin/auditd\n{INSTALL}"
)
AUDIT_RULES_UNIT = (
    "[Unit]\nDefaultDependencies=no\nAfter=local-fs.target systemd-tmpfiles-setup.service\n"
    f"[Service]\nType=oneshot\nExecStart=/sbin/augenrules --load\n{INSTALL}"
)
UPSTREAM_RULES = AUDIT_RULES_UNIT.replace(" systemd-tmpfiles-setup.service", "")
SUSE_15 = (
    "[Unit]\nRequires=augenrules.service\nPropagatesStopTo=augenrules.service\nAfter=local-fs.target systemd-tmpfiles-setup.service\n"
    f"[Service]\nExecStart=/sbin/auditd\nExecStopPost=/sbin/auditctl -R /etc/audit/audit-stop.rules\n{INSTALL}"
)
SUSE_RULES = "[Unit]\nAfter=auditd.service\n[Service]\nType=oneshot\nExecStart=/sbin/augenrules --load\nRemainAfterExit=yes\n"
SUSE_RULES_AS_SHIPPED = SUSE_RULES + "ProtectHome=true\nProtectSystem=full\nPrivateDevices=true\nReadWritePaths=/etc/audit\n"
SUSE_12 = f"{HEAD}[Service]\nExecStart=/sbin/auditd\nExecStartPost=/sbin/auditctl -R /etc/audit/audit.rules\n{INSTALL}"
SYSVINIT = """#!/bin/sh
# calls augenrules and auditctl -R /etc/audit/other.rules in its comments only
[ -r /etc/default/"$NAME" ] && . /etc/default/"$NAME"
start() {
    start-stop-daemon --start --exec /sbin/auditd
    case "$USE_AUGENRULES" in
        no|NO) ;;
        *) [ -d /etc/audit/rules.d ] && /sbin/augenrules >/dev/null ;;
    esac
    [ -f /etc/audit/audit.rules ] && /sbin/auditctl -R /etc/audit/audit.rules >/dev/null
}
stop() { /sbin/auditctl -R /etc/audit/audit-stop.rules; }
"""
REDHAT_6 = SYSVINIT.replace("default", "sysconfig")
OPENRC = """#!/sbin/openrc-run
load() {
    if [ -f "$1" ]; then
        /sbin/auditctl -R "$1"
    fi
}
start() {
    start-stop-daemon --start --exec /sbin/auditd
    [ "${RC_CMD}" = restart ] || load "${RULEFILE_STARTUP}"
}
stop() {
    [ "${RC_CMD}" = restart ] || load "${RULEFILE_STOP_PRE}"
    start-stop-daemon --stop --exec /sbin/auditd
}
"""


def text_file(path: str, text: str, **attributes: object) -> FileFacts:
    return FileFacts(path, content=text.encode(), mode=0o644, **attributes)


def unit(name: str, *texts: str, folder: str = "/usr/lib/systemd/system") -> UnitFacts:
    """A unit with its drop-ins; the text "->" is a mask."""
    first, *more = texts
    main = (
        FileFacts(f"{folder}/{name}", "symlink", b"", target="/dev/null") if first == "->" else text_file(f"{folder}/{name}", first)
    )
    drop_ins = [text_file(f"/etc/systemd/system/{name}.d/{number}.conf", text) for number, text in enumerate(more)]
    return UnitFacts(name, main.path, (main, *drop_ins))


def no_unit(name: str) -> UnitFacts:
    return UnitFacts(name, None)


def right(facts: HostFacts, *, compiled: bool = True) -> HostFacts:
    """The host with our line in rules.d and loaded; *compiled*: in audit.rules, too."""
    facts = loaded(with_docker_rules(facts, f"\n{LINE}\n".encode()), LINE)
    if not compiled:
        return facts
    assert isinstance(facts.audit_rules, FileFacts)
    text = b"-D\n-b 8192\n-f 1\n--backlog_wait_time 60000\n" + LINE.encode() + b"\n"
    return replace(facts, audit_rules=replace(facts.audit_rules, content=text))


def under_systemd(
    *units: UnitFacts,
    links: tuple[str, ...] = (ENABLED,),
    at_boot: tuple[UnitFacts, ...] = (),
    base: HostFacts | None = None,
    **more: object,
) -> HostFacts:
    """A host that systemd runs, with these units as they are now, and *at_boot* where the next boot finds others."""
    facts = base or plain_host()
    programs = (
        replace(facts.programs, systemd=True, systemctl="/usr/bin/systemctl")
        if isinstance(facts.programs, Programs)
        else facts.programs
    )
    boot = BootFacts("systemd", targets=TARGETS, links=links, units={each.name: each for each in at_boot})
    return replace(facts, programs=programs, units={each.name: each for each in units}, boot=replace(boot, **more))


def under_sysvinit(
    settings: str | None = None,
    *,
    script: str | None = SYSVINIT,
    links: tuple[str, ...] | None = None,
    runlevel: str = "",
    place: str = "/etc/default",
) -> HostFacts:
    """A host whose start script runs, with the text of its settings."""
    if links is None:
        links = tuple(f"/etc/rc{level}.d/{'K' if level in '016' else 'S'}01auditd" for level in "0123456")
    files: dict[str, FileFacts | None] = {INIT_SCRIPT: None if script is None else text_file(INIT_SCRIPT, script)}
    files[f"{place}/auditd"] = None if settings is None else text_file(f"{place}/auditd", settings)
    return replace(plain_host(), boot=BootFacts("sysvinit", runlevel=runlevel, links=links, files=files))


def under_openrc(conf: str | None, *, script: str | None = OPENRC, level: str | None = "default") -> HostFacts:
    """An Alpine or Gentoo."""
    files: dict[str, FileFacts | None] = {INIT_SCRIPT: None if script is None else text_file(INIT_SCRIPT, script)}
    files["/etc/conf.d/auditd"] = None if conf is None else text_file("/etc/conf.d/auditd", conf)
    links = (f"/etc/runlevels/{level}/auditd",) if level else ()
    return replace(plain_host(), boot=BootFacts("openrc", links=links, files=files))


def with_boot_file(facts: HostFacts, path: str, text: str) -> HostFacts:
    """The host with one more file that its boot reads."""
    assert facts.boot is not None
    if path == AUDIT_RULES:
        return replace(facts, audit_rules=text_file(path, text))
    return replace(facts, boot=replace(facts.boot, files={**facts.boot.files, path: text_file(path, text)}))
