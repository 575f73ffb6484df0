"""The check document in the formats that other programs read: one module a format, each a function from the document to text.

They read the document of ``check --json`` and nothing else, so that a document of yesterday, or of another host, can be turned into each of
them. What a program is to read is written by the standard library; whatever came from a host was cleaned before.
"""
