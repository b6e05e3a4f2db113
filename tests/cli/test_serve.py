"""``palette-engine serve`` as a command; what it serves has a folder of its own, tests/web."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from palette_engine.cli.serve import EXTRA_MODULES, PORT
from tests.cli.program import Main, run
from tests.web.serving import serving


@contextlib.contextmanager
def taken(port: int) -> Iterator[int]:
    """Have a port taken, by another program if not by us, and yield its number."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", port)))
            port = listener.getsockname()[1]
        yield port


def test_it_prints_the_address_and_ends_at_an_interrupt() -> None:
    with serving() as server:
        assert server.request("GET", "/").status == 200
        out, said = server.stop()
        assert server.process.returncode == 0
    assert server.address.startswith("http://127.0.0.1:")
    assert out == ""
    assert said == (
        "palette-engine: serving to this machine alone; Ctrl+C stops it\n"
        "palette-engine: stopped; all pictures are forgotten\n"
    )


def test_it_can_be_reached_from_this_machine_alone() -> None:
    with serving() as server:
        port = int(server.host.rpartition(":")[2])
        # 127.0.0.2 is this machine, too, but another address of it.
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port), timeout=5)


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with taken(0) as port:
        ended = run("serve", "--no-open", "--port", str(port), folder=tmp_path)
    assert (ended.code, ended.out) == (3, b"")
    assert f"Port {port} cannot be had" in ended.line
    assert "--port" in ended.line


def test_without_a_port_any_other_does_if_the_usual_one_is_taken() -> None:
    with taken(PORT), serving(port=()) as server:
        assert server.host != f"127.0.0.1:{PORT}"
        assert server.request("GET", "/").status == 200
        assert f"port {PORT} is taken" in server.stop()[1]


@pytest.mark.parametrize(
    "arguments",
    [("--port", "70000"), ("--max-megabytes", "0"), ("--max-pixels", "x"), ("--forget-after", "0")],
)
def test_wrong_usage_is_refused(main: Main, arguments: tuple[str, str]) -> None:
    ended = main("serve", "--no-open", *arguments)
    assert ended.code == 2
    assert arguments[0] in ended.line


@pytest.mark.parametrize("module", EXTRA_MODULES)
def test_what_the_extra_brings_is_asked_for_if_it_is_missing(module: str, tmp_path: Path) -> None:
    code = f"""if True:
        import sys
        sys.modules[{module!r}] = None
        from palette_engine.__main__ import main
        main()
    """
    ended = run("serve", "--no-open", folder=tmp_path, program=(sys.executable, "-c", code))
    assert ended.code == 3
    assert "pip install 'palette-engine[web]'" in ended.line
