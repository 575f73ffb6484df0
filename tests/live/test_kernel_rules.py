"""Random rules-file lines given to the real ``auditctl -R``: it refuses what the model refuses and nothing else, the kernel
holds the very rules that parse_line says, parse_record reads them back, ``auditctl -l`` prints them as listings does, and arguments
loads them again.

DOCKER_AUDIT_WIZARD_RULE_LINES sets how many lines are tried (default 600), DOCKER_AUDIT_WIZARD_SEED where they start.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import pytest

from tests import kernel_rules
from tests.audit.rules_d.loads import LOADS
from tests.drawn.rule_lines import random_line
from tui.audit.inputs import AuditStatus, Names, Unknown
from tui.audit.rule.auditctl import parse_arguments
from tui.audit.rule.line import parse_line
from tui.audit.rule.record import parse_record
from tui.audit.rule.text import arguments, delete_arguments, listings, unambiguous
from tui.audit.rule.value import Rule
from tui.audit.rules_d.compiled import as_it_stands
from tui.audit.rules_d.load import Loaded, load
from tui.audit.rules_d.rule_lists import LineRefused, RuleLists
from tui.host.reading.kernel import read_rules, read_status

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("audit_state")]

LINES = int(os.environ.get("DOCKER_AUDIT_WIZARD_RULE_LINES", "600"))
SEED = int(os.environ.get("DOCKER_AUDIT_WIZARD_SEED", "1"))
BATCH = 150


def _names() -> Names:
    import grp
    import pwd

    users = {user.pw_name: user.pw_uid for user in pwd.getpwall()}
    groups = {group.gr_name: group.gr_gid for group in grp.getgrall()}
    return Names(users, groups, "mawk", "3.0.9", os.uname().machine)


NAMES = _names()


@pytest.fixture(autouse=True)
def _silence(audit_state: None) -> Iterator[None]:
    """Nothing is recorded while these rules are loaded: some of them mean every system call."""
    subprocess.run(["/usr/sbin/auditctl", "-e", "0"], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    yield
    kernel_rules.delete_all()


def _load(folder: Path, lines: list[str]) -> subprocess.CompletedProcess[bytes]:
    rules = folder / "test.rules"
    rules.write_bytes(b"".join(line.encode("utf-8", "surrogateescape") + b"\n" for line in lines))
    return subprocess.run(["/usr/sbin/auditctl", "-R", str(rules)], stdin=subprocess.DEVNULL, capture_output=True, timeout=120)


def _auditctl(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["/usr/sbin/auditctl", *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=30)


def _parent_exists(path: str) -> bool:
    return os.path.isdir(os.path.dirname(path.rstrip("/")) or "/")


def _model(lines: Iterable[str]) -> Loaded:
    """What the model of the kernel says of these lines on this machine."""
    text = b"".join(line.encode("utf-8", "surrogateescape") + b"\n" for line in lines)
    return load(as_it_stands(text), NAMES, os.path.isdir, _parent_exists, exists=os.path.lexists)


def _kernel() -> tuple[Rule, ...]:
    rules = read_rules()
    assert isinstance(rules, tuple), rules
    return rules


def _check_line_by_line(lines: list[str], folder: Path) -> None:
    """Load *lines* with errors ignored and compare everything there is to see with what parse_line says."""
    # The first rule makes auditctl report errors on stderr, with line numbers, from there on.
    lines = ["-i", "-a never,exit -F pid=1 -F success=1", *lines]
    model = _model(lines)
    done = _load(folder, lines)
    assert done.returncode == 0, (done, lines)
    failed = [int(number) for number in re.findall(rb"There was an error in line (\d+) of", done.stderr)]
    wrong = {number: lines[number - 1] for number in set(failed) ^ {error.number for error in model.errors}}
    assert not wrong, (wrong, {n: parse_line(line, NAMES, os.path.isdir) for n, line in wrong.items()}, done.stderr)
    kernel, said = _kernel(), model.rules
    differing = [rule for rule in kernel if rule not in said], [rule for rule in said if rule not in kernel]
    assert not any(differing), differing
    assert kernel == said
    assert kernel == tuple(parse_record(record) for record in kernel_rules.raw_rules())
    listed = _auditctl("-l").stdout.decode("utf-8", "surrogateescape")
    assert listed == "".join(line + "\n" for line in listings(kernel, NAMES.machine))


@pytest.mark.parametrize("batch", range((LINES + BATCH - 1) // BATCH))
def test_random_lines_do_what_parse_line_says(batch: int, tmp_path: Path) -> None:
    draw = Random(SEED * 1000 + batch)
    _check_line_by_line([random_line(draw) for _ in range(BATCH)], tmp_path)


def _some_rules(draw: Random, count: int) -> list[Rule]:
    """Rules of lines that auditctl takes on this machine, all different."""
    rules: dict[Rule, None] = {}
    while len(rules) < count:
        for rule in _model(["-i", random_line(draw)]).rules:
            if not set("\x04\x07") & set(rule.path or ""):
                rules[rule] = None
    return list(rules)


def test_arguments_add_and_delete_the_same_rule() -> None:
    for rule in _some_rules(Random(SEED), 80):
        added = _auditctl(*arguments(rule, NAMES.machine, os.path.isdir))
        assert _kernel() == (rule,), (added, arguments(rule, NAMES.machine, os.path.isdir))
        deleted = _auditctl(*delete_arguments(rule, NAMES.machine, os.path.isdir))
        assert _kernel() == (), (deleted, delete_arguments(rule, NAMES.machine, os.path.isdir))


def test_unambiguous_lines_load_the_same_rules(tmp_path: Path) -> None:
    rules = _some_rules(Random(SEED + 1), 80)
    done = _load(tmp_path, [unambiguous(rule, NAMES.machine) for rule in rules])
    assert done.returncode == 0, (done.stderr, [unambiguous(rule) for rule in rules])
    assert set(_kernel()) == set(rules)


EXAMPLES = sorted(Path("/usr/share/doc/auditd/examples").rglob("*.rules"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_shipped_examples(path: Path, tmp_path: Path) -> None:
    """The package's own sample rules, without the lines that would make this machine immutable or let it panic."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith(("-e", "-f", "--loginuid-immutable"))]
    done = _load(tmp_path, lines)
    model = _model(lines)
    assert done.returncode == model.exit_code, done.stderr
    assert _kernel() == model.rules
    kernel_rules.delete_all()
    _check_line_by_line([line for line in lines if line.split() != ["-D"]], tmp_path)


@pytest.mark.parametrize("name", LOADS)
def test_a_load_does_what_the_model_says(name: str, tmp_path: Path) -> None:
    """Rules, settings and exit status of a whole load, the line where it stops included."""
    before = read_status()
    assert isinstance(before, AuditStatus)
    try:
        done, model = _load(tmp_path, list(LOADS[name])), _model(LOADS[name])
        after = read_status()
        assert isinstance(after, AuditStatus)
        assert _kernel() == model.rules
        assert done.returncode == model.exit_code
        assert after.backlog_limit == model.settings.get("backlog_limit", before.backlog_limit)
        assert after.backlog_wait_time == model.settings.get("backlog_wait_time", before.backlog_wait_time)
    finally:
        _auditctl("-b", str(before.backlog_limit))


@pytest.mark.parametrize("batch", range(10))
def test_drawn_loads_do_what_the_model_says(batch: int, tmp_path: Path) -> None:
    """A few lines each, with and without -i and -c, onto what the loads before left."""
    draw = Random(SEED * 7000 + batch)
    for _ in range(12):
        kernel_rules.delete_all()
        lines = [draw.choice(("", "-i", "-c")), *(random_line(draw) for _ in range(draw.randrange(1, 8)))]
        done, model = _load(tmp_path, lines), _model(lines)
        assert _kernel() == model.rules, lines
        assert done.returncode == model.exit_code, lines


def test_calls_of_their_own_do_what_the_model_says() -> None:
    """Each line as the words of a call, one after the other; what the kernel holds then, and whether the call exits 0."""
    lists = RuleLists((), _parent_exists, os.path.lexists)
    before = read_status()
    assert isinstance(before, AuditStatus)
    for line in (line for lines in LOADS.values() for line in lines if line.strip(" ") and "#" not in line):
        words = line.split(" ")
        try:
            lists.do(parse_arguments(words, NAMES, os.path.isdir))
            refused = False
        except LineRefused:
            refused = True
        assert (_auditctl(*words).returncode != 0) == refused, line
        assert _kernel() == tuple(rule for rule, _ in lists), line
    _auditctl("-b", str(before.backlog_limit))


def test_status_is_what_auditctl_shows() -> None:
    status = read_status()
    shown = dict(line.split(maxsplit=1) for line in _auditctl("-s").stdout.decode().splitlines())
    assert not isinstance(status, Unknown)
    assert [status.enabled, status.failure, status.pid, status.rate_limit, status.backlog_limit, status.backlog_wait_time] == [
        int(shown[name]) for name in ("enabled", "failure", "pid", "rate_limit", "backlog_limit", "backlog_wait_time")
    ]
