"""What unit files and configuration files name is looked at with the rest of the host, so that one reading is enough."""

from __future__ import annotations

from tests.build import unit
from tui.audit.inputs import Unknown
from tui.host.facts import FileFacts, UnitFacts
from tui.host.reading.named_paths import configuration_files, paths_in_configuration


def named(*contents: str, below: tuple[str, ...] = ()) -> set[str]:
    return paths_in_configuration((FileFacts("/x", content=content.encode()) for content in contents), below)


def test_units_and_what_they_name() -> None:
    service = unit(
        "docker.service", "[Service]\nExecStart=/usr/sbin/dockerd -H fd:// -H unix:///run/a.sock --containerd=/run/c.sock $OPTS\n"
    )
    socket = unit("docker.socket", "[Socket]\nListenStream=%t/docker.sock\n", "[Socket]\nListenStream=/run/more.sock\n")
    assert paths_in_configuration(configuration_files((service, socket, UnitFacts("none.service", None)), ())) == {
        "/usr/sbin/dockerd",
        "/run/a.sock",
        "/run/c.sock",
        "/run/docker.sock",
        "/run/more.sock",
    }


def test_toml_and_json_values() -> None:
    assert named("state = \"/run/c\"\n[grpc]\n  address = '/run/c/c.sock'\n# see https://example.org/a\n") == {
        "/run/c",
        "/run/c/c.sock",
    }
    assert named('{"data-root":"/srv/docker/","hosts":["unix:///run/b.sock", "fd://"]}') == {"/srv/docker", "/run/b.sock"}


def test_names_below() -> None:
    assert named('{"data-root": "/srv"}', below=("volumes",)) == {"/srv", "/srv/volumes"}


def test_what_was_not_read_and_what_is_too_much() -> None:
    assert paths_in_configuration(configuration_files((), (None, Unknown("no"), FileFacts("/x", content=None)))) == set()
    assert len(named(" ".join(f"/p{number}" for number in range(10_000)))) == 200


def test_rules_files_that_a_run_reads_again_ask_for_no_more_paths() -> None:
    rules = FileFacts("/etc/audit/rules.d/docker.rules", content=b"-w /etc/docker -k docker\n")
    assert paths_in_configuration(configuration_files((), (rules,)), ("volumes",)) == set()
