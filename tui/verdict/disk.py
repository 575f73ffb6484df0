"""Disk: what of rules.d would really get loaded, judged by the same rules as what is loaded. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from tui.audit.inputs import AuditStatus
from tui.audit.path_lookup import PathLookup
from tui.audit.rule.value import Rule
from tui.audit.rules_d.augenrules import CompiledLine, Origin, RulesFile
from tui.audit.rules_d.compiled import Compiled, compile_rules
from tui.audit.rules_d.hazards import HazardKind
from tui.audit.rules_d.load import Loaded, Stop, begins_anew, load
from tui.base.dataclass import dataclass, replace
from tui.base.notice import Notice
from tui.host.boot_values import BootLoad
from tui.host.facts import FileFacts, HostFacts, rules_file
from tui.host.start_needs import failing_line


@dataclass(frozen=True)
class Disk:
    """rules.d compiled as augenrules would, and loaded into an empty kernel as a reboot would."""

    files: tuple[RulesFile, ...]
    compiled: Compiled
    loaded: Loaded
    boot_only: bool = False
    """True where the load stops at a boot only, for want of a directory that is made later."""
    boot: BootLoad | None = None
    """What the next boot does about audit; None where that is not told."""
    as_it_is: Loaded | None = None
    """What the next boot loads, where that is another file than the one that augenrules makes of rules.d by then."""
    daemon_needs: str = ""
    """What makes auditd's start at boot fail where the load exits 1; "" where it starts all the same."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that get loaded, in the kernel's order."""
        return self.loaded.rules

    @property
    def keeps_daemon_down(self) -> Stop | None:
        """The line by which the next boot brings no auditd; None where it brings one."""
        return failing_line(self.loaded) if self.daemon_needs else None

    @property
    def boot_fails(self) -> bool:
        """Whether the next boot starts no auditd or loads no rules."""
        return self.keeps_daemon_down is not None or (self.boot is not None and self.boot.obstacle != "")

    def line(self, position: int) -> CompiledLine:
        """The line that loads the rule at *position* of :attr:`rules`."""
        line = self.loaded.origin[position]
        assert line is not None, "an empty kernel holds no rule of its own"
        return line

    def disabling_line(self) -> CompiledLine | None:
        """The line that turns auditing off, or limits its rate, once everything is loaded; None where there is none."""
        found = None
        for line in self.compiled.lines:
            words = line.text.split()
            if words == ["-e", "0"] or (words[:1] == ["-r"] and len(words) == 2 and words[1] != "0"):
                found = line
        return found

    def loaded_over(self, before: Sequence[Rule], facts: HostFacts) -> Loaded:
        """What a load of now leaves in a kernel that holds the rules *before*, on the file system of *facts*, for which the disk was read."""
        stop = self.loaded.stopped
        if not before or (begins_anew(self.compiled, facts.names) and (stop is None or stop.kind != "endless-entry")):
            return self.loaded
        return load_into(facts, self.compiled, before)

    @cached_property
    def line_of(self) -> dict[Rule, CompiledLine | None]:
        """The line that loads each rule, the first of those that are equal."""
        return dict(zip(reversed(self.rules), reversed(self.loaded.origin)))


def rules_files(facts: HostFacts) -> tuple[RulesFile, ...]:
    """The entries of rules.d for the compiler; rules.d must have been read."""
    assert isinstance(facts.rules_dir, tuple)
    return tuple(map(rules_file, facts.rules_dir))


def read_disk(facts: HostFacts, before: Sequence[Rule] = ()) -> Disk:
    """Compile and load what *facts* have of rules.d, into a kernel that holds the rules *before* (none: after a reboot)."""
    files = rules_files(facts)
    compiled = compile_rules(files, facts.names)
    return Disk(files, compiled, load_into(facts, compiled, before))


def load_into(facts: HostFacts, compiled: Compiled, before: Sequence[Rule] = ()) -> Loaded:
    """What ``auditctl -R`` of *compiled* leaves in a kernel that holds the rules *before*, on this host's file system; where augenrules
    would not come to its end, nothing of it."""
    for hazard in compiled.hazards:
        if hazard.kind == "endless-entry":
            return _never_loaded(compiled, hazard, before)
    there = lookup(facts)
    return load(compiled, facts.names, there.is_directory, there.parent_exists, before, exists=there.exists)


def _never_loaded(compiled: Compiled, hazard: Notice[HazardKind], before: Sequence[Rule]) -> Loaded:
    assert hazard.place is not None
    stop = Stop("endless-entry", 0, CompiledLine(0, "", (Origin(hazard.place.file, 1),)), hazard.text)
    lost = tuple(line for line in compiled.lines if line.text.strip(" ") and not line.text.lstrip(" ").startswith("#"))
    return Loaded(tuple(before), (None,) * len(before), stop, lost=lost, exit_code=1)


def lookup(facts: HostFacts) -> PathLookup:
    """What rules ask about the paths of this host."""
    return PathLookup(facts.paths.get)


def without_directory(rule: Rule) -> Rule:
    """*rule* as auditctl makes it of the same watch while the directory is not there: ``path``, which reaches nothing below it (stat()
    decides in auditctl's audit_setup_watch_name). Any other rule is itself."""
    if rule.action != "always" or [field.name for field in rule.fields] != ["dir", "perm"]:
        return rule
    return replace(rule, fields=(replace(rule.fields[0], name="path"), rule.fields[1]))


def with_file(facts: HostFacts, path: str, content: bytes | None, mode: int = 0o640) -> HostFacts:
    """*facts* with one file of rules.d replaced, made or (*content* None) taken away."""
    assert isinstance(facts.rules_dir, tuple)
    old = next((file for file in facts.rules_dir if file.path == path), None)
    rest = [file for file in facts.rules_dir if file.path != path]
    if content is not None:
        rest.append(replace(old, content=content) if old else FileFacts(path, content=content, mode=mode))
    return replace(facts, rules_dir=tuple(sorted(rest, key=lambda file: file.path)))


def status_after_reboot(status: AuditStatus, disk: Disk) -> AuditStatus:
    """The audit status that the settings on disk lead to: auditd(8) enables auditing as it starts, a later ``-e`` has the last word."""
    settings = disk.loaded.settings
    return replace(status, enabled=settings.get("enabled", 1), rate_limit=settings.get("rate_limit", 0), pid=status.pid or 1)
