"""Made-up hosts, findings, plans and reports in every state, for the tests of views and screens."""

from __future__ import annotations

from dataclasses import replace

from tui.audit.inputs import AuditStatus, Mount, Names, PathFacts, Unknown
from tui.audit.rule.value import Field, Rule
from tui.base.notice import Notice, Place
from tui.controls.control import Control, Elsewhere, VersionForm
from tui.host.facts import FileFacts, HostFacts, Identity, Interest, LogFacts, Privileges, Process, Programs
from tui.host.port import ProbeResult
from tui.plan.values import Command, FileChange, FileState, KernelOnly, Plan, Switches
from tui.run.values import RunReport, Step
from tui.verdict.values import Finding, Level, RuleLine, State

CONTAINERD = "/usr/bin/containerd"
WATCH = "-w /usr/bin/containerd -p rwxa -k docker"


def watch(path: str, key: str) -> Rule:
    return Rule("exit", "always", None, (Field("path", "=", path), Field("perm", "=", 15)), (key,))


def control(slug: str = "containerd", number: str = "1.2.11", path: str = CONTAINERD) -> Control:
    return Control(
        slug=slug,
        title=f"Ensure auditing is configured for {path}",
        classification="compliance",
        framework="cis-docker",
        integration="docker",
        path=path,
        description="containerd runs the containers.\n\nWhoever replaces it owns every container on the host.",
        rationale="It works with root's rights, so each access to it should leave a record.",
        impact="Every start of a container writes a few records.",
        noise="About 3 MB a day on a busy host.",
        default_value="Nothing is audited by default.",
        applicability="It applies where the file exists.",
        versions={
            "1.2.0": VersionForm(
                number,
                rules_file="/etc/audit/audit.rules",
                reload="service auditd restart",
                level="Level 1",
                assessment="Scored",
                cis_v6=("14.6",),
                cis_v7=("14.9",),
                references=("https://containerd.tools",),
            ),
            "1.8.0": VersionForm(
                "1.1.14",
                rules_file="/etc/audit/rules.d/audit.rules",
                level="",
                assessment="",
                cis_v6=(),
                cis_v7=(),
                references=(),
                single_source=("number",),
            ),
        },
        elsewhere=(Elsewhere("/usr/local/bin/containerd", "a static install"),),
    )


def facts(name: str = "web-01", **changes: object) -> HostFacts:
    base = HostFacts(
        identity=Identity(name, "debian", "12", "Debian GNU/Linux 12 (bookworm)", "6.1.0-18-amd64"),
        privileges=Privileges(0),
        programs=Programs(
            "/usr/sbin/auditctl", "/usr/sbin/augenrules", "/usr/sbin/auditd", "/usr/sbin/ausearch", "/usr/sbin/service"
        ),
        names=Names({"root": 0}, {"root": 0}, "mawk", "3.0.9"),
        taken_at=1_795_500_000.0,
        audit_status=AuditStatus(1, pid=712),
        kernel_rules=(watch("/etc/hosts", "agent"), watch("/etc/passwd", "identity")),
        rules_dir=(FileFacts("/etc/audit/rules.d/audit.rules", content=b"-D\n-b 8192\n"),),
        audit_rules=FileFacts("/etc/audit/audit.rules", content=b"-D\n-b 8192\n"),
        auditd_conf=FileFacts("/etc/audit/auditd.conf", content=b""),
        cmdline="quiet",
        mounts=(Mount("/", "8:1", "ext4", size_bytes=80 << 30, free_bytes=61 << 30),),
        log=LogFacts("/var/log/audit", "/var/log/audit"),
        paths={CONTAINERD: PathFacts(CONTAINERD, "file", "/usr/bin", 0o755, 0, 0, 1, 2, 1, None, CONTAINERD, "/")},
        processes=(Process(640, "containerd", CONTAINERD, 12.0, uid=0),),
        source="demo",
    )
    return replace(base, **changes)


def level(word: Level) -> dict[str, Level]:
    return dict.fromkeys("rwxa", word)


def finding(state: State, slug: str = "containerd", number: str = "1.2.11", path: str = CONTAINERD) -> Finding:
    coverage: dict[str, Level] | None = {
        "notapplicable": None,
        "unknown": None,
        "audited": level("audited"),
        "not-persistent": level("audited"),
        "partial": {"r": "unaudited", "w": "audited", "x": "partial", "a": "audited"},
    }.get(state, level("unaudited"))
    kernel = RuleLine("kernel", WATCH, "records every access", position=5)
    disk = RuleLine("rules.d", WATCH, "records every access", file="/etc/audit/rules.d/docker.rules", line=3)
    shim = RuleLine(
        "kernel", "-w /usr/bin/containerd-shim -p rwxa -k docker", "another file: the name only begins alike", position=4
    )
    never = RuleLine("kernel", "-a never,exit -F path=/usr/bin/containerd", "takes every event", position=1)
    rules = {
        "audited": (kernel, disk),
        "unaudited": (shim, replace(shim, source="rules.d", position=None, file="/etc/audit/rules.d/docker.rules", line=2)),
        "not-loaded": (disk,),
        "pending-reboot": (disk,),
        "not-persistent": (kernel,),
        "shadowed": (never, kernel, disk),
        "blind": (kernel, disk),
        "partial": (replace(kernel, text="-w /usr/bin/containerd -p wa -k docker", effect="records write and attributes only"),),
    }.get(state, ())
    reasons = {
        "unaudited": Notice(
            "unaudited",
            'A rule names containerd-shim only. The benchmark\'s grep matches it and would say "pass"; the kernel records nothing.',
        ),
        "unknown": Notice("unread", "The rules of the kernel can only be read by root.", "Run it again as root."),
        "notapplicable": Notice("absent", f"{path} does not exist."),
        "audited": Notice("other-key", "The events carry the key identity: search for that one."),
    }.get(
        state,
        Notice(
            {"blind": "silent", "partial": "never"}.get(state, state),
            f"The state is {state}, because a rule says so.",
            "Look at the rules.",
        ),
    )
    return Finding(
        control=number,
        slug=slug,
        title=f"Ensure auditing is configured for {path}",
        path=path,
        kind="file",
        state=state,
        coverage=coverage,
        loaded=None if coverage is None else any(rule.source == "kernel" for rule in rules),
        on_disk=None if coverage is None else any(rule.source != "kernel" for rule in rules),
        benchmark_audit=None if coverage is None else bool(rules),
        reasons=(reasons,),
        rules=rules,
        wanted=(f"-w {path} -k docker",),
        after_boot=None if coverage is None else level("unaudited") if state == "not-persistent" else coverage,
    )


BEFORE = b"\n# container runtime\n-w /usr/bin/containerd-shim -k docker\n"
AFTER = BEFORE + b"-w /usr/bin/containerd -k docker\n"


def plan(findings: tuple[Finding, ...] | None = None, switches: Switches | None = None, **changes: object) -> Plan:
    switches = switches or Switches()
    commands = [Command(("/usr/sbin/augenrules", "--load"), "Compiles rules.d and loads it into the kernel.", "load")]
    if not switches.no_restart:
        commands.append(Command(("/usr/sbin/service", "auditd", "restart"), "The benchmark asks for it; about 1.5 s.", "restart"))
    base = Plan(
        benchmark="1.2.0",
        findings=findings or (finding("unaudited"),),
        switches=switches,
        files=(FileChange("/etc/audit/rules.d/docker.rules", FileState(BEFORE), FileState(AFTER)),),
        compiled_before=b"-D\n-b 8192\n-w /usr/bin/containerd-shim -k docker\n",
        compiled_after=b"-D\n-b 8192\n-w /usr/bin/containerd-shim -k docker\n-w /usr/bin/containerd -k docker\n",
        expected=(watch("/etc/passwd", "identity"), watch(CONTAINERD, "docker"), watch("/etc/hosts", "agent")),
        kernel_only=(KernelOnly(watch("/etc/hosts", "agent"), "-w /etc/hosts -p rwxa -k agent"),),
        commands=tuple(commands),
        warnings=(
            Notice("not-separate", "Logs share / (ext4, 61 GiB free) with /var/lib/docker. A full / stops both."),
            Notice("short-retention", "Rotation keeps 5 x 8 MiB: at today's 3.1 MB a day that is 13 days.", "max_log_file = 50"),
        ),
        blockers=(),
        facts_digest={"/etc/audit/audit.rules": "0" * 64},
        reload_seconds=0.01,
        load_deletes=1,
    )
    return replace(base, **changes)


def empty_plan(state: State = "audited") -> Plan:
    return plan((finding(state),), files=(), commands=(), kernel_only=(), warnings=(), compiled_after=plan().compiled_before)


def blocked_plan() -> Plan:
    return plan(
        (finding("shadowed"),),
        files=(),
        commands=(),
        blockers=(
            Notice(
                "shadowed-on-disk",
                "A never rule in 10-base.rules takes the events before ours sees them.",
                "Remove line 4 of /etc/audit/rules.d/10-base.rules or move it behind, then come back.",
                Place("/etc/audit/rules.d/10-base.rules", 4),
            ),
        ),
    )


TITLES = (
    ("backup", "back up docker.rules"),
    ("write", "write docker.rules"),
    ("load", "augenrules --load"),
    ("restart", "service auditd restart"),
    ("restore", "put back 1 kernel-only rule"),
    ("probe", "look for the proof in the log"),
)
STEPS = tuple(Step(name, title) for name, title in TITLES)
PROBE = ProbeResult(CONTAINERD, "r", 4031, True, "", 812, 1_795_500_904.131, "openat", "docker", "type=SYSCALL …")
RUN = "20261123T221502Z-712"
FOLDER = f"/var/lib/docker-audit-wizard/runs/{RUN}"


def report(outcome: str = "proved", **changes: object) -> RunReport:
    after = finding(
        "pending-reboot"
        if outcome == "pending-reboot"
        else "unaudited"
        if outcome in ("rolled-back", "broken", "blocked")
        else "audited"
    )
    done = tuple(replace(step, state="done", seconds=0.1, message="as planned") for step in STEPS)
    failed = (
        *(replace(step, state="undone", seconds=0.1) for step in STEPS[:3]),
        replace(
            STEPS[3], state="failed", seconds=2.0, message="The daemon did not come back: no process is registered with the kernel."
        ),
        *STEPS[4:],
    )
    base = RunReport(
        run=RUN,
        outcome=outcome,
        headline={"proved": "audited, and proved", "rolled-back": "rolled back", "broken": "could not be rolled back"}.get(
            outcome, outcome
        ),
        message={
            "proved": "The kernel records every access to /usr/bin/containerd.",
            "rolled-back": "docker.rules is what it was, and the kernel holds the rules it held before.",
        }.get(outcome, "This is what is true now."),
        steps=failed if outcome in ("rolled-back", "broken") else done,
        before=(finding("unaudited"),),
        after=(after,),
        probes=(PROBE,) if outcome == "proved" else (replace(PROBE, recorded=False, reason="no record came within 2 s"),),
        mend=("/usr/sbin/augenrules --load",) if outcome == "broken" else (),
        report=f"{FOLDER}/report.md",
        backup=f"{FOLDER}/backup",
        undoable=outcome in ("proved", "not-proved", "pending-reboot"),
    )
    return replace(base, **changes)


UNKNOWN_HOST = facts(
    audit_status=Unknown("the kernel refuses to answer (not root)"),
    kernel_rules=Unknown("the kernel refuses to answer (not root)"),
    rules_dir=Unknown("permission denied"),
)
NO_INTEREST = Interest()
