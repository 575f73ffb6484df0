"""auditctl, augenrules and service as they behave on a simulated host: what they change, print and exit with.

Held to what was seen of audit 3.0.9 under sysvinit and 4.0.2 under systemd: exit codes that lie included.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from tui.audit.inputs import Unknown
from tui.audit.rule.text import listings
from tui.audit.rules_d.compiled import compile_rules
from tui.audit.rules_d.file_order import names_read
from tui.base.dataclass import dataclass, replace
from tui.base.versions import before
from tui.host.boot_load import boot_load, start_loads, stop_load
from tui.host.boot_values import Load
from tui.host.facts import AUDIT_RULES, AUDITD_UNIT, INIT_SCRIPT, LEGACY_RESTART, RULES_DIR, FileFacts, Interest, rules_file
from tui.host.simulated.kernel import CallRefused, SimulatedKernel
from tui.host.simulated.machine import SimulatedMachine

_RULES_D = (Load(AUDIT_RULES, True, AUDITD_UNIT),)

_STOP_SECONDS, _START_SECONDS = 1.4, 0.1
"""How long auditd takes to end and to come up (measured: 1.3 to 1.7 s together)."""

_BOOT_SECONDS, _UNTIL_AUDITD = 30.0, 4.0
"""How long a boot takes, and how far it is when auditd starts."""

_CHANGED = "Rules have changed and should be updated"


@dataclass(frozen=True, slots=True)
class ProgramEffect:
    """The effect of one call of a program: its exit status (None: it was ended before it had one), what it printed, how long it took in seconds."""

    code: int | None
    lines: Sequence[str] = ()
    seconds: float = 0.01


def _waits(machine: SimulatedMachine) -> bool:
    """Whether augenrules would wait for ever at an entry of rules.d."""
    entries = {file.name: file for file in map(rules_file, machine.rules_dir())}
    return any(entries[name].endless for name in names_read(entries, machine.base.names.audit_version) if name in entries)


def run_program(machine: SimulatedMachine, argv: Sequence[str]) -> ProgramEffect | None:
    """Run *argv* on *machine*; None where there is no such program."""
    programs = machine.base.programs
    name = argv[0].rpartition("/")[2]
    if argv[0] != getattr(programs, name.replace("-", "_"), None):
        return None
    if name == "auditctl":
        return _auditctl(machine, argv[1:])
    if name == "augenrules" and _waits(machine):
        return ProgramEffect(None, (), inf)
    if name == "augenrules":
        return _augenrules(machine, argv[0], argv[1:])
    if name == "rc-service":
        return (
            _openrc(machine, argv[2])
            if len(argv) == 3 and argv[1] == "auditd"
            else ProgramEffect(1, ["rc-service: no such service"])
        )
    if name in ("service", "systemctl"):
        mode = "--job-mode=ignore-dependencies"
        words = argv[1:] if name == "service" else tuple(reversed([word for word in argv[1:] if word != mode]))
        if len(words) == 2 and words[0].removesuffix(".service") == "auditd":
            if not programs.systemd:
                return _sysvinit(machine, words[1])
            legacy = name == "service" and words[1] == "restart" and LEGACY_RESTART in machine.files
            return _systemd(machine, words[1], may_stop=legacy or not machine.refuses_manual_stop, alone=mode in argv)
        return ProgramEffect(1, [f"{words[0] if words else name}: unrecognized service"])
    return ProgramEffect(0)


def reboot(machine: SimulatedMachine) -> None:
    """What a boot leaves of a host: its files, the rules that it loads from them, auditd where it starts one, and its other processes anew; what
    only the kernel knew is gone. A host that does not tell what its boot starts loads rules.d, as every packaged one does."""
    found = boot_load(machine.facts(Interest()))
    starts, loads = (True, _RULES_D) if found is None else (found.starts_daemon, found.loads)
    recorder = machine.shut_down()
    machine.pass_time(_UNTIL_AUDITD)
    if machine.kernel is not None:
        # Where auditd needs the load, that comes first; else it is the other way round, or makes no difference.
        failed = machine.requires_rules and _load_at_start(machine, machine.kernel, loads).code != 0
        if starts and recorder is None and not failed:
            machine.start_daemon()
        if not machine.requires_rules:
            _load_at_start(machine, machine.kernel, loads)
    by_journal = recorder is not None and recorder.dropped is not None
    lost = found is not None and found.obstacle in ("no-copies", "not-enabled")
    machine.start_services(None if by_journal and lost else recorder)
    machine.pass_time(_BOOT_SECONDS - _UNTIL_AUDITD)


def _auditctl(machine: SimulatedMachine, words: Sequence[str]) -> ProgramEffect:
    kernel = machine.kernel
    if kernel is None:
        return _no_audit(machine)
    before = kernel.seconds
    if list(words) == ["-l"]:
        return ProgramEffect(0, listings(kernel.rules, machine.base.names.machine))
    if list(words) == ["-s"]:
        return ProgramEffect(0, [*kernel.status_lines(), "loginuid_immutable 0 unlocked"])
    if len(words) == 2 and words[0] == "-R":
        content = machine.content(words[1])
        if content is None:
            return ProgramEffect(1, [f"Error opening {words[1]} (No such file or directory)"])
        code, lines = kernel.load(content.decode("utf-8", "surrogateescape"), words[1])
        return ProgramEffect(code, lines, kernel.seconds - before)
    if len(words) == 2 and words[0] == "--signal":
        return _signal(machine, words[1])
    try:
        printed = kernel.call(words)
    except CallRefused as refusal:
        return ProgramEffect(refusal.code, [refusal.text], kernel.seconds - before)
    return ProgramEffect(0, printed, kernel.seconds - before)


def _no_audit(machine: SimulatedMachine) -> ProgramEffect:
    """What auditctl says where the kernel does not answer: to an ordinary user, and booted with audit=0."""
    if machine.base.privileges.euid != 0:
        return ProgramEffect(4, ["You must be root to run this program."])
    return ProgramEffect(1, ["Error - audit support not in kernel", "Cannot open netlink audit socket"])


def _signal(machine: SimulatedMachine, name: str) -> ProgramEffect:
    if name in ("stop", "TERM"):
        _stop(machine)
    elif name in ("resume", "USR2"):
        machine.suspended = False
    return ProgramEffect(0)


def _augenrules(machine: SimulatedMachine, program: str, words: Sequence[str]) -> ProgramEffect:
    if not set(words) <= {"--check", "--load"}:
        return ProgramEffect(1, [f"Usage: {program} [--check|--load]"])
    load = "--load" in words
    if isinstance(machine.base.rules_dir, Unknown):
        return ProgramEffect(1, [f"{program}: No rules directory - {RULES_DIR}"])
    immutable = machine.kernel is not None and machine.kernel.status.enabled == 2
    keeps = immutable and not before(machine.base.names.audit_version, 4, 0, 1)
    lines = _compile(machine, program, only_check=keeps or "--check" in words)
    if keeps and ("--check" not in words or lines[-1:] != [f"{program}: {_CHANGED}"]):
        said = [line for line in lines if not line.endswith(_CHANGED)]
        return ProgramEffect(0, [*said, f"{program}: Audit system is in immutable mode - exiting with no changes"], 0.02)
    if not load or lines[-1:] == [f"{program}: {_CHANGED}"]:
        return ProgramEffect(0, lines, 0.02)
    loaded = _auditctl(machine, ("-R", AUDIT_RULES))
    return ProgramEffect(loaded.code, [*lines, *loaded.lines], 0.02 + loaded.seconds)


def _compile(machine: SimulatedMachine, program: str, *, only_check: bool) -> list[str]:
    """Write audit.rules as augenrules does where it differs; return what is printed."""
    files = [rules_file(entry) for entry in machine.rules_dir()]
    text = compile_rules(files, machine.base.names).text
    old = machine.files.get(AUDIT_RULES)
    if old is not None and old.content == text:
        return [f"{program}: No change"]
    if only_check:
        return [f"{program}: {_CHANGED}"]
    if old is not None and old.immutable:
        return [f"cp: cannot create regular file '{AUDIT_RULES}': Operation not permitted"]
    if old is not None and old.content is not None:
        machine.files[AUDIT_RULES + ".prev"] = replace(old, path=AUDIT_RULES + ".prev")
    machine.put_file(AUDIT_RULES, text, 0o640, 0, 0)
    return []


def _load_at_start(machine: SimulatedMachine, kernel: SimulatedKernel, loads: Sequence[Load] | None = None) -> ProgramEffect:
    """What a start does for the rules, by the *loads* of its unit or script, which may not see every folder. What augenrules prints on stdout
    goes to /dev/null."""
    code, said = 0, list[str]()
    found = boot_load(machine.facts(Interest()))
    machine.hidden = tuple(folder for folder, _ in found.hidden) if found is not None else ()
    try:
        for load in _loads_of(machine) if loads is None else loads:
            if load.compiles:
                _compile(machine, "/sbin/augenrules", only_check=False)
            content = machine.content(load.file)
            if content is not None:
                code, lines = kernel.load(content.decode("utf-8", "surrogateescape"), load.file)
                said += [line for line in lines if line.startswith(("Error", "There was an error"))]
    finally:
        machine.hidden = ()
    return ProgramEffect(code, said)


def _loads_of(machine: SimulatedMachine) -> Sequence[Load]:
    """The loads that a start of auditd by hand brings; those of a packaged rules.d where the host does not tell."""
    told = start_loads(machine.facts(Interest()))
    return _RULES_D if told is None else told


def _sysvinit(machine: SimulatedMachine, verb: str) -> ProgramEffect:
    """A call of Debian 12's /etc/init.d/auditd, which ends in ``:`` and so exits 0 whatever happens."""
    kernel = machine.kernel
    if kernel is None and machine.base.privileges.euid != 0:
        return ProgramEffect(1, ["start-stop-daemon: unable to open pidfile /run/auditd.pid (Permission denied)"])
    seconds = (_STOP_SECONDS if verb in ("restart", "stop") and machine.daemon_pid else 0.0) + _START_SECONDS
    words = {"restart": "Restarting", "start": "Starting", "stop": "Stopping", "reload": "Reloading", "force-reload": "Reloading"}
    if verb == "status":
        if machine.daemon_pid:
            return ProgramEffect(0, ["auditd is running.."])
        return ProgramEffect(3, ["auditd is not running. ... failed!"])
    if verb not in words:
        return ProgramEffect(3, ["Usage: /etc/init.d/auditd {start|stop|restart|reload|force-reload|rotate|status}"])
    failed, said = False, list[str]()
    if verb in ("restart", "stop"):
        machine.stop_daemon()
    if verb in ("restart", "start"):
        failed = not machine.start_daemon()
        if kernel is not None and not failed:
            loaded = _load_at_start(machine, kernel)
            failed, said = loaded.code != 0, list(loaded.lines)
    end = " failed!" if failed else "."
    return ProgramEffect(0, [f"{words[verb]} audit daemon: auditd{end}", *said], seconds)


def _openrc(machine: SimulatedMachine, verb: str) -> ProgramEffect:
    """A call of OpenRC's script of auditd (Alpine, Gentoo), which loads RULEFILE_STARTUP when it starts and nothing when it restarts."""
    if verb == "status":
        return ProgramEffect(0, [" * status: started"]) if machine.daemon_pid else ProgramEffect(3, [" * status: stopped"])
    if verb not in ("start", "stop", "restart"):
        return ProgramEffect(1, [f" * auditd: unknown function `{verb}'"])
    if machine.base.privileges.euid != 0:
        return ProgramEffect(1, [" * rc-service: superuser access required"])
    seconds = (_STOP_SECONDS if verb != "start" and machine.daemon_pid else 0.0) + _START_SECONDS
    said = list[str]()
    if verb != "start":
        machine.stop_daemon()
        said.append(" * Stopping auditd ... [ ok ]")
    if verb == "start" and machine.daemon_pid:
        return ProgramEffect(0, [" * WARNING: auditd has already been started"])
    if verb != "stop":
        if not machine.start_daemon():
            return ProgramEffect(1, [*said, " * ERROR: auditd failed to start"], seconds)
        said.append(" * Starting auditd ... [ ok ]")
        boot = machine.base.boot
        script = boot.files.get(INIT_SCRIPT) if boot is not None else None
        by_restart = verb == "restart" and isinstance(script, FileFacts) and b"RC_CMD" in (script.content or b"")
        if machine.kernel is not None and not by_restart:
            _load_at_start(machine, machine.kernel)
    return ProgramEffect(0, said, seconds)


def _stop(machine: SimulatedMachine) -> None:
    """End auditd; a unit of systemd may load rules after it, as SUSE's does."""
    machine.stop_daemon()
    content = machine.content(stop_load(machine.base))
    if content is not None and machine.kernel is not None:
        machine.kernel.load(content.decode("utf-8", "surrogateescape"), stop_load(machine.base))


def _systemd(machine: SimulatedMachine, verb: str, *, may_stop: bool, alone: bool = False) -> ProgramEffect:
    """A call of systemctl, or of ``service``, with the unit of the distribution: Debian 12's loads the rules after the start and ignores their
    errors; where the unit needs the load, it is done first, and auditd stays down where it exits 1. *may_stop*: the unit allows it, or it is
    not systemd that is asked (RHEL's legacy action). *alone*: without what the unit needs."""
    kernel = machine.kernel
    if kernel is None and machine.base.privileges.euid != 0:
        return ProgramEffect(1, [f"Failed to {verb} auditd.service: Access denied"])
    seconds = (_STOP_SECONDS if verb in ("restart", "stop") and machine.daemon_pid else 0.0) + 0.3
    if verb in ("is-active", "status"):
        return ProgramEffect(0, ["active"]) if machine.daemon_pid else ProgramEffect(3, ["inactive"])
    if verb in ("restart", "start") and machine.masked:
        return ProgramEffect(1, [f"Failed to {verb} auditd.service: Unit auditd.service is masked."])
    if verb in ("restart", "stop") and not may_stop:
        return ProgramEffect(
            4,
            [
                f"Failed to {verb} auditd.service: Operation refused, unit auditd.service may be requested by dependency only "
                "(it is configured to refuse manual start/stop).",
                "See system logs and 'systemctl status auditd.service' for details.",
            ],
        )
    if verb in ("restart", "stop"):
        _stop(machine)
    if kernel is None:
        return ProgramEffect(0)  # ConditionKernelCommandLine=!audit=0 is not met, which is no failure to systemd
    if verb in ("restart", "start") and (verb == "restart" or not machine.daemon_pid):
        first = machine.requires_rules and not alone
        if first and _augenrules(machine, "/sbin/augenrules", ("--load",)).code:
            return ProgramEffect(1, ["A dependency job for auditd.service failed. See 'journalctl -xe' for details."], seconds)
        if not machine.start_daemon():
            text = "Job for auditd.service failed because the control process exited with error code."
            return ProgramEffect(1, [text], seconds)
        if not machine.requires_rules:
            _load_at_start(machine, kernel)
    return ProgramEffect(0, (), seconds)
