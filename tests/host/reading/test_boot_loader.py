"""What the next boot's kernel is given is read from the menus of boot loaders: here from folders that stand for a host's root."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from tests.boot_menus import (
    ALPINE,
    AUDIT_ON,
    DEBIAN_GRUB,
    DEFAULT_GRUB,
    FEDORA,
    OPENSUSE,
    RASPBERRY,
    RHEL_8,
    RHEL_8_UEFI,
    ROOT,
    SYSTEMD_BOOT,
    UBOOT,
    plant,
)
from tui.audit.inputs import Mount
from tui.host.facts import KernelLine, UntoldMenu
from tui.host.reading.boot_loader import BootFiles, read_kernel_lines
from tui.host.reading.kernel_images import variable_path

RUNNING = f"BOOT_IMAGE=/vmlinuz {ROOT} ro quiet"


def _read(root: Path, files: dict[str, str], mounts: tuple[Mount, ...] = ()) -> tuple[KernelLine, ...]:
    plant(root, files)
    return read_kernel_lines(RUNNING, mounts, str(root))[0]


def _without(files: dict[str, str], word: str) -> dict[str, str]:
    return {name: text.replace(f" {word}", "") for name, text in files.items()}


MENUS = {
    "Debian's grub": (DEBIAN_GRUB, "/boot/grub/grub.cfg", 12),
    "openSUSE's grub, the entry that was saved": (OPENSUSE, "/boot/grub2/grub.cfg", 12),
    "RHEL 8: the words are in grubenv": (RHEL_8, "/boot/loader/entries/0a1b-4.18.0-553.el8.x86_64.conf", 5),
    "RHEL 8 by UEFI": (RHEL_8_UEFI, "/boot/loader/entries/0a1b-4.18.0-553.el8.x86_64.conf", 5),
    "Fedora: the words are in the entry": (FEDORA, "/boot/loader/entries/0a1b-6.12.7-200.fc41.x86_64.conf", 5),
    "systemd-boot": (SYSTEMD_BOOT, "/efi/loader/entries/arch.conf", 4),
    "Alpine's extlinux": (ALPINE, "/boot/extlinux.conf", 9),
    "Debian's for U-Boot": (UBOOT, "/boot/extlinux/extlinux.conf", 8),
    "Raspberry Pi": (RASPBERRY, "/boot/firmware/cmdline.txt", 1),
}


@pytest.mark.parametrize(("files", "place", "line"), MENUS.values(), ids=MENUS)
def test_the_line_of_the_entry_that_is_booted_by_itself(tmp_path: Path, files: dict[str, str], place: str, line: int) -> None:
    (found,) = _read(tmp_path, files)
    assert (found.file, found.line) == (place, line)
    words = found.words.split()
    assert {ROOT, "audit=0"} <= set(words)
    assert not any("$" in word for word in words)
    (found,) = _read(tmp_path / "without", _without(files, "audit=0"))
    assert (found.file, found.line) == (place, line)
    assert "audit=0" not in found.words


@pytest.mark.parametrize(("files", "place", "line"), MENUS.values(), ids=MENUS)
def test_entries_of_another_system_and_leftovers_say_nothing_of_this_host(
    tmp_path: Path, files: dict[str, str], place: str, line: int
) -> None:
    assert _read(tmp_path, {name: text.replace(ROOT, "root=/dev/sdb1") for name, text in files.items()}) == ()


@pytest.mark.parametrize(
    ("default", "environment", "line"),
    [
        ("0", "", 12),
        ("1>0", "", 18),
        ("1>1", "", 21),
        ("Debian GNU/Linux", "", 12),
        ("gnulinux-advanced>gnulinux-6.1.0-27-amd64", "", 21),
        ("Advanced options>Debian GNU/Linux, with Linux 6.1.0-27-amd64", "", 21),
        ("gone", "", 12),
        ("${saved_entry}", "saved_entry=1>1", 21),
        ("${saved_entry}", "saved_entry=", 12),
        ("${saved_entry}", "", 12),
        ("0", "next_entry=1>1\nsaved_entry=0", 21),
    ],
)
def test_which_entry_grub_boots(tmp_path: Path, default: str, environment: str, line: int) -> None:
    files = {**DEBIAN_GRUB, "boot/grub/grubenv": f"# GRUB Environment Block\n{environment}\n#####"}
    files["boot/grub/grub.cfg"] = files["boot/grub/grub.cfg"].replace('set default="0"', f'set default="{default}"')
    assert [found.line for found in _read(tmp_path, files)] == [line]


def test_a_kernel_that_xen_starts_has_its_words_behind_a_placeholder(tmp_path: Path) -> None:
    module = f"\tmodule2 /boot/vmlinuz-6.1 placeholder {ROOT} ro audit=0\n\tmodule2 --nounzip /boot/initrd.img-6.1\n"
    menu = f"menuentry 'Debian, with Xen' {{\n\tmultiboot2 /boot/xen-4.17.gz placeholder dom0_mem=2G\n{module}}}\n"
    (found,) = _read(tmp_path, {"boot/grub/grub.cfg": menu})
    assert (found.line, found.words) == (3, f"{ROOT} ro audit=0")


def test_where_the_entry_is_not_told_each_is_a_candidate(tmp_path: Path) -> None:
    files = {name: text for name, text in SYSTEMD_BOOT.items() if not name.endswith("loader.conf")}
    assert [found.file.rpartition("/")[2] for found in _read(tmp_path, files)] == ["arch.conf", "arch-fallback.conf"]
    lone = {name: text for name, text in files.items() if "fallback" not in name}
    assert len(_read(tmp_path / "lone", lone)) == 1


def test_what_a_menu_is_made_of(tmp_path: Path) -> None:
    files = {
        **DEBIAN_GRUB,
        "etc/default/grub": DEFAULT_GRUB,
        "etc/default/grub.d/50-cloud.cfg": 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX console=ttyS0"\n',
        "etc/default/grub.d/90-site.cfg": "GRUB_CMDLINE_LINUX_DEFAULT='splash'\n# GRUB_CMDLINE_LINUX=audit=1\n",
        "etc/default/grub.d/readme": "GRUB_CMDLINE_LINUX=no\n",
    }
    plant(tmp_path, files)
    settings = read_kernel_lines(RUNNING, (), str(tmp_path))[1]
    assert [(line.file, line.line, line.words) for line in settings] == [
        ("/etc/default/grub.d/90-site.cfg", 1, "splash"),
        ("/etc/default/grub", 4, "audit=0 x=y"),
        ("/etc/default/grub.d/50-cloud.cfg", 1, "console=ttyS0"),
    ]
    plant(tmp_path / "kernel-install", {**SYSTEMD_BOOT, "etc/kernel/cmdline": f"{ROOT} rw\n  audit=0\n"})
    assert read_kernel_lines(RUNNING, (), str(tmp_path / "kernel-install"))[1] == (
        KernelLine("/etc/kernel/cmdline", 1, f"{ROOT} rw audit=0"),
    )


def test_a_command_line_without_a_root_tells_of_no_loader(tmp_path: Path) -> None:
    plant(tmp_path, {**DEBIAN_GRUB, "etc/default/grub": DEFAULT_GRUB})
    found = read_kernel_lines("console=ttyS0 rdinit=/init", (), str(tmp_path))
    assert found == ((), (), (UntoldMenu("/boot/grub/grub.cfg", "no-root"),))
    assert read_kernel_lines("", (), str(tmp_path)).lines == ()


def test_what_is_mounted_when_somebody_looks_is_not_looked_at(tmp_path: Path) -> None:
    mounts = (Mount("/", "8:1", "ext4"), Mount("/efi", "0:40", "autofs"))
    assert _read(tmp_path, SYSTEMD_BOOT, mounts) == ()
    assert len(_read(tmp_path / "mounted", SYSTEMD_BOOT, (*mounts, Mount("/efi", "8:2", "vfat")))) == 1


def test_what_is_no_menu_at_all_ends_in_nothing(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {"boot/grub/grub.cfg": "menuentry 'x' {\n}}}}\nlinux\n linux /v root=\nsubmenu 'y' {\n", "boot/loader/entries/": ""},
    )
    (tmp_path / "boot/extlinux.conf").write_bytes(b"\xff\0append\nlabel\nappend " + b"root=x " * 200_000)
    os.mkfifo(tmp_path / "boot/cmdline.txt")
    unread = tuple(UntoldMenu(path, "unread") for path in ("/boot/extlinux.conf", "/boot/cmdline.txt"))
    assert read_kernel_lines(RUNNING, (), str(tmp_path)) == ((), (), unread)


@pytest.mark.needs("root")
def test_a_menu_that_others_can_change_is_told_and_not_gone_by(tmp_path: Path) -> None:
    menu = tmp_path / "cmdline.txt"
    menu.write_text(f"{ROOT} audit=0\n")
    menu.chmod(0o666)
    files = BootFiles(())
    assert files.text(str(menu)) is None
    assert files.untold == [UntoldMenu(str(menu), "others-write")]
    assert AUDIT_ON not in (BootFiles(()).text("/etc/passwd") or AUDIT_ON)


# --- images and what systemd-boot remembers


def uki(words: str | None) -> bytes:
    """A unified kernel image with this command line, as short as a PE file can be."""
    sections = [(b".linux", b"kernel")] + ([(b".cmdline", words.encode() + b"\0\n")] if words is not None else [])
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40) + b"PE\0\0"
    head += struct.pack("<HHIIIHH", 0x8664, len(sections), 0, 0, 0, 8, 0) + b"optional"
    at, table, data = len(head) + 40 * len(sections), b"", b""
    for name, content in sections:
        table += struct.pack("<8sIIII16x", name, len(content), 0x1000, len(content), at + len(data))
        data += content
    return head + table + data


def _image(root: Path, name: str, content: bytes, folder: str = "efi/EFI/Linux") -> None:
    (root / folder).mkdir(parents=True, exist_ok=True)
    (root / folder / name).write_bytes(content)


def _variable(root: Path, name: str, value: str) -> None:
    path = root / variable_path(name)[1:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\7\0\0\0" + f"{value}\0".encode("utf-16-le"))


def test_a_unified_kernel_image_has_its_line_in_itself(tmp_path: Path) -> None:
    _image(tmp_path, "arch.efi", uki(f"{ROOT} rw audit=0"))
    (tmp_path / "efi/loader").mkdir()
    assert read_kernel_lines(RUNNING, (), str(tmp_path)).lines == (KernelLine("/efi/EFI/Linux/arch.efi", 1, f"{ROOT} rw audit=0"),)


def test_an_image_is_found_where_there_is_no_folder_of_a_loader(tmp_path: Path) -> None:
    _image(tmp_path, "fedora.efi", uki(f"{ROOT} ro"), "boot/efi/EFI/Linux")
    assert [line.words for line in read_kernel_lines(RUNNING, (), str(tmp_path)).lines] == [f"{ROOT} ro"]


@pytest.mark.parametrize("content", [uki(None), uki(""), b"", b"MZ", b"#!/bin/sh\n" * 40, uki("x")[:-5]], ids=range(6))
def test_an_image_that_tells_nothing_is_told(tmp_path: Path, content: bytes) -> None:
    _image(tmp_path, "arch.efi", content)
    found = read_kernel_lines(RUNNING, (), str(tmp_path))
    assert (found.lines, found.untold) == ((), (UntoldMenu("/efi/EFI/Linux/arch.efi", "image"),))


@pytest.mark.parametrize(
    ("variables", "conf", "chosen"),
    [
        ({}, "default a*", "audit=0"),
        ({"LoaderEntryDefault": "b.efi"}, "default a.conf", "audit=1"),
        ({"LoaderEntryDefault": "b.efi", "LoaderEntryOneShot": "a.conf"}, "", "audit=0"),
        ({"LoaderEntryLastBooted": "b.efi"}, "default @saved", "audit=1"),
        ({"LoaderEntryDefault": "@saved", "LoaderEntryLastBooted": "a.conf"}, "default b.efi", "audit=0"),
    ],
)
def test_the_entry_that_systemd_boot_remembers_comes_before_its_file(
    tmp_path: Path, variables: dict[str, str], conf: str, chosen: str
) -> None:
    plant(tmp_path, {"efi/loader/loader.conf": f"{conf}\n", "efi/loader/entries/a.conf": f"linux /v\noptions {ROOT} audit=0\n"})
    _image(tmp_path, "b.efi", uki(f"{ROOT} audit=1"))
    for name, value in variables.items():
        _variable(tmp_path, name, value)
    (line,) = read_kernel_lines(RUNNING, (), str(tmp_path)).lines
    assert line.words == f"{ROOT} {chosen}"
