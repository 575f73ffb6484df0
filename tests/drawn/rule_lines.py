"""Random rules-file lines, sound ones and mangled ones, from a random.Random: what parse_line says is held against auditctl.

No line turns auditing on or off, ends or signals the daemon, makes anything immutable, or writes outside the kernel's rule list.
"""

from __future__ import annotations

from random import Random

from tui.audit.rule.numbers import COMPARISONS, ERRNOS, FILE_TYPES, MESSAGE_TYPES, TYPED_FIELDS
from tui.audit.rule.syscall_tables import NAMES

PATHS = (
    "/usr/bin/containerd", "/etc/passwd", "/etc/passwd/", "/etc", "/etc/", "/etc//", "/etc//passwd", "/usr/bin/../bin/env", "/", "//",
    "///", "/tmp", "/bin", "/usr/lib/os-release", "/etc/na\u00efve", "/etc/it's", '/etc/"q"', "/etc/a\\\\b", "/etc/a\\ b", "/etc/x*", "/etc/y?",
    "/etc/a=b", "/etc/a!=b", "/etc/a>=b", "/nosuchfolder/x", "etc/passwd", "./x",
    "/etc/" + "n" * 255, "/etc/" + "n" * 256, "/etc/passwd\r", "/dev/null",
    "/etc/a\\x", "/etc/a\\", "/etc/tab\there", "/etc/a&=b", "/etc/a<b",
)  # fmt: skip
KEYS = (
    "docker", "id", "a", "b", "key=x", "a=b,c;d|e", "a!=b", "a>b", "a<=b", "a&b", '"quoted"',
    "wide\\ key", "back\\\\slash", "k\r", "\u00fcn\u00efcode",
    "x" * 128, "x" * 256, "x" * 257, "-w", "a\x01b", "\x01", "#no-comment",
)  # fmt: skip
USERS = (
    "0", "root", "nobody", "1000", "-1", "unset", "4294967295", "4294967294", "010", "0x10", "08", "12abc", "nosuchuser", "-2",
    "--1", "-", "\\ 5", "99999999999999999999",
    "4294967296", "-4294967295",
)  # fmt: skip
_NUMBERS = "0 1 5 -1 -5 0x1F 017 4294967295 4294967296 18446744073709551616 abc 3x - +4 2147483648 -0x5"
NUMBERS = tuple(_NUMBERS.split())
LISTS = ("exit",) * 24 + ("task", "user", "user", "exclude", "exclude", "exclude", "filesystem", "io_uring", "entry", "EXIT", "")
ACTIONS = ("always",) * 12 + ("never",) * 8 + ("possible", "maybe", "ALWAYS")
_ARCHES = """
    b64 b64 b64 b32 b32 B64 x86_64 X86_64 i386 i686 aarch64 armv8l arm ppc64 ppc64le s390x s390 ppc riscv64 0xc000003e c000003e
    3221225534 40000003 5 b16 x86-64 0x40000003zz
"""
ARCHES = tuple(_ARCHES.split())
_PERMS = "r r w x a wa wa aw rwxa RWXA rrr rw xa rwx ra rwxar q x,"
PERMS = (*_PERMS.split(), "wa\r")
FITTING = {
    "user": ("uid", "auid", "msgtype", "pid", "gid", "subj_type"),
    "exclude": ("msgtype", "msgtype", "auid", "uid", "gid", "pid", "exe", "subj_type"),
    "filesystem": ("fstype",),
    "task": ("uid", "auid", "pid", "exe"),
}
OPERATORS = ("=", "=", "=", "=", "!=", "!=", ">", ">=", "<", "<=", "&", "&=", "==", "=!", "")


def _value(draw: Random, name: str) -> str:
    """A value that may suit the field *name*."""
    if draw.random() < 0.02:
        return draw.choice(("", *NUMBERS, *PATHS))
    if name in ("uid", "euid", "suid", "fsuid", "auid", "loginuid", "obj_uid", "sessionid"):
        return draw.choice(USERS)
    if name in ("gid", "egid", "sgid", "fsgid", "obj_gid"):
        return draw.choice((*USERS, "adm", "nogroup"))
    if name == "arch":
        return draw.choice(ARCHES)
    if name in ("path", "dir", "exe"):
        return draw.choice(PATHS)
    if name.startswith(("subj_", "obj_")):
        return draw.choice(("staff_u", "docker_t", "s0", "s0-s0:c0.c1023", "a=b", "unconfined_t:x"))
    if name == "perm":
        return draw.choice(PERMS)
    if name == "msgtype":
        return draw.choice(
            (
                draw.choice(sorted(MESSAGE_TYPES)),
                "cwd",
                "Syscall",
                "1307",
                "0",
                "99999",
                "UNKNOWN[1399]",
                "UNKNOWN[",
                "UNKNOWN[x]",
                "nosuch",
                "-5",
            )
        )
    if name == "exit":
        return draw.choice(
            (*NUMBERS, draw.choice(sorted(ERRNOS)), "-" + draw.choice(sorted(ERRNOS)), "-eperm", "ENOTSUP", "--EPERM", "-13")
        )
    if name == "filetype":
        return draw.choice((*FILE_TYPES, "FILE", "32768"))
    if name == "fstype":
        return draw.choice(("tracefs", "DEBUGFS", "0x74726163", "ext4", "4294967295", "61267"))
    if name == "saddr_fam":
        return draw.choice(("2", "10", "45", "46", "-1", "inet"))
    if name == "key":
        return draw.choice(KEYS)
    return draw.choice(NUMBERS)


def _field(draw: Random, filter_list: str = "exit") -> str:
    popular = ("path", "perm", "dir", "auid", "arch", "uid", "exit", "success", "key", "exe", "msgtype")
    name = draw.choice((draw.choice(popular), draw.choice(sorted(TYPED_FIELDS))))
    if filter_list in FITTING and draw.random() < 0.9:
        name = draw.choice(FITTING[filter_list])
    if draw.random() < 0.03:
        name = draw.choice((name.upper(), name + "x", "", "loginuid_set", "entry"))
    op = draw.choice(OPERATORS) if draw.random() < 0.3 else "="
    return f"{name}{op}{_value(draw, name.lower())}"


def _comparison(draw: Random) -> str:
    left, right = draw.choice(list(COMPARISONS.values()))
    if draw.random() < 0.5:
        left, right = right, left
    if draw.random() < 0.1:
        right = draw.choice(("uid", "gid", "pid", "nosuch", ""))
    return f"{left}{draw.choice(('=', '!=', '!=', '>', ''))}{right}"


def _syscalls(draw: Random, arch: str) -> str:
    names = [name for name in NAMES[arch].split() if name != "-"]
    words = [
        draw.choice((draw.choice(names), draw.choice(names), str(draw.randrange(460)), "execve", "open"))
        for _ in range(draw.randint(1, 3))
    ]
    if draw.random() < 0.1:
        words.append(draw.choice(("all", "nosuchcall", "2047", "2040", "2048", "-1", "0x3b", "EXECVE", "", "4294967296", "99x")))
    return ",".join(words)


def _option(draw: Random, letter: str, value: str) -> list[str]:
    return [f"-{letter}{value}"] if draw.random() < 0.1 else [f"-{letter}", value]


def _watch(draw: Random) -> list[str]:
    words = _option(draw, "w" if draw.random() < 0.95 else "W", draw.choice(PATHS))
    more = []
    if draw.random() < 0.5:
        more.append(_option(draw, "p", draw.choice(PERMS)))
    for _ in range(draw.choice((0, 1, 1, 1, 2))):
        more.append(_option(draw, "k", draw.choice(KEYS)))
    if draw.random() < 0.2:
        more.append(_option(draw, "F", _field(draw)))
    if draw.random() < 0.1:
        more.append(_option(draw, "S", _syscalls(draw, "x86_64")))
    if draw.random() < 0.3:
        draw.shuffle(more)
    return words + [word for option in more for word in option]


def _list_rule(draw: Random) -> list[str]:
    filter_list = draw.choice(LISTS)
    pair = [filter_list, draw.choice(ACTIONS)]
    draw.shuffle(pair)
    first = _option(draw, draw.choice("aaaaaaaaAAd"), ",".join(pair) + (",x" if draw.random() < 0.02 else ""))
    parts = []
    if filter_list not in ("exit", "io_uring") and draw.random() < 0.9:
        pass
    elif draw.random() < 0.3:
        arch = draw.choice(("x86_64", "i386"))
        parts.append(_option(draw, "F", f"arch={'b64' if arch == 'x86_64' else 'b32'}") + _option(draw, "S", _syscalls(draw, arch)))
    elif draw.random() < 0.3:
        parts.append(_option(draw, "S", _syscalls(draw, "x86_64")))
    for _ in range(draw.choice((0, 1, 1, 2, 2, 3))):
        parts.append(_option(draw, "F", _field(draw, filter_list)))
    if draw.random() < 0.1:
        parts.append(_option(draw, "C", _comparison(draw)))
    if draw.random() < 0.1:
        parts.append(_option(draw, "p", draw.choice(PERMS)))
    if draw.random() < 0.1:
        draw.shuffle(parts)
    for _ in range(draw.choice((0, 0, 1, 2))):
        parts.append(_option(draw, "k", draw.choice(KEYS)))
    if draw.random() < 0.97:
        parts.insert(0, first)
    else:
        parts.append(first)
    return [word for part in parts for word in part]


_SETTINGS = """
    -b 8192|-b 8192x|-b 020000|-b abc|-b -5|-b 18446744073709551616|-f 1|-f 1|-f 3|-f x|-r 0|-b 8192 -f 1|-b8192|-f 1 -r 0 -b 9 -f 1
    --backlog_wait_time 60000|--backlog_wait_time=60000|--backlog 60000|--backlog_wait_time|--reset|--reset-lost=4|--nosuch|-e 3|-e
    -v|-t|-t x|-q a|-q /a,|-q /nosuch/a,/nosuch/b|-R /etc/audit/audit.rules|-h|-x|-|x|-- x|-D x|-D -k|-Dx|-D -k doc|-D -x y|-Dk x
    -m|-m a b|-s x|-l x|-l -k|-d|-S open|-F uid=0|-F arch=b64 -t|-C uid=euid|-k a|-p wa
"""


def _setting(draw: Random) -> list[str]:
    return draw.choice(_SETTINGS.replace("\n", "|").split("|")).split() or ["-b", "8192"]


def random_line(draw: Random) -> str:
    """One line, without its newline."""
    kind = draw.random()
    words = _watch(draw) if kind < 0.35 else _list_rule(draw) if kind < 0.92 else _setting(draw)
    if draw.random() < 0.08:
        spot = draw.randrange(len(words))
        change = draw.randrange(5)
        if change == 0:
            words.insert(spot, draw.choice(("x", "#", "--", "-", "# comment")))
        elif change == 1:
            del words[spot]
        elif change == 2:
            words[spot] += draw.choice(("\t", "\r", "\\", "\x07u", " "))
        elif change == 3:
            words.append(words[spot])
        else:
            more = _setting(draw)
            # After a setting auditctl may take the kernel's status for its answer to the rule: whether it notices a refusal is chance.
            words.extend([] if more[0][:2] in ("-b", "-f", "-r") or more[0].startswith("--back") else more)
    gap = " " * draw.choice((1, 1, 1, 1, 2, 3))
    return draw.choice(("", "", "", "", "", " ", "  ")) + gap.join(words) + draw.choice(("", "", "", "", "", " "))
