"""Second hints: what stands at the place that a trainee is sent to, as this host has it. None of them says what follows from it. Pure."""

from __future__ import annotations

from tui.audit.inputs import AuditStatus, PathFacts
from tui.audit.rule.text import listings
from tui.base.amounts import first_of
from tui.base.cleaning import clean
from tui.host.facts import HostFacts
from tui.plan.values import Plan
from tui.plan.warnings import SECONDS_PER_ADDED, SECONDS_PER_DELETED, SHORTEST_LOAD
from tui.verdict.boot.words import boot_text
from tui.verdict.disk import read_disk
from tui.verdict.values import Finding, RuleLine

MOST_QUOTED = 3
"""How many rules of a long list are quoted."""
_LONGEST = 120
"""How many characters of a rule are quoted."""


def _quoted(text: str) -> str:
    text = clean(text)
    return f"“{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}”"


def _nearness(line: str, path: str) -> int:
    """How many of the first letters of *path* stand in *line*."""
    return next((length for length in range(len(path), 0, -1) if path[:length] in line), 0)


def printed(finding: Finding, facts: HostFacts) -> str:
    """What ``auditctl -l`` prints, of a long list the lines that come nearest to the path."""
    if not isinstance(facts.kernel_rules, tuple):
        return "auditctl -l could not be read here."
    lines = listings(facts.kernel_rules, facts.names.machine)
    near = sorted(lines, key=lambda line: -_nearness(line, finding.path))[:MOST_QUOTED]
    which = f"{len(lines)} lines; nearest to the path come" if len(lines) > MOST_QUOTED else "this:"
    return f"auditctl -l prints {which} {', '.join(map(_quoted, near))}."


def status(facts: HostFacts) -> str:
    """What ``auditctl -s`` says, as far as a verdict or a load goes by it."""
    said = facts.audit_status
    return (
        f"auditctl -s says enabled {said.enabled}, pid {said.pid}."
        if isinstance(said, AuditStatus)
        else "auditctl -s could not be read here."
    )


def _placed(rule: RuleLine) -> str:
    where = f"number {rule.position} in the kernel's list" if rule.source == "kernel" else f"{rule.file}:{rule.line}"
    return f"{_quoted(rule.text)} ({clean(where)})"


def in_the_kernel(finding: Finding, facts: HostFacts) -> str:
    """The loaded rules that touch the path, without what they do to it; where none does, what is loaded."""
    loaded = [rule for rule in finding.rules if rule.source == "kernel"]
    named, general = [rule for rule in loaded if not rule.general], sum(rule.general for rule in loaded)
    if named:
        return f"Read these rules in their order: {first_of([_placed(rule) for rule in named])}. {status(facts)}"
    if general:
        return f"{general} of the loaded rules {'names' if general == 1 else 'name'} no path: w on Host lists them. {status(facts)}"
    return f"{printed(finding, facts)} {status(facts)}"


def at_boot(finding: Finding, facts: HostFacts) -> str:
    """What the row Next boot says, and which lines on disk touch the path; where none does, which files there are."""
    stored = [rule for rule in finding.rules if rule.source != "kernel"]
    files = facts.rules_dir if isinstance(facts.rules_dir, tuple) else ()
    names = [clean(file.path.rpartition("/")[2]) for file in files]
    on_disk = (
        first_of([_placed(rule) for rule in stored], 2) if stored else f"rules.d holds {first_of(names) if names else 'no file'}"
    )
    return f"The row Next boot says: {boot_text(facts)}. On disk: {on_disk}."


def at_the_path(finding: Finding, facts: HostFacts) -> str:
    """What the path is, and who asks."""
    here = facts.paths.get(finding.path)
    found = f"stat cannot look at {clean(finding.path)}"
    if isinstance(here, PathFacts):
        found = f"stat finds at {clean(finding.path)}: {'nothing' if here.kind == 'absent' else clean(here.kind)}"
    who = "root" if facts.privileges.euid == 0 else f"uid {facts.privileges.euid}"
    return f"{found}. You are {who}."


def in_the_way(plan: Plan, facts: HostFacts) -> str:
    """The line of rules.d that a plan stops at, else the last one; the kernel's state, and the row Next boot."""
    lines = [line for line in read_disk(facts).compiled.lines if line.text.strip() and not line.text.lstrip().startswith("#")]
    places = [str(blocker.place) for blocker in plan.blockers if blocker.place]
    line = next((line for line in lines if str(line.place) in places), lines[-1] if lines else None)
    read = f"Read {clean(str(line.place))}: {_quoted(line.text.strip())}. " if line is not None else "rules.d holds no line. "
    return f"{read}{status(facts)} The row Next boot says: {boot_text(facts)}."


def of_the_load(plan: Plan, facts: HostFacts, *, blocked: bool) -> str:
    """What a load deletes and adds and what each takes; where none comes, what that follows from."""
    if blocked:
        return "Go by the right answer to the question before this one."
    if not plan.commands:
        return "The row Then of the plan has no command." if plan.switches.no_load else status(facts)
    deleted = len(facts.kernel_rules) if isinstance(facts.kernel_rules, tuple) else 0
    return (
        f"It deletes {deleted} and adds {len(plan.expected)}: about {SECONDS_PER_DELETED * 1000:g} ms for each that goes and "
        f"{SECONDS_PER_ADDED * 1000:g} ms for each that comes; no load takes less than {SHORTEST_LOAD * 1000:g} ms."
    )
