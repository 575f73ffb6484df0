"""auditd writes no log and hands the records to a plugin of ours: the proof is found in the file that the plugin's configuration names."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.real_runs import QUESTION, daemon_pid, sh
from tests.live.real_runs import containerd as containerd
from tui.host.facts import AUDITD_CONF
from tui.host.live.host import LiveHost
from tui.host.recorder import RecordPlace, place_of
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.run.carry_out import carry_out
from tui.run.journal import run_records
from tui.run.taking_back.undo import undo
from tui.run.taking_back.undo_plan import plan_undo

pytestmark = pytest.mark.live

PLUGIN = Path("/etc/audit/plugins.d/docker-audit-wizard-test.conf")
PLAIN = """#!/usr/bin/python3
import sys
with open(sys.argv[1], "ab", buffering=0) as file:
    for line in sys.stdin.buffer:
        file.write(line)
"""
AS_OBJECTS = r"""#!/usr/bin/python3
import json, re, sys
path = re.search(r'directory = "(.*)"', open(sys.argv[1].partition("=")[2]).read())[1] + "/audit.log"
events = {}
with open(path, "ab", buffering=0) as file:
    for line in sys.stdin:
        head = re.match(r"(?:node=\S+ )?type=(\S+) msg=audit\((\S+)\): ?(.*)", line)
        if head is None:
            continue
        kind, stamp, text = head.groups()
        fields = dict(re.findall(r'([A-Za-z0-9_-]+)="?([^" \x1d]*)', text))
        event = events.setdefault(stamp, {"ID": stamp})
        if kind == "SYSCALL":
            event["SYSCALL"] = {"pid": int(fields["pid"]), "syscall": fields["syscall"], "key": fields["key"]}
        elif kind == "PATH":
            event.setdefault("PATH", []).append({"name": fields["name"]})
        elif kind in ("EOE", "PROCTITLE"):
            file.write(json.dumps(events.pop(stamp)).encode() + b"\n")
"""


@pytest.fixture(params=["plain", "objects"])
def records(request: pytest.FixtureRequest, audit_state: None, containerd: Path) -> Iterator[Path]:
    """The file of a plugin that has the records to itself."""
    folder = Path(tempfile.mkdtemp(prefix="daw-plugin-", dir="/var/log"))
    try:
        program, config, kept = folder / "keep", folder / "config.toml", folder / "audit.log"
        program.write_text(PLAIN if request.param == "plain" else AS_OBJECTS)
        program.chmod(0o750)
        config.write_text(f'directory = "{folder}"\n')
        kept.touch(0o600)
        args = kept if request.param == "plain" else f"--config={config}"
        PLUGIN.write_text(f"active = yes\ndirection = out\npath = {program}\ntype = always\nargs = {args}\nformat = string\n")
        PLUGIN.chmod(0o640)
        conf = Path(AUDITD_CONF)
        conf.write_text(conf.read_text().replace("write_logs = yes", "write_logs = no"))
        sh("/usr/sbin/service", "auditd", "restart")
        assert daemon_pid()
        yield kept
    finally:
        PLUGIN.unlink(missing_ok=True)
        sh("/usr/sbin/service", "auditd", "stop")  # and its plugin, which holds the folder
        shutil.rmtree(folder)


def test_the_proof_is_found_in_the_plugins_file(records: Path, tmp_path: Path) -> None:
    host = LiveHost(tmp_path / "state")
    records.chmod(0o666)
    refused = f"{records} is no proof: {records} can be changed by others than root (mode 0666)"
    assert place_of(host.read(QUESTION.interest)) == refused
    records.chmod(0o600)
    facts = host.read(QUESTION.interest)
    assert place_of(facts) == RecordPlace("keep", str(records))
    report = carry_out(QUESTION, make_plan(QUESTION, facts, Switches(no_restart=True)), host, emit=lambda _event: None)
    assert (report.outcome, report.exit_code) == ("proved", 0), report.message
    assert report.message.endswith(f"Each of our own accesses was found in {records}.")
    assert {probe.access: (probe.place, probe.key) for probe in report.probes} == dict.fromkeys("rwxa", (str(records), "docker"))
    back = undo(plan_undo(host, run_records.find(host, report.run)), host, emit=lambda _event: None, question=QUESTION)
    assert back.outcome == "proved"
