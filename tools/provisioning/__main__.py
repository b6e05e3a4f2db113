"""Prepare the real programs of the tests: GIMPs, and others that open palettes.

Usage, in the repository: ``python3 -m tools.provisioning [gimp] [readers]``; both if none is named.
Each Debian root is made once, in a cache folder.

Exit code 0 if every root is ready, or if this machine cannot have them and ``CI`` is not set; 1 if
something failed, and in CI also if a root is missing.
"""

from __future__ import annotations

import sys

from tools.provisioning import gimp, readers
from tools.provisioning.debian import prepare

GROUPS = {"gimp": lambda: [*gimp.roots().values()], "readers": lambda: [readers.root()]}


def main(*groups: str) -> int:
    """Provision the roots of some groups."""
    return prepare([root for group in groups or GROUPS for root in GROUPS[group]()])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
