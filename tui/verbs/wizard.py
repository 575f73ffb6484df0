"""The verb without a name: the wizard, on screens or as line prompts.

Of the two front ends one is imported, and the session behind the first frame."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from tui.base.cleaning import in_words
from tui.verbs.common import VerbRefused, live_host, need_programs, question_of

if TYPE_CHECKING:
    import argparse

    from tui.session import Session


def wizard(arguments: argparse.Namespace) -> int:
    """Walk the controls on screens, or as line prompts where the terminal cannot do better."""
    from tui.wizard.terminal import decide

    _check_training(arguments)
    choice = decide(
        os.environ,
        stdin_isatty=sys.stdin.isatty(),
        stdout_isatty=sys.stdout.isatty(),
        stderr_isatty=sys.stderr.isatty(),
        encoding=getattr(sys.__stderr__, "encoding", None),
        plain=arguments.plain,
        theme=arguments.theme,
        ascii=arguments.ascii,
        no_mouse=arguments.no_mouse,
    )
    # What the user named is looked up first: a wrong name is said in the shell, where it was typed, and before anything else.
    named = arguments.control or arguments.controls or arguments.demo
    session = _opened(arguments) if named else partial(_opened, arguments)
    if choice.refusal:
        raise VerbRefused(choice.refusal)
    if choice.kind == "plain":
        from tui.plain.walk import run_plain

        return run_plain(session() if callable(session) else session, ascii=choice.ascii)
    os.environ.update(choice.environment)
    from tui.wizard.app import run_wizard

    return run_wizard(session, choice)


def _check_training(arguments: argparse.Namespace) -> None:
    """Raises VerbRefused for training on a host that is no demo."""
    if arguments.predict and arguments.demo is None:
        raise VerbRefused("--predict goes with --demo: a live host is no exercise. A capture of it is: --demo FILE --predict.")


def _opened(arguments: argparse.Namespace) -> Session:
    from tui.documents.problems import DocumentError
    from tui.session import open_session

    question = question_of(arguments)
    if arguments.demo is None:
        need_programs()
    try:
        return open_session(question, demo=arguments.demo, live=live_host, predict=arguments.predict)
    except (LookupError, DocumentError, OSError) as problem:
        raise VerbRefused(in_words(problem)) from None
