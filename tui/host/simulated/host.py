"""SimulatedHost: a machine played from a scenario behind the Host port; same verbs, same hazards, no root."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from math import inf
from pathlib import Path

from tui import __version__
from tui.audit.inputs import PathFacts, Unknown
from tui.base.cleaning import clean
from tui.base.dataclass import replace
from tui.base.typing import Literal
from tui.host.facts import AUDITD_CONF, DOCKER_RULES, HostFacts, Interest, LogFacts
from tui.host.files import remove_file, replace_file
from tui.host.port import Actor, CommandResult, FileChanged, LogMark, LogPart, LogPiece, ProbeResult
from tui.host.recorder import RecordPlace
from tui.host.recorder_formats import find_elsewhere
from tui.host.run_lock import RunLock, state_folder
from tui.host.scenario import Fault, Scenario
from tui.host.simulated.faults import ERRNO_KINDS, FAULTS_AFTER_THE_CALL, Faults, command_line
from tui.host.simulated.folder import SimulationFolder
from tui.host.simulated.kernel import CallRefused
from tui.host.simulated.log import SYSCALL_OF
from tui.host.simulated.machine import SimulatedMachine
from tui.host.simulated.programs import ProgramEffect, reboot, run_program

_AGENTS_RULE = "-w /etc/ssh/sshd_config -p wa -k agent"
_NOT_PERMITTED = "Error sending add rule data request (Operation not permitted)"
_STEP = 0.05
"""Seconds of simulated time between two looks at a cancellation."""
_Ended = Literal["exited", "signalled", "timeout", "cancelled", "not-started"]
_VERBS = frozenset(("read", "write", "remove", "probe", "lock"))


class SimulatedHost:
    """A host from *scenario*. Its clock moves with what is done to it, not with the real one.

    *pace* is how many real seconds a simulated one takes while a command runs or somebody waits: 0 for tests, 1 for a demo
    that feels like a host. *state_folder* is kept where it is given (a test that goes on with it), else temporary.
    """

    source: Literal["demo"] = "demo"

    def __init__(
        self, scenario: Scenario | HostFacts, faults: Iterable[Fault] = (), *, pace: float = 0.0, state_folder: Path | None = None
    ) -> None:
        if isinstance(scenario, Scenario):
            self.scenario: Scenario | None = scenario
            facts, faults = scenario.host, (*scenario.faults, *faults)
        else:
            self.scenario, facts = None, scenario
        self.machine = SimulatedMachine(facts, self.scenario.recorded if self.scenario is not None else ())
        self.system_log: list[str] = []
        """What runs have told the system's log."""
        self.faults = Faults(faults)
        self._pace = pace
        self._temporary = SimulationFolder() if state_folder is None else None
        self._state_folder = self._temporary.path if self._temporary is not None else state_folder or Path()

    @property
    def state_folder(self) -> Path:
        """The simulation's own folder: temporary, 0700, gone with the simulation."""
        return state_folder(self._state_folder)

    def read(self, interest: Interest) -> HostFacts:
        """The host as it is now."""
        hit = self._before("read")
        facts = self.machine.facts(interest)
        if any(fault.kind == "EACCES" for fault in hit):
            unknown = Unknown("The kernel does not tell its audit rules: only root may ask for them.")
            facts = replace(facts, audit_status=unknown, kernel_rules=unknown)
        return facts

    @contextmanager
    def lock(
        self, waiting: Callable[[str], None] = lambda _text: None, cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[None]:
        """Hold the run lock of this simulation; raises Busy, CalledOff."""
        with RunLock(self.state_folder / "lock").hold(waiting, cancelled):
            self._before("lock")
            yield

    def write_file(self, path: str, content: bytes, *, before: bytes | None, mode: int, uid: int, gid: int) -> None:
        """Replace or make *path*. Raises FileChanged or OSError."""
        if self._is_state(path):
            replace_file(path, content, before=before, mode=mode, uid=os.geteuid(), gid=os.getegid())
            return
        hit = self._before("write", path)
        self._refuse(hit, path)
        self._compare(path, before)
        self.machine.put_file(path, content, mode, uid, gid)
        self._fail_late(hit, path)

    def remove_file(self, path: str, *, before: bytes) -> None:
        """Remove *path* where it still holds *before*. Raises FileChanged or OSError."""
        if self._is_state(path):
            remove_file(path, before=before)
            return
        hit = self._before("remove", path)
        self._refuse(hit, path)
        self._compare(path, before)
        self.machine.remove(path)
        self._fail_late(hit, path)

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        on_output: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> CommandResult:
        """Run a program of the simulated host. What it does is done at once; then its time passes."""
        began = self.machine.clock

        def ended(state: _Ended, code: int | None = None, signal: int | None = None, output: str = "") -> CommandResult:
            return CommandResult(tuple(argv), state, code, signal, clean(output, lines=True), self.machine.clock - began)

        hit = self._before(command_line(argv))
        fault = next((fault for fault in hit if fault.kind not in FAULTS_AFTER_THE_CALL), None)
        if cancelled is not None and cancelled():
            return ended("cancelled", signal=15)
        outcome = self._outcome(argv, fault)
        if outcome is None:
            return ended("not-started", output=f"{argv[0]} does not exist")
        output = "".join(f"{line}\n" for line in outcome.lines)
        was_cancelled = self._spend(outcome, min(outcome.seconds, timeout), on_output, cancelled)
        if outcome.seconds > timeout and outcome.code is not None:
            self._cut_short(argv)
        self._after(hit)
        if was_cancelled or outcome.seconds > timeout:
            return ended("cancelled" if was_cancelled else "timeout", signal=15, output=output)
        if fault is not None and fault.kind == "killed":
            return ended("signalled", signal=9, output=output)
        return ended("exited", outcome.code, output=output)

    def probe(self, path: str, access: str, *, timeout: float = 2.0, place: RecordPlace | None = None) -> ProbeResult:
        """Do *access* to *path* on the simulated host and look for its record."""
        hit = self._before("probe", path)
        log = self.machine.log if place is None else self.machine.elsewhere
        where, shown = ("the audit log", "") if place is None else (place.text, place.text)
        mark = log.mark()
        if isinstance(facts := self.machine.path(path), PathFacts) and facts.kind == "absent":
            return ProbeResult(path, access, 0, False, f"{path} does not exist, so nothing can be done to it")
        if any(fault.kind == "not-recorded" for fault in hit):
            pid = 0
        else:
            pid, _rule = self.machine.access(path, access)
        found = find_elsewhere(log.since(mark).data, pid, path)
        if found is None:
            self.sleep(timeout)
            return ProbeResult(path, access, pid, False, f"no record of the access came into {where} within {timeout:g} s")
        self.sleep(0.001)
        keys = " ".join(found.keys) or None
        return ProbeResult(path, access, pid, True, "", found.serial, found.time, SYSCALL_OF[access][1], keys, found.text, shown)

    def log_mark(self) -> LogMark:
        """The end of the simulated log."""
        self._log_refused()
        return self.machine.log.mark()

    def log_since(self, mark: LogMark) -> LogPiece:
        """What came into the simulated log after *mark*."""
        self._log_refused()
        return self.machine.log.since(mark)

    def log_parts(self) -> Iterator[LogPart]:
        """What is kept of the simulated log, by the files that it would be in."""
        self._log_refused()
        log = self.machine.base.log
        folder, files = (log.folder, log.files) if isinstance(log, LogFacts) else ("", ())
        yield from self.machine.log.parts(folder, [file for file in files if file.first_event is not None])

    def actor(self) -> Actor:
        """The actor of a simulation, the simulated root: a demonstration tells nothing of who watches it."""
        name = (self.scenario.name,) if self.scenario is not None else ()
        return Actor(0, "root", "", "/dev/pts/0", ("docker-audit-wizard", "--demo", *name), __version__)

    def write_system_log(self, text: str) -> None:
        """A line for the simulated system's log, which is this host's own."""
        self.system_log.append(clean(text))

    def now(self) -> float:
        """The simulated clock, in seconds since 1970."""
        return self.machine.clock

    def uptime(self) -> float:
        """Seconds since the simulated boot, whatever the clock is set to."""
        return self.machine.uptime

    def boot_id(self) -> str:
        """The name of the simulated boot."""
        return f"boot-{self.machine.boots}"

    def boot_anew(self) -> None:
        """Boot the simulated host: its files stay, and what only the kernel knew is gone."""
        reboot(self.machine)

    def sleep(self, seconds: float) -> None:
        """Move the clock; at a pace, also wait."""
        if self._pace:
            time.sleep(seconds * self._pace)
        self.machine.pass_time(seconds)

    # --- faults ------------------------------------------------------------------------------------------------------------

    def _before(self, call: str, path: str = "") -> tuple[Fault, ...]:
        """The faults that hit *call*; those that change the host beside it have done so when this returns."""
        hit = tuple(
            fault for fault in self.faults.hitting(call) if fault.kind == "file-changed" or fault.path in ("", path) or not path
        )
        for fault in hit:
            if fault.kind == "file-changed":
                self._edit(fault.path or DOCKER_RULES, fault.text or "# somebody was here\n")
            elif fault.kind == "kernel-changed":
                self._load_beside(fault.text or _AGENTS_RULE)
            elif fault.kind == "immutable" and self.machine.kernel is not None:
                self.machine.kernel.status = replace(self.machine.kernel.status, enabled=2)
            elif fault.kind == "broken-conf":
                self._edit(AUDITD_CONF, fault.text or "no_such_keyword = yes\n")
        if call in _VERBS:
            self._after(hit)
        return hit

    def _after(self, hit: tuple[Fault, ...]) -> None:
        """What faults do to the daemon once a command has ended."""
        for fault in hit:
            if fault.kind == "dead-after":
                self.machine.kill_daemon()
            elif fault.kind == "suspended":
                self.machine.suspended = True

    def _edit(self, path: str, text: str) -> None:
        old = self.machine.files.get(path)
        content = (old.content or b"" if old is not None else b"") + text.encode()
        self.machine.put_file(path, content, old.mode if old is not None else 0o640, 0, 0)

    def _load_beside(self, text: str) -> None:
        """Change the rules as another agent on the host does: add a rule, or with a line that begins with ``-d``, ``-W`` or ``-D``
        takes some away."""
        if self.machine.kernel is not None:
            with suppress(CallRefused):  # it is there, or away, already
                self.machine.kernel.line(text)

    def _outcome(self, argv: Sequence[str], fault: Fault | None) -> ProgramEffect | None:
        """What the program does, or what a fault makes of it; None where there is no such program."""
        kind = fault.kind if fault is not None else ""
        if kind == "missing":
            return None
        if kind == "exit-1":
            return ProgramEffect(1, [fault.text.rstrip("\n") if fault is not None and fault.text else _NOT_PERMITTED])
        if kind == "exit-1-silent":
            return ProgramEffect(1)
        if kind == "hang":
            return ProgramEffect(None, (), inf)
        if kind == "exit-0-no-effect":
            outcome = run_program(deepcopy(self.machine), argv)
            return ProgramEffect(0, outcome.lines if outcome is not None else ())
        if kind == "killed":
            if command_line(argv).startswith("augenrules"):
                run_program(self.machine, argv)
            self._cut_short(argv)
            return ProgramEffect(None)
        return run_program(self.machine, argv)

    def _cut_short(self, argv: Sequence[str]) -> None:
        """What a program leaves that is ended halfway: a load half of the rules, a restart no daemon."""
        command = command_line(argv)
        if command.startswith("augenrules") and self.machine.kernel is not None:
            rules = self.machine.kernel.rules
            self.machine.kernel.set_rules(rules[: len(rules) // 2])
        elif command.startswith(("service", "systemctl")):
            self.machine.kill_daemon()

    def _spend(
        self, outcome: ProgramEffect, seconds: float, on_output: Callable[[str], None] | None, cancelled: Callable[[], bool] | None
    ) -> bool:
        """Let *seconds* pass, at a pace in small steps with the output coming line by line; whether it was cancelled meanwhile."""
        lines = [f"{line}\n" for line in outcome.lines]
        steps = max(len(lines), int(seconds / _STEP), 1) if self._pace else 1
        for step in range(1, steps + 1):
            self.sleep(seconds / steps)
            said = lines[len(lines) * (step - 1) // steps : len(lines) * step // steps]
            if on_output is not None and said:
                on_output(clean("".join(said), lines=True))
            if cancelled is not None and cancelled():
                return True
        return False

    def _refuse(self, hit: tuple[Fault, ...], path: str) -> None:
        for fault in hit:
            if fault.kind in ERRNO_KINDS:
                number = ERRNO_KINDS[fault.kind]
                raise OSError(number, os.strerror(number), path)

    def _fail_late(self, hit: tuple[Fault, ...], path: str) -> None:
        if any(fault.kind == "EIO-late" for fault in hit):
            number = ERRNO_KINDS["EIO"]
            raise OSError(number, os.strerror(number), path)

    def _compare(self, path: str, before: bytes | None) -> None:
        entry = self.machine.files.get(path)
        if entry is not None and entry.kind != "file":
            return  # refused for what it is, not for what it holds
        if (entry.content if entry is not None else None) != before:
            raise FileChanged(path)

    def _is_state(self, path: str) -> bool:
        return Path(path).is_relative_to(self._state_folder)

    def _log_refused(self) -> None:
        if isinstance(log := self.machine.base.log, Unknown):
            raise PermissionError(errno.EACCES, log.reason)
