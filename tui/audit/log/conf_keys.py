"""The keywords of auditd.conf and what the daemon accepts as the value of each.

Source: src/auditd-config.c of 3.0.9, and of 4.2.1 for what came later; the live tests hold it against the installed daemon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from tui.base.cleaning import clean
from tui.base.dataclass import dataclass, field
from tui.base.typing import Any, Literal, NamedTuple, NoReturn, Optional
from tui.base.versions import at_least, before

ULONG_MAX = 2**64 - 1
"""Where the daemon's strtoul gives up, on 64-bit machines."""

INT_MAX = 2**31 - 1


class BadValue(Exception):
    """A value that stops the daemon from starting; ``text`` says why in a sentence, ``way_out`` what to write instead."""

    def __init__(self, text: str, way_out: str) -> None:
        super().__init__(text)
        self.text = text
        self.way_out = way_out


@dataclass(frozen=True, slots=True)
class Threshold:
    """An amount of free space: ``mib`` MiB, or where ``percent`` is not 0 that part of the file system's size."""

    mib: int = 0
    percent: int = 0

    def __str__(self) -> str:
        return f"{self.percent}%" if self.percent else str(self.mib)

    def bytes_of(self, size_bytes: int | None) -> int | None:
        """The amount in bytes on a file system of *size_bytes*, whole MiB as auditd calculates it; None where that is unknown."""
        if not self.percent:
            return self.mib << 20
        return None if size_bytes is None else (int(size_bytes * self.percent / 100) >> 20) << 20


NO_THRESHOLD = Threshold()
"""What a missing line counts as: no limit."""


LookupKind = Literal["program", "log", "group"]
"""What the daemon looks up on the host while it reads a line."""


@dataclass(slots=True)
class ConfReader:
    """Settings while a file is read, with the look-ups and the notes that the line at hand gave."""

    audit_version: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    lookups: list[tuple[LookupKind, str]] = field(default_factory=list)
    verify_email: bool = True
    notes: list[str] = field(default_factory=list)

    def before(self, *version: int) -> bool:
        """Whether the daemon is known to be older than *version*."""
        return before(self.audit_version, *version)


Parser = Callable[[str, bytes, Optional[bytes], ConfReader], None]


def value_in_words(value: bytes) -> str:
    """*value* as it may be shown in a sentence."""
    return clean(value.decode("utf-8", "surrogateescape"))


def _strtoul(keyword: str, digits: bytes) -> int:
    text = digits.lstrip(b" ")
    number = int(text[: len(text) - len(text.lstrip(b"0123456789"))] or b"0")
    if number > ULONG_MAX:
        raise BadValue(
            f"{keyword} is {value_in_words(digits)}, a number too large for auditd to read.",
            f"Write a smaller number for {keyword}.",
        )
    return number


def _digits(keyword: str, value: bytes) -> int:
    if not value.isdigit():
        hint = " A line must end in a plain newline, not in the CR LF of Windows." if value.endswith(b"\r") else ""
        digits = re.match(rb"\"?(\d{1,9})", value)
        example = digits[1].decode() if digits else "8"
        raise BadValue(
            f'{keyword} is "{value_in_words(value)}", but auditd takes nothing but digits here, no unit, sign or quotes.{hint}',
            f"Write the bare number, for example: {keyword} = {example}",
        )
    return _strtoul(keyword, value)


def number(maximum: int = ULONG_MAX, minimum: int = 0) -> Parser:
    """A parser for whole numbers from *minimum* to *maximum*."""

    def parse(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
        found = _digits(keyword, value)
        if not minimum <= found <= maximum:
            raise BadValue(
                f"{keyword} is {found}, but auditd takes {minimum} to {maximum}.",
                f"Write a number from {minimum} to {maximum} for {keyword}.",
            )
        draft.values[keyword] = found

    return parse


def word(*words: str, since: Mapping[str, tuple[int, ...]] | None = None) -> Parser:
    """A parser for one of *words*, in any case; *since* says from which version of the daemon on a word is known."""

    def parse(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
        found = value.lower().decode("latin-1")
        known = [name for name in words if not draft.before(*(since or {}).get(name, ()))]
        if found not in known:
            _unknown_word(keyword, value, known)
        draft.values[keyword] = found

    return parse


def _unknown_word(keyword: str, value: bytes, known: Sequence[str]) -> NoReturn:
    hint = " Quotes are taken literally." if value[:1] in (b'"', b"'") else ""
    raise BadValue(
        f'{keyword} is "{value_in_words(value)}", which this auditd does not know.{hint}',
        f"Write one of: {', '.join(name.upper() for name in known)}, for example: {keyword} = {known[0].upper()}",
    )


def yes_no(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
    """A parser for the values ``yes`` and ``no``."""
    found = value.lower()
    if found not in (b"yes", b"no"):
        raise BadValue(f'{keyword} is "{value_in_words(value)}", but auditd takes only yes or no.', f"Write: {keyword} = yes")
    draft.values[keyword] = found == b"yes"
    if keyword == "verify_email":
        draft.verify_email = found == b"yes"


def text(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
    """A parser that takes any text."""
    draft.values[keyword] = value.decode("utf-8", "surrogateescape")


def deprecated(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
    """A parser that takes any text; the daemon only says that the keyword has no meaning any more."""
    draft.notes.append(f"{keyword} has no meaning any more.")


def threshold(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
    """A parser for thresholds: MiB as digits, or a percentage below 100. As the daemon does it, what follows the first percent sign
    is passed over."""
    if not value or value.strip(b"0123456789%"):
        raise BadValue(
            f'{keyword} is "{value_in_words(value)}", but auditd takes a number of MiB or a percentage.',
            f"Write for example: {keyword} = 75",
        )
    amount = _strtoul(keyword, value.replace(b"%", b" ", 1))
    if b"%" not in value:
        draft.values[keyword] = Threshold(mib=amount)
    elif amount > 99:
        raise BadValue(
            f"{keyword} is {value_in_words(value)}, but a percentage must be less than 100.", f"Write for example: {keyword} = 25%"
        )
    else:
        draft.values[keyword] = Threshold(percent=amount)


def action(*refused: str, refused_since: Mapping[str, tuple[int, ...]] | None = None) -> Parser:
    """A parser for what to do about the disk; ``exec`` needs the absolute path of a program as its option."""
    known = [name for name in ("syslog", "ignore", "rotate", "email", "exec", "suspend", "single", "halt") if name not in refused]

    def parse(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
        found = value.lower().decode("latin-1")
        gone = (refused_since or {}).get(found)
        if gone and at_least(draft.audit_version, *gone):
            raise BadValue(
                f"{keyword} is {found.upper()}, which auditd refuses since version {'.'.join(map(str, gone))}.",
                f"Write: {keyword} = SYSLOG",
            )
        if found not in known:
            _unknown_word(keyword, value, [name for name in known if name != "exec"])
        program = None
        if found == "exec":
            if option is None or not option.startswith(b"/"):
                what = "names no program" if option is None else f'names "{value_in_words(option)}", which is no absolute path'
                raise BadValue(f"{keyword} is EXEC but {what}.", f"Write: {keyword} = exec /absolute/path/of/program, or SYSLOG")
            program = option.decode("utf-8", "surrogateescape")
            draft.lookups.append(("program", program))
        elif option is not None:
            draft.notes.append(f'"{value_in_words(option)}" after {keyword} has no meaning.')
        draft.values[keyword] = found
        draft.values[keyword.removesuffix("_action") + "_program"] = program

    return parse


def dirname(path: str) -> str:
    """The folder of a path, as the C library's dirname(3) gives it."""
    stripped = path.rstrip("/")
    if not stripped:
        return "/" if path else "."
    head, slash, _ = stripped.rpartition("/")
    return (head.rstrip("/") or "/") if slash else "."


def log_file(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
    """A parser for the log's path: its folder has a name of four bytes or more (``/var``); the daemon looks at the rest on the host."""
    path = value.decode("utf-8", "surrogateescape")
    folder = dirname(path)
    if len(folder.encode("utf-8", "surrogateescape")) < 4:
        raise BadValue(
            f'log_file is "{value_in_words(value)}": auditd refuses a log in the folder "{clean(folder)}" (the name is too short).',
            "Write the absolute path: log_file = /var/log/audit/audit.log",
        )
    draft.lookups.append(("log", path))
    draft.values[keyword] = path


def log_group(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
    """A parser for the log's group: its name, or a number where the value begins with a digit (the rest is passed over)."""
    if value[:1].isdigit():
        _strtoul(keyword, value)
    else:
        draft.lookups.append(("group", value.decode("utf-8", "surrogateescape")))
    draft.values[keyword] = value.decode("utf-8", "surrogateescape")


def log_format(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
    """A parser for the log's format: RAW, ENRICHED, or NOLOG, which switches ``write_logs`` off until a later line switches it on again."""
    word("raw", "nolog", "enriched")(keyword, value, option, draft)
    if draft.values[keyword] == "nolog":
        draft.values["write_logs"] = False


def mail_account(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
    """A parser for a mail account: an account or an address, checked only while ``verify_email`` (so far in the file) is yes."""
    found = value.decode("utf-8", "surrogateescape")
    allowed = rb"[A-Za-z0-9@._-]{2,}" if draft.before(4, 0, 5) else rb"[A-Za-z0-9@._+-]{2,}"
    host = found.partition("@")[1:]
    if draft.verify_email and (not re.fullmatch(allowed, value) or (host[0] and "." not in host[1])):
        raise BadValue(
            f'{keyword} is "{value_in_words(value)}", which auditd does not take for a mail address.',
            f"Write for example: {keyword} = root",
        )
    draft.values[keyword] = found


def client_ports(keyword: str, value: bytes, option: bytes | None, draft: ConfReader) -> None:
    """A parser for client ports: a port or a range of ports, ``1024-65535``."""
    if not re.fullmatch(rb"\d(?:\d|-(?!\Z))*", value):
        raise BadValue(
            f'{keyword} is "{value_in_words(value)}", but auditd takes a port or two joined by a dash.',
            f"Write: {keyword} = 1024-65535",
        )
    low = _strtoul(keyword, value)
    high = _strtoul(keyword, value.rpartition(b"-")[2]) if b"-" in value else low
    if max(low, high) > 65535 or low > high:
        raise BadValue(f"{keyword} is {value_in_words(value)}, which is no range of ports.", f"Write: {keyword} = 1024-65535")
    draft.values[keyword] = (low, high)


class Keyword(NamedTuple):
    """One keyword: its parser, whether its value may be followed by an option, and since which version it is known."""

    parse: Parser
    options: bool = False
    since: tuple[int, ...] = ()


_PORT = 65535
KEYWORDS: Mapping[str, Keyword] = {
    "local_events": Keyword(yes_no),
    "write_logs": Keyword(yes_no),
    "log_file": Keyword(log_file),
    "log_format": Keyword(log_format),
    "log_group": Keyword(log_group),
    "flush": Keyword(word("incremental_async", "incremental", "data", "sync", "none")),
    "freq": Keyword(number(INT_MAX)),
    "num_logs": Keyword(number(999)),
    "dispatcher": Keyword(deprecated),
    "name_format": Keyword(word("none", "hostname", "fqd", "numeric", "user")),
    "name": Keyword(text),
    "disp_qos": Keyword(deprecated),
    "max_log_file": Keyword(number()),
    # 4.1 documents exec too, but up to 4.2.1 its program counts as an invalid option, and without one it is refused as well.
    "max_log_file_action": Keyword(word("rotate", "keep_logs", "suspend", "syslog", "ignore")),
    "space_left": Keyword(threshold),
    "space_left_action": Keyword(action(refused_since={"halt": (4, 0, 4)}), options=True),
    "action_mail_acct": Keyword(mail_account),
    "verify_email": Keyword(yes_no),
    "admin_space_left": Keyword(threshold),
    "admin_space_left_action": Keyword(action(), options=True),
    "disk_full_action": Keyword(action("email"), options=True),
    "disk_error_action": Keyword(action("email", "rotate"), options=True),
    "priority_boost": Keyword(number(INT_MAX)),
    "tcp_listen_port": Keyword(number(_PORT, 1)),
    "tcp_listen_queue": Keyword(number(_PORT, 1)),
    "tcp_max_per_addr": Keyword(number(1024, 1)),
    "use_libwrap": Keyword(yes_no),
    "tcp_client_ports": Keyword(client_ports),
    "tcp_client_max_idle": Keyword(number(INT_MAX)),
    "transport": Keyword(word("tcp", "krb5", "tls", since={"tls": (4, 2)}), since=(3, 0)),
    "enable_krb5": Keyword(yes_no),
    "krb5_principal": Keyword(text),
    "krb5_key_file": Keyword(text),
    "distribute_network": Keyword(yes_no),
    "q_depth": Keyword(number(99999), since=(3, 0)),
    "overflow_action": Keyword(word("ignore", "syslog", "suspend", "single", "halt"), since=(3, 0)),
    "max_restarts": Keyword(number(INT_MAX), since=(3, 0)),
    "plugin_dir": Keyword(text, since=(3, 0)),
    "end_of_event_timeout": Keyword(number(), since=(3, 0, 1)),
    "report_interval": Keyword(text, since=(4, 0, 5)),
} | {
    f"tls_{name}": Keyword(text, since=(4, 2))
    for name in (
        "psk_file",
        "psk_identity",
        "cipher_suites",
        "key_exchange",
        "require_pqc",
        "auth",
        "crypto_profile",
        "allowed_clients",
    )
}
