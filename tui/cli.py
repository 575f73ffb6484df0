"""The front door: arguments to one verb, exit codes. Everything else is imported by the verb that needs it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from tui.base import inherited, streams
from tui.base.resources import BrokenInstallation
from tui.command_line import read_command_line
from tui.verbs.common import INTERNAL, NOT_BEGUN, VerbRefused, say

MODULES = {
    "": "wizard",
    "check": "inspect",
    "plan": "inspect",
    "capture": "capture",
    "history": "past",
    "events": "past",
    "apply": "change",
    "undo": "change",
    "rehearse": "change",
    "export": "export",
    "report": "report",
}
"""Which module of tui.verbs holds each verb; the one without a name is the wizard."""

DEBUG = "DOCKER_AUDIT_WIZARD_DEBUG"
"""The environment variable that names the file of the debug log."""


ONLY_LOOK = ("check", "plan", "capture", "history", "events", "report")
"""The verbs that change nothing on this host, and leave nothing at work behind them."""


def run() -> int:
    """Run the process's own command line and return its exit status; a verb that only looks ends the process itself, once all is written.

    Taking the interpreter apart takes as long as judging a plain host. Nor does such a process look for garbage: that took a twentieth of a
    check, and a third where ten thousand rules are loaded.
    """
    if sys.argv[1:2] and sys.argv[1] in ONLY_LOOK:
        streams.end_process(main())
    gc.enable()
    return main()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: ``sys.argv[1:]``) and return its exit status. Raises SystemExit for --help, --version and usage,
    ImportError where something is not installed."""
    streams.reserve()
    streams.forget_coercion()
    inherited.reset()
    argv = sys.argv[1:] if argv is None else argv
    try:
        arguments = read_command_line(argv)
        if place := os.environ.get(DEBUG):
            _begin_debug_log(place)
        verb = arguments.verb or ""
        if verb not in ONLY_LOOK:
            _need_the_whole_library()
        # importlib would bring warnings along, which nothing else of a check does.
        status: int = getattr(__import__(f"tui.verbs.{MODULES[verb]}", fromlist=["verbs"]), verb or "wizard")(arguments)
        sys.stdout.flush()
        return status
    except VerbRefused as refusal:
        say(f"docker-audit-wizard: {refusal}")
        return refusal.status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (head, less) went away: nothing more to say, and Python must not complain at exit either.
        streams.abandon(sys.stdout)
        return 141
    except BrokenInstallation as lack:
        say(f"docker-audit-wizard: {lack}")
        return NOT_BEGUN
    except ImportError:
        raise  # a package or a part of Python is missing: the entry has a sentence for it
    except Exception as error:
        from tui.base.crash import record

        say(f"docker-audit-wizard: internal error: {type(error).__name__}. {record(error)}")
        return INTERNAL


def _need_the_whole_library() -> None:
    """Raises ImportError where this Python lacks a part of its library, as Debian's python3-minimal does: a run must not find out half-way."""
    from importlib.util import find_spec

    if find_spec("dataclasses") is None:
        raise ImportError("No module named 'dataclasses'", name="dataclasses")


def _begin_debug_log(place: str) -> None:
    from tui.base.cleaning import in_words
    from tui.debug import begin

    try:
        begin(place)
    except (OSError, ValueError) as problem:
        raise VerbRefused(f"{DEBUG}: nothing is written there, and nothing was begun. {in_words(problem)}", NOT_BEGUN) from None
