"""Write the hosts of tests/distributions.py as files for ``--demo FILE`` and ``--host FILE``: one a distribution, to be walked and changed.

python -m tests.tools.make_hosts FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.distributions import DISTRIBUTIONS
from tui.base.dataclass import replace
from tui.host.scenario import dump_capture


def write_hosts(folder: Path) -> tuple[Path, ...]:
    """Write every host into *folder*, which is made where it is not there: the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, distribution in DISTRIBUTIONS.items():
        path = folder / f"{name.lower().replace(' ', '-')}.yaml"
        host = distribution.host()
        path.write_text(dump_capture(replace(host, identity=replace(host.identity, name=path.stem))), encoding="utf-8")
        written.append(path)
    return tuple(written)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.tools.make_hosts", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="where the files are written; made where it is not there")
    for written in write_hosts(parser.parse_args().folder):
        print(written)
