"""Let the readers of each format judge what is said of hosts from files: captures and scenarios of your own.

    python tests/tools/try_documents.py HOST_FILE_OR_FOLDER ...

Of each host the documents of check, plan and a simulated run are held against assets/*.schema.json, and check's other formats are read by
junitparser, prometheus_client and as docker-bench's readers do. A folder is every YAML file in it and below.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from junitparser import JUnitXml  # noqa: E402
from prometheus_client.parser import text_string_to_metric_families  # noqa: E402

from tests.build import carried_out  # noqa: E402
from tests.schemas import problems  # noqa: E402
from tests.views.formats.docker_bench_reader import findings_of  # noqa: E402
from tui.base.cleaning import in_words  # noqa: E402
from tui.controls.catalogue import load_catalogue  # noqa: E402
from tui.controls.control import DEFAULT_VERSION  # noqa: E402
from tui.documents.problems import DocumentError  # noqa: E402
from tui.host.scenario import Scenario, load_scenario_file  # noqa: E402
from tui.host.simulated.host import SimulatedHost  # noqa: E402
from tui.plan.make import make_plan  # noqa: E402
from tui.plan.values import Switches  # noqa: E402
from tui.verdict.question import Question  # noqa: E402
from tui.views.check_document import check_view  # noqa: E402
from tui.views.formats.docker_bench import docker_bench  # noqa: E402
from tui.views.formats.junit import junit  # noqa: E402
from tui.views.formats.prometheus import prometheus  # noqa: E402
from tui.views.formats.xccdf import xccdf  # noqa: E402
from tui.views.json import plan_view, report_view  # noqa: E402


def what_is_wrong(scenario: Scenario) -> Iterator[str]:
    """What any of the readers has against the documents of one host."""
    question = Question(load_catalogue().numbered(DEFAULT_VERSION), DEFAULT_VERSION)
    facts = scenario.host
    checked = json.loads(json.dumps(check_view(facts, DEFAULT_VERSION, question.findings(facts), (), question.controls)))
    yield from problems("check", checked)
    yield from problems("plan", plan_view(facts, make_plan(question, facts, Switches())))
    with tempfile.TemporaryDirectory() as folder:
        report = carried_out(question, SimulatedHost(scenario, state_folder=Path(folder)))
        yield from problems("run", report_view(report))
    names = [f"{one['control']} {one['path']}" for one in checked["findings"]]
    (suite,) = JUnitXml.fromstring(junit(checked).encode())
    if [case.name for case in suite] != names:
        yield "junit: other cases than findings"
    families = {family.name: family.samples for family in text_string_to_metric_families(prometheus(checked))}
    if sum(sample.value for sample in families["docker_audit_results"]) != len(names):
        yield "prometheus: other results than findings"
    if len(findings_of(docker_bench(checked))) != sum(one["result"] != "pass" for one in checked["findings"]):
        yield "docker-bench: its reader finds other than what does not pass"
    ElementTree.fromstring(xccdf(checked))


def main() -> int:
    """Judge what was named; 1 where a reader has anything against it."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    files = [file for name in map(Path, sys.argv[1:]) for file in (sorted(name.rglob("*.yaml")) if name.is_dir() else [name])]
    bad = 0
    for file in files:
        try:
            wrong = list(what_is_wrong(load_scenario_file(file)))
        except (DocumentError, OSError) as problem:
            wrong = [in_words(problem)]
        bad += bool(wrong)
        print(f"{'NOT ok' if wrong else 'ok'}: {file}", *wrong, sep="\n    ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
