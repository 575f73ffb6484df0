"""A notice as sentences."""

from __future__ import annotations

import pytest

from tui.base.notice import Notice


@pytest.mark.parametrize(
    ("remedy", "text"),
    [
        ("", "It is so."),
        ("Take it away.", "It is so. Take it away."),
        ("systemctl enable auditd.service", "It is so. Way out: systemctl enable auditd.service"),
        ("Take it out: sed -i 5d /x\nThen plan.", "It is so. Take it out: `sed -i 5d /x`. Then plan."),
        ("In /x:\n    a = 1\nthen: service auditd restart", "It is so. In /x: `a = 1`, then: service auditd restart"),
        ("--adopt takes it over.", "It is so. --adopt takes it over."),
    ],
)
def test_a_command_is_announced_where_it_follows_a_sentence(remedy: str, text: str) -> None:
    assert Notice("kind", "It is so.", remedy).in_full == text
