"""What rules name, sorted out: values of one mark, and the rules in whose text a path stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.audit.coverage.places import Grouped, Places, RulePaths
from tui.audit.rule.value import Field, Rule

TEXTS = st.text("ab/\n\0", max_size=4)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1000, 1009)), unique=True))
def test_values_of_one_mark_come_in_their_order(pairs: list[tuple[str, int]]) -> None:
    grouped: Grouped[str, int] = Grouped()
    for mark, value in pairs:
        grouped.add(mark, value)
    for mark in "abc":
        assert grouped.having(mark) == tuple(value for its_mark, value in pairs if its_mark == mark)


@given(st.lists(st.lists(TEXTS, max_size=3), max_size=6), TEXTS.filter(bool))
def test_a_path_is_found_in_whichever_text_of_a_rule_it_stands(written: list[list[str]], path: str) -> None:
    rules = [Rule("exit", "always", None, tuple(Field("obj_user", "=", text) for text in texts)) for texts in written]
    found = RulePaths(rules, Places({}, ())).mentioning(path)
    assert found == {position for position, texts in enumerate(written) if any(path in text for text in texts)}


def test_of_many_places_that_only_share_a_drawer_each_is_found() -> None:
    places = Places({}, ())
    paths = [f"/srv/{number}" for number in range(20_000)]
    for path in paths:
        places.place(path)
    assert all(
        place.path in {like.path for like in places.index.unknown_like(place.path)} for place in map(places.place, paths[:50])
    )
    assert len(places.index.unknown_like(paths[0])) < 20
    assert {place.path for place in places.index.below("/srv/1999")} == set()
    assert {place.path for place in places.index.below("/srv")} == set(paths)


def test_paths_that_end_in_one_place_keep_their_own_names() -> None:
    places = Places({}, ())
    for path in ("/etc/x/", "/etc/x", "/etc/./x"):
        assert places.place(path).path == path
        assert places.place(path) is places.place(path)
    assert {place.path for place in places.index.having(["/etc/x"])} == {"/etc/x/", "/etc/x", "/etc/./x"}
