"""What the next boot does about audit, in sentences: what keeps it from loading the rules on disk, and this host's way to mend it. Pure.

The program enables nothing itself; it shows how.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tui.base.cleaning import clean
from tui.base.notice import Notice, first_sentence
from tui.base.typing import TYPE_CHECKING, Any, Literal, get_args
from tui.host.boot_load import boot_load
from tui.host.boot_recorder import AUDITBEAT_UNIT, JOURNAL_SETTINGS
from tui.host.boot_values import BootLoad, Load
from tui.host.facts import AUDIT_RULES, AUDIT_RULES_UNIT, RULES_DIR, HostFacts
from tui.host.kernel_line import next_line, untold_menus
from tui.verdict.boot.kernel_words import place_of, take_off
from tui.verdict.together import told_together
from tui.verdict.values import BootKind, Finding

if TYPE_CHECKING:
    from tui.verdict.disk import Disk

_BOOT_KINDS: Mapping[str, BootKind] = {kind: kind for kind in get_args(BootKind)}


def obstacle_reason(found: BootLoad) -> Notice[BootKind]:
    """What the obstacle of *found* comes to, and what takes it away."""
    if found.obstacle in ("no-copies", "not-enabled"):
        return Notice("boot-records-nothing", f"After the next boot nothing is recorded: {_why(found)}.", _fix(found))
    kind: BootKind = "boot-starts-no-auditd" if found.keeps_daemon_off else "boot-loads-nothing"
    consequence = "The next boot starts no auditd" if found.keeps_daemon_off else "The next boot loads no rules"
    return Notice(kind, f"{consequence}: {_why(found)}.", _fix(found))


def as_it_is_reason(path: str, load: Load, *, rules_d_has_it: bool, lines: Sequence[str] = ()) -> Notice[BootKind]:
    """That the boot loads a file as it is, which does not record *path*; *lines* are those of rules.d that do."""
    if load.by == AUDITBEAT_UNIT:
        return Notice(
            "boot-loads-as-it-is",
            f"The next boot does not record {path}: auditbeat deletes all rules as it starts and loads its own, which do not. "
            "A restart of auditbeat does the same.",
            f"Put the line into {load.setting} of {load.file}, or into a file that it names there.",
        )
    because = f" ({load.setting})" if load.setting else ""
    first = f"The next boot does not record {path}: {clean(load.by)}{because} loads {clean(load.file)} as it is."
    has = "the rules of rules.d are not in that file" if rules_d_has_it else "that file holds no such rule"
    text = f"{first} Nothing compiles rules.d at the boot, and {has}."
    if load.file == AUDIT_RULES:
        fix = "Compile rules.d into that file, now and after every change of rules.d: augenrules --load"
        return Notice("boot-loads-as-it-is", text, fix)
    file, instead = clean(load.file), rules_d_instead(load)
    if not (rules_d_has_it and lines):
        return Notice("boot-loads-as-it-is", text, f"Put the line into {file}, too, or {instead}")
    written = "".join(f"    {line}\n" for line in lines)
    return Notice("boot-loads-as-it-is", text, f"Write into {file}, too:\n{written}Or {instead}")


def rules_d_instead(load: Load) -> str:
    """How the one who makes *load*, of a file as it is, comes to load rules.d instead: the end of a remedy, a command where one does it."""
    by, setting = clean(load.by), clean(load.setting)
    if not (by.endswith(".service") and setting.startswith("Exec")):
        return f"let {by} run augenrules --load in that load's place."
    return (
        f"let {by} load rules.d in its place, with the lines [Service], {setting}= (which clears all that the unit has of it) and "
        f"{setting}=-/sbin/augenrules --load: systemctl edit {by}"
    )


def not_told() -> Notice[Literal["boot-not-told"]]:
    """That the facts do not tell what loads the rules at a boot."""
    return Notice(
        "boot-not-told",
        "Whether the next boot starts auditd and loads rules.d is not known: this host's file does not tell. Both are taken for granted.",
    )


def of_findings(findings: Iterable[Finding]) -> tuple[Notice[BootKind], ...]:
    """Why the next boot does not bring back what the *findings* ask for: each reason once, with all that it is about."""
    failing = [(finding, reason) for finding in findings if finding.result == "fail" for reason in finding.reasons]
    found = [(finding, reason, kind) for finding, reason in failing if (kind := _BOOT_KINDS.get(reason.kind))]
    return told_together((finding, Notice(kind, reason.text, reason.remedy)) for finding, reason, kind in found)


def worst_of_boot(findings: Sequence[Finding]) -> str:
    """The most urgent that the next boot does not bring back of what *findings* ask for, as one sentence; "" where nothing. What is recorded now
    and lost then is news; what is not recorded at all is counted. Of several objects that one load leaves out it is said how many."""
    first = next(iter(of_findings(sorted(findings, key=lambda finding: finding.state != "not-persistent"))), None)
    if first is None:
        return ""
    sentence = first_sentence(first.text)
    lost = sum(finding.result == "fail" and any(reason.kind == first.kind for reason in finding.reasons) for finding in findings)
    if first.kind != "boot-loads-as-it-is" or lost == 1:
        return sentence
    here = sum(finding.result != "notapplicable" for finding in findings)
    what = f"records none of the {here}" if lost == here else f"does not record {lost} of the {here}"
    return f"The next boot {what}: {sentence.partition(': ')[2]}"


def boot_text(facts: HostFacts) -> str:
    """What the next boot does, as a line of the screen."""
    found = boot_load(facts)
    if found is None:
        return "not told"
    if found.obstacle:
        return obstacle_reason(found).text.removeprefix("The next boot ").rstrip(".")
    assert found.last is not None
    return f"{clean(found.last.by)} loads {_what(found.last)}"


def load_at_boot_words(disk: Disk) -> str:
    """How the load that :func:`boot_text` names ends at the next boot, as the end of that line: where it stops, and whether it locks. "" where it
    goes through and locks nothing, or where there is none."""
    if disk.boot is not None and disk.boot.obstacle:
        return ""
    if disk.keeps_daemon_down is not None:
        return "; that load fails, and auditd does not start"
    booted = disk.as_it_is or disk.loaded
    stop = booted.stopped
    if stop is not None:
        return f"; the load stops at {clean(stop.file)}:{stop.file_line}"
    return ", and locks the rules" if booted.settings.get("enabled") == 2 else ""


def boot_values(facts: HostFacts) -> dict[str, Any]:
    """The same as plain values, for JSON; ``known`` false: the facts do not tell, and the rest is null."""
    found = boot_load(facts)
    reason = obstacle_reason(found) if found is not None and found.obstacle else None
    line = next_line(facts.boot)
    return {
        "known": found is not None and not found.assumed,
        "init": found.init if found else None,
        "starts_auditd": found.starts_daemon if found else None,
        "loads": [{"file": each.file, "compiles": each.compiles, "by": each.by, "setting": each.setting} for each in found.loads]
        if found
        else None,
        "kernel_untold": [{"file": menu.file, "why": menu.why} for menu in untold_menus(facts.boot)] if found else None,
        "kernel_line": {"file": line.file, "line": line.line, "words": line.words} if line else None,
        "obstacle": (found.obstacle or None) if found else None,
        "text": reason.text if reason else None,
        "remedy": reason.remedy if reason else None,
    }


def _what(load: Load) -> str:
    return "rules.d, compiled" if load.compiles else f"{clean(load.file)} as it is"


def _why(found: BootLoad) -> str:
    culprit = clean(found.culprit)
    if found.obstacle in ("masked", "loader-masked"):
        return f"{culprit} is masked"
    if found.obstacle == "no-unit":
        return f"there is no {culprit}"
    if found.obstacle == "disabled" and found.init == "systemd":
        return f"no target it reaches wants {culprit}"
    if found.obstacle == "disabled" and found.init == "openrc":
        return "auditd is in none of its runlevels"
    if found.obstacle == "disabled":
        return "no link of its runlevel starts /etc/init.d/auditd"
    if found.obstacle == "needs-masked":
        return f"{clean(found.starter)} requires {culprit}, which is masked"
    if found.obstacle == "condition" and found.kernel_line is not None:
        return f"{place_of(found.kernel_line)} gives the kernel {culprit}"
    if found.obstacle == "condition":
        return f"the kernel's command line has {culprit}"
    if found.obstacle == "no-copies":
        return f"neither auditd starts nor {culprit}, by which the journal has them now"
    if found.obstacle == "not-enabled":
        return "nothing turns auditing on, as auditd would"
    if found.obstacle == "loader-disabled":
        return f"no target it reaches wants {culprit}"
    if found.obstacle == "file-absent":
        return f"{culprit}, which {clean(found.loads[-1].by)} loads, is not there"
    return "nothing that it starts runs augenrules or auditctl"


def _fix(found: BootLoad) -> str:
    """The command that mends it, in this host's own words."""
    culprit = clean(found.culprit)
    if found.obstacle in ("masked", "needs-masked", "loader-masked"):
        enable = f"; systemctl enable {culprit}" if culprit != AUDIT_RULES_UNIT else ""
        return f"systemctl unmask {culprit}{enable}"
    if found.obstacle == "no-unit":
        return (
            "Install the audit package anew, or bring back its start script."
            if found.init != "systemd"
            else "Install the audit package anew."
        )
    if found.obstacle in ("disabled", "loader-disabled") and found.init == "systemd":
        return f"systemctl enable {culprit}" if found.can_enable else f"systemctl add-wants multi-user.target {culprit}"
    if found.obstacle == "disabled" and found.init == "openrc":
        return "rc-update add auditd default"
    if found.obstacle == "disabled":
        return _script_links(found)
    if found.obstacle == "no-copies":
        return f"systemctl enable {culprit}" if found.can_enable else f"systemctl add-wants sockets.target {culprit}"
    if found.obstacle == "not-enabled":
        return (
            f"Put Audit=yes into {JOURNAL_SETTINGS[-1]}, audit=1 on the kernel's command line, or -e 1 into a file of {RULES_DIR}."
        )
    if found.obstacle == "condition":
        return take_off(culprit, found.kernel_line, found.kernel_settings)
    if found.obstacle == "file-absent" and found.culprit == AUDIT_RULES:
        return "Make it from rules.d: augenrules --load"
    if found.obstacle == "file-absent":
        return f"Make that file, or let {clean(found.loads[-1].by)} run augenrules --load in that load's place."
    if found.init == "openrc":
        return "Put RULEFILE_STARTUP=/etc/audit/audit.rules into /etc/conf.d/auditd."
    if found.init == "sysvinit":
        return "Let the script run augenrules --load after the start of auditd."
    if not culprit:
        auditd = "Enable auditd again, which loads them, or give" if found.by_journal else "Give"
        return (
            f"{auditd} this host a service of its own with ExecStart=/sbin/augenrules --load, Type=oneshot and "
            "WantedBy=multi-user.target, and enable it."
        )
    return f"Give {culprit} the lines [Service] and ExecStartPost=-/sbin/augenrules --load: systemctl edit {culprit}"


def _script_links(found: BootLoad) -> str:
    if found.chkconfig:
        return "chkconfig auditd on"
    # enable turns K links around; defaults makes links only where there are none at all (update-rc.d 1.65, tried).
    return "update-rc.d -f auditd remove; update-rc.d auditd defaults" if found.can_enable else "update-rc.d auditd enable"
