"""The completions of bash, zsh and fish, made from the table of verbs and options in tui/options.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tui.controls.catalogue import load_catalogue  # noqa: E402
from tui.controls.control import DEFAULT_VERSION, VERSIONS  # noqa: E402
from tui.host.scenario import SCENARIO_NAMES  # noqa: E402
from tui.options import OPTIONS, PROGRAM, VERBS, Option, Verb  # noqa: E402

RUNS = "/var/lib/docker-audit-wizard/runs"


class Values(NamedTuple):
    """What may stand for an option's value or an operand: *words*, *files* where no word fits (with *first* only behind a word), the
    *runs* of this host, or the *controls* of the version that the line names."""

    words: tuple[str, ...] = ()
    files: bool = False
    runs: bool = False
    first: bool = False
    controls: bool = False


def controls_of(version: str) -> tuple[str, ...]:
    """What ``--control`` takes: the numbers in one *version* of the benchmark, and their slugs."""
    controls = load_catalogue().numbered(version)
    return (*(control.number(version) or "" for control in controls), *sorted(control.slug for control in controls))


def _controls_by_version() -> Iterator[tuple[str, str]]:
    """Each version as a pattern of case, with its controls; the last is the default, for every other word."""
    for version in (*(version for version in VERSIONS if version != DEFAULT_VERSION), DEFAULT_VERSION):
        yield "*" if version == DEFAULT_VERSION else version, " ".join(controls_of(version))


def values_of(option: Option) -> Values:
    """What may stand for the value of *option*."""
    if option.flag == "--control":
        return Values(controls=True)
    if option.flag == "--demo":
        return Values(SCENARIO_NAMES, files=True)
    return Values(option.choices, files=option.file)


def operand_of(verb: Verb) -> Values | None:
    """What may stand behind *verb*, None for nothing."""
    if verb.argument == "RUN":
        return Values(runs=True)
    if verb.operands:
        words = tuple(word for word in verb.operands if word.islower())
        return Values(words, files=True, first=bool(words))
    return None


def options_of(name: str) -> Iterator[Option]:
    """The options that go with the verb *name*, "" for the wizard."""
    return (option for option in OPTIONS if name in option.verbs)


def _flags(option: Option) -> tuple[str, ...]:
    return tuple(flag for flag in (option.flag, option.short) if flag)


# --- bash --------------------------------------------------------------------------------------------------------------------


def bash() -> str:
    """The completion of bash."""
    verbs = " ".join(verb.name for verb in VERBS)
    values = []
    for name in ("", *(verb.name for verb in VERBS)):
        for option in options_of(name):
            if option.value:
                offered = f"{_bash_words(values_of(option))} return;"
                if option.optional:
                    offered = f"[[ $current == -* ]] || {{ {offered} }};"
                values.append(f"    {'|'.join(f'{name}:{flag}' for flag in _flags(option))}) {offered} ;;")
    cases = []
    for verb in (Verb("", ""), *VERBS):
        flags = [*(flag for option in options_of(verb.name) for flag in _flags(option)), "--help"]
        words = " ".join([*flags, *(["--version", verbs] if not verb.name else [])])
        operand = operand_of(verb)
        more = f" [[ $current == -* ]] || {{ {_bash_words(operand)} }};" if operand else ""
        cases.append(f'    {verb.name or chr(34) * 2}) words="{words}";{more} ;;')
    controls = "\n".join(f'    {version}) words="{words}" ;;' for version, words in _controls_by_version())
    return f"""# bash completion for {PROGRAM}
_docker_audit_wizard_controls() {{
  local word version="" words
  for word in "${{COMP_WORDS[@]}}"; do
    if [[ $version == --benchmark && $word != "=" ]]; then version=$word; break; fi
    [[ $word == --benchmark ]] && version=$word
  done
  case $version in
{controls}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
_docker_audit_wizard() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} verb="" word words
  COMPREPLY=()
  if [[ $current == "=" ]]; then current=""; elif [[ $previous == "=" ]]; then previous=${{COMP_WORDS[COMP_CWORD-2]}}; fi
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case " {verbs} " in *" $word "*) verb=$word; break ;; esac
  done
  case $verb:$previous in
{chr(10).join(values)}
  esac
  case $verb in
{chr(10).join(cases)}
  esac
  COMPREPLY+=($(compgen -W "$words" -- "$current"))
}}
complete -F _docker_audit_wizard {PROGRAM}
"""


def _bash_words(values: Values) -> str:
    words = " ".join(values.words) if not values.runs else f"$(command ls {RUNS} 2>/dev/null)"
    if values.first:
        named = f'[[ " ${{COMP_WORDS[*]:1:COMP_CWORD-1}} " == *" {words} "* ]]'
        return f"{{ if {named}; then {_bash_words(Values(files=True))} else {_bash_words(Values(values.words))} fi; }};"
    if values.controls:
        return "_docker_audit_wizard_controls;"
    named = f'COMPREPLY=($(compgen -W "{words}" -- "$current"));' if words else "COMPREPLY=();"
    if not values.files:
        return named
    found = 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current"));'
    return f"{named} [[ ${{COMPREPLY[*]}} ]] || {{ {found} }};" if words else found


# --- zsh ---------------------------------------------------------------------------------------------------------------------


def zsh() -> str:
    """The completion of zsh."""
    names = " ".join(verb.name for verb in VERBS)
    described = "\n".join(f"    {_quoted(f'{verb.name}:{verb.help}')}" for verb in VERBS)
    cases = []
    for verb in (Verb("", ""), *VERBS):
        specs = [_zsh_option(option) for option in options_of(verb.name)]
        specs.append(_quoted("(- *)--help[show how it is used]"))
        if not verb.name:
            specs += [_quoted("(- *)--version[show the version]"), _quoted("1:verb:_docker_audit_wizard_verbs")]
        else:
            specs.append(_quoted("1: :"))
        operand = operand_of(verb)
        if operand:
            if operand.first:
                specs.append(_quoted(f"2: :({' '.join(operand.words)})"))
                operand = Values(files=True)
            specs += [_quoted(f"*:{verb.argument or verb.operands[-1]}:{_zsh_values(operand)}")]
        lines = " \\\n        ".join(specs)
        cases.append(f"    {verb.name or chr(34) * 2})\n      _arguments -S \\\n        {lines}\n      ;;")
    optional = "|".join(option.flag for option in options_of("") if option.optional)
    controls = "\n".join(f"    {version}) compadd -- {words} ;;" for version, words in _controls_by_version())
    return f"""#compdef {PROGRAM}
# zsh completion for {PROGRAM}
_docker_audit_wizard_verbs() {{
  [[ ${{words[CURRENT-1]}} == ({optional}) ]] && return 1
  local -a verbs
  verbs=(
{described}
  )
  _describe verb verbs
}}
_docker_audit_wizard_controls() {{
  local word version=""
  for word in $words; do
    if [[ $version == --benchmark ]]; then version=$word; break; fi
    case $word in --benchmark) version=$word ;; --benchmark=*) version=${{word#*=}}; break ;; esac
  done
  case $version in
{controls}
  esac
}}
_docker_audit_wizard_scenarios() {{
  compadd -- {" ".join(SCENARIO_NAMES)} || _files
}}
_docker_audit_wizard() {{
  local verb="" word
  for word in ${{words[2,CURRENT-1]}}; do
    case " {names} " in *" $word "*) verb=$word; break ;; esac
  done
  case $verb in
{chr(10).join(cases)}
  esac
}}
_docker_audit_wizard "$@"
"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _zsh_option(option: Option) -> str:
    help = option.help.replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")
    flags = _flags(option)
    several = "*" if option.repeat else f"({' '.join(flags)})" if len(flags) > 1 else ""
    what = (
        f"{'::' if option.optional else ':'}{option.value.replace(':', '')}:{_zsh_values(values_of(option))}"
        if option.value
        else ""
    )
    if len(flags) == 1:
        return _quoted(f"{several}{flags[0]}[{help}]{what}")
    return _quoted(several) + "{" + ",".join(flags) + "}" + _quoted(f"[{help}]{what}")


def _zsh_values(values: Values) -> str:
    if values.runs:
        return f"($(command ls {RUNS} 2>/dev/null))"
    if values.words and values.files:
        return "_docker_audit_wizard_scenarios"
    if values.controls:
        return "_docker_audit_wizard_controls"
    return "_files" if values.files else f"({' '.join(values.words)})" if values.words else " "


# --- fish --------------------------------------------------------------------------------------------------------------------


def fish() -> str:
    """The completion of fish."""
    names = " ".join(verb.name for verb in VERBS)
    none = f"not __fish_seen_subcommand_from {names}"
    lines = [
        f"# fish completion for {PROGRAM}",
        "function __docker_audit_wizard_controls",
        "  set -l words (string split -- = (commandline -op))",
        "  set -l numbering ''",
        "  if set -l at (contains -i -- --benchmark $words)",
        "    set numbering $words[(math $at + 1)]",
        "  end",
        '  switch "$numbering"',
        *(f"    case {_quoted(version)}\n      string split ' ' -- {_quoted(words)}" for version, words in _controls_by_version()),
        "  end",
        "end",
        "function __docker_audit_wizard_scenarios",
        f"  set -l names {' '.join(SCENARIO_NAMES)}",
        "  set -l current (commandline -ct | string replace -r '^--demo=' '')",
        '  if not string match -- "$current*" $names',
        '    __fish_complete_path "$current"',
        "  end",
        "end",
        f"complete -c {PROGRAM} -f",
        f"complete -c {PROGRAM} -l help -d 'show how it is used'",
    ]
    lines.append(f"complete -c {PROGRAM} -n {_quoted(none)} -l version -d 'show the version'")
    for verb in VERBS:
        lines.append(f"complete -c {PROGRAM} -n {_quoted(none)} -a {verb.name} -d {_fish_quoted(verb.help)}")
    for verb in (Verb("", ""), *VERBS):
        when = f"__fish_seen_subcommand_from {verb.name}" if verb.name else none
        for option in options_of(verb.name):
            short = f" -s {option.short[1:]}" if option.short else ""
            lines.append(
                f"complete -c {PROGRAM} -n {_quoted(when)} -l {option.flag[2:]}{short}{_fish_values(option)} -d {_fish_quoted(option.help)}"
            )
        operand = operand_of(verb)
        if operand is not None and operand.runs:
            lines.append(f"complete -c {PROGRAM} -n {_quoted(when)} -a '(command ls {RUNS} 2>/dev/null)'")
        elif operand is not None:
            words = f" -a {_quoted(' '.join(operand.words))}" if operand.words else ""
            lines.append(f"complete -c {PROGRAM} -n {_quoted(when)} -F{words}")
    return "\n".join(lines) + "\n"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _fish_values(option: Option) -> str:
    if not option.value:
        return ""
    values = values_of(option)
    if values.controls:
        return " -x -a '(__docker_audit_wizard_controls)'"
    if values.words and values.files:
        return " -x -a '(__docker_audit_wizard_scenarios)'"
    if values.files:
        return " -r -F"
    return f" -x -a {_quoted(' '.join(values.words))}" if values.words else " -x"
