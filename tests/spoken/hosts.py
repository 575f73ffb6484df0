"""Hosts made by the builders of the tests, one for each line, setting or state that may stand in the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tests import boots
from tests.build import CONF, CONTAINERD, absent, loaded, plain_host, seen, with_docker_rules, with_file, with_status
from tui.audit.inputs import Mount, Unknown
from tui.host.facts import AUDIT_RULES, AUDITD_CONF, FileFacts, HostFacts, Privileges

LINE = f"-w {CONTAINERD} -p rwxa -k docker"


def built_hosts() -> Iterator[tuple[str, HostFacts]]:
    """Hosts made by the builders of the tests, each with something of its own to say."""
    plain = plain_host()
    yield from _by_rules(plain)
    yield from _by_loaded(plain)
    yield from _by_status(plain)
    yield from _by_log(plain)
    yield from _by_boot(plain)
    yield from _by_paths(plain)


def _by_rules(plain: HostFacts) -> Iterator[tuple[str, HostFacts]]:
    for name, line in {
        "a broken neighbour": b"-w /etc/passwd -q x\n",
        "a lock": b"-e 2\n",
        "panic": b"-f 2\n",
        "silence": b"-f 0\n",
        "off": b"-e 0\n",
        "a small queue": b"-b 64\n",
        "a limit": b"-r 10\n",
        "login ids": b"--loginuid-immutable\n",
        "never,task": b"-a never,task\n",
        "never,exit": b"-a never,exit -F dir=/usr/bin\n",
        "a deletion": b"-W /usr/bin/containerd -k docker\n",
        "Windows line ends": b"-w /etc/passwd -p wa -k id\r\n",
        "no-break blanks": "-w\xa0/usr/bin/containerd -k docker\n".encode(),
        "no newline": b"-w /etc/passwd -k id",
        "a comment without a newline": b"# -w /etc/passwd",
        "NULs": b"-w /etc/passwd\0\n",
        "a mark": b"\xef\xbb\xbf-w /etc/passwd -k id\n",
        "others' rules": b"".join(b"-w /etc/passwd%d -p wa -k id\n" % number for number in range(5)),
        "a late -D": b"-w /etc/passwd -k id\n -D \n",
    }.items():
        yield f"rules.d with {name}", with_file(plain, "10-site.rules", line)
        yield f"rules.d with {name} last", with_file(with_docker_rules(plain, LINE.encode() + b"\n"), "zz.rules", line)
    yield "a name that is passed over", with_file(plain, "docker.rule", LINE.encode())
    yield "a name with blanks", with_file(plain, "my own.rules", LINE.encode())
    yield "rules.d without -D", replace(plain, rules_dir=())
    for kind in ("fifo", "directory", "symlink", "device"):
        entry = FileFacts("/etc/audit/rules.d/zz.rules", kind, None, target="/gone" if kind == "symlink" else None)  # type: ignore[arg-type]
        yield f"a {kind} in rules.d", replace(plain, rules_dir=(*_files(plain), entry))
        yield f"docker.rules is a {kind}", replace(plain, rules_dir=(*_files(plain), _renamed(entry)))
    yield "docker.rules of a user", with_docker_rules(plain, b"", uid=1000)
    yield "docker.rules for everybody", with_docker_rules(plain, b"", mode=0o666)
    yield "docker.rules with a hard link", with_docker_rules(plain, b"# theirs\n", links=2)
    assert isinstance(plain.audit_rules, FileFacts)
    for name, more in {"of a user": {"uid": 1000}, "for everybody": {"mode": 0o666}}.items():
        yield f"audit.rules {name}", replace(plain, audit_rules=replace(plain.audit_rules, **more))
    yield (
        "audit.rules with lines of its own",
        replace(plain, audit_rules=FileFacts(AUDIT_RULES, content=b"-D\n-w /etc/hosts -k own\n")),
    )
    yield "audit.rules is a link", replace(plain, audit_rules=FileFacts(AUDIT_RULES, "symlink", b"", target="/srv/audit.rules"))
    yield "no rules.d", replace(plain, rules_dir=None)


def _renamed(entry: FileFacts) -> FileFacts:
    return replace(entry, path="/etc/audit/rules.d/docker.rules")


def _files(facts: HostFacts) -> tuple[FileFacts, ...]:
    assert isinstance(facts.rules_dir, tuple)
    return facts.rules_dir


def _by_loaded(plain: HostFacts) -> Iterator[tuple[str, HostFacts]]:
    right = boots.right(plain)
    yield "all right", right
    yield "on disk only", with_docker_rules(plain, LINE.encode() + b"\n")
    for name, lines in {
        "in the kernel only": [LINE],
        "another key": [f"-w {CONTAINERD} -k mine"],
        "no key": [f"-w {CONTAINERD}"],
        "a part": [f"-w {CONTAINERD} -p wa -k docker"],
        "users alone": [f"-a always,exit -F path={CONTAINERD} -F perm=rwxa -F auid>=1000 -F auid!=unset -k docker"],
        "64 bits alone": [f"-a always,exit -F arch=b64 -S open,openat -F path={CONTAINERD} -k docker"],
        "failures alone": [f"-a always,exit -F path={CONTAINERD} -F success=0 -k docker"],
        "users and 64 bits": [
            f"-a always,exit -F arch=b64 -S open,openat,creat,truncate -F path={CONTAINERD} -F exit=-EACCES -F auid>=1000 -F auid!=unset -k x",
            f"-a always,exit -F arch=b32 -S open,openat,creat,truncate -F path={CONTAINERD} -F exit=-EPERM -F auid>=1000 -F auid!=unset -k x",
        ],
        "a never rule first": [f"-a never,exit -F path={CONTAINERD} -F perm=x -k quiet", LINE],
        "a never rule behind": [LINE, f"-a never,exit -F path={CONTAINERD} -k quiet"],
        "an exemption": ["-a never,exit -F exe=/usr/bin/vmtoolsd", LINE],
        "a user left out": ["-a never,exit -F auid=1000", LINE],
        "never,task": [LINE, "-a never,task"],
        "always,task": [LINE, "-a always,task"],
        "no SYSCALL records": [LINE, "-a always,exclude -F msgtype=SYSCALL"],
        "no PATH records": [LINE, "-a always,exclude -F msgtype=PATH"],
        "no file system": [LINE, "-a never,filesystem -F fstype=0xef53"],
        "a directory rule": ["-w /usr/bin -p wa -k bin"],
        "the directory itself": ["-a always,exit -F path=/usr/bin -k bin"],
        "dir= on a file": [f"-a always,exit -F dir={CONTAINERD} -k docker"],
        "a longer name": [f"-w {CONTAINERD}-shim -k docker"],
        "general rules": [
            "-a always,exit -F arch=b64 -S open,openat -F exit=-EACCES -F auid>=1000 -k access",
            "-a always,exit -F arch=b64 -S chmod,fchmod -F auid>=1000 -k perm_mod",
        ],
        "an agent's rule": ["-w /etc/hostname -p wa -k agent"],
        "an agent's many rules": [f"-w /etc/host{number} -p wa -k agent" for number in range(5)],
        "400 rules": [f"-w /etc/host{number} -p wa -k agent" for number in range(400)],
    }.items():
        yield f"loaded: {name}", loaded(plain, *lines)
        disk = "\n".join(lines).encode() + b"\n"
        yield f"loaded and on disk: {name}", loaded(with_docker_rules(plain, disk), *lines)
        if len(lines) < 9:
            yield f"on disk: {name}", with_docker_rules(plain, disk)


def _by_status(plain: HostFacts) -> Iterator[tuple[str, HostFacts]]:
    right = boots.right(plain)
    for name, changes in {
        "locked": {"enabled": 2},
        "off": {"enabled": 0},
        "no daemon": {"pid": 0},
        "limited": {"rate_limit": 10},
        "panics": {"failure": 2},
    }.items():
        yield f"{name}, nothing loaded", with_status(plain, **changes)
        yield f"{name}, on disk", with_status(with_docker_rules(plain, LINE.encode() + b"\n"), **changes)
        yield f"{name}, all right", with_status(right, **changes)
    yield (
        "not root",
        replace(
            plain,
            privileges=Privileges(1000),
            audit_status=Unknown("The audit status could not be read."),
            kernel_rules=Unknown("The loaded audit rules could not be read."),
        ),
    )
    yield (
        "no audit in the kernel",
        replace(plain, audit_status=Unknown("This kernel has no audit."), kernel_rules=Unknown("This kernel has no audit.")),
    )


def _by_log(plain: HostFacts) -> Iterator[tuple[str, HostFacts]]:
    right = boots.right(plain)
    own = Mount("/var/log/audit", "254:2", "ext4", "/dev/mapper/vg0-audit", size_bytes=52 << 20, free_bytes=37 << 20)
    apart = replace(right, mounts=(*(mount for mount in right.mounts if isinstance(right.mounts, tuple)), own))  # type: ignore[union-attr]
    for action in ("SUSPEND", "HALT", "SINGLE", "SYSLOG", "EXEC /usr/bin/x"):
        for name in ("space_left_action", "admin_space_left_action", "disk_full_action", "disk_error_action"):
            for where, facts in (("shared", right), ("full", apart)):
                yield f"{name} {action}, {where}", _with_conf(facts, **{name: action})
    for name, value in (
        ("write_logs", "no"),
        ("local_events", "no"),
        ("max_log_file_action", "KEEP_LOGS"),
        ("max_log_file_action", "IGNORE"),
        ("max_log_file_action", "SYSLOG"),
        ("max_log_file_action", "SUSPEND"),
        ("max_log_file", "0"),
        ("max_log_file", "20000"),
        ("num_logs", "1"),
        ("space_left", "10"),
        ("log_format", "NOLOG"),
        ("flush", "WHATEVER"),
        ("nonsense", "1"),
    ):
        yield f"{name} = {value}", _with_conf(plain, **{name: value})
        yield f"{name} = {value}, all right", _with_conf(right, **{name: value})
    yield "no auditd.conf", replace(plain, auditd_conf=None)
    yield "a mistake in auditd.conf", replace(plain, auditd_conf=FileFacts(AUDITD_CONF, content=CONF + b"max_log_file=8\n"))


def _with_conf(facts: HostFacts, **settings: str) -> HostFacts:
    text = CONF.decode()
    for name, value in settings.items():
        line = f"{name} = {value}"
        text, found = re.subn(rf"(?m)^{name} = .*$", line, text)
        text += "" if found else line + "\n"
    return replace(facts, auditd_conf=FileFacts(AUDITD_CONF, content=text.encode()))


def _by_boot(plain: HostFacts) -> Iterator[tuple[str, HostFacts]]:
    for state, base in (("all right", boots.right(plain)), ("not compiled", boots.right(plain, compiled=False)), ("fresh", plain)):
        for name, make in _boots(base).items():
            yield f"{name}, {state}", make
    for name, conf in {
        "a file that is not there": 'RULEFILE_STARTUP="/gone"\n',
        "audit.rules": f'RULEFILE_STARTUP="{AUDIT_RULES}"\n',
        "nothing": "",
    }.items():
        yield f"OpenRC loads {name}", boots.under_openrc(conf)
    yield "OpenRC without auditd", boots.under_openrc("", level=None)
    for name, settings in {"compiled": None, "as it is": 'USE_AUGENRULES="no"\n'}.items():
        yield f"a start script, {name}", boots.under_sysvinit(settings)
    yield "a start script without links", boots.under_sysvinit(None, links=())


def _boots(base: HostFacts) -> dict[str, HostFacts]:
    return {
        "systemd": boots.under_systemd(boots.unit("auditd.service", boots.DEBIAN_12), base=base),
        "auditd disabled": boots.under_systemd(boots.unit("auditd.service", boots.DEBIAN_12), links=(), base=base),
        "auditd masked": boots.under_systemd(boots.unit("auditd.service", "->"), base=base),
        "no auditd.service": boots.under_systemd(boots.no_unit("auditd.service"), base=base),
        "a load as it is": boots.under_systemd(boots.unit("auditd.service", boots.SUSE_12), base=base),
        "no loader": boots.under_systemd(
            boots.unit("auditd.service", "[Service]\nExecStart=/sbin/auditd\n" + boots.INSTALL), base=base
        ),
    }


def _by_paths(plain: HostFacts) -> Iterator[tuple[str, HostFacts]]:
    yield "no containerd", replace(plain, paths={**plain.paths, CONTAINERD: absent(CONTAINERD)})
    yield (
        "a dangling link",
        replace(plain, paths={**plain.paths, CONTAINERD: replace(seen(CONTAINERD, "symlink", target="/gone"), real_path=None)}),
    )
    linked = {
        CONTAINERD: seen(CONTAINERD, "symlink", target="/opt/containerd", real="/opt/containerd"),
        "/opt/containerd": seen("/opt/containerd"),
    }
    yield "a link", replace(plain, paths={**plain.paths, **linked})
    yield "a link that is watched", loaded(replace(plain, paths={**plain.paths, **linked}), LINE)
    yield "docker's data", replace(plain, paths={**plain.paths, "/var/lib/docker": seen("/var/lib/docker", "directory")})
    sockets = {
        "/run/containerd": seen("/run/containerd", "directory"),
        "/run/containerd/containerd.sock": seen("/run/containerd/containerd.sock", "socket"),
    }
    yield "containerd's socket", replace(plain, paths={**plain.paths, **sockets})
