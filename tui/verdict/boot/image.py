"""Hosts that are made from an image: rules on disk that do not outlive a reboot, and files of rules.d that are links into the image. Pure."""

from __future__ import annotations

from tui.audit.log.partition import lost_at_reboot
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.typing import Literal
from tui.host.facts import RULES_DIR, FileFacts, HostFacts

INTO_THE_IMAGE = "Put the line into the image that this host boots from, too."


def behind_link(path: str, facts: HostFacts) -> str:
    """That a file of rules.d is a link, so that its lines are the image's or a package's, as a line to follow an advice; "" for a file."""
    files = facts.rules_dir if isinstance(facts.rules_dir, tuple) else ()
    found = next((file for file in files if file.path == path and file.kind == "symlink" and file.target), None)
    if found is None or found.target is None:
        return ""
    return (
        f"\n{clean(path)} is a link to {clean(found.target)}, which an image or a package brings: put a file of your own in its place, "
        f"empty where nothing of it is wanted, and into what this host is made from, too (Butane, a Containerfile)."
    )


def forgets_rules(facts: HostFacts) -> Notice[Literal["rules-not-kept"]] | None:
    """Why a reboot may bring other rules than those on disk now; None where what is written stays."""
    if not isinstance(facts.mounts, tuple):
        return None
    folder = facts.rules_folder.path if isinstance(facts.rules_folder, FileFacts) else RULES_DIR
    kind = lost_at_reboot(folder, facts.mounts)
    if kind is None:
        return None
    what = "which may be emptied by a reboot" if kind == "overlay" else "which a reboot empties"
    return Notice("rules-not-kept", f"{RULES_DIR} lies on {kind}, {what}: the rules are those of the image then.", INTO_THE_IMAGE)
