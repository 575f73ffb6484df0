"""Hosts that are made from an image: where what is written does not last, or is not what the rules come from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.boots import AUDIT_RULES_UNIT, DEBIAN_12, LINE, right, under_systemd, unit
from tests.build import loaded
from tests.verdict.boot.booting import finding, plan
from tui.audit.inputs import Mount
from tui.host.facts import RULES_DIR, FileFacts, HostFacts
from tui.plan.values import Plan

ROOT = Mount("/", "8:9", "ext4", "/dev/sda9", options="rw,relatime")
IMAGE = Mount("/usr", "254:0", "btrfs", "/dev/mapper/usr", options="ro,relatime")
ALL_EXCLUDED, NO_TASK = "-a always,exclude -F msgtype>0", "-a never,task"


def mounted(*mounts: Mount) -> HostFacts:
    return replace(right(under_systemd(unit("auditd.service", DEBIAN_12))), mounts=mounts)


def etc(upper: str) -> Mount:
    return Mount(
        "/etc", "0:30", "overlay", "overlay", options=f"rw,lowerdir=/sysroot/usr/share/os/etc,upperdir={upper},workdir={upper}-work"
    )


KEPT = {
    "Flatcar: /etc over the image's, kept on the root file system": (ROOT, IMAGE, etc("/sysroot/etc")),
    "MicroOS: /etc kept below /var": (
        replace(ROOT, fs_type="btrfs", options="ro,relatime"),
        Mount("/var", "8:9", "btrfs", options="rw"),
        etc("/sysroot/var/lib/overlay/2/etc"),
    ),
    "Fedora CoreOS, bootc: the root is the image, /etc is not": (
        Mount(
            "/",
            "0:33",
            "overlay",
            "composefs",
            options="ro,lowerdir=/run/ostree/.private/cfsroot-lower::/sysroot/ostree/repo/objects",
        ),
        Mount("/sysroot", "8:4", "xfs", options="ro"),
        Mount("/etc", "8:4", "xfs", root="/ostree/deploy/fedora-coreos/deploy/0a1b.0/etc", options="rw"),
    ),
}
LOST = {
    "bootc with a transient /etc": (ROOT, Mount("/run", "0:24", "tmpfs"), etc("/run/ostree/transient-etc/upper")),
    "a live image": (Mount("/", "0:28", "overlay", options="rw,lowerdir=/rofs,upperdir=/cow/upper"),),
    "a root in memory": (Mount("/", "0:2", "tmpfs", "rootfs"),),
    "/etc in memory": (ROOT, Mount("/etc", "0:31", "tmpfs")),
}


@pytest.mark.parametrize("mounts", KEPT.values(), ids=KEPT)
def test_where_etc_outlives_the_boot_nothing_is_said(mounts: tuple[Mount, ...]) -> None:
    told = finding(mounted(*mounts))
    assert (told.state, [reason.kind for reason in told.reasons]) == ("audited", ["audited"])


@pytest.mark.parametrize("mounts", LOST.values(), ids=LOST)
def test_where_it_does_not_nothing_is_promised(mounts: tuple[Mount, ...]) -> None:
    told = finding(mounted(*mounts))
    assert "rules-not-kept" in [reason.kind for reason in told.reasons]
    assert "after a reboot by" not in told.reasons[0].text


def flatcar(line: str) -> HostFacts:
    """A host whose rules.d is made of links into its image, one of which has *line*."""
    names = {
        "00-clear.rules": "-D\n-b 8192\n-f 1\n--backlog_wait_time 60000\n",
        "99-default.rules": f"# as the image has it\n{line}\n",
    }
    files = tuple(
        FileFacts(f"{RULES_DIR}/{name}", "symlink", text.encode(), target=f"/usr/share/audit/rules.d/{name}", end="file")
        for name, text in names.items()
    )
    facts = loaded(under_systemd(unit("auditd.service", DEBIAN_12), unit("audit-rules.service", AUDIT_RULES_UNIT)), line)
    return replace(facts, rules_dir=files, identity=replace(facts.identity, os_id="flatcar"))


@pytest.mark.parametrize("line", [ALL_EXCLUDED, NO_TASK])
def test_a_line_behind_a_link_into_the_image_is_not_to_be_taken_out_there(line: str) -> None:
    made: Plan = plan(flatcar(line))
    (blocker,) = [each for each in made.blockers if each.place is not None]
    assert blocker.place == (f"{RULES_DIR}/99-default.rules", 2)
    link = f"{RULES_DIR}/99-default.rules is a link to /usr/share/audit/rules.d/99-default.rules"
    assert link in blocker.remedy
    assert link in finding(flatcar(line)).reasons[0].remedy


def test_the_images_line_is_gone_once_a_file_of_the_hosts_own_is_in_the_links_place() -> None:
    facts = flatcar(NO_TASK)
    assert isinstance(facts.rules_dir, tuple)
    clear, default = facts.rules_dir
    facts = replace(facts, kernel_rules=(), rules_dir=(clear, replace(default, kind="file", content=b"", target=None, end=None)))
    made = plan(facts)
    assert not made.blockers
    assert made.files[0].contents[1] == f"\n{LINE}\n".encode()


def test_nixos_is_told_as_what_cannot_be_judged_by_files() -> None:
    facts = mounted(ROOT)
    facts = replace(facts, identity=replace(facts.identity, os_id="nixos"))
    told = finding(facts)
    assert (told.result, told.reasons[0].kind) == ("unknown", "declared-rules")
    assert "security.audit.rules" in told.reasons[0].remedy
    assert [blocker.kind for blocker in plan(facts).blockers] == ["declared-rules"]
