"""The catalogue: what every benchmark version says of every object, and how controls are found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin

import jsonschema
import pytest
import yaml

from tests.pairs import paired
from tests.tools import make_catalogue
from tui.base.dataclass import MISSING, fields, replace
from tui.base.resources import asset_text
from tui.base.typing import Literal, Union
from tui.controls.benchmark import CONTROLS
from tui.controls.catalogue import Catalogue, UnknownControl, load_catalogue
from tui.controls.control import VERSIONS, Control, VersionForm
from tui.documents.field_types import field_types
from tui.documents.reading import load

ROOT = Path(__file__).parents[2]
NUMBERS = """
dockerd                  1.5   1.2.3   1.1.3
run-containerd           -     -       1.1.4
var-lib-docker           1.6   1.2.4   1.1.5
etc-docker               1.7   1.2.5   1.1.6
docker-service           1.8   1.2.6   1.1.7
containerd-sock          -     -       1.1.8
docker-socket            1.9   1.2.7   1.1.9
etc-default-docker       1.10  1.2.8   1.1.10
daemon-json              1.11  1.2.10  1.1.11
containerd-config-toml   -     -       1.1.12
etc-sysconfig-docker     -     1.2.9   1.1.13
containerd               1.12  1.2.11  1.1.14
containerd-shim          -     -       1.1.15
containerd-shim-runc-v1  -     -       1.1.16
containerd-shim-runc-v2  -     -       1.1.17
runc                     1.13  1.2.12  1.1.18
"""
"""Slug, number in ce-1.1.0, in 1.2.0, and in every version from 1.3.1 on."""
TABLE = [line.split() for line in NUMBERS.split("\n") if line]
PATHS = {
    "dockerd": "/usr/bin/dockerd",
    "run-containerd": "/run/containerd",
    "var-lib-docker": "/var/lib/docker",
    "etc-docker": "/etc/docker",
    "docker-service": "/usr/lib/systemd/system/docker.service",
    "containerd-sock": "/run/containerd/containerd.sock",
    "docker-socket": "/var/run/docker.sock",
    "etc-default-docker": "/etc/default/docker",
    "daemon-json": "/etc/docker/daemon.json",
    "containerd-config-toml": "/etc/containerd/config.toml",
    "etc-sysconfig-docker": "/etc/sysconfig/docker",
    "containerd": "/usr/bin/containerd",
    "containerd-shim": "/usr/bin/containerd-shim",
    "containerd-shim-runc-v1": "/usr/bin/containerd-shim-runc-v1",
    "containerd-shim-runc-v2": "/usr/bin/containerd-shim-runc-v2",
    "runc": "/usr/bin/runc",
}
OTHER_PATHS = {
    ("dockerd", "ce-1.1.0"): "/usr/bin/docker",
    ("containerd", "ce-1.1.0"): "/usr/bin/docker-containerd",
    ("runc", "ce-1.1.0"): "/usr/bin/docker-runc",
    ("runc", "1.2.0"): "/usr/sbin/runc",
    ("docker-socket", "ce-1.1.0"): "/usr/lib/systemd/system/docker.socket",
    ("docker-socket", "1.2.0"): "/usr/lib/systemd/system/docker.socket",
}
WAR = "-a exit,always -F path={} -F perm=war -k docker"
NEVER = ("-a exit,never -F dir=/var/lib/docker/volumes", "-a exit,never -F dir=/var/lib/docker/overlay2")
OTHER_LINES = {
    **{("run-containerd", version): (WAR.format("/run/containerd"),) for version in VERSIONS[2:]},
    **{("var-lib-docker", version): (WAR.format("/var/lib/docker"),) for version in ("1.3.1", "1.6.0")},
    **{("var-lib-docker", version): (WAR.format("/var/lib/docker"), *NEVER) for version in ("1.7.0", "1.8.0")},
}
L1, L2 = "Level 1, Linux Host OS", "Level 2, Linux Host OS"
D1, D2, D12 = "Level 1, Docker on Linux", "Level 2, Docker on Linux", "Level 1 and Level 2, Docker on Linux"
NEW_DAEMON = ((), ("6.2", "6.3"), ("8.2",))
NEW_OTHERS = ((), ("14.9",), ("8.5",))
"""CIS Controls v6, v7 and v8, from 1.6.0 on."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


# ---- what the files say


def test_there_are_sixteen_objects(catalogue: Catalogue) -> None:
    assert [control.slug for control in catalogue.controls] == sorted(slug for slug, *_ in TABLE)


@pytest.mark.parametrize(("slug", "oldest", "second", "later"), TABLE)
def test_numbers_paths_and_lines_of_every_version(catalogue: Catalogue, slug: str, oldest: str, second: str, later: str) -> None:
    control = catalogue.by_slug(slug)
    numbers = dict(paired(VERSIONS, (oldest, second, *[later] * 6)))
    assert {version: control.number(version) or "-" for version in VERSIONS} == numbers
    for version, entry in control.numbered.items():
        path = OTHER_PATHS.get((slug, version), PATHS[slug])
        assert entry.path == path
        assert entry.lines == OTHER_LINES.get((slug, version), (f"-w {path} -k docker",))
        assert entry.accesses == ("rwa" if "war" in entry.lines[0] else "rwxa")
        assert entry.reload == ("service auditd restart" if version in VERSIONS[:2] else "systemctl restart auditd")
        assert entry.rules_file in ("/etc/audit/audit.rules", "/etc/audit/rules.d/audit.rules")
        left_out = (slug, version) in (("var-lib-docker", "1.7.0"), ("var-lib-docker", "1.8.0"))
        assert entry.exclusions == (("/var/lib/docker/volumes", "/var/lib/docker/overlay2") if left_out else ())


@pytest.mark.parametrize(
    ("version", "controls", "level", "assessment", "daemon", "others"),
    [
        ("ce-1.1.0", 9, {L1}, {"Scored"}, (("6.2",), (), ()), (("14.6",), (), ())),
        ("1.2.0", 10, {L1, L2}, {"Scored"}, (("6.2",), ("6.2", "6.3"), ()), (("14.6",), ("14.9",), ())),
        ("1.3.1", 16, {None}, {"Automated"}, ((), (), ()), ((), (), ())),
        ("1.4.0", 16, {None}, {"Automated"}, ((), (), ()), ((), (), ())),
        ("1.5.0", 16, {None, L1, L2}, {"Automated"}, ((), (), ()), ((), (), ())),
        ("1.6.0", 16, {D12, D2}, {"Automated", "Manual"}, NEW_DAEMON, NEW_OTHERS),
        ("1.7.0", 16, {D1, D2}, {"Automated", "Manual"}, NEW_DAEMON, NEW_OTHERS),
        ("1.8.0", 16, {D1, D2}, {"Automated", "Manual"}, NEW_DAEMON, NEW_OTHERS),
    ],
)
def test_levels_assessments_and_cis_controls(
    catalogue: Catalogue, version: str, controls: int, level: set[str], assessment: set[str], daemon: Any, others: Any
) -> None:
    entries = {control.slug: control.numbered[version] for control in catalogue.numbered(version)}
    assert len(entries) == controls
    assert {entry.level for entry in entries.values()} == level
    assert {entry.assessment for entry in entries.values()} == assessment
    for slug, entry in entries.items():
        assert (entry.cis_v6, entry.cis_v7, entry.cis_v8) == (daemon if slug == "dockerd" else others)


def test_manual_controls(catalogue: Catalogue) -> None:
    def manual(version: str) -> list[str]:
        return [c.number(version) or "" for c in catalogue.numbered(version) if c.numbered[version].assessment == "Manual"]

    assert manual("1.6.0") == ["1.1.5", "1.1.15", "1.1.16", "1.1.17", "1.1.18"]
    assert manual("1.7.0") == manual("1.8.0") == ["1.1.4", "1.1.5", "1.1.16"]


def test_single_source_facts_are_marked(catalogue: Catalogue) -> None:
    unconfirmed = {
        version: [control.number(version) for control in catalogue.numbered(version) if not control.numbered[version].confirmed]
        for version in VERSIONS
    }
    assert len(unconfirmed["1.4.0"]) == 16
    assert len(unconfirmed["1.5.0"]) == 13
    assert not {"1.1.4", "1.1.12", "1.1.18"} & set(unconfirmed["1.5.0"])
    assert not any(unconfirmed[version] for version in VERSIONS if version not in ("1.4.0", "1.5.0"))
    assert catalogue.by_slug("containerd").numbered["1.8.0"].single_source == ("assessment", "cis_v7", "cis_v8")


def test_the_first_control_says_everything(catalogue: Catalogue) -> None:
    control = catalogue.by_slug("containerd")
    entry = control.numbered["1.2.0"]
    assert (control.classification, control.framework, control.integration, control.key) == (
        "compliance",
        "cis-docker",
        "docker",
        "docker",
    )
    assert entry.audit == ("auditctl -l | grep /usr/bin/containerd",)
    assert entry.remediation == (
        "echo '-w /usr/bin/containerd -k docker' >> /etc/audit/rules.d/docker.rules",
        "augenrules --load",
        "service auditd restart",
    )
    assert [reference.rsplit(": ", 1)[1] for reference in entry.references] == [
        "https://access.redhat.com/documentation/en-US/Red_Hat_Enterprise_Linux/6/html/Security_Guide/chap-system_auditing.html",
        "https://github.com/docker/docker/pull/20662",
        "https://containerd.tools/",
    ]
    assert (entry.cis_v6, entry.cis_v7) == (("14.6",), ("14.9",))
    assert "rotate" in control.impact
    assert "partition" in control.impact
    assert control.numbered["1.8.0"].remediation == (
        "echo '-w /usr/bin/containerd -k docker' >> /etc/audit/audit.rules",
        "systemctl restart auditd",
    )


def test_every_control_explains_itself(catalogue: Catalogue) -> None:
    seen: dict[str, str] = {}
    for control in catalogue.controls:
        for text in (control.title, control.description, control.rationale):
            assert text not in seen, (control.slug, seen[text])
            seen[text] = control.slug
        assert control.impact
        assert control.noise
        assert control.applicability
        assert control.default_value.startswith("Not audited")
        named = {entry.path for entry in control.numbered.values()}
        for place in control.elsewhere:
            assert place.path[0] in "/~$"
            assert place.path not in named or len(named) > 1
        for version, entry in control.numbered.items():
            assert all(": https://" in reference for reference in entry.references), version
            assert entry.references or version in ("1.3.1", "1.4.0", "1.5.0")


def test_the_socket_is_a_unit_file_up_to_1_2_0(catalogue: Catalogue) -> None:
    control = catalogue.by_slug("docker-socket")
    kinds = {version: (control.kind_in(version), control.numbered[version].configured) for version in VERSIONS}
    assert kinds == {version: ("unit", False) if version in VERSIONS[:2] else ("socket", True) for version in VERSIONS}


# ---- finding controls


def test_numbers_are_ordered_as_numbers(catalogue: Catalogue) -> None:
    assert [control.number("1.2.0") for control in catalogue.numbered("1.2.0")] == [f"1.2.{n}" for n in range(3, 13)]
    assert [control.number("1.8.0") for control in catalogue.numbered("1.8.0")] == [f"1.1.{n}" for n in range(3, 19)]


def test_finding_by_number_slug_and_both(catalogue: Catalogue) -> None:
    found = catalogue.find(["runc", "1.2.11", "containerd", "1.2.3"], "1.2.0")
    assert [control.slug for control in found] == ["dockerd", "containerd", "runc"]
    assert [control.slug for control in catalogue.find(["1.1.14"], "1.8.0")] == ["containerd"]


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        ("1.1.14", "1.2.0", "1.1.14 is the number of containerd in 1.3.1, 1.4.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0; in 1.2.0 it is 1.2.11"),
        ("1.2.11", "1.8.0", "1.2.11 is the number of containerd in 1.2.0; in 1.8.0 it is 1.1.14"),
        ("1.1.17", "1.2.0", "1.1.17 is the number of containerd-shim-runc-v2 in 1.3.1, 1.4.0, 1.5.0, 1.6.0, 1.7.0, 1.8.0; 1.2.0 has no such control"),
        ("containerd-shim", "1.2.0", "benchmark 1.2.0 has no control for containerd-shim; it is 1.1.15 in 1.3.1"),
        ("containerdd", "1.2.0", "“containerdd” is no control of benchmark 1.2.0; did you mean containerd?"),
        ("1.2.111", "1.2.0", "“1.2.111” is no control of benchmark 1.2.0; did you mean 1.2.11?"),
        ("kubelet", "1.2.0", "“kubelet” is no control of benchmark 1.2.0; its controls are 1.2.3, 1.2.4"),
        ("", "1.2.0", "“” is no control of benchmark 1.2.0"),
    ],
)  # fmt: skip
def test_what_is_no_control(catalogue: Catalogue, name: str, version: str, said: str) -> None:
    with pytest.raises(UnknownControl) as caught:
        catalogue.find([name], version)
    assert said in str(caught.value)


def test_our_controls_are_those_of_the_files() -> None:
    assert make_catalogue.MODULE.read_text("utf-8") == make_catalogue.module()
    files = (ROOT / "assets/controls").glob("*.yaml")
    assert {file.stem: load(file.read_text("utf-8"), file.name, Control) for file in files} == {
        slug: replace(make(), slug="") for slug, make in CONTROLS.items()
    }


def test_a_control_is_made_when_it_is_asked_for() -> None:
    made: list[str] = []

    def maker(slug: str) -> Callable[[], Control]:
        return lambda: made.append(slug) or CONTROLS[slug]()

    Catalogue({slug: maker(slug) for slug in CONTROLS}).find(["runc"], "1.2.0")
    assert made == ["runc"]


# ---- the schema for editors


def test_every_file_is_valid_by_the_schema() -> None:
    schema = json.loads(asset_text("control.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    files = list((ROOT / "assets/controls").glob("*.yaml"))
    assert len(files) == 16
    for file in files:
        assert not list(validator.iter_errors(yaml.safe_load(file.read_text("utf-8")))), file.name
    assert list(validator.iter_errors({"title": "a", "path": "b", "rationale": "c"}))


def test_the_schema_is_in_step_with_the_form() -> None:
    schema = json.loads(asset_text("control.schema.json"))
    for form, part in ((Control, schema), (VersionForm, schema["$defs"]["version"])):
        hints = field_types(form)
        assert part["additionalProperties"] is False
        written = [entry for entry in fields(form) if not entry.metadata.get("unwritten")]
        assert set(part["properties"]) == {entry.name for entry in written}
        required = {entry.name for entry in written if entry.default is MISSING and entry.default_factory is MISSING}
        assert set(part.get("required", [])) == required
        for name, property_ in part["properties"].items():
            choices = _choices(hints[name])
            if choices:
                assert tuple((property_.get("items") or property_)["enum"]) == choices, name
    assert tuple(schema["properties"]["versions"]["properties"]) == VERSIONS


def _choices(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    if get_origin(hint) in (Union, tuple):
        return next((found for found in map(_choices, get_args(hint)) if found), ())
    return ()


def test_controls_are_values(catalogue: Catalogue) -> None:
    assert isinstance(catalogue.by_slug("runc"), Control)
    assert load_catalogue().by_slug("runc") == catalogue.by_slug("runc")
