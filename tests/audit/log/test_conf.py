"""auditd.conf as the daemon reads it: 53 files with what auditd 3.0.9 did with each, and the manners of its parser."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.audit.inputs import PathFacts, PathKind
from tui.audit.log.conf import Settings, file_errors, host_errors, parse_conf
from tui.audit.log.conf_keys import KEYWORDS, Threshold, dirname
from tui.base.cleaning import clean

FIXTURES = Path(__file__).parents[2] / "fixtures" / "auditd.conf"
OUTCOMES = [line.split() for line in (FIXTURES / "outcomes.txt").read_text().splitlines() if not line.startswith("#")]
GOOD = (FIXTURES / "good.conf").read_bytes()
HOST = {
    "/var/log/audit": PathFacts("/var/log/audit", "directory"),
    "/var/log/audit/audit.log": PathFacts("/var/log/audit/audit.log", "file", uid=0, mode=0o640),
    "/var/log/auditmissing": PathFacts("/var/log/auditmissing", "absent"),
    "/tmp": PathFacts("/tmp", "directory"),
    "/bin/true": PathFacts("/bin/true", "file", uid=0, mode=0o755),
    "/nonexistent": PathFacts("/nonexistent", "absent"),
}


def test_every_file_has_an_outcome() -> None:
    assert sorted(name for name, _, _ in OUTCOMES) == sorted(path.stem for path in FIXTURES.glob("*.conf"))
    assert len(OUTCOMES) == 53


@pytest.mark.parametrize(("name", "status", "line"), OUTCOMES)
def test_the_daemons_own_verdict(name: str, status: str, line: str) -> None:
    conf = parse_conf((FIXTURES / f"{name}.conf").read_bytes(), audit_version="3.0.9")
    errors = conf.errors + host_errors(conf, HOST, missing_groups=("nosuchgroup",), audit_version="3.0.9")
    assert (not errors) is (status == "1")
    if line != "-":
        assert errors[0].place.line == int(line)
    assert all(error.text.endswith((".", ")")) and error.remedy for error in errors)


def test_debians_file() -> None:
    settings = parse_conf(GOOD, audit_version="3.0.9").settings
    assert (settings.max_log_file, settings.max_log_file_action, settings.num_logs) == (8, "rotate", 5)
    assert (settings.space_left, settings.space_left_action) == (Threshold(75), "syslog")
    assert (settings.admin_space_left, settings.admin_space_left_action) == (Threshold(50), "suspend")
    assert (settings.disk_full_action, settings.disk_error_action) == ("suspend", "suspend")
    assert (settings.flush, settings.freq, settings.log_format, settings.log_group) == ("incremental_async", 50, "enriched", "adm")
    assert settings.log_folder == "/var/log/audit"


def test_no_file_means_the_compiled_in_defaults() -> None:
    conf = parse_conf(None)
    assert conf.starts
    assert not conf.present
    assert conf.settings == Settings()
    assert (conf.settings.max_log_file_action, conf.settings.num_logs, conf.settings.max_log_file) == ("ignore", 0, 0)


def test_an_empty_file_starts_but_one_without_thresholds_does_not() -> None:
    """The daemon checks the settings as a whole only where it has read a line."""
    assert parse_conf(b"").starts
    assert parse_conf(b"max_log_file = 8").starts  # the unended line is not read
    conf = parse_conf(b"# nothing\n")
    assert not conf.starts
    assert "not in the file" in conf.errors[0].text


@pytest.mark.parametrize(
    ("line", "accepted"),
    [
        ("space_left_action = exec /bin/true and more", True),
        ("space_left_action = exec", False),
        ("space_left_action = exec bin/true", False),
        ("space_left_action = syslog nonsense", True),
        ("disk_error_action = rotate", False),
        ("disk_error_action = email", False),
        ("disk_full_action = email", False),
        ("max_log_file_action = rotate more", False),
        ("space_left = 80%", True),
        ("space_left = %", False),
        ("space_left = 5%0", True),
        ("space_left = 100%", False),
        ("space_left = 18446744073709551615", True),
        ("space_left = 18446744073709551616", False),
        ("freq = 2147483648", False),
        ("freq = 0", False),
        ("flush = none\nfreq = 0", True),
        ("log_file = /var/log/audit.log", False),
        ("log_file = /var/log/audit.log\nlog_group = root", True),
        ("log_file = /var/log/audit.log\nlog_group = 0x", True),
        ("log_file = /a/b", False),
        ("log_file = /tmp//", False),
        ("tcp_listen_port = 0", False),
        ("tcp_listen_port = 60", True),
        ("tcp_client_ports = 1024-65535", True),
        ("tcp_client_ports = 5--6", True),
        ("tcp_client_ports = 6-5", False),
        ("tcp_client_ports = 6-", False),
        ("action_mail_acct = r", False),
        ("action_mail_acct = root@host", False),
        ("action_mail_acct = root@host.example", True),
        ("action_mail_acct = ro!ot", False),
        ("verify_email = no\naction_mail_acct = r", True),
        ("name_format = user", False),
        ("name_format = user\nname = web1", True),
        ("= 5", False),
        ("num_logs = 5 ", True),
        ("log_format = nolog", True),
        ("#num_logs=x", True),
        ("num_logs = 0005", True),
    ],
)
def test_values(line: str, accepted: bool) -> None:
    assert parse_conf(GOOD + line.encode() + b"\n", audit_version="3.0.9").starts is accepted


def test_the_last_line_of_a_keyword_wins_and_is_named() -> None:
    conf = parse_conf(GOOD + b"num_logs = 7\n", audit_version="3.0.9")
    assert conf.settings.num_logs == 7
    assert conf.lines["num_logs"] == GOOD.count(b"\n") + 1


def test_nolog_switches_writing_off_until_a_later_line_switches_it_on() -> None:
    assert not parse_conf(GOOD + b"log_format = nolog\n").settings.write_logs
    assert parse_conf(GOOD + b"log_format = nolog\nwrite_logs = yes\n").settings.write_logs


def test_a_last_line_without_newline_is_not_read_and_that_is_said() -> None:
    conf = parse_conf(GOOD + b"num_logs = 9")
    assert conf.settings.num_logs == 5
    assert conf.notes[-1].place.line == GOOD.count(b"\n") + 1
    assert "does not end in a newline" in conf.notes[-1].text


def test_a_zero_byte_hides_its_line_and_the_next_one() -> None:
    conf = parse_conf(GOOD + b"num_logs = 9\0\nnum_logs = 8\nnum_logs = 7\n")
    assert conf.settings.num_logs == 7
    assert parse_conf(GOOD + b"num_logs = 9\0\nnum_logs = 8\n").settings.num_logs == 5


@pytest.mark.parametrize(("length", "read"), [(158, True), (159, False), (160, False), (400, False)])
def test_lines_are_read_up_to_the_daemons_buffer(length: int, read: bool) -> None:
    conf = parse_conf(GOOD + b"num_logs = 9".ljust(length) + b"\n", audit_version="3.0.9")
    assert (conf.settings.num_logs == 9) is read


@pytest.mark.parametrize(
    ("line", "version", "accepted"),
    [
        ("report_interval = 0", "3.0.9", False),
        ("report_interval = 0", "1:4.0.5-1", True),
        ("report_interval = 0", None, True),
        ("end_of_event_timeout = 2", "3.0", False),
        ("q_depth = 2000", "2.8.5", False),
        ("space_left_action = halt", "4.0.3", True),
        ("space_left_action = halt", "4.0.4", False),
        ("action_mail_acct = a+b@host.example", "4.0.4", False),
        ("action_mail_acct = a+b@host.example", "4.0.5", True),
        ("transport = tls", "4.1.4", False),
        ("transport = tls", "4.2", True),
    ],
)
def test_what_depends_on_the_version(line: str, version: str | None, accepted: bool) -> None:
    base = b"space_left = 75\nadmin_space_left = 50\n"
    assert parse_conf(base + line.encode() + b"\n", audit_version=version).starts is accepted


@pytest.mark.parametrize(
    ("mode", "uid", "kind", "accepted"),
    [
        (0o640, 0, "file", True),
        (0o644, 0, "file", True),
        (0o666, 0, "file", False),
        (0o640, 1, "file", False),
        (0o777, 0, "symlink", False),
        (0o750, 0, "directory", False),
        (0, 0, "absent", True),
    ],
)
def test_the_file_itself(mode: int, uid: int, kind: PathKind, accepted: bool) -> None:
    assert (not file_errors(mode, uid, kind)) is accepted


@pytest.mark.parametrize(
    ("facts", "accepted"),
    [
        (PathFacts("/p", "file", mode=0o755, uid=0), True),
        (PathFacts("/p", "file", mode=0o555, uid=0), True),
        (PathFacts("/p", "file", mode=0o550, uid=0), False),
        (PathFacts("/p", "file", mode=0o700, uid=0), False),
        (PathFacts("/p", "file", mode=0o755, uid=1), False),
        (PathFacts("/p", "directory", mode=0o755, uid=0), False),
        (PathFacts("/p", "absent"), False),
        (PathFacts("/p", "symlink", target="/q"), False),
        (PathFacts("/p", "symlink", target="/q", real_path="/q"), True),
    ],
)
def test_a_program_must_be_there_and_safe(facts: PathFacts, accepted: bool) -> None:
    conf = parse_conf(GOOD + b"disk_full_action = exec /p\n", audit_version="3.0.9")
    assert conf.lookups[-1] == ("program", "/p", GOOD.count(b"\n") + 1)
    assert "/p" in conf.paths
    assert (not host_errors(conf, {"/p": facts}, audit_version="3.0.9")) is accepted


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/a/b", "/a"),
        ("/a/b/", "/a"),
        ("/a//b", "/a"),
        ("/a", "/"),
        ("a", "."),
        ("a/b", "a"),
        ("/", "/"),
        ("", "."),
        ("//a//", "/"),
    ],
)
def test_dirname(path: str, folder: str) -> None:
    assert dirname(path) == folder


WORDS = st.sampled_from(["yes", "ROTATE", "exec /bin/true", "50%", "", "=", "/a/b", "x" * 170])
GAPS = st.sampled_from([" = ", "=", "  =  ", "\t=\t"])
LINE = st.builds(
    "{}{}{}".format, st.sampled_from(sorted(KEYWORDS)), GAPS, st.one_of(st.integers(-9, 2**65).map(str), WORDS, st.text())
)


@given(
    st.one_of(
        st.binary(max_size=400), st.lists(LINE, max_size=6).map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass"))
    )
)
@example(b"\0\n\n")
def test_no_bytes_make_it_raise_and_every_problem_has_its_line(content: bytes) -> None:
    for version in ("3.0.9", "4.2.1", None):
        conf = parse_conf(content, audit_version=version)
        last = content.count(b"\n") + 1
        for problem in (*conf.errors, *conf.notes):
            assert problem.place.line is None or 1 <= problem.place.line <= last
            assert problem.text == clean(problem.text)
        assert conf.starts is (not conf.errors)
        host_errors(conf, {}, missing_groups=conf.groups)


@given(st.lists(st.sampled_from(GOOD.split(b"\n")), max_size=30))
def test_any_selection_of_good_lines_gives_only_errors_of_the_whole(lines: list[bytes]) -> None:
    conf = parse_conf(b"".join(line + b"\n" for line in lines), audit_version="3.0.9")
    assert all("space_left" in error.text or "freq" in error.text for error in conf.errors)
