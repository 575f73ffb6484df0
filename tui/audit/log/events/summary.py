"""RecordedAccesses: what is known of one object from the log: how often, by whom, the last ones, and what stands out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tui.audit.inputs import ACCESSES
from tui.audit.log.events.accesses import Access
from tui.base.dataclass import dataclass
from tui.base.paths import below
from tui.base.typing import Literal, TypeVar

Key = TypeVar("Key")
DAY = 86_400.0
"""How old an access may be, in seconds, for its login to count as new where no time is named."""
MOST_LAST = 20
"""How many of the last accesses are kept one by one."""
OutstandingKind = Literal["foreign-write", "new-login", "refused", "odd-program"]
"""What stands out: a write or a change of attributes by no program that does so by trade, a login seen for the first time, an access
that was refused, a program that anybody could have put there."""

_PACKAGE_MANAGERS = frozenset(
    [
        "dpkg",
        "dpkg-deb",
        "dpkg-divert",
        "dpkg-statoverride",
        "apt",
        "apt-get",
        "aptitude",
        "rpm",
        "rpm2cpio",
        "dnf",
        "dnf5",
        "dnf-3",
        "microdnf",
        "yum",
        "zypper",
        "zypp",
        "pacman",
        "apk",
        "snapd",
        "snap",
        "packagekitd",
        "unattended-upgrade",
        "rpm-ostree",
        "ostree",
        "emerge",
        "xbps-install",
    ]
)
_PYTHON_PACKAGE_MANAGERS = frozenset(("dnf", "yum", "unattended-upgr", "dnf-automatic"))
"""Package managers in Python: the kernel names the interpreter as their program, and them in comm alone, which any process can set."""
_DOCKERS_OWN = frozenset(
    [
        "dockerd",
        "docker-init",
        "docker-proxy",
        "containerd",
        "containerd-shim",
        "containerd-shim-runc-v1",
        "containerd-shim-runc-v2",
        "runc",
        "crun",
        "systemd",
        "systemd-tmpfiles",
    ]
)
_ODD_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/home", "/run/user", "/memfd:")
"""Where programs lie that others than root could have put there; an unnamed file in memory begins with ``/memfd:``."""
_SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt", "/snap", "/nix/store")
_REFUSED = (1, 13)
"""EPERM and EACCES: the call was not allowed, as against a call that went wrong."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something accessed an object: in all, by permission (an access that is for two counts for both), refused, and when last; how
    many accesses are for no permission (``other``), and how many for more than one (``several``)."""

    events: int
    accesses: Mapping[str, int]
    refused: int
    last: float
    other: int = 0
    several: int = 0


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Something that stands out: its kind, how many accesses, the last of them, and for a new login since when the log could have told of it."""

    kind: OutstandingKind
    events: int
    last: Access
    failed: int = 0
    """How many of the accesses came to nothing."""
    known_since: float | None = None


@dataclass(frozen=True, slots=True)
class RecordedAccesses:
    """What the log tells of one object: all accesses counted, by program, and by login (None: without one), the most frequent first; the
    last ones, newest first; what stands out."""

    total: Tally
    programs: tuple[tuple[str, Tally], ...]
    logins: tuple[tuple[int | None, str, Tally], ...]
    """The login uid, its name ("" where nothing tells it), and its accesses."""
    last: tuple[Access, ...]
    outstanding: tuple[Outstanding, ...]


def is_package_manager(access: Access) -> bool:
    """Whether the access is by a package manager, by the place and name of its program."""
    name = _system_program(access)
    return name in _PACKAGE_MANAGERS or (name.startswith(("python", "platform-python")) and access.comm in _PYTHON_PACKAGE_MANAGERS)


def sum_up(
    accesses: Iterable[Access],
    *,
    runtime: bool,
    since: float | None,
    now: float,
    log_begins: float | None,
    name_of: Callable[[int], str] = lambda _uid: "",
) -> RecordedAccesses:
    """What *accesses* amount to. Those before *since* only tell which logins are known; *log_begins* is the time of the oldest record that was
    read. *runtime*: the object is a directory or a socket that Docker's own programs write to. *name_of* tells the user of a login uid
    where auditd did not."""
    ordered = sorted(accesses, key=lambda access: (access.time, access.serial), reverse=True)
    shown = [access for access in ordered if since is None or access.time >= since]
    logins = _grouped(shown, lambda access: access.login)
    return RecordedAccesses(
        _tally(shown),
        tuple((program, _tally(group)) for program, group in _grouped(shown, lambda access: access.program)),
        tuple((login, _login_name(login, group, name_of), _tally(group)) for login, group in logins),
        tuple(shown[:MOST_LAST]),
        (
            *_of_groups("foreign-write", _grouped([one for one in shown if _is_foreign_write(one, runtime)], _program)),
            *_of_groups("odd-program", _grouped([one for one in shown if _program(one).startswith(_ODD_FOLDERS)], _program)),
            *_of_groups("refused", _grouped([one for one in shown if one.error in _REFUSED], lambda one: one.login)),
            *_new_logins(ordered, now - DAY if since is None else since, log_begins),
        ),
    )


def _program(access: Access) -> str:
    return access.program


def _grouped(accesses: Sequence[Access], key: Callable[[Access], Key]) -> list[tuple[Key, list[Access]]]:
    """*accesses* by *key*, the most frequent group first; within a group their order stays."""
    groups: dict[Key, list[Access]] = {}
    for access in accesses:
        groups.setdefault(key(access), []).append(access)
    return sorted(groups.items(), key=lambda pair: -len(pair[1]))


def _tally(accesses: Sequence[Access]) -> Tally:
    """The tally of *accesses*, the newest first."""
    by_letter = {letter: sum(letter in access.accesses for access in accesses) for letter in ACCESSES}
    refused = sum(access.error in _REFUSED for access in accesses)
    other, several = sum(not access.accesses for access in accesses), sum(len(access.accesses) > 1 for access in accesses)
    return Tally(len(accesses), by_letter, refused, accesses[0].time if accesses else 0.0, other, several)


def _login_name(login: int | None, group: Sequence[Access], name_of: Callable[[int], str]) -> str:
    if login is None:
        return ""
    return next((access.login_name for access in group if access.login_name), "") or name_of(login)


def _system_program(access: Access) -> str:
    """The name of the access's program where it lies in a folder of the system, else ""; an upgrade leaves a program that is deleted."""
    program = access.program.removesuffix(" (deleted)")
    return program.rpartition("/")[2] if any(below(program, folder) for folder in _SYSTEM_FOLDERS) else ""


def _is_foreign_write(access: Access, runtime: bool) -> bool:
    changes = "w" in access.accesses or "a" in access.accesses
    usual = is_package_manager(access) or (runtime and _system_program(access) in _DOCKERS_OWN)
    return changes and not usual


def _of_groups(kind: OutstandingKind, groups: Iterable[tuple[object, list[Access]]]) -> Iterator[Outstanding]:
    for _, group in sorted(groups, key=lambda pair: -pair[1][0].time):
        yield Outstanding(kind, len(group), group[0], sum(access.success is False for access in group))


def _new_logins(ordered: Sequence[Access], since: float, log_begins: float | None) -> Iterator[Outstanding]:
    """The logins whose first access is not older than *since*, where the log goes back further than that, so that it could have told."""
    if log_begins is None or log_begins >= since:
        return
    for login, group in _grouped(ordered, lambda access: access.login):
        if login is not None and group[-1].time >= since:
            yield Outstanding("new-login", len(group), group[0], known_since=log_begins)
