"""What all tests share: which machine parts are there, the one lock on the audit state, and its exact restoration."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import kernel_rules
from tests.capabilities import need

# Where all must run (.ci/run) the same examples are drawn each time, so that what was green there stays green; elsewhere other ones each time,
# and what they find becomes an example of its own.
settings.register_profile(
    "house",
    deadline=None,
    derandomize=bool(os.environ.get("DOCKER_AUDIT_WIZARD_REQUIRE_LIVE")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("house")


os.environ["TZ"] = "UTC"  # screens show local times
time.tzset()

JOURNAL = Path("/var/lib/docker-audit-wizard")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the one audit state together: with ``--dist loadgroup`` one worker runs them, the others run the rest."""
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker(pytest.mark.xdist_group("live"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail the test for the first thing that it needs and this machine lacks."""
    names = [name for mark in item.iter_markers("needs") for name in mark.args]
    names += [name for marker, name in (("live", "audit"), ("terminal", "tmux")) if item.get_closest_marker(marker)]
    need(*names)


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test survives a power cut: syncing costs a third of a simulated run's time and tells nothing. Tests of the syncing itself count
    the calls. The live tests do sync, as root's runs do."""
    if not request.node.get_closest_marker("live"):
        monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def roots_path() -> Iterator[Path]:
    """A folder that root alone can change, all the way up, which /tmp is not."""
    need("root")
    with tempfile.TemporaryDirectory(dir="/root") as name:
        yield Path(name)


@pytest.fixture
def audit_lock() -> Iterator[None]:
    """Audit state is global to the machine: whoever touches it waits for the others, other pytest processes too."""
    with open("/run/lock/docker-audit-wizard-tests.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _daemon_pid() -> int:
    status = subprocess.run(["/usr/sbin/auditctl", "-s"], stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("pid ")), 0)


def _content(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _restart_daemon() -> None:
    subprocess.run(["/usr/sbin/service", "auditd", "restart"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    for _ in range(100):
        if _daemon_pid():
            return
        time.sleep(0.1)
    raise RuntimeError("auditd did not come back")


@pytest.fixture
def audit_state(audit_lock: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever the test does to /etc/audit, the journal and the kernel's rules is undone exactly; the kernel starts with no rule."""
    keep = tmp_path_factory.mktemp("audit") / "etc-audit"
    subprocess.run(["cp", "-a", "/etc/audit", keep], check=True)
    conf = Path("/etc/audit/auditd.conf").read_bytes()
    rules = kernel_rules.raw_rules()
    if not _daemon_pid():
        _restart_daemon()
    daemon = _daemon_pid()
    runs = set(JOURNAL.glob("runs/*")) if JOURNAL.exists() else None
    kernel_rules.delete_all()
    try:
        yield
    finally:
        subprocess.run(["chattr", "-R", "-i", "-a", "/etc/audit"], stderr=subprocess.DEVNULL, check=False)
        # A daemon that the test started may still run with the test's settings, whatever the file holds by now.
        changed = _daemon_pid() != daemon or _content("/etc/audit/auditd.conf") != conf
        # Emptied and refilled rather than replaced: a test's mount or the daemon's plugin folder may hold the folders themselves.
        for entry in ("audit.rules", "audit.rules.prev", "auditd.conf"):
            if (keep / entry).exists():
                subprocess.run(["cp", "-a", "--remove-destination", keep / entry, "/etc/audit/"], check=True)
            else:
                Path("/etc/audit", entry).unlink(missing_ok=True)
        for old in Path("/etc/audit/rules.d").iterdir():
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            else:
                old.unlink()
        subprocess.run(["cp", "-a", f"{keep}/rules.d/.", "/etc/audit/rules.d/"], check=True)
        subprocess.run(["/usr/sbin/auditctl", "-e", "1", "-r", "0"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if changed:
            _restart_daemon()
        kernel_rules.restore_rules(rules)
        for new in [JOURNAL] if runs is None else set(JOURNAL.glob("runs/*")) - runs:
            shutil.rmtree(new, ignore_errors=True)
