"""storage: the log folder's partition from mountinfo, where ismount and st_dev go wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.audit.inputs import Mount
from tui.audit.log.partition import CRITICAL, lost_at_reboot, mount_of, parse_mountinfo, partition

# Lines as a machine gave them, with the folders' devices and whether they have space of their own (measured with statfs).
MOUNTINFO = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
44 27 254:0 /L/logs /mnt/pt/bindsame rw,relatime - ext4 /dev/vda rw,discard
45 27 0:39 / /mnt/pt/tmpfs rw,relatime - tmpfs tmpfs rw,size=8192k
46 27 7:0 / /mnt/pt/ext4 rw,relatime - ext4 /dev/loop0 rw
48 27 0:40 / /mnt/pt/btrfs rw,relatime - btrfs /dev/loop1 rw,space_cache=v2,subvolid=5,subvol=/
49 27 0:40 /sub /mnt/pt/x/submnt rw,relatime - btrfs /dev/loop1 rw,space_cache=v2,subvolid=256,subvol=/sub
51 27 0:43 / /mnt/pt/ovl rw,relatime - overlay overlay rw,lowerdir=/mnt/pt/ovll,upperdir=/mnt/pt/ovlu,workdir=/mnt/pt/ovlw,uuid=on
52 27 0:44 / /mnt/pt/ovl2 rw,relatime - overlay overlay rw,lowerdir=/a,upperdir=/mnt/pt/ext4/upper,workdir=/mnt/pt/ext4/work
"""


@pytest.mark.parametrize(
    ("folder", "mount_point", "separate"),
    [
        ("/var/log/audit", "/", False),
        ("/mnt/pt/plain", "/", False),
        ("/mnt/pt/bindsame", "/mnt/pt/bindsame", False),
        ("/mnt/pt/tmpfs", "/mnt/pt/tmpfs", True),
        ("/mnt/pt/ext4", "/mnt/pt/ext4", True),
        ("/mnt/pt/ext4/audit", "/mnt/pt/ext4", True),
        ("/mnt/pt/ext4audit", "/", False),
        ("/mnt/pt/btrfs/sub", "/mnt/pt/btrfs", True),
        ("/mnt/pt/x/submnt", "/mnt/pt/x/submnt", True),
        ("/mnt/pt/ovl", "/mnt/pt/ovl", False),
        ("/mnt/pt/ovl2", "/mnt/pt/ovl2", True),
    ],
)
def test_measured_mounts(folder: str, mount_point: str, separate: bool) -> None:
    found = partition(folder, parse_mountinfo(MOUNTINFO))
    assert found is not None
    assert (found.mount_point, found.separate) == (mount_point, separate)
    assert found.why.endswith(".")
    assert ("/" in found.shares) is not separate
    assert found.volatile is (found.fs_type == "tmpfs")


def test_a_btrfs_root_and_its_subvolume_share_their_space() -> None:
    mounts = parse_mountinfo(
        "1 0 0:40 /@ / rw - btrfs /dev/sda2 rw,subvol=/@\n2 1 0:40 /@log /var/log/audit rw - btrfs /dev/sda2 rw,subvol=/@log\n"
    )
    found = partition("/var/log/audit", mounts)
    assert found is not None
    assert not found.separate
    assert "subvolume" in found.why


def test_zfs_datasets_of_one_pool_share_their_space_though_their_devices_differ() -> None:
    mounts = parse_mountinfo("1 0 0:30 / / rw - zfs rpool/ROOT rw\n2 1 0:31 / /var/log rw - zfs rpool/var/log rw\n")
    found = partition("/var/log/audit", mounts)
    assert found is not None
    assert not found.separate
    assert "quota" in found.why


def test_a_log_below_a_separate_var_log_is_separate_but_not_alone() -> None:
    found = partition("/var/log/audit", [Mount("/", "8:1", "ext4"), Mount("/var/log", "8:2", "xfs", "/dev/sda2")])
    assert found is not None
    assert found.separate
    assert not found.dedicated
    assert found.shares == ("/var/log",)
    assert found.why == "The log lies on /var/log, apart from /, and shares its space with everything else there."


def test_a_shared_file_system_is_told_in_one_sentence_that_does_not_name_itself_among_what_shares_it() -> None:
    found = partition(
        "/var/log/audit", [Mount("/", "8:1", "ext4"), Mount("/var", "8:2", "xfs", "/dev/sda2")], {"/var/lib/containerd": None}
    )
    assert found is not None
    assert found.why == "The log lies on /var, apart from /, and shares its space with /var/lib/docker, /var/log and /var/tmp."


def test_a_partition_of_its_own_is_shared_with_nothing() -> None:
    sizes = {"size_bytes": 100, "free_bytes": 60, "available_bytes": 55}
    found = partition("/var/log/audit", [Mount("/", "8:1", "ext4"), Mount("/var/log/audit", "8:2", "ext4", **sizes)])
    assert found is not None
    assert found.dedicated
    assert (found.size_bytes, found.free_bytes, found.usable_bytes) == (100, 60, 55)


def test_a_mount_that_only_shows_a_part_of_another_is_not_dedicated_though_nothing_of_importance_lies_on_it() -> None:
    found = partition("/mnt/pt/bindsame", parse_mountinfo(MOUNTINFO), dict.fromkeys(CRITICAL, "/mnt/pt/tmpfs"))
    assert found is not None
    assert (found.separate, found.shares, found.dedicated) == (False, (), False)


@pytest.mark.parametrize(
    ("mounts", "places", "words"),
    [
        (["/"], {}, "the root file system, with /var/lib/docker on it"),
        (["/", "/var/lib/docker"], {}, "the root file system"),
        (["/", "/var/log"], {}, "/var/log"),
        (["/", "/var"], {"/var/tmp": None}, "/var, /var/lib/containerd, /var/lib/docker and /var/log"),
        (["/", "/var/log/audit"], {}, "/var/log/audit"),
    ],
)
def test_what_shares_the_space_is_named_in_one_phrase(mounts: list[str], places: dict[str, str | None], words: str) -> None:
    found = partition("/var/log/audit", [Mount(point, f"8:{at}", "ext4") for at, point in enumerate(mounts)], places)
    assert found is not None
    assert found.shared_with == words


def test_docker_files_elsewhere_are_looked_for_where_they_really_are() -> None:
    mounts = [Mount("/", "8:1", "ext4"), Mount("/data", "8:2", "ext4")]
    here = partition("/data/audit", mounts)
    linked = partition("/data/audit", mounts, {"/var/lib/docker": "/data/docker", "/home": None})
    root = partition("/var/log/audit", mounts, {"/var/lib/docker": "/data/docker", "/home": None})
    assert here is not None
    assert linked is not None
    assert root is not None
    assert here.shares == ()
    assert linked.shares == ("/var/lib/docker",)
    assert root.shares == tuple(path for path in CRITICAL if path not in ("/var/lib/docker", "/home"))


ROOT = Mount("/", "8:1", "ext4")
RAM = Mount("/run", "0:22", "tmpfs")


def overlay(options: str) -> Mount:
    return Mount("/", "0:40", "overlay", "overlay", options=options)


@pytest.mark.parametrize(
    ("mounts", "lost"),
    [
        pytest.param([ROOT], None, id="a disk"),
        pytest.param([ROOT, Mount("/var", "0:23", "tmpfs")], "tmpfs", id="memory"),
        pytest.param([ROOT, Mount("/var", "0:23", "ramfs")], "ramfs", id="memory of the older kind"),
        pytest.param([ROOT, Mount("/variable", "0:23", "tmpfs")], None, id="memory beside"),
        pytest.param([], None, id="no mounts known"),
        pytest.param([RAM], None, id="not on any that is known"),
        pytest.param([RAM, overlay("rw,lowerdir=/a,upperdir=/run/up,workdir=/run/w")], "overlay", id="over memory"),
        pytest.param([Mount("/disk", "8:2", "ext4"), overlay("rw,upperdir=/disk/up")], None, id="over a disk"),
        pytest.param([Mount("/a,b", "8:2", "ext4"), overlay(r"upperdir=/a\,b/up,rw")], None, id="over a disk with a comma"),
        pytest.param([Mount("/a", "8:2", "ext4"), overlay(r"upperdir=/a\,b/up,rw")], "overlay", id="over itself"),
        pytest.param([overlay("rw,lowerdir=/a")], "overlay", id="over nothing that can be written"),
        pytest.param(
            [Mount("/disk", "8:2", "ext4"), overlay("rw,upperdir=disk/up")], "overlay", id="over a place that is not told"
        ),
        pytest.param([Mount("/disk", "8:2", "ext4"), overlay("rw,xupperdir=/disk/up")], "overlay", id="another option"),
    ],
)
def test_what_a_reboot_empties(mounts: list[Mount], lost: str | None) -> None:
    assert lost_at_reboot("/var/log/audit", mounts) == lost


def test_the_last_of_two_mounts_on_one_point_wins() -> None:
    mounts = parse_mountinfo(
        "1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 0:5 / /x rw - autofs systemd-1 rw\n3 2 8:9 / /x rw - ext4 /dev/b rw\n"
    )
    found = mount_of("/x/y", mounts)
    assert found is not None
    assert found.device == "8:9"


@pytest.mark.parametrize(
    ("escaped", "name"),
    [(r"/mnt/a\040b", "/mnt/a b"), (r"/mnt/a\134040b", r"/mnt/a\040b"), (r"/m\011\012", "/m\t\n"), ("/ü", "/ü")],
)
def test_octal_escapes_are_decoded(escaped: str, name: str) -> None:
    (mount,) = parse_mountinfo(f"36 35 98:0 / {escaped} rw,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue")
    assert mount.mount_point == name
    assert (mount.device, mount.fs_type, mount.source, mount.options) == (
        "98:0",
        "ext3",
        "/dev/root",
        "rw,noatime,rw,errors=continue",
    )


@given(st.text(st.characters(exclude_characters="\x00"), min_size=1, max_size=30))
def test_any_mount_point_survives_the_kernels_escaping(name: str) -> None:
    raw = ("/" + name).encode("utf-8", "replace")
    escaped = b"".join(b"\\%03o" % byte if byte in b" \t\n\\#" else bytes([byte]) for byte in raw)
    text = escaped.decode("utf-8", "surrogateescape")
    (mount,) = parse_mountinfo(f"36 35 98:0 / {text} rw - ext4 /dev/x rw\n")
    assert mount.mount_point == raw.decode("utf-8", "surrogateescape")


@given(st.text(max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    partition("/var/log/audit", parse_mountinfo(text))


PATHS = st.lists(st.sampled_from(["a", "b", "ab", "var"]), max_size=4).map(lambda parts: "/" + "/".join(parts))


@given(st.lists(PATHS, max_size=8), PATHS)
def test_the_mount_found_is_the_nearest_directory_above(points: list[str], path: str) -> None:
    mounts = [Mount("/", "8:0", "ext4")] + [Mount(point, f"8:{n}", "ext4") for n, point in enumerate(points, 1)]
    parts = path.strip("/").split("/") if path != "/" else []
    expected = "8:0"
    for depth in range(len(parts) + 1):
        above = "/" + "/".join(parts[:depth])
        for mount in mounts:
            if mount.mount_point == above:
                expected = mount.device
    found = mount_of(path, mounts)
    assert found is not None
    assert found.device == expected
