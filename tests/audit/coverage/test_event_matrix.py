"""What a running kernel (6.18) recorded under 45 rule sets, held against the model: event-matrix.json, keys included."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.audit.coverage.cases import NAMES, ON, facts
from tui.audit.coverage.coverage import coverage
from tui.audit.inputs import Mount
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.value import Rule

MATRIX = json.loads((Path(__file__).parents[2] / "fixtures" / "event-matrix.json").read_text())
FILE = "/L/bin/containerd"
TARGET = facts(FILE, inode=77, links=2)
PATHS = {
    known.path: known
    for known in (
        TARGET,
        facts(FILE + "/", inode=77),
        facts("/L/bin", "directory", 20),
        facts("/L/other/symlink", "symlink", 90, target=FILE, real_path=FILE),
        facts("/L/ubin", "symlink", 91, target="bin", real_path="/L/bin"),
        facts("/L/ubin/containerd", inode=77, real_parent="/L/bin", real_path=FILE),
        facts("/L/other/hardlink", inode=77, links=2),
        facts("/L/bm/containerd", inode=77, links=2),
        facts("/L/bmd/containerd", inode=77, links=2),
        facts("/L/bin//containerd", inode=77, real_parent="/L/bin", real_path=FILE),
        facts("/L/./bin/containerd", inode=77, real_parent="/L/bin", real_path=FILE),
        facts("/L/bin/../bin/containerd", inode=77, real_parent="/L/bin", real_path=FILE),
    )
}
MOUNTS = (
    Mount("/", "254:0", "ext4"),
    Mount("/L/bm/containerd", "254:0", "ext4", root=FILE),
    Mount("/L/bmd", "254:0", "ext4", root="/L/bin"),
)

EVENTS = {
    "r": ("open read", "open read via symlink", "open read via bind mount", "32bit open read (int80)"),
    "w": ("open write", "truncate(path)"),
    "x": ("exec", "exec via symlink", "exec via symlinked dir", "exec via dir bind mount", "exec by auid=1000"),
    "a": ("chmod", "chown", "setxattr"),
}
"""The events of the matrix that are one access each, to the object as it was when the rules were loaded."""

UNSEEN = {
    # 32-bit programs only read in the matrix; what else they do is not recorded either.
    "-a arch=b64 path perm=rwxa": "wxa",
    "-a arch=b32 path perm=rwxa": "wxa",
    "-a arch=b64 -S execve path": "x",
    "-a exe=F -S execve": "x",
    # Only executions are made with a login uid there.
    "never auid=unset first then -w": "rwa",
    "exclude auid=unset + -w": "rwa",
    # Every attempt there succeeds.
    "-a path perm=rwxa success=0": "rwxa",
    "-a exe=F": "x",
    # The file was never replaced there.
    "-a dir=F (a file)": "rwxa",
}
"""Accesses that the matrix shows recorded for all or for none, and that are partial: it has no event of the other callers."""


def _rules(lines: list[str]) -> list[Rule]:
    found: list[Rule] = []
    for line in lines:
        parsed = parse_line(line, NAMES, lambda path: path in ("/L/bin", "/L/ubin"))
        assert isinstance(parsed, AddRule), (line, parsed)
        found.insert(0 if line.startswith("-A") else len(found), parsed.rule)
    return found


def test_the_matrix_is_whole() -> None:
    assert len(MATRIX) == 45
    assert UNSEEN.keys() <= {row["name"] for row in MATRIX}


@pytest.mark.parametrize("access", "rwxa")
@pytest.mark.parametrize("row", MATRIX, ids=lambda row: row["name"])
def test_as_the_kernel_recorded(row: dict[str, object], access: str) -> None:
    lines, recorded = row["rules"], row["recorded"]
    assert isinstance(lines, list)
    assert isinstance(recorded, dict)
    listed = _rules(lines)
    verdict = coverage(TARGET, listed, ON, PATHS, NAMES, mounts=MOUNTS).accesses[access]
    seen = [recorded[event] for event in EVENTS[access]]
    # The matrix counts the events under the key of the rule under test; under another key they are recorded all the same.
    under_other_key = any("K9" not in share.keys for share in verdict.by)
    if access in UNSEEN.get(str(row["name"]), ""):
        assert verdict.level == "partial"
    elif under_other_key:
        assert not any(seen)
        assert verdict.level == "audited"
    else:
        assert verdict.level == ("audited" if all(seen) else "partial" if any(seen) else "unaudited")
