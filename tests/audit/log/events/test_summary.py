"""sum_up: what accesses amount to, and what stands out among them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.audit.log.events.accesses import Access
from tui.audit.log.events.summary import DAY, MOST_LAST, RecordedAccesses, sum_up

NOW = 1_795_510_800.0
READ = Access(NOW - 10, 5, "r", "/etc/docker", "/usr/bin/cat", "cat", "cat x", None, 0, True, 0, "openat", ("docker",), 99)
WRITE = replace(READ, accesses="w", program="/usr/bin/vim.basic")
LOG_BEGINS = NOW - 9 * DAY


def summed(
    *accesses: Access, runtime: bool = False, since: float | None = None, log_begins: float | None = LOG_BEGINS
) -> RecordedAccesses:
    return sum_up(accesses, runtime=runtime, since=since, now=NOW, log_begins=log_begins)


def kinds(*accesses: Access, runtime: bool = False, since: float | None = None, log_begins: float | None = LOG_BEGINS) -> list[str]:
    return [one.kind for one in summed(*accesses, runtime=runtime, since=since, log_begins=log_begins).outstanding]


@pytest.mark.parametrize(
    "program", ["/usr/bin/dpkg", "/usr/bin/rpm", "/usr/bin/dnf5", "/usr/lib/snapd/snapd", "/sbin/apk", "/usr/bin/dpkg (deleted)"]
)
def test_a_package_managers_write_is_its_trade(program: str) -> None:
    assert kinds(replace(WRITE, program=program)) == []


@pytest.mark.parametrize("program", ["/home/x/dpkg", "/tmp/rpm", "/usr/bin/vim", "/usr/bin/dockerd", "dpkg", ""])
def test_any_other_write_stands_out(program: str) -> None:
    assert kinds(replace(WRITE, program=program))[0] == "foreign-write"
    assert kinds(replace(WRITE, program=program, accesses="a"))[0] == "foreign-write"
    assert "foreign-write" not in kinds(replace(WRITE, program=program, accesses="rx"))


def test_a_package_manager_in_python_goes_by_its_name() -> None:
    dnf = replace(WRITE, program="/usr/bin/python3.9", comm="dnf")
    assert kinds(dnf) == []
    assert kinds(replace(dnf, comm="python3")) == ["foreign-write"]
    assert kinds(replace(dnf, program="/home/x/python3.9")) == ["foreign-write", "odd-program"]


def test_docker_itself_writes_to_what_it_works_in() -> None:
    shim = replace(WRITE, program="/usr/bin/containerd-shim-runc-v2")
    assert kinds(shim, runtime=True) == []
    assert kinds(shim) == ["foreign-write"]
    assert kinds(replace(shim, program="/tmp/dockerd"), runtime=True) == ["foreign-write", "odd-program"]


def test_a_login_is_new_where_the_log_could_have_told_of_it() -> None:
    mallory = replace(READ, login=1003, time=NOW - DAY / 2)
    assert kinds(mallory) == ["new-login"]
    assert kinds(mallory, replace(mallory, time=NOW - 2 * DAY)) == []
    assert kinds(mallory, log_begins=NOW - DAY / 2) == []
    assert kinds(mallory, log_begins=None) == []
    assert kinds(mallory, since=NOW - DAY / 4) == []
    assert kinds(replace(mallory, time=NOW - 3 * DAY), since=NOW - 4 * DAY) == ["new-login"]
    assert kinds(replace(mallory, login=None)) == []


def test_a_refusal_stands_out_and_another_failure_does_not() -> None:
    assert kinds(replace(READ, success=False, error=13)) == ["refused"]
    assert kinds(replace(READ, success=False, error=1)) == ["refused"]
    assert kinds(replace(READ, success=False, error=2)) == []


def test_since_leaves_out_what_is_older() -> None:
    told = summed(READ, replace(READ, time=NOW - 3 * DAY, serial=1), since=NOW - DAY)
    assert (told.total.events, [access.serial for access in told.last]) == (1, [5])


def test_login_names_come_from_auditd_or_from_the_host() -> None:
    named = replace(READ, login=1000, login_name="ops")
    told = sum_up(
        (named, replace(READ, login=7)), runtime=False, since=None, now=NOW, log_begins=None, name_of=lambda uid: f"user {uid}"
    )
    assert {(login, name) for login, name, _ in told.logins} == {(1000, "ops"), (7, "user 7")}


ACCESS = st.builds(
    Access,
    time=st.floats(NOW - 9 * DAY, NOW),
    serial=st.integers(1, 10**6),
    accesses=st.sampled_from(("r", "w", "rw", "x", "a", "wa", "")),
    path=st.just("/etc/docker"),
    program=st.sampled_from(("/usr/bin/dpkg", "/usr/bin/vim", "/tmp/x", "")),
    comm=st.just("x"),
    command=st.just("x"),
    login=st.sampled_from((None, 0, 1000)),
    user=st.just(0),
    success=st.sampled_from((True, False, None)),
    error=st.sampled_from((0, 1, 2, 13)),
    syscall=st.just("openat"),
    keys=st.just(()),
    pid=st.just(1),
)


@given(st.lists(ACCESS, max_size=40), st.booleans())
def test_the_parts_add_up_to_the_whole(accesses: list[Access], runtime: bool) -> None:
    told = summed(*accesses, runtime=runtime)
    assert told.total.events == len(accesses)
    assert sum(tally.events for _, tally in told.programs) == len(accesses)
    assert sum(tally.events for _, _, tally in told.logins) == len(accesses)
    several = sum(len(access.accesses) - 1 for access in accesses if access.accesses)
    assert sum(told.total.accesses.values()) + told.total.other - several == len(accesses)
    assert told.total.several == sum(len(access.accesses) == 2 for access in accesses)
    for letter, number in told.total.accesses.items():
        assert sum(tally.accesses[letter] for _, tally in told.programs) == number
    times = sorted((access.time for access in accesses), reverse=True)
    assert [access.time for access in told.last] == times[:MOST_LAST]
    assert all(0 <= one.failed <= one.events for one in told.outstanding)
