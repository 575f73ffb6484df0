"""The two hosts that the contract is held against, with what a test does to each behind the port's back."""

from __future__ import annotations

import os
import subprocess
from abc import ABC, abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from tests.boots import under_sysvinit
from tests.capabilities import need
from tui.audit.inputs import PathFacts
from tui.host.facts import FileFacts
from tui.host.live.host import LiveHost
from tui.host.port import Host
from tui.host.scenario import Fault, load_scenario
from tui.host.simulated.host import SimulatedHost

TARGET = "/usr/bin/env"
"""A program that both hosts have and that nothing here changes."""


class Bench(ABC):
    """A host, and the hands of somebody else on it."""

    host: Host
    hanging: ClassVar[tuple[str, ...]]
    """A command that does not end by itself."""

    @abstractmethod
    def another(self) -> Host:
        """A second user of the same machine."""

    @abstractmethod
    def edit(self, path: str, content: bytes) -> None:
        """Somebody saves *content* in *path*."""

    @abstractmethod
    def link(self, path: str, target: str) -> None:
        """Somebody makes *path* a symbolic link."""

    @abstractmethod
    def hard_link(self, path: str, other: str) -> None:
        """Somebody gives the file *path* the name *other* as well."""

    @abstractmethod
    def make_immutable(self, path: str) -> None:
        """Somebody runs chattr +i."""


class SimulatedBench(Bench):
    """A Debian 12 under sysvinit, as the machine that the live tests run on."""

    hanging = ("/usr/sbin/ausearch", "--input", "/dev/tty")

    def __init__(self, folder: Path) -> None:
        facts = load_scenario("fresh").host
        env = PathFacts(TARGET, "file", "/usr/bin", 0o755, 0, 0, 0xFE00, 260257, 1, None, TARGET, "/")
        facts = replace(
            facts,
            programs=replace(facts.programs, systemd=False),
            paths={**facts.paths, TARGET: env},
            boot=under_sysvinit('USE_AUGENRULES="yes"\n').boot,
        )
        self.host = self._host = SimulatedHost(facts, (Fault("ausearch", "hang"),), state_folder=folder)
        self._folder = folder

    def another(self) -> Host:
        return SimulatedHost(self._host.machine.base, state_folder=self._folder)

    def edit(self, path: str, content: bytes) -> None:
        self._host.machine.put_file(path, content, 0o640, 0, 0)

    def link(self, path: str, target: str) -> None:
        self._host.machine.files[path] = FileFacts(path, "symlink", None, 0o777, target=target)

    def hard_link(self, path: str, other: str) -> None:
        linked = replace(self._host.machine.files[path], links=2)
        self._host.machine.files |= {path: linked, other: replace(linked, path=other)}

    def make_immutable(self, path: str) -> None:
        self._host.machine.files[path] = replace(self._host.machine.files[path], immutable=True)


class LiveBench(Bench):
    """This machine."""

    hanging = ("/bin/sleep", "1000")

    def __init__(self, folder: Path) -> None:
        self.host = LiveHost(folder)
        self._folder = folder

    def another(self) -> Host:
        return LiveHost(self._folder)

    def edit(self, path: str, content: bytes) -> None:
        Path(path).write_bytes(content)

    def link(self, path: str, target: str) -> None:
        os.symlink(target, path)

    def hard_link(self, path: str, other: str) -> None:
        os.link(path, other)

    def make_immutable(self, path: str) -> None:
        need("immutable-flag")
        subprocess.run(("/usr/bin/chattr", "+i", path), check=True)
