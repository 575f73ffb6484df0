"""Earlier checks: which of many documents tell of the same host at another time. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.fleet.documents import CheckedHost

MISSING = "No check of now tells of it, which earlier ones do."
"""What is wrong with a host that earlier checks alone tell of."""


def latest_of_each(hosts: Sequence[CheckedHost]) -> tuple[list[tuple[CheckedHost, list[CheckedHost]]], int]:
    """The latest check of each host with the earlier ones of it, and how many documents were a second copy of one.

    Two documents are of one host where both its name and its machine id are the same: either alone is shared by machines that were cloned.
    The earlier one must tell its time, and of no control of which the later one does not: else both stand side by side.
    """
    found: list[tuple[CheckedHost, list[CheckedHost]]] = []
    places: dict[tuple[str, str], int] = {}
    copies = 0
    for host in sorted(hosts, key=lambda host: host.epoch or 0, reverse=True):
        key = (host.name, host.machine)
        latest = found[places[key]] if host.machine and key in places else None
        if latest is None or host.epoch is None or not _slugs(host) <= _slugs(latest[0]):
            places.setdefault(key, len(found))
            found.append((host, []))
        elif host.epoch == latest[0].epoch and host.verdicts == latest[0].verdicts:
            copies += 1
        else:
            latest[1].append(host)
    return found, copies


def _slugs(host: CheckedHost) -> set[str]:
    return {verdict.slug for verdict in host.verdicts}


class EarlierChecks:
    """Checks of an earlier time, from which each host of today finds its own."""

    def __init__(self, checks: Sequence[CheckedHost], present: Sequence[CheckedHost]) -> None:
        self._by_name: dict[str, list[CheckedHost]] = {}
        self._by_machine: dict[str, list[CheckedHost]] = {}
        names = {host.name for host in present}
        for check in checks:
            self._by_name.setdefault(check.name, []).append(check)
            if check.machine and check.name not in names:
                self._by_machine.setdefault(check.machine, []).append(check)
        machines = {host.machine for host in present if host.machine}
        self.missing = tuple(
            sorted(
                name for name, found in self._by_name.items() if name not in names and not machines & {one.machine for one in found}
            )
        )
        """The names of the hosts that are in the earlier checks alone."""

    def of(self, host: CheckedHost) -> list[CheckedHost]:
        """The checks of *host*: those of its name, of its machine id where they tell one and some are; without any of its name, those of its
        machine id under a name that is gone."""
        named = self._by_name.get(host.name, [])
        if not named:
            return self._by_machine.get(host.machine, [])
        return [check for check in named if not check.machine or not host.machine or check.machine == host.machine] or named
