"""The units that bring the verdict to Prometheus call the program as it can be called, and take its status for what it is."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

from tui.parser import parse

UNITS = Path(__file__).resolve().parents[2] / "assets/systemd"


def settings(name: str) -> dict[str, str]:
    lines = [line for line in (UNITS / name).read_text("utf-8").splitlines() if "=" in line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_the_service_s_command_is_one_that_the_program_takes() -> None:
    service = settings("docker-audit-check.service")
    program, *argv = shlex.split(service["ExecStart"])
    arguments = parse(argv)
    assert (program, arguments.verb, arguments.format) == ("/usr/bin/docker-audit-wizard", "check", "prometheus")
    assert arguments.output.startswith(service["ConditionPathIsDirectory"] + "/")
    assert shlex.split(service["ExecStartPre"])[-1] == arguments.output
    assert service["SuccessExitStatus"].split() == ["1", "3"]


def test_the_file_is_there_to_be_read_by_others_before_it_is_replaced(tmp_path: Path) -> None:
    place = tmp_path / "docker_audit.prom"
    argv = [*shlex.split(settings("docker-audit-check.service")["ExecStartPre"])[:-1], str(place)]
    subprocess.run(argv, check=True)
    assert (place.read_bytes(), place.stat().st_mode & 0o777) == (b"", 0o644)
    place.write_text("kept")
    subprocess.run(argv, check=True)
    assert place.read_text() == "kept"


def test_the_timer_starts_the_service_of_its_name_once_it_is_enabled() -> None:
    timer = settings("docker-audit-check.timer")
    assert (timer["OnCalendar"], timer["WantedBy"]) == ("hourly", "timers.target")
    assert "Unit" not in timer
