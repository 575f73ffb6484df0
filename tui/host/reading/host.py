"""Reads this machine into HostFacts without starting a program; what cannot be read is an Unknown with the reason."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from tui.audit.inputs import AuditStatus, Mount, Unknown
from tui.audit.log.conf import AuditdConf, parse_conf
from tui.audit.log.partition import CRITICAL, parse_mountinfo
from tui.audit.rules_d.file_order import contents_wanted
from tui.base.bounded_reading import MOST_SETTINGS_BYTES, read_file
from tui.base.dataclass import replace
from tui.base.paths import nearest
from tui.base.typing import NamedTuple
from tui.host.boot_load import files_to_load, loads_after_tmpfiles
from tui.host.facts import (
    AUDIT_RULES,
    AUDIT_RULES_PREV,
    AUDITD_CONF,
    DOCKER_RULES,
    MOST_CONF_BYTES,
    MOST_RULES_BYTES,
    RULES_DIR,
    FileFacts,
    HostFacts,
    Identity,
    Interest,
    LogFacts,
    Privileges,
    Process,
    Programs,
)
from tui.host.reading import kernel
from tui.host.reading.boot import read_boot
from tui.host.reading.entries import because, try_entry
from tui.host.reading.log_folder import read_log_folder
from tui.host.reading.mount_view import read_mount_view
from tui.host.reading.named_paths import (
    configuration_files,
    folders_in_memory,
    paths_in_configuration,
    paths_in_text,
    paths_of_rules,
)
from tui.host.reading.names import audit_version, read_names
from tui.host.reading.owners import Owners
from tui.host.reading.paths import read_paths, with_ends
from tui.host.reading.processes import programs_beside, read_processes
from tui.host.reading.tmpfiles import early_folders
from tui.host.reading.units import find_unit
from tui.host.recorder import configuration_paths, hands_on_only, plugins_of, record_paths, settings_asked_for
from tui.host.trust import is_roots

PROGRAM_FOLDERS = ("/usr/sbin", "/sbin", "/usr/bin", "/bin")

_MOST_MOUNTINFO = 16 << 20
"""Some 100 000 mounts; the kernel's default bound is as high (fs.mount-max)."""
_CAP_AUDIT_CONTROL = 30  # linux/capability.h

# A network or user space file system may hang when asked for its size.
_NOT_ASKED = ("nfs", "cifs", "smb", "fuse", "9p", "afs", "ceph", "gluster", "autofs")


def read_host(interest: Interest) -> HostFacts:
    """The facts of this machine as it is now, with what *interest* asks for. Never raises for what cannot be read."""
    uname = os.uname()
    programs = read_programs()
    audit_status = kernel.read_status()
    kernel_rules = kernel.read_rules()
    installed = audit_version(programs.auditctl)
    rules_dir = read_rules_dir(RULES_DIR, installed)
    audit_rules = try_entry(AUDIT_RULES, MOST_RULES_BYTES)
    auditd_conf = try_entry(AUDITD_CONF, MOST_CONF_BYTES)
    mounts = read_mounts()
    conf = conf_of(auditd_conf)
    log_file = log_file_of(auditd_conf)
    log = read_log_folder(log_file, history=interest.history) if isinstance(log_file, str) else log_file
    on_disk = [entry.content for entry in rules_dir if entry.content] if not isinstance(rules_dir, Unknown) else []
    if isinstance(audit_rules, FileFacts) and audit_rules.content:
        on_disk.append(audit_rules.content)
    units = {name: find_unit(name) for name in sorted(interest.units)}
    cmdline = _text("/proc/cmdline")
    copying, daemon_pid = kernel.copy_sockets(), audit_status.pid if isinstance(audit_status, AuditStatus) else 0
    # Beside a registered daemon the journal's copies are of no account.
    processes = read_processes(daemon_pid=daemon_pid, copying={} if daemon_pid else copying)
    in_journal = any(process.dropped is not None for process in processes)
    boot = read_boot(units, cmdline, mounts if isinstance(mounts, tuple) else (), in_journal=in_journal)
    on_disk += [
        file.content for path in files_to_load(boot, units) if isinstance(file := boot.files.get(path), FileFacts) and file.content
    ]
    files = {path: try_entry(path, most_of(path)) for path in sorted(interest.files)}
    recorders = _recorder_files(audit_status, processes, conf, log)
    files |= {path: _of_recorder(try_entry(path, MOST_SETTINGS_BYTES)) for path in recorders.configuration}
    records = record_paths(recorders.daemon, recorders.plugins, files)
    owners = Owners()
    configured = [file for file in configuration_files(units.values(), files.values()) if owners.exposed(file.path) is None]
    paths = {
        DOCKER_RULES,
        RULES_DIR,
        AUDIT_RULES_PREV,
        *conf.paths,
        *interest.paths,
        *CRITICAL,
        *paths_of_rules(kernel_rules),
        *paths_in_text(on_disk),
        *paths_in_configuration(configured, interest.below),
        *(file.path for file in configuration_files(units.values(), files.values())),
        *(process.exe for process in processes if process.exe and is_roots(process)),
        *programs_beside(processes, interest.paths),
        *recorders.configuration,
        *(path for path, _ in records),
    }
    paths |= folders_in_memory(paths, mounts if isinstance(mounts, tuple) else ())
    mount_points = frozenset(mount.mount_point for mount in mounts) if not isinstance(mounts, Unknown) else frozenset[str]()
    if not isinstance(mounts, Unknown):
        real_folder = log.real_folder if not isinstance(log, Unknown) else None
        mounts = with_sizes(mounts, (*CRITICAL, *((real_folder,) if real_folder else ())))
    return HostFacts(
        identity=read_identity(uname, machine=interest.machine),
        privileges=read_privileges(),
        programs=programs,
        names=read_names(on_disk, conf.groups, installed, uname.machine, {user for _, user in records if user}),
        taken_at=time.time(),
        audit_status=audit_status,
        kernel_rules=kernel_rules,
        rules_dir=rules_dir,
        audit_rules=audit_rules,
        auditd_conf=auditd_conf,
        cmdline=cmdline,
        mounts=mounts,
        log=log,
        paths=with_ends(read_paths(paths, mount_points, owners), lambda ends: read_paths(ends, mount_points, owners)),
        units=units,
        files=files,
        processes=processes,
        rules_folder=try_entry(os.path.realpath(RULES_DIR)),
        early_folders=early_folders() if programs.systemd and loads_after_tmpfiles(boot, units) else (),
        boot=boot,
        security_modules=kernel.read_security_modules(),
        others_listen=bool(copying),
    )


def _of_recorder(file: FileFacts | Unknown | None) -> FileFacts | Unknown | None:
    return replace(file, content=settings_asked_for(file.content)) if isinstance(file, FileFacts) and file.content else file


class _Recorders(NamedTuple):
    """Who has the records that auditd's log has not, and the files that tell where they are put."""

    daemon: Process | None = None
    plugins: tuple[FileFacts, ...] = ()
    configuration: tuple[str, ...] = ()


def _recorder_files(
    status: AuditStatus | Unknown, processes: Iterable[Process], conf: AuditdConf, log: LogFacts | Unknown
) -> _Recorders:
    pid = status.pid if isinstance(status, AuditStatus) else 0
    daemon = next((process for process in processes if pid and process.pid == pid and not process.is_auditd), None)
    plugins = plugins_of(log) if daemon is None and hands_on_only(conf.settings) else ()
    return _Recorders(daemon, plugins, configuration_paths(daemon, plugins))


def read_identity(uname: os.uname_result, *, machine: bool) -> Identity:
    """The identity of this machine: its name, its system, its kernel."""
    release: dict[str, str] = {}
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        text = _text(path)
        if isinstance(text, str):
            for line in text.splitlines():
                name, equals, value = line.strip().partition("=")
                if equals and not name.startswith("#"):
                    release[name] = value.strip("\"'")
            break
    return Identity(
        uname.nodename,
        release.get("ID", ""),
        release.get("VERSION_ID", ""),
        release.get("PRETTY_NAME", ""),
        uname.release,
        uname.machine,
        _machine_id_hash() if machine else "",
    )


def _machine_id_hash() -> str:
    text = _text("/etc/machine-id")
    found = text.strip() if isinstance(text, str) else ""
    import hmac  # dear: only a document that is to leave the machine has it

    return hmac.new(found.encode(), b"docker-audit-wizard", "sha256").hexdigest()[:32] if found else ""


def read_privileges() -> Privileges:
    """The privileges of this process."""
    status = _text("/proc/self/status")
    capable = False
    if isinstance(status, str):
        found = next((line[len("CapEff:") :] for line in status.splitlines() if line.startswith("CapEff:")), "0")
        capable = bool(int(found, 16) >> _CAP_AUDIT_CONTROL & 1)
    return Privileges(
        os.geteuid(),
        capable,
        not kernel.outside_first_namespace("pid"),
        not kernel.outside_first_namespace("user"),
        *read_mount_view(),
    )


def read_programs() -> Programs:
    """Where the programs are that a run starts."""

    def find(name: str) -> str | None:
        return next((path for folder in PROGRAM_FOLDERS if os.access(path := f"{folder}/{name}", os.X_OK)), None)

    return Programs(
        find("auditctl"),
        find("augenrules"),
        find("auditd"),
        find("ausearch"),
        find("service"),
        find("systemctl"),
        os.path.isdir("/run/systemd/system"),
        find("rc-service"),
    )


def most_of(path: str) -> int:
    """How many bytes are read of a file that is asked for by its path."""
    if path == AUDITD_CONF:
        return MOST_CONF_BYTES
    return MOST_RULES_BYTES if path.startswith("/etc/audit/") else MOST_SETTINGS_BYTES


def read_rules_dir(folder: str, installed: str | None = None) -> tuple[FileFacts, ...] | Unknown:
    """Every entry of *folder* by name, with the content of what augenrules of the *installed* audit package reads; none where the
    folder was seen to be absent."""
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return ()
    except OSError as error:
        return because(error, folder)
    wanted, left = contents_wanted(names, installed), MOST_RULES_BYTES
    entries = []
    for name in names:
        entry = try_entry(f"{folder}/{name}", left if name in wanted else None)
        if isinstance(entry, Unknown):
            return entry
        if entry is not None:
            entries.append(entry)
            left -= len(entry.content or b"")
    return tuple(entries)


def conf_of(conf: FileFacts | Unknown | None) -> AuditdConf:
    """What auditd.conf says, the daemon's own defaults where it was not read."""
    return parse_conf(conf.content if isinstance(conf, FileFacts) else None)


def log_file_of(conf: FileFacts | Unknown | None) -> str | Unknown:
    """The absolute path of the audit log as auditd.conf has it, auditd's own default where it does not say."""
    if isinstance(conf, Unknown):
        return Unknown(f"The audit log is not found, since {conf.reason}", conf.way_out)
    log_file = conf_of(conf).settings.log_file
    return log_file if log_file.startswith("/") else Unknown(f"auditd.conf names no absolute path as log_file: {log_file}.")


def read_mounts() -> tuple[Mount, ...] | Unknown:
    """The mounts of this machine, without sizes."""
    try:
        return parse_mountinfo(read_file("/proc/self/mountinfo", _MOST_MOUNTINFO).decode("utf-8", "surrogateescape"))
    except OSError as error:
        return because(error, "/proc/self/mountinfo")


def with_sizes(mounts: tuple[Mount, ...], paths: Iterable[str]) -> tuple[Mount, ...]:
    """*mounts* with the sizes of those that one of *paths* lies on."""
    last_at = {mount.mount_point: position for position, mount in enumerate(mounts)}
    result = list(mounts)
    for path in paths:
        point = nearest(os.path.realpath(path), last_at)
        if point is None or result[last_at[point]].fs_type.startswith(_NOT_ASKED):
            continue
        mount = result[last_at[point]]
        if mount.size_bytes is None:
            try:
                sizes = os.statvfs(point)
            except OSError:
                continue
            unit = sizes.f_frsize
            result[last_at[point]] = replace(
                mount,
                size_bytes=sizes.f_blocks * unit,
                free_bytes=sizes.f_bfree * unit,
                available_bytes=sizes.f_bavail * unit,
            )
    return tuple(result)


def _text(path: str) -> str | Unknown:
    try:
        return read_file(path, MOST_SETTINGS_BYTES).decode("utf-8", "surrogateescape").strip()
    except OSError as error:
        return because(error, path)
