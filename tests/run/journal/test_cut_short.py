"""Where a run was cut short, from the end of its journal: the act is named, since a step whose end is not noted may have done its work."""

from __future__ import annotations

from typing import Any

import pytest

from tui.run.journal.cut_short import where_cut_short

FILE = "/etc/audit/rules.d/docker.rules"
LOAD = ["/usr/sbin/augenrules", "--load"]
BEGIN = {"event": "begin"}
CHECK = {"event": "step", "title": "See the host", "state": "done"}
AT_WRITE = {"event": "step", "title": "Write it", "state": "running"}
WRITTEN = {"event": "step", "title": "Write it", "state": "done"}
AT_LOAD = {"event": "step", "title": "Load it", "state": "running"}
WRITING, WROTE = {"event": "writing", "path": FILE}, {"event": "wrote", "path": FILE}
RUN, ENDED = {"event": "run", "argv": LOAD}, {"event": "command", "argv": LOAD}
FAILED = {"event": "failed"}


@pytest.mark.parametrize(
    ("events", "where"),
    [
        ([BEGIN], "before its first step"),
        ([BEGIN, CHECK], "after the step “See the host”"),
        ([BEGIN, CHECK, AT_WRITE], "as the step “Write it” began"),
        ([BEGIN, AT_WRITE, WRITING], f"in the step “Write it”, while {FILE} was being written"),
        ([BEGIN, AT_WRITE, WRITING, WROTE], f"in the step “Write it”, right after {FILE} had been written"),
        ([BEGIN, AT_WRITE, WRITING, WROTE, WRITTEN], "after the step “Write it”"),
        ([BEGIN, WRITTEN, AT_LOAD, RUN], "in the step “Load it”, while /usr/sbin/augenrules --load was running"),
        ([BEGIN, WRITTEN, AT_LOAD, RUN, ENDED], "in the step “Load it”, right after /usr/sbin/augenrules --load had ended"),
        ([AT_LOAD, RUN, ENDED, FAILED], "while it was being rolled back, since the step “Load it” had failed"),
        (
            [AT_LOAD, FAILED, {"event": "restoring", "path": FILE}],
            f"while it was being rolled back, since the step “Load it” had failed, while {FILE} was being put back",
        ),
        ([AT_LOAD, RUN, {"event": "recovery", "finish": False}], "while it was being rolled back"),
        (
            [AT_LOAD, FAILED, {**WRITTEN, "state": "undone"}],
            "while it was being rolled back, since the step “Load it” had failed",
        ),
        ([AT_LOAD, RUN, {"event": "recovery", "finish": True}, CHECK], "after the step “See the host”"),
        ([{"event": "step", "title": "\x1b[2J", "state": "running"}], "as the step “^[[2J” began"),
    ],
)
def test_where(events: list[dict[str, Any]], where: str) -> None:
    assert where_cut_short(events) == where
