"""What the coverage tests share: an audited file among its look-alikes, rules from lines, and levels at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.coverage.coverage import coverage
from tui.audit.coverage.values import Coverage
from tui.audit.inputs import AuditStatus, Mount, Names, PathFacts
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.value import Rule

FILE = "/usr/bin/containerd"
NAMES = Names(users={"root": 0, "daemon": 1}, groups={"root": 0, "docker": 998})
ON = AuditStatus(enabled=1, pid=700)
ROOT = Mount("/", "254:0", "ext4")


def facts(path: str, kind: str = "file", inode: int | None = None, **more: object) -> PathFacts:
    """Facts of a path that has no link above it."""
    parent = path.rsplit("/", 1)[0] or "/"
    mode = 0o755 if kind in ("file", "directory") else None
    values: dict[str, object] = {"real_parent": parent, "mode": mode, "uid": 0, "gid": 0, "device": 65024, "inode": inode}
    if kind in ("file", "directory"):
        values["real_path"] = path
    return PathFacts(path, kind, **{**values, **more})


TARGET = facts(FILE, inode=77)
PATHS: dict[str, PathFacts] = {
    known.path: known
    for known in (
        TARGET,
        facts("/usr/bin", "directory", 20),
        facts("/usr", "directory", 2),
        facts("/", "directory", 1, real_parent="/"),
        facts("/usr/lib", "directory", 30),
        facts("/usr/bin/containerd-shim", inode=78),
        facts("/usr/local/bin/containerd", "symlink", 90, target=FILE, real_path=FILE),
        facts("/srv/hard", inode=77, links=2),
        facts("/bin", "symlink", 91, target="usr/bin", real_path="/usr/bin"),
        facts("/bin/", "directory", 20, real_parent="/", real_path="/usr/bin"),
        facts("/bin/containerd", inode=77, real_parent="/usr/bin", real_path=FILE),
        facts("/usr/bin//containerd", inode=77, real_parent="/usr/bin", real_path=FILE),
        facts("/usr/../bin/./containerd", inode=77, real_parent="/usr/bin", real_path=FILE),
        facts("/opt/gone", "absent"),
        PathFacts("/nowhere/containerd", "absent"),
    )
}
"""The facts of what the rules of these tests name, keyed as written."""


def rules(*lines: str, directories: Sequence[str] = ("/usr/bin", "/usr", "/usr/lib")) -> list[Rule]:
    """The rules of rules-file lines in the kernel's order: ``-A`` goes first."""
    found: list[Rule] = []
    for line in lines:
        parsed = parse_line(line, NAMES, lambda path: path in directories)
        assert isinstance(parsed, AddRule), (line, parsed)
        found.insert(0 if line.startswith("-A") else len(found), parsed.rule)
    return found


def judge(*lines: str, status: AuditStatus | None = ON, target: PathFacts = TARGET, **more: object) -> Coverage:
    """The coverage of the audited file by rules-file lines."""
    return coverage(target, rules(*lines), status, PATHS, NAMES, **{"mounts": (ROOT,), **more})


def levels(verdict: Coverage) -> str:
    """The levels of r, w, x, a by their first letters: ``aaaa`` is audited throughout, ``u`` unaudited, ``p`` partial."""
    return "".join(verdict.accesses[access].level[0] for access in "rwxa")
