"""Dataclasses that cost little to start with; to the type checker, and to the standard library's functions, they are the standard ones.

Importing ``dataclasses`` brings ``inspect`` along, and each frozen class compiles eight methods: a third of the time that ``check`` took to its
verdict (CPython 3.11). Here a class compiles ``__init__`` and nothing else, and that when it has made a few values: most classes that a check imports
make none, or one. Left out are inheritance, order, keyword-only fields and class variables, which no class here has. That a frozen value stays
as it is, the type checker sees to, and not every assignment.
"""

from __future__ import annotations

from tui.base.typing import TYPE_CHECKING

__all__ = ["MISSING", "Field", "dataclass", "field", "fields", "is_dataclass", "replace"]

if TYPE_CHECKING:
    from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace  # noqa: TID251
else:
    from operator import attrgetter

    from tui.base.typing import Generic

    MISSING = object()
    """Stands for the default that a field does not have."""

    class Field:
        """One field of a class, by the attributes that the standard ``Field`` has."""

        __slots__ = ("default", "default_factory", "metadata", "name", "repr")

        def __init__(self, default=MISSING, default_factory=MISSING, metadata=None, repr=True):
            self.name = ""
            self.default, self.default_factory = default, default_factory
            self.metadata, self.repr = metadata or {}, repr

    def field(*, default=MISSING, default_factory=MISSING, metadata=None, repr=True):
        """What is to be said of a field besides its default."""
        return Field(default, default_factory, metadata, repr)

    def dataclass(cls=None, *, frozen=False, slots=False):
        """The class decorator. Raises TypeError for a class that inherits, ``Generic`` aside."""
        if cls is None:
            return lambda cls: dataclass(cls, frozen=frozen, slots=slots)
        if cls.__bases__ not in ((object,), (Generic,)):
            raise TypeError(f"{cls.__qualname__} inherits: use the standard dataclass")
        namespace = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
        entries = tuple(_entry(name, namespace.pop(name, MISSING)) for name in namespace.get("__annotations__", ()))
        names = tuple(entry.name for entry in entries)
        values = attrgetter(*names) if names else type

        def equal(self, other):
            return values(self) == values(other) if type(other) is type(self) else NotImplemented

        few, known = iter(range(_FEW)), frozenset(names)
        defaults = {entry.name: entry.default for entry in entries if entry.default is not MISSING}
        factories = [(entry.name, entry.default_factory) for entry in entries if entry.default_factory is not MISSING]

        def first(self, *given, **named):
            contents = {**defaults, **dict(zip(names, given)), **named}
            for name, factory in factories:
                if name not in contents:
                    contents[name] = factory()
            right = contents.keys() == known and len(given) <= len(names) and named.keys().isdisjoint(names[: len(given)])
            if next(few, None) is None or not right:  # a wrong call is refused in Python's own words
                made.__init__ = _init(entries, "__post_init__" in namespace)
                made.__init__(self, *given, **named)
                return
            for name in names:
                setattr(self, name, contents[name])
            if "__post_init__" in namespace:
                self.__post_init__()

        namespace |= {
            "__init__": first,
            "__eq__": equal,
            "__hash__": namespace.get("__hash__") or ((lambda self: hash(values(self))) if frozen else None),
            "__repr__": _shown,
            "__match_args__": names,
            "__fields__": entries,
            "__dataclass_fields__": _StandardFields(),
            "__qualname__": cls.__qualname__,
        }
        if slots:
            namespace["__slots__"] = names
        made = type(cls.__name__, cls.__bases__, namespace)
        return made

    def _entry(name, default):
        entry = default if isinstance(default, Field) else Field(default)
        entry.name = name
        return entry

    _FEW = 20
    """How many values of a class cost less without compiling (in thousands of instructions: 800 once, and 10 more a value; CPython 3.11)."""

    def _init(entries, post_init):
        known = {"MISSING": MISSING}
        arguments, body = ["self"], ["pass"]
        for number, entry in enumerate(entries):
            name, given = entry.name, f"_{number}"
            if entry.default is not MISSING:
                known[given] = entry.default
                arguments.append(f"{name}={given}")
                body.append(f"self.{name}={name}")
            elif entry.default_factory is not MISSING:
                known[given] = entry.default_factory
                arguments.append(f"{name}=MISSING")
                body.append(f"self.{name}={given}() if {name} is MISSING else {name}")
            else:
                arguments.append(name)
                body.append(f"self.{name}={name}")
        if post_init:
            body.append("self.__post_init__()")
        exec(f"def __init__({','.join(arguments)}):{';'.join(body)}", known)
        return known["__init__"]

    def _shown(self):
        shown = ", ".join(f"{entry.name}={getattr(self, entry.name)!r}" for entry in self.__fields__ if entry.repr)
        return f"{type(self).__qualname__}({shown})"

    class _StandardFields:
        """What ``dataclasses.fields``, ``replace`` and ``asdict`` go by, made once a class, when one of them asks first."""

        made = None

        def __get__(self, value, cls):
            if self.made is None:
                import dataclasses

                same = [
                    (entry.name, cls.__annotations__[entry.name], self._standard(dataclasses, entry)) for entry in cls.__fields__
                ]
                self.made = dataclasses.make_dataclass(cls.__name__, same).__dataclass_fields__
            return self.made

        @staticmethod
        def _standard(dataclasses, entry):
            given = {name: getattr(entry, name) for name in ("default", "default_factory")}
            given = {name: content for name, content in given.items() if content is not MISSING}
            return dataclasses.field(metadata=entry.metadata, repr=entry.repr, **given)

    def is_dataclass(thing):
        """Whether *thing* is such a class or a value of one."""
        return hasattr(thing, "__fields__")

    def fields(thing):
        """The fields of such a class or value, in their order."""
        return thing.__fields__

    def replace(value, /, **changes):
        """*value* with other contents in some fields."""
        return type(value)(**{entry.name: getattr(value, entry.name) for entry in value.__fields__} | changes)
