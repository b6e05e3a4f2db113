"""IIIF: the pictures that a manifest of a library or museum lists, at a stated size.

IIIF Presentation API 2.1 and 3.0 (https://iiif.io/api/presentation/), Image API 2.1 and 3.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from palette_engine.errors import InputError

__all__ = ["IIIF_SIZE", "manifests_in", "parse_manifest", "pictures_in"]

IIIF_SIZE = 1000
"""Pictures have at most so many pixels on their longer side unless the caller says otherwise."""

MANIFESTS = ("Manifest", "sc:Manifest")
COLLECTIONS = ("Collection", "sc:Collection")


def parse_manifest(data: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a manifest or a collection; raises `InputError` if it is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError("is no IIIF manifest, as it is not valid JSON") from error
    if not isinstance(found, dict) or _type(found) not in (*MANIFESTS, *COLLECTIONS):
        raise InputError("is no IIIF manifest (Presentation API 2 or 3)")
    return found


def manifests_in(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses of the manifests and collections that a collection lists."""
    if _type(manifest) not in COLLECTIONS:
        return
    for name in ("collections", "manifests", "members", "items"):
        for each in _objects(manifest.get(name)):
            if _type(each) in (*MANIFESTS, *COLLECTIONS) and (address := _address(each)):
                yield address


def pictures_in(manifest: Mapping[str, Any], size: int) -> Iterator[str]:
    """Yield the addresses of the pictures of a manifest, in its order.

    Where there is an image service, the longer side has at most `size` pixels; else it is the file
    that the manifest names.
    """
    for canvas in _canvases(manifest):
        for annotation in _annotations(canvas):
            for image in _images(annotation.get("resource", annotation.get("body"))):
                if address := _picture(image, size):
                    yield address


def _canvases(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for sequence in _objects(manifest.get("sequences")):  # version 2
        yield from _objects(sequence.get("canvases"))
    if _type(manifest) in MANIFESTS:
        yield from _objects(manifest.get("items"))  # version 3


def _annotations(canvas: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _objects(canvas.get("images"))
    for page in _objects(canvas.get("items")):
        yield from _objects(page.get("items"))


def _images(body: Any) -> Iterator[Mapping[str, Any]]:
    """Yield an image, or the first of those that a viewer may choose from."""
    for each in _objects(body):
        if _type(each) in ("Choice", "oa:Choice"):
            first = each.get("default") or each.get("items") or each.get("item")
            yield from _images(first[:1] if isinstance(first, list) else first)
        elif _type(each) in ("Image", "dctypes:Image", ""):
            yield each


def _picture(image: Mapping[str, Any], size: int) -> str:
    """Return the address of an image, at a size if its server has others."""
    for service in _objects(image.get("service")):
        context = f"{service.get('@context', '')} {_type(service)} {service.get('profile', '')}"
        if "image" not in context.lower():
            continue  # one that has nothing to do with sizes
        base = _address(service).rstrip("/")
        if base:
            is_third = "ImageService3" in context or "/image/3" in context
            return f"{base}/full/{_size(image, size, is_third)}/0/default.jpg"
    return _address(image)


def _size(image: Mapping[str, Any], size: int, is_third: bool) -> str:
    """Return the size in the words of the Image API, which does not enlarge in version 3."""
    width, height = image.get("width"), image.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        return f"!{size},{size}"
    if max(width, height) <= size:
        return "max" if is_third else "full"
    # By one side, which servers of level 1 know, too.
    return f"{size}," if width >= height else f",{size}"


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list, or the one object that stands in its place."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each


def _type(value: Mapping[str, Any]) -> str:
    return str(value.get("type") or value.get("@type") or "")


def _address(value: Mapping[str, Any]) -> str:
    found = value.get("id") or value.get("@id")
    return found if isinstance(found, str) and found.startswith(("http://", "https://")) else ""
