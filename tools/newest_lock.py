"""Newest lock: writes the newest versions that “make test” could install to a file.

Usage, in the repository: ``python -m tools.newest_lock PATH``. Exit code 0 if it is written; 1 if
no versions fit or there is no network.

See docs/decisions.md#locks-change-on-purpose.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.lock import LOCKS, Unresolved, resolve


def main(path: str) -> int:
    """Resolve the lock of the tests with the newest versions."""
    try:
        resolve(LOCKS["test"], Path(path).resolve(), "--upgrade")
    except Unresolved as reason:
        print(f"The newest versions cannot be resolved: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
