"""``python -m tui`` is the same program as ``docker-audit-wizard``."""

import sys

from tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
