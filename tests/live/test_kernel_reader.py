"""The netlink reader against the running kernel: many rules, and every place from which the kernel tells nothing.

DOCKER_AUDIT_WIZARD_MANY_RULES sets how many rules are loaded (default 300: deleting one takes the kernel 13 ms).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import kernel_rules
from tests.kernel_rules import record_of
from tui.audit.inputs import Unknown
from tui.audit.rule.value import Field, Rule
from tui.host.reading.kernel import read_rules

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("audit_state")]

MANY = int(os.environ.get("DOCKER_AUDIT_WIZARD_MANY_RULES", "300"))
ROOT = Path(__file__).parents[2]


def test_many_rules_in_order() -> None:
    subprocess.run(["/usr/sbin/auditctl", "-e", "0"], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    rules = tuple(
        Rule("exit", "never", frozenset({39}), (Field("pid", "=", 1), Field("a0", "=", n)), (f"key-{n}-{'x' * (n % 200)}",))
        for n in range(MANY)
    )
    kernel_rules.restore_rules([record_of(rule) for rule in rules])
    assert read_rules() == rules


@pytest.mark.parametrize(
    ("wrapper", "before", "words"),
    [
        # Only once the modules are loaded: another user may not be able to read this checkout.
        ([], "os.setgroups([]); os.setuid(65534)", "only root may ask"),
        (["setpriv", "--bounding-set=-audit_control", "--inh-caps=-audit_control"], "pass", "CAP_AUDIT_CONTROL"),
        pytest.param(["unshare", "--pid", "--fork"], "pass", "pid namespace", marks=pytest.mark.needs("pid-namespace")),
        pytest.param(["unshare", "--user", "--map-root-user"], "pass", "user namespace", marks=pytest.mark.needs("user-namespace")),
    ],
    ids=["nobody", "capability", "pid namespace", "user namespace"],
)
def test_places_where_the_kernel_tells_nothing(wrapper: list[str], before: str, words: str) -> None:
    imports = "import os; from tui.host.reading.kernel import read_rules, read_status"
    code = f"{imports}; {before}; print(read_status().reason); print(read_rules().reason)"
    done = subprocess.run(
        [*wrapper, sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    lines = done.stdout.splitlines()
    assert len(lines) == 2, done
    assert all(words in line for line in lines)


def test_an_empty_list() -> None:
    found = read_rules()
    assert not isinstance(found, Unknown)
    assert found == ()
