"""Download: the bytes of a picture that has an address, and what tells its versions apart.

Addresses with http and https are read by the standard library, others by fsspec, which is imported
where it is used, as it is an extra. See docs/decisions.md#pictures-with-addresses.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate, parsedate_to_datetime
from importlib.util import find_spec
from typing import IO, Any

from palette_engine import __version__
from palette_engine.collections.limits import MEMBER_BYTES
from palette_engine.errors import InputError, Reason, SetupError, cause_of

__all__ = [
    "Download",
    "NotDownloaded",
    "answered",
    "cause",
    "download",
    "has_address",
    "is_web",
    "mtime_in",
    "opened",
    "store_of",
    "version_in",
]

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://")

ANSWER_SECONDS = 30.0
"""A server that says nothing for so long counts as not there."""

REDIRECTS = 5
"""A server may send us on this often."""

LENT = ("etag", "ETag", "md5Hash", "content_md5", "uid")
"""What stores call the version of a file."""

CHANGED_AT = ("LastModified", "last_modified", "updated", "mtime", "modified", "created")
"""What stores call the time of a file."""


@dataclass(frozen=True)
class Download:
    """The bytes of a picture, when it was changed, if that is told, and its version."""

    data: bytes
    mtime: float | None = None
    etag: str = ""


class NotDownloaded(InputError):
    """What is at an address cannot be read."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows few redirects, and only to servers."""

    max_redirections = REDIRECTS
    max_repeats = 2

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return the request of the next address; raises `InputError` if that is no server's."""
        if not is_web(newurl):
            raise InputError(f"leads to {newurl[:80]}, which is not read")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def has_address(path: str) -> bool:
    """Return whether a source has an address such as https://…, and no path."""
    return ADDRESS.match(path) is not None


def is_web(path: str) -> bool:
    """Return whether an address is one of a web server."""
    return path.startswith(("http://", "https://"))


def download(
    address: str, etag: str = "", mtime: float | None = None, most: int = MEMBER_BYTES
) -> Download | None:
    """Return what is at an address, of at most `most` bytes; None if the server says it is known.

    `etag` and `mtime` are those of what is known. Raises `NotDownloaded` with a sentence.
    """
    try:
        with opened(address, etag, mtime) as (file, headers):
            data = _limited(file, most, int(headers.get("Content-Length") or 0))
            return Download(data, mtime_in(headers), version_in(headers))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.HTTPStatus.NOT_MODIFIED:
            return None
        raise NotDownloaded(f"{address} cannot be read: {_told(error)}.") from error
    except InputError as error:
        raise NotDownloaded(f"{address} {error}.", error.reason) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotDownloaded(f"{address} cannot be read: {cause(error)}.") from error


@contextlib.contextmanager
def answered(address: str, headers: Mapping[str, str]) -> Iterator[Any]:
    """Hold the answer of a web server to a request with some headers; raises as `opened` does."""
    agent = {"User-Agent": f"palette-engine/{__version__}", "Accept": "image/*,*/*;q=0.5"}
    request = urllib.request.Request(_quoted(address), headers={**agent, **headers})
    director = urllib.request.build_opener(_Redirects())
    with director.open(request, timeout=ANSWER_SECONDS) as answer:
        yield answer


@contextlib.contextmanager
def opened(
    address: str, etag: str = "", mtime: float | None = None
) -> Iterator[tuple[IO[bytes], Mapping[str, Any]]]:
    """Hold what is at an address open, with the headers of the server or what the store knows.

    Raises `OSError`, `ValueError` or `http.client.HTTPException`.
    """
    if is_web(address):
        known = {"If-None-Match": etag} if etag else {}
        if mtime is not None and not etag:
            known = {"If-Modified-Since": formatdate(mtime, usegmt=True)}
        with answered(address, known) as answer:
            yield answer, answer.headers
    else:
        store, path = store_of(address)
        with store.open(path, "rb") as file:
            yield file, store.info(path)


def store_of(address: str) -> tuple[Any, str]:
    """Return the file system of a store, as fsspec has it, and the path in it.

    Raises `SetupError` if fsspec is not installed, and `OSError` or `ValueError`.
    """
    if find_spec("fsspec") is None:
        raise SetupError(
            f"{address} needs what the extra “remote” brings; install it with pip install "
            "'palette-engine[remote]'."
        )
    import fsspec

    try:
        store, path = fsspec.core.url_to_fs(address)
    except ImportError as error:  # it names the package that the store needs
        raise ValueError(str(error)) from error
    store.invalidate_cache()  # another run of this process may have listed it before
    return store, str(path)


def mtime_in(headers: Mapping[str, Any]) -> float | None:
    """Return when a file was changed, in seconds since 1970, if a server or a store tells it."""
    with contextlib.suppress(KeyError, ValueError, TypeError):
        return parsedate_to_datetime(str(headers["Last-Modified"])).timestamp()
    for name in CHANGED_AT:
        found = headers.get(name)
        if isinstance(found, int | float):
            return round(float(found), 6)
        if isinstance(found, datetime):
            return round(float(found.timestamp()), 6)
        if isinstance(found, str):
            return None  # it is not needed beside the version
    return None


def version_in(headers: Mapping[str, Any]) -> str:
    """Return the version of a file, as a server or a store names it; or nothing."""
    return next((str(headers[name]) for name in LENT if headers.get(name)), "")


def _limited(file: IO[bytes], most: int, told: int) -> bytes:
    """Return the bytes of a file; raises `InputError` if it has more than `most`."""
    data = file.read(most + 1) if told <= most else bytes(0)
    if told > most or len(data) > most:
        raise InputError(
            f"has more than {most // 10**6} MB; download it, and name the file", Reason.TOO_LARGE
        )
    if len(data) < told:
        raise InputError("ended early; collect it again")
    return data


def _quoted(address: str) -> str:
    """Return an address in ASCII, as people may paste others."""
    return urllib.parse.quote(address, safe="%/:=&?~#+!$,;'@()*[]")


def _told(error: urllib.error.HTTPError) -> str:
    """Return what a server says, in words."""
    if "redirect" in str(error.msg) and "loop" in str(error.msg):
        return "the server sends us in a circle"
    if "is not allowed" in str(error.msg):
        return "the server sends us to what is no web server"
    return f"the server says {error.code} {error.reason}"


def cause(error: Exception) -> str:
    """Return what went wrong at an address, without a period."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, FileNotFoundError):
        return "it is not there"
    if isinstance(reason, TimeoutError):
        return f"the server has not answered for {ANSWER_SECONDS:g} seconds"
    if isinstance(reason, http.client.IncompleteRead):
        return "it ended early; collect it again"
    return cause_of(reason if isinstance(reason, Exception) else error)
