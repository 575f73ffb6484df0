"""Whether the files that were read are this machine's, and are what its rules come from: the kernel's audit rules are the machine's wherever
they are asked for. Pure."""

from __future__ import annotations

from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.typing import Literal
from tui.host.facts import HostFacts

DECLARED = "Put the lines into security.audit.rules of configuration.nix, then nixos-rebuild switch; auditctl -l shows what the kernel has then."
ON_THE_HOST = "Run this program on the host itself; where that is allowed, nsenter --target 1 --mount leads there."

_WHY = {
    "unknown": "Whose files these are cannot be told, since /proc is not mounted here, as in a chroot.",
    "chroot": "The files here are a chroot's, not this machine's.",
    "namespace": "The files here are those of another mount namespace (a container), not this machine's.",
}


def not_from_files(facts: HostFacts) -> Notice[Literal["declared-rules"]] | None:
    """Why no file in /etc/audit tells of this host's rules, or changes them; None where one does."""
    if facts.identity.os_id != "nixos":
        return None
    text = "NixOS makes its audit rules from its own configuration, which is not read here. Nobody loads rules.d there."
    return Notice("declared-rules", text, DECLARED)


def foreign_files(facts: HostFacts) -> Notice[Literal["foreign-files"]] | None:
    """Why nothing can be said or done here: the files are a container's or a chroot's, or nobody can tell; None for the machine's."""
    view = facts.privileges.mount_view
    if view == "machine":
        return None
    differs = facts.privileges.differs_at
    where = f" {clean(differs)} is not what process 1 sees there." if differs else ""
    return Notice("foreign-files", f"{_WHY[view]}{where} The kernel's audit rules are the whole machine's.", ON_THE_HOST)
