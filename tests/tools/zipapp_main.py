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
        memory = os.memfd_create("packages")
        with os.fdopen(os.dup(memory), "wb") as file:
            file.write(__loader__.get_data(PACKAGES))
        sys.path.append("/proc/self/fd/%d" % memory)
        return PathFinder.find_spec(name, path, target)


if __name__ == "__main__":
    if sys.version_info >= (3, 9):
        sys.path_hooks.insert(0, OneLook)
        sys.path_importer_cache.pop(sys.path[0], None)
        sys.meta_path.append(Packages())
    from tui.__main__ import main

    sys.exit(main())
