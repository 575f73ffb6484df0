"""The temporary folder of a simulation; a simulation that was killed (SIGKILL, power loss) left its own behind, and the next one clears it."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
import weakref
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

PREFIX = "docker-audit-wizard-demo-"
IN_USE = ".in-use"
"""The file in such a folder on which its process holds flock(2): the kernel lets go of it when the process dies, however it dies."""


class SimulationFolder:
    """A folder of mode 0700 that is gone with this value, or with the next simulation of the same user."""

    def __init__(self) -> None:
        _clear_once(tempfile.gettempdir(), os.getpid())
        while True:
            name = tempfile.mkdtemp(prefix=PREFIX)
            descriptor = os.open(
                os.path.join(name, IN_USE), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
            )
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.path.isdir(name):
                break
            os.close(descriptor)  # between the file and its lock another simulation took it for a dead one's
        self.path = Path(name)
        """The folder."""
        self._end = weakref.finalize(self, _remove, name, descriptor)


def _remove(name: str, descriptor: int) -> None:
    shutil.rmtree(name, ignore_errors=True)
    os.close(descriptor)


@lru_cache(maxsize=4)
def _clear_once(place: str, _process: int) -> None:
    with suppress(OSError):
        clear_dead(place)


def clear_dead(place: str) -> tuple[str, ...]:
    """Remove from the folder *place* what dead simulations of this user have left there; the names of what was removed.

    Only folders of this user that nobody else may enter, no links, with the file of a simulation in them that no process holds; and nothing at
    all where others could exchange one folder for another, as in a folder that anybody may write and that is not sticky. Raises OSError.
    """
    facts = os.stat(place)
    others_move = facts.st_mode & 0o022 and not facts.st_mode & stat.S_ISVTX
    if others_move or facts.st_uid not in (0, os.geteuid()):
        return ()
    names = [name for name in os.listdir(place) if name.startswith(PREFIX)]
    return tuple(name for name in names if _clear(os.path.join(place, name)))


def _clear(path: str) -> bool:
    """Whether *path* was a dead simulation's folder, and is gone now."""
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        facts = os.fstat(folder)
        if facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
            return False
        held = os.open(IN_USE, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return False  # an older version's, or no simulation's at all
    finally:
        os.close(folder)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
        return not os.path.lexists(path)
    except OSError:
        return False  # at work
    finally:
        os.close(held)
