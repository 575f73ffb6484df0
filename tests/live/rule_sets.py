"""Random rule sets for the live tests: watches, filters, never rules, other lists and near misses, as rules-file lines."""

from __future__ import annotations

from random import Random

from tests.live.audited_place import AuditedPlace
from tests.live.callers import MARKED

PERMS = ("r", "w", "x", "a", "wa", "rw", "rx", "xa", "rwa", "rwxa", "rwxa", "rwxa")

FILTERS = (
    "-F auid>=1000",
    "-F auid<1000",
    "-F auid>=1000 -F auid!=unset",
    "-F auid=unset",
    "-F auid!=unset",
    "-F auid=1000",
    "-F auid!=1000",
    "-F auid>1000",
    "-F uid=0",
    "-F uid!=0",
    "-F uid>=1000",
    "-F uid<=33",
    "-F euid=33",
    "-F suid!=33",
    "-F fsuid>0",
    "-F gid=0",
    "-F gid!=100",
    "-F gid=100",
    "-F egid=100",
    "-F egid!=33",
    "-F gid>=100",
    "-F sgid<100",
    "-F fsgid=100",
    "-F success=1",
    "-F success=0",
    "-F success!=0",
    "-F exit=0",
    "-F exit!=0",
    "-F exit>=0",
    "-F exit<0",
    "-F exit>0",
    "-F exit=-EACCES",
    "-F exit!=-EPERM",
    "-F exit=-E2BIG",
    "-F sessionid=unset",
    "-F sessionid!=unset",
    "-F ppid=1",
    "-F ppid!=1",
    "-F pid>1",
    "-F filetype=file",
    "-F filetype!=file",
    "-F filetype=dir",
    "-F obj_uid=0",
    "-F obj_uid!=0",
    "-F obj_uid=1000",
    "-F obj_gid=100",
    "-C uid=obj_uid",
    "-F obj_gid<5",
    "-F saddr_fam=2",
    "-F a1=2",
    "-F a0!=0",
    "-C uid!=euid",
    "-C uid=auid",
    "-C auid!=obj_uid",
    "-C gid=egid",
    "-C uid!=obj_uid",
)

CALLS_64 = (
    "all",
    "execve",
    "open",
    "openat",
    "execve,execveat",
    "open,openat,openat2,creat,truncate",
    "chmod,fchmodat,removexattr",
    "adjtimex",
)
CALLS_32 = ("all", "execve", "open", "openat", "truncate,truncate64", "chmod", "open,openat")

EXCLUDES = (
    "-F msgtype=SYSCALL",
    "-F msgtype=PATH",
    "-F msgtype=CWD",
    "-F msgtype!=SYSCALL",
    "-F msgtype>=1301",
    "-F msgtype=EXECVE -F msgtype=SYSCALL",
    "-F msgtype=SYSCALL -F auid=1000",
    "-F uid=33",
    "-F auid=1000",
    "-F auid=2000",
    "-F uid!=1000",
    "-F gid=33",
    "-F auid!=unset -F uid=0",
)


class RuleSets:
    """Draws rule sets about one place; the same *seed* draws the same ones."""

    def __init__(self, place: AuditedPlace, programs: tuple[str, ...], seed: str):
        self.place = place
        self.programs = programs
        self.random = Random(seed)

    def draw(self) -> list[str]:
        """One to seven lines."""
        return [self.line() for _ in range(self.random.choice((1, 1, 2, 2, 3, 3, 4, 5, 7)))]

    def line(self) -> str:
        """One line, not always one that the kernel takes."""
        kinds = (self.watch, self.rule, self.program, self.without_path, self.by_inode, self.exclude, self.task, self.file_system)
        return self.random.choices(kinds, (30, 45, 7, 4, 3, 6, 3, 2))[0]()

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def key(self) -> str:
        keys = ("docker", "docker", "other", self.place.file, "a -k b")
        return f" -k {self.random.choice(keys)}" if self.chance(0.7) else ""

    def action(self) -> str:
        action = "never" if self.chance(0.3) else "always"
        order = f"{action},exit" if self.chance(0.7) else f"exit,{action}"
        return f"{'-A' if self.chance(0.12) else '-a'} {order}"

    def watch(self) -> str:
        path = self.random.choice(self.place.files + self.place.folders if self.chance(0.3) else self.place.files)
        perms = f" -p {self.random.choice(PERMS)}" if self.chance(0.6) else ""
        return f"-w {path}{perms}{self.key()}"

    def calls(self) -> str:
        if self.chance(0.6):
            return ""
        arch, lists = self.random.choice((("b64", CALLS_64), ("b64", CALLS_64), ("b32", CALLS_32)))
        chosen = self.random.choice(lists)
        return f" -F arch={arch}" + (f" -S {chosen}" if self.chance(0.6) else "")

    def filters(self, at_most: int = 2) -> list[str]:
        number = self.random.choice((0, 0, 1, 1, 2))
        return [self.random.choice(FILTERS) for _ in range(min(number, at_most))]

    def rule(self) -> str:
        where = f"-F path={self.random.choice(self.place.files)}"
        if self.chance(0.35):
            where = f"-F dir={self.random.choice(self.place.folders)}"
        perms = [f"-F perm={self.random.choice(PERMS)}" for _ in range(self.random.choice((0, 1, 1, 1, 2)))]
        parts = [where, *perms, *self.filters()]
        self.random.shuffle(parts)
        return f"{self.action()}{self.calls()} {' '.join(parts)}{self.key()}"

    def program(self) -> str:
        operator = "=" if self.chance(0.7) else "!="
        parts = [f"-F exe{operator}{self.random.choice((self.place.file, self.place.file, *self.programs))}"]
        if self.chance(0.6) or operator == "!=":  # alone, != would have half the machine recorded
            parts.append(f"-F path={self.place.file}")
        parts += self.filters(1)
        return f"{self.action()}{self.calls()} {' '.join(parts)}{self.key()}"

    def without_path(self) -> str:
        callers = self.random.choice(("-F auid=1000", "-F auid=2000", "-F uid=33", f"-F uid={MARKED}"))
        return f"{self.action()}{self.calls() or ' -S all'} {callers} -F perm={self.random.choice(PERMS)}{self.key()}"

    def by_inode(self) -> str:
        inode = self.place.inode + self.random.choice((0, 0, 1))
        return f"{self.action()} -S all -F inode={inode} {' '.join(self.filters(1))}{self.key()}"

    def exclude(self) -> str:
        program = f"-F exe={self.random.choice(self.programs)}"
        return f"-a {self.random.choice(('always', 'never'))},exclude {self.random.choice((*EXCLUDES, program))}"

    def task(self) -> str:
        action = self.random.choice(("never", "never", "always"))
        return f"-a {action},task -F {self.random.choice((f'uid={MARKED}', f'gid=100 -F uid={MARKED}', f'uid={MARKED} -F uid=0'))}"

    def file_system(self) -> str:
        return f"-a never,filesystem -F fstype{self.random.choice(('=tracefs', '=tracefs', '!=tracefs'))}"
