"""Replace or remove one file atomically and durably: never half a file, no link followed, mode, owner and label kept.

No look before a rename(2) is the last one: an editor or ``>>`` may write between the two. So the names of the old and the new file
are exchanged (renameat2(2), Linux 3.15, RENAME_EXCHANGE), and what came out is looked at once nobody has it open for writing (a read
lease, fcntl(2), is given only then). Where it is not what it should be, it gets its name back, with every line that was appended to
the new file meanwhile. A file system that cannot exchange (NFS, vfat) keeps the look before.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from tui.base.bounded_reading import read_file, read_whole
from tui.host.port import FileChanged

_MOST_BYTES = 64 << 20

# Hidden and without the ending .rules, so that augenrules never compiles one (it lists with ``ls -1v | grep '\.rules$'``).
_MARK = ".docker-audit-wizard-"
# Signatures over the content and the label that the kernel itself renews: a copy on another content would be a lie.
_EXCHANGE = 2  # RENAME_EXCHANGE of linux/fs.h
_CANNOT_EXCHANGE = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)
_LOOKS, _TICK = 100, 0.01  # how often, and seconds apart, it is asked whether somebody still has a file open for writing
_NOT_COPIED = frozenset(("security.evm", "security.ima", "security.capability"))


def replace_file(path: str, content: bytes, *, before: bytes | None, mode: int, uid: int, gid: int) -> None:
    """Make *path* hold *content*; at every moment a reader finds the old file or the new one, whole, also after a power loss.

    *before* is what *path* must hold when it is replaced (None: it must not exist). Extended attributes of the old file
    (the SELinux label, POSIX ACLs) are kept. Raises FileChanged, or OSError where the file system refuses, where *path* is
    a link or no regular file, or where others may write to its directory.
    """
    with _directory(path) as (folder, name):
        old = _open_old(folder, path, name, before)
        temporary = f".{name}{_MARK}{os.urandom(6).hex()}"
        exchanged = False
        try:
            new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=folder)
            try:
                _write_all(new, content)
                os.fchown(new, uid, gid)
                os.fchmod(new, mode)
                if old is not None:
                    _copy_attributes(old, new)
                os.fsync(new)
            finally:
                os.close(new)
            if old is None:
                _move_to_free_name(folder, path, temporary, name)
            else:
                _check_unchanged(folder, path, name, before)
                if exchanged := _exchange(folder, temporary, name):
                    _let_go(folder, path, temporary, name, before or b"", content)
                else:
                    os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            if not exchanged:  # It is the old file's name by then, or nobody's.
                _unlink_if_there(folder, temporary)
            raise
        finally:
            if old is not None:
                os.close(old)
        os.fsync(folder)


def remove_file(path: str, *, before: bytes) -> None:
    """Remove *path* durably where it still holds *before*. Raises FileChanged or OSError."""
    with _directory(path) as (folder, name):
        _check_unchanged(folder, path, name, before)
        taken = f".{name}{_MARK}{os.urandom(6).hex()}"
        os.rename(name, taken, src_dir_fd=folder, dst_dir_fd=folder)
        _let_go(folder, path, taken, name, before, None)
        os.fsync(folder)


def remove_leftovers(directory: str, copies: Iterable[str] = ()) -> tuple[str, ...]:
    """Remove what a killed :func:`replace_file` left in *directory* and return the names.

    Only regular files of our own naming that belong to us; to be called while holding the run lock, where no other run can
    be in the middle of a write. *copies* are folders in which runs have kept copies of what they replace, by its whole path: one that
    holds anything else than such a copy, or its beginning, has somebody's lines in it, and gets a name that is left alone.
    """
    removed = []
    kept_copies = tuple(copies)
    try:
        with _directory(os.path.join(directory, "any")) as (folder, _), os.scandir(directory) as entries:
            ours = [entry for entry in entries if entry.name.startswith(".") and _MARK in entry.name]
            for entry in ours:
                facts = entry.stat(follow_symlinks=False)
                if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.geteuid():
                    continue
                name = entry.name[1:].rpartition(_MARK)[0]
                if _is_copy(entry.path, [f"{copy}{directory}/{name}" for copy in kept_copies]):
                    os.unlink(entry.path)
                else:
                    _keep(folder, entry.name, name)
                removed.append(entry.name)
    except OSError:
        pass  # An unreadable or read-only folder keeps its leftovers; they are hidden and never compiled.
    return tuple(sorted(removed))


def _is_copy(path: str, copies: Iterable[str]) -> bool:
    """Whether the file *path* is empty, or holds one of *copies*, or the beginning of one: of a new file, where it was cut short."""
    content = read_file(path, _MOST_BYTES)
    if not content:
        return True
    for copy in copies:
        with suppress(OSError):
            if read_file(copy, _MOST_BYTES).startswith(content):
                return True
    return False


@contextmanager
def _directory(path: str) -> Iterator[tuple[int, str]]:
    """The open directory of *path* and its name there; everything is done relative to it, so that a swapped parent is no way in."""
    parent, name = os.path.split(path)
    if not os.path.isabs(path) or name in ("", ".", ".."):
        raise OSError(errno.EINVAL, "not an absolute path of a file", path)
    folder = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        facts = os.fstat(folder)
        if facts.st_uid not in (0, os.geteuid()):
            raise PermissionError(errno.EPERM, f"the directory belongs to uid {facts.st_uid}, not to root", parent)
        if facts.st_mode & stat.S_IWOTH:
            raise PermissionError(errno.EPERM, "the directory is writable for everybody", parent)
        yield folder, name
    except OSError as error:
        if not os.path.isabs(error.filename or ""):
            error.filename = path  # The names used here mean nothing to whoever reads the message.
        raise
    finally:
        os.close(folder)


def _open_old(folder: int, path: str, name: str, before: bytes | None) -> int | None:
    """The open old file, None where there is none; its content is compared with *before*."""
    try:
        kind = stat.S_IFMT(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        if before is not None:
            raise FileChanged(path) from None
        return None
    if kind == stat.S_IFLNK:
        raise OSError(errno.ELOOP, "a symbolic link is never written through", path)
    if kind != stat.S_IFREG:
        raise OSError(errno.EINVAL, "not a regular file", path)
    old = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        if before is None or _read_all(old) != before:
            raise FileChanged(path)
    except BaseException:
        os.close(old)
        raise
    return old


def _check_unchanged(folder: int, path: str, name: str, before: bytes | None) -> None:
    """Raise FileChanged unless the entry *name* is a regular file that holds *before*."""
    old = _open_old(folder, path, name, before)
    if old is None:
        raise FileChanged(path)
    os.close(old)


def _move_to_free_name(folder: int, path: str, temporary: str, name: str) -> None:
    """Give the new file its name where nothing has it yet: link(2) fails where a file came between, rename(2) would replace it."""
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise FileChanged(path) from None
    os.unlink(temporary, dir_fd=folder)


def _exchange(folder: int, one: str, other: str) -> bool:
    """Exchange two names of *folder*, as one step; False where the system or the file system cannot. Raises OSError."""
    try:
        import ctypes

        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (ImportError, AttributeError):  # Debian's python3-minimal, or a C library before glibc 2.28
        return False
    if renameat2(folder, os.fsencode(one), folder, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number))


def _let_go(folder: int, path: str, taken: str, name: str, before: bytes, ours: bytes | None) -> None:
    """Remove the file *taken*, which *name* was a moment ago, if it holds *before*; else give it its name back and raise FileChanged.

    *ours* is what stands under *name* now, None for nothing.
    """
    try:
        old = _open_settled(folder, taken, before)
    except BaseException:
        _give_back(folder, path, taken, name, ours)
        raise
    if old is None:
        _give_back(folder, path, taken, name, ours)
        raise FileChanged(path)
    try:
        os.unlink(taken, dir_fd=folder)
        # Who had found the file and not yet opened it when its name changed has opened it by now.
        if _nobody_writes(old) and (late := _read_all(old)):
            _append(folder, name, late, stat.S_IMODE(os.fstat(old).st_mode))
    finally:
        os.close(old)


def _open_settled(folder: int, name: str, content: bytes | None) -> int | None:
    """The open regular file *name* that nobody writes to and, where *content* is given, that holds it; else None."""
    try:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:  # a link, or gone
        return None
    try:
        good = stat.S_ISREG(os.fstat(fd).st_mode) and _nobody_writes(fd) and (content is None or _read_all(fd) == content)
    except BaseException:
        os.close(fd)
        raise
    if good:
        return fd
    os.close(fd)
    return None


def _give_back(folder: int, path: str, taken: str, name: str, ours: bytes | None) -> None:
    """Let the file *taken* have its *name* again, with what others appended meanwhile to *ours*, which stands there."""
    try:
        os.link(taken, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        if not _exchange(folder, taken, name):
            kept = _keep(folder, taken, name)
            raise OSError(errno.EEXIST, f"somebody made it anew meanwhile; what it held is in {kept}", path) from None
    else:
        os.unlink(taken, dir_fd=folder)
        return
    new = _open_settled(folder, taken, None)
    content = b"" if new is None else _read_all(new)
    if new is not None:
        os.close(new)
    if new is None or not content.startswith(ours or b""):
        kept = _keep(folder, taken, name)
        raise OSError(errno.EBUSY, f"somebody is writing to it; what was written meanwhile is in {kept}", path)
    os.unlink(taken, dir_fd=folder)
    if theirs := content[len(ours or b"") :]:
        _append(folder, name, theirs, 0o600)


def _nobody_writes(fd: int) -> bool:
    """Wait, for a second at most, until nobody has the open file *fd* open for writing."""
    for _ in range(_LOOKS):
        try:
            fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                return True  # a file system without leases cannot tell
            time.sleep(_TICK)
            continue
        fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return True
    return False


def _append(folder: int, name: str, content: bytes, mode: int) -> None:
    """Write lines of somebody else's to the end of *name*."""
    fd = os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, mode, dir_fd=folder)
    try:
        _write_all(fd, content)
        os.fsync(fd)
    finally:
        os.close(fd)


def _keep(folder: int, taken: str, name: str) -> str:
    """Give a file that is somebody's work a name that no clean-up of ours removes and augenrules does not compile."""
    kept = f"{name}.kept-{os.urandom(6).hex()}"
    os.rename(taken, kept, src_dir_fd=folder, dst_dir_fd=folder)
    return kept


def _copy_attributes(old: int, new: int) -> None:
    try:
        names = os.listxattr(old)
    except OSError:
        return  # A file system without extended attributes has none to keep.
    for name in names:
        if name not in _NOT_COPIED:
            os.setxattr(new, name, os.getxattr(old, name))


def _write_all(fd: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _read_all(fd: int) -> bytes:
    """The content of a file that is ours to replace. Raises OSError (EFBIG) where it has grown beyond what a rules file may have."""
    return read_whole(fd, _MOST_BYTES, "")


def _unlink_if_there(folder: int, name: str) -> None:
    with suppress(OSError):  # the first error is the one to report; the next run removes the leftover
        os.unlink(name, dir_fd=folder)
