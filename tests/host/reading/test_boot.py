"""What the next boot starts is read from the disk of a host: here from folders that stand for its root."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.boot_menus import plant
from tests.boots import DEBIAN_12, DEBIAN_13, SYSVINIT
from tests.build import plain_host
from tui.audit.inputs import AuditStatus
from tui.host.boot_load import boot_load, is_idle
from tui.host.boot_recorder import auditbeats_rules, journal_gap
from tui.host.facts import AUDITD_UNIT, INIT_SCRIPT, JOURNAL_SOCKET, JOURNAL_UNIT, BootFacts, FileFacts, Process, UnitFacts
from tui.host.reading.boot import read_boot
from tui.host.reading.units import SEARCH_PATH, find_unit

SYSTEM = "usr/lib/systemd/system"
PACKAGED = {
    "etc/machine-id": "0a1b\n",
    f"{SYSTEM}/auditd.service": DEBIAN_12,
    f"{SYSTEM}/default.target": "->graphical.target",
    f"{SYSTEM}/graphical.target": "[Unit]\nRequires=multi-user.target\n",
    f"{SYSTEM}/multi-user.target": "[Unit]\nRequires=basic.target\n",
    f"{SYSTEM}/basic.target": "[Unit]\nRequires=sysinit.target\n",
    f"{SYSTEM}/sysinit.target": "[Unit]\n",
    f"{SYSTEM}/rescue.target": "[Unit]\nRequires=sysinit.target\n",
    "run/systemd/system/": "",
}
ETC = "etc/systemd/system"
ENABLED = {f"{ETC}/multi-user.target.wants/auditd.service": "->/lib/systemd/system/auditd.service"}


def _unit(root: Path, name: str) -> UnitFacts:
    return find_unit(name, [f"{root}{folder}" for folder in SEARCH_PATH])


def _read(root: Path, files: dict[str, str], cmdline: str = "ro quiet") -> BootFacts:
    plant(root, files)
    units = {AUDITD_UNIT: _unit(root, AUDITD_UNIT)}
    return read_boot(units, cmdline, root=str(root))


def test_the_targets_of_a_boot_and_the_links_that_lead_from_them(tmp_path: Path) -> None:
    boot = _read(
        tmp_path, PACKAGED | ENABLED | {f"{ETC}/rescue.target.wants/auditd.service": "->/lib/systemd/system/auditd.service"}
    )
    assert boot.init == "systemd"
    assert boot.targets[0] == "graphical.target"
    assert set(boot.targets) == {"graphical.target", "multi-user.target", "basic.target", "sysinit.target"}
    assert boot.links == ("/etc/systemd/system/multi-user.target.wants/auditd.service",)


@pytest.mark.parametrize(
    ("more", "cmdline", "first"),
    [
        ({f"{ETC}/default.target": "->/usr/lib/systemd/system/multi-user.target"}, "quiet", "multi-user.target"),
        ({}, "quiet systemd.unit=rescue.target", "rescue.target"),
        ({}, "quiet 3", "multi-user.target"),
        ({}, "quiet single", "rescue.target"),
        ({"run/systemd/system/default.target": "->/usr/lib/systemd/system/rescue.target"}, "quiet", "graphical.target"),
        ({}, "emergency", "emergency.target"),
    ],
    ids=["set-default", "systemd.unit=", "a runlevel", "single", "for this boot only", "emergency"],
)
def test_the_default_target_is_the_next_boots(tmp_path: Path, more: dict[str, str], cmdline: str, first: str) -> None:
    boot = _read(tmp_path, PACKAGED | more, cmdline)
    assert boot.targets[0] == first
    assert ("sysinit.target" in boot.targets) == (first != "emergency.target")
    assert ("multi-user.target" in boot.targets) == (first in ("graphical.target", "multi-user.target"))


def test_what_lies_in_run_is_gone_by_the_next_boot_and_generators_make_theirs_again(tmp_path: Path) -> None:
    runtime = {
        "run/systemd/system/multi-user.target.wants/auditd.service": "->/lib/systemd/system/auditd.service",
        "run/systemd/system/auditd.service": "->/dev/null",
        "run/systemd/system/auditd.service.d/x.conf": "[Service]\nExecStartPost=\n",
        "run/systemd/generator/sysinit.target.wants/auditd.service": "->/lib/systemd/system/auditd.service",
    }
    boot = _read(tmp_path, PACKAGED | runtime)
    assert boot.links == ("/run/systemd/generator/sysinit.target.wants/auditd.service",)
    assert boot.units[AUDITD_UNIT].path == "/usr/lib/systemd/system/auditd.service"
    assert [file.path for file in boot.units[AUDITD_UNIT].files] == ["/usr/lib/systemd/system/auditd.service"]


PRESET = "usr/lib/systemd/system-preset/90-default.preset"
FIRST = "/etc/systemd/system/multi-user.target.wants/auditd.service"


@pytest.mark.parametrize(
    ("more", "links"),
    [
        ({PRESET: "enable auditd.service\n"}, ()),
        ({"etc/machine-id": ""}, ()),
        ({"etc/machine-id": "uninitialized\n"}, (FIRST,)),
        ({"etc/machine-id": "uninitialized\n", PRESET: "# x\ndisable *\n"}, ()),
        ({"etc/machine-id": "uninitialized\n", PRESET: "enable audit*.service\ndisable *\n"}, (FIRST,)),
        (
            {
                "etc/machine-id": "uninitialized\n",
                PRESET: "enable auditd.service\n",
                "etc/systemd/system-preset/10-site.preset": "disable auditd.service\n",
            },
            (),
        ),
        ({"etc/machine-id": "uninitialized\n", f"{ETC}/auditd.service": "->/dev/null"}, ()),
    ],
)
def test_presets_enable_nothing_but_at_a_first_boot(tmp_path: Path, more: dict[str, str], links: tuple[str, ...]) -> None:
    assert _read(tmp_path, PACKAGED | more).links == links


def test_a_system_without_a_machine_id_has_its_first_boot_before_it(tmp_path: Path) -> None:
    without = {name: text for name, text in PACKAGED.items() if name != "etc/machine-id"}
    assert _read(tmp_path, without).links == (FIRST,)


def test_a_link_to_dev_null_takes_away_the_packages_own_link(tmp_path: Path) -> None:
    packages = {f"{SYSTEM}/sysinit.target.wants/auditd.service": "->../auditd.service"}
    assert len(_read(tmp_path / "with", PACKAGED | packages).links) == 1
    masked = {f"{ETC}/sysinit.target.wants/auditd.service": "->/dev/null"}
    assert _read(tmp_path / "without", PACKAGED | packages | masked).links == ()


def test_units_that_auditd_draws_in_and_loaders_of_the_hosts_own_are_read(tmp_path: Path) -> None:
    boot = _read(
        tmp_path,
        PACKAGED
        | {
            f"{SYSTEM}/auditd.service": DEBIAN_13.replace("audit-rules", "site-rules"),
            f"{SYSTEM}/site-rules.service": "[Service]\nExecStart=/sbin/augenrules --load\n",
            f"{ETC}/mine.service": "[Service]\nExecStart=/sbin/auditctl -R /etc/audit/mine.rules\n",
            f"{ETC}/other.service": "[Service]\nExecStart=/bin/true\n",
            f"{ETC}/multi-user.target.wants/mine.service": "->../mine.service",
            "etc/audit/mine.rules": "-D\n",
        },
    )
    assert {"site-rules.service", "mine.service"} <= set(boot.units)
    assert "other.service" not in boot.units
    assert boot.links == ("/etc/systemd/system/multi-user.target.wants/mine.service",)
    mine = boot.files["/etc/audit/mine.rules"]
    assert isinstance(mine, FileFacts)
    assert (mine.path, mine.content) == ("/etc/audit/mine.rules", b"-D\n")


LOADER = "[Service]\nExecStart=/sbin/auditctl -R /etc/audit/%i.rules\n"
STARTED_BY_OTHERS = {
    "Wants= in a drop-in of a service": {
        f"{SYSTEM}/docker.service": "[Unit]\nAfter=network.target\n",
        f"{ETC}/docker.service.d/audit.conf": "[Unit]\nWants=auditd.service\n",
        f"{ETC}/multi-user.target.wants/docker.service": "->/lib/systemd/system/docker.service",
    },
    "Requires= in a service that another one draws in": {
        f"{SYSTEM}/agent.service": "[Unit]\nWants=agent-audit.service\n",
        f"{SYSTEM}/agent-audit.service": "[Unit]\nRequires=auditd.service\n",
        f"{ETC}/multi-user.target.wants/agent.service": "->/lib/systemd/system/agent.service",
    },
    "WantedBy= a service": {
        f"{SYSTEM}/docker.service": "[Unit]\n",
        f"{ETC}/multi-user.target.wants/docker.service": "->/lib/systemd/system/docker.service",
        f"{ETC}/docker.service.wants/auditd.service": "->/lib/systemd/system/auditd.service",
    },
    "an alias in the target's folder": {
        f"{ETC}/audit.service": "->/lib/systemd/system/auditd.service",
        f"{ETC}/multi-user.target.wants/audit.service": "->/lib/systemd/system/auditd.service",
    },
    "auditd.service itself an alias": {
        f"{SYSTEM}/site-auditd.service": DEBIAN_12,
        f"{ETC}/auditd.service": "->../../../usr/lib/systemd/system/site-auditd.service",
        f"{ETC}/multi-user.target.wants/site-auditd.service": "->/usr/lib/systemd/system/site-auditd.service",
    },
}


@pytest.mark.parametrize("files", STARTED_BY_OTHERS.values(), ids=STARTED_BY_OTHERS)
def test_auditd_is_started_by_whom_another_unit_draws_in(tmp_path: Path, files: dict[str, str]) -> None:
    boot = _read(tmp_path, PACKAGED | files)
    assert not is_idle(boot, boot.units | {AUDITD_UNIT: _unit(tmp_path, AUDITD_UNIT)})
    not_started = {name: text for name, text in files.items() if "multi-user" not in name}
    other = tmp_path / "not-started"
    boot = _read(other, PACKAGED | not_started)
    assert is_idle(boot, boot.units | {AUDITD_UNIT: _unit(other, AUDITD_UNIT)})


def test_units_that_draw_one_another_in_come_to_an_end(tmp_path: Path) -> None:
    links = {f"{ETC}/multi-user.target.wants/a.service": "->/lib/systemd/system/a.service"}
    circle = {f"{SYSTEM}/{one}.service": f"[Unit]\nWants={other}.service\n" for one, other in ("ab", "bc", "ca")}
    assert _read(tmp_path, PACKAGED | links | circle).links == ()


def test_an_instance_of_a_template_is_read_from_the_template(tmp_path: Path) -> None:
    wants = {f"{ETC}/multi-user.target.wants/rules@docker.service": f"->/{ETC}/rules@.service"}
    more = {f"{ETC}/rules@.service.d/x.conf": "[Unit]\nAfter=auditd.service\n", "etc/audit/docker.rules": "-D\n"}
    boot = _read(tmp_path, PACKAGED | ENABLED | {f"{ETC}/rules@.service": LOADER} | wants | more)
    assert "/etc/systemd/system/multi-user.target.wants/rules@docker.service" in boot.links
    assert [file.path for file in boot.units["rules@docker.service"].files] == [
        "/etc/systemd/system/rules@.service",
        "/etc/systemd/system/rules@.service.d/x.conf",
    ]
    assert isinstance(boot.files["/etc/audit/docker.rules"], FileFacts)


def test_a_loader_that_was_linked_from_elsewhere_is_one_of_the_hosts_own(tmp_path: Path) -> None:
    store = {"opt/site/site-audit.service": "[Service]\nExecStart=/sbin/augenrules --load\n"}
    links = {
        f"{ETC}/site-audit.service": f"->{tmp_path}/opt/site/site-audit.service",
        f"{ETC}/multi-user.target.wants/site-audit.service": f"->{tmp_path}/opt/site/site-audit.service",
    }
    assert "site-audit.service" in _read(tmp_path, PACKAGED | store | links).units


SCRIPT = {"etc/init.d/auditd": SYSVINIT, "etc/default/auditd": 'USE_AUGENRULES="no"\n'}


def test_where_systemd_is_installed_and_does_not_run_the_script_is_read(tmp_path: Path) -> None:
    files = {name: text for name, text in PACKAGED.items() if not name.startswith("run/")}
    links = {f"etc/rc{level}.d/S01auditd": "->../init.d/auditd" for level in "2345"} | {"etc/rc6.d/K01auditd": "->../init.d/auditd"}
    boot = _read(tmp_path, files | ENABLED | SCRIPT | links | {"etc/inittab": "# id:5:initdefault:\nid:3:initdefault:\n"})
    assert (boot.init, boot.runlevel) == ("sysvinit", "3")
    assert boot.links == (*(f"/etc/rc{level}.d/S01auditd" for level in "2345"), "/etc/rc6.d/K01auditd")
    script, settings = boot.files[INIT_SCRIPT], boot.files["/etc/default/auditd"]
    assert isinstance(script, FileFacts)
    assert isinstance(settings, FileFacts)
    assert (script.path, script.content, settings.content) == (INIT_SCRIPT, SYSVINIT.encode(), b'USE_AUGENRULES="no"\n')
    assert boot.files["/etc/sysconfig/auditd"] is None


def test_an_init_without_runlevels_is_not_told(tmp_path: Path) -> None:
    procd = {"etc/init.d/auditd": "#!/bin/sh /etc/rc.common\nSTART=11\nauditctl -R /etc/audit/rules.d/audit.rules\n"}
    boot = _read(
        tmp_path, procd | {"etc/rc.d/S11auditd": "->../init.d/auditd", "etc/inittab": "::sysinit:/etc/init.d/rcS S boot\n"}
    )
    assert (boot.init, boot.links, boot.files) == ("sysvinit", (), {})
    assert boot_load(replace(plain_host(), boot=boot)) is None
    removed = _read(tmp_path / "removed", SCRIPT | {"etc/rc2.d/S01cron": "->../init.d/cron"})
    told = boot_load(replace(plain_host(), boot=removed))
    assert told is not None
    assert told.obstacle == "disabled"


def test_another_daemons_unit_may_load_rules_d(tmp_path: Path) -> None:
    files = {
        f"{SYSTEM}/auditbeat.service": "[Service]\nExecStart=/usr/share/auditbeat/bin/auditbeat\n",
        f"{ETC}/auditbeat.service.d/rules.conf": "[Service]\nExecStartPre=/usr/sbin/augenrules --load\n",
        f"{ETC}/multi-user.target.wants/auditbeat.service": "->/lib/systemd/system/auditbeat.service",
    }
    boot = _read(tmp_path, PACKAGED | files)
    daemon = Process(900, "auditbeat", "/usr/share/auditbeat/bin/auditbeat", 9.0, uid=0)
    host = replace(plain_host(), boot=boot, processes=(daemon,), audit_status=AuditStatus(1, pid=900))
    told = boot_load(host)
    assert told is not None
    assert ([load.by for load in told.loads], told.obstacle) == (["auditbeat.service"], "")


def test_red_hats_runlevels_lie_a_folder_deeper(tmp_path: Path) -> None:
    boot = _read(
        tmp_path, SCRIPT | {"etc/rc.d/rc3.d/S11auditd": "->../init.d/auditd", "etc/rc.d/rc3.d/S12syslog": "->../init.d/syslog"}
    )
    assert boot.links == ("/etc/rc.d/rc3.d/S11auditd",)


def test_openrc_is_the_one_that_runs(tmp_path: Path) -> None:
    files = {
        "run/openrc/": "",
        "etc/init.d/auditd": "#!/sbin/openrc-run\n",
        "etc/conf.d/auditd": "RULEFILE_STARTUP=/etc/audit/site.rules\n",
        "etc/audit/site.rules": "-D\n",
        "etc/runlevels/default/auditd": "->/etc/init.d/auditd",
        "etc/runlevels/default/sshd": "->/etc/init.d/sshd",
    }
    boot = _read(tmp_path, files)
    assert (boot.init, boot.links) == ("openrc", ("/etc/runlevels/default/auditd",))
    site = boot.files["/etc/audit/site.rules"]
    assert isinstance(site, FileFacts)
    assert site.content == b"-D\n"


def test_a_host_without_anything_of_audit_is_read_too(tmp_path: Path) -> None:
    boot = _read(tmp_path, {})
    assert (boot.init, boot.links, boot.files) == ("sysvinit", (), {})
    with_systemd = _read(tmp_path, {"run/systemd/system/": ""})
    assert (with_systemd.init, with_systemd.links) == ("systemd", ())


AUDITBEAT = """auditbeat.modules:

- module: auditd
  # - module: not_one
  audit_rule_files: [ '${path.config}/audit.rules.d/*.conf', "/srv/none/*.conf" ]
  audit_rules: |
    ## one of ours
    -w /usr/bin/dockerd -k docker

    #-w /usr/bin/off -k docker
- module: file_integrity
  paths:
  - /bin
output.elasticsearch:
  password: "hunter2"
"""


def test_the_rules_of_an_auditbeat_that_starts_at_boot_are_read_and_nothing_else_of_it(tmp_path: Path) -> None:
    beat = {
        f"{SYSTEM}/auditbeat.service": "[Service]\nExecStart=/usr/share/auditbeat/bin/auditbeat\n",
        "etc/auditbeat/auditbeat.yml": AUDITBEAT,
        "etc/auditbeat/audit.rules.d/b.conf": "# no rule\n-w /etc/docker -p wa -k docker\n",
        "etc/auditbeat/audit.rules.d/a.conf.disabled": "-w /etc/off -k docker\n",
    }
    enabled = {f"{ETC}/multi-user.target.wants/auditbeat.service": "->/usr/lib/systemd/system/auditbeat.service"}
    assert _read(tmp_path / "off", PACKAGED | ENABLED | beat).files == {}
    boot = _read(tmp_path / "on", PACKAGED | ENABLED | beat | enabled)
    (file,) = boot.files.values()
    assert isinstance(file, FileFacts)
    assert (file.path, file.content) == (
        "/etc/auditbeat/auditbeat.yml",
        b"-D\n-c\n-w /usr/bin/dockerd -k docker\n-w /etc/docker -p wa -k docker\n",
    )


@pytest.mark.parametrize(
    ("text", "rules", "patterns"),
    [
        ("audit_rules: |\n  -w /a -k b\nother: x\n", b"-w /a -k b\n", ()),
        (
            "- module: auditd\n  audit_rule_files:\n  - '/a/*.conf'\n  - /b\n  audit_rules: |-\n    -w /a -k b\n",
            b"-w /a -k b\n",
            ("/a/*.conf", "/b"),
        ),
        ("#audit_rules: |\n#  -w /a -k b\n", b"", ()),
        ("audit_rule_files: []\n", b"", ()),
    ],
)
def test_how_auditbeats_configuration_has_its_rules(text: str, rules: bytes, patterns: tuple[str, ...]) -> None:
    assert auditbeats_rules(text) == (rules, patterns)


def test_what_gets_records_into_the_journal_is_read_where_they_are_there_now(tmp_path: Path) -> None:
    journal = {
        f"{SYSTEM}/{JOURNAL_UNIT}": "[Service]\n",
        f"{SYSTEM}/{JOURNAL_SOCKET}": "[Install]\nWantedBy=systemd-journald.service\n",
        f"{SYSTEM}/sysinit.target.wants/{JOURNAL_UNIT}": f"->../{JOURNAL_UNIT}",
        f"{ETC}/{JOURNAL_UNIT}.wants/{JOURNAL_SOCKET}": f"->/usr/lib/systemd/system/{JOURNAL_SOCKET}",
        "etc/systemd/journald.conf": "#Audit=no\n",
        "etc/systemd/journald.conf.d/site.conf": "[Journal]\nAudit=yes\n",
    }
    assert JOURNAL_SOCKET not in _read(tmp_path, PACKAGED | journal).units
    boot = read_boot({}, "ro quiet", root=str(tmp_path), in_journal=True)
    assert boot.units[JOURNAL_SOCKET].path == f"/{SYSTEM}/{JOURNAL_SOCKET}"
    assert boot.links == (f"/{SYSTEM}/sysinit.target.wants/{JOURNAL_UNIT}", f"/{ETC}/{JOURNAL_UNIT}.wants/{JOURNAL_SOCKET}")
    facts = replace(plain_host(), boot=boot, audit_status=AuditStatus(1), cmdline="ro quiet")
    assert journal_gap(facts, boot, frozenset({JOURNAL_SOCKET}), "ro quiet") == ""
    without = replace(boot, files={path: file for path, file in boot.files.items() if "site" not in path})
    assert journal_gap(facts, without, frozenset({JOURNAL_SOCKET}), "ro quiet") == "not-enabled"
