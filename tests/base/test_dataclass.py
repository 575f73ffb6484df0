"""Our ``dataclass`` means what the standard library's does, wherever a class of ours uses it."""

from __future__ import annotations

import copy
import dataclasses
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tui.base import dataclass as ours
from tui.base.typing import Generic, TypeVar


def made(library: Any) -> tuple[type[Any], type[Any]]:
    """The same two classes, by *library*."""

    @library.dataclass(frozen=True, slots=True)
    class Leaf:
        """A value of two fields."""

        name: str
        size: int = 3

    @library.dataclass(slots=True)
    class Tree:
        leaf: Leaf
        words: tuple[str, ...] = ()
        found: Mapping[str, Leaf] = library.field(default_factory=dict)
        mode: int = library.field(default=0o640, metadata={"octal": True}, repr=False)

        def __post_init__(self) -> None:
            if self.mode < 0:
                raise ValueError("a mode is not negative")

        @property
        def first(self) -> str:
            return self.words[0]

    return Leaf, Tree


HAS_SLOTS = pytest.mark.skipif(sys.version_info < (3, 10), reason="this Python's own dataclass knows no slots")
BOTH = pytest.mark.parametrize("library", [ours, pytest.param(dataclasses, marks=HAS_SLOTS)], ids=["ours", "standard"])


@BOTH
def test_a_value_is_made_compared_and_shown(library: Any) -> None:
    Leaf, Tree = made(library)
    tree = Tree(Leaf("a"), words=("x",))
    assert (tree.leaf.name, tree.leaf.size, tree.words, tree.found, tree.mode, tree.first) == ("a", 3, ("x",), {}, 0o640, "x")
    assert tree == Tree(Leaf("a", 3), ("x",)) != Tree(Leaf("b"))
    assert repr(tree).endswith("Tree(leaf=" + repr(Leaf("a")) + ", words=('x',), found={})")
    assert repr(Leaf("a")).endswith("made.<locals>.Leaf(name='a', size=3)")
    assert Tree(Leaf("a")).found is not Tree(Leaf("a")).found
    assert copy.deepcopy(tree) == tree
    assert Leaf.__doc__ == "A value of two fields."
    assert Leaf.__match_args__ == ("name", "size")


@BOTH
def test_values_of_different_classes_are_never_equal(library: Any) -> None:
    (Leaf, _), (Other, _) = made(library), made(library)
    assert Leaf("a") != Other("a")
    assert Leaf("a") != ("a", 3)


@BOTH
def test_only_a_frozen_value_has_a_hash(library: Any) -> None:
    Leaf, Tree = made(library)
    assert len({Leaf("a"), Leaf("a", 3), Leaf("b")}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Tree(Leaf("a")))


@BOTH
def test_what_it_refuses(library: Any) -> None:
    Leaf, Tree = made(library)
    for wrong in (
        lambda: Leaf(),
        lambda: Leaf("a", 1, 2),
        lambda: Leaf("a", colour=1),
        lambda: Leaf("a", name="b"),
        lambda: Leaf(colour=1, size=3),
    ):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(ValueError, match="a mode is not negative"):
        Tree(Leaf("a"), mode=-1)
    with pytest.raises(AttributeError):
        Tree(Leaf("a")).colour = 1


@pytest.mark.parametrize(
    ("library", "functions"),
    [(ours, ours), (ours, dataclasses), pytest.param(dataclasses, dataclasses, marks=HAS_SLOTS)],
    ids=["ours by ours", "ours by the standard's", "the standard's"],
)
def test_the_functions_of_both_libraries_know_its_classes(library: Any, functions: Any) -> None:
    Leaf, Tree = made(library)
    assert [entry.name for entry in functions.fields(Tree)] == ["leaf", "words", "found", "mode"]
    assert functions.fields(Tree)[3].metadata == {"octal": True}
    assert [entry.default is functions.MISSING for entry in functions.fields(Leaf)] == [True, False]
    assert functions.replace(Tree(Leaf("a")), words=("y",)) == Tree(Leaf("a"), ("y",))
    assert functions.is_dataclass(Leaf)
    assert functions.is_dataclass(Leaf("a"))
    assert not functions.is_dataclass("a")
    with pytest.raises(TypeError):
        functions.replace(Leaf("a"), colour=1)


@BOTH
def test_asdict_goes_into_the_depth(library: Any) -> None:
    Leaf, Tree = made(library)
    tree = Tree(Leaf("a"), ("x",), {"b": Leaf("b")})
    shown = {"leaf": {"name": "a", "size": 3}, "words": ("x",), "found": {"b": {"name": "b", "size": 3}}, "mode": 0o640}
    assert dataclasses.asdict(tree) == shown


@BOTH
def test_the_standard_fields_are_made_once_a_class(library: Any) -> None:
    """Making them compiles a class: a run that journals asks for them a thousand times."""
    Leaf, Tree = made(library)
    assert Leaf.__dataclass_fields__ is Leaf("a").__dataclass_fields__
    assert list(Leaf.__dataclass_fields__) == ["name", "size"]
    assert list(Tree.__dataclass_fields__) == ["leaf", "words", "found", "mode"]


def test_a_class_compiles_nothing_for_its_first_values(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    init = ours._init  # type: ignore[attr-defined]
    monkeypatch.setattr(ours, "_init", lambda *given: compiled.append(given) or init(*given))
    Leaf, _ = made(ours)
    assert [Leaf("a", size=size).size for size in range(20)] == list(range(20))
    assert not compiled
    assert [Leaf("a", size=size).size for size in range(20)] == list(range(20))
    assert len(compiled) == 1


def test_a_class_may_be_generic() -> None:
    T = TypeVar("T")

    @ours.dataclass(frozen=True, slots=True)
    class Box(Generic[T]):
        content: T

    assert Box[int](3) == Box(3) != Box("3")
    assert dataclasses.replace(Box(3), content=4) == Box(4)


def test_a_class_that_inherits_is_refused() -> None:
    with pytest.raises(TypeError, match="use the standard dataclass"):
        ours.dataclass(type("Child", (ValueError,), {}))


def test_a_verdict_is_reached_without_the_standard_one() -> None:
    """It is what it is for: ``inspect`` is the largest import that a check can do without."""
    code = (
        "import sys; from tui.cli import main; main(['check', '--host', 'assets/scenarios/fresh.yaml']);"
        "print(sorted({'dataclasses', 'inspect'} & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stderr, done.returncode) == ("[]\n", 0)


def test_the_first_values_are_made_as_the_later_ones_are() -> None:
    """The first few without compiling anything, the others by what is compiled then; a call that is wrong is refused by both alike."""

    @ours.dataclass(frozen=True)
    class Entry:
        name: str
        size: int = 3
        parts: list[str] = ours.field(default_factory=list)

    wrong: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
        ((), {}),
        (("a", 1, [], 2), {}),
        (("a",), {"name": "b"}),
        (("a",), {"no": 1}),
    ]
    refusals = []
    for _ in range(20):
        assert Entry("a", parts=["b"]) == Entry(parts=["b"], name="a", size=3)
        assert Entry("a").parts is not Entry("a").parts
        said = []
        for given, named in wrong:
            with pytest.raises(TypeError) as refused:
                Entry(*given, **named)
            said.append(str(refused.value))
        refusals.append(said)
    assert refusals == [refusals[0]] * 20


def test_a_class_may_say_itself_what_its_hash_is() -> None:
    @ours.dataclass(frozen=True, slots=True)
    class Named:
        name: str
        note: str = ""

        def __hash__(self) -> int:
            return hash(self.name)

    assert hash(Named("a", "x")) == hash(Named("a")) == hash("a")
    assert Named("a", "x") != Named("a")
