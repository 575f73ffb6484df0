"""Units are found in systemd's order: what a unit name stands for, with which drop-ins, without asking systemd."""

from __future__ import annotations

from pathlib import Path

from tui.host.reading.units import SEARCH_PATH, find_unit


def _tree(root: Path, files: dict[str, str]) -> tuple[str, ...]:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith("->"):
            path.symlink_to(content[2:])
        else:
            path.write_text(content)
    return tuple(str(root / folder) for folder in ("etc", "run", "usr"))


def _names(files: tuple) -> list[str]:
    return [Path(file.path).parent.parent.name + "/" + Path(file.path).name for file in files]


def test_an_administrators_unit_comes_before_the_distributions(tmp_path: Path) -> None:
    places = _tree(tmp_path, {"usr/docker.service": "theirs", "etc/docker.service": "ours"})
    unit = find_unit("docker.service", places)
    assert unit.path == str(tmp_path / "etc/docker.service")
    assert [file.content for file in unit.files] == [b"ours"]


def test_a_missing_unit_has_no_path(tmp_path: Path) -> None:
    places = _tree(tmp_path, {"usr/docker.service.d/x.conf": "a drop-in alone makes no unit"})
    assert find_unit("docker.service", places) == find_unit("docker.service", ())
    assert find_unit("docker.service", places).path is None


def test_a_masked_unit_is_a_link_to_dev_null(tmp_path: Path) -> None:
    places = _tree(tmp_path, {"usr/docker.service": "theirs", "etc/docker.service": "->/dev/null"})
    main = find_unit("docker.service", places).files[0]
    assert (main.kind, main.target, main.content) == ("symlink", "/dev/null", None)


def test_an_alias_shows_the_content_it_leads_to(tmp_path: Path) -> None:
    places = _tree(tmp_path, {"usr/moby.service": "[Service]\n", "usr/docker.service": "->moby.service"})
    main = find_unit("docker.service", places).files[0]
    assert (main.target, main.content) == ("moby.service", b"[Service]\n")


def test_drop_ins_come_by_name_each_once_the_higher_place_and_the_longer_prefix_winning(tmp_path: Path) -> None:
    places = _tree(
        tmp_path,
        {
            "usr/docker-ce.service": "main",
            "usr/docker-ce.service.d/20-b.conf": "usr b",
            "etc/docker-ce.service.d/20-b.conf": "etc b",
            "run/docker-ce.service.d/10-a.conf": "run a",
            "etc/docker-.service.d/20-b.conf": "etc prefix b",
            "usr/docker-.service.d/30-c.conf": "usr prefix c",
            "etc/service.d/00-all.conf": "every service",
            "etc/docker-ce.service.d/README": "not a drop-in",
        },
    )
    files = find_unit("docker-ce.service", places).files
    assert [file.content for file in files] == [b"main", b"every service", b"run a", b"etc b", b"usr prefix c"]


def test_a_masked_drop_in_hides_the_one_below(tmp_path: Path) -> None:
    places = _tree(tmp_path, {"usr/a.service": "main", "usr/a.service.d/x.conf": "theirs", "etc/a.service.d/x.conf": "->/dev/null"})
    assert _names(find_unit("a.service", places).files)[1:] == []


def test_the_search_path_is_systemds_own() -> None:
    assert SEARCH_PATH.index("/etc/systemd/system") < SEARCH_PATH.index("/run/systemd/system")
    assert SEARCH_PATH.index("/run/systemd/system") < SEARCH_PATH.index("/usr/lib/systemd/system")
