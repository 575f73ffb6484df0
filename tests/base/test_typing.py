"""Our stand-ins for typing do what the standard ones do, wherever the program asks anything of them."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from tui.base import typing as ours

Word = ours.Literal["a", "b"]


class Point(ours.NamedTuple):
    """Ours."""

    x: int
    y: int = 2
    name: str = ""

    @property
    def sum(self) -> int:
        return self.x + self.y


class Standard(typing.NamedTuple):
    """The standard one, of the same parts."""

    x: int
    y: int = 2
    name: str = ""


@pytest.mark.parametrize(
    ("given", "named"),
    [((1,), {}), ((1, 3, "p"), {}), ((), {"x": 1}), ((1,), {"name": "p"}), ((), {"name": "p", "y": 5, "x": 1}), ((1, 2, "p"), {})],
)
def test_a_named_tuple_is_the_standard_one(given: tuple[object, ...], named: dict[str, object]) -> None:
    mine, theirs = Point(*given, **named), Standard(*given, **named)  # type: ignore[arg-type]
    assert mine == theirs
    assert (mine.x, mine.y, mine.name) == (theirs.x, theirs.y, theirs.name)
    assert repr(mine) == repr(theirs).replace("Standard", "Point")
    assert mine._replace(y=7) == theirs._replace(y=7)
    assert isinstance(mine._replace(y=7), Point)
    assert mine._asdict() == theirs._asdict()
    assert Point._make(theirs) == mine
    assert Point._fields == Standard._fields
    assert Point._field_defaults == Standard._field_defaults
    assert mine.sum == mine.x + mine.y
    for copied in (pickle.loads(pickle.dumps(mine)), copy.copy(mine), copy.deepcopy(mine)):
        assert (type(copied), copied) == (Point, mine)
    assert not hasattr(mine, "__dict__")
    with pytest.raises(AttributeError):
        mine.x = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {}), ((1, 2, "p", 4), {}), ((1,), {"x": 1}), ((1,), {"other": 1}), ((), {"y": 1}), ((1,), {"count": 1})],
)
def test_parts_that_are_missing_unknown_or_too_many_are_refused(given: tuple[object, ...], named: dict[str, object]) -> None:
    for kind in (Point, Standard):
        with pytest.raises(TypeError):
            kind(*given, **named)  # type: ignore[arg-type]


def test_the_parts_of_a_type_are_told() -> None:
    assert typing.get_args(Word) == ours.get_args(Word) == ("a", "b")
    assert typing.get_origin(Word) is ours.Literal
    assert ours.get_args(ours.Union[int, Word]) == (int, Word)
    assert ours.get_args(ours.Optional[int]) == (int, type(None))
    assert ours.get_args(ours.Union[ours.Optional[int], str]) == (int, type(None), str)
    assert ours.get_args(ours.Literal[Word, "c"]) == ("a", "b", "c")
    assert ours.get_args(int) == ()
    assert ours.cast(int, "x") == "x"


def test_a_class_may_take_a_type() -> None:
    kind = ours.TypeVar("kind", bound=str)

    class Box(ours.Generic[kind]):
        pass

    assert Box.__bases__ == (ours.Generic,)
    assert Box[str]() is not None
