"""What controls need read from a host. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tui.controls.control import Control
from tui.host.facts import Interest
from tui.verdict.objects.subject import after_boot


def interest(controls: Iterable[Control], version: str) -> Interest:
    """What must be read from a host to locate and judge *controls*. Places that a configuration names are read with it."""
    wanted = Interest()
    for control in controls:
        entry = control.in_version(version)
        places = [path for place in control.elsewhere for path in (place.path, place.lasts) if path.startswith("/")]
        folder = after_boot(entry.path, None, ())
        wanted |= Interest(
            paths=frozenset([entry.path, *control.left_out, *places, *([folder] if folder else [])]),
            units=frozenset([control.unit] if control.unit else []),
            files=frozenset([control.config] if control.config else []),
            below=frozenset(exclusion.removeprefix(entry.path + "/") for exclusion in control.left_out)
            if entry.configured
            else frozenset(),
        )
    return wanted
