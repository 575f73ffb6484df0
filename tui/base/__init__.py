"""Base: what every room may use and what knows nothing of audit: cleaned text, frozen dataclasses, output streams, the files of assets/,
crash logs, versions and amounts in words.

Comes in and goes out: plain values. Imports nothing of the program; anybody may import it. Everything here lies on the path of
``check``, so a module earns its import time. base/dataclass.py makes the classes of the standard decorator in a sixth of the time
(measured; a test holds them equal), and base/cleaning.py is where text from outside loses control characters and markup.
"""
