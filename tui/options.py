"""The table of verbs and options: what reads a command line, the help, the man page and the shell completion are all made from it."""

from __future__ import annotations

from tui.base.moments import MOMENT_FORMS
from tui.base.typing import NamedTuple
from tui.controls.control import DEFAULT_VERSION, VERSIONS

PROGRAM = "docker-audit-wizard"
THEMES = ("dark", "light", "ansi", "mono")
FORMATS = ("json", "junit", "xccdf", "prometheus", "docker-bench")


class Option(NamedTuple):
    """One option: its flag, the word that stands for its value ("" for a switch), help, and the verbs it goes with.

    The verb "" is the wizard itself. ``choices`` limits the values, ``repeat`` lets it be given several times, ``optional`` lets the value
    be left out.
    """

    flag: str
    value: str
    help: str
    verbs: tuple[str, ...]
    choices: tuple[str, ...] = ()
    repeat: bool = False
    optional: bool = False
    short: str = ""
    file: bool = False

    @property
    def dest(self) -> str:
        """The attribute of the parsed arguments."""
        return self.flag.lstrip("-").replace("-", "_")


class Verb(NamedTuple):
    """One verb: what it does, and its positional argument ("" for none), which may be left out; or its ``operands``, which may not."""

    name: str
    help: str
    argument: str = ""
    argument_help: str = ""
    operands: tuple[str, ...] = ()


VERBS = (
    Verb("check", "judge the controls on this host; changes nothing and starts no program"),
    Verb("plan", "show what apply would change, run and warn about; changes nothing"),
    Verb("apply", "carry the plan out, check every step, prove the result, roll back what fails"),
    Verb("rehearse", "load the planned watches into the kernel for a while and count what they would record"),
    Verb(
        "undo", "take a run's change back", "RUN", "the run to undo; without it the unfinished one, else the latest not yet undone"
    ),
    Verb("history", "list the runs, or show one", "RUN", "the run to show"),
    Verb("events", "show what the audit log holds of accesses to the controls' objects: how often, by whom, what stands out"),
    Verb("capture", "write what is known of this host to a file that check, plan and --demo can read"),
    Verb(
        "export",
        "write an Ansible role that carries this program, with two playbooks",
        operands=("ansible", "DIR"),
        argument_help="a folder that is made, or empty",
    ),
    Verb(
        "report",
        "show many hosts side by side: what fails where, what is waived, what differs",
        operands=("FILE...",),
        argument_help="documents of check --json, or captures, which are judged now",
    ),
)

_JUDGING = ("check", "plan", "apply")
_PLANNING = ("plan", "apply")
_PRINTING = (*_JUDGING, "rehearse", "undo", "history", "events", "report")

OPTIONS = (
    Option(
        "--control",
        "ID",
        "a control's number in the benchmark, or its slug; may be repeated",
        ("", *_JUDGING, "rehearse", "history", "events"),
        repeat=True,
    ),
    Option(
        "--benchmark",
        "VERSION",
        f"whose numbering to use: {', '.join(VERSIONS)} (default {DEFAULT_VERSION})",
        ("", *_JUDGING, "rehearse", "events"),
        choices=VERSIONS,
    ),
    Option(
        "--controls", "DIR", "a folder with controls of your own, as YAML files", ("", *_JUDGING, "rehearse", "events"), file=True
    ),
    Option(
        "--waivers",
        "FILE",
        "controls whose failure somebody answers for, as YAML: shown as waived, left out of plans, no exit status 1",
        ("", *_JUDGING, "report"),
        file=True,
    ),
    Option("--demo", "NAME|FILE", "walk a simulated host: no root, no auditd, nothing is touched", ("",), optional=True, file=True),
    Option("--predict", "", "with --demo: ask before each step what it will show", ("",)),
    Option(
        "--course",
        "FILE",
        "lessons in order, predicted first, with progress kept: ours, or a YAML list of scenario names and files",
        ("",),
        optional=True,
        file=True,
    ),
    Option("--course-reset", "", "with --course: forget what was done of it, and begin anew", ("",)),
    Option("--course-report", "FILE", "with --course: write what was done of it as JSON, and end", ("",), file=True),
    Option("--plain", "", "line prompts instead of screens, for serial lines and screen readers", ("",)),
    Option("--theme", "NAME", f"the look: {', '.join(THEMES)}", ("",), choices=THEMES),
    Option("--ascii", "", "only ASCII signs", ("", *_PRINTING)),
    Option(
        "--color",
        "WHEN",
        "colour in what is printed: auto (on a terminal that has it, unless NO_COLOR is set), always, never",
        _PRINTING,
        choices=("auto", "always", "never"),
    ),
    Option("--no-mouse", "", "leave the mouse to the terminal", ("",)),
    Option(
        "--host",
        "FILE",
        "judge the host facts in this file (a capture or a scenario) instead of this machine; - is standard input",
        ("check", "plan", "events"),
        file=True,
    ),
    Option(
        "--named-paths",
        "",
        "judge and watch only the path that the benchmark names, even where the object is elsewhere",
        ("", *_JUDGING, "rehearse", "events"),
    ),
    Option("--real-paths", "", "the default by now: the object is judged and watched where it really is", _PLANNING),
    Option("--benchmark-lines", "", "also add the benchmark's own line where a control passes without it", _PLANNING),
    Option("--adopt", "", "take lines that stand only in /etc/audit/audit.rules into docker.rules", _PLANNING),
    Option("--drop-kernel-only", "", "let go of loaded rules that are on no disk, instead of putting them back", _PLANNING),
    Option("--no-restart", "", "leave auditd running; augenrules --load alone loads the rules", _PLANNING),
    Option("--no-load", "", "only write docker.rules; the next boot or load brings it in (outcome: pending reboot)", _PLANNING),
    Option("--lock", "", "let a load lock the kernel (-e 2 on disk): all is proved first, the lock comes last", _PLANNING),
    Option("--since", "TIME", f"only what is not older: {MOMENT_FORMS}", ("history", "events")),
    Option(
        "--out", "FILE", "keep the plan in this file, for apply --plan; what was reviewed is what is done", ("plan",), file=True
    ),
    Option(
        "--plan", "FILE", "carry out the plan kept in this file, or refuse where the host has changed since", ("apply",), file=True
    ),
    Option("--print-rules", "", "print nothing but docker.rules as it would be, for other tools to bring to hosts", ("plan",)),
    Option(
        "--against",
        "FILE",
        "also say what passed in this earlier check document and no longer does, and what went; as text or JSON",
        ("check",),
        file=True,
    ),
    Option(
        "--against",
        "FILE|DIR",
        "also say what passed in these earlier check documents and no longer does, since when, and what went",
        ("report",),
        file=True,
    ),
    Option(
        "--diff",
        "",
        "print nothing but the change as a patch: patch -p1 -d / takes it, without modes and without a load",
        ("plan",),
    ),
    Option("--seconds", "N", "how long to rehearse, from 1 to 86400", ("rehearse",)),
    Option(
        "--format",
        "FORM",
        "what report writes: text (the default), html (one page, no script), md, csv, junit",
        ("report",),
        choices=("text", "html", "md", "csv", "junit"),
    ),
    Option(
        "--format",
        "NAME",
        f"print the result as another program reads it: {', '.join(FORMATS)}",
        ("check",),
        choices=FORMATS,
    ),
    Option(
        "--format", "FORM", "the run's evidence as one document: md, html or json", ("history",), choices=("md", "html", "json")
    ),
    Option(
        "--prune",
        "KEEP",
        "take all but the newest KEEP runs out of the journal, with their reports; those that undo or a recovery needs stay",
        ("history",),
    ),
    Option("--screen", "", "show the report on screens: rows are hosts, Enter opens one", ("report",)),
    Option(
        "--output",
        "FILE",
        "where to write (default: standard output); a regular file is replaced",
        ("check", "history", "report"),
        short="-o",
        file=True,
    ),
    Option(
        "--output",
        "FILE",
        "where to write (default: standard output); a regular file is replaced only with --force",
        ("capture",),
        short="-o",
        file=True,
    ),
    Option("--force", "", "replace the file that --output names; a regular file only", ("capture",)),
    Option("--all", "", "take out every line that this program has written, whatever the run, journals lost or not", ("undo",)),
    Option("--yes", "", "do not ask", ("apply", "rehearse", "undo", "history")),
    Option(
        "--json", "", "one JSON document on standard output, nothing else", (*_JUDGING, "rehearse", "undo", "history", "events")
    ),
)

EXIT_CODES = (
    (0, "check: all pass or are not applicable; plan: no blocker; apply, undo, rehearse: done and proved, or nothing to do"),
    (1, "check: a control fails; apply, undo: done but not yet audited (pending reboot, not proved)"),
    (2, "usage"),
    (
        3,
        "Python too old, or a package or a part of the program missing; check, plan: cannot tell, or a blocker; apply, undo, rehearse: "
        "not begun, nothing changed; history, events, capture, report: cannot read, or write",
    ),
    (4, "apply, undo, rehearse: failed and rolled back"),
    (5, "apply, undo, rehearse: failed and could not be rolled back; says what is left and how to mend it by hand"),
    (70, "an internal error; says where the log is"),
    (128, "plus the number of the signal that ended it: 130 after Ctrl+C; in the wizard after a run the status of that run"),
)
