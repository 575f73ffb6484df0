"""The warnings of a plan in words: one function for each kind, with this host's figures and what to do. What holds is decided in warnings.py.

The words about the log's storage are in audit/log/warning_words.py, those about settings that a load changes in load_effects.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui.audit.log.state import LogState
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import CompiledLine
from tui.audit.rules_d.load import Stop
from tui.base.amounts import MOST_TOLD, count_text, days_text, duration_text, quoted, size_text
from tui.base.cleaning import clean
from tui.base.notice import Notice, first_sentence
from tui.base.typing import NamedTuple
from tui.host.facts import DOCKER_RULES, HostFacts, Process
from tui.plan.values import BlockerKind, KernelOnly, WarningKind
from tui.verdict.audit_daemon import takes_the_records
from tui.verdict.reasons.explain import RENAME
from tui.verdict.rule_display import display
from tui.verdict.values import Finding, Offer, ReasonKind

Warned = Notice[WarningKind]

_FLOOD = 100_000
"""Bytes of log a second with Docker's data directory watched as a whole (konstruktoid/ansible-role-hardening, issue 357)."""
RESTART_SECONDS = "1 to 2 s"
"""Measured on Debian 12 (sysvinit) and Debian 13 (systemd)."""


class Flood(NamedTuple):
    """A busy directory that a plan records as a whole, and at how many bytes of log a second: counted by a rehearsal on this host
    (``rehearsed``), or as others have measured."""

    finding: Finding
    rate: float = _FLOOD
    rehearsed: bool = False
    countable: bool = True
    """Whether a rehearsal could count it: not where nothing reaches the log."""

    @property
    def advice(self) -> str:
        """The command that counts it on this host; "" where that is done, or would count nothing."""
        if self.rehearsed or not self.countable:
            return ""
        return f"A rehearsal counts it on this host: docker-audit-wizard rehearse --control {self.finding.slug} --seconds 60"

    @property
    def measured(self) -> str:
        """Who measured the rate, as a sentence without its end."""
        if self.rehearsed:
            return f"The rehearsal counted {size_text(self.rate)} of log a second on this host"
        return f"A busy Docker host was measured at {_FLOOD // 1000} kB of log a second"


def flood_fills(found: Flood, room: int, state: LogState, end: tuple[str, str]) -> Warned:
    """Recording everything in a busy directory takes the *room* in bytes that the log has before auditd does what *end*, a setting
    and its value, says."""
    name, does = end
    mount = clean(state.partition.mount_point) if state.partition else "the log's partition"
    watch = f"The watch on {clean(found.finding.path)}"
    soon = f"in {days_text(room / found.rate / 86400)}" if room > 0 else "at once"
    rate = f"{found.measured}; {size_text(room)} are left before that."
    if does in ("halt", "single"):
        ends = "shut this host down" if does == "halt" else "take this host to single user mode"
        return Notice("flood-stops-host", f"{watch} could {ends} {soon}. {name} is {does.upper()}. {rate}", found.advice)
    if does in ("suspend", "exec"):
        text = f"{watch} could end all recording {soon}: auditd then suspends itself. {name} is {does.upper()}. {rate}"
        return Notice("flood-ends-recording", text, found.advice)
    then = "auditd then drops its oldest file again and again" if does == "rotate" else "Events are lost then"
    shared = "" if state.partition is None or state.partition.dedicated else ", and whatever else writes there fails"
    return Notice("flood-fills-disk", f"{watch} could fill {mount} {soon}. {then}{shared}. {rate}", found.advice)


def locks(line: CompiledLine) -> Warned:
    """The last step locks the kernel, by *line*."""
    return Notice(
        "locks",
        f"The last step locks this kernel's audit rules until the next reboot: {line.quoted}. The rules are loaded and proved before it; after it "
        "neither an undo nor anything else changes them, and a rule whose directory is renamed or unmounted is gone until that reboot. "
        "auditd is not restarted, since its restart would load and lock before the proof.",
        "--no-load only writes the file; the next boot or load brings it in, and locks.",
    )


def kernel_only_lost(rules: Sequence[KernelOnly]) -> Warned:
    """A load that locks lets *rules* go, one at least, which are on no disk."""
    one = len(rules) == 1
    what = "One rule that only the kernel has is" if one else f"{count_text(len(rules))} rules that only the kernel has are"
    return Notice(
        "kernel-only-lost",
        f"{what} LOST when the load locks. Nothing brings {'it' if one else 'them'} back before the next reboot: "
        f"{quoted([rule.text for rule in rules])}.",
        "--adopt takes what only the kernel has into docker.rules, as far as auditctl has words for it.",
    )


def no_load(lock: CompiledLine | None) -> Warned:
    """The file is written and not loaded, as was chosen; *lock*: the line by which the next boot or load locks the rules."""
    then = f" Either locks the rules: {lock.quoted}." if lock else ""
    return Notice(
        "no-load",
        "docker.rules will be written and nothing loaded, as you chose: nothing new is recorded before the next boot or load."
        + then,
        "Plan a reboot, then run check again.",
    )


def line_refused(text: str) -> Warned:
    """No line can name an object, for the reason *text*."""
    return Notice("line-refused", text, RENAME)


def immutable() -> Warned:
    """The kernel takes no rule before the next boot."""
    return Notice(
        "immutable",
        "The kernel's rules are locked until the next reboot. docker.rules will be written and nothing loaded; "
        "nothing new is recorded before that reboot.",
        "Plan a reboot, then run check again.",
    )


def other_daemon(daemon: Process, proved: str, *, loads: bool) -> Warned:
    """Another program takes the kernel's records; *proved* says where a run looks for its own. *loads*: the plan loads rules, and leaves the
    restart out."""
    why = "started" if daemon.dropped is not None else "restarted: two daemons would fight for the records"
    left_out = f"The rules are loaded, and auditd is not {why}. " if loads else ""
    return Notice(
        "other-daemon",
        f"{takes_the_records(daemon)} {left_out}{proved}",
        f"Look for the events where {clean(daemon.display_name)} puts them.",
    )


def would_stay_blind(blocker: Notice[BlockerKind]) -> Warned:
    """The rule would be right, and its events would not reach the log, as *blocker* says."""
    first = first_sentence(blocker.text)
    worth = "The rule is worth having all the same; as things are the run ends as “done, but NOT audited”."
    return Notice("would-stay-blind", f"{first} {worth}{blocker.text[len(first) :]}", blocker.remedy)


def without_rules(seconds: float, deleted: int) -> str:
    """The sentence for the time that a load leaves the kernel without rules, or with a part of them; *deleted* is how many it deletes first,
    which is what takes the time."""
    if not deleted:
        return "No rule is loaded now: the load leaves no gap."
    first = "the one loaded now is" if deleted == 1 else f"the {count_text(deleted)} loaded now are"
    return f"No rule is loaded for about {duration_text(seconds)}: {first} deleted first."


def reload_window(rules: int, seconds: float) -> Warned:
    """The load leaves this host without some of its *rules* for *seconds*."""
    return Notice(
        "reload-window",
        f"{without_rules(seconds, rules)} The load deletes them one by one, and then adds all again.",
        "Choose a quiet moment.",
    )


def restart_gap(stop_file: str) -> Warned:
    """Events are lost while auditd restarts; *stop_file* is what its unit loads by then ("": nothing)."""
    loads = (
        f" Its unit loads {clean(stop_file)} by then, so the kernel has those rules until auditd is up again." if stop_file else ""
    )
    return Notice(
        "restart-gap",
        f"Events are lost while auditd restarts ({RESTART_SECONDS}, as a rule). The kernel does not count them as lost.{loads}",
        "--no-restart leaves the daemon running; augenrules --load alone loads the rules.",
    )


def starts_auditd() -> Warned:
    """Nothing is recorded now: the plan's restart is a start."""
    return Notice("starts-auditd", "auditd does not run now, so nothing is recorded; the run starts it.")


def loaded_besides(rules: Sequence[Rule], facts: HostFacts) -> Warned:
    """The load brings *rules*, one at least, that are on disk and that nobody asked for."""
    return Notice("loaded-besides", f"{not_loaded_yet(rules, facts)}. An undo leaves {'it' if len(rules) == 1 else 'them'} loaded.")


def not_loaded_yet(rules: Sequence[Rule], facts: HostFacts) -> str:
    """That a load brings *rules*, one at least, that are on disk and not in the kernel, without the end of the sentence."""
    what = (
        "One rule on disk that is not loaded yet is"
        if len(rules) == 1
        else f"{count_text(len(rules))} rules on disk that are not loaded yet are"
    )
    return f"{what} loaded as well: {quoted([display(rule, facts) for rule in rules[:MOST_TOLD]], more=max(len(rules) - MOST_TOLD, 0))}"


def _not_in_rules_d(rules: Sequence[KernelOnly]) -> str:
    return "One loaded rule is" if len(rules) == 1 else f"{count_text(len(rules))} loaded rules are"


def kernel_only_dropped(rules: Sequence[KernelOnly]) -> Warned:
    """The load lets *rules* go, one at least, as was chosen."""
    those = quoted([rule.text for rule in rules])
    return Notice(
        "kernel-only-dropped", f"{_not_in_rules_d(rules)} not in rules.d and will be gone after the load: {those}. You chose so."
    )


def kernel_only(rules: Sequence[KernelOnly], *, restarts: bool) -> Warned:
    """*rules*, one at least, are put back after the load; *restarts*: and after the restart."""
    them, they_are = ("it", "it is") if len(rules) == 1 else ("them", "they are")
    drop, when = ("The load and the restart drop", "each time") if restarts else ("The load drops", "afterwards")
    return Notice(
        "kernel-only",
        f"{_not_in_rules_d(rules)} not in rules.d (an agent's, another file's): {quoted([rule.text for rule in rules])}. {drop} {them}; "
        f"{they_are} put back into the kernel {when}, behind the rules from disk.",
        f"--drop-kernel-only lets {them} go.",
    )


def kernel_only_order(rule: KernelOnly) -> Warned:
    """A rule that is put back comes behind one that takes its events."""
    return Notice("kernel-only-order", f"“{rule.text}” comes after the rules from disk from now on. {rule.note}")


def taken_out(text: str) -> Warned:
    """The plan adds again what somebody took out, as *text* says."""
    return Notice("taken-out", text, "Ask who took it out before you apply; the comment stays where it is.")


def docker_rules_hard_link(links: int) -> Warned:
    """docker.rules has *links* names, two at least; what the run puts in its place has this name alone."""
    others = "another name" if links == 2 else f"{count_text(links - 1)} other names"
    return Notice(
        "docker-rules-hard-link",
        f"{DOCKER_RULES} has {others} (a hard link), where the old content stays. The run puts a new file at this name alone, and an undo "
        "does not join them again.",
        f"Link it anew after the run if something relies on it. Where its other names are: find / -xdev -samefile {DOCKER_RULES}",
    )


def load_stops_behind(stop: Stop, loaded: int) -> Warned:
    """The load ends at a line behind everything that matters here; *loaded* is how many rules the kernel holds now."""
    place = f"{clean(stop.file)}:{stop.file_line}"
    others = " and everything that is loaded now" if loaded else ""
    return Notice(
        "load-stops-behind",
        f"The load stops at {place}, behind the plan's line{others}. It is {stop.reason.removeprefix(f'{place}, ')}",
        f"{stop.mend}.",
    )


def line_skipped(error: Stop) -> Warned:
    """The load passes over a line."""
    return Notice("line-skipped", f"The load passes over {error.reason}", f"{error.mend}.")


def flood(found: Flood, largest: int | None) -> Warned:
    """What recording everything in a busy directory means for the *largest* size in bytes of this host's own log."""
    back = f": what it keeps could reach back only {days_text(largest / found.rate / 86400)}" if largest else ""
    text = f"{found.finding.control}: recording everything in {clean(found.finding.path)} floods the log{back}. {found.measured}"
    if largest:
        text += f", and this host keeps {size_text(largest)}"
    return Notice("flood", f"{text}.", found.advice)


def differs_from_benchmark(finding: Finding, note: str) -> Warned:
    """The line that the plan adds is another one than the benchmark's."""
    return Notice("differs-from-benchmark", f"{finding.control}: {note}")


def moves_away(controls: Sequence[str], reason: Notice[ReasonKind]) -> Warned:
    """What an upgrade makes of the watches that the plan adds for these *controls*."""
    return Notice("moves-away", f"{', '.join(controls)}: {reason.text}", reason.remedy)


def quieter_rules(finding: Finding, offer: Offer) -> Warned:
    """There are lines that record less of a busy directory."""
    advice = "Not done by this plan. Written into docker.rules by hand, it is:\n" + "\n".join(offer.lines)
    return Notice("quieter-rules", f"{finding.control}: {offer.text}", advice)


def real_path(finding: Finding, path: str) -> Warned:
    """The object itself is at *path*, and this plan watches its name alone."""
    return Notice(
        "real-path",
        f"{finding.control}: a rule on {clean(finding.path)} records nothing of the object itself, {clean(path)}.",
        "Without --named-paths the object is judged, and watched, there.",
    )
