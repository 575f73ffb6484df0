"""Hosts whose rules on disk do not outlive a reboot, since rules.d lies on a file system in memory (live images). Pure."""

from __future__ import annotations

from typing import Literal

from tui.audit.log.partition import lost_at_reboot
from tui.base.notice import Notice
from tui.host.facts import RULES_DIR, FileFacts, HostFacts

INTO_THE_IMAGE = "Put the line into the image that this host boots from, too."


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
