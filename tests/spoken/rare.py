"""Hosts for the kinds of reasons, warnings and blockers that take a host of their own, each by the kinds that it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from tests.boots import DEBIAN_12, LINE, right, under_openrc, under_systemd, unit
from tests.build import CONF, CONTAINERD, GIB, absent, loaded, plain_host, seen, with_docker_rules, with_file, with_status
from tests.plan.test_hostile_hosts import NEWLINES, hostile_host
from tests.verdict.boot.test_hidden import DEEP, DIRECT, OURS, suse
from tests.verdict.boot.test_image import LOST, mounted
from tests.verdict.boot.test_kernel_line import DEFAULTS, GRUB, ON, booting
from tests.verdict.boot.test_next_boot import AS_BOOTED, BENCHMARKS, running
from tests.verdict.boot.test_next_boot import CONTAINERD as AFTER_IT
from tests.verdict.boot.test_next_boot import OURS as FOLDER_LINE
from tests.verdict.boot.test_other_recorders import in_the_journal
from tests.verdict.objects.test_debian_packages import FACTS as DEBIAN_DOCKER
from tests.verdict.objects.test_installations import INSTALLATIONS
from tui.audit.inputs import LogFile, Mount, PathFacts, Unknown
from tui.audit.rule.value import Field, Rule
from tui.host.facts import AUDITD_CONF, FileFacts, HostFacts, KernelLine, LogFacts, Process, UntoldMenu
from tui.host.scenario import load_scenario
from tui.plan.values import Switches

MIB = 1 << 20
ABOVE = "-a always,exit -F dir=/tmp -F perm=rwxa -k tmp"
ROOT = Mount("/", "254:1", "ext4", "/dev/vda1", size_bytes=80 * GIB, free_bytes=61 * GIB)
ON_PATH = f"-a always,exit -F path={CONTAINERD}"


class Case(NamedTuple):
    """A host, and what is asked of it: the version of the benchmark, the controls, the switches of the plan, whether named
    paths alone are judged."""

    facts: HostFacts
    version: str = "1.2.0"
    slugs: tuple[str, ...] = ("containerd",)
    switches: Switches = Switches()
    named_paths: bool = False


def cases() -> Iterator[tuple[str, Case]]:
    """The hosts, each by what is so of it."""
    for group in (_covered(), _places(), _booted(), _logged(), _loads(), _blocked()):
        yield from group.items()


def _conf(facts: HostFacts, *lines: str, base: bytes = CONF) -> HostFacts:
    return replace(facts, auditd_conf=FileFacts(AUDITD_CONF, content=base + "".join(f"{line}\n" for line in lines).encode()))


def _with_paths(facts: HostFacts, *there: PathFacts) -> HostFacts:
    return replace(facts, paths={**facts.paths, **{each.path: each for each in there}})


def _covered() -> Mapping[str, Case]:
    """What the rules make of the accesses."""
    plain = plain_host()
    never = f"-a never,exit -F path={CONTAINERD} -F perm=x -k quiet"
    alike = _with_paths(plain, replace(seen("/srv/copy", inode=4711), links=2), replace(seen(CONTAINERD, inode=4711), links=2))
    over = replace(plain, mounts=(ROOT, Mount(CONTAINERD, "254:1", "ext4", root="/srv/other")))
    usr = replace(plain, mounts=(ROOT, Mount("/usr", "254:3", "ext4")))
    data = _with_paths(plain, seen("/var/lib/docker", "directory"))
    below = replace(data, mounts=(ROOT, Mount("/var/lib/docker/images", "254:4", "ext4")))
    return {
        "a never rule on disk before what is loaded": Case(loaded(with_docker_rules(plain, f"{never}\n{LINE}\n".encode()), LINE)),
        "rules that split the callers": Case(loaded(plain, *(f"{ON_PATH} -F auid={number}" for number in range(0, 1000, 2)))),
        "a file that is mounted over": Case(loaded(over, LINE)),
        "another name of the same file": Case(loaded(alike, "-w /srv/copy -k docker")),
        "a rule by inode": Case(loaded(plain, "-a always,exit -F inode!=4711 -F perm=x -k inode")),
        "a mount below the rule's directory": Case(loaded(usr, "-a always,exit -F dir=/ -F perm=rwxa -k all")),
        "a place that was not looked at": Case(loaded(plain, "-w /snap/bin/containerd -k docker")),
        "a mount below the directory": Case(loaded(below, "-w /var/lib/docker -k docker"), slugs=("var-lib-docker",)),
        "a program's hard link": Case(loaded(alike, LINE)),
        "a hard link below a watched folder": Case(loaded(alike, "-w /usr/bin -k docker")),
        "a partial rule that two controls share": Case(loaded(plain, f"{ON_PATH} -F uid=0 -k docker")),
    }


def _places() -> Mapping[str, Case]:
    """Where the object is, and whose it is."""
    plain = plain_host()
    old = (Process(40, "containerd", CONTAINERD, 5.0, uid=0), Process(712, "auditd", "/usr/sbin/auditd", 60.0, uid=0))
    beat = (Process(712, "auditbeat", "/usr/share/auditbeat/bin/auditbeat", 30.0, uid=0),)
    plugin = FileFacts("/etc/audit/plugins.d/laurel.conf", content=b"active = yes\npath = /usr/sbin/laurel\n")
    no_log = _conf(plain, base=CONF.replace(b"write_logs = yes", b"write_logs = no"))
    unsayable = _with_paths(hostile_host(NEWLINES, "directory", 0, ""), seen("/tmp", "directory"))
    scanned = loaded(DEBIAN_DOCKER, "-w /var/run/docker.sock -k docker")
    return {
        "a path that could not be read": Case(
            _with_path(plain, Unknown("/usr/bin/containerd could not be looked at: no permission."))
        ),
        "in a container": Case(replace(plain, privileges=replace(plain.privileges, mount_view="namespace", differs_at="/etc"))),
        "NixOS": Case(replace(plain, identity=replace(plain.identity, os_id="nixos"))),
        "a path that only reads alike": Case(with_file(plain, "local.rules", f"-w {CONTAINERD}\u00a0 -k docker\n".encode())),
        "a scanner that looks elsewhere": Case(scanned, "1.8.0", ("docker-socket",)),
        "a socket at two places": Case(load_scenario("fresh").host, "1.2.0", ("docker-socket",)),
        "the snap": Case(INSTALLATIONS["the snap"][0], "1.8.0"),
        "rootless alone": Case(INSTALLATIONS["rootless alone"][0], "1.8.0", ("dockerd",)),
        "auditbeat": Case(replace(right(plain), processes=beat)),
        "auditbeat, fresh": Case(replace(plain, processes=beat)),
        "the journal": Case(in_the_journal()),
        "a plugin and no log": Case(replace(right(no_log), log=LogFacts("/var/log/audit", "/var/log/audit", keepers=(plugin,)))),
        "older than auditing": Case(replace(right(plain), processes=old)),
        "a path that no line can name": Case(unsayable, "1.8.0", ("var-lib-docker",)),
        "a path that no line can name, below one that is watched": Case(
            loaded(with_docker_rules(unsayable, f"{ABOVE}\n".encode()), ABOVE), "1.8.0", ("docker-service", "var-lib-docker")
        ),
        "a link to a user's file": Case(hostile_host("/srv/x", "file", 1000, ""), "1.8.0"),
        "named paths alone": Case(_moved(), slugs=("containerd", "dockerd"), named_paths=True),
    }


def _moved() -> HostFacts:
    """A host where dockerd is at another place than the benchmark names."""
    return _with_paths(plain_host(), absent("/usr/bin/dockerd"), seen("/usr/sbin/dockerd"))


def _with_path(facts: HostFacts, unread: Unknown) -> HostFacts:
    return replace(facts, paths={**facts.paths, CONTAINERD: unread})


def _booted() -> Mapping[str, Case]:
    """What the next boot makes of it."""
    systemd = under_systemd(unit("auditd.service", DEBIAN_12))
    menus = (UntoldMenu("/boot/grub/grub.cfg", "others-write"), UntoldMenu("/efi/EFI/Linux/a.efi", "image"))
    assert systemd.boot is not None
    loses = booting(systemd, *_menu(f"{ON} audit=1"))
    only_loaded = replace(right(under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n")), rules_dir=plain_host().rules_dir)
    return {
        "a boot that compiles nothing": Case(
            under_openrc("RULEFILE_STARTUP=/etc/audit/audit.rules\n"), switches=Switches(no_load=True)
        ),
        "the journal without its switch": Case(in_the_journal(settings="#Audit=no\n")),
        "the journal without its switch, fresh": Case(replace(in_the_journal(settings="#Audit=no\n"), kernel_rules=())),
        "audit=0 that lies in wait": Case(booting(systemd, *_menu(ON), settings=(DEFAULTS,))),
        "audit=0 that lies in wait, all right": Case(booting(right(systemd), *_menu(ON), settings=(DEFAULTS,))),
        "a menu that is not gone by": Case(replace(systemd, boot=replace(systemd.boot, untold_menus=menus))),
        "a menu that is not gone by, all right": Case(replace(right(systemd), boot=replace(systemd.boot, untold_menus=menus))),
        "a boot that loses records": Case(with_status(loses, lost=3120, backlog_limit=8192)),
        "a rule in the boot's file alone": Case(only_loaded),
        "a watch that was loaded too early": Case(running(FOLDER_LINE, in_kernel=(AS_BOOTED,)), "1.8.0", ("1.1.8",)),
        "a watch that a boot makes shallow": Case(running(FOLDER_LINE), "1.8.0", ("1.1.8",)),
        "a line that stops the boot's load": Case(running(BENCHMARKS, AFTER_IT), "1.8.0", ("containerd",)),
        "a unit that does not see a folder": Case(suse(DEEP, OURS)),
        "a unit that does not see a folder, at a restart": Case(replace(suse(DIRECT, OURS), kernel_rules=())),
        "rules that a reboot forgets": Case(mounted(*LOST["/etc in memory"])),
        "rules that a reboot forgets, fresh": Case(replace(plain_host(), mounts=LOST["/etc in memory"])),
    }


def _menu(words: str) -> tuple[KernelLine, ...]:
    return (KernelLine(GRUB, 120, words),)


def _logged() -> Mapping[str, Case]:
    """What becomes of the log."""
    plain = plain_host()
    keep = CONF.replace(b"max_log_file_action = ROTATE", b"max_log_file_action = KEEP_LOGS")
    ignoring = keep.replace(b"SUSPEND", b"IGNORE")
    now = plain.taken_at
    busy = (LogFile("audit.log", 40 * MIB, now, now - 2 * 86400, now - 60, 200_000, {"docker": 20 * MIB}, {"docker": 100_000}),)
    own = Mount("/var/log/audit", "254:2", "ext4", "/dev/mapper/vg0-audit", size_bytes=2 * GIB, free_bytes=60 << 20)
    data = _with_paths(plain, seen("/var/lib/docker", "directory"))
    return {
        "HALT on a full disk": Case(_conf(plain, "admin_space_left = 0", "disk_full_action = HALT", base=keep)),
        "SINGLE on a full disk": Case(_conf(plain, "admin_space_left = 0", "disk_full_action = SINGLE", base=keep)),
        "HALT, and a flood": Case(
            _conf(data, base=keep.replace(b"admin_space_left_action = SUSPEND", b"admin_space_left_action = HALT")),
            "1.6.0",
            ("var-lib-docker",),
        ),
        "a flood that fills the disk": Case(_conf(data, base=ignoring), "1.6.0", ("var-lib-docker",)),
        "a last line without a newline": Case(_conf(plain, base=CONF + b"max_log_file = 9")),
        "less than space_left": Case(replace(plain, mounts=(ROOT, own))),
        "a log of two days": Case(replace(plain, log=LogFacts("/var/log/audit", "/var/log/audit", files=busy))),
        "a log in memory": Case(replace(plain, mounts=(ROOT, Mount("/var/log", "0:40", "tmpfs", size_bytes=GIB, free_bytes=GIB)))),
        "a log on another host": Case(
            replace(plain, mounts=(ROOT, Mount("/var/log", "0:41", "nfs4", size_bytes=GIB, free_bytes=GIB)))
        ),
        "old logs beyond num_logs": Case(
            replace(
                plain,
                log=LogFacts(
                    "/var/log/audit",
                    "/var/log/audit",
                    files=(*busy, LogFile("audit.log.5", MIB, now), LogFile("audit.log.6", MIB, now)),
                ),
            )
        ),
        "auditd.conf that could not be read": Case(
            replace(plain, auditd_conf=Unknown("/etc/audit/auditd.conf could not be read: input/output error."))
        ),
    }


def _loads() -> Mapping[str, Case]:
    """What a load does."""
    plain = plain_host()
    awk = replace(plain, names=replace(plain.names, awk=None))
    new = replace(plain, names=replace(plain.names, audit_version="4.2"))
    lock = with_file(plain, "99-finalize.rules", b"-e 2\n")
    agent = "-w /etc/hostname -p wa -k agent"
    gone = _with_paths(plain, absent("/opt/gone/x", parent=False))
    return {
        "a comment without an end": Case(with_file(with_file(plain, "z.rules", b"-w /etc/hosts -k h\n"), "y.rules", b"# the end")),
        "a name that is a pattern": Case(with_file(plain, "x*.rules", b"-w /etc/hosts -k h\n")),
        "a name that is no UTF-8": Case(with_file(plain, "caf\udce9.rules", b"-w /etc/hosts -k h\n")),
        "an awk that is not known": Case(with_file(awk, "b.rules", b"-w /etc/hosts -k h\n  -b 9000\n")),
        "a shorter wait": Case(with_file(plain, "zz.rules", b"--backlog_wait_time 0\n")),
        "a lock, and a rule of the kernel's alone": Case(loaded(lock, agent), switches=Switches(lock=True)),
        "a load that goes on": Case(with_file(gone, "10-go-on.rules", b"-c\n-w /opt/gone/x -p wa -k gone\n")),
        "a new augenrules and a pattern": Case(with_file(new, "x*.rules", b"-w /etc/hosts -k h\n")),
    }


def _blocked() -> Mapping[str, Case]:
    """What stands in the way."""
    plain = plain_host()
    fifo = FileFacts("/etc/audit/audit.rules", "fifo")
    lock = with_file(plain, "99-finalize.rules", b"-e 2\n")
    assert isinstance(plain.audit_rules, FileFacts)
    folder = FileFacts("/etc/audit/rules.d", "directory", uid=1000)
    partial = f"-a never,exit -F path={CONTAINERD} -F auid=1000 -k quiet"
    no_tools = replace(plain.programs, auditctl=None, augenrules=None, auditd=None)
    return {
        "an ordinary user who can read": Case(replace(plain, privileges=replace(plain.privileges, euid=1000))),
        "nothing of audit installed": Case(replace(plain, programs=no_tools)),
        "augenrules alone missing": Case(replace(plain, programs=replace(plain.programs, augenrules=None))),
        "a read-only /etc": Case(replace(plain, mounts=(ROOT, Mount("/etc", "254:9", "ext4", options="ro")))),
        "audit.rules is a FIFO": Case(replace(plain, audit_rules=fifo)),
        "no folder": Case(replace(plain, rules_folder=None)),
        "the folder is a user's": Case(replace(plain, rules_folder=folder)),
        "an immutable docker.rules": Case(with_docker_rules(plain, b"", immutable=True)),
        "an immutable audit.rules": Case(replace(plain, audit_rules=replace(plain.audit_rules, immutable=True))),
        "a lock without auditd": Case(with_status(lock, pid=0), switches=Switches(lock=True)),
        "no way to restart": Case(replace(plain, programs=replace(plain.programs, service=None))),
        "a rule without words": Case(replace(plain, kernel_rules=(Rule("exit", "always", None, (Field("field:99", "=", 1),)),))),
        "a line of another that the boot stops at": Case(
            with_file(running(), "05.rules", BENCHMARKS.encode() + b"\n"), "1.8.0", ("containerd", "1.1.8")
        ),
        "the same in a locked kernel": Case(
            with_status(with_file(running(), "05.rules", BENCHMARKS.encode() + b"\n"), enabled=2), "1.8.0", ("containerd", "1.1.8")
        ),
        "a part in a locked kernel": Case(
            with_status(
                loaded(with_file(plain, "zz.rules", f"{LINE}\n-e 0\n".encode()), f"-w {CONTAINERD} -p wa -k docker"), enabled=2
            )
        ),
        "a never rule on disk before what the kernel has": Case(
            loaded(
                with_status(
                    with_file(plain, "05.rules", f"{ON_PATH} -F uid=0 -k u\n-a never,exit -F dir=/usr/bin -F perm=r\n".encode()),
                    pid=0,
                ),
                LINE,
            )
        ),
        "a part of what only the kernel has": Case(
            loaded(
                with_status(with_file(plain, "zz.rules", f"-w {CONTAINERD} -p wa -k docker\n".encode()), pid=0),
                LINE,
                "-a never,exit -F dir=/usr/bin -F perm=r",
            ),
            switches=Switches(no_load=True),
        ),
        "several at once": Case(
            with_file(
                replace(with_docker_rules(plain, b"", uid=1000), rules_folder=folder), "10-site.rules", b"-w /etc/passwd -q x\n"
            )
        ),
        "a partial never on disk": Case(with_file(plain, "10-quiet.rules", f"{partial}\n".encode())),
    }
