"""``check`` against what an administrator would take instead: docker-bench-security, oscap, Ansible's check mode, Lynis.

Each says less than ``check`` does (a line of text is there or not), and each looks at this host, with an object at each audited path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.bench_check import CHECK, docker_objects, paths
from tests.bench.harness import PROGRAM, Bench, Comparison, audit_lock, command, in_turn

DOCKER_BENCH = os.environ.get("DOCKER_BENCH_SECURITY", "")
"""The checkout of docker-bench-security, of whose files none is ours."""
FIRST, LAST = 3, 18
"""Its checks 1.1.3 to 1.1.18 are the sixteen controls."""
PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")
OVAL = """<?xml version="1.0" encoding="UTF-8"?>
<oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5"
    xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5"
    xmlns:ind="http://oval.mitre.org/XMLSchema/oval-definitions-5#independent">
  <generator><oval:schema_version>5.11</oval:schema_version><oval:timestamp>2026-01-01T00:00:00</oval:timestamp></generator>
  <definitions>
    <definition class="compliance" id="oval:bench:def:1" version="1">
      <metadata><title>containerd is watched</title><description>A watch on the program in rules.d.</description></metadata>
      <criteria><criterion test_ref="oval:bench:tst:1"/></criteria>
    </definition>
  </definitions>
  <tests>
    <ind:textfilecontent54_test check="all" check_existence="at_least_one_exists" comment="a watch" id="oval:bench:tst:1" version="1">
      <ind:object object_ref="oval:bench:obj:1"/>
    </ind:textfilecontent54_test>
  </tests>
  <objects>
    <ind:textfilecontent54_object id="oval:bench:obj:1" version="1">
      <ind:path>/etc/audit/rules.d</ind:path>
      <ind:filename operation="pattern match">\\.rules$</ind:filename>
      <ind:pattern operation="pattern match">^\\s*-w\\s+/usr/bin/containerd\\s+-p\\s+rwxa\\b</ind:pattern>
      <ind:instance datatype="int">1</ind:instance>
    </ind:textfilecontent54_object>
  </objects>
</oval_definitions>
"""


def _docker_bench_lack() -> str:
    there = DOCKER_BENCH and Path(DOCKER_BENCH, "docker-bench-security.sh").exists()
    return "" if there else "a checkout of docker-bench-security, which DOCKER_BENCH_SECURITY names"


def _ansible_lack() -> str:
    return "" if PLAYBOOK.exists() else "ansible-core in this environment"


@contextmanager
def _docker_client(folder: Path) -> Iterator[dict[str, str]]:
    """An environment with a docker that answers, which docker-bench-security does not begin without: where none does, one that knows no container."""
    environment = {}
    asked = subprocess.run("docker ps", shell=True, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if asked.returncode:
        client = folder / "docker"
        client.write_text("#!/bin/sh\n")
        client.chmod(0o755)
        environment["PATH"] = f"{folder}:{os.environ['PATH']}"
    yield environment


def _against(title: str, name: str, theirs: Callable[[], object], runs: int, *more: str) -> list[Comparison]:
    """One row: ours, asked with the words *more*, and theirs, in turn, where every object is there."""
    ours = "check"
    with audit_lock(), docker_objects():
        timings = in_turn(runs, {ours: command([*PROGRAM, *CHECK, *more]), name: theirs})
    return [Comparison(title, timings[ours], timings[name])]


def run_docker_bench(runs: int) -> list[Comparison]:
    """The same sixteen controls, and one of them."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(DOCKER_BENCH, folder / "bench", ignore=shutil.ignore_patterns(".git"))
        with _docker_client(folder) as environment:
            for title, numbers, more in (
                ("`check` of 16 controls", range(FIRST, LAST + 1), ()),
                ("`check` of one control", (14,), ("--control", "containerd")),
            ):
                checks = ",".join(f"check_1_1_{number}" for number in numbers)
                argv = ["bash", "-c", f"cd {folder}/bench && exec bash docker-bench-security.sh -b -c {checks}"]
                said = subprocess.run(
                    argv, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
                )
                if f"Checks: {len(numbers)}\n" not in said.stdout:
                    raise RuntimeError(
                        f"docker-bench-security did not make its {len(numbers)} checks: {said.stdout[-300:]}{said.stderr[-300:]}"
                    )
                rows += _against(title, "docker-bench-security, the same", command(argv, env=environment), runs, *more)
    return rows


def run_oscap(runs: int) -> list[Comparison]:
    """One control against one OVAL definition of ours that looks for one line."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "containerd.xml")
        file.write_text(OVAL)
        theirs = command(["oscap", "oval", "eval", str(file)])
        return _against("`check` of one control", "`oscap oval eval` of one line", theirs, runs, "--control", "containerd")


def run_ansible(runs: int) -> list[Comparison]:
    """Sixteen controls against a play that would write their lines, in check mode."""
    with tempfile.TemporaryDirectory() as folder:
        play = Path(folder, "play.yml")
        lines = "".join(f'        - "-w {path} -p rwxa -k docker"\n' for path in paths())
        play.write_text(
            "- hosts: all\n  gather_facts: false\n  tasks:\n    - ansible.builtin.lineinfile:\n"
            "        path: /etc/audit/rules.d/docker.rules\n        create: true\n        mode: '0640'\n"
            f'        line: "{{{{ item }}}}"\n      loop:\n{lines}'
        )
        environment = {"ANSIBLE_LOCALHOST_WARNING": "False", "HOME": folder, "LC_ALL": "C.UTF-8"}
        theirs = command([str(PLAYBOOK), "--check", "-i", "localhost,", "-c", "local", str(play)], env=environment)
        return _against("`check` of 16 controls", "`ansible-playbook --check` of 16 lines", theirs, runs)


def run_lynis(runs: int) -> list[Comparison]:
    """Sixteen controls against the tests of Lynis that ask about auditd: whether it runs, has any rules, a configuration and a log."""
    asked = ["--tests", "ACCT-9628,ACCT-9630,ACCT-9632,ACCT-9634", "--quick", "--quiet"]
    argv = ["lynis", "audit", "system", *asked, "--logfile", "/dev/null", "--report-file", "/dev/null"]
    return _against("`check` of 16 controls", "`lynis`, its four tests of auditd", command(argv), runs)


BENCHES = (
    Bench("docker-bench-security", run_docker_bench, needs=("root", "auditctl"), lack=_docker_bench_lack, most_runs=10),
    Bench("oscap", run_oscap, needs=("root", "auditctl", "oscap"), most_runs=10),
    Bench("ansible", run_ansible, needs=("root", "auditctl"), lack=_ansible_lack, most_runs=2),
    Bench("lynis", run_lynis, needs=("root", "auditctl", "lynis"), most_runs=1),
)
