"""What every Host reads and writes: facts, rules files, and no file of anybody's lost, the live one and the simulated one alike."""

from __future__ import annotations

import pytest

from tests.contract.bench_steps import AUDITCTL, OURS, audit_status, load_rules, read_facts, rules_entry, write_rules_file
from tests.contract.bench_steps import bench as bench
from tests.contract.benches import TARGET, Bench
from tui.audit.inputs import PathFacts
from tui.host.boot_load import boot_load
from tui.host.boot_values import Load
from tui.host.facts import AUDIT_RULES, DOCKER_RULES, INIT_SCRIPT, RULES_DIR, FileFacts
from tui.host.port import FileChanged

# --- reading ---------------------------------------------------------------------------------------------------------------


def test_reading_tells_what_the_host_is(bench: Bench) -> None:
    facts = read_facts(bench, TARGET, "/usr/bin/no-such-program", "/no/such/directory/file")
    assert audit_status(bench).enabled == 1
    assert audit_status(bench).pid in [process.pid for process in facts.processes if process.name == "auditd"]
    assert facts.programs.auditctl == AUDITCTL
    assert facts.names.awk == "mawk"
    assert facts.names.audit_version == "3.0.9"
    assert facts.privileges.euid == 0
    assert isinstance(facts.auditd_conf, FileFacts)
    here, absent, nowhere = (facts.paths[path] for path in (TARGET, "/usr/bin/no-such-program", "/no/such/directory/file"))
    assert isinstance(here, PathFacts)
    assert (here.kind, here.location, here.real_path, here.mode) == ("file", TARGET, TARGET, 0o755)
    assert isinstance(absent, PathFacts)
    assert (absent.kind, absent.real_parent) == ("absent", "/usr/bin")
    assert isinstance(nowhere, PathFacts)
    assert (nowhere.kind, nowhere.real_parent) == ("absent", None)


def test_reading_also_looks_at_every_path_that_a_rule_names(bench: Bench) -> None:
    write_rules_file(bench, b"-a always,exit -F path=/etc/shadow -F perm=wa -k a\n")
    load_rules(bench)
    bench.edit(DOCKER_RULES, b"")
    assert "/etc/shadow" in read_facts(bench).paths


def test_reading_tells_what_the_next_boot_starts_and_loads(bench: Bench) -> None:
    facts = read_facts(bench)
    assert facts.boot is not None
    assert facts.boot.init == "sysvinit"
    assert "/etc/rc2.d/S01auditd" in facts.boot.links
    found = boot_load(facts)
    assert found is not None
    assert (found.starter, found.obstacle, found.starts_daemon) == (INIT_SCRIPT, "", True)
    assert found.loads == (Load(AUDIT_RULES, True, INIT_SCRIPT),)


# --- files -----------------------------------------------------------------------------------------------------------------


def test_what_was_written_is_read(bench: Bench) -> None:
    write_rules_file(bench, OURS)
    entry = rules_entry(bench)
    assert entry is not None
    assert (entry.content, entry.mode, entry.uid, entry.gid, entry.kind) == (OURS, 0o640, 0, 0, "file")
    write_rules_file(bench, OURS + b"# more\n", before=OURS, mode=0o600)
    entry = rules_entry(bench)
    assert entry is not None
    assert (entry.content, entry.mode) == (OURS + b"# more\n", 0o600)
    facts = read_facts(bench).paths[DOCKER_RULES]
    assert isinstance(facts, PathFacts)
    assert (facts.kind, facts.mode) == ("file", 0o600)


def test_only_what_augenrules_reads_comes_with_its_content(bench: Bench) -> None:
    kept, passed_over = f"{RULES_DIR}/zz-kept.rules", f"{RULES_DIR}/zz-old.tar"
    for path in (kept, passed_over):
        bench.edit(path, b"# some text\n")
    entries = [rules_entry(bench, path) for path in (kept, passed_over)]
    assert [entry and (entry.kind, entry.content, entry.size) for entry in entries] == [
        ("file", b"# some text\n", None),
        ("file", None, 12),
    ]


def test_a_hard_link_is_counted_until_the_file_is_replaced(bench: Bench) -> None:
    bench.edit(DOCKER_RULES, b"# theirs\n")
    bench.hard_link(DOCKER_RULES, f"{RULES_DIR}/zz-other-name")
    entry = rules_entry(bench)
    assert entry is not None
    assert entry.links == 2
    write_rules_file(bench, OURS, before=b"# theirs\n")
    entry = rules_entry(bench)
    assert entry is not None
    assert entry.links == 1


@pytest.mark.parametrize("before", [None, b"what the plan saw\n"])
def test_a_file_that_changed_is_not_replaced(bench: Bench, before: bytes | None) -> None:
    bench.edit(DOCKER_RULES, b"# theirs\n")
    with pytest.raises(FileChanged) as caught:
        write_rules_file(bench, OURS, before=before)
    assert caught.value.path == DOCKER_RULES
    entry = rules_entry(bench)
    assert entry is not None
    assert entry.content == b"# theirs\n"


def test_a_file_that_went_away_is_not_made_again(bench: Bench) -> None:
    with pytest.raises(FileChanged):
        write_rules_file(bench, OURS, before=b"# theirs\n")
    assert rules_entry(bench) is None


def test_a_link_is_never_written_through(bench: Bench) -> None:
    bench.link(DOCKER_RULES, f"{RULES_DIR}/audit.rules")
    with pytest.raises(OSError, match="symbolic link"):
        write_rules_file(bench, OURS)
    entry = rules_entry(bench)
    assert entry is not None
    assert (entry.kind, entry.target) == ("symlink", f"{RULES_DIR}/audit.rules")


def test_an_immutable_file_is_not_written(bench: Bench) -> None:
    write_rules_file(bench, OURS)
    bench.make_immutable(DOCKER_RULES)
    entry = rules_entry(bench)
    assert entry is not None
    assert entry.immutable
    with pytest.raises(PermissionError):
        write_rules_file(bench, b"other\n", before=OURS)


def test_a_file_in_a_missing_folder_is_not_written(bench: Bench) -> None:
    with pytest.raises(FileNotFoundError):
        write_rules_file(bench, OURS, path="/etc/audit/no-such-folder/x.rules")


def test_only_what_was_expected_is_removed(bench: Bench) -> None:
    write_rules_file(bench, OURS)
    with pytest.raises(FileChanged):
        bench.host.remove_file(DOCKER_RULES, before=b"other\n")
    assert rules_entry(bench) is not None
    bench.host.remove_file(DOCKER_RULES, before=OURS)
    assert rules_entry(bench) is None
    facts = read_facts(bench, DOCKER_RULES).paths[DOCKER_RULES]
    assert isinstance(facts, PathFacts)
    assert facts.kind == "absent"
