"""Write the manual page and the completions of bash, zsh and fish into assets/, from the table of verbs and options in tui/options.py.

    python tests/tools/make_docs.py

The keys come from the wizard's own help. A test holds the committed files against what this makes.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.tools import completions  # noqa: E402
from tui.cli import DEBUG  # noqa: E402
from tui.options import EXIT_CODES, OPTIONS, PROGRAM, VERBS, Option  # noqa: E402
from tui.views.help import HELP, MOVING  # noqa: E402

LIMITS = (
    "Audited means: recorded wherever the kernel counts a call as reading, writing, executing or changing attributes, for every caller. "
    "It counts neither time stamps nor stat(2) nor what is opened by io_uring(7) or by open_by_handle_at(2) among them, so no watch "
    "(-w, perm=) records these; a rule with path= and without perm= does, and much else.",
    "The kernel lists the names in its rules, not what it bound them to when they were loaded. Where a folder was renamed and made again, a "
    "symbolic link in the path of a rule led elsewhere, or something was mounted above since then, the list looks the same, and check "
    "cannot tell. Load the rules again after such a change: apply and rehearse prove with a recorded event, check only reads. Likewise "
    "auditd does what auditd.conf said when it last read it.",
)

FILES = (
    ("/etc/audit/rules.d/docker.rules", "the rules file that the wizard merges its lines into"),
    ("/etc/audit/audit.rules", "what augenrules(8) compiles rules.d into; never edited by the wizard itself"),
    ("/var/lib/docker-audit-wizard/runs/", "the journal: one folder a run, with what it replaced and its report"),
    (
        "~/.local/state/docker-audit-wizard/courses.json",
        "what a user has done of courses; below XDG_STATE_HOME where that is set",
    ),
)

ENVIRONMENT = (
    (
        DEBUG,
        "names a file to which each command, each file read and each value derived is appended, with the time and how long it took; names and "
        "sizes, never what a file holds. The file is made with mode 0600; as root the program ends with status 3 where others may change the "
        "file or a folder above it, and in any case where the file is a link or no debug log.",
    ),
    ("NO_COLOR", "where it is set and not empty, no colour is used (the mono theme)."),
    (
        "CLICOLOR_FORCE",
        "where it is set and not 0, what is printed is in colour wherever it goes; CLICOLOR=0 switches that off on a terminal.",
    ),
    (
        "COLUMNS",
        "how wide what is printed on a terminal may be; without it the terminal is asked, and 80 is taken where that knows none.",
    ),
    ("TERM, COLORTERM, COLORFGBG", "what the terminal can show; dumb gets the walk as line prompts."),
    (
        "ESCDELAY",
        "the milliseconds after which a lone ESC is the Escape key and not the beginning of another one: 25 without it, more for a very slow line.",
    ),
    ("LC_ALL, LC_CTYPE, LANG", "where they name no UTF-8, signs are ASCII."),
)


EXAMPLES = (
    ("check", "What is true of every control of the benchmark on this host; status 1 where one fails."),
    ("check --control 1.2.11 --json", "One control, for a program."),
    ("plan --control containerd", "What apply would change, run and warn about."),
    ("plan --diff | patch -p1 -d /tmp/tree", "The change alone, carried into a copy of the tree."),
    ("apply --control containerd --yes", "Do it without a question; the report says what is proved."),
    ("undo --yes", "Take the latest change back."),
    ("capture -o host.yaml", "This host as a file, which check --host and --demo take on any machine."),
    ("--demo shim", "Walk a simulated host: no root, no auditd."),
)

STEPS = ("overview", "control", "host", "preview", "confirm", "apply", "result")


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped


def _synopsis(option: Option) -> str:
    flags = ", ".join(f"\\fB{_roff(flag)}\\fR" for flag in (option.short, option.flag) if flag)
    value = f"[\\fI{_roff(option.value)}\\fR]" if option.optional else f"\\fI{_roff(option.value)}\\fR"
    return f"{flags} {value}" if option.value else flags


def man_page() -> str:
    """The manual page in man(7) macros."""
    lines = [
        f'.TH {PROGRAM.upper().replace("-", chr(92) + "-")} 8 "" "{PROGRAM}" "System administration"',
        ".SH NAME",
        f"{_roff(PROGRAM)} \\- bring Docker's files under kernel auditing, from verdict to proof",
        ".SH SYNOPSIS",
        f".B {_roff(PROGRAM)}",
        "[\\fIoption\\fR ...]",
        ".br",
        f".B {_roff(PROGRAM)}",
        "\\fIverb\\fR [\\fIoption\\fR ...]",
        ".SH DESCRIPTION",
        "Reads what the kernel audits and what stands in /etc/audit/rules.d, judges the audit controls of the CIS Docker Benchmark by it, shows",
        "what would change, and after a confirmation writes docker.rules, runs augenrules(8), restarts auditd(8), checks every step by reading",
        "the host again and proves the result by a recorded event. Without a verb it opens the wizard.",
        ".SH VERBS",
    ]
    for verb in VERBS:
        argument = f" [\\fI{verb.argument}\\fR]" if verb.argument else "".join(f" \\fI{word}\\fR" for word in verb.operands)
        lines += [".TP", f"\\fB{verb.name}\\fR{argument}", _roff(verb.help[0].upper() + verb.help[1:] + ".")]
        if verb.argument:
            lines.append(f"\\fI{verb.argument}\\fR is {_roff(verb.argument_help)}.")
        elif verb.operands:
            lines.append(f"\\fI{verb.operands[-1]}\\fR is {_roff(verb.argument_help)}.")
    lines.append(".SH OPTIONS")
    for option in OPTIONS:
        where = ", ".join(verb or "the wizard" for verb in option.verbs)
        lines += [".TP", _synopsis(option), _roff(f"{option.help[0].upper()}{option.help[1:]}. ({where})")]
    lines += [".SH KEYS", "On every screen of the wizard:"]
    for key, text in MOVING:
        lines += [".TP", f"\\fB{_roff(key)}\\fR", _roff(f"{text[0].upper()}{text[1:]}.")]
    for step in STEPS:
        lines += [".PP", f"On {step.capitalize()}:"]
        for key, text in HELP[step][2]:
            lines += [".TP", f"\\fB{_roff(key)}\\fR", _roff(f"{text[0].upper()}{text[1:]}.")]
    lines.append(".SH EXAMPLES")
    for command, text in EXAMPLES:
        lines += [".TP", f"\\fB{_roff(f'{PROGRAM} {command}')}\\fR", _roff(text)]
    lines.append(".SH EXIT STATUS")
    for code, text in EXIT_CODES:
        lines += [".TP", f"\\fB{code}\\fR", _roff(text)]
    lines.append(".SH LIMITS")
    for number, text in enumerate(LIMITS):
        lines += [*([".PP"] if number else []), _roff(text)]
    lines.append(".SH FILES")
    for path, text in FILES:
        lines += [".TP", f"\\fI{_roff(path)}\\fR", _roff(text)]
    lines.append(".SH ENVIRONMENT")
    for name, text in ENVIRONMENT:
        lines += [".TP", f"\\fB{_roff(name)}\\fR", _roff(text[0].upper() + text[1:])]
    lines += [
        ".SH SEE ALSO",
        ".BR auditctl (8),",
        ".BR augenrules (8),",
        ".BR auditd.conf (5),",
        ".BR audit.rules (7),",
        ".BR ausearch (8)",
    ]
    return "\n".join(lines) + "\n"


MADE = {
    "docker-audit-wizard.8": man_page,
    "completion.bash": completions.bash,
    "completion.zsh": completions.zsh,
    "completion.fish": completions.fish,
}
"""Each file of assets/ that is made here."""


def main() -> None:
    """Write every file."""
    for name, make in MADE.items():
        (ROOT / "assets" / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
