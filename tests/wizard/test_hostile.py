"""Hostile text in every place that shows something from outside: only cleaned text reaches the terminal, and nothing is markup."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from textual.strip import Strip

from tests.wizard import samples
from tests.wizard.walk import FAMILY, SampleSession, left_over_sample, sample_demo, undo_sample
from tests.wizard.walking import TO_APPLY, Walk, walked
from tui.base.notice import Notice, Place
from tui.plan.values import FileChange, FileState, KernelOnly
from tui.verdict.values import RuleLine

pytestmark = pytest.mark.slow

EVIL = {
    "markup": "[/] [red]x[/red] [/nope] \\[b] [$x] [@click=app.exit]y[/] \\",
    "ansi": "\x1b]52;c;aGk=\x07 \x1b[31mred\x1b[0m \x1b[?1049l \x9b2J \x00 \x7f \r\n\x0b\x0c",
    "bidi": "\u202egnp.exe \u2066iso\u2069 zero\u200bwidth \ufeff \u00ad",
    "long": "w" * 10_000,
    "bytes": "\udcff\udc80 caf\udce9",
}
FORBIDDEN = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} | set(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff"
)


def evil_session(text: str, **answers: Any) -> SampleSession:
    """Everything that a host, a file or a command can say is *text*."""
    session = SampleSession(
        FAMILY,
        host_facts=samples.facts(name=text, identity=replace(samples.facts().identity, name=text, os_name=text)),
        output=(text + "\n", text),
        demo=sample_demo(text, text),
        undo_plan=undo_sample(
            record=SimpleNamespace(run=text),
            files=(FileChange("/" + text, FileState(text.encode("utf-8", "surrogatepass")), FileState(b"x")),),
        ),
        **answers,
    )
    made = session._finding
    session._finding = lambda control: replace(
        made(control),
        path="/" + text,
        title=text,
        reasons=(Notice("real-path", text, text),),
        rules=(RuleLine("kernel", text, text, 1), RuleLine("rules.d", text, text, None, text, 1)),
    )

    def plan(session: SampleSession) -> Any:
        raw = text.encode("utf-8", "surrogatepass") + b"\xff\n"
        return replace(
            samples.plan(session.findings, session.switches),
            files=(FileChange("/" + text, FileState(raw), FileState(raw + raw)),),
            compiled_after=raw,
            warnings=(Notice("real-path", text, text),),
            kernel_only=(KernelOnly(samples.watch("/x", "k"), text, text),),
        )

    session.plan_made = session.plan_made if "plan_made" in answers else plan
    return session


def bad(strips: Iterable[Strip]) -> set[str]:
    return set("".join(segment.text for strip in strips for segment in strip)) & FORBIDDEN


@pytest.mark.parametrize("kind", EVIL)
async def test_every_step_shows_clean_text_only(kind: str) -> None:
    text = EVIL[kind]
    session = evil_session(text)
    report = samples.report()
    evil_report = replace(
        report,
        run=text,
        headline=text,
        message=text,
        report=text,
        backup=text,
        mend=(text,),
        steps=(replace(report.steps[0], title=text, message=text, state="failed"),),
        probes=(replace(samples.PROBE, path=text, key=text, syscall=text), replace(samples.PROBE, recorded=False, reason=text)),
    )

    async def test(walk: Walk) -> None:
        def check() -> None:
            assert bad(walk.app.screen._compositor.render_strips()) == set(), walk.at

        check()
        await walk.press("enter")
        for key in ("enter", "w", "escape", "enter", "tab", "tab", "tab", "tab", "tab", "w", "escape", "enter", "escape"):
            await walk.press(key)
            check()
        await walk.press("enter")
        await walk.type("yes")
        await walk.press("enter")
        await walk.until("ResultScreen")
        check()
        session.report = evil_report
        walk.app.go("result")
        await walk.pilot.pause()
        check()
        await walk.press("u")
        check()
        assert walk.at == "UndoScreen"

    await walked(test, session)


@pytest.mark.parametrize("kind", EVIL)
async def test_blockers_scenarios_and_a_run_cut_short(kind: str) -> None:
    text = EVIL[kind]
    blocked = evil_session(
        text, plan_made=lambda session: samples.plan(blockers=(Notice("real-path", text, text, Place(text, 1)),))
    )
    scenarios = SampleSession(demos=(sample_demo(text, text),))
    scenarios._host = None
    cut_short = SampleSession(waits=left_over_sample())
    cut_short.waits.run = text

    async def test(walk: Walk) -> None:
        assert bad(walk.app.screen._compositor.render_strips()) == set()
        await walk.press("enter", "enter", "enter", "enter")
        assert bad(walk.app.screen._compositor.render_strips()) == set()

    for session in (blocked, scenarios):
        await walked(test, session)

    async def look(walk: Walk) -> None:
        assert walk.at == "RecoveryScreen"
        assert bad(walk.app.screen._compositor.render_strips()) == set()

    await walked(look, cut_short)


@pytest.mark.parametrize("kind", EVIL)
async def test_the_output_of_a_running_command(kind: str) -> None:
    gate = threading.Event()
    session = SampleSession(gate=gate, output=(EVIL[kind] + "\n", "the end of it\n"))

    async def test(walk: Walk) -> None:
        await walk.press(*TO_APPLY)
        await walk.shows("the end of it")
        assert bad(walk.app.screen._compositor.render_strips()) == set()
        gate.set()
        await walk.until("ResultScreen")

    try:
        await walked(test, session)
    finally:
        gate.set()
