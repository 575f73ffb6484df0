"""What a report says of a fleet in every form: its result, its ages, what is to be done, and how hosts are named."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.base.amounts import age_text, first_of, listed, local_text
from tui.base.notice import parted_remedy
from tui.controls.control import DEFAULT_VERSION
from tui.fleet.documents import CheckedHost, Verdict
from tui.fleet.fleet import MOST_AGE, Column, DriftGroup, FailureGroup, Fleet, Told
from tui.verdict.words import told_state
from tui.views.drift import NOW, minute_text, since_text
from tui.views.words import count

MOST_NAMES = 6
"""How many hosts are named in one line; the others are counted."""
HOSTS = "Hosts, the one with the most failing controls first"
FAILS = "What fails, the controls that fail on the most hosts first"
DRIFT = "What passed earlier and does not now"
DIFFERS = "What differs between the hosts"
TO_DO = "What to do, what helps the most hosts first"
UNCLEAR = "What cannot be told and why, what concerns the most hosts first"
KINDS = {
    "pass": "passes",
    "fail": "fails",
    "error": "error",
    "unknown": "cannot be told",
    "notapplicable": "does not apply",
    "waived": "fails, and is waived",
}
"""What a cell of the matrix says, by its kind: a result, or ``waived``."""
GROUPS = ("compliant", "with failures", "not fully known", "with nothing to audit")
"""The hosts in words, by what their verdicts come to."""
_LIMIT = f"{MOST_AGE / 86_400:.0f} d"


def heading(title: str, fleet: Fleet) -> str:
    """A heading, without its order where there is one host to put in any."""
    return title if len(fleet.hosts) > 1 else title.partition(",")[0]


def kind_of(verdict: Verdict) -> str:
    """The result of a verdict, ``waived`` for a failure that somebody answers for."""
    return "waived" if verdict.waiver and verdict.result == "fail" else verdict.result


def number_heads(columns: Sequence[Column]) -> tuple[str, list[str]]:
    """The numbers of controls for narrow columns: what all of them begin with, ``1.2.``, and the rest of each."""
    parts = [column.control.rpartition(".") for column in columns]
    common = {"".join(part[:2]) for part in parts}
    return (common.pop() if len(common) == 1 else ""), [part[2] for part in parts]


def apply_text(host: CheckedHost, verdict: Verdict) -> str:
    """The command that carries a plan for one control out, by the control's number as the rest of the report has it."""
    benchmark = "" if host.benchmark == DEFAULT_VERSION else f"--benchmark {host.benchmark} "
    return verdict.apply.replace(f"--control {verdict.slug}", f"{benchmark}--control {verdict.control}")


def legend(fleet: Fleet, signs: dict[str, str]) -> str:
    """What the signs of the matrix say, those that occur: ``✓ passes, ✗ fails``."""
    there = {kind_of(verdict) for host in fleet.hosts for verdict in host.verdicts}
    return ", ".join(f"{signs[kind]} {words}" for kind, words in KINDS.items() if kind in there)


def headline(fleet: Fleet) -> str:
    """How many hosts comply, in one sentence."""
    groups = (fleet.compliant, fleet.failing, fleet.unknown, fleet.without)
    parts = [f"{len(hosts)} {words}" for hosts, words in zip(groups, GROUPS) if hosts]
    return f"{count(len(fleet.hosts), 'host')}: {listed(parts)}."


def unread_text(fleet: Fleet) -> str:
    """What was given and could not be read."""
    return f"Not counted, since it could not be read: {'; '.join(fleet.unread)}."


def summary(fleet: Fleet, moment: Callable[[float], str] = minute_text) -> str:
    """The verdicts by their results, the oldest check, and on how many hosts something passed that does not now."""
    words = {
        "pass": "pass",
        "fail": "fail",
        "waived": "waived",
        "unknown": "unknown",
        "error": "in error",
        "notapplicable": "do not apply",
    }
    if not fleet.counts:
        return "No verdict in any of the files."
    told = listed([f"{fleet.counts[result]} {word}" for result, word in words.items() if fleet.counts[result]])
    said = [f"{count(sum(fleet.counts.values()), 'verdict')}: {told}."]
    if oldest := fleet.oldest:
        age = fleet.age(oldest)
        ago = "" if age is None else f" ({age_text(age)})"
        said.append(f"The oldest check is of {moment(oldest.epoch or 0)}{ago}: {oldest.name}.")
    if fleet.drifted:
        said.append(
            f"On {len(fleet.drifted)} of {count(fleet.compared, 'host')} with an earlier check something does not pass that passed then."
        )
    if fleet.earlier:
        said.append(f"{count(fleet.earlier, 'document')} more {'is' if fleet.earlier == 1 else 'are'} of the same hosts, earlier.")
    return " ".join(said)


def old_count(fleet: Fleet) -> str:
    """How many checks are old, and over which limit; "" where none is."""
    many = len(fleet.old)
    return f"{many} of {count(len(fleet.hosts), 'check')} {'is' if many == 1 else 'are'} old, over {_LIMIT}" if many else ""


def old_text(fleet: Fleet) -> str:
    """Which checks are old, with their ages and the limit, the oldest first; "" where none is."""
    old = sorted(fleet.old, key=lambda host: host.epoch or 0)
    names = named([f"{host.name} ({age_text(fleet.age(host) or 0)})" for host in old])
    return f"{old_count(fleet)}: {names}." if old else ""


def checked_text(fleet: Fleet, host: CheckedHost) -> str:
    """How long ago a host was checked, and whether that is old; the moment where no age is to be told."""
    age = fleet.age(host)
    if age is not None:
        return age_text(age) + (", old" if fleet.is_old(host) else "")
    return "not told" if host.epoch is None else local_text(host.epoch, "minute", zone=True)


def share(group: FailureGroup, fleet: Fleet) -> str:
    """On how many of those hosts the controls fail to which they apply: ``3 of 12 hosts``, ``3 of 9 hosts with it`` where not all have the object."""
    which = " with it" if group.applying < len(fleet.hosts) else ""
    return f"{group.number} of {count(group.applying, 'host')}{which}"


def none_fails(fleet: Fleet) -> str:
    """That nothing fails, on how many hosts."""
    aside = ", waived failures aside" if fleet.waived else ""
    able = len(fleet.hosts) - len(fleet.without)
    where = " with something to audit" if fleet.without else ""
    return f"Nothing: 0 of {count(able, 'host')}{where} fail{aside}."


def none_drifted(fleet: Fleet) -> str:
    """That all is as it was, on how many hosts."""
    return f"Nothing, on the {count(fleet.compared, 'host')} that an earlier check tells of."


def remedy_parts(text: str) -> list[tuple[str, str]]:
    """What to do as words and commands, line by line; either may be ""."""
    return [("", line.strip()) if line.startswith("    ") else parted_remedy(line) for line in text.split("\n")]


def planning_texts(fleet: Fleet) -> list[str]:
    """How a plan is carried out on the hosts where one mends something, each command on an indented line; none where there are none."""
    many = len(fleet.plannable)
    if not many:
        return []
    where = fleet.plannable[0] if many == 1 else f"each of {many} hosts"
    told = f"Then, on {where}, look at the plan and carry it out:\n    docker-audit-wizard plan\n    docker-audit-wizard apply"
    role = "Or write a role for Ansible, which does that on many hosts:\n    docker-audit-wizard export ansible DIR"
    return [told] if many == 1 else [told, role]


def whose(names: Sequence[str]) -> str:
    """Of whom a sentence is: the one host by its name, of several the number."""
    return names[0] if len(names) == 1 else count(len(names), "host")


def more_text(told: Told) -> str:
    """How many sentences are left out, of how many hosts, and where they stand."""
    hosts = {name for _, names in told for name in names}
    return f"And {len(told)} more, of {count(len(hosts), 'host')}: --format html and md tell all, --screen those of each host."


def drift_text(group: DriftGroup, moment: Callable[[float], str] = minute_text) -> str:
    """What became of a control that passed, and when it did, without the hosts."""
    state = f" ({told_state(group.verdict.state)})" if group.verdict.result == "fail" else ""
    when = since_text([epoch for _, epoch in group.hosts], moment)
    return f"{group.column.path} {NOW[group.verdict.result]}{state}" + (f", passed {when}" if when else "")


def compared_texts(fleet: Fleet) -> list[str]:
    """What makes earlier checks other questions than those of now, each with its hosts; and the hosts that only those tell of."""
    told: dict[str, list[str]] = {}
    for host in fleet.hosts:
        for text in host.compared or ():
            told.setdefault(text, []).append(host.name)
    found = [f"{named(names)}: {text}" for text, names in told.items()]
    return [*found, *([missing_text(fleet)] if fleet.missing else [])]


def missing_text(fleet: Fleet) -> str:
    """The hosts that only earlier checks tell of."""
    return f"No check of now tells of {named(fleet.missing)}, which earlier ones do."


def void_texts(fleet: Fleet) -> list[str]:
    """The waivers that do not count, each with its hosts."""
    return [f"{named(names)}: {text}" if names else text for text, names in fleet.void]


def named(names: Sequence[str]) -> str:
    """The hosts by name, the first few; of many how many more."""
    return listed(names) if len(names) <= MOST_NAMES else first_of(names, MOST_NAMES - 1)
