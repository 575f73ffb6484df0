"""The partition of real mounts, made in a mount namespace of their own, so that they are gone with it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tui.audit.log.partition import parse_mountinfo, partition

pytestmark = pytest.mark.live

SCRIPT = """
set -e
mount --make-rprivate /
cd "$1"
mkdir plain bound "with blank" volatile loop overlay lower upper work later "a"
truncate -s 64M image && mkfs.ext4 -q -F image
mount --bind plain bound
mount -t tmpfs -o size=8m tmpfs volatile
mount -t tmpfs tmpfs "with blank"
mount -o loop image loop
mkdir loop/audit loop/upper loop/work
mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay overlay
mkdir overlay2
mount -t overlay -o "lowerdir=$1/lower,upperdir=$1/loop/upper,workdir=$1/loop/work" overlay overlay2
mount -t tmpfs tmpfs later
mount --bind loop later
cat /proc/self/mountinfo
"""


@pytest.mark.needs("loop-mount")
def test_real_mounts(tmp_path: Path) -> None:
    argv = ["unshare", "-m", "sh", "-c", SCRIPT, "sh", str(tmp_path)]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    mounts = parse_mountinfo(done.stdout)
    assert len(mounts) == done.stdout.count("\n")
    top = str(tmp_path)
    seen = {
        name: (found.mount_point.removeprefix(top), found.fs_type, found.separate, found.volatile)
        for name in ("plain", "bound", "volatile", "with blank", "loop", "loop/audit", "overlay", "later")
        if (found := partition(f"{top}/{name}", mounts)) is not None
    }
    own = seen["plain"]  # whatever the temporary folder lies on is what shares
    assert seen["bound"] == ("/bound", own[1], own[2], own[3])
    assert seen["volatile"] == ("/volatile", "tmpfs", True, True)
    assert seen["with blank"] == ("/with blank", "tmpfs", True, True)
    assert seen["loop"] == ("/loop", "ext4", True, False)
    assert seen["loop/audit"] == ("/loop", "ext4", True, False)
    assert seen["later"] == ("/later", "ext4", True, False)
    assert seen["overlay"][:2] == ("/overlay", "overlay")
    on_loop = partition(f"{top}/overlay2", mounts)
    assert on_loop is not None
    assert on_loop.separate
