"""What a boot loads of the rules on disk, when directories below /run are not made yet, and by a unit that does not see all. Pure."""

from __future__ import annotations

from tui.audit.rule.value import Rule
from tui.audit.rules_d.compiled import as_it_stands
from tui.audit.rules_d.load import Loaded, load
from tui.base.dataclass import replace
from tui.base.paths import within
from tui.host.boot_load import boot_load, rules_to_load
from tui.host.boot_values import BootLoad
from tui.host.facts import AUDIT_RULES, FileFacts, HostFacts
from tui.host.start_needs import needs_load
from tui.verdict.disk import Disk, load_into, lookup
from tui.verdict.objects.subject import late_folder


def after_next_boot(disk: Disk, facts: HostFacts) -> Disk:
    """*disk* with only those of its rules that the next boot loads: ``boot_only`` where a load stops then that goes through now,
    ``daemon_needs`` where auditd then does not start.

    A rule on a directory that is made later is kept as it works now: the kernel takes it, and until the rules are loaded again
    it records what is made, renamed and removed there (:func:`shallow`). One on what the loading unit does not see is left out: the
    kernel binds it to what stands there for the unit, and records nothing (measured on Linux 6.18, with a tmpfs over /root).
    """
    found = boot_load(facts)
    disk = replace(disk, daemon_needs=needs_load(facts), boot=found, as_it_is=_as_it_is(found, disk, facts))
    # Rules that the load of now does not come to may have such paths, too, but change nothing.
    if not any(late_folder(path, facts) or unseen(path, found) for rule in disk.rules if (path := rule.path) is not None):
        return disk
    there = lookup(facts)

    def is_there(path: str) -> bool:
        return late_folder(path, facts) is None and not unseen(path, found)

    def parent_is_there(path: str) -> bool:
        hidden = unseen(path, found)
        return late_folder(path, facts) in (None, path) and (not hidden or hidden[0] in (path, path.rpartition("/")[0]))

    booted = load(
        disk.compiled,
        facts.names,
        lambda path: there.is_directory(path) and is_there(path),
        lambda path: there.parent_exists(path) and parent_is_there(path),
        exists=lambda path: there.exists(path) and is_there(path),
    )
    left = {id(line) for line in booted.origin}
    kept = [
        (rule, line)
        for rule, line in zip(disk.loaded.rules, disk.loaded.origin)
        if id(line) in left and not (rule.path and unseen(rule.path, found))
    ]
    loaded = replace(booted, rules=tuple(rule for rule, _ in kept), origin=tuple(line for _, line in kept))
    return replace(disk, loaded=loaded, boot_only=booted.stopped is not None and disk.loaded.stopped is None)


def unseen(path: str, found: BootLoad | None) -> tuple[str, str] | None:
    """The folder that hides *path* from the unit that loads the rules at boot, and the setting that does; None where it sees the path."""
    if found is None or not found.hidden:
        return None
    return next((each for each in found.hidden if within(path.rstrip("/"), each[0])), None)


def _as_it_is(found: BootLoad | None, disk: Disk, facts: HostFacts) -> Loaded | None:
    """What the loads of the boot leave in the kernel together; None where rules.d, compiled, has the last word."""
    if found is None or found.obstacle or found.last is None or (found.last.compiles and found.last.file == AUDIT_RULES):
        return None
    order = list(dict.fromkeys((load.file, load.compiles) for load in reversed(found.loads)))
    parts = []
    for path, compiles in reversed(order):
        file = rules_to_load(path, facts)
        parts.append(disk.compiled.text if compiles else (file.content or b"") if isinstance(file, FileFacts) else b"")
    return load_into(
        facts, as_it_stands(b"".join(part if part.endswith(b"\n") else part + b"\n" for part in parts), found.last.file)
    )


def shallow(rule: Rule, facts: HostFacts) -> bool:
    """Whether a boot loads *rule* before the directory that it watches is made, so that nothing deeper is recorded."""
    return rule.path is not None and late_folder(rule.path, facts) is not None
