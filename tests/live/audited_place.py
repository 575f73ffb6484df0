"""A place on a real file system for the live coverage tests: an audited program, its look-alikes, links and bind mounts."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

from tests.capabilities import need
from tui.audit.inputs import Mount, PathFacts, Unknown
from tui.audit.log.partition import parse_mountinfo
from tui.audit.rule.value import Rule
from tui.host.reading.paths import read_paths


def tiny_program() -> bytes:
    """A static x86_64 program that does nothing but exit with 0, so that running it opens no loader."""
    code = bytes.fromhex("31ff b8e7000000 0f05")  # xor edi,edi; mov eax,231 (exit_group); syscall
    base, size = 0x400000, 64 + 56 + len(code)
    header = struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 62, 1, base + 120, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    return header + struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 0x1000) + code


class AuditedPlace:
    """``file`` is what is audited; ``files`` are paths for path= and -w, ``folders`` for dir=, near misses among them;
    ``other_names`` are names of the file in other folders."""

    def __init__(self) -> None:
        need("mount")
        self.top = tempfile.mkdtemp(prefix="daw-live-", dir="/opt" if os.path.isdir("/opt") else "/var/tmp")
        os.chmod(self.top, 0o755)
        top = Path(self.top)
        for folder in ("bin", "other", "bound"):
            (top / folder).mkdir()
        self.file = f"{top}/bin/containerd"
        for name in ("bin/containerd", "bin/containerd-shim", "other/containerd"):
            (top / name).write_bytes(tiny_program())
            (top / name).chmod(0o755)
        (top / "bound-file").touch()
        os.chown(self.file, 1000, 100)
        os.link(self.file, top / "other/hard")
        os.symlink(self.file, top / "other/link")
        os.symlink("bin", top / "linked")
        self._mounted: list[str] = []
        self._bind(f"{top}/bin", f"{top}/bound")
        self._bind(f"{top}/other/hard", f"{top}/bound-file")
        self.files = [
            *[self.file] * 8,
            f"{top}/other/hard",
            f"{top}/other/link",
            f"{top}/linked/containerd",
            f"{top}/bound/containerd",
            f"{top}/bound-file",
            f"{top}/bin//containerd",
            f"{top}/bin/./containerd",
            f"{top}/other/../bin/containerd",
            f"{top}/linked/../bin/containerd",
            f"{top}/bin/containerd-shim",
            f"{top}/other/containerd",
            f"{top}/bin/containerd-gone",
            f"{top}/bin",
            f"{top}/linked",
        ]
        self.folders = [
            *[f"{top}/bin"] * 4,
            *[self.top] * 2,
            f"{top}/linked",
            f"{top}/linked/",
            f"{top}/linked/.",
            f"{top}/bin/",
            f"{top}/bound",
            f"{top}/other",
            f"{top}/bin/../bin",
            self.file,
            f"{top}/other/hard",
            f"{top}/bound-file",
            f"{top}/bin/containerd-shim",
            "/usr/lib",
            "/tmp",
        ]
        self.other_names = (f"{top}/other/hard", f"{top}/bound-file")
        self.inode = os.stat(self.file).st_ino

    def _bind(self, source: str, target: str) -> None:
        subprocess.run(["mount", "--bind", source, target], check=True)
        self._mounted.append(target)

    def mounts(self) -> tuple[Mount, ...]:
        """The mounts as they are."""
        return parse_mountinfo(Path("/proc/self/mountinfo").read_text(errors="surrogateescape"))

    def facts(self, rules: tuple[Rule, ...], mounts: tuple[Mount, ...]) -> dict[str, PathFacts | Unknown]:
        """The facts of what is judged (the file, its folder, two more ways to it) and of what the rules name."""
        named = {str(field.value) for rule in rules for field in rule.fields if field.name in ("path", "dir", "exe")}
        judged = {self.file, f"{self.top}/bin", f"{self.top}/other/link", f"{self.top}/linked/containerd"}
        return read_paths(judged | named, frozenset(mount.mount_point for mount in mounts))

    def remove(self) -> None:
        """Unmount and delete everything."""
        for target in reversed(self._mounted):
            subprocess.run(["umount", target], check=True)
        shutil.rmtree(self.top)
