"""Cluster: the workers of a Dask cluster as an executor that survives what clusters do.

Dask is imported where it is used, as it is an extra.
See docs/decisions.md#dask-through-an-executor.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from palette_engine import __version__
from palette_engine.collections.reader import close_readers
from palette_engine.errors import OptionError, SetupError, cause_of

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Cluster", "Disconnected", "connected"]

CONNECT_SECONDS = 20.0
"""The scheduler may take this long to answer."""

WORKER_SECONDS = 60.0
"""If there is no worker for so long, the run ends."""

FRESH_SECONDS = 3.0
"""The number of workers is asked for this often."""

LARGE_GRAPH = "1GB"
"""Dask warns of larger tasks; ours have the members of archives, at most 256 MB."""


class Disconnected(RuntimeError):
    """A call was given back since the link to the cluster broke; nothing is wrong with it."""


class Cluster(Executor):
    """An executor of a client of Dask; `address` is what messages name.

    Futures raise `Disconnected` if the link to the scheduler breaks.
    """

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        self._executor = client.get_executor(pure=False)
        self._slots = 0
        self._asked = self._seen = time.monotonic()

    def slots(self) -> int:
        """Return how many threads all workers have, at least one.

        Raises `SetupError` if there has been no worker for a while.
        """
        now = time.monotonic()
        if not self._slots or now - self._asked > FRESH_SECONDS:
            self._asked = now
            # If the scheduler does not answer, `submit` or a future tells why.
            with suppress(OSError):
                self._slots = sum(self._client.nthreads().values())
            if self._slots:
                self._seen = now
            elif now - self._seen > WORKER_SECONDS:
                raise SetupError(
                    f"The cluster at {self._address} has no workers; start some with “dask worker "
                    f"{self._address}”, then run the same command again."
                )
        return max(1, self._slots)

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **keywords: Any
    ) -> Future[Any]:
        """Call a function on a worker; raises `SetupError` if the scheduler is gone."""
        self._wait_for_link()
        outer: Future[Any] = Future()
        try:
            inner = self._executor.submit(function, *arguments, **keywords)
        except OSError:  # the link broke just now
            outer.set_exception(Disconnected())
            return outer
        inner.add_done_callback(lambda done: _hand_over(done, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """End the child processes of the workers, and cancel what they have before them."""
        with suppress(OSError, RuntimeError):
            if self._client.status == "running":
                self._client.run(close_readers, nanny=False, on_error="ignore")

    def _wait_for_link(self) -> None:
        while self._client.status == "connecting":  # for as long as Dask tries
            time.sleep(0.1)
        if self._client.status != "running":
            raise SetupError(
                f"The scheduler at {self._address} has gone away; what was read is kept. Run the "
                "same command again when it is back."
            )


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Hold the cluster of a scheduler's address, or its scheduler file, in the body of ``with``.

    Raises `OptionError` if that is no address, and `SetupError` if Dask is not installed, the
    scheduler does not answer, it has no workers, or these have another version of this program.
    """
    if find_spec("distributed") is None:
        raise SetupError(
            "A cluster needs what the extra “dask” brings; install it with pip install "
            "'palette-engine[dask]'."
        )
    import dask
    from distributed import Client

    found = address if "://" in address else _address_in(Path(address))
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": LARGE_GRAPH}):
        try:
            client = Client(found, timeout=CONNECT_SECONDS, set_as_default=False)
        except ValueError as error:
            raise OptionError(
                f"{address} is not the address of a scheduler, such as tcp://host:8786, or a "
                f"scheduler file: {cause_of(error)}."
            ) from error
        except (OSError, TimeoutError) as error:
            raise SetupError(
                f"No Dask scheduler answers at {found}; start one with “dask scheduler”, or "
                "correct the address."
            ) from error
        with client, Cluster(client, found) as cluster:
            _check_scheduler(client, found)
            _check_workers(client, found)
            yield cluster


def _address_in(path: Path) -> str:
    """Return the address in a scheduler file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["address"]
    except FileNotFoundError as error:
        raise OptionError(
            f"There is no scheduler file {path}; name one, or an address such as tcp://host:8786."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OptionError(
            f"{path} is no scheduler file; name one, or an address such as tcp://host:8786."
        ) from error
    return str(found)


def _check_scheduler(client: Client, address: str) -> None:
    """Raise `SetupError` if the scheduler cannot read what it is to pass on.

    Dask's schedulers unpickle calls, so they import what is called. If they cannot, each call
    fails, and its pictures count as lost.
    """
    try:
        client.run_on_scheduler(_version)
    except (ImportError, AttributeError) as error:
        raise SetupError(
            f"The scheduler at {address} cannot import palette-engine; install it there, too, with "
            f"pip install palette-engine=={__version__}."
        ) from error


def _check_workers(client: Client, address: str) -> None:
    """Raise `SetupError` if there is no worker, or one with another version of this program."""
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        raise SetupError(
            f"The cluster at {address} has no workers; start some with “dask worker {address}”."
        ) from error
    for worker, version in client.run(_version, on_error="return").items():
        if version != __version__:
            other = "cannot import it" if isinstance(version, BaseException) else f"has {version}"
            raise SetupError(
                f"Workers need palette-engine {__version__}, and the worker {worker} {other}; "
                f"install it there with pip install palette-engine=={__version__}."
            )


def _version() -> str:
    return __version__


def _hand_over(done: Future[Any], outer: Future[Any]) -> None:
    """Give the outcome of a future of Dask to ours."""
    if not outer.set_running_or_notify_cancel():
        return
    if done.cancelled():
        outer.set_exception(Disconnected())
    elif (error := done.exception()) is not None:
        outer.set_exception(error)
    else:
        outer.set_result(done.result())
