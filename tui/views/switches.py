"""The plan's switches as the walk offers them, and what turning one over does to the plan, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.amounts import first_of
from tui.base.dataclass import dataclass
from tui.plan.values import KernelOnly, Plan, Switches
from tui.views.page import Line, Page
from tui.views.signs import Signs


@dataclass(frozen=True, slots=True)
class Switch:
    """One of the plan's switches as the walk offers it: its field, its key, its words, and what is said when it was turned on or
    off; ``inverted`` where on means False."""

    name: str
    key: str
    text: str
    on: str
    off: str
    inverted: bool = False

    def is_on(self, switches: Switches) -> bool:
        """Whether the switch's box is ticked."""
        return bool(getattr(switches, self.name)) != self.inverted


SWITCHES = (
    Switch(
        "no_restart",
        "1",
        "restart auditd after the load, as the benchmark says",
        "auditd is restarted after the load",
        "auditd is not restarted",
        inverted=True,
    ),
    Switch(
        "drop_kernel_only",
        "2",
        "put rules back that are only in the kernel",
        "rules that only the kernel has are put back after the load",
        "rules that only the kernel has will be DROPPED",
        inverted=True,
    ),
    Switch(
        "benchmark_lines",
        "3",
        "also add the benchmark's own line where only its grep fails",
        "the benchmark's own line is added as well",
        "the benchmark's own line is left out where another rule records",
    ),
    Switch(
        "adopt",
        "4",
        "take over lines that stand only in /etc/audit/audit.rules",
        "lines that stand only in audit.rules are taken over",
        "lines that stand only in audit.rules are not taken over",
    ),
)
NO_LOAD = Switch(
    "no_load",
    "5",
    "only write, and leave the load to the next boot, which locks",
    "docker.rules will be written, and the next boot loads it",
    "the rules are loaded by the run",
)
"""Offered where a load would lock the kernel; elsewhere only the command line has it (--no-load)."""
AGREE_KEY = "c"
"""To Confirm, where a load that locks is agreed to in words."""
SWITCH_KEYS = f"{SWITCHES[0].key}-{SWITCHES[-1].key}"


def turned(name: str, before: Plan, after: Plan) -> str:
    """What turning the switch *name* over has made of the plan, in one sentence."""
    switch = next(switch for switch in (*SWITCHES, NO_LOAD) if switch.name == name)
    state = switch.on if switch.is_on(after.switches) else switch.off
    if dropped := after.dropped:
        state += f": {_named(dropped)}" if name == "drop_kernel_only" else ""
    same = all(
        getattr(before, part) == getattr(after, part) for part in ("files", "commands", "blockers", "expected", "compiled_after")
    )
    if same:
        return f"Switch {switch.key} turned; on this host the plan stays the same ({state})."
    return f"The plan has changed: {state}."


def _named(rules: Sequence[KernelOnly]) -> str:
    """The texts of *rules*, two of them at most."""
    return first_of([rule.text for rule in rules], 2, "; ")


def _switch_line(page: Page, switch: Switch, switches: Switches) -> None:
    """A switch with its key and its box, which a click turns as the key does."""
    box = "[x]" if switch.is_on(switches) else "[ ]"
    turn = f"switch('{switch.name}')"
    page.say((f"{switch.key} ", "key", turn), (box, "strong", turn), (f" {switch.text}", "text", turn), indent=2, hanging=6)


def switch_lines(switches: Switches, width: int, signs: Signs) -> list[Line]:
    """The plan's switches, each with the key that turns it."""
    page = Page(width, signs, indent=2)
    page.head(f"Switches {SWITCH_KEYS}")
    for switch in SWITCHES:
        _switch_line(page, switch, switches)
    return page.lines


def ways_past(plan: Plan) -> dict[str, str]:
    """The keys of the switches that each lead past a blocker of the plan, with what is true once they are turned."""
    names = {name for blocker in plan.blockers for name in blocker.switches}
    found = {switch.key: switch.off if switch.inverted else switch.on for switch in (*SWITCHES, NO_LOAD) if switch.name in names}
    return found | ({AGREE_KEY: "to Confirm, where the lock is agreed to"} if plan.only_lock_blocks else {})


def asks_about_lock(plan: Plan) -> bool:
    """Whether the walk offers the two ways past a load that would lock the kernel."""
    return plan.only_lock_blocks or plan.switches.no_load


def lock_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """The two ways past a load that would lock the kernel, each with its key; nothing where the plan's load locks nothing."""
    page = Page(width, signs, indent=2)
    if asks_about_lock(plan):
        _switch_line(page, NO_LOAD, plan.switches)
    if plan.only_lock_blocks:
        words = "to Confirm, where the load that locks is agreed to in words"
        page.say((f"{AGREE_KEY} ", "key", "agree"), (words, "text", "agree"), indent=2, hanging=2)
    return page.lines
