"""The plan for 1.2.11: what it adds, runs and warns of, and that no line of anybody's is lost by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.build import (
    BASE_RULES,
    CONF,
    CONTAINERD,
    absent,
    loaded,
    plain_host,
    rule,
    seen,
    with_docker_rules,
    with_file,
    with_status,
)
from tests.plan.made import LINES, QUESTION, WATCH, after, compiled, only, plan, ready
from tui.audit.inputs import Owner, PathFacts, Unknown
from tui.host.facts import AUDITD_CONF, DOCKER_RULES, FileFacts, Programs
from tui.plan.digest import differences
from tui.views.json import log_view


def test_a_fresh_host_gets_one_line_one_load_one_restart() -> None:
    made = plan(ready(plain_host()))
    assert not made.blockers
    assert [change.path for change in made.files] == [DOCKER_RULES]
    assert after(made) == f"\n{WATCH}\n".encode()
    state = made.files[0].after
    assert state is not None
    assert (state.mode, state.uid, state.gid) == (0o640, 0, 0)
    assert [" ".join(command.argv) for command in made.commands] == [
        "/usr/sbin/augenrules --load",
        "/usr/sbin/service auditd restart",
    ]
    assert all(command.why for command in made.commands)
    assert made.expected == (rule(WATCH),)
    assert f"+{WATCH}" in made.files[0].diff
    assert f"+{WATCH}" in made.compiled_diff
    assert "-f 1" not in made.compiled_diff.replace(" -f 1", "")


def test_no_restart_leaves_the_restart_out() -> None:
    made = plan(ready(plain_host()), no_restart=True)
    assert [command.step for command in made.commands] == ["load"]
    assert not any(notice.kind == "restart-gap" for notice in made.warnings)


def test_a_second_plan_is_empty() -> None:
    made = plan(ready(with_docker_rules(plain_host(), f"\n{WATCH}\n".encode())))
    assert made.is_empty
    assert not made.blockers


def test_an_absent_path_needs_nothing() -> None:
    made = plan(replace(plain_host(), paths={CONTAINERD: absent(CONTAINERD)}))
    assert made.is_empty
    assert not made.blockers


def test_foreign_lines_stay_byte_for_byte() -> None:
    theirs = b"# ours since 2019\n-w /usr/bin/dockerd -k docker\n\n-w /etc/docker -p wa -k docker\n"
    made = plan(ready(with_docker_rules(plain_host(), theirs, mode=0o600)))
    assert after(made) == theirs + WATCH.encode() + b"\n"
    assert made.files[0].after is not None
    assert made.files[0].after.mode == 0o600
    assert made.files[0].diff.count("\n+") == 2  # the header and one line


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (b"-w /etc/docker -k docker", b"-w /etc/docker -k docker\n" + WATCH.encode() + b"\n"),
        (b"-w /etc/docker -k docker\r\n", b"-w /etc/docker -k docker\n" + WATCH.encode() + b"\n"),
    ],
    ids=["no last newline", "CRLF"],
)
def test_what_augenrules_trips_over_is_mended_visibly(theirs: bytes, expected: bytes) -> None:
    made = plan(ready(with_docker_rules(plain_host(), theirs)))
    assert after(made) == expected
    assert any(notice.kind == "merged" for notice in made.warnings)


def test_an_equal_rule_elsewhere_is_not_doubled() -> None:
    facts = with_file(compiled(plain_host()), "50-site.rules", WATCH.encode() + b"\n")
    made = plan(compiled(facts))
    assert not made.files
    assert [command.step for command in made.commands] == ["load", "restart"]


def test_a_missing_newline_before_ours_is_met_with_an_empty_line() -> None:
    made = plan(compiled(with_file(plain_host(), "b.rules", b"-w /etc/passwd -k id")))
    assert after(made).startswith(b"\n")
    assert not made.blockers
    theirs = with_docker_rules(with_file(plain_host(), "b.rules", b"-w /etc/passwd -k id"), b"-w /etc/docker -k docker\n")
    assert after(plan(compiled(theirs))).startswith(b"\n-w /etc/docker")


def test_kernel_only_rules_are_put_back_behind() -> None:
    agent = "-w /etc/hosts -p wa -k agent"
    made = plan(loaded(ready(plain_host()), agent))
    assert [each.rule for each in made.kernel_only] == [rule(agent)]
    assert made.expected == (rule(WATCH), rule(agent))
    assert any(notice.kind == "kernel-only" for notice in made.warnings)
    dropped = plan(loaded(ready(plain_host()), agent), drop_kernel_only=True)
    assert dropped.expected == (rule(WATCH),)
    assert any(notice.kind == "kernel-only-dropped" for notice in dropped.warnings)


def test_what_the_load_brings_in_besides_ours_is_told() -> None:
    waiting = with_file(plain_host(), "50.rules", b"-w /etc/passwd -p wa -k id\n")
    made = plan(replace(waiting, kernel_rules=()))
    told = [notice.text for notice in made.warnings if notice.kind == "loaded-besides"]
    assert told == [
        "One rule on disk that is not loaded yet is loaded as well: “-w /etc/passwd -p wa -k id”. An undo leaves it loaded."
    ]
    many = b"".join(b"-w /etc/passwd%d -p wa -k id\n" % number for number in range(5))
    made = plan(replace(with_file(plain_host(), "50.rules", many), kernel_rules=()))
    text = next(notice.text for notice in made.warnings if notice.kind == "loaded-besides")
    assert text.startswith("5 rules on disk that are not loaded yet are loaded as well: “-w /etc/passwd0 ")
    assert text.endswith("“-w /etc/passwd2 -p wa -k id” and 2 more. An undo leaves them loaded.")


def test_what_is_loaded_already_or_asked_for_is_not_told_as_loaded_besides() -> None:
    theirs = ready(with_file(plain_host(), "50.rules", b"-w /etc/passwd -p wa -k id\n"))
    ours = replace(with_docker_rules(plain_host(), WATCH.encode() + b"\n"), kernel_rules=())
    for facts in (plain_host(), theirs, ours):
        made = plan(facts)
        assert [command.step for command in made.commands] == ["load", "restart"]
        assert all(notice.kind != "loaded-besides" for notice in made.warnings)


def test_a_rule_from_disk_that_now_comes_first_gets_a_word() -> None:
    facts = ready(with_file(plain_host(), "50.rules", b"-w /etc/passwd -k id\n"))
    assert isinstance(facts.kernel_rules, tuple)
    first = rule("-a never,exit -F path=/etc/passwd -F perm=r")
    made = plan(replace(facts, kernel_rules=(first, *facts.kernel_rules)))
    assert made.kernel_only[0].note
    assert any(notice.kind == "kernel-only-order" for notice in made.warnings)


def test_a_neighbour_that_stops_the_load_behind_us_only_warns() -> None:
    made = plan(compiled(with_file(plain_host(), "zz.rules", b"-w /etc/passwd -q x\n-w /etc/shadow -k s\n")))
    assert not made.blockers
    (said,) = (notice.text for notice in made.warnings if notice.kind == "load-stops-behind")
    assert "zz.rules:1, behind the plan's line. It is" in said, "nothing is loaded"
    made = plan(loaded(compiled(with_file(plain_host(), "zz.rules", b"-w /etc/passwd -q x\n")), "-w /etc/motd -k m"))
    (said,) = (notice.text for notice in made.warnings if notice.kind == "load-stops-behind")
    assert "behind the plan's line and everything that is loaded now. It is" in said


def test_but_not_where_something_loaded_stands_behind_it() -> None:
    facts = compiled(with_file(plain_host(), "zz.rules", b"-w /etc/passwd -q x\n-w /etc/shadow -k s\n"))
    made = plan(loaded(facts, "-w /etc/shadow -k s"))
    assert only(made).kind == "load-would-stop"


def test_immutable_writes_and_waits() -> None:
    made = plan(with_status(ready(plain_host()), enabled=2))
    assert not made.blockers
    assert after(made).endswith(WATCH.encode() + b"\n")
    assert not made.commands
    assert made.pending_reboot
    assert any(notice.kind == "immutable" for notice in made.warnings)


def test_immutable_and_written_waits_for_the_reboot() -> None:
    made = plan(with_status(compiled(with_docker_rules(plain_host(), WATCH.encode() + b"\n")), enabled=2))
    assert made.is_empty
    assert made.pending_reboot
    assert not made.blockers


def test_never_in_docker_rules_itself_is_overtaken() -> None:
    theirs = f"# noise\n-a never,exit -F path={CONTAINERD} -F perm=x -k quiet\n-w /etc/docker -k docker\n".encode()
    made = plan(ready(with_docker_rules(plain_host(), theirs)))
    assert not made.blockers
    lines = after(made).decode().splitlines()
    assert lines.index(WATCH) < lines.index(f"-a never,exit -F path={CONTAINERD} -F perm=x -k quiet")
    assert [line for line in lines if line and line != WATCH] == theirs.decode().splitlines()


def test_a_dead_daemon_is_restarted() -> None:
    made = plan(with_status(ready(with_docker_rules(plain_host(), WATCH.encode() + b"\n")), pid=0))
    assert not made.files
    assert [command.step for command in made.commands] == ["restart"]
    assert not made.blockers


def test_a_hard_link_of_docker_rules_is_told() -> None:
    made = plan(ready(with_docker_rules(plain_host(), b"# theirs\n", links=3)))
    notice = next(notice for notice in made.warnings if notice.kind == "docker-rules-hard-link")
    assert "2 other names" in notice.text
    assert not made.blockers
    made = plan(ready(with_docker_rules(plain_host(), b"# theirs\n", links=1)))
    assert "docker-rules-hard-link" not in [notice.kind for notice in made.warnings]


def test_what_a_line_does_reads_as_part_of_the_sentence() -> None:
    blind = only(plan(compiled(with_file(plain_host(), "60-blind.rules", b"-a never,task\n"))))
    assert "“-a never,task”. Processes started while a never,task rule is loaded are never audited" in blind.text
    assert ".;" not in blind.text
    never = b"-a never,exit -F path=/usr/bin/containerd -F perm=x\n"
    assert "perm=x”. It keeps executing" in only(plan(compiled(with_file(plain_host(), "10-never.rules", never)))).text


def test_where_nothing_is_there_to_be_audited_nothing_need_be_read() -> None:
    reason = Unknown("only root may ask the kernel for its audit rules")
    facts = replace(plain_host(), paths={CONTAINERD: absent(CONTAINERD)})
    for unread in ({"kernel_rules": reason, "audit_status": reason}, {"rules_dir": reason}, {"audit_rules": reason}):
        made = plan(replace(facts, **unread))
        assert [finding.result for finding in made.findings] == ["notapplicable"]
        assert made.is_empty
        assert not made.blockers


def test_where_nothing_is_installed_nothing_is_asked_for_but_the_package() -> None:
    programs = Programs(service="/usr/sbin/service")
    bare = replace(
        with_status(plain_host(), enabled=0, pid=0), programs=programs, rules_dir=(), rules_folder=None, audit_rules=None
    )
    blocker = only(plan(bare))
    assert blocker.kind == "no-audit-tools"
    assert blocker.text == "auditctl, augenrules and auditd are not installed on this host."
    fixes = " ".join(reason.remedy for finding in QUESTION.findings(bare) for reason in finding.reasons)
    assert "Install the audit package" in fixes
    assert "auditctl -e 1" not in fixes
    assert "auditd.conf" not in fixes


def test_a_rules_folder_is_made_without_a_copy_where_there_is_nothing_to_copy() -> None:
    blocker = only(plan(replace(ready(plain_host()), rules_dir=(), rules_folder=None, audit_rules=None, kernel_rules=())))
    assert blocker.remedy == "Make it: install -d -m 0750 /etc/audit/rules.d"


def test_no_auditd_is_said_with_the_way_out() -> None:
    reason = Unknown("there is no /etc/audit/rules.d on this host")
    facts = replace(plain_host(), programs=Programs(), rules_dir=reason)
    assert "Install" in only(plan(facts)).remedy


def test_many_rules_make_a_long_window() -> None:
    lines = "".join(f"-w /srv/{number} -k site\n" for number in range(400))
    made = plan(ready(with_file(plain_host(), "50.rules", lines.encode())))
    assert made.reload_seconds > 5
    assert any(notice.kind == "reload-window" and "400" in notice.text for notice in made.warnings)


def test_the_log_is_told_with_this_hosts_figures() -> None:
    figures = log_view(ready(plain_host()))
    assert figures["bounded"] is True
    assert figures["max_bytes"] == 5 * 8 * 1024 * 1024
    assert (figures["action"], figures["mount"], figures["separate"]) == ("ROTATE", "/", False)


def test_the_real_file_is_watched_beside_the_named_link() -> None:
    real = "/opt/containerd/bin/containerd"
    facts = replace(
        ready(plain_host()),
        paths={**plain_host().paths, CONTAINERD: seen(CONTAINERD, "symlink", target=real, real=real), real: seen(real)},
    )
    made = plan(facts)
    lines = after(made).decode().splitlines()
    assert WATCH in lines
    assert any(line.startswith(f"-w {real} ") for line in lines)


def test_the_benchmarks_line_is_added_on_demand() -> None:
    facts = ready(with_file(plain_host(), "50.rules", b"-w /usr/bin -p rwxa -k bin\n"))
    assert plan(facts).is_empty
    made = plan(facts, benchmark_lines=True)
    assert WATCH in after(made).decode()


def test_the_digest_changes_with_what_the_plan_depends_on_and_with_nothing_else() -> None:
    base = ready(plain_host())
    first = plan(base).facts_digest
    assert plan(with_status(base, pid=4711, lost=3, backlog=2)).facts_digest == first
    assert plan(replace(base, taken_at=base.taken_at + 60)).facts_digest == first
    for other, part in (
        (loaded(base, "-w /etc/hosts -k x"), "the rules in the kernel"),
        (with_docker_rules(base, b"# new\n"), DOCKER_RULES),
        (with_file(base, "zz.rules", b""), "/etc/audit/rules.d/zz.rules"),
        (with_status(base, enabled=2), "the audit status"),
        (with_status(base, pid=0), "the audit status"),
        (replace(base, auditd_conf=FileFacts(AUDITD_CONF, content=CONF + b"\n")), AUDITD_CONF),
        (replace(base, paths={**base.paths, CONTAINERD: absent(CONTAINERD)}), f"what {CONTAINERD} is"),
    ):
        assert differences(plan(other).facts_digest, first) == (part,)


def test_the_digest_is_the_same_whatever_others_than_root_do_meanwhile() -> None:
    """Who can start and end a process, or make and remove a file in a folder of their own, cannot have a run refused."""
    base = ready(plain_host())
    first = plan(base).facts_digest
    theirs = Owner("/home/eve", 1000, 1000, 0o755)
    for path in (
        replace(seen("/home/eve/containerd"), exposed=theirs),
        replace(absent("/home/eve/containerd"), exposed=theirs),
        replace(seen("/usr/bin/sudo"), mode=0o4755),
        Unknown("/home/eve/containerd cannot be read: permission denied."),
    ):
        name = path.path if isinstance(path, PathFacts) else "/home/eve/containerd"
        assert plan(replace(base, paths={**base.paths, name: path})).facts_digest == first
    assert plan(replace(base, paths={**base.paths, "/opt/x": seen("/opt/x")})).facts_digest != first


@given(lines=st.lists(LINES, max_size=8, unique=True), ending=st.sampled_from(["", "\n", "\r\n"]))
def test_no_line_of_theirs_is_ever_lost(lines: list[str], ending: str) -> None:
    theirs = ("\n".join(lines) + ending).encode()
    made = plan(ready(with_docker_rules(with_file(plain_host(), "audit.rules", BASE_RULES), theirs)))
    if not made.files:
        return
    kept = after(made).decode().split("\n")
    iterator = iter(kept)
    assert all(line in iterator for line in theirs.decode().replace("\r", "").split("\n") if line)
    assert after(made).endswith(b"\n")
    again = plan(ready(with_docker_rules(plain_host(), after(made))))
    assert not again.files
    assert again.is_empty or again.blockers  # what the drawn lines do besides still stands in the way


def test_a_log_that_takes_nothing_does_not_keep_the_rule_out() -> None:
    """Better a right rule now than none: the run will end as not proved, and the plan says so."""
    conf = FileFacts(AUDITD_CONF, content=CONF.replace(b"write_logs = yes", b"write_logs = no"))
    made = plan(replace(ready(plain_host()), auditd_conf=conf))
    assert not made.blockers
    assert after(made).endswith(WATCH.encode() + b"\n")
    assert any(notice.kind == "would-stay-blind" for notice in made.warnings)
    loaded_already = plan(replace(ready(with_docker_rules(plain_host(), WATCH.encode() + b"\n")), auditd_conf=conf))
    assert not loaded_already.files
    assert [blocker.kind for blocker in loaded_already.blockers] == ["would-stay-blind"]


def test_a_restart_makes_a_log_that_is_gone_anew() -> None:
    log = "/var/log/audit/audit.log"
    right = ready(with_docker_rules(plain_host(), WATCH.encode() + b"\n"))
    made = plan(replace(right, paths={**right.paths, log: absent(log)}))
    assert not made.blockers
    assert [command.step for command in made.commands] == ["restart"]
    assert "is not there" in made.findings[0].reasons[0].text
