"""The verdict in sentences: what each rule does to the audited path, who is missing and why, what is peculiar, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.audit.coverage.reach import Reach
from tui.audit.coverage.values import ACCESS_WORDS, Blind, BlindKind, CaveatKind, CoverageKind, Exemption, Gap, LossKind
from tui.audit.rule.text import unambiguous
from tui.audit.rule.value import Rule
from tui.base.amounts import first_of, listed
from tui.base.cleaning import clean
from tui.base.notice import Notice

GAP_WORDS: Mapping[LossKind, str] = {
    "never": "an earlier never rule takes the event",
    "no-rule": "no rule asks for it",
    "undecided": "the rules split the callers in more ways than can be followed",
    "disabled": "auditing is switched off",
    "no-daemon": "no audit daemon is registered",
    "rate-limit": "the rate limit drops records",
    "never-task": "a never,task rule keeps the process from being audited",
    "exclude": "an exclude rule drops the SYSCALL record",
    "filesystem": "a filesystem rule hides the names of files",
}
"""Why an event is not recorded, by the kind of the cause."""

GAP_FIXES: Mapping[LossKind, str] = {
    "no-rule": "Add a watch without filters: it records every access of every caller.",
    "never": "Put the watch before the never rule, or remove or narrow the never rule.",
    "undecided": "Put a watch without filters before these rules.",
}

MOST_WORDS = 9
"""Callers that take more words than these are told behind the sentence, not in it."""

ACCESS_VERBS = {"r": "reading", "w": "writing", "x": "executing", "a": "changing the attributes of"}

CAVEATS: Mapping[CaveatKind, tuple[str, str]] = {
    "link": (
        "A rule on the symbolic link {detail} records no access to the object at its end. The kernel watches the link itself.",
        "Watch the path at the end of the link.",
    ),
    "mounted-over": (
        "A rule on {detail} records no access: something is mounted over it. The rule is bound to what lies hidden below.",
        "Watch the path that was mounted there, where it really lies.",
    ),
    "not-recursive": (
        "A rule with path= watches the directory {detail} itself, not what lies below it. Listing it, making, renaming and removing "
        "its entries and changing its own attributes is recorded as far as the rule goes; what lies deeper is not.",
        "Use dir= (or -w on the directory) to watch everything below.",
    ),
    "by-inode": (
        "A rule reaches {path} by its other name {detail}, until the file is replaced. Every upgrade replaces it.",
        "Watch the path itself.",
    ),
    "not-rearmed": (
        "A rule with dir= on the file {detail} ends without a sign when the file is replaced. The kernel bound it to the file as it was at "
        "the load, and an upgrade replaces the file.",
        "Use path= (or -w) instead of dir=.",
    ),
    "mount": (
        "A rule on a directory reaches the mount {detail} only if that was mounted before the load.",
        "Load the rules again after mounting, or watch the path itself.",
    ),
    "inode": (
        "A rule filters by an inode number, and whether {path} has that number cannot be told.",
        "Watch the path itself.",
    ),
    "by-name": (
        "What {detail} is could not be read, so a rule on it was judged by its letters.",
        "",
    ),
}
"""Sentence and fix, by the note of a rule's reach; ``path`` is the audited one."""

BLIND_FIXES: Mapping[BlindKind, str] = {
    "disabled": "Switch auditing on, and look for a line “-e 0” in /etc/audit/rules.d: auditctl -e 1",
    "no-daemon": "Start auditd, and see that local_events and write_logs are not switched off in /etc/audit/auditd.conf.",
    "rate-limit": "Take the limit off, and look for a line “-r” in /etc/audit/rules.d: auditctl -r 0",
    "never-task": "Take the never,task rule out, then restart the services that were started while it was loaded.",
    "exclude": "Remove the exclude rule, or narrow it so that it does not match msgtype=SYSCALL.",
    "filesystem": "Remove the rule, or narrow it to fstype=tracefs.",
}

LISTS: Mapping[str, str] = {
    "user": "concerns messages that programs send, not accesses to files",
    "io_uring": "concerns io_uring operations, not system calls",
    "filesystem": "concerns file systems that hold no audited path",
    "exclude": "drops no record of who did what",
    "task": "has every call of the processes it matches recorded, if they are started while it is loaded, whatever other rules say",
}
"""What a rule of another list does that blinds nothing."""

Spoken = Mapping[str, str]
"""Access to those callers whom a rule's fields let through, in words."""


def accesses(letters: Iterable[str]) -> str:
    """``reading, writing and executing``; ``every access`` for all four."""
    words = [ACCESS_WORDS[letter] for letter in letters]
    if len(words) == len(ACCESS_WORDS):
        return "every access"
    return listed(words)


def by_callers(spoken: Spoken) -> list[tuple[str, str]]:
    """The accesses in words with the callers they are for, accesses with equal callers together."""
    groups: dict[str, list[str]] = {}
    for access, callers in spoken.items():
        groups.setdefault(callers, []).append(access)
    return [(accesses(letters), callers) for callers, letters in groups.items()]


def always_effect(reach: Reach, lets_through: Spoken, records: Spoken) -> str:
    """What an ``always`` rule does that lets *lets_through* pass and in its place among the others records *records*."""
    if reach.how == "entries":
        return "watches the directory that holds it, not the file: sees only that entries are created, renamed or removed"
    if reach.how == "loader":
        return "watches where dynamic loaders lie, which is no reliable record of what is executed"
    if not lets_through:
        return "reaches the path, but its calls, permissions and filters let no access through: it records nothing"
    if not records:
        return f"would record {_list(lets_through)}, but earlier rules take these events"
    return f"records {_list(records)}{_caveat(reach)}"


KEEPS_ALL = "keeps every access for every caller from being recorded"
"""The effect of a never rule that takes all there is to take."""


def never_effect(reach: Reach, lets_through: Spoken, takes: Spoken) -> str:
    """What a ``never`` rule does that lets *lets_through* pass, in a sentence like that of an ``always`` rule."""
    if not lets_through:
        return "reaches the path, but its calls, permissions and filters let no access through: it does nothing"
    if not takes:
        return f"would keep {_list(lets_through)} from being recorded, but earlier rules take these events"
    return f"keeps {_list(takes)} from being recorded{_caveat(reach)}"


def exemption_effect(left_out: Exemption) -> str:
    """What a rule does that only leaves somebody out by name."""
    if left_out.labels:
        return f"leaves out what has the label {clean(', '.join(left_out.labels))}: nothing on this kernel has it"
    return f"leaves out what {clean(', '.join(left_out.programs))} itself does: exempt by name, not counted"


def _list(spoken: Spoken) -> str:
    return "; ".join(f"{what}{callers_phrase(callers)}" for what, callers in by_callers(spoken))


def callers_phrase(callers: str) -> str:
    """The *callers* as a phrase at the end of a sentence; a mere condition names no caller."""
    return f" {callers}" if callers.startswith("if ") else f" for {callers}"


_CAVEATS = {
    "by-inode": ", by its inode, until the file is replaced",
    "not-rearmed": ", until the file is replaced",
    "by-name": ", as far as its letters tell",
}
_LOOKALIKES = {
    "link": "names a symbolic link: the kernel watches the link itself, not the object at its end",
    "mounted-over": "names what lies hidden under a mount: accesses go to what is mounted there",
    "not-recursive": "watches the directory itself only, not the files below it",
    "by-name": "names another path by its letters; what is there could not be read",
}


def _caveat(reach: Reach) -> str:
    return _CAVEATS.get(reach.note or "", "")


def lookalike(rule: Rule, reach: Reach, name: str) -> str:
    """What a rule does that does not reach the path, though it looks as if it did."""
    if reach.note in _LOOKALIKES:
        return _LOOKALIKES[reach.note]
    path = rule.path or rule.first("exe")
    if isinstance(path, str) and name in path:
        return f"names another path, {clean(path)}"
    return "only mentions the path, and does not reach it"


def with_rule(text: str, rule: Rule | None, machine: str) -> str:
    """*text*, a sentence, with the rule it speaks of."""
    return text if rule is None else f"{text[:-1]} (`{clean(unambiguous(rule, machine))}`)."


def blind_reason(blind: Blind, rule: Rule | None, machine: str) -> Notice[CoverageKind]:
    """The sentence on something that blinds, with its rule."""
    return Notice(blind.kind, with_rule(blind.text, rule, machine), BLIND_FIXES[blind.kind])


def gap_reasons(gaps: Mapping[str, Iterable[Gap]], path: str, rules: Sequence[Rule], machine: str) -> list[Notice[CoverageKind]]:
    """Who is not recorded and why, accesses with equal gaps together; what blinds has sentences of its own."""
    merged: dict[Gap, list[str]] = {}
    for access, missing in gaps.items():
        for gap in missing:
            if gap.cause not in BLIND_FIXES:
                merged.setdefault(gap, []).append(access)
    found: list[Notice[CoverageKind]] = []
    for gap, letters in sorted(merged.items(), key=lambda entry: list(GAP_WORDS).index(entry[0].cause)):
        callers = "" if gap.callers == "every caller" else callers_phrase(gap.callers)
        left_out = ""
        if len(callers.split()) > MOST_WORDS:
            callers, left_out = " for some callers", f" Left out: {gap.callers}."
        text = f"{_unrecorded(letters, clean(path))}{callers}.{left_out} {gap.reason[0].upper()}{gap.reason[1:]}."
        sentence = with_rule(text, None if gap.position is None else rules[gap.position], machine)
        found.append(Notice(gap.cause, sentence, GAP_FIXES[gap.cause]))
    return found


def _unrecorded(letters: Sequence[str], path: str) -> str:
    """The beginning of the sentence that accesses of these *letters* to *path* are not recorded."""
    if len(letters) == len(ACCESS_VERBS):
        return f"No access to {path} is recorded"
    verbs = listed([ACCESS_VERBS[letter] for letter in letters])
    return f"{verbs[0].upper()}{verbs[1:]} {path} {'is' if len(letters) == 1 else 'are'} not recorded"


def caveats(reaches: Iterable[tuple[Rule, Reach]], path: str, machine: str) -> list[Notice[CoverageKind]]:
    """What is peculiar about rules that reach *path*, a sentence for each."""
    found: list[Notice[CoverageKind]] = []
    for rule, reach in reaches:
        if reach.note:
            text, fix = CAVEATS[reach.note]
            sentence = with_rule(text.format(detail=clean(reach.detail), path=clean(path)), rule, machine)
            found.append(Notice(reach.note, sentence, fix.format(detail=clean(reach.detail))))
    return found


def other_list(rule: Rule) -> str:
    """What a rule of another list than exit does that blinds nothing here."""
    return LISTS[rule.filter]


def whole_reasons(rules: Iterable[Rule], machine: str) -> list[Notice[CoverageKind]]:
    """A reason for ``always,task`` rules: they record floods, and override never rules."""
    text = (
        "A task rule has every call of the processes it matches recorded, whatever other rules say. It counts for those started while it "
        "is loaded."
    )
    return [
        Notice("always-task", with_rule(text, rule, machine), "Remove it: it fills the log.")
        for rule in rules
        if rule.action == "always"
    ]


def asked_early(rules: Iterable[Rule], path: str, machine: str) -> list[Notice[CoverageKind]]:
    """A reason for rules on *path* that are asked early, when a name goes. Measured, and audit_update_watch (kernel/audit_watch.c): removals
    are filtered while the call is still at work."""
    text = (
        f"A rule that filters by success or exit never sees {clean(path)} removed or renamed away. The kernel asks it before that call "
        "has a result."
    )
    fix = "Leave success and exit out, or watch the directory."
    return [Notice("asked-early", with_rule(text, rule, machine), fix) for rule in rules]


def alternation_reasons(turns: bool, path: str) -> list[Notice[CoverageKind]]:
    """Measured: of two rules on one path, the kernel asks the later one first after every second replacement of the file."""
    if not turns:
        return []
    text = (
        f"An always and a never rule both name {clean(path)}: which one wins changes when the file is replaced. After a load "
        "the first of the two in rules.d wins, until the file is replaced again, as by an upgrade."
    )
    return [Notice("turning", text, "Take the never rule out or narrow it.")]


def submounts(points: Sequence[str], path: str) -> list[Notice[CoverageKind]]:
    """A reason for file systems mounted below an audited directory."""
    if not points:
        return []
    shown = first_of([clean(point) for point in points])
    text = f"File systems mounted below {clean(path)} after the rules were loaded are not audited. Mounted there now: {shown}."
    return [Notice("submounts", text)]
