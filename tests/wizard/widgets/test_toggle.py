"""The tick box names the keys that do something where the focus is."""

from __future__ import annotations

import pytest

from tui.views.signs import UNICODE
from tui.wizard.widgets.toggle import Toggle


@pytest.mark.parametrize(("focused", "said"), [(False, "  [x] restart (Tab, Space)"), (True, "[x] restart (Space)")])
def test_tab_is_named_only_where_it_leads_to_the_box(focused: bool, said: str) -> None:
    toggle = Toggle("restart", True, UNICODE)
    toggle.set_reactive(Toggle.has_focus, focused)
    assert toggle.render().plain.endswith(said)
