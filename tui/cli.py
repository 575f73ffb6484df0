"""The front door: arguments to one verb, exit codes. Everything else is imported by the verb that needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from tui.base import inherited, streams
from tui.base.resources import BrokenInstallation
from tui.options import parse
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


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: ``sys.argv[1:]``) and return its exit status. Raises SystemExit for --help, --version and usage,
    ImportError where something is not installed."""
    streams.reserve()
    streams.forget_coercion()
    inherited.reset()
    argv = sys.argv[1:] if argv is None else argv
    try:
        arguments = parse(argv, argv[0] if argv and argv[0] in MODULES else "")
        if place := os.environ.get(DEBUG):
            _begin_debug_log(place)
        verb = arguments.verb or ""
        status: int = getattr(import_module(f"tui.verbs.{MODULES[verb]}"), verb or "wizard")(arguments)
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


def _begin_debug_log(place: str) -> None:
    from tui.base.cleaning import in_words
    from tui.debug import begin

    try:
        begin(place)
    except (OSError, ValueError) as problem:
        raise VerbRefused(f"{DEBUG}: nothing is written there, and nothing was begun. {in_words(problem)}", NOT_BEGUN) from None
