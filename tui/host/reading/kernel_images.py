"""Reads what systemd-boot and unified kernel images say of the kernel's command line: the .cmdline section of an image, the EFI variables by
which an entry was chosen.

Sources: the Boot Loader Specification (type 2) and the UAPI group's specification of unified kernel images; the PE format; systemd-boot(7) and
the Boot Loader Interface on LoaderEntryOneShot, LoaderEntryDefault, LoaderEntryLastBooted.
"""

from __future__ import annotations

import os
import struct

_LOADERS_VARIABLES = "/sys/firmware/efi/efivars/{}-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
_SECTION_BYTES = 40
_MOST_SECTIONS = 96
_MOST_WORDS = 64 << 10
"""In bytes; the kernel takes 2 KiB on most machines."""


def image_words(path: str) -> str | None:
    """The command line that the image *path* holds, a PE file; None where it holds none, or is none. Raises OSError."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        try:
            (at,) = struct.unpack("<I", _piece(fd, 0x3C, 4))
            if _piece(fd, 0, 2) != b"MZ" or _piece(fd, at, 4) != b"PE\0\0":
                return None
            count, optional = struct.unpack("<H12xH", _piece(fd, at + 6, 16))
            for number in range(min(count, _MOST_SECTIONS)):
                name, size, raw_size, raw = struct.unpack(
                    "<8sI4xII16x", _piece(fd, at + 24 + optional + number * _SECTION_BYTES, _SECTION_BYTES)
                )
                if name.rstrip(b"\0") == b".cmdline":
                    words = os.pread(fd, min(size or raw_size, raw_size, _MOST_WORDS), raw)
                    return " ".join(words.partition(b"\0")[0].decode("utf-8", "replace").split())
        except struct.error:
            return None  # cut short
        return None
    finally:
        os.close(fd)


def variable_path(name: str) -> str:
    """Where the kernel shows the variable *name* of the Boot Loader Interface."""
    return _LOADERS_VARIABLES.format(name)


def variable_text(content: bytes) -> str:
    """The text in such a file: four bytes of attributes, then UTF-16 with a zero at its end."""
    return content[4:].decode("utf-16-le", "replace").partition("\0")[0]


def _piece(fd: int, at: int, size: int) -> bytes:
    return os.pread(fd, size, at)
