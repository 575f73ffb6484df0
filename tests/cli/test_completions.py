"""The completions of bash, zsh and fish: what each of the real shells offers."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.capabilities import need
from tests.pairs import paired
from tests.tools.completions import controls_of
from tui.host.scenario import SCENARIO_NAMES
from tui.options import FORMATS, VERBS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["docker-audit-wizard", "ap"], {"apply"}),
        (["docker-audit-wizard", "check", "--js"], {"--json"}),
        (["docker-audit-wizard", "plan", "--benchmark", "1.8"], {"1.8.0"}),
        (["docker-audit-wizard", "undo", "--no-re"], set()),
        (["docker-audit-wizard", "plan", "--control", "1.2.11"], {"1.2.11"}),
        (
            ["docker-audit-wizard", "plan", "--control", "docker-s"],
            {"docker-service", "docker-socket"},
        ),
        (["docker-audit-wizard", "plan", "--control", "containerd-shim-runc"], set()),
        (["docker-audit-wizard", "report", "--format", "h"], {"html"}),
        (["docker-audit-wizard", "check", "--format", "=", "j"], {"json", "junit"}),
        (["docker-audit-wizard", "check", "--format", "="], {"json", "junit", "xccdf", "prometheus", "docker-bench"}),
        (["docker-audit-wizard", "export", ""], {"ansible", "--help"}),
        (["docker-audit-wizard", "export", "ansible", f"{ROOT}/READ"], {f"{ROOT}/README.md"}),
        (["docker-audit-wizard", "report", f"{ROOT}/READ"], {f"{ROOT}/README.md"}),
        (["docker-audit-wizard", "report", "--scr"], {"--screen"}),
        (["docker-audit-wizard", "check", "--color", "al"], {"always"}),
        (["docker-audit-wizard", "export", "ans"], {"ansible"}),
        (["docker-audit-wizard", "apply", "--no-re"], {"--no-restart"}),
        (["docker-audit-wizard", "--demo", "broken"], {"broken-neighbour"}),
        (["docker-audit-wizard", "--demo", f"{ROOT}/READ"], {f"{ROOT}/README.md"}),
        (["docker-audit-wizard", "--demo", ""], set(SCENARIO_NAMES)),
        (["docker-audit-wizard", "--demo", "--pr"], {"--predict"}),
        (["docker-audit-wizard", "--course", "--course-re"], {"--course-reset", "--course-report"}),
        (["docker-audit-wizard", "plan", "--benchmark", "1.8.0", "--control", ""], set(controls_of("1.8.0"))),
        (["docker-audit-wizard", "plan", "--benchmark", "=", "1.8.0", "--control", "=", "1.1.14"], {"1.1.14"}),
    ],
)
def test_bash_completes(words: list[str], expected: set[str]) -> None:
    quoted = " ".join(f"'{word}'" for word in words)
    script = (
        f"source {ROOT}/assets/completion.bash; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; "
        '_docker_audit_wizard; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == expected
    assert done.stderr == ""


LINES = {
    "ap": {"apply"},
    "--demo sh": {"shim"},
    "--demo ": set(SCENARIO_NAMES),
    f"--demo {ROOT}/READ": {"README.md"},
    "--demo shim --pr": {"--predict"},
    "--demo --pr": {"--predict"},
    "check --forma": {"--format"},
    "check --format ": set(FORMATS),
    "check --control con": {"containerd"},
    "plan --control ": set(controls_of("1.2.0")),
    "plan --benchmark 1.8.0 --control ": set(controls_of("1.8.0")),
    "plan --benchmark=1.8.0 --control 1.1.14": {"1.1.14"},
    "--theme ": {"dark", "light", "ansi", "mono"},
    "--course --course-res": {"--course-reset"},
    "export ans": {"ansible"},
    f"report {ROOT}/READ": {"README.md"},
    "rehearse --seconds ": set(),
}
"""What stands behind the program's name, and what is offered there; of a path its last part."""

SETTINGS = """
PS1= PS2= RPS1=
unsetopt zle_bracketed_paste prompt_cr beep
fpath=($ZDOTDIR $fpath)
autoload -Uz compinit && compinit -u -D
offered=()
compadd() {
  local -a hits
  (( ${@[(I)-[OAD]]} )) || { builtin compadd -A hits "$@"; offered+=($hits) }
  builtin compadd "$@"
}
offer() { offered=(); zle complete-word; print -r -- "<<<$offered>>>"; zle kill-buffer }
zle -N offer
bindkey '^T' offer
print READY-$((40 + 2))
"""
"""What a zsh is told so that Ctrl-T prints what it would offer for the line, and forgets the line."""

DRIVER = r"""
zmodload zsh/zpty
zpty shell zsh -d -i
zpty -r shell seen "*READY-42*"
for line; do
  zpty -n -w shell "docker-audit-wizard $line"$'\x14'
  zpty -r shell seen "*<<<*>>>*"
  print -rn -- "$seen"$'\0'
done
"""


@pytest.mark.parametrize(("shell", "check"), [("zsh", ["-n"]), ("fish", ["--no-execute"]), ("bash", ["-n"])])
def test_each_shell_reads_its_completion(shell: str, check: list[str]) -> None:
    need(shell)
    done = subprocess.run([shell, *check, ROOT / f"assets/completion.{shell}"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_zsh_completes(tmp_path: Path) -> None:
    need("zsh")
    (tmp_path / "_docker-audit-wizard").symlink_to(ROOT / "assets/completion.zsh")
    (tmp_path / ".zshrc").write_text(SETTINGS)
    environ = {**os.environ, "ZDOTDIR": str(tmp_path), "TERM": "xterm"}
    command = ["zsh", "-f", "-c", DRIVER, "zsh", *LINES]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environ)
    seen = done.stdout.split("\0")[:-1]
    for (line, offered), screen in paired(LINES.items(), seen):
        assert not [word for word in ("not found", "unmatched", "denied") if word in screen], screen
        shown = screen.rpartition("<<<")[2].partition(">>>")[0]
        assert set(shown.split()) == offered, line


@pytest.mark.parametrize("line", LINES)
def test_fish_completes(line: str) -> None:
    need("fish")
    script = f"source {ROOT}/assets/completion.fish; complete -C 'docker-audit-wizard {line}'"
    done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True)
    assert {offer.partition("\t")[0].rpartition("/")[2] for offer in done.stdout.splitlines()} == LINES[line]
    assert done.stderr == ""


def test_every_verb_is_offered_with_what_it_does() -> None:
    need("fish")
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {ROOT}/assets/completion.fish; complete -C 'docker-audit-wizard '"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert {f"{verb.name}\t{verb.help}" for verb in VERBS} <= set(done.stdout.splitlines())
