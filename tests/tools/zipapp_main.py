"""The entry of the single file, which makes Python's way with a zip quick: an old Python must be able to read it."""

import os
import sys
from zipimport import zipimporter

PACKAGES = "packages.zip"


class OneLook(zipimporter):
    """The importer of a zip that reads each module once: Python's own reads and unmarshals it a first time to tell its file's name."""

    def get_filename(self, name):  # type: (str) -> str
        """The name of the module's source."""
        file = name.rpartition(".")[2] + ("/__init__.py" if self.is_package(name) else ".py")
        return "%s/%s%s" % (self.archive, self.prefix, file)


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
        sys.path_hooks.insert(0, OneLook)
        sys.path_importer_cache.pop(sys.path[0], None)
        sys.meta_path.append(Packages())
    from tui.__main__ import main

    sys.exit(main())
