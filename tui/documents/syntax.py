"""From a document's text to plain nodes with their places: what YAML allows and we do not is refused here."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from tui.base.dataclass import dataclass, field
from tui.base.typing import Any, Literal
from tui.documents.problems import Problem

MAX_CHARACTERS = 16 << 20
"""Larger documents are refused unread."""
MAX_DEPTH = 64
"""Deeper nesting is refused."""
_NO_TEXT = re.compile("[^\\t\\n\\r -~\x80-\ud7ff\ue000-\U0010ffff]")
"""Characters that no text holds; a byte that is not UTF-8 is read as one of them."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


NodeKind = Literal["scalar", "sequence", "mapping", "refused"]

_KINDS: dict[type, NodeKind] = {
    yaml.ScalarEvent: "scalar",
    yaml.SequenceStartEvent: "sequence",
    yaml.MappingStartEvent: "mapping",
    yaml.AliasEvent: "refused",
}


@dataclass(slots=True)
class Node:
    """A piece of the document as it is written, before anything is read into it. Positions count from 0.

    ``plain`` is True for a scalar without quotes; ``items`` are a sequence's items, or a mapping's keys and values in turn.
    ``refused`` stands where the problem has been noted already.
    """

    kind: NodeKind
    line: int
    column: int
    text: str = ""
    plain: bool = False
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """One document being read: its name and the problems found so far."""

    name: str
    problems: list[Problem] = field(default_factory=list)

    def note(self, node: Node, text: str) -> None:
        """Note a problem at *node*."""
        self.problems.append(Problem(self.name, node.line + 1, node.column + 1, text))


def compose(text: str, reading: Reading) -> Node | None:
    """The document's root node, None where it could not be read to its end (the problem has been noted)."""
    if len(text) > MAX_CHARACTERS:
        reading.note(Node("refused", 0, 0), f"the document has more than {MAX_CHARACTERS} characters, which is as many as are read")
        return None
    try:
        return _nodes(yaml.parse(text, Loader=_LOADER), reading)
    except yaml.MarkedYAMLError as error:
        _note_syntax(text, error, reading)
    except yaml.reader.ReaderError as error:
        # One reader counts bytes and the other characters: the character itself tells the place for both.
        _note_character(text, error.character if isinstance(error.character, str) else chr(error.character), reading)
    except UnicodeEncodeError as error:
        _note_character(text, text[error.start], reading)
    return None


def _note_character(text: str, character: str, reading: Reading) -> None:
    before = text[: max(text.find(character), 0)]
    place = Node("refused", before.count("\n"), len(before) - before.rfind("\n") - 1)
    start = text[:1024]
    if 10 * len(_NO_TEXT.findall(start)) > max(100, len(start)):
        reading.note(Node("refused", 0, 0), "this is no text file; expected a document in YAML or JSON")
    elif "\ud800" <= character <= "\udfff":
        reading.note(place, "here is a byte that is not UTF-8; write such text as {base64: …}")
    else:
        reading.note(place, f"the character U+{ord(character):04X} is not allowed; write it as an escape in double quotes")


def _note_syntax(text: str, error: yaml.MarkedYAMLError, reading: Reading) -> None:
    mark = error.problem_mark or error.context_mark
    place = Node("refused", mark.line, mark.column) if mark else Node("refused", 0, 0)
    lines = text.split("\n")
    written = lines[place.line][: place.column + 1] if place.line < len(lines) else ""
    said = error.problem or error.context or "this cannot be read"
    if "\t" in written and not written.strip():
        said = "a tab in the indentation; indent with blanks"
    elif error.context:
        said = f"{said}, {error.context}"
        if error.context_mark and error.context_mark.line != place.line:
            said += f" that began in line {error.context_mark.line + 1}"
    reading.note(place, f"not well-formed YAML: {said}")


def _nodes(events: Iterator[Any], reading: Reading) -> Node | None:
    root: Node | None = None
    stack: list[Node] = []
    documents = 0
    for event in events:
        kind = _KINDS.get(type(event))
        if kind is not None:
            node = _node(event, kind, reading)
            if stack:
                stack[-1].items.append(node)
            else:
                root = node
            if kind == "sequence" or kind == "mapping":
                if len(stack) == MAX_DEPTH:
                    reading.note(node, f"nested deeper than {MAX_DEPTH} levels")
                    return None
                stack.append(node)
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                reading.note(_place(event), "a second document begins here; a file holds one")
                return root
    if root is None:
        reading.note(Node("refused", 0, 0), "the document is empty")
    return root


def _place(event: Any) -> Node:
    return Node("refused", event.start_mark.line, event.start_mark.column)


def _node(event: Any, kind: NodeKind, reading: Reading) -> Node:
    mark = event.start_mark
    node = Node(kind, mark.line, mark.column)
    if kind == "refused":
        reading.note(node, f"the alias *{event.anchor} is not supported; write the value out")
        return node
    if event.anchor is not None:
        reading.note(node, f"the anchor &{event.anchor} is not supported; remove it")
    if event.tag is not None:
        reading.note(node, f"the tag {event.tag} is not supported; remove it")
    if kind == "scalar":
        node.text, node.plain = event.value, not event.style
    return node
