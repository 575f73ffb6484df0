"""Defaults: the line that distributions ship so that nothing is audited until somebody wants it: whose it is, what taking it out costs. Pure."""

from __future__ import annotations

from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.base.amounts import listed
from tui.base.cleaning import clean
from tui.host.facts import DAEMONS, HostFacts
from tui.host.trust import is_roots

_SHIPPED: dict[str, tuple[str, frozenset[str]]] = {
    "amzn": ("Amazon Linux", frozenset({"audit.rules"})),
    "fedora": ("Fedora", frozenset({"audit.rules", "10-no-audit.rules"})),
    "sles": ("SUSE", frozenset({"audit.rules"})),
    "sled": ("SUSE", frozenset({"audit.rules"})),
    "sle-micro": ("SUSE", frozenset({"audit.rules"})),
    "opensuse-leap": ("openSUSE", frozenset({"audit.rules"})),
    "opensuse-tumbleweed": ("openSUSE", frozenset({"audit.rules"})),
    "flatcar": ("Flatcar", frozenset({"99-default.rules"})),
}
"""By os-release's ID: the distribution, and the files of rules.d in which its packages bring ``-a never,task``."""


def switches_off_all(text: str, facts: HostFacts) -> bool:
    """Whether the line *text* is a ``never`` rule of the task list for every process."""
    parsed = parse_line(text, facts.names)
    return isinstance(parsed, AddRule) and (parsed.rule.filter, parsed.rule.action) == ("task", "never") and not parsed.rule.fields


def way_out(file: str, line: int, facts: HostFacts) -> str:
    """The exact change that ends it, and in a second line whom to restart after it, whose line it is where that is known, and what it costs.

    The file is left to its owner. dockerd ends its containers as it stops, unless live-restore is set (dockerd(8)); containerd's run on, each
    under a shim of its own.
    """
    running = [each for each in facts.processes if each.name in DAEMONS and is_roots(each)]
    daemons = [f"{clean(each.name)} (pid {each.pid})" for each in running]
    restart = listed(daemons) if daemons else "the services that matter"
    dockerd = any(each.name == "dockerd" for each in running)
    stops = " Containers stop with dockerd, unless its live-restore is on." if dockerd else ""
    only_there = f"sed -i '{line}{{/task/s/^/#/}}' {clean(file)}"  # a line that has moved since is left alone
    name, files = _SHIPPED.get(facts.identity.os_id, ("", frozenset[str]()))
    whose = f" The line is {name}'s own default, for hosts that audit nothing." if file.rpartition("/")[2] in files else ""
    return (
        f"Take the line out: {only_there}\n"
        f"Then plan again here, so that no rule is lost in the load; reboot last, when that plan is carried out. Without a reboot, restart {restart} "
        f"at least: every process that was started under the line stays unrecorded, shells and services too.{stops}"
        f"{whose} Without it the kernel looks at every system call, which costs each a little time."
    )
