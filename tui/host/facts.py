"""HostFacts: everything the wizard knows of a host, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping

from tui.audit.inputs import AuditStatus, LogFile, Mount, Names, PathFacts, Unknown
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import RulesFile
from tui.audit.value_checks import check_amount, check_moment
from tui.base.dataclass import dataclass, field
from tui.base.typing import Literal

RULES_DIR = "/etc/audit/rules.d"
DOCKER_RULES = "/etc/audit/rules.d/docker.rules"
AUDIT_RULES = "/etc/audit/audit.rules"
AUDIT_RULES_PREV = "/etc/audit/audit.rules.prev"
"""The copy that augenrules keeps of the audit.rules before."""
AUDITD_CONF = "/etc/audit/auditd.conf"
AUDITD_UNIT = "auditd.service"
JOURNAL_UNIT = "systemd-journald.service"
JOURNAL_SOCKET = "systemd-journald-audit.socket"
"""What systemd-journald gets its copies of audit records by."""
AUDIT_RULES_UNIT = "audit-rules.service"
AUGENRULES_UNIT = "augenrules.service"
"""SUSE's name for the unit that loads the rules."""
INIT_SCRIPT = "/etc/init.d/auditd"
DAEMONS = ("dockerd", "containerd")
"""Docker's daemons, by the names of their processes."""
MOST_RULES_BYTES = 16 << 20
"""As many bytes as are read of the rules files of rules.d together, and of audit.rules: some 200 000 rules."""
MOST_CONF_BYTES = 256 << 10
"""As many bytes as are read of auditd.conf; distributions ship one of 1 KiB."""
MountView = Literal["machine", "chroot", "namespace", "unknown"]
"""Whose files are read: the machine's, as its process 1 sees them; those of a chroot; those of another mount namespace (a
container); ``unknown``: /proc, which would tell, is not mounted."""
LEGACY_RESTART = "/usr/libexec/initscripts/legacy-actions/auditd/restart"
"""What ``service auditd restart`` runs where the unit refuses a manual stop (RHEL and its kin)."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What a question needs read from a host beyond what is always read: paths, unit names, text files."""

    paths: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()
    """Names looked at below every place that those units and files name (``volumes`` below the data root)."""
    machine: bool = False
    """True: also the hash by which this machine is told from any other (documents for programs, captures)."""
    history: bool = False
    """True: also what the logs hold of growth (reads whole log files; the wizard and ``plan`` want it, ``check`` does not)."""

    def __or__(self, other: Interest) -> Interest:
        return Interest(
            self.paths | other.paths,
            self.units | other.units,
            self.files | other.files,
            self.below | other.below,
            self.machine or other.machine,
            self.history or other.history,
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """Which machine this is: host name, /etc/os-release's ID, VERSION_ID and PRETTY_NAME, uname's release and machine.

    ``machine_id_hash`` tells this machine from any other without giving its id away (machine-id(5) asks for that): the SHA-256 of
    /etc/machine-id with this program's name; "" where there is none, and where it was not asked for.
    """

    name: str
    os_id: str = ""
    os_version: str = ""
    os_name: str = ""
    kernel: str = ""
    machine: str = "x86_64"
    machine_id_hash: str = ""


@dataclass(frozen=True, slots=True)
class Privileges:
    """What the process may do: effective uid, CAP_AUDIT_CONTROL, and whether it sits in the first pid and user namespace.

    ``mount_view`` says whose files it sees, ``differs_at`` names a path at which they are not those of process 1.
    """

    euid: int
    audit_control: bool = True
    first_pid_namespace: bool = True
    first_user_namespace: bool = True
    mount_view: MountView = "machine"
    differs_at: str | None = None


@dataclass(frozen=True, slots=True)
class Programs:
    """Absolute paths of the programs a run uses, None where they are missing; ``systemd`` is /run/systemd/system's existence."""

    auditctl: str | None = None
    augenrules: str | None = None
    auditd: str | None = None
    ausearch: str | None = None
    service: str | None = None
    systemctl: str | None = None
    systemd: bool = False
    rc_service: str | None = None

    def start_daemon(self) -> tuple[str, ...] | None:
        """The command that brings up an auditd that is down, None where nothing here does.

        systemd allows a start even where RefuseManualStop forbids the restart.
        """
        if self.systemd and self.systemctl:
            return (self.systemctl, "start", "auditd")
        if self.service:
            return (self.service, "auditd", "start")
        return (self.rc_service, "auditd", "start") if self.rc_service else None

    @property
    def start_words(self) -> str:
        """The same command as one types it."""
        argv = self.start_daemon()
        return " ".join((argv[0].rpartition("/")[2], *argv[1:])) if argv else "start auditd as this host starts its daemons"

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of those without which nothing is audited."""
        return tuple(name for name in ("auditctl", "augenrules", "auditd") if getattr(self, name) is None)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One entry of the file system with its content.

    ``content`` is None for what is not read (directories, sockets, dangling links, what nobody asked the content of); ``target`` is
    a link's. ``mode`` holds the permission bits only. ``label`` is the SELinux context, None without one. ``immutable`` is chattr's i
    or a flag, of files and directories. For a link ``content`` is that of the file it ends at, ``end`` what it ends at (None: nothing,
    or not told). ``links`` is how many names a file has (st_nlink). ``size`` is that of a file whose content was not read, in bytes.
    """

    path: str
    kind: Literal["file", "directory", "symlink", "socket", "fifo", "device"] = "file"
    content: bytes | None = b""
    mode: int = field(default=0o640, metadata={"octal": True})
    uid: int = 0
    gid: int = 0
    target: str | None = None
    label: str | None = None
    immutable: bool = False
    links: int = 1
    end: Literal["file", "directory", "symlink", "socket", "fifo", "device"] | None = None
    size: int | None = None


def rules_file(entry: FileFacts) -> RulesFile:
    """An entry of rules.d as augenrules meets it; a link to /dev/null, as files that a package brings are masked, is an empty file."""
    content = b"" if entry.target == "/dev/null" else entry.content
    return RulesFile(entry.path.rpartition("/")[2], content, entry.kind, None if entry.target == "/dev/null" else entry.end)


@dataclass(frozen=True, slots=True)
class LogFacts:
    """Where the audit log lies: the folder as auditd.conf names it, where it really is, its files, and what keeps old logs (files
    of cron and logrotate that name the folder, and active plugins)."""

    folder: str
    real_folder: str | None
    files: tuple[LogFile, ...] = ()
    keepers: tuple[FileFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """A running process of interest: dockerd, containerd, auditd or whoever takes the kernel's audit records.

    ``dropped`` is how many copies of audit records the kernel could not hand it, where it takes copies of all; None: it takes none.

    ``started`` is in seconds since boot; ``stopped``: by a signal or a tracer, so that it does nothing until it goes on.

    ``uid`` is 0 where the real, effective, saved and file system uid are all root's, else the first of them that is not; None: not
    told. ``own_mounts`` is whether it sees the mount namespace that the reader sees; None: not told.
    """

    pid: int
    name: str
    exe: str | None
    started: float = field(metadata={"check": check_amount})
    stopped: bool = False
    uid: int | None = None
    own_mounts: bool | None = None
    dropped: int | None = None

    @property
    def is_auditd(self) -> bool:
        """Whether this is the audit daemon of the audit package; an upgrade leaves it with a program that is deleted."""
        return "auditd" in (self.name, self._program)

    @property
    def display_name(self) -> str:
        """Its name in full: comm, which the kernel cuts at 15 bytes (proc(5)), as the program's own name has it, not cleaned."""
        return self._program if len(self.name) >= 15 and self._program.startswith(self.name) else self.name

    @property
    def _program(self) -> str:
        return (self.exe or "").removesuffix(" (deleted)").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A systemd unit as found on disk in systemd's search order; ``path`` None: no such unit. ``files`` is the unit file
    and its drop-ins, in the order in which they apply."""

    name: str
    path: str | None
    files: tuple[FileFacts, ...] = ()

    @property
    def is_masked(self) -> bool:
        """Whether the unit's file is a link to /dev/null, or empty: systemd starts such a unit in no way (systemd.unit(5))."""
        main = self.files[0] if self.files else None
        return main is not None and (
            main.target == "/dev/null" or (main.kind == "file" and main.content == b"" and main.target is None)
        )


@dataclass(frozen=True, slots=True)
class KernelLine:
    """One line of a file that gives the kernel its command line: ``words`` are what the line says, variables of the boot loader put in."""

    file: str
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class UntoldMenu:
    """A file of a boot loader that was seen and that does not tell what the kernel is given at the next boot.

    ``why``: others than root can write it (``others-write``), it could not be read (``unread``), it is an image without a command line of
    its own (``image``), or the kernel that runs was given no root file system to know this host's entries by (``no-root``).
    """

    file: str
    why: Literal["others-write", "unread", "image", "no-root"]


@dataclass(frozen=True, slots=True)
class BootFacts:
    """What on disk decides whether the next boot starts auditd and loads rules, for the ``init`` that runs this host.

    ``targets`` are the units that systemd's default.target brings about, itself first; ``links`` the paths of the entries that make
    something start: those of ``.wants`` and ``.requires`` folders that lead from one of these targets to a unit of audit, the ``S`` and
    ``K`` links of rcN.d, the entries of OpenRC's runlevels. What lies in memory (/run) and no generator makes is left out of both: a
    boot begins without it. Presets say what a package's installation enables; a boot reads none but the first one of a
    system, whose links to be are among ``links``.
    """

    init: Literal["systemd", "openrc", "sysvinit"]
    targets: tuple[str, ...] = ()
    runlevel: str = ""
    """The runlevel of /etc/inittab's initdefault; "": none is named, and each of 2 to 5 is taken for it."""
    links: tuple[str, ...] = ()
    units: Mapping[str, UnitFacts] = field(default_factory=dict)
    """systemd's units of audit as the next boot finds them, where that is not as :attr:`HostFacts.units` has them, and those that are
    not there."""
    files: Mapping[str, FileFacts | Unknown | None] = field(default_factory=dict)
    """The start script, its settings, and the rules files that something other than augenrules loads; None: absent."""
    kernel_lines: tuple[KernelLine, ...] = ()
    """What boot loaders have for the kernel, of entries with the root file system that runs now: of the entry that is booted by itself where
    that can be told, else of each. Empty: not told, and the next boot's is taken to be /proc/cmdline again."""
    kernel_settings: tuple[KernelLine, ...] = ()
    """What those lines are made of when a boot loader's configuration is made anew (/etc/default/grub, /etc/kernel/cmdline)."""
    untold_menus: tuple[UntoldMenu, ...] = ()
    """What of boot loaders was seen and not gone by."""


@dataclass(frozen=True, slots=True)
class HostFacts:
    """A host at one moment. What could not be read is an :class:`Unknown` with the reason, never a guess."""

    identity: Identity
    privileges: Privileges
    programs: Programs
    names: Names
    taken_at: float = field(metadata={"check": check_moment})
    """When it was read, in seconds since 1970."""
    audit_status: AuditStatus | Unknown
    kernel_rules: tuple[Rule, ...] | Unknown
    """In the kernel's order (AUDIT_LIST_RULES)."""
    rules_dir: tuple[FileFacts, ...] | Unknown
    """Every entry of /etc/audit/rules.d, sorted by name, with the content of those that augenrules reads."""
    audit_rules: FileFacts | Unknown | None
    """/etc/audit/audit.rules; None: absent."""
    auditd_conf: FileFacts | Unknown | None
    cmdline: str | Unknown
    """/proc/cmdline."""
    mounts: tuple[Mount, ...] | Unknown
    log: LogFacts | Unknown
    paths: Mapping[str, PathFacts | Unknown] = field(default_factory=dict)
    """Every path asked for and every path that a rule names, keyed as written."""
    units: Mapping[str, UnitFacts] = field(default_factory=dict)
    files: Mapping[str, FileFacts | Unknown | None] = field(default_factory=dict)
    """Other text files asked for; None: absent."""
    processes: tuple[Process, ...] = ()
    early_folders: tuple[str, ...] = ()
    """Directories below /run that systemd makes before auditd loads its rules at boot (tmpfiles.d(5))."""
    source: Literal["live", "file", "demo"] = "live"
    rules_folder: FileFacts | Unknown | None = FileFacts(RULES_DIR, "directory", None, mode=0o750)
    """/etc/audit/rules.d itself, behind its links; None: absent."""
    security_modules: tuple[str, ...] | None = None
    """The kernel's active security modules (/sys/kernel/security/lsm): they alone give processes and files labels; None: not told."""
    others_listen: bool = False
    """Whether a program takes copies of the records that the kernel offers to every root program (multicast; systemd-journald does where
    systemd-journald-audit.socket is on)."""
    boot: BootFacts | None = None
    """What the next boot starts; None: not told, as by host files of an earlier schema."""

    @property
    def known_mounts(self) -> tuple[Mount, ...]:
        """The mounts; none where they could not be read."""
        return self.mounts if isinstance(self.mounts, tuple) else ()

    @property
    def other_daemon(self) -> Process | None:
        """The process that the kernel hands its records to, where it is another program than auditd (auditbeat, osqueryd, go-audit);
        None for auditd, for nobody, and where it cannot be told.

        Where nobody is registered, auditing is on all the same and no boot starts auditd, it is systemd-journald, if that takes a copy of each
        record.
        """
        if isinstance(self.audit_status, Unknown):
            return None
        if not self.audit_status.pid:
            journal = next((process for process in self.processes if process.dropped is not None and process.uid == 0), None)
            return journal if self.audit_status.enabled and self._leaves_auditd_out else None
        owner = next((process for process in self.processes if process.pid == self.audit_status.pid), None)
        return None if owner is None or owner.is_auditd else owner

    @property
    def _leaves_auditd_out(self) -> bool:
        """Whether systemd starts no auditd at boot, since somebody has turned it off or nobody has turned it on."""
        if self.boot is None or self.boot.init != "systemd":
            return False
        unit = self.boot.units.get(AUDITD_UNIT, self.units.get(AUDITD_UNIT))
        linked = any(link.endswith(f"/{AUDITD_UNIT}") for link in self.boot.links)
        return unit is None or unit.path is None or unit.is_masked or not linked
