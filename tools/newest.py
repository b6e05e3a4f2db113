"""Write the newest versions that “make test” could have, as a lock.

Usage, in the repository: ``python -m tools.newest PATH``. Exit code 0 when it is written, 1 when
no versions fit or there is no network.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.lock import LOCKS, Unresolved, resolve


def main(path: str) -> int:
    """Resolve the lock of the tests anew."""
    try:
        resolve(LOCKS["test"], Path(path).resolve(), "--upgrade")
    except Unresolved as reason:
        print(f"The newest versions are not known: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
