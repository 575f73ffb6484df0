"""Speed from the start: what ``check`` and ``plan`` import and run, looked at in fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_MODULES = 146
MOST_WITHOUT_DOCKER = 92
MOST_PATTERNS = 32  # the half of them PyYAML's
HEAVY = ("textual", "rich", "sh", "asyncio", "subprocess", "concurrent.futures", "tempfile", "multiprocessing")

SPY = """
import json, os, sys
started = []
sys.addaudithook(lambda event, args: started.append([event, str(args)]) if event in {{
    "subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn"}} else None)
from tui.cli import main
sys.stdout = open(os.devnull, "w")
try:
    status = main({argv!r})
except SystemExit as stop:
    status = stop.code
sys.stdout = sys.__stdout__
print(json.dumps({{"status": status, "modules": sorted(sys.modules), "started": started}}))
"""


def _run(*argv: str) -> dict[str, object]:
    script = SPY.format(argv=list(argv))
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ})
    result: dict[str, object] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize(
    "argv",
    [
        ["check"],
        ["check", "--json", "--benchmark", "1.8.0"],
        ["check", "--host", "assets/scenarios/fresh.yaml"],
        ["plan"],
        ["plan", "--json", "--control", "containerd"],
        ["plan", "--host", "assets/scenarios/foreign-rules.yaml"],
    ],
    ids=" ".join,
)
def test_judging_starts_no_program_and_imports_nothing_heavy(argv: list[str]) -> None:
    seen = _run(*argv)
    assert seen["status"] in (0, 1, 3)
    assert seen["started"] == []
    loaded = {str(name).split(".")[0] if name.count(".") == 0 else name for name in seen["modules"]}
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


def test_the_version_needs_next_to_nothing() -> None:
    seen = _run("--version")
    assert seen["status"] == 0
    assert "yaml" not in seen["modules"]


@pytest.mark.parametrize("switches", [["--json"], []], ids=["json", "text"])
def test_check_imports_nothing_of_plans_and_runs(switches: list[str]) -> None:
    """Half of a check is imports: what only a plan, a run or the log's whole story needs stays out, and so does what is dear."""
    seen = _run("check", *switches, "--benchmark", "1.8.0")
    dear = {
        "yaml",
        "difflib",
        "shutil",
        "pathlib",
        "argparse",
        "gettext",
        "locale",
        "typing",
        "dataclasses",
        "inspect",
        "signal",
        "socket",
    }
    dear |= {"importlib", "importlib.util"}
    later = {
        "tui.plan.values",
        "tui.run.values",
        "tui.session",
        "tui.audit.log.story",
        "tui.host.port",
    }
    hashed = set() if switches else {"hashlib", "warnings"}  # the document has a hash of the machine's id
    # A host with containerd's configuration has its TOML read for the places of its objects.
    toml = {"typing", "warnings"} if "tomllib" in seen["modules"] else set()
    assert set(seen["modules"]).isdisjoint((dear | hashed | later) - toml)


def test_what_a_plain_host_has_no_text_for_is_not_compiled() -> None:
    """A pattern costs as much as a short module: at their import, ours compile none but those that every check needs."""
    script = "import sys, re; from tui.cli import main; main(sys.argv[1:]); print(*[key[1] for key in re._cache], sep='\\0')"
    argv = [sys.executable, "-c", script, "check", "--host", "assets/scenarios/absent.yaml", "--benchmark", "1.8.0"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)
    compiled = done.stdout.splitlines()[-1].split("\0")
    assert 5 < len(compiled) <= MOST_PATTERNS
    assert not [
        pattern for pattern in compiled if "auditctl|" in pattern or "\u2060" in pattern
    ]  # a remedy's command; what is unsafe to show


def test_check_imports_no_more_modules_of_ours_than_it_did() -> None:
    """Each costs a hundredth of what sixteen greps take, however short it is: one more must be worth that."""
    ours = [name for name in _run("check", "--host", "assets/scenarios/compliant.yaml")["modules"] if name.split(".")[0] == "tui"]
    assert 100 < len(ours) <= MOST_MODULES


def test_a_host_without_docker_brings_none_of_the_modules_that_judge() -> None:
    """They are a fifth of all, and many hosts of a fleet have no Docker."""
    seen = _run("check", "--host", "assets/scenarios/absent.yaml", "--benchmark", "1.8.0")
    judging = {"tui.verdict.judgement", "tui.verdict.reasons", "tui.verdict.objects.wanted", "tui.audit.coverage.coverage"}
    judging |= {"tui.verdict.host_log", "tui.verdict.silence", "tui.verdict.boot.next_boot"}
    assert seen["status"] == 0
    assert judging.isdisjoint(seen["modules"])
    assert sum(name.split(".")[0] == "tui" for name in seen["modules"]) <= MOST_WITHOUT_DOCKER
    with_docker = _run("check", "--host", "assets/scenarios/compliant.yaml", "--benchmark", "1.8.0")
    assert judging <= set(with_docker["modules"])


def test_the_overview_imports_nothing_of_plans_runs_and_the_journal() -> None:
    """Its first verdicts wait for each module that it names."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, tui.session, tui.wizard.app, tui.wizard.steps.overview; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    dear = ("argparse", "yaml", "tui.plan.make", "tui.plan.blockers", "tui.run.journal.run_records", "tui.run.carry_out")
    dear += ("tui.views.pages.plan", "tui.views.pages.report", "tui.export", "tui.fleet")
    assert set(done.stdout.split()).isdisjoint(dear), set(done.stdout.split()) & set(dear)


def test_the_screens_bring_no_tls() -> None:
    """asyncio imports OpenSSL where it is there; who asks for it later has it all the same."""
    script = """
import gc, sys, types
from tui.command_line import read_command_line
from tui.verbs.wizard import wizard
from tui.wizard import terminal

def run_wizard(session, choice):
    seen = ["asyncio" in sys.modules, "ssl" in sys.modules, "_ssl" in sys.modules, gc.isenabled()]
    import ssl
    print(seen, ssl.SSLContext.__name__)
    return 0

terminal.decide = lambda *given, **named: terminal.TerminalChoice("rich")
sys.modules["tui.wizard.app"] = types.ModuleType("app")
sys.modules["tui.wizard.app"].run_wizard = run_wizard
wizard(read_command_line([]))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[True, False, False, False] SSLContext\n"
