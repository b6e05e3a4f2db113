"""The real server with limits that are reached soon."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from functools import partial

from palette_engine.web import server
from palette_engine.web.limits import Limits
from tests.web.serving import Server, running

__all__ = ["limited"]


@contextlib.contextmanager
def limited(*, environment: Mapping[str, str] | None = None, **limits: float) -> Iterator[Server]:
    """Run a server with `Limits` and seconds for `head` and `response`, and stop it afterwards."""
    command = [sys.executable, "-m", "tests.web.limited", json.dumps(limits)]
    with running(command, environment or {}) as found:
        yield found


def main() -> None:
    """Serve with the limits of the command line."""
    logging.disable()
    limits = json.loads(sys.argv[1])
    server.HEAD_SECONDS = limits.pop("head", server.HEAD_SECONDS)
    server.RESPONSE_SECONDS = limits.pop("response", server.RESPONSE_SECONDS)
    with server.listen(0) as listener, contextlib.suppress(KeyboardInterrupt):
        host, port = listener.getsockname()
        print(f"http://{host}:{port}/", flush=True)
        server.serve(listener, Limits(**limits), partial(print, file=sys.stderr))


if __name__ == "__main__":
    main()
