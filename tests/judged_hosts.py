"""Small hosts for tests: everything readable, nothing audited, with the paths, units and files that a test names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui.audit.inputs import AuditStatus, Mount, Names, PathFacts, PathKind, Unknown
from tui.host.facts import FileFacts, HostFacts, Identity, LogFacts, Privileges, Programs, UnitFacts


def path(
    name: str, kind: PathKind = "file", *, target: str | None = None, real: str | None = None, parent: str | None = None
) -> PathFacts:
    """A path that is there; ``real`` is where its links end, ``parent`` its parent with all links followed."""
    folder = parent or name.rpartition("/")[0] or "/"
    mount = "/run" if folder.startswith("/run") else "/"
    if kind == "absent":
        return PathFacts(name, "absent", folder, mount_point=mount)
    end = real if kind == "symlink" else folder.rstrip("/") + "/" + name.rpartition("/")[2]
    return PathFacts(name, kind, folder, 0o755, 0, 0, 1, abs(hash(end or name)) % 10**6, 1, target, end, mount)


def unit(name: str, *contents: str, place: str = "/usr/lib/systemd/system", target: str | None = None) -> UnitFacts:
    """A unit file with its drop-ins."""
    main = FileFacts(f"{place}/{name}", "symlink" if target else "file", contents[0].encode(), target=target)
    drop_ins = [
        FileFacts(f"/etc/systemd/system/{name}.d/{number}.conf", content=text.encode()) for number, text in enumerate(contents[1:])
    ]
    return UnitFacts(name, main.path, (main, *drop_ins))


def host(
    *paths: PathFacts,
    units: tuple[UnitFacts, ...] = (),
    files: Mapping[str, str | Unknown | None] | None = None,
    euid: int = 0,
    **more: Any,
) -> HostFacts:
    """A host with these paths; every other one that is asked for is absent once :func:`seen` was called."""
    facts = {found.path: found for found in paths}
    read = {
        name: FileFacts(name, content=content.encode()) if isinstance(content, str) else content
        for name, content in (files or {}).items()
    }
    given: dict[str, Any] = {
        "kernel_rules": (),
        "rules_dir": (),
        "audit_rules": None,
        "auditd_conf": None,
        "cmdline": "ro quiet",
        "mounts": (Mount("/", "8:1", "ext4"), Mount("/run", "0:22", "tmpfs")),
        "log": LogFacts("/var/log/audit", "/var/log/audit"),
    }
    return HostFacts(
        Identity("host"),
        Privileges(euid),
        Programs(systemd=True),
        Names({"root": 0}),
        1.0,
        AuditStatus(1, pid=1),
        paths=facts,
        units={found.name: found for found in units},
        files=read,
        **(given | more),
    )
