"""The installed daemon's own verdict on configuration files, against ours.

It reads copies, in mount, net and pid namespaces of its own: there it cannot become the audit daemon, it ends with status 6
where it refuses the file and with 1 where it got past it. DOCKER_AUDIT_WIZARD_CONF_CASES sets how many random files are tried
besides the 53 of the fixtures (default 150).
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from pathlib import Path

import pytest

from tui.audit.inputs import PathFacts, PathKind
from tui.audit.log.conf import host_errors, parse_conf
from tui.audit.log.conf_keys import KEYWORDS

pytestmark = pytest.mark.live

FIXTURES = Path(__file__).parents[1] / "fixtures" / "auditd.conf"
GOOD = (FIXTURES / "good.conf").read_bytes()
WORDS = """
0 1 5 8 999 1000 99999999999 18446744073709551616 -1 8M 5% 99% 100% % 5%0 %% 0% 2147483648 1024-65535 6-5 5--6 6- 1024
yes no Yes ROTATE rotate keep_logs SUSPEND syslog ignore email single halt exec nolog raw RAW ENRICHED none sync data
incremental incremental_async NONE user hostname tcp krb5 adm root 0x nosuchgroup r root@host root@host.example a+b ro!ot
/var/log/audit/audit.log /var/log/audit.log /tmp/x /tmp// /a/b /nonexistent/x audit.log ü
"""
PHRASES = (
    "exec /bin/true",
    "exec /nonexistent",
    "exec bin/true",
    "exec /bin/true more",
    "exec /tmp",
    "syslog more",
    "",
    "\r",
    "8\r",
)
VALUES = (*WORDS.split(), *PHRASES)
SCRIPT = 'mount -t tmpfs tmpfs /run || exit 9; for d in "$1"/*/; do /sbin/auditd -f -c "$d" >"$d/out" 2>&1; echo $? >"$d/rc"; done'


def files() -> dict[str, bytes]:
    made = {path.stem: path.read_bytes() for path in FIXTURES.glob("*.conf")}
    made |= {
        "x-empty": b"",
        "x-comment": b"# nothing\n",
        "x-unended": GOOD + b"num_logs = x",
        "x-onlyunended": b"num_logs = x",
        "x-onlylong": b"#" * 170 + b"\n",
        "x-zero": GOOD + b"num_logs = x\0\nnum_logs = x\n",
        "x-zero2": GOOD + b"num_logs = x\0\nnum_logs = 1\nnum_logs = x\n",
        "x-158": GOOD + b"num_logs = x".ljust(158) + b"\n",
        "x-159": GOOD + b"num_logs = x".ljust(159) + b"\n",
        "x-160": GOOD + b"num_logs = x".ljust(160) + b"\nnum_logs = y\n",
        "x-equal": GOOD + b"= 5\n",
        "x-name": GOOD + b"num_logs\n",
        "x-vertical": GOOD + b"num_logs =\v5\n",
    }
    dice = random.Random(20261124)
    for number in range(int(os.environ.get("DOCKER_AUDIT_WIZARD_CONF_CASES", "150"))):
        lines = GOOD.split(b"\n")
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            # name_format's hostname look-up is no matter of the file, and a listening port needs the network.
            key = dice.choice(sorted(set(KEYWORDS) - {"name_format", "tcp_listen_port", "plugin_dir"}))
            gap = dice.choice((" = ", " = ", " = ", " = ", "=", " =", "  =  "))
            line = f"{dice.choice((key, key, key.upper(), key[1:]))}{gap}{dice.choice(VALUES)}".encode()
            lines.insert(dice.randrange(len(lines)), line) if dice.random() < 0.3 else lines.__setitem__(
                dice.randrange(len(lines)), line
            )
        made[f"r-{number:04}"] = b"\n".join(lines)
    return made


def facts_of(path: str) -> PathFacts:
    place = Path(path)
    if not os.path.lexists(place):
        return PathFacts(path, "absent")
    kind: PathKind = "symlink" if place.is_symlink() else "directory" if place.is_dir() else "file"
    status = place.lstat()
    real = os.path.realpath(place)
    return PathFacts(path, kind, mode=status.st_mode & 0o7777, uid=status.st_uid, real_path=real if os.path.exists(real) else None)


@pytest.mark.needs("mount-namespace", "net-namespace", "pid-namespace")
def test_the_daemon_agrees(audit_state: None, tmp_path: Path) -> None:
    version = subprocess.run(["/usr/sbin/auditctl", "-v"], capture_output=True, text=True, check=True).stdout.split()[-1]
    plugins = tmp_path / "plugins.d"
    plugins.mkdir()
    made = files()
    for mode in ("0550", "0555", "0700", "0750", "0755", "0777"):
        program = tmp_path / f"program{mode}"
        program.touch()
        program.chmod(int(mode, 8))
        made[f"x-program{mode}"] = GOOD + f"disk_full_action = exec {program}\n".encode()
    folder = tmp_path / "conf"
    for name, content in made.items():
        (folder / name).mkdir(parents=True)
        copy = folder / name / "auditd.conf"
        # The host's plugins must not be started a second time.
        copy.write_bytes(content.replace(b"plugin_dir = /etc/audit/plugins.d", b"plugin_dir = " + bytes(plugins)))
        copy.chmod(0o640)
    done = subprocess.run(
        ["unshare", "-m", "-n", "-p", "-f", "sh", "-c", SCRIPT, "sh", str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    differences = []
    for name in sorted(made):
        content = (folder / name / "auditd.conf").read_bytes()
        status = (folder / name / "rc").read_text().strip()
        output = (folder / name / "out").read_bytes().decode("utf-8", "replace")
        assert status in ("1", "6"), f"{name}: {status} {output}"
        conf = parse_conf(content, audit_version=version)
        missing = conf.groups - {line.split(":")[0] for line in Path("/etc/group").read_text().splitlines()}
        errors = sorted(
            (
                *conf.errors,
                *host_errors(conf, {path: facts_of(path) for path in conf.paths}, missing_groups=missing, audit_version=version),
            ),
            key=lambda error: error.place.line or 0,
        )
        said = [line for line in output.splitlines() if line and not line.startswith(("Not processing", "The audit daemon"))]
        named = re.search(r"line (\d+)(?: |$)", said[-1]) if status == "6" else None
        if (status == "6") is not bool(errors) or (named and int(named[1]) != errors[0].place.line):
            differences.append((name, status, said[-3:], [error.text for error in errors]))
    assert not differences, "\n".join(map(repr, differences))
