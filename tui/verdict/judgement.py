"""Judgement: one audited path held against the loaded rules and against the rules on disk, by the same code. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.audit.coverage.values import Coverage
from tui.audit.coverage.wording import GAP_WORDS
from tui.audit.inputs import AuditStatus, PathFacts
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import CompiledLine
from tui.base.cleaning import clean
from tui.base.notice import Notice
from tui.base.typing import NamedTuple
from tui.host.facts import AUDIT_RULES, HostFacts
from tui.verdict.boot.hidden import hidden_stop, hides_words
from tui.verdict.disk import Disk
from tui.verdict.known import KnownHost
from tui.verdict.neighbours.exemptions import left_out
from tui.verdict.neighbours.gaps import is_riddle
from tui.verdict.neighbours.general import general_rules, names
from tui.verdict.neighbours.unreached import unreached_rules
from tui.verdict.values import LeftOut, Level, ReasonKind, RuleLine, State


class Judgement(NamedTuple):
    """The judgement on ``target``: how well it is audited: ``loaded`` by the kernel's own list, ``stored`` by what is on disk once
    it is loaded after a reboot.

    ``wanted`` are the accesses the control asks for, ``host`` is the host that is judged.
    """

    target: PathFacts
    wanted: str
    loaded: Coverage
    stored: Coverage
    host: KnownHost
    booted: Coverage | None = None
    """How well what the next boot loads audits it, where that is not rules.d."""
    exclusions: tuple[str, ...] = ()
    general: tuple[int, ...] = ()
    """The positions of the loaded rules that record some accesses to the path without speaking of it."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The loaded rules, in the kernel's order."""
        return self.host.kernel_rules

    @property
    def status(self) -> AuditStatus:
        """The audit status now."""
        return self.host.status

    @property
    def disk(self) -> Disk:
        """What the next boot loads."""
        return self.host.at_boot

    @property
    def facts(self) -> HostFacts:
        """The facts of the host."""
        return self.host.facts

    @property
    def silent(self) -> str:
        """Why nothing reaches the log although the kernel records; "" where nothing stands in the way."""
        return self.host.silence

    @property
    def covered(self) -> bool:
        """Whether every wanted access is recorded now."""
        return not self.silent and all(self.loaded.accesses[access].level == "audited" for access in self.wanted)

    @property
    def partly_recorded(self) -> bool:
        """Whether some wanted access is recorded now, for somebody."""
        return not self.silent and any(self.loaded.accesses[access].level != "unaudited" for access in self.wanted)

    @property
    def persistent(self) -> bool:
        """Whether every wanted access will be recorded by what is on disk."""
        return all(self.stored.accesses[access].level == "audited" for access in self.wanted)

    @property
    def outlasts_boot(self) -> bool:
        """Whether every wanted access will be recorded after the next boot."""
        booted = self.after_boot
        return all(booted[access] == "audited" for access in self.wanted)

    @property
    def after_boot(self) -> Mapping[str, Level]:
        """How well each access is recorded after the next boot."""
        booted = (self.booted or self.stored).accesses
        nothing = self.disk.boot_fails or self.host.lasting_silence
        return {access: "unaudited" if nothing else booted[access].level for access in booted}

    @property
    def compiling_helps(self) -> bool:
        """Whether the next boot fails the path only because audit.rules is not what rules.d would make of it."""
        boot = self.disk.boot
        if not self.persistent or self.outlasts_boot or boot is None or self.disk.keeps_daemon_down:
            return False
        return boot.last is not None and boot.last.file == AUDIT_RULES and boot.obstacle in ("", "file-absent")

    @property
    def decisive(self) -> Coverage:
        """What tells why nothing is recorded: the loaded rules, and those on disk where no loaded one reaches the path."""
        return self.stored if self.only_disk_decides else self.loaded

    @property
    def only_disk_decides(self) -> bool:
        """Whether no loaded rule reaches the path."""
        return all(self.loaded.without_never[access] == "unaudited" for access in self.wanted)

    def state(self) -> State:
        """The first state that holds, from the top of the table of states."""
        rules_right = all(self.decisive.rules_only[access] == "audited" for access in self.wanted)
        without_never = all(self.decisive.without_never[access] == "audited" for access in self.wanted)
        if all(self.decisive.without_never[access] == "unaudited" for access in self.wanted):
            return "unaudited"
        if self.persistent and self.status.enabled == 2 and not self.covered:
            return "pending-reboot"
        if self.persistent and not all(self.loaded.without_never[access] == "audited" for access in self.wanted):
            return "not-loaded"
        if rules_right and not self.covered:
            return "blind"
        if not rules_right and (without_never or all(self.decisive.rules_only[access] == "unaudited" for access in self.wanted)):
            return "shadowed"
        if not self.covered:
            return "partial"
        return "audited" if self.outlasts_boot else "not-persistent"

    def rule_lines(self) -> tuple[RuleLine, ...]:
        """Every rule that touches the path: loaded ones in the kernel's order, then those on disk with file and line."""
        general, shown = frozenset(self.general), self.host.loaded.shown
        texts = ((at, self._in_force(text, self.loaded, self.silent)) for at, text in self.loaded.effects)
        loaded = [RuleLine("kernel", shown(at), text, position=at + 1, general=at in general) for at, text in texts]
        general = frozenset(general_rules(self.disk.rules, self.stored, self.target))
        texts = ((at, self._in_force(text, self.stored)) for at, text in self.stored.effects)
        stored = [_on_disk(self.disk.line(at), text, general=at in general) for at, text in texts]
        return (*loaded, *stored, *unreached_rules(self.target, self.host))

    def _in_force(self, effect: str, rules: Coverage, silent: str = "") -> str:
        """What a rule does, from its *effect* by itself: it records nothing where something keeps all of it from the log."""
        lost = all(rules.accesses[access].level == "unaudited" for access in self.wanted) and rules.blinding
        if not effect.startswith("records ") or not (lost or silent):
            return effect
        why = GAP_WORDS[rules.blinding[0].kind] if lost else "nothing reaches the log"
        return f"would record {effect[len('records ') :]}, but {why}"

    def told_in_general(self, state: State) -> bool:
        """Whether general rules are all, or a part, of what records the path: then sets of callers are no sentence for a person."""
        return state == "partial" and bool(self.recording_in_general)

    @property
    def recording_in_general(self) -> tuple[int, ...]:
        """Those of the general rules that record something here; no earlier rule takes all of it."""
        taking = {share.position for access in self.wanted for share in self.loaded.accesses[access].by}
        return tuple(position for position in self.general if position in taking)

    @property
    def is_named(self) -> bool:
        """Whether a loaded rule of the exit list, of whatever action, speaks of the path."""
        rules = (self.rules[effect.position] for effect in self.loaded.effects)
        return any(rule.filter == "exit" and rule.path is not None and names(rule, self.target) for rule in rules)

    def without_general(self) -> Coverage:
        """How well the rules that name the path cover it; nothing to say where none does."""
        named = self.host.loaded.without(self.general).coverage(self.target, self.wanted, self.exclusions)
        return named if named.reaching else named._replace(reasons=())

    def details(self, state: State) -> tuple[Notice[ReasonKind], ...]:
        """What is recorded and what is not, set by set of callers, where the reasons tell it in general."""
        return tuple(reason for reason in self.loaded.reasons if self.told_in_general(state) or is_riddle(reason))

    def left_out(self) -> tuple[LeftOut, ...]:
        """The callers who are not counted, since rules leave them out by name."""
        return left_out(self.facts, self.loaded, self.rules, self.stored, self.disk)

    def hindrances(self) -> tuple[RuleLine, ...]:
        """The lines on disk that take the path's events before a rule that would record them, or blind auditing as a whole."""
        effects = {effect.position: effect.text for effect in self.stored.effects}
        blinding = {blind.position for blind in self.stored.blinding}
        found = [
            *(
                _on_disk(self.disk.line(position), effects.get(position, "takes its events"))
                for position in self.stored.shadowing
                if position not in blinding
            ),
            *self.blinding_lines(),
        ]
        stop = self.disk.loaded.stopped
        if self.disk.boot_only and stop is not None and not self.persistent:
            hidden = hidden_stop(self.disk, self.facts)
            why = hides_words(self.disk, *hidden) + " then" if hidden else "the directory that it needs is made only later"
            found.append(_on_disk(stop.line, f"stops the load at every boot, since {why}"))
        return tuple(found)

    def blinding_lines(self) -> tuple[RuleLine, ...]:
        """The lines on disk beside which no rule records everything: they switch auditing off, for everybody or for some callers."""
        found = [
            _on_disk(self.disk.line(blind.position), blind.text)
            for blind in sorted(self.stored.blinding, key=lambda blind: blind.position or 0)
            if blind.position is not None
        ]
        setting = self.disk.disabling_line() if any(blind.position is None for blind in self.stored.blinding) else None
        if setting is not None:
            off = setting.text.split()[0] == "-e"
            found.append(
                _on_disk(setting, "turns auditing off" if off else "drops the records that come faster than that in a second")
            )
        return tuple(found)


def _on_disk(line: CompiledLine, effect: str, *, general: bool = False) -> RuleLine:
    return RuleLine("rules.d", clean(line.text.strip()), effect, file=clean(line.place.file), line=line.place.line, general=general)


def judge(wanted: str, exclusions: Sequence[str], target: PathFacts, host: KnownHost) -> Judgement:
    """Hold *target*, less *exclusions*, against the loaded rules and the rules on disk."""
    loaded, stored = (rules.coverage(target, wanted, exclusions) for rules in (host.loaded, host.stored))
    booted = host.booted.coverage(target, wanted, exclusions) if host.booted else None
    general = general_rules(host.kernel_rules, loaded, target)
    return Judgement(target, wanted, loaded, stored, host, booted, tuple(exclusions), general)
