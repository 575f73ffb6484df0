"""auditd.conf read exactly as the daemon reads it: typed settings, and every line that would keep it from starting."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from tui.audit.inputs import PathFacts, PathKind, Unknown
from tui.audit.log.conf_keys import KEYWORDS, NO_THRESHOLD, BadValue, ConfReader, LookupKind, Threshold, dirname, value_in_words
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass, field
from tui.base.notice import Notice, Place
from tui.base.typing import Literal
from tui.base.versions import at_least, before

Action = Literal["ignore", "syslog", "rotate", "email", "exec", "suspend", "single", "halt"]
SizeAction = Literal["ignore", "syslog", "suspend", "rotate", "keep_logs"]


ConfErrorKind = Literal["auditd-would-not-start", "restart-stops-host"]
ConfNoteKind = Literal["conf-line"]

AUDITD_CONF = "/etc/audit/auditd.conf"


def conf_error(line: int | None, text: str, remedy: str) -> Notice[ConfErrorKind]:
    """Why auditd would not start with its file as it is (exit status 6). *line* counts from 1, None where no single line is at fault;
    *remedy* says what to write or do."""
    return Notice("auditd-would-not-start", text, remedy, Place(AUDITD_CONF, line))


def _note(line: int, text: str) -> Notice[ConfNoteKind]:
    """Something in the file that does not stop the daemon but does not do what its author may think."""
    return Notice("conf-line", f"{AUDITD_CONF}, line {line}: {text}", place=Place(AUDITD_CONF, line))


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. The defaults are those compiled into the daemon, which a missing line leaves in force: they are
    not the values of the file that distributions ship.

    ``max_log_file`` is in MiB, ``freq`` in records, ``end_of_event_timeout`` in seconds. A ``..._program`` belongs to the action
    ``exec``.
    """

    local_events: bool = True
    write_logs: bool = True
    log_file: str = "/var/log/audit/audit.log"
    log_format: Literal["raw", "nolog", "enriched"] = "enriched"
    log_group: str = "0"
    flush: Literal["none", "incremental", "incremental_async", "data", "sync"] = "none"
    freq: int = 0
    num_logs: int = 0
    max_log_file: int = 0
    max_log_file_action: SizeAction = "ignore"
    space_left: Threshold = NO_THRESHOLD
    space_left_action: Action = "ignore"
    space_left_program: str | None = None
    admin_space_left: Threshold = NO_THRESHOLD
    admin_space_left_action: Action = "ignore"
    admin_space_left_program: str | None = None
    disk_full_action: Action = "ignore"
    disk_full_program: str | None = None
    disk_error_action: Action = "syslog"
    disk_error_program: str | None = None
    action_mail_acct: str = "root"
    verify_email: bool = True
    name_format: Literal["none", "hostname", "fqd", "numeric", "user"] = "none"
    name: str | None = None
    priority_boost: int = 4
    overflow_action: Literal["ignore", "syslog", "suspend", "single", "halt"] = "syslog"
    q_depth: int = 2000
    max_restarts: int = 10
    plugin_dir: str = "/etc/audit/plugins.d"
    end_of_event_timeout: int = 2
    tcp_listen_port: int = 0
    tcp_listen_queue: int = 5
    tcp_max_per_addr: int = 1
    tcp_client_ports: tuple[int, int] = (0, 65535)
    tcp_client_max_idle: int = 0
    use_libwrap: bool = True
    transport: Literal["tcp", "krb5", "tls"] = "tcp"
    enable_krb5: bool = False
    krb5_principal: str | None = None
    krb5_key_file: str | None = None
    distribute_network: bool = False

    @property
    def log_folder(self) -> str:
        """The folder of ``log_file``, as written."""
        return dirname(self.log_file)


@dataclass(frozen=True, slots=True)
class AuditdConf:
    """What one auditd.conf means. ``lines`` tells which line set a keyword (the last one wins); a keyword that is not in it has
    its compiled-in default. ``lookups`` is what the daemon looks up on the host: kind, name, line. ``present`` False: no file."""

    settings: Settings = Settings()
    errors: tuple[Notice[ConfErrorKind], ...] = ()
    notes: tuple[Notice[ConfNoteKind], ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    lookups: tuple[tuple[LookupKind, str, int], ...] = ()
    present: bool = True

    @property
    def starts(self) -> bool:
        """Whether the daemon would start, as far as the file itself decides it."""
        return not self.errors

    @property
    def paths(self) -> frozenset[str]:
        """Paths that the daemon looks at before it starts: their PathFacts are what :func:`host_errors` judges by."""
        named = {name for kind, name, _ in self.lookups if kind != "group"} | {self.settings.log_file}
        return frozenset(named | {dirname(name) for kind, name, _ in self.lookups if kind == "log"} | {self.settings.log_folder})

    @property
    def groups(self) -> frozenset[str]:
        """Groups that the daemon looks up by name."""
        return frozenset(name for kind, name, _ in self.lookups if kind == "group")


def parse_conf(content: bytes | None, *, audit_version: str | None = None) -> AuditdConf:
    """What the daemon of *audit_version* makes of *content* (None: no file, which it takes for all defaults). Never raises.

    The daemon stops at the first error; here all of them are told. Without a version, what any version accepts is accepted.
    """
    if content is None:
        return AuditdConf(present=False)
    draft = ConfReader(audit_version)
    errors: list[Notice[ConfErrorKind]] = []
    notes: list[Notice[ConfNoteKind]] = []
    lines: dict[str, int] = {}
    lookups: list[tuple[LookupKind, str, int]] = []
    read = 0
    for number, line in _lines(content, 512 if at_least(audit_version, 4, 2) else 160):
        read = number
        if line is None:
            notes.append(_note(number, "auditd passes over the line, since it is too long or holds a zero byte."))
            continue
        try:
            keyword = _read_line(line, draft)
        except BadValue as bad:
            errors.append(conf_error(number, f"Line {number}: {bad.text}", bad.way_out))
            keyword = None
        if keyword is not None:
            lines[keyword] = number
        lookups += [(kind, name, number) for kind, name in draft.lookups]
        notes += [_note(number, text) for text in draft.notes]
        draft.lookups.clear()
        draft.notes.clear()
    last = content.rpartition(b"\n")[2].strip(b" ")
    if last and not last.startswith(b"#"):
        where = content.count(b"\n") + 1
        notes.append(_note(where, "auditd passes over the line, since the file does not end in a newline."))
    settings = Settings(**{key: value for key, value in draft.values.items() if key in Settings.__match_args__})
    if read and not errors:
        errors += _insane(settings, lines)
    if not errors and settings.name_format == "user" and settings.name is None:
        errors.append(
            conf_error(lines["name_format"], "name_format is USER, but no line gives a name.", "Add a line: name = THIS-HOST")
        )
    return AuditdConf(settings, tuple(errors), tuple(notes), lines, tuple(lookups))


def _lines(content: bytes, size: int) -> Iterator[tuple[int, bytes | None]]:
    """The lines as the daemon's fgets with a buffer of *size* bytes gives them, numbered; None for one that it passes over."""
    number, at, skipping = 1, 0, False
    while at < len(content):
        newline = content.find(b"\n", at, at + size - 1)
        end = newline + 1 if newline >= 0 else min(at + size - 1, len(content))
        text = content[at:end].partition(b"\0")[0]
        at = end
        if text.endswith(b"\n"):
            yield number, None if skipping else text[:-1]
            number += 1
        skipping = not text.endswith(b"\n")


def _read_line(line: bytes, draft: ConfReader) -> str | None:
    """Read one line of the file into *draft* and return the keyword it sets, None for none. Raises BadValue."""
    words = [word for word in line.split(b" ") if word]
    if not words or words[0].startswith(b"#"):
        return None
    name = words[0].lower().decode("latin-1")
    known = KEYWORDS.get(name)
    if known is not None and draft.before(*known.since):
        known = None
    if len(words) < 2 or words[1] != b"=":
        raise _formless(line)
    if len(words) < 3:
        raise BadValue(
            f"{value_in_words(words[0])} has no value.",
            "Write its value after the equal sign and a blank, or put a # before the line.",
        )
    if known is None:
        from tui.base.spelling import closest  # only where a word is wrong

        close = closest(name, (key for key, entry in KEYWORDS.items() if not draft.before(*entry.since)))
        since = KEYWORDS[name].since if name in KEYWORDS else ()
        why = f" (it came with version {'.'.join(map(str, since))})" if since else ""
        raise BadValue(
            f'"{value_in_words(words[0])}" is a keyword that this auditd does not know{why}.',
            f"Did you mean {close}? Otherwise put a # before the line." if close else "Put a # before the line.",
        )
    if len(words) > 3 and not known.options:
        raise BadValue(
            f'"{value_in_words(words[3])}" after the value of {name} is not allowed, not even as a comment.',
            f"Leave nothing after the value: {name} = {value_in_words(words[2])}",
        )
    known.parse(name, words[2], words[3] if len(words) > 3 else None, draft)
    return name


def _formless(line: bytes) -> BadValue:
    hint = ""
    if line.endswith(b"\r"):
        hint = " The line ends in CR LF, as Windows writes it."
    elif line.startswith(b"\xef\xbb\xbf"):
        hint = " The file begins with a byte order mark."
    parts = re.split(rb"[=:\s\xef\xbb\xbf]+", line.strip(b" \r"), maxsplit=1)
    keyword = value_in_words(parts[0]).lower()
    if hint:
        mend = "sed -i 's/\\r$//; 1s/^\\xef\\xbb\\xbf//' /etc/audit/auditd.conf"
        way_out = f"Save the file with plain newlines and without a byte order mark: {mend}"
    elif keyword in KEYWORDS and len(parts) == 2:
        way_out = f"Write: {keyword} = {value_in_words(parts[1]).strip()}"
    else:
        way_out = "Write it as: keyword = value, or put a # before the line."
    return BadValue(
        f'"{value_in_words(line)}" is not of the form "keyword = value", with a blank on both sides of the equal sign.{hint}',
        way_out,
    )


def _insane(settings: Settings, lines: Mapping[str, int]) -> Iterator[Notice[ConfErrorKind]]:
    """The daemon's check of the settings as a whole."""
    space, admin = settings.space_left, settings.admin_space_left
    if not space.percent and not admin.percent and space.mib <= admin.mib:
        missing = [key for key in ("space_left", "admin_space_left") if key not in lines]
        defaults = f" (not in the file, so {' and '.join(missing)} count{'s' if len(missing) == 1 else ''} as 0)" if missing else ""
        yield conf_error(
            lines.get("space_left"),
            f"space_left ({space.mib}) must be larger than admin_space_left ({admin.mib}){defaults}.",
            f"Write: space_left = {admin.mib + 25}",
        )
    if settings.flush in ("incremental", "incremental_async") and settings.freq == 0:
        yield conf_error(
            lines.get("freq") or lines.get("flush"), f"flush is {settings.flush.upper()}, but freq is 0.", "Write: freq = 50"
        )
    if settings.log_folder == "/var/log" and not _roots_group(settings.log_group):
        yield conf_error(
            lines.get("log_file"),
            "log_file lies directly in /var/log, whose permissions auditd would change for log_group.",
            "Write: log_file = /var/log/audit/audit.log",
        )


def _roots_group(group: str) -> bool:
    digits = re.match(r"[0-9]+", group)
    return int(digits[0]) == 0 if digits else group == "root"


def file_errors(mode: int, uid: int, kind: PathKind) -> tuple[Notice[ConfErrorKind], ...]:
    """Why the daemon would refuse the file itself: it wants a plain file of root's that not everybody may write. *kind* is what
    lstat says, ``absent`` is accepted."""
    path = AUDITD_CONF
    if kind == "absent":
        return ()
    if kind == "symlink":
        return (conf_error(None, f"{path} is a symbolic link, which auditd does not follow.", f"Put the file itself at {path}."),)
    errors = []
    if uid != 0:
        errors.append(conf_error(None, f"{path} is not owned by root.", f"chown root:root {path}"))
    if mode & 0o002:
        errors.append(conf_error(None, f"Everybody may write {path}.", f"chmod 0640 {path}"))
    if kind != "file":
        errors.append(conf_error(None, f"{path} is no plain file.", f"Put a plain file at {path}."))
    return tuple(errors)


def host_errors(
    conf: AuditdConf,
    paths: Mapping[str, PathFacts | Unknown],
    *,
    missing_groups: Collection[str] = (),
    audit_version: str | None = None,
) -> tuple[Notice[ConfErrorKind], ...]:
    """Errors of paths and groups that the daemon would miss on the host: the log's folder, its log file and programs as they must be, its group.

    *paths* should hold the facts of :attr:`AuditdConf.paths`; what is not in it, and links, are not judged. *missing_groups* are
    those of :attr:`AuditdConf.groups` that were looked up and do not exist.
    """
    old = before(audit_version, 4)
    errors: list[Notice[ConfErrorKind]] = []
    for kind, name, line in conf.lookups:
        if kind == "log":
            errors += _log_errors(name, line, paths)
        elif kind == "program":
            errors += _program_errors(name, line, paths.get(name), old)
        elif name in missing_groups:
            errors.append(
                conf_error(line, f"There is no group {clean(name)} on this host.", "Write: log_group = root, or make the group.")
            )
    return tuple(errors)


def _log_errors(path: str, line: int, paths: Mapping[str, PathFacts | Unknown]) -> Iterator[Notice[ConfErrorKind]]:
    folder, file = paths.get(dirname(path)), paths.get(path)
    if isinstance(folder, PathFacts) and (folder.kind not in ("directory", "symlink") or _dangling(folder)):
        name = clean(dirname(path))
        yield conf_error(
            line, f"The log's folder {name} does not exist.", f"mkdir -m 0750 {name}, or name another folder in log_file"
        )
    elif isinstance(file, PathFacts) and file.kind not in ("absent", "symlink"):
        name = clean(path)
        if file.kind != "file":
            yield conf_error(line, f"The log {name} is no plain file.", "Name a plain file in log_file.")
        elif file.uid not in (0, None):
            yield conf_error(line, f"The log {name} is not owned by root.", f"chown root {name}")


def _dangling(facts: PathFacts) -> bool:
    return facts.kind == "symlink" and facts.real_path is None


def _program_errors(path: str, line: int, facts: PathFacts | Unknown | None, old: bool) -> Iterator[Notice[ConfErrorKind]]:
    if not isinstance(facts, PathFacts) or (facts.kind == "symlink" and facts.real_path is not None):
        return
    name = clean(path)
    if facts.kind in ("absent", "symlink"):
        yield conf_error(
            line, f"The program {name} does not exist.", "Name a program that exists, or write SYSLOG instead of exec."
        )
    elif facts.kind != "file":
        yield conf_error(line, f"{name} is no plain file.", "Name a program, or write SYSLOG instead of exec.")
    elif facts.uid not in (0, None):
        yield conf_error(line, f"The program {name} is not owned by root.", f"chown root {name}")
    # Up to 3.x the daemon's list says 0550 in its message but misses it in its condition.
    elif facts.mode is not None and facts.mode & 0o777 not in ((0o750, 0o755, 0o555) if old else (0o750, 0o755, 0o555, 0o550)):
        yield conf_error(
            line, f"The program {name} has mode {facts.mode & 0o777:04o}; auditd wants 0750 or 0755.", f"chmod 0750 {name}"
        )
