"""Write a page of every sentence that the program says of a host, once for each shape, so that a reader can go through them all.

    python tests/tools/sentences.py [-o FILE] [HOST_FILE_OR_FOLDER ...]

The sentences come from real findings, plans and simulated runs: of the scenarios, of the hosts of tests/spoken, and of the captures and
scenarios that are named (a folder: every YAML file in it). A shape is a sentence without its figures, paths and quoted lines; the page (Markdown)
has one sample of each with the words of its first sentence, its way out, and the host that it was said of.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.spoken.hosts import built_hosts  # noqa: E402
from tests.spoken.rare import cases  # noqa: E402
from tests.spoken.undone import undo_blockers, unfinished_run  # noqa: E402
from tui.base.notice import Notice, first_sentence  # noqa: E402
from tui.controls.catalogue import load_catalogue  # noqa: E402
from tui.documents.problems import DocumentError  # noqa: E402
from tui.host.facts import HostFacts  # noqa: E402
from tui.host.scenario import load_host_file, load_scenario, load_scenarios  # noqa: E402
from tui.host.simulated.host import SimulatedHost  # noqa: E402
from tui.plan.make import make_plan  # noqa: E402
from tui.plan.values import Switches  # noqa: E402
from tui.session import Session  # noqa: E402
from tui.verdict.question import Question  # noqa: E402

MOST_WORDS = 20
"""The words that a first sentence may have."""
SWITCHES = (
    Switches(),
    Switches(benchmark_lines=True, adopt=True, drop_kernel_only=True, no_restart=True),
    Switches(no_load=True),
    Switches(lock=True),
)


class Said(NamedTuple):
    """One text that the program says: its kind, the text with its way out, and the host that it was said of."""

    kind: str
    text: str
    remedy: str
    host: str


def words(text: str) -> int:
    """The words of *text*; what is quoted counts as one, and a sign that stands alone as none."""
    whole = re.sub(r"“[^”]*”|`[^`]*`|\"[^\"]*\"", "Q", text)
    return sum(any(letter.isalnum() for letter in word) for word in whole.split())


def shape(text: str) -> str:
    """*text* without its figures, paths and quoted lines."""
    text = re.sub(r"“[^”]*”|`[^`]*`", "“…”", text)
    text = re.sub(r"[\w.+-]*(/[\w.+@-]+)+(:\d+)?", "PATH", text)
    return re.sub(r"\d[\d.,]*", "N", text)


# --- what is said ------------------------------------------------------------------------------------------------------------


def said_of(
    name: str,
    facts: HostFacts,
    versions: Iterable[str] = ("1.2.0", "1.8.0"),
    slugs: Sequence[str] = (),
    choices: Sequence[Switches] = SWITCHES,
) -> Iterator[Said]:
    """Everything that the verdict and the plans say of *facts*, of all controls or of those that *slugs* name."""
    catalogue = load_catalogue()
    for version in versions:
        question = Question(catalogue.find(slugs, version) if slugs else catalogue.numbered(version), version)
        yield from _answers(name, question, facts, choices)


def _answers(name: str, question: Question, facts: HostFacts, choices: Sequence[Switches]) -> Iterator[Said]:
    for finding in question.findings(facts):
        yield from (_of("reason", notice, name) for notice in (*finding.reasons, *finding.details))
    for switches in choices:
        plan = make_plan(question, facts, switches)
        yield from (_of("warning", notice, name) for notice in plan.warnings)
        yield from (_of("blocker", notice, name) for notice in plan.blockers)


def said_of_the_rest() -> Iterator[Said]:
    """What is said of the hosts that are there for one kind of notice, and what stands in the way of an undo or of a run after another."""
    catalogue = load_catalogue()
    for name, case in cases():
        question = Question(catalogue.find(case.slugs, case.version), case.version, named_paths=case.named_paths)
        yield from _answers(name, question, case.facts, (case.switches,))
    yield from (_of("blocker", notice, "a run that was killed") for notice in unfinished_run())
    yield from (_of("undo blocker", notice, name) for name, notice in undo_blockers())


def _of(what: str, notice: Notice[str], host: str) -> Said:
    return Said(f"{what}: {notice.kind}", notice.text, notice.remedy, host)


def said_by_runs() -> Iterator[Said]:
    """What the simulated runs of the scenarios, and their undos, say at their end."""
    catalogue = load_catalogue()
    for scenario in load_scenarios():
        question = Question(catalogue.find([scenario.control or "containerd"], "1.2.0"), "1.2.0")
        host = SimulatedHost(scenario, pace=0)
        session = Session(question, host)
        session.read()
        report = session.carry_out(lambda _: None, lambda: False)
        yield Said(f"result: {report.outcome}", report.message, "", scenario.name)
        if session.past.can_undo:
            back = session.undo(session.past.prepare_undo(), lambda _: None, lambda: False)
            yield Said(f"result of an undo: {back.outcome}", back.message, "", scenario.name)


def looked_at(facts: HostFacts) -> list[str]:
    """The controls whose objects *facts* tell of: of any other nothing can be told, and a plan for it has that to say and nothing else."""
    found = {
        finding.slug
        for version in ("1.2.0", "1.8.0")
        for finding in Question(load_catalogue().numbered(version), version).findings(facts)
        if finding.result not in ("unknown", "error")
    }
    both = [control.slug for control in load_catalogue().numbered("1.2.0")]
    return [slug for slug in both if slug in found] or ["containerd"]


def everything(files: Iterable[Path] = ()) -> Iterator[Said]:
    """What is said of every scenario, of every built host and of the hosts in *files*."""
    for scenario in load_scenarios():
        yield from said_of(f"scenario {scenario.name}", load_scenario(scenario.name).host)
    for name, facts in built_hosts():
        yield from said_of(name, facts, slugs=looked_at(facts))
    for file in files:
        try:
            facts = load_host_file(str(file))
        except DocumentError:
            continue  # no host file
        yield from said_of(file.parent.name if file.stem == "host" else file.name, facts)
    yield from said_of_the_rest()
    yield from said_by_runs()


def page(said: Iterable[Said]) -> str:
    """The page, the kinds in their order, of each kind the shape with the longest first sentence first."""
    kinds: dict[str, dict[str, list[Said]]] = {}
    for each in said:
        kinds.setdefault(each.kind, {}).setdefault(shape(each.text), []).append(each)
    lines = ["# Every sentence, once", ""]
    for kind in sorted(kinds):
        lines += [f"## {kind}", ""]
        order: Callable[[list[Said]], int] = lambda samples: -words(first_sentence(samples[0].text))  # noqa: E731
        for samples in sorted(kinds[kind].values(), key=order):
            one = max(samples, key=lambda each: words(first_sentence(each.text)))
            count = words(first_sentence(one.text))
            lines.append(f"* ({count}{' TOO LONG' if count > MOST_WORDS else ''}) {one.text}")
            if one.remedy:
                lines.append(f"  → {one.remedy}".replace("\n", "\n    "))
            lines.append(f"  <sub>{one.host}, {len(samples)} times</sub>")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="captures and scenarios, or folders of them")
    parser.add_argument("-o", "--output", type=Path, help="where to write (default: standard output)")
    arguments = parser.parse_args()
    files = [file for path in arguments.files for file in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    text = page(everything(files))
    if arguments.output:
        arguments.output.write_text(text, "utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
