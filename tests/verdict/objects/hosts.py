"""Hosts by the few paths and units that an object is found by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.build import host, known, path
from tui.audit.inputs import PathFacts
from tui.controls.catalogue import load_catalogue
from tui.host.facts import HostFacts, UnitFacts
from tui.verdict.objects.interest import interest
from tui.verdict.objects.subject import Subject, locate
from tui.verdict.objects.wanted import wanted_lines

CATALOGUE = load_catalogue()
DOCKER = "[Service]\nExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock\n"
SOCKET = "[Socket]\nListenStream=/run/docker.sock\n"


def found(slug: str, version: str, *paths: PathFacts, **more: Any) -> tuple[Subject, list[str]]:
    """The subject of a control on a host where everything else that is asked for is absent, and its lines."""
    facts = seen(slug, version, *paths, **more)
    control = CATALOGUE.by_slug(slug)
    subject = locate(control, version, facts)
    return subject, [line.text for line in wanted_lines(control, version, subject, known(facts))]


def seen(slug: str, version: str, *paths: PathFacts, **more: Any) -> HostFacts:
    asked = interest([CATALOGUE.by_slug(slug)], version)
    facts = host(*paths, **more)
    for name in asked.paths - set(facts.paths):
        facts.paths[name] = path(name, "absent")
    units = {name: facts.units.get(name, UnitFacts(name, None)) for name in asked.units}
    return replace(facts, units=units, files={name: facts.files.get(name) for name in asked.files})
