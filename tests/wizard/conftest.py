"""What the wizard's tests share: copies of texts lie in the tests' own folder."""

from __future__ import annotations

import tempfile

import pytest


@pytest.fixture(autouse=True)
def _copies_among_the_tests_files(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The folder that a copy (``y``) leaves for its user would stay in /tmp of the machine for good."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.getbasetemp()))
