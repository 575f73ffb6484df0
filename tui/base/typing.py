"""What our modules take from ``typing``, at little cost: to the type checker these are the standard ones.

Importing ``typing``, with what it brings along, and making a named tuple by it took a tenth of a check (CPython 3.11): a standard named tuple
compiles its ``__new__``, and each Literal is looked through for repetitions. Here a Literal, a Union and an Optional are what ``list[int]``
is, of which ``typing.get_origin`` and ``get_args`` tell the parts. A named tuple compiles nothing and is otherwise the standard one.
"""

from __future__ import annotations

TYPE_CHECKING = False  # true to a type checker, by its name
__all__ = [
    "TYPE_CHECKING",
    "Any",
    "Generic",
    "Literal",
    "NamedTuple",
    "NoReturn",
    "Optional",
    "TextIO",
    "TypeVar",
    "Union",
    "cast",
    "get_args",
]

if TYPE_CHECKING:
    from typing import Any, Generic, Literal, NamedTuple, NoReturn, Optional, TextIO, TypeVar, Union, cast, get_args  # noqa: TID251
else:
    from _collections import _tuplegetter

    _Subscripted = type(list[int])

    class Generic:
        """A class that takes type variables, which nothing looks at."""

        __class_getitem__ = classmethod(_Subscripted)

    class _OneOf:
        """What stands for one of the members in its brackets; where one of them is such itself, for that one's members."""

        def __class_getitem__(cls, members):
            flat = []
            for member in members if isinstance(members, tuple) else (members,):
                flat += member.__args__ if getattr(member, "__origin__", None) is cls else (cls.none if member is None else member,)
            return _Subscripted(cls, tuple(flat))

    class Literal(_OneOf):
        """One of some values."""

        none = None

    class Union(_OneOf):
        """A value of one of some types."""

        none = type(None)

    class Optional:
        """A value of the type that stands in its brackets, or None: a Union of the two."""

        def __class_getitem__(cls, kind):
            return Union[kind, None]

    class TypeVar:
        """A name for a type."""

        def __init__(self, name, **_limits):
            self.__name__ = name

    Any = NoReturn = TextIO = object

    def cast(_kind, value):
        """*value*, whose type the checker takes to be another."""
        return value

    def get_args(kind):
        """What stands in the brackets of *kind*."""
        return getattr(kind, "__args__", ())

    class _NamedTupleMaker(type):
        """Makes of a class with annotations a tuple whose parts have their names."""

        def __new__(cls, name, bases, namespace):
            if not bases:
                return type.__new__(cls, name, bases, namespace)
            names = tuple(namespace.get("__annotations__", ()))
            defaults = {each: namespace.pop(each) for each in names if each in namespace}
            made = {each: _tuplegetter(at, each) for at, each in enumerate(names)}
            made |= {
                "__slots__": (),
                "_fields": names,
                "_field_defaults": defaults,
                "__match_args__": names,
                "__new__": _new(names, defaults),
            }
            made |= {"_make": _make, "_replace": _replace, "_asdict": _asdict, "__repr__": _shown, "__getnewargs__": _parts}
            return type(name, (tuple,), made | namespace)

    class NamedTuple(metaclass=_NamedTupleMaker):
        """A tuple whose parts have names; ``class Point(NamedTuple)`` with annotations."""

    def _new(names, defaults):
        new, count = tuple.__new__, len(names)

        def __new__(cls, *given, **named):
            if named or len(given) != count:
                given = _completed(cls, names, defaults, given, named)
            return new(cls, given)

        return __new__

    def _completed(cls, names, defaults, given, named):
        """The parts of a *cls*, in order, where not all are *given* in order. Raises TypeError for one too many, unknown or missing."""
        rest = names[len(given) :]
        if len(given) > len(names) or not named.keys() <= set(rest):
            raise TypeError(
                f"{cls.__name__} takes {', '.join(names)}, not {len(given)} values and {', '.join(named) or 'no names'}"
            )
        try:
            return (*given, *[named[each] if each in named else defaults[each] for each in rest])
        except KeyError as missing:
            raise TypeError(f"{cls.__name__} lacks {missing}") from None

    @classmethod
    def _make(cls, values):
        """One of the parts in *values*, in order."""
        return cls(*values)

    def _replace(self, /, **changes):
        """The same with other contents in some parts."""
        return type(self)(**self._asdict() | changes)

    def _asdict(self):
        """The parts by their names."""
        return dict(zip(self._fields, self))

    def _parts(self):
        """The plain tuple, by which a copy is made."""
        return tuple(self)

    def _shown(self):
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in zip(self._fields, self))})"
