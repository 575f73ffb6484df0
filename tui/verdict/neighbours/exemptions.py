"""Exemptions: which callers that rules name by program or label are left out of coverage on one host, and how that is told. Pure.

A program is left out where what it does is its own: its file is root's alone, and it runs nothing that its user chooses. A label is left
out where nothing on this kernel can have it. Everybody else whom a rule passes over (a user, an architecture, a call) counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui.audit.coverage.values import Coverage, Exempt, Exemption
from tui.audit.inputs import PathFacts
from tui.audit.rule.value import Rule
from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.host.facts import FileFacts, HostFacts
from tui.host.trust import exposure
from tui.verdict.disk import Disk
from tui.verdict.rule_display import display
from tui.verdict.values import LeftOut, ReasonKind

_VERSION = r"(?:[-.]?\d[\w.+-]*)?(?:\.static|-static)?"
"""What a name has behind it where several releases lie side by side (python3.11, perl5.36.0, zsh-5.9, busybox.static)."""

_SHELLS = "sh ash bash csh dash elvish es fish ksh ksh93 mksh loksh nu oksh osh pdksh posh pwsh rbash rc rksh sash tcsh xonsh yash ysh zsh"
_MANY_IN_ONE = "box busybox coreutils multicall sbase-box toybox ubase-box uutils"
"""One file that is a shell or every tool, by the name it is called by."""
_INTERPRETERS = (
    "R Rscript awk beam.smp bun clojure deno ecl elixir emacs erl escript expect gawk gforth ghci gjs gnuplot groovy guile irb java jjs jruby "
    "jshell julia lua luajit m4 make gmake mawk micropython mono nawk node nodejs ocaml octave original-awk perl php php-cgi php-fpm phpdbg "
    "pike pypy pypy3 python python3-dbg qjs racket ruby sbcl scala scheme sed slsh sqlite3 swipl tclsh wish wine wine64"
)
_EDITORS = "ed ex gvim joe mcedit nano neovim nvim pico rvim rview vi view vim vim.basic vim.gtk3 vim.nox vim.tiny"
"""They open what their user names, and run commands and scripts."""
_RUNNERS = (
    "at batch bwrap capsh chroot chrt chronic command cpulimit dbus-run-session doas dumb-init env eatmydata expect fakechroot fakeroot find "
    "firejail flock gdb gdbserver git ionice less linux32 linux64 lldb ltrace man more nice nohup nsenter numactl parallel pkexec ptrace "
    "run-parts runcon runuser s6-setuidgid screen script setarch setlong setpriv setsid sg ssh sshd sshd-session start-stop-daemon stdbuf "
    "strace su sudo sudoedit sudo-rs systemd-nspawn systemd-run taskset tar rsync time timeout tini tmux unshare valgrind watch xargs"
)
"""They run the commands that they are given, try to execute what their user names in their own name, or edit files for him (sudoedit)."""
_LOADER = r"(?:ld-linux|ld-musl|ld64|ld-uClibc|ld)[\w.+-]*\.so(?:\.[\d.]+)?|ld\.so|ld-elf\.so[\d.]*"
"""A dynamic loader that is started by its own name runs any program as itself."""
_EMULATOR = r"qemu-[\w-]+|box64|box86|FEXInterpreter|rosetta"
_RUNS_OTHERS = (
    "(?:"
    + "|".join(
        re.escape(name)
        for name in sorted({*_SHELLS.split(), *_MANY_IN_ONE.split(), *_INTERPRETERS.split(), *_EDITORS.split(), *_RUNNERS.split()})
    )
    + ")"
    + _VERSION
)

_SYSTEM_FOLDERS = ("/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/opt/")
"""Where only root puts programs (hier(7)): what a host file does not tell of is judged by its name there."""

_LABELLED_BY: dict[str, tuple[str, ...]] = {
    "subj_user": ("selinux", "smack"),
    "subj_role": ("selinux", "apparmor"),
    "subj_type": ("selinux",),
    "subj_sen": ("selinux",),
    "subj_clr": ("selinux",),
    "obj_user": ("selinux", "smack"),
    "obj_role": ("selinux",),
    "obj_type": ("selinux",),
    "obj_lev_low": ("selinux",),
    "obj_lev_high": ("selinux",),
}
"""Which security modules understand each field (selinux_audit_rule_init, aa_audit_rule_init, smack_audit_rule_init)."""


def runs_others(name: str) -> bool:
    """Whether a program of that *name* does what its user says: a shell, an interpreter, a loader, an editor, what runs commands."""
    return bool(re.fullmatch(_RUNS_OTHERS, name) or re.fullmatch(_LOADER, name) or re.fullmatch(_EMULATOR, name))


def exempt(facts: HostFacts, *lists: Iterable[Rule]) -> Exempt:
    """Whom coverage leaves out on this host, of those whom the rules of *lists* name."""
    asked = {"exe", *_LABELLED_BY}
    fields = {field for rules in lists for rule in rules for field in rule.fields if field.name in asked}
    programs = {str(field.value) for field in fields if field.name == "exe"}
    return Exempt(
        frozenset(path for path in programs if _acts_for_itself(path, facts)),
        frozenset(path for path in programs if _is_link(path, facts)),
        frozenset(field.name for field in fields if _has_no_label(field.name, facts)),
    )


def _acts_for_itself(path: str, facts: HostFacts) -> bool:
    found = facts.paths.get(path)
    name = path.rstrip("/").rpartition("/")[2]
    if found is None:
        return path.startswith(_SYSTEM_FOLDERS) and "/../" not in path and not runs_others(name)
    if not isinstance(found, PathFacts) or exposure(path, facts):
        return False
    if found.kind == "absent":
        return True
    # A second name of the same file may be a shell's: busybox is installed so.
    return found.kind == "file" and found.links in (None, 1) and not runs_others(name)


def _is_link(path: str, facts: HostFacts) -> bool:
    found = facts.paths.get(path)
    return isinstance(found, PathFacts) and found.kind == "symlink" and not exposure(path, facts)


def _has_no_label(name: str, facts: HostFacts) -> bool:
    modules = _LABELLED_BY.get(name)
    return modules is not None and set(modules).isdisjoint(_possible_modules(facts))


def _possible_modules(facts: HostFacts) -> tuple[str, ...]:
    """The security modules that may be at work; a host file that does not tell still shows SELinux by the labels of its files."""
    if facts.security_modules is not None:
        return facts.security_modules
    files = [file for file in (*_read(facts), facts.audit_rules, facts.auditd_conf) if isinstance(file, FileFacts)]
    labelled = not files or any(file.label for file in files)
    return ("selinux", "apparmor", "smack") if labelled else ("apparmor", "smack")


def _read(facts: HostFacts) -> tuple[FileFacts, ...]:
    return facts.rules_dir if isinstance(facts.rules_dir, tuple) else ()


def left_out(facts: HostFacts, loaded: Coverage, rules: tuple[Rule, ...], stored: Coverage, disk: Disk) -> tuple[LeftOut, ...]:
    """Whom the loaded rules leave out by name, then whom those on disk do; a rule that is both is told once, with its place."""
    found: dict[Rule, LeftOut] = {}
    for listed_rules, exemptions in ((rules, loaded.exemptions), (disk.rules, stored.exemptions)):
        for each in exemptions:
            rule = listed_rules[each.position]
            line = disk.line_of.get(rule)
            place = "" if line is None else clean(str(line.place))
            found.setdefault(rule, LeftOut(display(rule, facts), _who(each, facts), place, each.programs))
    return tuple(found.values())


def _who(told: Exemption, facts: HostFacts) -> str:
    labels = [f"{clean(label)} (no such label on this kernel)" for label in told.labels]
    return listed([*(_program(path, facts) for path in told.programs), *labels])


def _program(path: str, facts: HostFacts) -> str:
    found = facts.paths.get(path)
    kind = found.kind if isinstance(found, PathFacts) else ""
    return clean(path) + {"absent": " (not on this host)", "symlink": " (a link, which no running program is)"}.get(kind, "")


def of_exemptions(told: tuple[LeftOut, ...]) -> Iterable[Notice[ReasonKind]]:
    """The exemptions in words, one sentence for all."""
    if not told:
        return
    names = list(dict.fromkeys(each.who for each in told))
    shown = names if len(names) <= 2 else [*names[:2], f"{len(names) - 2} more"]
    places = list(dict.fromkeys(each.place for each in told if each.place and each.programs))
    where = f"To record what a program does as well, take its line away: {listed(places[:3])}" if places else ""
    yield Notice("exempt", f"{listed(shown)} {'is' if len(names) == 1 else 'are'} left out by name, which counts as no gap.", where)
