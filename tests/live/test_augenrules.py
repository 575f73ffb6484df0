"""Random rules.d folders given to the real augenrules and the real auditctl -R: rules_dir and rules_load must foretell all of it.

The file byte for byte, the kernel's rules in their order, the exit status and every line number that auditctl complains about.
DOCKER_AUDIT_WIZARD_RULE_SETS says how many folders (150). Nothing here makes the kernel immutable or lets it panic.
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.build import run
from tests.drawn.rule_trees import PLACE, rule_trees
from tests.kernel_rules import delete_all, raw_rules
from tests.pairs import paired
from tui.audit.inputs import Names
from tui.audit.rule.record import parse_record
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import AUDIT_RULES, RULES_DIR, RulesFile
from tui.audit.rules_d.compiled import compile_rules
from tui.audit.rules_d.load import load

pytestmark = pytest.mark.live

SETS = int(os.environ.get("DOCKER_AUDIT_WIZARD_RULE_SETS", "150"))
ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
call = partial(run, cwd="/", env=ENV)


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(
        users={entry.pw_name: entry.pw_uid for entry in pwd.getpwall()},
        groups={entry.gr_name: entry.gr_gid for entry in grp.getgrall()},
        awk=Path("/usr/bin/awk").resolve().name,
        audit_version=call("/usr/sbin/auditctl", "-v").stdout.split()[-1],
    )


@pytest.fixture
def place(audit_state: None) -> Iterator[None]:
    """The files that the random rules name; and what else of the kernel's audit status the rules may set, put back afterwards."""
    folder = Path(PLACE)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "d").mkdir(parents=True)
    for name in ("f1", "f2", "g", "d/in"):
        (folder / name).touch()
    for name, target in (("link-to-f1", "f1"), ("link-to-d", "d"), ("dangling", "nothing")):
        (folder / name).symlink_to(target)
    yield
    delete_all()
    shutil.rmtree(folder)
    call("/usr/sbin/auditctl", "-b", "8192")
    call("/usr/sbin/auditctl", "-f", "1")


def kernel() -> tuple[Rule, ...]:
    return tuple(parse_record(record) for record in raw_rules())


def put(files: list[RulesFile]) -> None:
    for entry in Path(RULES_DIR).iterdir():
        if entry.is_dir() and not entry.is_symlink():
            entry.rmdir()
        else:
            entry.unlink()
    for file in files:
        path = Path(file.path)
        if file.kind == "directory":
            path.mkdir()
        elif file.kind == "symlink":
            path.symlink_to("/run/no/such/place")
        else:
            path.write_bytes(file.content or b"")


def status(word: str) -> int:
    return int(re.findall(rf"^{word} (\d+)$", call("/usr/sbin/auditctl", "-s").stdout, re.MULTILINE)[0])


def check(names: Names, *folders: list[RulesFile]) -> None:
    """Let it happen on a kernel without rules, then with the next folder on what that left, and hold it against what was foretold."""
    delete_all()
    for files in folders:
        put(files)
        check_load(files, names)


def check_load(files: list[RulesFile], names: Names) -> None:
    before = kernel()
    compiled = compile_rules(files, names)
    foretold = load(
        compiled, names, os.path.isdir, lambda path: os.path.isdir(os.path.dirname(path)), before, exists=os.path.lexists
    )
    assert not foretold.makes_immutable

    Path(AUDIT_RULES).unlink(missing_ok=True)
    assert call("/usr/sbin/augenrules").returncode == 0
    assert Path(AUDIT_RULES).read_bytes() == compiled.text
    loaded = call("/usr/sbin/auditctl", "-R", AUDIT_RULES)
    after = kernel()

    assert after == foretold.rules, loaded.stderr
    assert loaded.returncode == foretold.exit_code, (loaded.stderr, foretold.stopped, foretold.errors)
    complaints = [int(number) for number in re.findall(r"There was an error in line (\d+) of", loaded.stderr)]
    expected = [stop.number for stop in (*foretold.errors, *([foretold.stopped] if foretold.stopped else []))]
    # auditctl writes to syslog instead of stderr until it has sent its first rule.
    assert complaints == (expected[-len(complaints) :] if complaints else [])
    if "backlog_limit" in foretold.settings:
        assert status("backlog_limit") == foretold.settings["backlog_limit"]
    for rule, line in paired(foretold.rules, foretold.origin):
        assert line is None or line.origin, rule


def one(*lines: str) -> list[RulesFile]:
    return [RulesFile("00.rules", b"-D\n"), RulesFile("a.rules", "".join(line + "\n" for line in lines).encode())]


@pytest.mark.usefixtures("place")
class TestRealAugenrules:
    @settings(max_examples=SETS, database=None)
    @given(files=rule_trees(), then=st.one_of(st.just("nothing"), st.just("again"), rule_trees()))
    def test_random_folders(self, names: Names, files: list[RulesFile], then: str | list[RulesFile]) -> None:
        check(names, files, *([] if then == "nothing" else [files] if then == "again" else [then]))

    @pytest.mark.parametrize(
        "files",
        [
            pytest.param(
                one(f"-w {PLACE}/f1 -k a", f"-A always,exit -F path={PLACE}/f1 -F perm=rwxa -F key=a"), id="prepended twin"
            ),
            pytest.param(one(f"-w {PLACE}/no/such"), id="missing parent"),
            pytest.param(one(f"-w {PLACE}/f1/below"), id="parent is a file"),
            pytest.param(one(f"-a always,exit -F dir={PLACE}/absent"), id="missing dir"),
            pytest.param(one(f"-a always,exit -F dir={PLACE}/f1"), id="dir of a file"),
            pytest.param(one(f"-a always,exit -F dir={PLACE}/dangling"), id="dir of a dangling link"),
            pytest.param(one(f"-a always,exit -F exe={PLACE}/absent -F auid=4242"), id="missing executable"),
            pytest.param(one(f"-a always,exit -F exe={PLACE}/no/such -F auid=4242"), id="executable in a missing folder"),
            pytest.param(one(f"-w {PLACE}/link-to-d/absent"), id="parent is a link"),
            pytest.param(one(f"-w {PLACE}/dangling/x"), id="parent is a dangling link"),
            pytest.param(one(f"-w {PLACE}/d/."), id="last component is a dot"),
            pytest.param(one(f"-w {PLACE}/d/.."), id="last component is two dots"),
            pytest.param(one(f"-a always,exit -F path={PLACE}/d/.. -F perm=w"), id="path to two dots"),
            pytest.param(one(f"-a always,exit -F path={PLACE}/d/. -F perm=w"), id="path to a dot"),
            pytest.param(one(f"-a always,exit -F exe={PLACE}/d/. -F auid=4242"), id="executable that is a dot"),
            pytest.param(one(f"-a always,exit -F dir={PLACE}/d/.. -F auid=4242"), id="dir that is two dots"),
            pytest.param(one(f"-a always,exit -F exe={PLACE}/d/ -F auid=4242"), id="executable with a slash"),
            pytest.param(one("-a always,exit -F exe=relative -F auid=4242"), id="relative executable"),
            pytest.param(one("-a always,exit -F dir=relative -F auid=4242"), id="relative dir"),
            pytest.param(one("-a always,exit -F exe=/ -F auid=4242"), id="the root as executable"),
            pytest.param(one(f"-w {PLACE}/f1", "-Dx", f"-w {PLACE}/f2"), id="deletes all, then fails"),
            pytest.param(
                one(f"-w {PLACE}/f1", "-i\r", f"-w {PLACE}/no/such", f"-w {PLACE}/f2"), id="ignores with a carriage return"
            ),
            pytest.param(one("-c", f"-w {PLACE}/no/such", "-c", f"-w {PLACE}/f2"), id="a second -c forgets"),
            pytest.param(one("-c", f"-w {PLACE}/no/such", f"-w {PLACE}/f2", "bad"), id="goes on and exits with 1"),
            pytest.param(one("-i", f"-w {PLACE}/f1", "-f 1 -b abc", "-e 7", f"-w {PLACE}/f2"), id="ignored settings"),
            pytest.param(one(f"-w {PLACE}/f2", f"-w {PLACE}" + "/x" * 3100, f"-w {PLACE}/f1"), id="a line in pieces"),
            pytest.param(
                one("-i", f"-w {PLACE}/f2", "-w " + "x" * 6140, f"-w {PLACE}/f1", "bad"), id="a line of one piece exactly"
            ),
            pytest.param(
                one("-i", f"-w {PLACE}/f2", "-w " + "x" * 6139, f"-w {PLACE}/f1", "bad"), id="a line of one piece less one"
            ),
            pytest.param(one("-i", f"-w {PLACE}/f2", "-w " + "x" * 6200, f"-w {PLACE}/f1", "bad"), id="a bad line in two pieces"),
            pytest.param(
                one(f"-w {PLACE}/f1 -k ab", f"-w {PLACE}/f2 -k b", "-D -k b", f"-w {PLACE}/g"), id="deletes by part of a key"
            ),
            pytest.param(one(f"-w {PLACE}/f1 -k a", f"-W {PLACE}/f1 -k a", f"-W {PLACE}/f1 -k a"), id="deletes twice"),
            pytest.param(one("--backlog_wait_time 99999999", f"-w {PLACE}/f1"), id="waits too long"),
            pytest.param(one(f"-w {PLACE}/f1 -k k\\ k", f"-w{PLACE}/f2\\ x"), id="escaped blanks"),
        ],
    )
    def test_single_cases(self, names: Names, files: list[RulesFile]) -> None:
        check(names, files)
