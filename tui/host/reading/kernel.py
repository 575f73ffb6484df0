"""The kernel's audit status and rules, asked for over NETLINK_AUDIT: read only, no program started."""

from __future__ import annotations

import _socket as socket  # the module socket makes enums of every constant: 2 ms of a check (CPython 3.11)
import errno
import os
import struct
from collections.abc import Iterator

from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.rule.record import parse_record
from tui.audit.rule.value import Rule
from tui.base.typing import Literal
from tui.host.kernel_line import NO_AUDIT

_NETLINK_AUDIT = 9
_AUDIT_GET, _AUDIT_LIST_RULES, _AUDIT_GET_FEATURE = 1000, 1013, 1019
_NLM_F_REQUEST, _NLMSG_ERROR, _NLMSG_DONE = 1, 2, 3
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_STATUS = struct.Struct("=10I")  # struct audit_status up to backlog_wait_time, Linux 3.14
_STATUS_OLD = struct.Struct("=8I")
_FEATURES = struct.Struct("=4I")  # struct audit_features: version, mask, features, lock
_LOGINUID_IMMUTABLE = 1 << 1  # AUDIT_FEATURE_LOGINUID_IMMUTABLE, include/uapi/linux/audit.h
_ERROR = struct.Struct("=i")
_SO_RCVBUFFORCE = 33

_LARGEST_MESSAGE = 1 << 16
"""A rule record holds at most four strings of 4 KiB and a key; ample."""
_RECEIVE_BUFFER = 8 << 20
_TIMEOUT = 10.0
"""Seconds without any message after which the kernel counts as not answering."""
_SEQUENCE = 1

# Their inode numbers are constants of the kernel: PROC_PID_INIT_INO and PROC_USER_INIT_INO (include/linux/proc_ns.h).
_FIRST_NAMESPACES = {"pid": 0xEFFFFFFC, "user": 0xEFFFFFFD}


def read_status() -> AuditStatus | Unknown:
    """The kernel's ``struct audit_status``; what ``auditctl -s`` shows."""
    try:
        data = next(_ask(_AUDIT_GET), b"")
    except OSError as error:
        return Unknown(_reason("The audit status", error))
    if len(data) >= _STATUS.size:
        _mask, enabled, failure, pid, rate, limit, lost, backlog, _features, wait = _STATUS.unpack_from(data)
        return AuditStatus(enabled, failure, pid, rate, limit, lost, backlog, wait, _loginuid_immutable())
    if len(data) >= _STATUS_OLD.size:
        return AuditStatus(*_STATUS_OLD.unpack_from(data)[1:])
    return Unknown(f"The audit status could not be read: the kernel answered with {len(data)} bytes.")


def _loginuid_immutable() -> bool | None:
    """Whether a process's login id can no longer be changed (auditctl --loginuid-immutable); None where the kernel does not tell."""
    try:
        data = next(_ask(_AUDIT_GET_FEATURE), b"")
    except OSError:
        return None
    return bool(_FEATURES.unpack_from(data)[2] & _LOGINUID_IMMUTABLE) if len(data) >= _FEATURES.size else None


def read_rules() -> tuple[Rule, ...] | Unknown:
    """Every loaded rule in the kernel's order: list by list, in each the order in which the rules are tried."""
    try:
        return tuple([parse_record(data) for data in _ask(_AUDIT_LIST_RULES)])
    except OSError as error:
        return Unknown(_reason("The loaded audit rules", error))
    except ValueError as error:
        return Unknown(f"The loaded audit rules could not be read: {error}.")


def _ask(kind: int) -> Iterator[bytes]:
    """The bodies of the answers to one question, up to the end that the kernel announces. Raises OSError."""
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETLINK_AUDIT)
    try:
        link.settimeout(_TIMEOUT)
        try:
            link.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER)
        except OSError:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        link.bind((0, 0))
        link.send(_HEADER.pack(_HEADER.size, kind, _NLM_F_REQUEST, _SEQUENCE, 0))
        while True:
            message = link.recv(_LARGEST_MESSAGE)
            start = 0
            while start + _HEADER.size <= len(message):
                length, answer, _flags, sequence, _port = _HEADER.unpack_from(message, start)
                if length < _HEADER.size or start + length > len(message):
                    raise OSError(errno.EBADMSG, "a netlink message was cut off")
                body = message[start + _HEADER.size : start + length]
                start += (length + 3) & ~3
                if sequence != _SEQUENCE:
                    continue
                if answer == _NLMSG_DONE:
                    return
                if answer == _NLMSG_ERROR:
                    code = -_ERROR.unpack_from(body)[0]
                    if code:
                        raise OSError(code, os.strerror(code))
                elif answer == kind:
                    yield body
                    if kind != _AUDIT_LIST_RULES:
                        return
    finally:
        link.close()


def _reason(what: str, error: OSError) -> str:
    """Why the kernel does not tell, in words."""
    code = error.errno
    if isinstance(error, TimeoutError):
        why = f"the kernel did not answer within {_TIMEOUT:.0f} seconds"
    elif code in (errno.EPROTONOSUPPORT, errno.EAFNOSUPPORT, errno.EINVAL):
        why = NO_AUDIT
    elif code == errno.ECONNREFUSED and outside_first_namespace("user"):
        why = "this is a user namespace (a container), where the kernel refuses every question about auditing"
    elif code == errno.ECONNREFUSED:
        why = "the kernel's audit system is off or refuses this process"
    elif code in (errno.EPERM, errno.EACCES):
        why = _not_permitted()
    else:
        why = error.strerror or str(error)
    return f"{what} could not be read: {why}."


def _not_permitted() -> str:
    if os.geteuid() != 0:
        return "only root may ask for it; start the program again as root"
    if outside_first_namespace("pid"):
        return "this is a pid namespace (a container), where the kernel tells nothing about auditing; run it on the host itself"
    return "root lacks the capability CAP_AUDIT_CONTROL here (a container, or a service with fewer capabilities)"


def read_security_modules() -> tuple[str, ...] | None:
    """The active security modules; none where the kernel has a label for no process, None where it does not tell.

    Without securityfs the kernel still refuses to name a process's label (EINVAL) where no module gives any (proc_pid_attr_read).
    """
    try:
        with open("/sys/kernel/security/lsm", "rb") as file:
            return tuple(filter(None, file.read(_LARGEST_MESSAGE).decode("ascii", "replace").strip().split(",")))
    except OSError:
        pass
    try:
        with open("/proc/self/attr/current", "rb") as label:
            label.read(_LARGEST_MESSAGE)
    except OSError as error:
        return () if error.errno == errno.EINVAL else None
    return None


def copy_sockets(path: str = "/proc/net/netlink") -> dict[str, int]:
    """The sockets of this network namespace that have joined the group that gets a copy of every audit record (AUDIT_NLGRP_READLOG,
    include/uapi/linux/audit.h), as links in /proc/PID/fd name them, each with how many it lost: a copy is dropped where its reader is slow."""
    try:
        with open(path, "rb") as file:
            rows = [line.split() for line in file.read(_LARGEST_MESSAGE * 4).decode("ascii", "replace").splitlines()[1:]]
        return {
            f"socket:[{row[9]}]": int(row[8])
            for row in rows
            if len(row) > 9 and row[1] == str(_NETLINK_AUDIT) and int(row[3], 16) & 1
        }
    except (OSError, ValueError):
        return {}


def outside_first_namespace(kind: Literal["pid", "user"]) -> bool:
    """Whether this process sits in another namespace than the machine's first one (a container)."""
    try:
        return os.stat(f"/proc/self/ns/{kind}").st_ino != _FIRST_NAMESPACES[kind]
    except OSError:
        return False  # a kernel built without such namespaces has the first one only
