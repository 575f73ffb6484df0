"""The entry of every way to start: ``docker-audit-wizard``, ``python -m tui``, the single file.

Any Python, as old as 2.7, must be able to read this file and tui/__init__.py: an interpreter that is too old gets a sentence and status 3.
So it has type comments, no f-strings, and imports nothing of ours before it knows that it may.
"""

import gc
import os
import sys

NOT_BEGUN = 3


def main():  # type: () -> int
    """Run the command line ``sys.argv`` and return the exit status; 3, with one sentence, where this Python cannot run it."""
    lack = _lack()
    if lack:
        return _refuse(lack)
    gc.disable()  # what is imported is no garbage; tui.cli looks for some again where a verb stays
    try:
        from tui.cli import run

        return run()
    except ImportError as problem:
        return _refuse(_missing(getattr(problem, "name", None) or str(problem)))
    except KeyboardInterrupt:
        return 130


def _lack():  # type: () -> str
    """What this Python lacks to run the program, "" where it will do."""
    if sys.version_info < (3, 9):
        version = "%d.%d" % (sys.version_info[0], sys.version_info[1])
        again = sys.argv[0] if sys.argv[0].endswith(".pyz") else "-m tui"
        command, newer = newer_python(_os_release())
        way_out = "%s, then %s" % (command, newer) if command else "Start it with a newer one: " + newer
        return "needs Python 3.9 or newer, and %s is %s. %s -I %s" % (sys.executable, version, way_out, again)
    return ""


# Where the distribution's own Python is too old: its name and the beginning of its version, and the package of a newer one beside it.
_NEWER = (
    (("rhel",), "8", "dnf install python3.11", "python3.11"),
    (("sles", "suse"), "15", "zypper install python311", "python3.11"),
    (("ubuntu",), "20.04", "apt install python3.9", "python3.9"),
)


def newer_python(release):  # type: (str) -> tuple[str, str]
    """The command that installs a newer Python where *release*, the text of os-release, is of a distribution that has one ("" elsewhere),
    and what that Python is called."""
    named = dict(line.split("=", 1) for line in release.splitlines() if "=" in line)
    names = (named.get("ID", "") + " " + named.get("ID_LIKE", "")).replace('"', "").split()
    version = named.get("VERSION_ID", "").strip('"')
    for ids, beginning, command, python in _NEWER:
        if set(ids) & set(names) and (version == beginning or version.startswith(beginning + ".")):
            return command, python
    return "", "python3.9"


def _os_release():  # type: () -> str
    try:
        with open("/etc/os-release", "rb") as file:
            return file.read(65536).decode("utf-8", "replace")
    except (IOError, OSError):
        return ""


# What is not of Python's own library, and may be missing; Python itself knows the names of its library since 3.10 only.
_PACKAGES = (
    "textual", "sh", "yaml", "rich", "pygments", "markdown_it", "mdit_py_plugins", "mdurl", "linkify_it", "uc_micro", "platformdirs",
    "typing_extensions",
)  # fmt: skip


def _missing(name):  # type: (str) -> str
    """A sentence for a module that could not be imported."""
    top = name.partition(".")[0]
    if top not in _PACKAGES and top != "tui":
        return (
            "needs the whole of Python, and %s lacks %s of its library (Debian's python3-minimal does)."
            " On Debian and Ubuntu: apt install python3"
        ) % (sys.executable, name)
    if top == "tui":
        return "is not complete: its module %s is missing. Install it anew." % name
    package = {"yaml": "PyYAML"}.get(top, top)
    return "needs the Python package %s, which %s does not have. Install it: %s -m pip install %s" % (
        package,
        sys.executable,
        sys.executable,
        package,
    )


def _refuse(why):  # type: (str) -> int
    """Print the refusal *why*, where somebody can read it, and return the exit status of what was not begun."""
    try:
        sys.stderr.write("docker-audit-wizard %s\n" % why)
        sys.stderr.flush()
    except Exception:  # Nobody reads it, or there is no such stream: Python's own end must not fail at it either.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
    return NOT_BEGUN


def foreign_folder():  # type: () -> str
    """The first folder beside its own that this Python loads code from and others than root may write to; "" for none.

    ``python -m`` puts the current folder first, PYTHONPATH what it names; ``-I`` leaves both out.
    """
    folders = [] if getattr(sys.flags, "safe_path", False) or sys.flags.isolated else ["."]
    if not sys.flags.ignore_environment:
        folders += [name for name in os.environ.get("PYTHONPATH", "").split(os.pathsep) if name]
    return next((folder for folder in folders if _others_write(folder)), "")


def _others_write(folder):  # type: (str) -> bool
    """Whether others than root may put something into *folder*, or another folder in its place."""
    path, within = os.path.realpath(folder), True
    while True:
        try:
            facts = os.stat(path)
        except OSError:
            facts, within = None, True  # Who may write to the folder above can make it.
        if facts is not None:
            writable = facts.st_mode & 0o002 or (facts.st_mode & 0o020 and facts.st_gid != 0)
            sticky = facts.st_mode & 0o1000 and not within  # As in /tmp: there nobody can move what is root's.
            if facts.st_uid != 0 or (writable and not sticky):
                return True
            within = False
        if path == os.path.dirname(path):
            return False
        path = os.path.dirname(path)


def _start():  # type: () -> int
    """``python -m tui``, which root may start only where the current folder is root's."""
    if sys.version_info >= (3, 9) and os.geteuid() == 0:
        folder = foreign_folder()
        if folder:
            return _refuse(
                "was not started: Python loads code from %s, where others than root may write. Start it from another folder, or with %s -I -m tui"
                % (os.path.realpath(folder), sys.executable)
            )
    return main()


if __name__ == "__main__":
    sys.exit(_start())
