"""The front door: arguments to one verb, exit codes. Everything else is imported by the verb that needs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from tui.verbs.common import INTERNAL, VerbRefused, say

MODULES = {
    "": "wizard",
    "check": "inspect",
    "plan": "inspect",
    "capture": "inspect",
    "history": "inspect",
    "apply": "change",
    "undo": "change",
    "rehearse": "change",
}
"""Which module of tui.verbs holds each verb; the one without a name is the wizard."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: ``sys.argv[1:]``) and return its exit status. Raises SystemExit for --help, --version and usage,
    ImportError where something is not installed."""
    from tui.base import inherited, streams
    from tui.options import parse

    streams.reserve()
    inherited.reset()
    argv = sys.argv[1:] if argv is None else argv
    try:
        arguments = parse(argv, argv[0] if argv and argv[0] in MODULES else "")
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
    except ImportError:
        raise  # a package or a part of Python is missing: the entry has a sentence for it
    except Exception as error:
        from tui.base.crash import record

        say(f"docker-audit-wizard: internal error: {type(error).__name__}. {record(error)}")
        return INTERNAL
