"""The evidence as one HTML page without script or anything from elsewhere, readable on screens and on paper.

It sets the Markdown report: of Markdown only what that report is made of is known here, and all text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

_STYLE = (
    ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8888;padding:.5rem}code{overflow-wrap:anywhere}"
    "table{border-collapse:collapse}td,th{border:1px solid #8888;padding:.2rem .5rem;text-align:left;vertical-align:top}"
    "@media print{body{max-width:none;margin:0}pre{break-inside:avoid-page}}"
)
_INLINE = re.compile(r"\\([\\`*\[\]<>|])|(`+)(.*?)(?<!`)\2(?!`)|\*\*((?:\\.|[^*])*)\*\*")


def html(markdown: str) -> str:
    """The page of the report *markdown*."""
    lines = markdown.rstrip("\n").split("\n")
    title = _text(lines[0].lstrip("# "))
    plain = re.sub("<[^>]*>", "", title)
    head = f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{plain}</title>'
    return "\n".join((f"{head}<style>{_STYLE}</style></head><body>", *_blocks(lines), "</body></html>")) + "\n"


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        at += 1
        if fence := re.match("`{3,}", line):
            end = next((number for number in range(at, len(lines)) if lines[number].strip() == fence[0]), len(lines))
            indent = len(lines[at - 1]) - len(lines[at - 1].lstrip())
            content = "\n".join(text[indent:] for text in lines[at:end])
            yield f"<pre>{escape(content)}</pre>"
            at = end + 1
        elif line.startswith("|"):
            rows = [line]
            while at < len(lines) and lines[at].startswith("|"):
                rows.append(lines[at])
                at += 1
            yield from _table(rows)
        elif heading := re.match("(#{1,2}) (.*)", line):
            level = len(heading[1])
            yield f"<h{level}>{_text(heading[2])}</h{level}>"
        elif line:
            yield f"<p>{_text(line[2:] if line.startswith('* ') else line)}</p>"


def _table(rows: Sequence[str]) -> Iterator[str]:
    yield "<table>"
    for number, row in enumerate(rows):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().strip("|") if number != 1 else "")]
        if number == 1 or not any(cells):
            continue  # the rule below the head, and a head without words
        tag = "th" if number == 0 else "td"
        yield "<tr>" + "".join(f"<{tag}>{_text(cell)}</{tag}>" for cell in cells) + "</tr>"
    yield "</table>"


def _text(markdown: str) -> str:
    """A line of prose: what was written out as no markup comes back as itself, and is escaped."""
    made, at = [], 0
    for found in _INLINE.finditer(markdown):
        made.append(escape(markdown[at : found.start()]))
        if found[1]:
            made.append(escape(found[1]))
        elif found[2]:
            code = found[3][1:-1] if found[3][:1] == found[3][-1:] == " " and found[3].strip() else found[3]
            made.append(f"<code>{escape(code)}</code>")
        else:
            made.append(f"<strong>{_text(found[4])}</strong>")
        at = found.end()
    return "".join(made) + escape(markdown[at:])
