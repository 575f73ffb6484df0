"""The verb without a name: the wizard, on screens or as line prompts.

Of the two front ends one is imported, and the session behind the first frame."""

from __future__ import annotations

import gc
import os
import sys
from functools import partial

from tui.base.cleaning import in_words
from tui.base.typing import TYPE_CHECKING, cast
from tui.verbs.common import NOT_BEGUN, VerbRefused, ask_for_word, live_host, print_json, question_of, say, this_terminal, unusable

if TYPE_CHECKING:
    import argparse
    from types import ModuleType

    from tui.session import Session
    from tui.training.progress import Progress


def wizard(arguments: argparse.Namespace) -> int:
    """Walk the controls on screens, or as line prompts where the terminal cannot do better."""
    _check_training(arguments)
    if arguments.course_report:
        return _report_course(arguments)
    choice = this_terminal(
        plain=arguments.plain,
        theme=arguments.theme,
        ascii=arguments.ascii,
        no_mouse=arguments.no_mouse,
        demo=arguments.demo is not None,
    )
    # What the user named is looked up first: a wrong name is said in the shell, where it was typed, and before anything else.
    named = arguments.control or arguments.controls or arguments.demo or arguments.course is not None
    session = _opened(arguments) if named else partial(_opened, arguments)
    if choice.refusal:
        raise VerbRefused(choice.refusal)
    if choice.kind == "plain":
        from tui.plain.walk import run_plain

        return run_plain(session() if callable(session) else session, ascii=choice.ascii)
    os.environ.update(choice.environment)
    gc.disable()  # until the first frame: nothing of what is made for that is garbage
    _import_asyncio_alone()
    from tui.wizard.app import run_wizard

    return run_wizard(session, choice)


def _import_asyncio_alone() -> None:
    """Import asyncio as on a Python that was built without TLS, for which it provides: the screens speak to nobody, and OpenSSL would take 4 MiB
    of memory and 6 ms before the first frame. Who imports ssl later has it."""
    if "ssl" not in sys.modules:
        sys.modules["ssl"] = cast("ModuleType", None)  # an import of it raises ImportError
        try:
            import asyncio  # noqa: F401
        finally:
            del sys.modules["ssl"]


def _check_training(arguments: argparse.Namespace) -> None:
    """Raises VerbRefused for training on a host that is no demo, and for options of a course without one."""
    if arguments.course is not None:
        if arguments.demo:
            raise VerbRefused("--course walks its own lessons, and --demo names one; give one of them.")
        return
    if arguments.predict and arguments.demo is None:
        raise VerbRefused("--predict goes with --demo: a live host is no exercise. A capture of it is: --demo FILE --predict.")
    for flag in ("--course-reset", "--course-report"):
        if getattr(arguments, flag.lstrip("-").replace("-", "_")):
            raise VerbRefused(f"{flag} goes with --course.")


def _course(arguments: argparse.Namespace) -> Progress:
    """The course that the arguments name, with its progress; begun anew where they say so. Raises VerbRefused."""
    from tui.documents.problems import DocumentError
    from tui.training.course import load_course
    from tui.training.progress import Progress, progress_file

    try:
        course = load_course(arguments.course)
    except (DocumentError, OSError) as problem:
        raise unusable("--course", problem) from None
    try:
        progress = Progress(course, progress_file(os.environ))
    except OSError as problem:
        raise VerbRefused(f"What was done of the course cannot be read: {in_words(problem)}.", NOT_BEGUN) from None
    if arguments.course_reset:
        _forget(progress)
    return progress


def _forget(progress: Progress) -> None:
    """Begin a course anew: say what is forgotten by that, and on a terminal ask before. Raises VerbRefused."""
    if not progress.done:
        say("Nothing was done of this course yet, so nothing is forgotten.")
        return
    done = progress.text
    if sys.stdin.isatty():
        ask_for_word(f"{done} That is forgotten for good.")
    progress.reset()
    if progress.trouble:
        raise VerbRefused(f"The course was not begun anew: {progress.trouble}.", NOT_BEGUN)
    say(f"Forgotten, and begun anew: {done}")


def _report_course(arguments: argparse.Namespace) -> int:
    """Write the sheet of a course."""
    import pwd

    progress = _course(arguments)
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        user = str(os.getuid())
    print_json(progress.sheet(user), arguments.course_report)
    return 0


def _need_sh() -> None:
    """Check that root's runs could start a program; what starts them is imported by the first run, long after the first verdict. Raises
    ImportError where the package for it is missing."""
    from importlib.util import find_spec

    if os.geteuid() == 0 and find_spec("sh") is None:
        raise ModuleNotFoundError("No module named 'sh'", name="sh")


def _opened(arguments: argparse.Namespace) -> Session:
    from tui.documents.problems import DocumentError
    from tui.opening import open_session

    question = question_of(arguments)
    if arguments.course is not None:
        from tui.opening import open_course

        return open_course(question, _course(arguments))
    if arguments.demo is None:
        _need_sh()
    try:
        return open_session(question, demo=arguments.demo, live=live_host, predict=arguments.predict)
    except (LookupError, DocumentError, OSError) as problem:
        if arguments.demo is None:
            raise VerbRefused(in_words(problem), NOT_BEGUN) from None
        raise unusable("--demo", problem) from None
