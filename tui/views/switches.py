"""The plan's switches as the walk offers them, and what turning one over does to the plan, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from tui.base.amounts import first_of
from tui.base.cleaning import clean
from tui.base.dataclass import dataclass
from tui.plan.values import KernelOnly, Plan, Switches
from tui.views.page import Line, Page, Part
from tui.views.signs import Signs


@dataclass(frozen=True, slots=True)
class Switch:
    """One of the plan's switches as the walk offers it: its field, its key, its words in full and in short, what is said when it was
    turned on or off, and why it does nothing where it does nothing; ``inverted`` where on means False."""

    name: str
    key: str
    text: str
    short: str
    on: str
    off: str
    idle: str = ""
    inverted: bool = False

    def is_on(self, switches: Switches) -> bool:
        """Whether the switch's box is ticked."""
        return bool(getattr(switches, self.name)) != self.inverted


SWITCHES = (
    Switch(
        "no_restart",
        "1",
        "restart auditd after the load, as the benchmark says",
        "restart auditd",
        "auditd is restarted after the load",
        "auditd is not restarted",
        "nothing is restarted",
        inverted=True,
    ),
    Switch(
        "drop_kernel_only",
        "2",
        "put loaded rules back that rules.d does not hold",
        "put back",
        "rules that only the kernel has are put back after the load",
        "rules that only the kernel has will be DROPPED",
        "no loaded rule is to be put back",
        inverted=True,
    ),
    Switch(
        "benchmark_lines",
        "3",
        "also add the benchmark's own line where only its grep fails",
        "benchmark's line",
        "the benchmark's own line is added as well",
        "the benchmark's own line is left out where another rule records",
        "no line of the benchmark's is left out",
    ),
    Switch(
        "adopt",
        "4",
        "take over lines that stand only in /etc/audit/audit.rules",
        "take over",
        "lines that stand only in audit.rules are taken over",
        "lines that stand only in audit.rules are not taken over",
        "no line stands only in audit.rules",
    ),
)
NO_LOAD = Switch(
    "no_load",
    "5",
    "only write; the next boot or load brings the rules in, and locks",
    "only write",
    "docker.rules will be written, and the next boot or load brings it in",
    "the rules are loaded by the run",
)
"""Offered where a load would lock the kernel; elsewhere only the command line has it (--no-load)."""
AGREE_KEY = "c"
"""To Confirm, where a load that locks is agreed to in words."""
SWITCH_KEYS = f"{SWITCHES[0].key}-{SWITCHES[-1].key}"


def doing_keys(plan: Plan) -> str:
    """The keys of the switches that do something to *plan*, as a key line names them: ``1-4`` for all of them, else ``1, 2``; "" for none."""
    doing = [switch.key for switch in offered(plan) if not does_nothing(switch, plan)]
    return SWITCH_KEYS if len(doing) == len(SWITCHES) else ", ".join(doing)


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
        return f"Key {switch.key} turned; the plan stays the same."
    return f"The plan has changed: {state}."


def again_text(before: Plan, after: Plan) -> str:
    """What reading the host again has made of a plan that was blocked, in one sentence."""
    if not after.blockers:
        return "The host was read again: nothing blocks the plan any more."
    if after.blockers == before.blockers:
        return "The host was read again: still blocked, nothing differs."
    return "The host was read again: still blocked, by something else."


def idle_text(switch: Switch, plan: Plan) -> str:
    """Why turning *switch* over would change nothing of *plan*, in a sentence."""
    why = "nothing is to be done" if plan.is_empty and not plan.blockers else switch.idle
    return f"Key {switch.key} changes nothing here" + (f": {why}." if why else ".")


def _named(rules: Sequence[KernelOnly]) -> str:
    """The texts of *rules*, two of them at most."""
    return first_of([rule.text for rule in rules], 2, "; ")


def does_nothing(switch: Switch, plan: Plan) -> bool:
    """Whether turning *switch* over would leave this host's plan as it is. Of a plan that is blocked only the ways past a blocker
    count, and what was turned, which can be turned back."""
    if plan.blockers:
        return switch.key not in ways_past(plan) and not getattr(plan.switches, switch.name)
    if switch.name == "no_restart":
        restarts = any(command.step == "restart" for command in plan.commands)
        return not restarts and (switch.is_on(plan.switches) or not plan.commands)
    if switch.name == "drop_kernel_only":
        return not plan.kernel_only
    if switch.name == "benchmark_lines":
        return not plan.switches.benchmark_lines and not any(finding.lines_for_scanners for finding in plan.findings)
    if switch.name == "adopt" and plan.locks and plan.kernel_only:
        return False  # a load that locks would lose them for good
    return not switch.is_on(plan.switches)  # lines of audit.rules alone are a blocker until they are taken over


def starts_auditd(switch: Switch, plan: Plan) -> bool:
    """Whether what *switch* leaves out of *plan* is the start of a daemon that does not run."""
    return switch.name == "no_restart" and plan.starts_auditd


def box(switch: Switch, plan: Plan) -> str:
    """The box of *switch*: ticked, empty, or ``[-]`` where it does nothing."""
    return "[-]" if does_nothing(switch, plan) else "[x]" if switch.is_on(plan.switches) else "[ ]"


def _switch_line(page: Page, switch: Switch, plan: Plan) -> None:
    """A switch with its key and its box, which a click turns as the key does; one that does nothing tells why."""
    turn = f"switch('{switch.name}')"
    idle = does_nothing(switch, plan) and not plan.blockers
    text = "start auditd after the load: it does not run now" if starts_auditd(switch, plan) else switch.text
    page.say(
        (f"{switch.key} ", "key", turn),
        (box(switch, plan), "dim" if idle else "strong", turn),
        (f" {text}", "dim" if idle else "text", turn),
        (f" ({switch.idle})" if idle and switch.idle else "", "dim"),
        indent=2,
        hanging=6,
    )


def offered(plan: Plan) -> tuple[Switch, ...]:
    """The switches that are worth their room beside *plan*: of a blocked one those that do something; none where none does."""
    doing = tuple(switch for switch in SWITCHES if not does_nothing(switch, plan))
    return doing if plan.blockers or not doing else SWITCHES


def switch_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """The plan's switches, each with the key that turns it; of a blocked plan those that lead past what blocks it."""
    page = Page(width, signs, indent=2)
    shown = offered(plan)
    if shown:
        page.head(f"Switches {doing_keys(plan)}" if shown == SWITCHES else "Switches")
    for switch in shown:
        _switch_line(page, switch, plan)
    return page.lines


def walk_words(where: str = "", again: str = "", why: str = "w") -> dict[str, str]:
    """What a walk says for the options of the command line: the keys, *where* they are not those of the page itself " on Preview"; with the
    key *again*, which reads the host again, for looking again; and the key *why* that tells more, with its step where that is another."""
    keys = {f"--{each.name.replace('_', '-')}": f"key {each.key}{where}" for each in (*SWITCHES, NO_LOAD)}
    keys["--lock"] = f"key {AGREE_KEY}{where}"
    keys["check --json tells"] = f"{why} tells"
    return keys | ({"look again": f"look again ({again})", "plan again here": f"plan again here ({again})"} if again else {})


def bar_switches(plan: Plan) -> list[tuple[str, str, str]]:
    """The switches that do something to this host's plan, as a bar has them: the box with its key, short words, and the action of a click."""
    asked = (*SWITCHES, NO_LOAD) if asks_about_lock(plan) else SWITCHES
    return [
        (
            f"{switch.key} {box(switch, plan)}",
            "start auditd" if starts_auditd(switch, plan) else switch.short,
            f"switch('{switch.name}')",
        )
        for switch in asked
        if not does_nothing(switch, plan)
    ]


def ways_past(plan: Plan) -> dict[str, str]:
    """The keys of the switches that each lead past a blocker of the plan, with what is true once they are turned."""
    names = {name for blocker in plan.blockers for name in blocker.switches}
    found = {switch.key: switch.off if switch.inverted else switch.on for switch in (*SWITCHES, NO_LOAD) if switch.name in names}
    return found | ({AGREE_KEY: "to Confirm, where the lock is agreed to"} if plan.only_lock_blocks else {})


def choice_keys(plan: Plan) -> str:
    """The keys that each lead past all that blocks *plan*, ``5 or c``; "" where something must be mended first, or where nothing blocks."""
    keys = [switch.key for switch in (*SWITCHES, NO_LOAD) if switch.name in plan.choices]
    return " or ".join(keys + ([AGREE_KEY] if "lock" in plan.choices else []))


def once_chosen(plan: Plan) -> list[Part]:
    """The lines that a plan which waits for a choice alone writes after it, behind its headline."""
    from tui.views.diff import added_lines  # most plans wait for none

    parts: list[Part] = []
    for change in plan.files if plan.choices else ():
        more = ", besides what is taken over" if plan.choices == ("adopt",) else ""
        lines = clean(first_of(added_lines(change), 3, "; "))
        parts += [f" Then {change.path.rpartition('/')[2]} gets{more}: ", (lines, "code")]
    return parts


def asks_about_lock(plan: Plan) -> bool:
    """Whether the walk offers the two ways past a load that would lock the kernel."""
    return plan.only_lock_blocks or plan.switches.no_load


def lock_lines(plan: Plan, width: int, signs: Signs) -> list[Line]:
    """The two ways past a load that would lock the kernel, each with its key; nothing where the plan's load locks nothing."""
    page = Page(width, signs, indent=2)
    if asks_about_lock(plan):
        _switch_line(page, NO_LOAD, plan)
    if plan.only_lock_blocks:
        words = "to Confirm, where the load that locks is agreed to in words"
        page.say((f"{AGREE_KEY} ", "key", "agree"), (words, "text", "agree"), indent=2, hanging=2)
    return page.lines
