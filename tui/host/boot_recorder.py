"""What a boot makes of another recorder than auditd: the rules that auditbeat loads in place of all others, and what systemd-journald needs to
get records again. Pure.

Sources: auditbeat's auditd module (it deletes every rule as it starts and adds its own, those of its configuration first, then those of its
files by name; a refused one is passed over); journald.conf(5) on Audit; systemd 252 and 257 as Debian 12 and 13 have them, in virtual machines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import takewhile

from tui.base.typing import Literal
from tui.host.facts import JOURNAL_SOCKET, BootFacts, FileFacts, HostFacts
from tui.host.kernel_line import on_from_the_start

AUDITBEAT_UNIT = "auditbeat.service"
AUDITBEAT_SETTINGS = "/etc/auditbeat/auditbeat.yml"
AUDITBEAT_SETTING = "audit_rules"
JOURNAL_SETTINGS = ("/usr/lib/systemd/journald.conf", "/etc/systemd/journald.conf")
"""The later one counts; the settings in a folder of that name with ``.d`` come after both."""
_DELETES_FIRST = b"-D\n-c\n"
"""What auditbeat does to the rules that are there, as a rules file says it, and that it goes on behind a rule that is refused."""
_BLOCK = r"( *)(- +)?audit_rules:\s*[|>][-+0-9]*\s*(?:#.*)?$"
_PATTERNS = r"( *)(- +)?audit_rule_files:\s*(?:\[(?P<here>[^]]*)\])?\s*(?:#.*)?$"
_ENABLES = rb"(?m)^[ \t]*-e[ \t]*[12][ \t\r]*$"


def auditbeats_rules(text: str) -> tuple[bytes, tuple[str, ...]]:
    """The rules that stand in auditbeat's configuration, as lines, and the patterns of the files that hold more."""
    rules, patterns = list[str](), list[str]()
    lines = text.splitlines()
    for number, line in enumerate(lines):
        block, files = re.match(_BLOCK, line), re.match(_PATTERNS, line)
        if block:
            rules += _indented(lines[number + 1 :], len(block[1]) + len(block[2] or ""))
        elif files and files["here"] is not None:
            patterns += files["here"].split(",")
        elif files:
            items = _indented(lines[number + 1 :], len(files[1]) + len(files[2] or "") - 1)  # "- " may stand right below the key
            patterns += [item[1:] for item in takewhile(lambda item: item.startswith("-"), items)]
    places = (pattern.strip(" \t'\"").replace("${path.config}", AUDITBEAT_SETTINGS.rpartition("/")[0]) for pattern in patterns)
    kept = [line for line in rules if not line.startswith("#")]
    return "".join(f"{line}\n" for line in kept).encode("utf-8", "surrogateescape"), tuple(place for place in places if place)


def as_rules_file(parts: Iterable[bytes]) -> FileFacts | None:
    """What auditbeat loads, as the rules file that would do the same; None where it has no rules, and so leaves all as it is."""
    lines = [line for part in parts for line in part.splitlines() if line.strip() and not line.lstrip().startswith(b"#")]
    return (
        FileFacts(AUDITBEAT_SETTINGS, content=_DELETES_FIRST + b"".join(line.strip() + b"\n" for line in lines)) if lines else None
    )


def journal_gap(
    facts: HostFacts, boot: BootFacts, started: frozenset[str], cmdline: str
) -> Literal["", "no-copies", "not-enabled"]:
    """Why the systemd journal, which has the records now, gets none after the next boot: nothing starts its socket (``no-copies``), or nothing
    turns auditing on (``not-enabled``), as auditd would; "" where it gets them."""
    if JOURNAL_SOCKET not in started:
        return "no-copies"
    if on_from_the_start(cmdline) or _turns_on(boot.files) or any(re.search(_ENABLES, text) for text in _rules_texts(facts)):
        return ""
    return "not-enabled"


def _turns_on(files: Mapping[str, object]) -> bool:
    """Whether systemd-journald turns auditing on as it starts. What it does by default is the distribution's choice, which the file that it
    ships has as a comment; upstream's is to do so."""
    text = "\n".join(
        (file.content or b"").decode("utf-8", "replace")
        for path, file in files.items()
        if isinstance(file, FileFacts) and "journald.conf" in path
    )
    given = re.findall(r"^[ \t]*Audit[ \t]*=[ \t]*(\S*)", text, re.MULTILINE) or re.findall(r"^#Audit=(\S*)", text, re.MULTILINE)
    return not given or given[-1].lower() in ("yes", "true", "on", "1", "y", "t")


def _rules_texts(facts: HostFacts) -> Iterable[bytes]:
    files = facts.rules_dir if isinstance(facts.rules_dir, tuple) else ()
    return (file.content or b"" for file in files if file.path.endswith(".rules"))


def _indented(lines: Iterable[str], above: int) -> list[str]:
    """The lines that are indented deeper than *above*, up to the first that is not, without their indentation."""
    found = []
    for line in lines:
        if line.strip() and len(line) - len(line.lstrip(" ")) <= above:
            break
        found.append(line.strip())
    return [line for line in found if line]
