"""What the unit that loads the rules at boot does not see of the file system, as reasons: SUSE's augenrules.service has ProtectHome=. Pure."""

from __future__ import annotations

from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.typing import Literal
from tui.host.facts import HostFacts
from tui.verdict.boot.next_boot import unseen
from tui.verdict.disk import Disk, lookup


def hidden_stop(disk: Disk, facts: HostFacts) -> tuple[str, str] | None:
    """The folder that hides from the loading unit what the line is about at which the next boot stops, and the setting; None where the
    boot does not stop, or for another reason."""
    stop = disk.loaded.stopped
    parsed = parse_line(stop.text, facts.names, lookup(facts).is_directory) if stop is not None and disk.boot_only else None
    return unseen(parsed.rule.path or "", disk.boot) if isinstance(parsed, AddRule) else None


def hides_words(disk: Disk, folder: str, setting: str) -> str:
    """That the loading unit does not see a *folder*, as a part of a sentence."""
    by = disk.boot.last.by if disk.boot is not None and disk.boot.last is not None else ""
    return f"{clean(by)} does not see what is in {folder} ({clean(setting)})"


def hidden_reason(disk: Disk, facts: HostFacts, path: str) -> Notice[Literal["boot-hides"]] | None:
    """Why the next boot stops at a line, or loads one on *path* in vain, since the loading unit does not see what it is about; None where
    neither is so."""
    stop, hidden = disk.loaded.stopped, hidden_stop(disk, facts)
    consequence = f"a rule on {clean(path)} is accepted and records nothing"
    if stop is not None and hidden is not None:
        consequence = f"the load stops at {clean(stop.file)}:{stop.file_line}. What stands behind that line is not loaded"
    hidden = hidden or unseen(path, disk.boot)
    if hidden is None or disk.boot is None or disk.boot.last is None:
        return None
    return Notice(
        "boot-hides",
        f"At boot {hides_words(disk, *hidden)}: {consequence}. By hand, augenrules --load sees it.",
        f"Give {clean(disk.boot.last.by)} the lines [Service] and {hidden[1].partition('=')[0]}=no: systemctl edit {clean(disk.boot.last.by)}",
    )
