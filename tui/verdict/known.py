"""KnownHost: a host of which everything was read that a verdict rests on, and what follows from it, derived once. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from tui.audit.inputs import AuditStatus, Unknown
from tui.audit.path_lookup import PathLookup
from tui.audit.rule.line import parse_line
from tui.audit.rule.parsed import AddRule
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import CompiledLine, RulesFile
from tui.audit.rules_d.compiled import Compiled, audit_rules_only, compile_rules
from tui.base.dataclass import replace
from tui.base.notice import Notice
from tui.base.typing import TYPE_CHECKING, Any
from tui.host.facts import DOCKER_RULES, FileFacts, HostFacts
from tui.verdict.covered import RulesInForce
from tui.verdict.disk import Disk, load_into, lookup, rules_files, status_after_reboot
from tui.verdict.values import ReasonKind

# A host without Docker is not asked for its log or its rules' paths, and a check of one imports nothing that tells them.
if TYPE_CHECKING:
    from tui.audit.coverage.places import RulePaths
    from tui.verdict.host_log import HostLog

_RESTS_ON: Mapping[str, frozenset[str]] = {
    "compiled": frozenset({"rules_dir", "names"}),
    "disk": frozenset({"rules_dir", "names", "paths"}),
    "written_rules": frozenset({"rules_dir", "names", "paths"}),
    "log": frozenset({"auditd_conf", "names", "mounts", "paths", "log", "identity", "taken_at"}),
}
"""For each value that a changed host takes over: the fields of the facts from which it is derived."""


class KnownHost:
    """A host whose audit status, loaded rules and rules.d are known.

    Behind this door nobody asks again whether they could be read. What follows from them is a cached property: derived when it is first
    asked for, and once for all controls.
    """

    def __init__(self, facts: HostFacts, status: AuditStatus, kernel_rules: tuple[Rule, ...], rules_dir: tuple[FileFacts, ...]):
        self.facts = facts
        self.status = status
        self.kernel_rules = kernel_rules
        self.rules_dir = rules_dir
        self._before: KnownHost | None = None

    @classmethod
    def of(cls, facts: HostFacts) -> KnownHost | tuple[Notice[ReasonKind], ...]:
        """The known host of *facts*, or why there is none: a reason for each part that could not be read."""
        status, rules, files = facts.audit_status, facts.kernel_rules, facts.rules_dir
        if isinstance(status, AuditStatus) and isinstance(rules, tuple) and isinstance(files, tuple):
            # The journal has the records of a kernel that nobody is registered with: they go to its process as they would to auditd's.
            recorder = facts.other_daemon
            return cls(facts, replace(status, pid=recorder.pid) if recorder and not status.pid else status, rules, files)
        if facts.privileges.euid != 0:  # one cause, however many parts it keeps from being read
            return (
                Notice("not-root", "Only root can read this host's audit rules and status.", "Start the program again as root."),
            )
        unread: dict[str, Notice[ReasonKind]] = {}
        for part in (status, rules, files):
            if isinstance(part, Unknown):
                unread.setdefault(part.reason, Notice("unread", part.reason, part.way_out))
        return tuple(unread.values())

    def changed(self, **fields: Any) -> KnownHost:
        """This host with other contents in some *fields* of its facts; what does not follow from those is shared, not derived anew."""
        facts = replace(self.facts, **fields)
        made = KnownHost.of(facts)
        assert isinstance(made, KnownHost), "a known host stays known"
        differing = {name for name in fields if getattr(facts, name) is not getattr(self.facts, name)}
        for name, fields_below in _RESTS_ON.items():
            if name in self.__dict__ and differing.isdisjoint(fields_below):
                made.__dict__[name] = self.__dict__[name]
        made._before = self
        return made

    # --- what was read ---------------------------------------------------------------------------------------------------

    @property
    def is_immutable(self) -> bool:
        """Whether the kernel takes no change of its rules before the next reboot."""
        return self.status.enabled == 2

    @cached_property
    def lookup(self) -> PathLookup:
        """What rules ask about the paths of this host."""
        return lookup(self.facts)

    @property
    def docker_rules(self) -> FileFacts | None:
        """The entry docker.rules of rules.d; None: absent."""
        return next((file for file in self.rules_dir if file.path == DOCKER_RULES), None)

    # --- rules.d ---------------------------------------------------------------------------------------------------------

    @cached_property
    def compiled(self) -> Compiled:
        """What augenrules would make of rules.d."""
        return compile_rules(self.rules_files, self.facts.names)

    @property
    def rules_files(self) -> tuple[RulesFile, ...]:
        """The entries of rules.d for the compiler."""
        return rules_files(self.facts)

    @cached_property
    def disk(self) -> Disk:
        """What of rules.d would get loaded now into a kernel that holds no rule."""
        return Disk(self.rules_files, self.compiled, load_into(self.facts, self.compiled))

    @cached_property
    def at_boot(self) -> Disk:
        """What of rules.d the next boot loads."""
        from tui.verdict.boot.next_boot import after_next_boot  # a host without Docker is asked for none of it

        return after_next_boot(self.disk, self.facts)

    @cached_property
    def unreached(self) -> tuple[tuple[CompiledLine, Rule], ...]:
        """The lines that would audit a path and that no load comes to, since one before them stops it, with their rules."""
        parsed = [
            (line, parse_line(line.text, self.facts.names, self.lookup.is_directory))
            for line in self.at_boot.loaded.lost
            if "/" in line.text
        ]
        return tuple(
            (line, made.rule)
            for line, made in parsed
            if isinstance(made, AddRule) and made.rule.action == "always" and made.rule.path is not None
        )

    @cached_property
    def written_rules(self) -> tuple[Rule, ...]:
        """Every rule that a line of rules.d adds, whether it would get loaded or not."""
        return tuple(self._written_rules())

    @cached_property
    def written_paths(self) -> RulePaths:
        """The paths of those of them that are not loaded, placed on this host."""
        from tui.audit.coverage.places import survey

        loaded = frozenset(self.kernel_rules)
        rules = tuple(rule for rule in self.written_rules if rule not in loaded)
        same = rules == self.at_boot.rules  # as where none is loaded yet: then their paths are placed already
        return survey(self.at_boot.rules if same else rules, self.facts.paths, self.facts.known_mounts)

    def _written_rules(self) -> Iterator[Rule]:
        for file in self.rules_dir:
            for raw in (file.content or b"").split(b"\n"):
                line = parse_line(raw.decode("utf-8", "surrogateescape"), self.facts.names, self.lookup.is_directory)
                if isinstance(line, AddRule):
                    yield line.rule

    @cached_property
    def only_compiled(self) -> tuple[CompiledLine, ...]:
        """The lines that the next augenrules would overwrite in audit.rules, since no file of rules.d has them."""
        file = self.facts.audit_rules
        if not isinstance(file, FileFacts) or file.content is None:
            return ()
        return audit_rules_only(self.compiled, file.content, self.facts.names, is_directory=self.lookup.is_directory)

    @cached_property
    def odd_paths(self) -> tuple[tuple[int, str], ...]:
        """The paths in the rules of the next boot that may read like another path, with the positions of their rules."""
        named = ((position, rule.path) for position, rule in enumerate(self.at_boot.rules))
        return tuple((position, path) for position, path in named if path is not None and _is_odd(path))

    # --- who is recorded -------------------------------------------------------------------------------------------------

    @cached_property
    def loaded(self) -> RulesInForce:
        """The loaded rules, and whom they record."""
        return self._shared(RulesInForce(self.kernel_rules, self.status, self.facts))

    @cached_property
    def stored(self) -> RulesInForce:
        """The rules of rules.d once they are loaded by a boot, and whom they record."""
        made = RulesInForce(self.at_boot.rules, status_after_reboot(self.status, self.at_boot), self.facts)
        return self.loaded if made.same_as(self.loaded) else self._shared(made)

    @cached_property
    def booted(self) -> RulesInForce | None:
        """The rules that the next boot loads, where that is another file than rules.d makes; None where it is not."""
        if self.at_boot.as_it_is is None:
            return None
        disk = replace(self.at_boot, loaded=self.at_boot.as_it_is)
        return RulesInForce(disk.rules, status_after_reboot(self.status, disk), self.facts)

    def _shared(self, made: RulesInForce) -> RulesInForce:
        """*made*, or the same of a host from which this one was changed, where that has derived it."""
        before = self._before
        while before is not None:
            derived = (before.__dict__.get(name) for name in ("loaded", "stored"))
            for earlier in derived:
                if isinstance(earlier, RulesInForce) and made.same_as(earlier):
                    return earlier
            before = before._before
        return made

    # --- the log ---------------------------------------------------------------------------------------------------------

    @cached_property
    def log(self) -> HostLog:
        """The log storage."""
        from tui.verdict.host_log import HostLog

        return HostLog(self.facts)

    @cached_property
    def lasting_silence(self) -> str:
        """Why nothing reaches the log after the next boot either, unless somebody mends it; "" where nothing stands in the way."""
        from tui.verdict.silence import lasting_silence

        return "" if self.facts.other_daemon is not None else lasting_silence(self.log)

    @property
    def way_out_of_silence(self) -> str:
        """What would let the log take records again; "" where nothing stands in the way, or its cause says it."""
        from tui.verdict.silence import way_out_of_silence

        return way_out_of_silence(self.facts, self.log)

    @cached_property
    def silence(self) -> str:
        """Why nothing reaches the log although the kernel records; "" where nothing stands in the way."""
        from tui.verdict.silence import silence

        return silence(self.facts, self.status, self.log)


def _is_odd(path: str) -> bool:
    """Whether *path* holds a character that is not seen as what it is, or a blank at its end."""
    return not path.isascii() or not path.isprintable() or path.endswith(" ")
