"""Write assets/docker-audit-wizard.1 and assets/completion.bash from the table of verbs and options in tui/options.py.

    python tests/tools/make_docs.py

A test holds the committed files against what this makes.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tui.cli import DEBUG  # noqa: E402
from tui.host.scenario import SCENARIO_NAMES  # noqa: E402
from tui.options import EXIT_CODES, OPTIONS, PROGRAM, VERBS, Option  # noqa: E402

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
)

ENVIRONMENT = (
    (
        DEBUG,
        "names a file to which each command, each file read and each value derived is appended, with the time and how long it took; names and "
        "sizes, never what a file holds. The file is made with mode 0600; as root the program ends with status 3 where others may change the "
        "file or a folder above it, and in any case where the file is a link or no debug log.",
    ),
    ("NO_COLOR", "where it is set, no colour is used (the mono theme)."),
    ("TERM, COLORTERM, COLORFGBG", "what the terminal can show; dumb gets the walk as line prompts."),
    ("LC_ALL, LC_CTYPE, LANG", "where they name no UTF-8, signs are ASCII."),
)


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


def completion() -> str:
    """The bash completion."""
    verbs = " ".join(verb.name for verb in VERBS)
    cases = []
    for name in ("", *(verb.name for verb in VERBS)):
        flags = [flag for option in OPTIONS if name in option.verbs for flag in (option.flag, option.short) if flag]
        cases.append(
            f'    {name or chr(34) * 2}) words="{" ".join([*flags, "--help", *(["--version", verbs] if not name else [])])}" ;;'
        )
    choices: dict[str, tuple[str, ...]] = {"--demo": SCENARIO_NAMES}
    for option in OPTIONS:  # two verbs may take other values with the same flag
        if option.choices:
            choices[option.flag] = tuple(dict.fromkeys((*choices.get(option.flag, ()), *option.choices)))
    values = [
        f'    {flag}) COMPREPLY=($(compgen {"-f " if flag == "--demo" else ""}-W "{" ".join(words)}" -- "$current")); return ;;'
        for flag, words in choices.items()
    ]
    files = "|".join(
        flag for option in OPTIONS if option.file and option.flag != "--demo" for flag in (option.flag, option.short) if flag
    )
    return f"""# bash completion for {PROGRAM}
_docker_audit_wizard() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} verb="" word words
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case " {verbs} " in *" $word "*) verb=$word; break ;; esac
  done
  case $previous in
{chr(10).join(values)}
    {files}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case $verb in
{chr(10).join(cases)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -F _docker_audit_wizard {PROGRAM}
"""


def main() -> None:
    """Write both files."""
    (ROOT / "assets" / "docker-audit-wizard.1").write_text(man_page(), "utf-8")
    (ROOT / "assets" / "completion.bash").write_text(completion(), "utf-8")


if __name__ == "__main__":
    main()
