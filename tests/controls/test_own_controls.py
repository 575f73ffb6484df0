"""Folders of the user's own controls: the smallest file, every mistake at once, and whose files root takes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.controls.catalogue import load_catalogue
from tui.controls.control import VERSIONS
from tui.documents.problems import DocumentError

# ---- controls of the user's own

SMALLEST = "title: Audit Podman's program\npath: /usr/bin/podman\nrationale: Whoever replaces it owns every container.\n"


def own(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name.replace('_', '-')}.yaml").write_text(text)
    return folder


def test_the_smallest_file_is_three_lines(tmp_path: Path) -> None:
    catalogue = load_catalogue(own(tmp_path / "mine", podman=SMALLEST), as_root=os.geteuid() == 0)
    control = catalogue.by_slug("podman")
    assert (control.kind, control.key, control.framework, control.description) == ("file", "docker", "local", "")
    for version in VERSIONS:
        assert [c.slug for c in catalogue.numbered(version)][-1] == "podman"
        assert catalogue.find(["podman"], version) == (control,)
        assert control.numbered[version].lines == ("-w /usr/bin/podman -k docker",)
        assert control.number(version) == "podman"
    assert len(catalogue.numbered("1.2.0")) == 11


def test_a_directory_with_accesses_exclusions_and_a_key(tmp_path: Path) -> None:
    text = (
        SMALLEST.replace("/usr/bin/podman", "/var/lib/app")
        + "kind: directory\naccesses: aw\nkey: app\nexclusions: [/var/lib/app/tmp]\n"
    )
    entry = load_catalogue(own(tmp_path, app=text)).by_slug("app").numbered["1.2.0"]
    assert entry.accesses == "wa"
    assert entry.lines == ("-a never,exit -F dir=/var/lib/app/tmp", "-w /var/lib/app -p wa -k app")


def test_all_problems_of_all_files_at_once_and_nothing_is_loaded(tmp_path: Path) -> None:
    bad = """\
titel: x
path: usr/bin/podman
rationale: " "
kind: fiel
accesses: rwz
key: "a b"
unit: podman
option: -c
versions:
  1.9.0: {number: 1.1.1}
  1.8.0: {number: 1.10, path: /a/../b, exclusions: [/x/]}
elsewhere: [{path: /a, platfrom: b}]
"""
    folder = own(
        tmp_path, podman=SMALLEST, bad=bad, containerd=SMALLEST, clash=SMALLEST + "versions: {1.2.0: {number: 1.2.11}}\n", empty=""
    )
    (folder / "other.yml").write_text(SMALLEST)
    (folder / "Bad name.yaml").write_text(SMALLEST)
    (folder / "notes.txt").write_text("not a control")
    (folder / "dir.yaml").mkdir()
    (folder / "link.yaml").symlink_to(folder / "podman.yaml")
    (folder / "huge.yaml").write_text("#" * (1 << 20) + "\n")
    (folder / "bytes.yaml").write_bytes(b"title: \xff\n")
    with pytest.raises(DocumentError) as caught:
        load_catalogue(folder)
    said = str(caught.value).replace(f"{folder}/", "")
    for line in [
        "bad.yaml:1:1: unknown key “titel”; did you mean “title”?",
        "bad.yaml:1:1: the key “title” is missing",
        "bad.yaml:2:7: “usr/bin/podman” cannot be watched: expected an absolute path",
        "bad.yaml:3:12: expected some text, found none",
        "bad.yaml:4:7: found “fiel”, which is not one of file, directory, socket, unit; did you mean “file”?",
        "bad.yaml:5:11: “rwz” are no accesses: expected some of the letters r, w, x, a, each once",
        "bad.yaml:6:6: “a b” is no audit key",
        "bad.yaml:7:7: “podman” is no unit",
        "bad.yaml:8:9: “-c” is no option: expected something like --containerd",
        "bad.yaml:10:3: unknown key “1.9.0”; did you mean “1.8.0”?",
        "bad.yaml:11:19: expected text: quote it",
        "bad.yaml:11:31: “/a/../b” cannot be watched",
        "bad.yaml:11:52: “/x/” cannot be watched",
        "bad.yaml:12:24: unknown key “platfrom”; did you mean “platform”?",
        "containerd.yaml: the name containerd belongs to a control of ours; rename the file",
        "clash.yaml: the number 1.2.11 of 1.2.0 belongs to containerd",
        "empty.yaml:1:1: the document is empty",
        "other.yml: control files end in .yaml; rename it",
        "Bad name.yaml: the file's name becomes the control's",
        "dir.yaml: the file cannot be read: Is a directory",
        "link.yaml: a symbolic link is not followed",
        "huge.yaml: the file is larger than 1048576 bytes",
        "bytes.yaml:1:8: here is a byte that is not UTF-8",
    ]:
        assert line in said, (line, said)
    assert "notes.txt" not in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("kind: unit\n", "a control of the kind unit needs the key “unit”"),
        ("option: --x\n", "the key “option” needs the key “unit”"),
        ("unit: a.socket\noption: --x\n", "the key “option” needs the key “unit”"),
        ("config: /a.toml\n", "the keys “config” and “setting” belong together"),
        ("config: /a.conf\nsetting: b\n", "needs a file that ends in .toml or .json"),
        ("versions: {1.2.0: {path: /a}}\n", "the version 1.2.0 has no number"),
        ("exclusions: [/etc/a]\n", "the exclusion /etc/a does not lie below the control's path"),
    ],
)
def test_what_does_not_fit_together(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        load_catalogue(own(tmp_path, podman=SMALLEST + more))


def test_a_folder_that_is_missing_or_empty(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_catalogue(tmp_path / "none")
    with pytest.raises(DocumentError, match=r"the folder holds no file that ends in \.yaml"):
        load_catalogue(tmp_path)


@pytest.mark.needs("root")
class TestAsRoot:
    """What root reads must be such that nobody else can have written it."""

    def refused(self, folder: Path) -> str:
        load_catalogue(folder)  # anybody may read it
        with pytest.raises(DocumentError) as caught:
            load_catalogue(folder, as_root=True)
        return str(caught.value)

    def test_safe_places_are_read(self, tmp_path: Path) -> None:
        folder = own(tmp_path / "mine", podman=SMALLEST)
        assert load_catalogue(folder, as_root=True).by_slug("podman")

    @pytest.mark.parametrize("mode", [0o664, 0o666, 0o646])
    def test_a_file_that_others_can_write(self, tmp_path: Path, mode: int) -> None:
        folder = own(tmp_path / "mine", podman=SMALLEST)
        (folder / "podman.yaml").chmod(mode)
        said = self.refused(folder)
        assert f"podman.yaml: others than root can change this file: it has mode {mode:04o}. Read it through" in said

    def test_a_file_of_another_user(self, tmp_path: Path) -> None:
        folder = own(tmp_path / "mine", podman=SMALLEST)
        os.chown(folder / "podman.yaml", 12345, 0)
        assert "podman.yaml: others than root can change this file: it belongs to user 12345." in self.refused(folder)

    def test_a_folder_that_others_can_write_sticky_or_not(self, tmp_path: Path) -> None:
        folder = own(tmp_path / "mine", podman=SMALLEST)
        for mode in (0o777, 0o1777, 0o775):
            folder.chmod(mode)
            said = self.refused(folder)
            assert f"{folder}: others than root can change this folder: it has mode {mode:04o}." in said
            assert "chmod" not in said, "the folder may be /tmp"

    def test_a_folder_above_that_others_can_write(self, tmp_path: Path) -> None:
        above = tmp_path / "above"
        folder = above / "mine"
        above.mkdir()
        own(folder, podman=SMALLEST)
        above.chmod(0o777)
        assert f"{above}: others" in self.refused(folder)
        above.chmod(0o1777)
        assert load_catalogue(folder, as_root=True)

    def test_a_link_in_an_unsafe_folder(self, tmp_path: Path) -> None:
        folder = own(tmp_path / "mine", podman=SMALLEST)
        unsafe = tmp_path / "unsafe"
        unsafe.mkdir()
        (unsafe / "link").symlink_to(folder)
        unsafe.chmod(0o777)
        assert f"{unsafe}: others" in self.refused(unsafe / "link")
