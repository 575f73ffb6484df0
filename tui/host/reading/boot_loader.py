"""Reads what boot loaders have for the kernel's command line: GRUB, Boot Loader Specification entries and images, extlinux, Raspberry Pi's
cmdline.txt.

No loader is asked and nothing is mounted. Only what root alone can change is gone by, and of what lies there only entries with the root file
system that runs now: a leftover of another loader, or another system beside this one, says nothing of this host. What is not gone by is told.

Sources: grub's manual (default, saved_entry, next_entry, blscfg), the Boot Loader Specification, syslinux's config.txt, Raspberry Pi's
documentation of cmdline.txt, kernel-install(8); menus of Debian 12, RHEL 8 and 9, openSUSE and Alpine, read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from tui.audit.inputs import Mount
from tui.audit.log.partition import mount_of
from tui.base.bounded_reading import read_file
from tui.base.dataclass import dataclass, replace
from tui.base.typing import NamedTuple
from tui.host.facts import KernelLine, UntoldMenu
from tui.host.reading.kernel_images import image_words, variable_path, variable_text
from tui.host.reading.owners import Owners

GRUB_FOLDERS = ("/boot/grub", "/boot/grub2")
SYSTEM_PARTITION = "/boot/efi/EFI"
"""Where RHEL 8 and its kin keep the menu of a host that starts by UEFI, in a folder of the distribution's name."""
ENTRY_FOLDERS = ("/boot/loader", "/efi/loader", "/boot/efi/loader")
IMAGE_FOLDER = "EFI/Linux"
"""Beside such a folder: where unified kernel images lie."""
LABEL_MENUS = ("/boot/extlinux/extlinux.conf", "/boot/extlinux.conf", "/boot/syslinux/syslinux.cfg", "/extlinux/extlinux.conf")
WHOLE_LINES = ("/boot/firmware/cmdline.txt", "/boot/cmdline.txt")
GRUB_SETTINGS = "/etc/default/grub"
GRUB_SETTINGS_MORE = "/etc/default/grub.d"
ENTRY_SETTINGS = ("/etc/kernel/cmdline", "/usr/lib/kernel/cmdline")

NO_IMAGES: Mapping[str, KernelLine] = {}

_MOST_BYTES = 512 << 10
"""A menu of some 300 entries; a snapshot each, as openSUSE makes them, is a menu of 100."""
_MOST_ENTRIES = 64
_ENTRY = r"""^\s*(menuentry|submenu)\s+(?:'([^']*)'|"([^"]*)")(.*)\{\s*$"""
_ENTRY_ID = r"""(?:--id|menuentry_id_option\}?)\s+(?:'([^']*)'|"([^"]*)"|([^\s'"{]+))"""
_KERNEL = r"^\s*(?:linux(?:16|efi)?\s+\S+|module2?\s+\S*vmlinuz\S*\s+placeholder)\s*(.*)$"
"""A kernel with its words, by itself or as Xen's first guest."""
_SET = r"""^\s*set\s+(\w+)=(?:"([^"]*)"|'([^']*)'|(\S*))\s*$"""
_VARIABLE = r"\$(?:\{(\w+)\}|(\w+))"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of a boot menu: its ``place`` in the menu (each number a level of it), by what names it is chosen, and its line."""

    place: tuple[int, ...]
    names: tuple[str, ...]
    line: KernelLine


@dataclass(frozen=True, slots=True)
class Menu:
    """The entries of one boot loader in their order, and the one that it boots by itself (None: not told)."""

    entries: tuple[MenuEntry, ...]
    chosen: MenuEntry | None


class BootFiles:
    """The files of boot loaders that root alone can change, without mounting what is mounted when somebody looks.

    *root* stands before each path; whose the files of a tree are that stands for a machine says nothing.
    """

    def __init__(self, mounts: Sequence[Mount], root: str = "") -> None:
        self._mounts = mounts
        self._root = root
        self._owners = None if root else Owners()
        self.untold: list[UntoldMenu] = []
        """The files that are there and may not be gone by, or cannot be read."""

    def text(self, path: str) -> str | None:
        """The text of a file; None where there is none that may be gone by."""
        content = self._read(path, lambda there: read_file(there, _MOST_BYTES))
        return None if content is None else content.decode("utf-8", "replace")

    def image(self, path: str) -> KernelLine | None:
        """What the unified kernel image *path* gives the kernel; None where that is not to be told, or not to be gone by."""
        words = self._read(path, lambda there: (image_words(there) or "").encode())
        if words == b"":
            self.untold.append(UntoldMenu(path, "image"))
        return KernelLine(path, 1, words.decode()) if words else None

    def variable(self, name: str) -> str:
        """A variable of the boot loader's; "" where there is none."""
        content = self._read(variable_path(name), lambda there: read_file(there, _MOST_BYTES))
        return variable_text(content) if content else ""

    def _read(self, path: str, read: Callable[[str], bytes]) -> bytes | None:
        there = self._root + path
        if self._is_far(path) or not os.path.lexists(there):
            return None
        if self._owners is not None and self._owners.exposed(there):
            self.untold.append(UntoldMenu(path, "others-write"))
            return None
        try:
            return read(there)
        except OSError:
            self.untold.append(UntoldMenu(path, "unread"))
            return None

    def names(self, folder: str, ending: str = "") -> list[str]:
        """The entries of a folder whose names end in *ending*, sorted."""
        try:
            return [] if self._is_far(folder) else sorted(name for name in os.listdir(self._root + folder) if name.endswith(ending))
        except OSError:
            return []

    def _is_far(self, path: str) -> bool:
        mount = mount_of(path, self._mounts) if self._mounts else None
        return mount is not None and mount.fs_type == "autofs"


class KernelLines(NamedTuple):
    """What the next boot's kernel is given, what that is made of, and what does not tell, as :class:`~tui.host.facts.BootFacts` has them."""

    lines: tuple[KernelLine, ...]
    settings: tuple[KernelLine, ...]
    untold: tuple[UntoldMenu, ...]


def read_kernel_lines(running: str, mounts: Sequence[Mount] = (), root: str = "") -> KernelLines:
    """The lines that boot loaders have for the next boot. *running* is the command line that runs now; *root* stands before each path."""
    files, wanted = BootFiles(mounts, root), _root_of(running)
    lines: list[KernelLine] = []
    for menu in _menus(files):
        here = [entry for entry in menu.entries if _root_of(entry.line.words) == wanted]
        if wanted is None:
            files.untold += [UntoldMenu(entry.line.file, "no-root") for entry in menu.entries[:1]]
        else:
            lines += [menu.chosen.line] if menu.chosen is not None and menu.chosen in here else [entry.line for entry in here]
    untold = tuple(dict.fromkeys(files.untold[:_MOST_ENTRIES]))
    return KernelLines(tuple(dict.fromkeys(lines)), tuple(_settings(files)) if lines else (), untold)


def _menus(files: BootFiles) -> Iterator[Menu]:
    """What each boot loader that has left its files here would boot."""
    folders = [*GRUB_FOLDERS, *(f"{SYSTEM_PARTITION}/{name}" for name in files.names(SYSTEM_PARTITION))]
    environment = next((grub_environment(text) for folder in folders if (text := files.text(f"{folder}/grubenv"))), {})
    with_entries = None
    for folder in folders:
        text = files.text(f"{folder}/grub.cfg")
        if text is not None:
            with_entries = text if re.search(r"^\s*blscfg\b", text, re.MULTILINE) else with_entries
            yield grub_menu(f"{folder}/grub.cfg", text, environment)
    for folder in ENTRY_FOLDERS:
        names = files.names(f"{folder}/entries", ".conf")[-_MOST_ENTRIES:]
        texts = {name: text for name in names if (text := files.text(f"{folder}/entries/{name}")) is not None}
        if texts and with_entries is not None:
            variables = {**_variables(with_entries), **environment}
            yield specification_menu(f"{folder}/entries", texts, variables, _grubs_default(with_entries, environment))
        images = _images(files, f"{folder.rpartition('/')[0]}/{IMAGE_FOLDER}")
        if images or (texts and with_entries is None):
            told = texts if with_entries is None else {}
            yield specification_menu(f"{folder}/entries", told, {}, _loaders_default(files, folder), images)
    for path in LABEL_MENUS:
        if (text := files.text(path)) is not None:
            yield label_menu(path, text)
    for path in WHOLE_LINES:
        if (text := files.text(path)) is not None:
            entry = MenuEntry((0,), (), KernelLine(path, 1, " ".join(text.split())))
            yield Menu((entry,), entry)


# --- GRUB


def grub_environment(text: str) -> dict[str, str]:
    """The variables of a grubenv file."""
    return dict(line.partition("=")[::2] for line in text.splitlines() if "=" in line and not line.startswith("#"))


def grub_menu(path: str, text: str, environment: Mapping[str, str]) -> Menu:
    """The menu of a grub.cfg; entries of other systems have no line for a kernel of ours and are left out."""
    entries: list[MenuEntry] = []
    counts, names, depths = [0], list[tuple[str, ...]](), list[int]()
    depth = 0
    variables = {**_variables(text), **environment}
    for number, line in enumerate(text.splitlines(), 1):
        opened, kernel = re.match(_ENTRY, line), re.match(_KERNEL, line)
        if opened:
            found = re.search(_ENTRY_ID, opened[4])
            titles = (opened[2] if opened[2] is not None else opened[3], *filter(None, found.groups() if found else ()))
            names.append(titles)
            depths.append(depth)
            counts.append(0)
        elif kernel and names and len(entries) < _MOST_ENTRIES:
            place = tuple(count for count in counts[: len(names)])
            chosen = ("0",) if not names else names[-1]
            above = names[:-1]
            full = [">".join((*(level[-1] for level in above), chosen[-1])), ">".join((*(level[0] for level in above), chosen[0]))]
            entries.append(MenuEntry(place, (*chosen, *full), KernelLine(path, number, _expanded(kernel[1], variables))))
        code = line.partition("#")[0] if line.lstrip().startswith("#") else re.sub(_VARIABLE, "", line)
        depth += code.count("{") - code.count("}")
        while depths and depth <= depths[-1]:
            depths.pop()
            names.pop()
            counts.pop()
            counts[-1] += 1
    return Menu(tuple(entries), _chosen(entries, _grubs_default(text, environment)))


def _grubs_default(text: str, environment: Mapping[str, str]) -> str:
    """Which entry grub boots by itself, as the menu's ``default`` and grubenv have it; "" where they do not say."""
    if environment.get("next_entry"):
        return environment["next_entry"]
    given = [
        match[2] or match[3] or match[4] or ""
        for line in text.splitlines()
        if (match := re.match(_SET, line)) and match[1] == "default"
    ]
    given = [value for value in given if "next_entry" not in value]
    return _expanded(given[-1], environment) if given else ""


def _chosen(entries: Sequence[MenuEntry], default: str) -> MenuEntry | None:
    """The entry that *default* names by number, title or id, the levels of the menu parted by ">"; else the first, as grub does."""
    numbers = default.split(">") if default else ["0"]
    if all(part.isdecimal() for part in numbers):
        place = tuple(map(int, numbers))
        found = next((entry for entry in entries if entry.place[: len(place)] == place), None)
    else:
        found = next((entry for entry in entries if default in entry.names), None)
        found = found or next((entry for entry in entries if entry.place[0] == 0), None)
    return found


def _variables(text: str) -> dict[str, str]:
    """What a grub.cfg sets by itself; of two values the first that is not empty."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = re.match(_SET, line)
        if match and (value := match[2] or match[3] or match[4]):
            found.setdefault(match[1], value)
    return found


def _expanded(words: str, variables: Mapping[str, str]) -> str:
    return " ".join(re.sub(_VARIABLE, lambda match: variables.get(match[1] or match[2], ""), words).split())


# --- Boot Loader Specification


def _images(files: BootFiles, folder: str) -> dict[str, KernelLine]:
    """The unified kernel images in *folder*, by name."""
    names = files.names(folder, ".efi")[-_MOST_ENTRIES:]
    return {name: line for name in names if (line := files.image(f"{folder}/{name}")) is not None}


def specification_menu(
    folder: str, texts: Mapping[str, str], variables: Mapping[str, str], default: str, images: Mapping[str, KernelLine] = NO_IMAGES
) -> Menu:
    """The menu of the entries in *folder* and of the *images* beside it: those of /boot/loader for grub, or of systemd-boot. *default* is an
    entry's name, or a pattern of one; without it a lone entry is the one, and of several none is told."""
    from fnmatch import fnmatchcase  # only hosts with such entries need it

    names = sorted({*texts, *images}, key=_version_key, reverse=True)
    entries = []
    for position, name in enumerate(names):
        if name in images:
            entries.append(MenuEntry((position,), (name.removesuffix(".efi"), name), images[name]))
            continue
        options = [(number, value) for number, key, value in _pairs(texts[name]) if key == "options"]
        if options:
            words = _expanded(" ".join(value for _, value in options), variables)
            stem = name.removesuffix(".conf")
            entries.append(MenuEntry((position,), (stem, name), KernelLine(f"{folder}/{name}", options[0][0], words)))
    if not default:
        return Menu(tuple(entries), entries[0] if len(entries) == 1 else None)
    if default.isdecimal():
        return Menu(tuple(entries), next((entry for entry in entries if entry.place == (int(default),)), None))
    return Menu(tuple(entries), next((entry for entry in entries if any(fnmatchcase(name, default) for name in entry.names)), None))


def _loaders_default(files: BootFiles, folder: str) -> str:
    """Which entry systemd-boot boots by itself: one that was asked for once, one that was chosen for good in its menu, what loader.conf has as
    ``default``; there @saved is the entry of before, and other words with an @ tell none."""
    pairs = _pairs(files.text(f"{folder}/loader.conf") or "")
    given = [value for _, key, value in pairs if key == "default"]
    chosen = files.variable("LoaderEntryOneShot") or files.variable("LoaderEntryDefault") or (given[-1] if given else "")
    chosen = files.variable("LoaderEntryLastBooted") if chosen == "@saved" else chosen
    return "" if chosen.startswith("@") else chosen


def _version_key(name: str) -> list[tuple[int, int, str]]:
    """Orders names by their numbers as numbers; a ~ comes before the end, as in versions of packages."""
    return [
        (1, int(part), "") if part.isdecimal() else (-1 if part.startswith("~") else 0, 0, part)
        for part in re.findall(r"\d+|\D+", name)
    ]


# --- extlinux


def label_menu(path: str, text: str) -> Menu:
    """The menu of an extlinux.conf or syslinux.cfg."""
    entries: list[MenuEntry] = []
    default, marked, label = "", "", ""
    for number, key, value in _pairs(text, lower=True):
        if key in ("default", "ontimeout"):
            default = value
        elif key == "label":
            label = value
        elif key == "menu" and value.lower() == "default":
            marked = label
        elif key == "append" and label and len(entries) < _MOST_ENTRIES:
            entries.append(MenuEntry((len(entries),), (label,), KernelLine(path, number, " ".join(value.split()))))
    for name in (marked, default):
        for entry in entries:
            if name in entry.names:
                return Menu(tuple(entries), entry)
    return Menu(tuple(entries), entries[0] if len(entries) == 1 else None)


def _pairs(text: str, *, lower: bool = False) -> Iterator[tuple[int, str, str]]:
    """The lines "key value" of a file, with their numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        key, *value = line.split(None, 1)[:2] or [""]
        if key and not key.startswith("#"):
            yield number, key.lower() if lower else key, value[0].strip() if value else ""


# --- what menus are made of


def _settings(files: BootFiles) -> Iterator[KernelLine]:
    kept: dict[str, list[KernelLine]] = {}
    for path in (
        GRUB_SETTINGS,
        *(f"{GRUB_SETTINGS_MORE}/{name}" for name in files.names(GRUB_SETTINGS_MORE, ".cfg")[:_MOST_ENTRIES]),
    ):
        for name, line in grub_settings(path, files.text(path) or ""):
            # A later assignment takes the place of an earlier one, unless it repeats it.
            repeats = f"${name}" in line.words or f"${{{name}}}" in line.words
            kept[name] = [*(kept.get(name, []) if repeats else []), replace(line, words=_expanded(line.words, {}))]
    yield from (line for lines in kept.values() for line in lines)
    found = next(((path, text) for path in ENTRY_SETTINGS if (text := files.text(path)) is not None), None)
    if found is not None:
        yield KernelLine(found[0], 1, " ".join(found[1].split()))


def grub_settings(path: str, text: str) -> Iterator[tuple[str, KernelLine]]:
    """The assignments of kernel words in a file of grub-mkconfig's settings, variables as they stand."""
    import shlex  # compiles a pattern, and a host without GRUB needs it not

    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"\s*(GRUB_CMDLINE_LINUX(?:_DEFAULT)?)(\+?)=(.*)", line)
        if match:
            try:
                words = " ".join(shlex.split(match[3], comments=True))
            except ValueError:
                continue  # A quote that is not closed here: the shell reads on, and so does nobody else.
            yield match[1], KernelLine(path, number, f"${match[1]} {words}" if match[2] else words)


def _root_of(words: str) -> str | None:
    """The last root= of a command line; None where it has none."""
    return next((word for word in reversed(words.split()) if word.startswith("root=")), None)
