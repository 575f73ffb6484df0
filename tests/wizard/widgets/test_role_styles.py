"""Every role has its look in every theme, and a page takes another theme's at once."""

from __future__ import annotations

import pytest

from tests.wizard.walk import SampleSession, app
from tests.wizard.walking import Walk
from tui.base.typing import get_args
from tui.views.page import Role
from tui.wizard.themes import THEMES
from tui.wizard.widgets.document import Document
from tui.wizard.widgets.role_styles import role_styles

NAMES = [theme.name for theme in THEMES]


@pytest.mark.parametrize("theme", NAMES)
@pytest.mark.parametrize("in_list", [False, True])
def test_every_role_has_a_look_in_every_theme(theme: str, in_list: bool) -> None:
    looks = role_styles(theme, in_list=in_list)
    assert set(looks) == set(get_args(Role))
    assert looks["text"].color is None
    assert not looks["text"].bold
    coloured = {role for role in ("good", "bad", "warn") if looks[role].color and not looks[role].color.is_default}  # type: ignore[union-attr]
    assert coloured == (set() if theme == "mono" else {"good", "bad", "warn"})


@pytest.mark.parametrize("theme", NAMES)
def test_in_a_list_only_what_is_bad_is_bold(theme: str) -> None:
    verdicts = ("good", "bad", "warn", "unknown")
    assert [role for role in verdicts if role_styles(theme, in_list=True)[role].bold] == ["bad"]
    assert [role for role in verdicts if role_styles(theme)[role].bold] == list(verdicts)


async def test_a_page_takes_the_colours_of_another_theme() -> None:
    wizard = app(SampleSession())
    colours = {name: {look.color for look in role_styles(name).values() if look.color} for name in ("dark", "light", "ansi")}
    async with wizard.run_test(size=(80, 24)) as pilot:
        await Walk(wizard, pilot).shows("/usr/bin/containerd")
        page = wizard.screen.query_one(Document)
        for theme in ("light", "ansi", "dark"):
            wizard.theme = theme
            await pilot.pause()
            drawn = {segment.style.color for y in range(page.size.height) for segment in page.render_line(y) if segment.style}
            assert drawn & colours[theme]
            assert not any(drawn & (colours[other] - colours[theme]) for other in colours)
