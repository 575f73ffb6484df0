"""A fleet as people read it: a table on a terminal, a page of HTML, Markdown, and a table for a spreadsheet.

Comes in: fleet.Fleet, whose text is clean. Goes out: text. Each module is one form of the same facts.
"""
