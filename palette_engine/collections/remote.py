"""Remote: what addresses lead to: pictures, tar archives, IIIF manifests, folders of stores."""

from __future__ import annotations

import http.client
import posixpath
import tarfile
import urllib.error
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from palette_engine.collections.archives import DAMAGED, TARS, ZIPS, tar_members, zip_members
from palette_engine.collections.download import (
    cause,
    download,
    is_web,
    mtime_in,
    opened,
    store_of,
    version_in,
)
from palette_engine.collections.iiif import (
    IIIF_SIZE,
    manifests_in,
    parse_manifest,
    pictures_in,
)
from palette_engine.collections.picture import UNREADABLE, UNUSABLE, Entry
from palette_engine.collections.ranges import opened_in_parts
from palette_engine.collections.source import Source, is_hidden, is_named
from palette_engine.errors import InputError, cause_of

__all__ = ["Remote"]

MANIFEST_BYTES = 64 * 10**6

MANIFEST_SUFFIXES = (".json", "/manifest")
"""What the names of IIIF manifests end with."""

Skip: TypeAlias = Callable[[], None]


class Remote:
    """Leads from addresses to sources; pictures of IIIF manifests have at most `size` pixels."""

    def __init__(self, size: int = IIIF_SIZE) -> None:
        self._size = size
        self._seen: set[str] = set()

    def sources(self, address: str, skip: Skip) -> Iterator[Source]:
        """Yield the sources of an address; `skip` is called for each file that is no picture."""
        path = urllib.parse.urlsplit(address).path.lower()
        try:
            if path.endswith(MANIFEST_SUFFIXES):
                yield from self._in_manifest(address)
            elif path.endswith((*TARS, *ZIPS)):
                yield from _in_archive(address, path, skip)
            elif is_web(address):
                yield Source(Entry(address))
            else:
                yield from _in_store(address, skip)
        except InputError as error:
            yield _failed(address, str(error), UNREADABLE)
        except urllib.error.HTTPError as error:
            error.close()
            yield _failed(address, f"{address} cannot be read: {error}.", UNREADABLE)
        except DAMAGED as error:
            said = f"{address} is a damaged archive: {cause_of(error)}; pack it anew."
            yield _failed(address, said, UNUSABLE)
        except (OSError, ValueError, EOFError, http.client.HTTPException) as error:
            yield _failed(address, f"{address} cannot be read: {cause(error)}.", UNREADABLE)

    def _in_manifest(self, address: str) -> Iterator[Source]:
        """Yield the pictures of a manifest, or of those that a collection lists, each once."""
        waiting = [address]
        while waiting:
            each = waiting.pop()
            if each in self._seen:
                continue
            self._seen.add(each)
            try:
                found = download(each, most=MANIFEST_BYTES)
                assert found is not None
                manifest = parse_manifest(found.data)
            except InputError as error:
                said = str(error)
                said = said if said.startswith(each) else f"{each} {said}."
                yield _failed(each, said, UNREADABLE)
                continue
            for picture in pictures_in(manifest, self._size):
                yield Source(Entry(picture))
            waiting += reversed([*manifests_in(manifest)])


def _in_archive(address: str, path: str, skip: Skip) -> Iterator[Source]:
    """Yield the pictures in an archive as it comes; they are read in their order."""
    if path.endswith(ZIPS) and is_web(address):
        with opened_in_parts(address) as file:
            yield from _counted(zip_members(address, file), skip)
        return
    with opened(address) as (file, _):
        if path.endswith(ZIPS):
            yield from _counted(zip_members(address, file), skip)
        else:
            with tarfile.open(fileobj=file, mode="r|*") as archive:
                yield from _counted(tar_members(address, archive), skip)


def _counted(members: Iterator[tuple[str, Source | None]], skip: Skip) -> Iterator[Source]:
    for name, source in members:
        if source is None or not is_named(name) or any(map(is_hidden, name.split("/"))):
            skip()
        else:
            yield source


def _in_store(address: str, skip: Skip) -> Iterator[Source]:
    """Yield the pictures in a folder of a store, or the file that an address names."""
    store, top = store_of(address)
    if store.isfile(top):
        yield _stored(address, store.info(top))
        return
    opened_folders = [iter(_listed(store, top))]
    while opened_folders:
        info = next(opened_folders[-1], None)
        if info is None:
            opened_folders.pop()
        elif info["type"] == "directory":
            opened_folders.append(iter(_listed(store, info["name"])))
        elif is_named(info["name"]):
            yield _stored(store.unstrip_protocol(info["name"]), info)
        else:
            skip()


def _listed(store: Any, folder: str) -> list[Mapping[str, Any]]:
    """Return what is in a folder of a store, without hidden names, in order."""
    found = {str(each["name"]): each for each in store.ls(folder, detail=True)}
    names = sorted(found, key=str.encode)
    own = folder.strip("/")  # stores may list a folder in itself
    return [
        found[name]
        for name in names
        if name.strip("/") != own and not is_hidden(posixpath.basename(name.rstrip("/")))
    ]


def _stored(address: str, info: Mapping[str, Any]) -> Source:
    """Return a file of a store as a source."""
    size = info.get("size")
    entry = Entry(
        address,
        size if isinstance(size, int) else None,
        mtime_in(info),
        etag=version_in(info),
    )
    return Source(entry)


def _failed(address: str, said: str, reason: str) -> Source:
    return Source(Entry(address), None, said, reason, is_container=True)
