"""Write tui/audit/rule/syscall_tables.py from kernel headers and from the installed libaudit.

    apt-get download linux-libc-dev linux-headers-VERSION-common   (a current Debian; unpack both with dpkg-deb -x into ROOT)
    python tests/tools/make_syscall_tables.py ROOT

Names and numbers of x86_64, i386 and aarch64 come from the uapi headers (asm/unistd_64.h, unistd_32.h), the permission classes from
include/asm-generic/audit_{read,write,change_attr,dir_write,signal}.h, run through the C preprocessor once for each machine. The names that
auditctl knows where they differ from the kernel's, and those of the machines that only auditctl's ``-F arch=`` reaches, come from
libaudit.so.1 (3.0.9 when this was last run).
"""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
import textwrap
from pathlib import Path

MACHINES = {"x86_64": ("x86", "unistd_64.h", 1), "i386": ("x86", "unistd_32.h", 0), "aarch64": ("arm64", "unistd_64.h", 9)}
"""Machine to its folder of the uapi headers, its header, and libaudit's number for it (MACH_* in libaudit.h)."""
AUDITCTL_ONLY = {"arm": 8, "ppc": 4, "s390x": 5, "s390": 6}
CLASSES = {
    "r": "audit_read.h",
    "w": "audit_write.h",
    "a": "audit_change_attr.h",
    "dir": "audit_dir_write.h",
    "signal": "audit_signal.h",
}


def header_numbers(header: Path) -> dict[str, int]:
    """``__NR_*`` of a uapi header; two names of one number stop the run."""
    numbers = {name: int(number) for name, number in re.findall(r"^#define __NR_(\w+)\s+(\d+)$", header.read_text(), re.M)}
    if len(set(numbers.values())) != len(numbers):
        raise SystemExit(f"{header}: a number has two names")
    return numbers


def class_numbers(header: Path, generic: Path) -> dict[str, list[int]]:
    """The kernel's permission classes for the machine of *header*, sorted."""
    classes = {}
    for access, name in CLASSES.items():
        source = f'#include "{header}"\n=====\n#include <asm-generic/{name}>\n'
        done = subprocess.run(
            ["cpp", "-P", "-nostdinc", f"-I{generic}", "-"], input=source, capture_output=True, text=True, check=True
        )
        classes[access] = sorted(int(number) for number in re.findall(r"\d+", done.stdout.split("=====")[1]))
    return classes


def libaudit_names(machine: int) -> dict[int, str]:
    """Number to name as libaudit has them for its machine number."""
    library = ctypes.CDLL("libaudit.so.1")
    library.audit_syscall_to_name.restype = ctypes.c_char_p
    found = ((number, library.audit_syscall_to_name(number, machine)) for number in range(2048))
    return {number: name.decode() for number, name in found if name}


def libaudit_number(name: str, machine: int) -> int:
    """The number auditctl takes *name* for, -1 for none."""
    return int(ctypes.CDLL("libaudit.so.1").audit_name_to_syscall(name.encode(), machine))


def as_text(names: dict[int, str]) -> str:
    """Names in the order of their numbers, a dash for each number without one, wrapped."""
    words = [names.get(number, "-") for number in range(max(names) + 1)]
    return textwrap.fill(" ".join(words), 126, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


def main(root: Path) -> None:
    """Write the module."""
    uapi = root / "usr/lib/linux/uapi"
    generic = next(root.glob("usr/src/linux-headers-*-common/include"))
    kernel = re.search(r"linux-headers-([\d.]+)", str(generic))
    lines = [
        '"""System call names, numbers and permission classes. Written by tests/tools/make_syscall_tables.py: change that instead."""',
        "",
        f'KERNEL = "{kernel[1] if kernel else "?"}"',
        '"""The kernel whose headers the tables were made from."""',
        "",
        "NAMES: dict[str, str] = {",
    ]
    differing: dict[str, dict[str, int]] = {}
    classes: dict[str, dict[str, list[int]]] = {}
    last = 0
    for machine, (folder, header, number) in MACHINES.items():
        path = uapi / folder / "asm" / header
        numbers = header_numbers(path)
        lines += [f'    "{machine}": """', as_text({value: name for name, value in numbers.items()}), '""",']
        classes[machine] = class_numbers(path, generic)
        known = libaudit_names(number)
        last = max(last, *known)
        differing[machine] = {name: value for value, name in known.items() if numbers.get(name) != value}
        differing[machine].update(
            {name: -1 for name, value in numbers.items() if value <= max(known) and libaudit_number(name, number) != value}
        )
    for machine, number in AUDITCTL_ONLY.items():
        lines += [f'    "{machine}": """', as_text(libaudit_names(number)), '""",']
    lines += ["}", '"""Machine to the names in the order of their numbers, a dash for a number without a name."""', ""]
    lines += [f"AUDITCTL_LAST = {last}", '"""The last number that auditctl 3.0.9 knows by name."""', ""]
    lines += ["AUDITCTL_NAMES: dict[str, dict[str, int]] = {"]
    for machine, names in differing.items():
        inside = ", ".join(f'"{name}": {value}' for name, value in sorted(names.items()))
        lines += textwrap.wrap(f'"{machine}": {{{inside}}},', 126, initial_indent="    ", subsequent_indent="        ")
    lines += [
        "}",
        '"""Where auditctl 3.0.9 differs up to that number: its own name and the number it stands for, or -1 for a name of the kernel\'s',
        "that it does not know.",
        '"""',
        "",
    ]
    lines += ["CLASSES: dict[str, dict[str, frozenset[int]]] = {"]
    for machine, of_access in classes.items():
        lines += [f'    "{machine}": {{']
        for access, members in of_access.items():
            inside = ", ".join(map(str, members))
            lines += textwrap.wrap(f'"{access}": frozenset({{{inside}}}),', 122, initial_indent=" " * 8, subsequent_indent=" " * 12)
        lines += ["    },"]
    lines += [
        "}",
        '"""Machine to the members of the kernel\'s classes READ (r), WRITE (w), CHATTR (a), DIR_WRITE and SIGNAL."""',
        "",
    ]
    target = Path(__file__).parents[2] / "tui/audit/rule/syscall_tables.py"
    target.write_text("\n".join(lines))
    subprocess.run([Path(sys.executable).parent / "ruff", "format", target], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
