"""The files of a simulated host and what its paths are: all in memory, changed as a file system would allow."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from hashlib import sha256
from posixpath import normpath

from tui.audit.inputs import PathFacts, PathKind, Unknown
from tui.audit.path_lookup import PathLookup
from tui.audit.rules_d.file_order import contents_wanted
from tui.base.dataclass import replace
from tui.base.paths import below, nearest
from tui.host.facts import RULES_DIR, FileFacts, HostFacts
from tui.host.reading.named_paths import paths_of_rules

# Folders that every host has, whatever a scenario tells of it.
_FOLDERS = (
    "/",
    "/etc",
    "/etc/audit",
    RULES_DIR,
    "/usr",
    "/usr/bin",
    "/usr/sbin",
    "/var",
    "/var/lib",
    "/var/log",
    "/run",
    "/tmp",
    "/root",
)


class SimulatedFiles:
    """What lies on the disk of a host that is made from facts."""

    def __init__(self, facts: HostFacts) -> None:
        self.base = facts
        """What the scenario tells: what does not change, but for what a boot has anew."""
        self.files = {entry.path: entry for entry in _entries(facts)}
        self.hidden: tuple[str, ...] = ()
        """The folders whose contents are not seen by who loads rules just now (ProtectHome= of its unit)."""
        self._told_files = dict(self.files)
        self._folders = self._find_folders()

    def put_file(self, path: str, content: bytes, mode: int, uid: int, gid: int) -> None:
        """Make *path* hold *content*. Raises OSError where its folder is missing, or where it is a link or immutable."""
        old = self.files.get(path)
        if self.real_folder(path.rpartition("/")[0] or "/") is None:
            raise OSError(errno.ENOENT, "No such file or directory", path)
        if old is not None and old.kind == "symlink":
            raise OSError(errno.ELOOP, "a symbolic link is never written through", path)
        if old is not None and old.kind != "file":
            raise OSError(errno.EINVAL, "not a regular file", path)
        if old is not None and old.immutable:
            raise OSError(errno.EPERM, "Operation not permitted", path)
        label = old.label if old is not None else None
        self.files[path] = FileFacts(path, "file", content, mode, uid, gid, None, label)

    def remove(self, path: str) -> None:
        """Remove *path*. Raises OSError."""
        old = self.files.get(path)
        if old is None:
            raise OSError(errno.ENOENT, "No such file or directory", path)
        if old.immutable:
            raise OSError(errno.EPERM, "Operation not permitted", path)
        del self.files[path]

    def content(self, path: str) -> bytes | None:
        """What *path* holds, None where it is absent or no file."""
        entry = self.files.get(path)
        return entry.content if entry is not None else None

    def rules_dir(self) -> tuple[FileFacts, ...]:
        """The entries of rules.d by name, with the content of those that augenrules reads."""
        entries = [self.files[path] for path in sorted(self.files) if path.rpartition("/")[0] == RULES_DIR]
        wanted = contents_wanted((entry.path.rpartition("/")[2] for entry in entries), self.base.names.audit_version)
        return tuple(entry if entry.path.rpartition("/")[2] in wanted else _unread(entry) for entry in entries)

    def path(self, path: str) -> PathFacts | Unknown:
        """What *path* is: as the scenario tells, a file that was written meanwhile, else absent."""
        known = self.base.paths.get(path)
        entry = self.files.get(path)
        told = self._told_files.get(path)
        unchanged = entry == told and not (entry is not None and isinstance(known, PathFacts) and known.kind == "absent")
        if known is not None and unchanged:
            return known
        if entry is not None:
            return self._file_facts(entry)
        folder = self.real_folder(path.rstrip("/").rpartition("/")[0] or "/")
        real = self._folders.get(path.rstrip("/") or "/")
        if real is not None:
            return replace(self._file_facts(FileFacts(real, "directory", mode=0o755)), path=path, real_parent=folder)
        return PathFacts(path, "absent", folder)

    def real_folder(self, folder: str) -> str | None:
        """Where the directory *folder* really is, None where there is no such directory."""
        return self._folders.get(folder) or self._folders.get("/" + normpath(folder).lstrip("/"))

    def location(self, path: str) -> str | None:
        """*path* with the links of its parents followed, None where its parent does not exist."""
        parent, _, name = path.rstrip("/").rpartition("/")
        folder = self.real_folder(parent or "/")
        return None if folder is None else f"{folder.rstrip('/')}/{name}"

    @property
    def lookup(self) -> PathLookup:
        """The answers about paths that auditctl and the kernel ask for, from the very facts that a reader of this host gets, but for what lies
        in the folders :attr:`hidden` from the unit that loads."""
        return PathLookup(self._as_loader_sees)

    def _as_loader_sees(self, path: str) -> PathFacts | Unknown:
        folder = next((folder for folder in self.hidden if below(path, folder)), None)
        if folder is None:
            return self.path(path)
        return PathFacts(path, "absent", real_parent=folder if path.rpartition("/")[0] == folder else None)

    def _find_folders(self) -> dict[str, str]:
        found = {folder: folder for folder in _FOLDERS}
        for path in self.files:
            found.update((parent, parent) for parent in _parents(path))
        for path in paths_of_rules(self.base.kernel_rules):  # the kernel holds no rule on a place that is not there
            if self.base.paths.get(path) is None:
                found.update((parent, parent) for parent in _parents(path.rstrip("/")))
        for known in self.base.paths.values():
            if isinstance(known, PathFacts):
                if known.real_parent is not None:
                    found[known.path.rstrip("/").rpartition("/")[0] or "/"] = known.real_parent
                    found.update((parent, parent) for parent in (known.real_parent, *_parents(known.real_parent)))
                if known.kind == "directory" and known.real_path is not None:
                    found[known.path.rstrip("/") or "/"] = known.real_path
        for known in self.base.paths.values():
            if isinstance(known, PathFacts) and known.kind == "symlink" and known.real_path in found:
                found[known.path] = known.real_path
        return found

    def _file_facts(self, entry: FileFacts) -> PathFacts:
        parent = self.real_folder(entry.path.rpartition("/")[0] or "/")
        inode = int.from_bytes(sha256(entry.path.encode("utf-8", "surrogateescape")).digest()[:3], "big")
        real = entry.path if entry.kind != "symlink" else None
        kind: PathKind = entry.kind
        return PathFacts(
            entry.path,
            kind,
            parent,
            entry.mode,
            entry.uid,
            entry.gid,
            0xFE01,
            inode,
            1,
            entry.target,
            real,
            self._mount_of(entry.path),
        )

    def _mount_of(self, path: str) -> str | None:
        if isinstance(self.base.mounts, Unknown):
            return None
        return nearest(path, {mount.mount_point for mount in self.base.mounts})


def _unread(entry: FileFacts) -> FileFacts:
    """*entry* without its content."""
    return entry if entry.content is None else replace(entry, content=None, size=len(entry.content))


def _entries(facts: HostFacts) -> Iterator[FileFacts]:
    if not isinstance(facts.rules_dir, Unknown):
        yield from facts.rules_dir
    for entry in (facts.audit_rules, facts.auditd_conf, *(facts.boot.files.values() if facts.boot else ()), *facts.files.values()):
        if isinstance(entry, FileFacts):
            yield entry


def _parents(path: str) -> Sequence[str]:
    """The directories above *path*, nearest first."""
    found = []
    while path not in ("/", ""):
        path = path.rpartition("/")[0] or "/"
        found.append(path)
    return found
