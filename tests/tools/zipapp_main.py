"""The entry of the single file, which makes Python's way with a zip quick: an old Python must be able to read it."""

import marshal
import os
import sys

PACKAGES = "packages.zip"
OURS = "tui.zip"
INDEX = "index"
"""For each file in OURS: where its contents begin there, how many bytes they take, whether they are packed; as marshal's second version."""
_HEADER = 30
"""The bytes of a local header in a zip, without the name that follows it (APPNOTE 4.3.7)."""


class Ours(object):
    """The finder and loader of our modules. They lie in a zip that is the first entry, stored, of the whole one, and are read at the places
    that the index tells: Python's own importer reads a directory of a thousand names first, and opens the file for each module."""

    def __init__(self, archive, index):  # type: (str, bytes) -> None
        from importlib.util import MAGIC_NUMBER, spec_from_loader  # runpy, which starts a zip, has brought it along

        self._magic, self._spec = MAGIC_NUMBER, spec_from_loader
        self.archive = archive
        self._index = marshal.loads(index)
        self._file = os.open(archive, os.O_RDONLY | os.O_CLOEXEC)
        self._start = os.pread(self._file, 1024, 0).index(b"PK\3\4") + _HEADER + len(OURS)

    def find_spec(self, name, path=None, target=None):  # type: (str, object, object) -> object
        """The place of the module *name*; None where it is not ours."""
        if name[:3] != "tui":
            return None
        file = name.replace(".", "/")
        if file + "/__init__.py" in self._index:
            return self._spec(name, self, is_package=True)
        return self._spec(name, self, is_package=False) if file + ".py" in self._index else None

    def create_module(self, spec):  # type: (object) -> None
        """Python's own kind of module."""

    def exec_module(self, module):  # type: (object) -> None
        """Run the module's code."""
        file = self._source(module.__name__)
        module.__file__ = self.archive + "/" + file
        if file.endswith("/__init__.py"):
            module.__path__.append(os.path.dirname(module.__file__))
        exec(self._code(file), module.__dict__)

    def _source(self, name):  # type: (str) -> str
        file = name.replace(".", "/")
        return file + "/__init__.py" if file + "/__init__.py" in self._index else file + ".py"

    def _code(self, file):  # type: (str) -> object
        """The code of a source: its byte code where this Python made it."""
        data = self.get_data(file + "c")
        return (
            marshal.loads(data[16:]) if data[:4] == self._magic else compile(self.get_data(file), file, "exec", dont_inherit=True)
        )

    def get_source(self, name):  # type: (str) -> str
        """The source of the module *name*, for the lines of a traceback."""
        return self.get_data(self._source(name)).decode("utf-8")

    def get_data(self, name):  # type: (str) -> bytes
        """The bytes of the file *name* among ours. Raises OSError."""
        if name not in self._index:
            raise OSError("no such file: %s" % name)
        start, size, packed = self._index[name]
        data = os.pread(self._file, size, self._start + start)
        if not packed:
            return data
        from zlib import decompress

        return decompress(data, -15)


class Packages(object):
    """The last finder of modules: asked for what nobody else has, it puts the zip with the packages on sys.path and gives its place up.

    They lie in a zip within this one, and are opened in memory: Python reads the whole directory of a zip before its first line runs, and
    two thousand names took as long as a check does.
    """

    def find_spec(self, name, path=None, target=None):  # type: (str, object, object) -> object
        """The place of the module *name* in the zip; None where it has none."""
        from importlib.machinery import PathFinder

        sys.meta_path.remove(self)
        if not os.path.isdir("/proc/self/fd"):
            try:
                unpacked = Unpacked(__loader__.get_data(PACKAGES))
            except ImportError:  # a part of Python's library is missing: whoever asks next is to hear that as well
                sys.meta_path.append(self)
                raise
            sys.meta_path.append(unpacked)
            return unpacked.find_spec(name, path, target)
        memory = os.memfd_create("packages")
        with os.fdopen(os.dup(memory), "wb") as file:
            file.write(__loader__.get_data(PACKAGES))
        sys.path.append("/proc/self/fd/%d" % memory)
        return PathFinder.find_spec(name, path, target)


class Unpacked(object):
    """The finder of the packages where no /proc gives a memory file a name, as in a bare chroot: it compiles each module from the zip's bytes."""

    def __init__(self, packages):  # type: (bytes) -> None
        from io import BytesIO
        from zipfile import ZipFile

        self.zip = ZipFile(BytesIO(packages))
        self.names = frozenset(self.zip.namelist())
        self.place = os.path.join(os.path.abspath(__loader__.archive), PACKAGES)

    def find_spec(self, name, path=None, target=None):  # type: (str, object, object) -> object
        """The place of the module *name*; None where the zip has none."""
        from importlib.util import spec_from_file_location

        for end in ("/__init__.py", ".py"):
            file = name.replace(".", "/") + end
            if file in self.names:
                folders = [self.place] if end[0] == "/" else None
                return spec_from_file_location(name, self.place + "/" + file, loader=self, submodule_search_locations=folders)
        return None

    def create_module(self, spec):  # type: (object) -> None
        """Python's own kind of module."""

    def exec_module(self, module):  # type: (object) -> None
        """Run the module's source."""
        file = module.__spec__.origin
        exec(compile(self.get_data(file), file, "exec"), module.__dict__)

    def get_data(self, path):  # type: (str) -> bytes
        """The bytes of a file in the zip. Raises OSError."""
        name = path[len(self.place) + 1 :]
        if name not in self.names:
            raise OSError("no such file: %s" % path)
        return self.zip.read(name)


if __name__ == "__main__":
    if sys.version_info >= (3, 9):
        sys.meta_path.insert(0, Ours(__loader__.archive, __loader__.get_data(INDEX)))
        sys.meta_path.append(Packages())
    from tui.__main__ import main

    sys.exit(main())
