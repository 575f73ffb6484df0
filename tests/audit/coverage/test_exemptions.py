"""Who is left out of coverage: by a program's name, by a label that nothing has; and that nobody else ever is."""

from __future__ import annotations

import pytest

from tests.audit.coverage.cases import FILE, ON, PATHS, facts, judge, levels
from tui.audit.coverage.values import Exempt

WATCH = f"-w {FILE} -k docker"
TOOLS, LINK, SHELL = "/usr/bin/vmtoolsd", "/usr/bin/python3", "/usr/bin/dash"
EXEMPT = Exempt(frozenset({TOOLS, "/usr/sbin/chronyd", FILE}), frozenset({LINK}), frozenset({"subj_type", "subj_role", "obj_type"}))

CASES = {
    # a named program, in every place a rule can stand in
    (f"-a never,exit -F exe={TOOLS}", WATCH): ("aaaa", (0,)),
    (f"-a exit,never -F arch=b64 -S all -F exe={TOOLS}", WATCH): ("aaaa", (0,)),
    (f"-a never,exit -F exe={TOOLS} -F auid=unset", WATCH): ("aaaa", (0,)),
    (f"-a never,exit -F path={FILE} -F exe={TOOLS}", WATCH): ("aaaa", (0,)),
    (f"-a never,exit -F dir=/usr/bin -F exe={TOOLS} -F perm=r", WATCH): ("aaaa", (0,)),
    (WATCH, f"-a never,exit -F exe={TOOLS}"): ("aaaa", ()),
    (f"-a always,exit -F path={FILE} -F perm=rwxa -F exe!={TOOLS}",): ("aaaa", (0,)),
    (f"-a never,exit -F exe={TOOLS}", "-a never,exit -F exe=/usr/sbin/chronyd", WATCH): ("aaaa", (0, 1)),
    (WATCH, f"-a always,exclude -F exe={TOOLS}"): ("aaaa", (1,)),
    # a label that nothing has matches for = and for !=, recording or not
    ("-a never,exit -F subj_type=crond_t", WATCH): ("aaaa", (0,)),
    ("-a never,exit -F subj_role!=system_r", WATCH): ("aaaa", (0,)),
    ("-a never,exit -F obj_type=shadow_t", WATCH): ("aaaa", (0,)),
    ("-a never,task -F subj_type=crond_t", WATCH): ("aaaa", (0,)),
    (WATCH, "-a always,exclude -F subj_type=crond_t"): ("aaaa", (1,)),
    (f"-a always,exit -F path={FILE} -F subj_type=docker_t",): ("uuuu", ()),
    (f"-a always,exit -F path={FILE} -F subj_type!=docker_t",): ("uuuu", ()),
    # a link is no running program
    (f"-a never,exit -F exe={LINK}", WATCH): ("aaaa", (0,)),
    (f"-a always,exit -F path={FILE} -F exe={LINK}",): ("uuuu", ()),
    (f"-a always,exit -F path={FILE} -F exe!={LINK}",): ("aaaa", ()),
    # everything wider counts
    (f"-a never,exit -F exe={SHELL}", WATCH): ("pppp", ()),
    (f"-a never,exit -F exe!={TOOLS}", WATCH): ("pppp", ()),
    ("-a never,exit -F uid=33", WATCH): ("pppp", ()),
    ("-a never,exit -F subj_user=system_u", WATCH): ("pppp", ()),
    (f"-a never,exit -F exe={TOOLS}", "-a never,exit -F auid=1000", WATCH): ("pppp", (0,)),
    (f"-a always,exit -F path={FILE} -F exe={TOOLS}",): ("pppp", ()),
    (f"-a never,exit -F exe={TOOLS}",): ("uuuu", (0,)),
    # the audited program executing is an access to it, whoever starts it
    (f"-a never,exit -F exe={FILE}", WATCH): ("aapa", (0,)),
}


@pytest.mark.parametrize("lines", CASES, ids=" / ".join)
def test_what_is_left_out_is_not_counted_and_told(lines: tuple[str, ...]) -> None:
    verdict = judge(*lines, exempt=EXEMPT)
    expected, told = CASES[lines]
    assert levels(verdict) == expected
    assert tuple(each.position for each in verdict.exemptions) == told


def test_without_a_word_of_the_caller_everybody_counts() -> None:
    assert levels(judge(f"-a never,exit -F exe={TOOLS}", WATCH)) == "pppp"
    assert not judge(f"-a never,exit -F exe={TOOLS}", WATCH).exemptions


def test_the_words_of_the_watch_speak_of_everybody() -> None:
    verdict = judge(f"-a never,exit -F exe={TOOLS}", WATCH, exempt=EXEMPT)
    assert [effect.text for effect in verdict.effects] == [
        f"leaves out what {TOOLS} itself does: exempt by name, not counted",
        "records every access for every caller",
    ]
    assert not verdict.shadowing
    assert not verdict.blinding


def test_who_is_missing_is_told_without_those_who_do_not_count() -> None:
    verdict = judge(f"-a never,exit -F exe={TOOLS}", f"-w {FILE} -p w", exempt=EXEMPT)
    assert [gap.callers for gap in verdict.accesses["r"].missing] == ["every caller"]


def test_a_blinding_rule_that_only_exempts_is_no_cause() -> None:
    assert not judge(WATCH, f"-a always,exclude -F exe={TOOLS}", status=ON, exempt=EXEMPT).blinding
    assert judge(WATCH, f"-a always,exclude -F exe={SHELL}", status=ON, exempt=EXEMPT).blinding


def test_a_program_below_the_audited_directory_counts_where_it_is_what_runs() -> None:
    folder = facts("/usr/bin", "directory", 20)
    verdict = judge("-a never,exit -F exe=/usr/bin/vmtoolsd", "-w /usr/bin -k x", target=folder, exempt=EXEMPT)
    assert levels(verdict) == "aapa"
    assert PATHS["/usr/bin"].kind == "directory"
