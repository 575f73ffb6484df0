"""The exported role, played by ansible-core over a local connection on the live kernel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import kernel_rules
from tui.cli import main

pytestmark = [pytest.mark.live, pytest.mark.needs("ansible"), pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
CONTAINERD = Path("/usr/bin/containerd")
RULES_D = Path("/etc/audit/rules.d")
OLD = sorted(Path(sys.base_prefix).parent.glob("3.8.*/bin/python"))
"""The oldest interpreter that this ansible-core reaches, and too old for the program."""
LINE = "-w /usr/bin/containerd -k docker"


@pytest.fixture(scope="module")
def role(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ansible") / "role"
    assert main(["export", "ansible", str(folder)]) == 0
    return folder


@pytest.fixture
def docker_host(audit_state: None) -> Iterator[None]:
    there = CONTAINERD.exists()
    if not there:
        shutil.copy("/bin/true", CONTAINERD)
    (RULES_D / "50-site.rules").write_text("-w /etc/hosts -p wa -k site\n")
    subprocess.run(["augenrules", "--load"], capture_output=True, check=True)
    try:
        yield
    finally:
        if not there:
            CONTAINERD.unlink()


@pytest.fixture
def program(roots_path: Path) -> Path:
    return roots_path / "lib" / "docker-audit-wizard.pyz"


class Played:
    """One play on one host: the exit status, the role's own result, and the counts of the recap."""

    def __init__(self, role: Path, program: Path, *words: str, playbook: str = "site.yml", **values: str) -> None:
        settings = {"ansible_python_interpreter": sys.executable, "docker_audit_program": str(program), "ansible_become": "false"}
        environ = {**os.environ, "LC_ALL": "C.UTF-8", "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
        extra = json.dumps({**settings, **values})
        where = () if "-i" in words else ("-i", "here,")
        command = [Path(sys.executable).with_name("ansible-playbook"), *where, "-c", "local", "-v", "-e", extra, *words, playbook]
        done = subprocess.run(command, cwd=role, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        self.status, self.text = done.returncode, done.stdout + done.stderr
        recap = self.text.rpartition("PLAY RECAP")[2].split()
        self.counts = {name: int(count) for name, _, count in (word.partition("=") for word in recap) if count.isdigit()}
        self.result = self._result()

    def _result(self) -> dict[str, Any]:
        """What the module said: the JSON behind the last task's name."""
        said = self.text.rpartition("audit rules]")[2]
        found, _ = json.JSONDecoder().raw_decode(said, said.index("=> {") + 3) if "=> {" in said else ({}, 0)
        return dict(found)


def state() -> tuple[list[bytes], dict[str, bytes]]:
    return kernel_rules.raw_rules(), {path.name: path.read_bytes() for path in RULES_D.iterdir()}


def test_a_host_is_brought_about_once_and_taken_back(role: Path, program: Path, docker_host: None) -> None:
    before = state()
    looked = Played(role, program, "--check", "--diff")
    assert (looked.status, looked.result["outcome"], looked.result["changed"]) == (0, "planned", True), looked.text
    assert f"+{LINE}\n" in looked.text
    assert state() == before

    first = Played(role, program)
    assert (first.status, first.result["outcome"], first.result["exit_status"]) == (0, "proved", 0), first.text
    assert first.counts["changed"] == 1
    assert LINE in (RULES_D / "docker.rules").read_text().splitlines()

    again = Played(role, program)
    assert (again.status, again.result["outcome"], again.counts["changed"]) == (0, "nothing-to-do", 0), again.text

    judged = Played(role, program, docker_audit_state="judged")
    assert (judged.result["compliant"], judged.result["changed"]) == (True, False), judged.text

    planned = Played(role, program, "--check", docker_audit_state="absent")
    assert (planned.result["outcome"], planned.result["changed"]) == ("planned", True), planned.text
    gone = Played(role, program, docker_audit_state="absent")
    assert (gone.status, gone.counts["changed"]) == (0, 1), gone.text
    assert state() == before


def test_behind_a_never_rule_the_task_is_not_green(role: Path, program: Path, docker_host: None) -> None:
    (RULES_D / "10-first.rules").write_text("-a never,exit -F path=/usr/bin/containerd\n")
    subprocess.run(["augenrules", "--load"], capture_output=True, check=True)
    before = state()
    played = Played(role, program)
    assert (played.status, played.counts["failed"], played.result["outcome"]) == (2, 1, "blocked"), played.text
    assert "Blocked, and nothing was touched." in played.result["msg"]
    assert "10-first.rules" in played.result["msg"]
    assert state() == before


def test_a_broken_neighbour_fails_before_anything_is_written(role: Path, program: Path, docker_host: None) -> None:
    (RULES_D / "20-broken.rules").write_text("-w /etc/hosts -z\n")
    before = state()
    for words in (("--check",), ()):
        played = Played(role, program, *words)
        assert (played.status, played.result["outcome"]) == (2, "blocked"), played.text
        assert "20-broken.rules" in played.result["msg"]
        assert state() == before


@pytest.mark.parametrize("python", OLD[-1:], ids=lambda _path: "3.8")
def test_an_old_python_is_refused_by_name(role: Path, program: Path, docker_host: None, python: Path) -> None:
    before = state()
    played = Played(role, program, ansible_python_interpreter=str(python))
    assert played.status == 2
    assert f"docker-audit-wizard needs Python 3.9 or newer on the host, and {python} is 3.8." in played.result["msg"]
    assert state() == before


def test_five_captures_are_judged_at_once_and_collected(role: Path, program: Path, roots_path: Path) -> None:
    names = ("fresh", "compliant", "never", "absent", "immutable")
    for name in names:
        shutil.copy(ROOT / f"assets/scenarios/{name}.yaml", roots_path)
    inventory = roots_path / "hosts"
    inventory.write_text("".join(f"{name} docker_audit_host_file={roots_path}/{name}.yaml\n" for name in names))
    played = Played(
        role, program, "-i", str(inventory), "-l", "all", playbook="report.yml", docker_audit_reports=str(roots_path / "out")
    )
    assert played.status == 0, played.text
    results = {}
    for name in names:
        document = json.loads((roots_path / "out" / f"{name}.json").read_text())
        (results[name],) = [finding["result"] for finding in document["findings"] if finding["slug"] == "containerd"]
    assert results == {"fresh": "fail", "compliant": "pass", "never": "fail", "absent": "notapplicable", "immutable": "fail"}
