"""What was recorded of Docker's files: a host's audit log read backwards within a bound, its accesses counted for each control."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.audit.inputs import PathFacts
from tui.audit.log.events.accesses import OVERLAP, Access, AuditedPaths, accesses_in, first_moment
from tui.audit.log.events.summary import RecordedAccesses, sum_up
from tui.audit.log.growth import REHEARSAL_KEY
from tui.base.cleaning import in_words
from tui.base.dataclass import dataclass
from tui.base.typing import TYPE_CHECKING
from tui.host.facts import HostFacts, LogFacts
from tui.run.journal.run_records import runs
from tui.verdict.silence import records_elsewhere

if TYPE_CHECKING:
    from tui.host.port import Host, LogPart
    from tui.verdict.values import Finding

MOST_BYTES = 64 << 20
"""As much of the log as is read, the newest first: what auditd keeps with Debian's settings is 40 MiB."""
_THE_LOG = "The audit log"
_RUNTIME_KINDS = ("directory", "socket")


@dataclass(frozen=True, slots=True)
class LogRead:
    """How far the log was read: ``bytes``, the time of its oldest record (None: it holds none), the paths of the files of which some text was
    read, and of those of which none was, with the one that was read in part."""

    bytes: int
    begins: float | None
    files: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    in_part: str = ""


@dataclass(frozen=True, slots=True)
class RecordedControl:
    """What the log tells of the object of one finding. ``own`` are this program's probes, ``rehearsed`` what rehearsals recorded, ``others`` what
    other hosts have sent here: none of them is in ``recorded``."""

    finding: Finding
    recorded: RecordedAccesses
    own: int = 0
    rehearsed: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded on a host: of each control, *since* a moment (None: as far back as the log was read)."""

    controls: tuple[RecordedControl, ...]
    log: LogRead
    since: float | None = None
    journal_read: bool = True
    """Whether the journal could be asked which accesses are this program's own."""
    elsewhere: str = ""
    """Who has the records, where auditd's log has none of them."""


def why_unread(problem: OSError) -> str:
    """Why the log could not be read, in one sentence."""
    said = in_words(problem)
    if said.startswith(_THE_LOG):
        return f"{said}."
    return f"{_THE_LOG} cannot be read: {said}" + ("." if "root" in said else "; root may, or a member of its group.")


def read_recorded(host: Host, facts: HostFacts, findings: Sequence[Finding], *, since: float | None = None) -> Recorded:
    """What the log of *host* tells of the objects of *findings*; *facts* are the host's. Raises OSError where the log cannot be read."""
    targets = [audited_paths(finding, facts) for finding in findings]
    found: list[list[Access]] = [[] for _ in targets]
    size, begins, files, in_part, later = 0, None, [], "", b""
    for part in host.log_parts():
        if size >= MOST_BYTES:
            in_part = part.file if part.file in files else ""
            break
        for position, access in accesses_in(part.data + later, targets, len(part.data)):
            found[position].append(access)
        files += [part.file] if part.data and part.file not in files else []
        begins = _earlier(begins, first_moment(part.data))
        size += len(part.data)
        later = _head(part, later)
    own, journal_read = _own_probes(host)
    here = _own_node({access.node for accesses in found for access in accesses}, facts)
    users = {uid: name for name, uid in facts.names.users.items()}
    controls = []
    for finding, accesses in ((finding, found[position]) for position, finding in enumerate(findings)):
        others = [access for access in accesses if here is not None and access.node != here]
        local = [access for access in accesses if here is None or access.node == here]
        rehearsed = [access for access in local if _is_rehearsed(access)]
        probes = [access for access in local if (access.serial, access.pid) in own]
        apart = {id(access) for access in (*others, *rehearsed, *probes)}
        summary = sum_up(
            (access for access in accesses if id(access) not in apart),
            runtime=finding.kind in _RUNTIME_KINDS,
            since=since,
            now=facts.taken_at,
            log_begins=begins,
            name_of=lambda uid: users.get(uid, ""),
        )
        counted = [sum(since is None or access.time >= since for access in group) for group in (probes, rehearsed, others)]
        controls.append(RecordedControl(finding, summary, *counted))
    log = LogRead(size, begins, tuple(files), _left_out(facts, files), in_part)
    return Recorded(tuple(controls), log, since, journal_read, records_elsewhere(facts))


def audited_paths(finding: Finding, facts: HostFacts) -> AuditedPaths:
    """The names under which the log may have the object of *finding*, and what it is now."""
    names = [finding.path, *(place.path for place in finding.places)]
    if finding.real_path is not None:
        names.append(finding.real_path.path)
    inodes = []
    for name in tuple(names):
        what = facts.paths.get(name)
        if not isinstance(what, PathFacts):
            continue
        names += [other for other in (what.location, what.real_path) if other]
        if what.kind not in ("symlink", "absent") and what.device is not None and what.inode is not None:
            inodes.append((what.device, what.inode))
    paths = tuple(dict.fromkeys(name for name in names if name.startswith("/") and name != "/"))
    return AuditedPaths(paths, finding.kind == "directory", tuple(dict.fromkeys(inodes)))


def _head(part: LogPart, later: bytes) -> bytes:
    """The beginning of *part*, whole lines of it, which ends the events that begin in the part before."""
    if len(part.data) < OVERLAP:
        return (part.data + later)[:OVERLAP]
    head = part.data[:OVERLAP]
    return head[: head.rfind(b"\n") + 1]


def _earlier(one: float | None, other: float | None) -> float | None:
    return one if other is None else other if one is None else min(one, other)


def _own_node(nodes: set[str], facts: HostFacts) -> str | None:
    """The node whose records are this host's, where the log holds those of several; None where it does not, or none can be told to be ours."""
    names = (facts.identity.name, facts.identity.name.partition(".")[0])
    ours = [node for node in nodes if node == "" or node in names or node.partition(".")[0] == names[1]]
    return ours[0] if len(nodes) > 1 and len(ours) == 1 else None


def _is_rehearsed(access: Access) -> bool:
    return any(key.startswith(REHEARSAL_KEY) for key in access.keys)


def _own_probes(host: Host) -> tuple[frozenset[tuple[int, int]], bool]:
    """The event number and pid of each probe that the journal tells of; and whether it could be read."""
    try:
        records = runs(host)
    except OSError:
        return frozenset(), False
    events: Iterable[tuple[object, object]] = (
        (event.get("serial"), event.get("pid")) for record in records for event in record.events if event.get("event") == "probe"
    )
    return frozenset((serial, pid) for serial, pid in events if isinstance(serial, int) and isinstance(pid, int)), True


def _left_out(facts: HostFacts, read: Sequence[str]) -> tuple[str, ...]:
    """The files of the log's folder that were not read: packed ones, those beyond the bound, those of somebody else."""
    log = facts.log
    if not isinstance(log, LogFacts):
        return ()
    names = {path.rpartition("/")[2] for path in read}
    return tuple(f"{log.folder}/{file.name}" for file in log.files if file.name not in names and file.size)
