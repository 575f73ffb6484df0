"""Lines on disk that no load comes to, characters that only look right, and why the grep and the kernel differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.build import CONTAINERD, absent, loaded, path, plain_host, with_docker_rules
from tui.audit.rule.odd_characters import odd_characters
from tui.controls.catalogue import load_catalogue
from tui.host.facts import RULES_DIR, FileFacts, HostFacts, UnitFacts
from tui.host.scenario import load_scenario
from tui.plan.make import make_plan
from tui.plan.values import Switches
from tui.verdict.disk import read_disk
from tui.verdict.finding import assess_all
from tui.verdict.question import Question
from tui.verdict.values import Finding
from tui.views.pages.finding import compare_lines
from tui.views.signs import UNICODE

CONTROL = load_catalogue().find(["containerd"], "1.2.0")[0]
WATCH = f"-w {CONTAINERD} -k docker"
STOPS = "-w /etc/nodir/x -p wa -k local"


def disk(**files: str) -> HostFacts:
    facts = plain_host()
    entries = tuple(
        FileFacts(f"{RULES_DIR}/{name.replace('_', '-')}.rules", content=text.encode("utf-8", "surrogateescape"))
        for name, text in sorted(files.items())
    )
    return replace(facts, rules_dir=entries, paths={**facts.paths, "/etc/nodir/x": absent("/etc/nodir/x", parent=False)})


def judged(facts: HostFacts) -> Finding:
    return assess_all((CONTROL,), "1.2.0", facts)[0]


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (disk(audit=f"-D\n{STOPS}\n{WATCH}\n"), f"Your line {RULES_DIR}/audit.rules:3 is never reached, because of line 2."),
        (
            disk(a=f"-D\n{STOPS}\n", docker=f"{WATCH}\n"),
            f"Your line {RULES_DIR}/docker.rules:1 is never reached, because of {RULES_DIR}/a.rules:2.",
        ),
        (
            disk(a=f"-D\n{STOPS}\n", b="-w /usr/bin -p rwxa -k all\n"),
            f"Your line {RULES_DIR}/b.rules:1 is never reached, because of {RULES_DIR}/a.rules:2.",
        ),
    ],
)
def test_a_line_behind_the_stop_is_named(facts: HostFacts, text: str) -> None:
    finding = judged(facts)
    assert finding.reasons[0].text == text
    assert "plan adds" not in " ".join(reason.remedy for reason in finding.reasons)
    assert any("never reached" in rule.effect for rule in finding.rules)


def test_a_stop_before_docker_rules_comes_first_and_the_plan_promises_nothing() -> None:
    finding = judged(disk(audit=f"-D\n{STOPS}\n-w {CONTAINERD}-shim -k x\n"))
    assert finding.reasons[0].kind == "unaudited"
    assert finding.reasons[0].remedy == f"Make that directory, or take the line away: {RULES_DIR}/audit.rules:2."


def test_a_stop_behind_docker_rules_is_not_in_the_way() -> None:
    assert judged(disk(a="-D\n", z=f"{STOPS}\n")).reasons[0].remedy == "The plan adds the control's line."


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (f"-w {CONTAINERD}\u00a0-k docker", "NO-BREAK SPACE (U+00A0)"),
        (f"-w {CONTAINERD}\u2003-k docker", "EM SPACE (U+2003)"),
        (f"-w {CONTAINERD} -k\u200bdocker x", "ZERO WIDTH SPACE (U+200B)"),
        (f"\u2013w {CONTAINERD} -k docker", "EN DASH (U+2013)"),
        (f"-w {CONTAINERD} \u2212k docker", "MINUS SIGN (U+2212)"),
        (f"-w {CONTAINERD} -k docker \u201cx\u201d", "LEFT DOUBLE QUOTATION MARK (U+201C)"),
    ],
)
def test_a_character_that_only_looks_right_is_shown_as_what_it_is(line: str, name: str) -> None:
    finding = judged(disk(local=f"-D\n{line}\n"))
    told = " ".join(reason.text for reason in finding.reasons)
    assert f"The line holds {name}" in told
    assert all(sign not in told for sign in "\u00a0\u2003\u200b")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (f"-w {CONTAINERD}\u00a0 -k docker", "NO-BREAK SPACE (U+00A0)"),
        ("-w /usr/bin/contain\u200berd -k docker", "ZERO WIDTH SPACE (U+200B)"),
        ("-w /usr/bin/contain\u00aderd -k docker", "SOFT HYPHEN (U+00AD)"),
        ("-w /usr/bin/\u0441ontainerd -k docker", "CYRILLIC SMALL LETTER ES (U+0441)"),
        ("-w /usr/bin/\uff43ontainerd -k docker", "FULLWIDTH LATIN SMALL LETTER C (U+FF43)"),
        (f"-w {CONTAINERD}\r", "CARRIAGE RETURN (U+000D)"),
    ],
)
def test_a_path_that_only_reads_like_the_audited_one_is_told_as_another(line: str, name: str) -> None:
    finding = judged(disk(local=f"-D\n{line}\n"))
    assert finding.state == "unaudited"
    assert finding.reasons[0].kind == "lookalike-path"
    assert finding.reasons[0].text == f"Your line {RULES_DIR}/local.rules:2 names another path: it holds {name}."
    assert finding.reasons[0].remedy.endswith("The plan adds the control's line.")


@pytest.mark.parametrize(
    "line", ["-w /usr/bin/k\u00f6ntainerd -k x", "-w /usr/bin/\u0434\u043e\u043a -k x", f"-w {CONTAINERD}-\u00e9 -k x"]
)
def test_another_name_is_no_look_alike(line: str) -> None:
    assert judged(disk(local=f"-D\n{line}\n")).reasons[0].kind == "unaudited"


@pytest.mark.parametrize(
    "line",
    [
        f"\ufeff{WATCH}",
        f"\u200b{WATCH}",
        f"\u2013w {CONTAINERD} \u2013k docker",
        f"-w\t{CONTAINERD}\t-k\tdocker",
        f"-w {CONTAINERD} -\uff4b docker",
        f"-w \u201c{CONTAINERD}\u201d -k docker",
        f'-w "{CONTAINERD}" -k docker',
        f"{WATCH} files",
        f"{WATCH} # ours",
        f"{WATCH} \\",
        f"{WATCH}\r-w /etc/docker -k docker",
        f"auditctl {WATCH}",
        f"sudo auditctl {WATCH}",
        f"-W {CONTAINERD} -k docker",
        f"-W {CONTAINERD} -K docker",
        f"--w {CONTAINERD} -k docker",
    ],
)
def test_a_line_for_the_path_that_auditctl_does_not_take_is_named_first(line: str) -> None:
    finding = judged(disk(local=f"-D\n{line}\n"))
    assert finding.state == "unaudited"
    assert finding.reasons[0].text == f"auditctl does not take your line {RULES_DIR}/local.rules:2, so that line is not loaded."


@pytest.mark.parametrize(
    "by", [f"-W {CONTAINERD} -k docker", f"-d always,exit -F path={CONTAINERD} -F perm=rwxa -F key=docker", "-D -k docker"]
)
def test_a_line_that_another_deletes_is_told_with_that(by: str) -> None:
    finding = judged(disk(local=f"-D\n{WATCH}\n{by}\n"))
    assert finding.reasons[0].text == f"{RULES_DIR}/local.rules:3, “{by}”, deletes what {RULES_DIR}/local.rules:2 loads."
    assert "plan adds" not in finding.reasons[0].remedy
    assert [reason.kind for reason in finding.reasons].count("late-delete") == 1


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("docker\r", "Events carry the key docker^M, which holds CARRIAGE RETURN (U+000D): look with ausearch -i -k docker"),
        (
            "docker\u00a0",
            "Events carry the key docker<U+00A0>, which holds NO-BREAK SPACE (U+00A0): look with ausearch -i -k docker",
        ),
        ("other", "Events carry the key other: look with ausearch -i -k other"),
    ],
)
def test_a_key_that_nobody_can_type_is_searched_by_what_can_be_typed(key: str, text: str) -> None:
    facts = with_docker_rules(loaded(plain_host(), f"-w {CONTAINERD} -k {key}"), f"-w {CONTAINERD} -k {key}\n".encode())
    assert text in [reason.text for reason in judged(facts).reasons]


@pytest.mark.parametrize(("option", "comes_up"), [("-i", True), ("-c", False)])
def test_a_rule_twice_in_two_files_is_passed_over(option: str, comes_up: bool) -> None:
    """auditctl -R goes on behind it; with -c it exits 1 all the same, and where auditd needs a load that exits 0 it stays down."""
    facts = disk(a=f"-D\n{option}\n{WATCH}\n", b=f"{WATCH}\n-w /etc/docker -k docker\n")
    found = read_disk(facts)
    assert len(found.rules) == 2
    assert (found.loaded.exit_code == 0) == comes_up
    needs = UnitFacts("auditd.service", "/lib/x", (FileFacts("/lib/x", content=b"[Unit]\nRequires=audit-rules.service\n"),))
    loads = UnitFacts(
        "audit-rules.service", "/lib/y", (FileFacts("/lib/y", content=b"[Service]\nExecStart=/sbin/augenrules --load\n"),)
    )
    facts = replace(
        loaded(facts, WATCH),
        programs=replace(facts.programs, systemd=True, systemctl="/usr/bin/systemctl"),
        units={"auditd.service": needs, "audit-rules.service": loads},
    )
    assert judged(facts).state == ("audited" if comes_up else "not-persistent")


def test_a_byte_order_mark_in_docker_rules_is_mended_by_the_plan() -> None:
    facts = disk(audit="-D\n", docker=f"\ufeff{WATCH}\n")
    assert judged(facts).reasons[0].remedy == "The plan takes the byte order mark before it away."
    plan = make_plan(Question((CONTROL,), "1.2.0"), replace(facts, audit_rules=None), Switches())
    assert not plan.blockers
    assert plan.files[0].contents[1] == f"{WATCH}\n".encode()


def test_letters_of_other_scripts_are_odd_only_among_latin_ones() -> None:
    assert odd_characters("/usr/bin/\u0441ontainerd") == ("CYRILLIC SMALL LETTER ES (U+0441)",)
    assert odd_characters("/srv/\u0434\u043e\u043a\u0435\u0440 -k gr\u00fcn") == ()
    assert odd_characters("-w /usr/bin/containerd -k docker") == ()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (loaded(plain_host(), WATCH), "the kernel records every access now, but the rule is on no disk."),
        (
            with_docker_rules(loaded(plain_host(), f"-w {CONTAINERD} -p w"), f"-w {CONTAINERD} -p w\n".encode()),
            "the line that it finds records a part of what is asked.",
        ),
        (loaded(plain_host(), f"-w {CONTAINERD}-shim -k docker"), f"the line that it finds names another path, {CONTAINERD}-shim."),
        (
            loaded(plain_host(), f"-w {CONTAINERD}-shim -k docker", f"-w {CONTAINERD}-x -k docker"),
            f"the lines that it finds name other paths, {CONTAINERD}-shim, {CONTAINERD}-x.",
        ),
        (
            loaded(plain_host(), f"-a never,exit -F path={CONTAINERD} -F perm=rwxa"),
            "the line that it finds keeps every access for every caller from being recorded.",
        ),
    ],
)
def test_where_the_grep_and_the_kernel_differ_the_cause_here_is_told(facts: HostFacts, why: str) -> None:
    lines = compare_lines(judged(facts), 400, UNICODE)
    said = " ".join("".join(span.text for line in lines for span in line).split())
    assert f"They differ: {why}" in said
    assert "grep finds 2 lines" in said if "lines" in why else "grep finds a line" in said


@pytest.mark.parametrize(
    ("scenario", "fails"), [("boot-elsewhere", "loads a file that lacks it"), ("auditd-off", "brings no auditd")]
)
def test_what_fails_at_the_next_boot_is_why_they_differ(scenario: str, fails: str) -> None:
    lines = compare_lines(judged(load_scenario(scenario).host), 400, UNICODE)
    said = " ".join("".join(span.text for line in lines for span in line).split())
    assert said.endswith(f"They differ: the kernel records every access now, and the next boot {fails}.")


def test_what_blinds_is_told_with_its_rule_and_place() -> None:
    (reason, *_) = judged(load_scenario("never-task").host).reasons
    assert reason.text == (
        "Processes started while a never,task rule is loaded are never audited, even after it is gone. "
        f"It is loaded rule 1, “-a never,task”, from {RULES_DIR}/audit.rules:5."
    )
    alone = judged(loaded(plain_host(), "-a never,task", WATCH)).reasons[0]
    assert alone.text.endswith("It is loaded rule 1, “-a never,task”, on no disk.")


def test_on_a_locked_kernel_the_plan_loads_nothing_before_the_reboot() -> None:
    remedy = judged(load_scenario("immutable").host).reasons[0].remedy
    assert (
        remedy == "The plan adds the control's line. The kernel's rules are locked: nothing can be loaded before the next reboot."
    )


@pytest.mark.parametrize("begins", ["", "# Docker\n"], ids=["our own line is taken along", "a comment"])
def test_a_file_that_ends_without_a_newline_is_to_be_ended_with_one_and_not_commented_out(begins: str) -> None:
    facts = disk(a="-D\n-w /etc/localtime -p wa -k time", docker=f"{begins}{WATCH}\n")
    finding = judged(facts)
    assert finding.reasons[0].kind == ("never-reached" if begins else "own-line-stops")
    if not begins:
        assert finding.reasons[0].text == (
            f"Your line is not loaded, since {RULES_DIR}/a.rules:2 and {RULES_DIR}/docker.rules:1 run together: the first of these files "
            "ends without a newline."
        )
    blockers = make_plan(Question((CONTROL,), "1.2.0"), facts, Switches()).blockers
    advice = [reason.remedy for reason in finding.reasons] + [each.remedy for each in blockers if each.kind == "load-would-stop"]
    assert f"End {RULES_DIR}/a.rules with a newline." in advice
    assert not any("comment out" in each for each in advice)


def test_a_file_that_augenrules_passes_over_is_told_where_nothing_else_records() -> None:
    facts = disk(audit="-D\n")
    assert isinstance(facts.rules_dir, tuple)
    passed_over = FileFacts(f"{RULES_DIR}/docker.rule", content=None, size=40)
    finding = judged(replace(facts, rules_dir=(*facts.rules_dir, passed_over)))
    assert [reason.kind for reason in finding.reasons[:2]] == ["unaudited", "name-ignored"]


def test_no_line_is_to_be_mended_that_the_plan_puts_its_own_before() -> None:
    early = "-w /var/run/docker/libcontainerd/docker-containerd.sock -k docker"
    facts = loaded(with_docker_rules(plain_host(), f"{early}\n{WATCH}\n".encode()), WATCH)
    finding = judged(facts)
    assert (finding.state, finding.reasons[0].remedy) == (
        "not-persistent",
        f"The plan puts the control's line before {RULES_DIR}/docker.rules:1.",
    )
    (change,) = make_plan(Question((CONTROL,), "1.2.0"), facts, Switches()).files
    assert (change.contents[1] or b"").decode().strip().splitlines() == [WATCH, early]


def test_nobody_is_told_to_load_what_locks_the_rules() -> None:
    finding = judged(disk(audit="-D\n", docker=f"{WATCH}\n", finalize="-e 2\n"))
    assert (finding.state, finding.reasons[0].remedy) == (
        "not-loaded",
        f"Each load locks the rules until the next reboot, because of {RULES_DIR}/finalize.rules:1: take the plan's --lock, which proves them "
        "first, or --no-load.",
    )
    assert judged(disk(audit="-D\n", docker=f"{WATCH}\n")).reasons[0].remedy == "Load the rules: augenrules --load"


def test_a_rule_on_a_link_is_no_matter_where_a_never_takes_events_of_a_watch() -> None:
    never = "-a never,exit -F arch=b64 -S execve -F exe=/usr/bin/env -F success=0"
    on_link = "-a always,exit -F arch=b64 -S open -F dir=/bin -F success=0 -k refused"
    base = plain_host()
    link = path("/bin", "symlink", target="usr/bin", real="/usr/bin", parent="/")
    base = replace(base, paths={**base.paths, "/bin": link})
    facts = loaded(with_docker_rules(base, f"{WATCH}\n".encode()), never, on_link, WATCH)
    finding = judged(facts)
    assert finding.state == "shadowed"
    assert not any(reason.kind == "link" for reason in finding.reasons)
    assert any(reason.kind == "link" for reason in judged(loaded(base, on_link.replace(" -F success=0", ""))).reasons)
