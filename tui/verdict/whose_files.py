"""Whether the files that were read are this machine's: the kernel's audit rules are, wherever they are asked for. Pure."""

from __future__ import annotations

from typing import Literal

from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.host.facts import HostFacts

ON_THE_HOST = "Run it on the host itself; where that is allowed, nsenter --target 1 --mount leads there."


def foreign_files(facts: HostFacts) -> Notice[Literal["foreign-files"]] | None:
    """Why nothing can be said or done here: the files are a container's or a chroot's, or nobody can tell; None for the machine's."""
    match facts.privileges.mount_view:
        case "machine":
            return None
        case "unknown":
            why = "Whose files these are cannot be told, since /proc is not mounted here, as in a chroot."
        case "chroot":
            why = "These are the files of a chroot, not this machine's."
        case "namespace":
            why = "These are the files of another mount namespace (a container), not this machine's."
    differs = facts.privileges.differs_at
    where = f" {clean(differs)} is not what process 1 sees there." if differs else ""
    return Notice("foreign-files", f"{why}{where} The kernel's audit rules are the whole machine's.", ON_THE_HOST)
