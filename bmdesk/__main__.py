"""`python -m bmdesk` and the command `bmdesk`."""

from __future__ import annotations

import multiprocessing
import signal
import sys


def main() -> int:
    """Run bmdesk with the arguments of this process; the exit code."""
    multiprocessing.freeze_support()  # a frozen build starts its children by running itself
    if sys.argv[1:] == ["--version"]:
        from bmdesk.system.program import version

        print(version())  # noqa: T201 - answered before anything is imported
        return 0
    try:
        from bmdesk.app import main as run

        return run()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
