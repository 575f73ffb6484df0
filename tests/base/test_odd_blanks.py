"""Blanks that auditctl takes for letters are written out wherever text from outside is shown."""

from __future__ import annotations

import unicodedata

import pytest

from tui.base.cleaning import clean

BLANKS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Zs", "Zl", "Zp") and code != 0x20]


@pytest.mark.parametrize("blank", BLANKS, ids=lambda sign: f"{ord(sign):04x}")
def test_every_blank_but_the_plain_one_is_written_out(blank: str) -> None:
    assert clean(f"a{blank}b") == f"a<U+{ord(blank):04X}>b"
    assert clean("a b") == "a b"
