"""Whose files a process sees, from mount tables as containers, chroots and hardened services have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.audit.log.partition import parse_mountinfo
from tui.host.reading.mount_view import first_difference, read_mount_view

HOST = """22 27 0:21 / /proc rw shared:1 - proc proc rw
27 1 254:0 / / rw shared:2 - ext4 /dev/vda rw
31 27 254:1 / /var rw shared:3 - ext4 /dev/vdb rw
40 27 0:30 / /run rw shared:4 - tmpfs tmpfs rw
"""
CONTAINER = """822 827 0:21 / /proc rw - proc proc rw
827 1 0:90 / / rw - overlay overlay rw,lowerdir=/a,upperdir=/b,workdir=/c
828 827 254:0 /usr/bin/containerd /usr/bin/containerd ro - ext4 /dev/vda rw
"""
SERVICE = """922 927 0:21 / /proc rw - proc proc rw
927 1 254:0 / / ro - ext4 /dev/vda rw
931 927 254:1 / /var ro - ext4 /dev/vdb rw
932 931 254:1 /lib/docker-audit-wizard /var/lib/docker-audit-wizard rw - ext4 /dev/vdb rw
933 931 254:1 /tmp/systemd-private-1/tmp /var/tmp rw - ext4 /dev/vdb rw
934 927 254:0 /tmp/systemd-private-1/tmp /tmp rw - ext4 /dev/vda rw
940 927 0:30 / /run rw - tmpfs tmpfs rw
941 940 0:77 / /run/credentials/x.service ro - ramfs ramfs rw
942 927 0:78 / /home ro - tmpfs tmpfs rw
"""


def proc(folder: Path, own: str | None, first: str | None) -> str:
    for name, text in (("self", own), ("1", first)):
        if text is not None:
            (folder / name).mkdir()
            (folder / name / "mountinfo").write_text(text)
    return str(folder)


@pytest.mark.parametrize(
    ("own", "first", "view"),
    [
        (HOST, HOST, ("machine", None)),
        (SERVICE, HOST, ("machine", None)),
        (CONTAINER, HOST, ("namespace", "/")),
        (HOST.replace("27 1 254:0 / / ", "27 1 254:0 /srv/jail / "), HOST, ("chroot", "/")),
        ("99 27 0:21 / /proc rw - proc proc rw\n", HOST + "99 27 0:21 / /srv/jail/proc rw - proc proc rw\n", ("chroot", "/")),
        (HOST + "50 27 0:88 / /etc rw - overlay overlay rw\n", HOST, ("chroot", "/etc")),
        (SERVICE + "950 927 0:88 / /etc/audit rw - tmpfs tmpfs rw\n", HOST, ("namespace", "/etc/audit")),
        (SERVICE.replace("931 927 254:1", "931 927 254:2"), HOST, ("namespace", "/var")),
        (
            "922 927 0:21 / /proc rw - proc proc rw\n" + HOST.splitlines()[1].replace("27 1", "927 1") + "\n",
            HOST,
            ("namespace", "/run"),
        ),
        (HOST, None, ("machine", None)),
        ("99 27 0:21 / /proc rw - proc proc rw\n", None, ("chroot", "/")),
        (None, None, ("unknown", None)),
    ],
    ids=[
        "the machine itself",
        "a hardened service",
        "a container with one file of the host",
        "a chroot into a mount",
        "a chroot into a folder",
        "another /etc, mounted since by nobody else",
        "a hardened service with its own /etc/audit",
        "another device at a mount point",
        "a mount that is missing",
        "process 1 is not told",
        "process 1 is not told to a chroot",
        "no /proc",
    ],
)
def test_whose_files(tmp_path: Path, own: str | None, first: str | None, view: tuple[str, str | None]) -> None:
    assert read_mount_view(proc(tmp_path, own, first)) == view


def test_links_that_can_be_followed_settle_it(tmp_path: Path) -> None:
    """Two namespaces never share a link's end, so tables that differ by the moment they were read in do not matter."""
    folder = proc(tmp_path, HOST, HOST + "60 27 0:99 / /opt rw - tmpfs tmpfs rw\n")
    assert read_mount_view(folder) == ("chroot", "/opt")
    for name in ("self", "1"):
        (tmp_path / name / "ns").mkdir()
        (tmp_path / name / "ns" / "mnt").symlink_to(tmp_path / "self" / "mountinfo")
        (tmp_path / name / "root").symlink_to("/")
    assert read_mount_view(folder) == ("machine", None)
    (tmp_path / "1" / "root").unlink()
    (tmp_path / "1" / "root").symlink_to("/usr")
    assert read_mount_view(folder) == ("chroot", "/opt")


@pytest.mark.parametrize("folder", ["/var/lib/docker/overlay2/x/merged", "/run/docker/netns/y", "/var/lib/kubelet/pods/z/volume"])
def test_mounts_of_containers_are_no_difference(folder: str) -> None:
    more = f"{HOST}70 27 0:99 / {folder} rw - overlay overlay rw\n"
    assert first_difference(parse_mountinfo(HOST), parse_mountinfo(more)) is None
    own = f"{HOST}70 27 0:99 / /var/lib/docker rw - ext4 /dev/vdc rw\n"
    assert first_difference(parse_mountinfo(own), parse_mountinfo(HOST)) == "/var/lib/docker"
