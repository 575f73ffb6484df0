"""The next boot of hosts that keep their audit records elsewhere than in auditd's log: what auditbeat loads, what the journal needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.boots import AUDIT_RULES_UNIT, DEBIAN_12, LINE, TARGETS, right, text_file, under_systemd, unit
from tests.build import carried_out, plain_host, with_status
from tests.verdict.boot.booting import AUDITD, RULES, found, plan, question
from tests.verdict.boot.booting import finding as judged
from tui.host.boot_recorder import AUDITBEAT_SETTINGS, AUDITBEAT_UNIT, as_rules_file
from tui.host.facts import JOURNAL_SOCKET, JOURNAL_UNIT, FileFacts, HostFacts, Process
from tui.host.recorder import RecordPlace, place_of
from tui.host.simulated.host import SimulatedHost
from tui.verdict.boot.words import boot_values
from tui.views.explanations import EXPLANATIONS

JOURNAL = Process(185, "systemd-journal", "/usr/lib/systemd/systemd-journald", 2.0, uid=0, own_mounts=True, dropped=0)
SOCKET = "[Socket]\nService=systemd-journald.service\nListenNetlink=audit 1\n[Install]\nWantedBy=sockets.target\n"
RULES_WANTED = "/etc/systemd/system/multi-user.target.wants/audit-rules.service"
SOCKET_WANTED = f"/etc/systemd/system/sockets.target.wants/{JOURNAL_SOCKET}"


def in_the_journal(
    *, settings: str = "#Audit=yes\n", links: tuple[str, ...] = (RULES_WANTED, SOCKET_WANTED), journald: str = "[Service]\n"
) -> HostFacts:
    """A host without auditd whose journal has the records, as Fedora CoreOS and Flatcar are."""
    units = (
        unit(AUDITD, "->", folder="/etc/systemd/system"),
        unit(RULES, AUDIT_RULES_UNIT),
        unit(JOURNAL_UNIT, journald),
        unit(JOURNAL_SOCKET, SOCKET),
    )
    conf = "/etc/systemd/journald.conf"
    facts = under_systemd(*units, links=links, files={conf: text_file(conf, settings)})
    assert facts.boot is not None
    boot = replace(facts.boot, targets=(*TARGETS, "sockets.target"))
    return with_status(replace(right(facts), boot=boot, processes=(JOURNAL,), others_listen=True), pid=0)


def test_a_host_that_keeps_its_records_in_the_journal_passes_and_says_so() -> None:
    facts = in_the_journal()
    told = judged(facts)
    assert told.state == "audited"
    (reason,) = [reason for reason in told.reasons if reason.kind == "other-daemon"]
    assert reason.text == (
        "systemd-journald (pid 185) takes the kernel's audit records, not auditd. A run looks for its own in the systemd journal. "
        "They are copies: the kernel drops one that the journal is too slow for (0 so far)."
    )
    assert place_of(facts) == RecordPlace("systemd-journald", journal=("_TRANSPORT=audit",))
    values = boot_values(facts)
    assert (values["starts_auditd"], values["obstacle"]) == (False, None)


@pytest.mark.parametrize(
    "facts",
    [
        replace(in_the_journal(), processes=(replace(JOURNAL, dropped=None),)),
        replace(in_the_journal(), processes=(replace(JOURNAL, uid=1000),)),
        replace(in_the_journal(), boot=None),
        with_status(in_the_journal(), enabled=0),
        with_status(replace(right(under_systemd(unit(AUDITD, DEBIAN_12))), processes=(JOURNAL,), others_listen=True), pid=0),
    ],
    ids=[
        "a journal that takes none",
        "a user's process",
        "a boot that is not told",
        "auditing is off",
        "an auditd that is to run and does not",
    ],
)
def test_copies_alone_are_no_log_where_auditd_may_be_meant_to_run(facts: HostFacts) -> None:
    assert facts.other_daemon is None
    assert judged(facts).state == "blind"


@pytest.mark.parametrize(
    ("facts", "obstacle", "fix"),
    [
        (in_the_journal(links=(RULES_WANTED,)), "no-copies", f"systemctl enable {JOURNAL_SOCKET}"),
        (
            in_the_journal(settings="#Audit=no\n"),
            "not-enabled",
            "Put Audit=yes into /etc/systemd/journald.conf, audit=1 on the kernel's command line, or -e 1 into a file of /etc/audit/rules.d.",
        ),
        (in_the_journal(settings="[Journal]\nAudit=keep\n#Audit=yes\n"), "not-enabled", ""),
        (in_the_journal(links=(SOCKET_WANTED,)), "loader-disabled", "systemctl enable audit-rules.service"),
    ],
)
def test_what_the_journal_lacks_at_the_next_boot(facts: HostFacts, obstacle: str, fix: str) -> None:
    assert found(facts).obstacle == obstacle
    told = judged(facts)
    assert (told.state, told.only_boot_fails) == ("not-persistent", True)
    reason = told.reasons[0]
    assert reason.kind == ("boot-loads-nothing" if obstacle == "loader-disabled" else "boot-records-nothing")
    assert fix in ("", reason.remedy)
    assert len(reason.text.split()) <= 20
    assert reason.kind in EXPLANATIONS


@pytest.mark.parametrize(
    "facts",
    [
        in_the_journal(settings="#Audit=no\nAudit=yes\n"),
        replace(in_the_journal(settings="#Audit=no\n"), cmdline="ro audit=1"),
        in_the_journal(
            links=(RULES_WANTED, f"/usr/lib/systemd/system/sysinit.target.wants/{JOURNAL_UNIT}"),
            journald=f"[Service]\nSockets=systemd-journald.socket {JOURNAL_SOCKET}\n",
        ),
    ],
    ids=["journald turns it on", "the kernel's command line does", "the journal's own unit draws its socket in"],
)
def test_what_is_enough_for_the_journal(facts: HostFacts) -> None:
    assert found(facts).obstacle == ""


def test_where_no_auditd_is_to_start_the_load_is_a_service_of_its_own() -> None:
    facts = in_the_journal(links=(SOCKET_WANTED,))
    only_auditds = {name: each for name, each in facts.units.items() if name != RULES}
    told = judged(replace(facts, units=only_auditds)).reasons[0]
    assert told.kind == "boot-loads-nothing"
    assert told.remedy.startswith("Enable auditd again, which loads them, or give this host a service of its own with ExecStart=")


def test_a_line_of_rules_d_turns_auditing_on_for_the_journal() -> None:
    facts = in_the_journal(settings="#Audit=no\n")
    assert isinstance(facts.rules_dir, tuple)
    more = FileFacts("/etc/audit/rules.d/zz.rules", content=b"-e 1\n")
    assert found(replace(facts, rules_dir=(*facts.rules_dir, more))).obstacle == ""


def test_a_run_starts_no_auditd_and_is_proved_in_the_journal() -> None:
    facts = in_the_journal()
    bare = replace(facts, kernel_rules=(), rules_dir=plain_host().rules_dir)
    made = plan(bare)
    assert [command.step for command in made.commands] == ["load"]
    assert not made.blockers
    (warning,) = [warning for warning in made.warnings if warning.kind == "other-daemon"]
    assert "auditd is not started" in warning.text
    host = SimulatedHost(bare)
    report = carried_out(question(), host)
    assert (report.outcome, {probe.place for probe in report.probes}) == ("proved", {"the systemd journal"})
    host.boot_anew()
    assert host.machine.daemon_pid == 0
    assert host.probe("/usr/bin/containerd", "r", place=RecordPlace("systemd-journald", journal=("_TRANSPORT=audit",))).recorded


# --- auditbeat


def with_auditbeat(*rules: str) -> HostFacts:
    """A host on which auditbeat starts at boot beside auditd, and loads *rules*."""
    file = as_rules_file([rule.encode() for rule in rules])
    files = {AUDITBEAT_SETTINGS: file} if file is not None else {}
    return right(under_systemd(unit(AUDITD, DEBIAN_12), unit(AUDITBEAT_UNIT, "[Service]\n"), files=files))


def test_auditbeats_own_rules_take_ours_away_at_the_next_boot() -> None:
    told = judged(with_auditbeat("# ours", "-w /etc/passwd -p wa -k identity"))
    assert (told.state, told.reasons[0].kind) == ("not-persistent", "boot-loads-as-it-is")
    assert told.reasons[0].text == (
        "The next boot does not record /usr/bin/containerd: auditbeat deletes all rules as it starts and loads its own, which do not. "
        "A restart of auditbeat does the same."
    )
    assert told.reasons[0].remedy == f"Put the line into audit_rules of {AUDITBEAT_SETTINGS}, or into a file that it names there."


@pytest.mark.parametrize("rules", [(), ("# nothing but comments",), ("-w /nowhere/x -p wa -k odd", LINE)])
def test_auditbeat_without_rules_or_with_ours_keeps_the_path_audited(rules: tuple[str, ...]) -> None:
    assert judged(with_auditbeat(*rules)).state == "audited"
