"""The bench of a host under contract, and what a test does on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.benches import TARGET, Bench, LiveBench, SimulatedBench
from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.rule.text import listings
from tui.host.facts import DOCKER_RULES, FileFacts, HostFacts, Interest
from tui.host.port import CommandResult

AUDITCTL, AUGENRULES, SERVICE = "/usr/sbin/auditctl", "/usr/sbin/augenrules", "/usr/sbin/service"
WATCH = f"-w {TARGET} -p rwxa -k docker"
OURS = f"\n-w {TARGET} -k docker\n".encode()


@pytest.fixture(params=["simulated", pytest.param("live", marks=pytest.mark.live)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    if request.param == "live":
        request.getfixturevalue("audit_state")
        return LiveBench(tmp_path / "state")
    return SimulatedBench(tmp_path / "state")


def read_facts(bench: Bench, *paths: str) -> HostFacts:
    return bench.host.read(Interest(paths=frozenset(paths)))


def loaded_rules(bench: Bench) -> list[str]:
    rules = read_facts(bench).kernel_rules
    assert not isinstance(rules, Unknown)
    return listings(rules)


def audit_status(bench: Bench) -> AuditStatus:
    status = read_facts(bench).audit_status
    assert isinstance(status, AuditStatus)
    return status


def run_command(bench: Bench, *argv: str) -> CommandResult:
    return bench.host.run(argv, timeout=60)


def write_rules_file(
    bench: Bench, content: bytes, path: str = DOCKER_RULES, before: bytes | None = None, mode: int = 0o640
) -> None:
    bench.host.write_file(path, content, before=before, mode=mode, uid=0, gid=0)


def rules_entry(bench: Bench, path: str = DOCKER_RULES) -> FileFacts | None:
    entries = read_facts(bench).rules_dir
    assert not isinstance(entries, Unknown)
    return next((entry for entry in entries if entry.path == path), None)


def load_rules(bench: Bench, code: int = 0) -> str:
    result = run_command(bench, AUGENRULES, "--load")
    assert (result.state, result.exit_code) == ("exited", code), result.output
    return result.output
