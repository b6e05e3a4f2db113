"""SCSS: a variable for each color, and a map of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from palette_engine.formats.safe_names import comment_text, slug, slugs, unique_names
from palette_engine.formats.stylesheet import can_be, loads
from palette_engine.palette.value import Palette, Swatch

__all__ = ["MAGIC", "can_be", "dumps", "loads"]

MAGIC = rb"(?:\s*//[^\n]*\n)*\s*\$[\w-]+\s*:"


def dumps(palette: Palette) -> bytes:
    """Return a palette as variables, ``$color-<name>``, and the map ``$palette`` of names.

    The colors of a group are a map of their own, ``$<group>``, and ``$palette`` has those maps.
    """
    lines = _grouped(palette) if any(each.group for each in palette.swatches) else _plain(palette)
    return "".join(f"{line}\n" for line in lines).encode()


def _plain(palette: Palette) -> Iterator[str]:
    names = slugs(palette.swatches)
    yield from _variables(palette.swatches, names)
    yield from ("$palette: (", *(f'  "{name}": $color-{name},' for name in names), ");")


def _grouped(palette: Palette) -> Iterator[str]:
    single = [swatch for swatch in palette.swatches if not swatch.group]
    single_names = slugs(single)
    groups = list(dict.fromkeys(each.group for each in palette.swatches if each.group))
    # A map must not be called as the one of all maps, or as a variable of a color.
    taken = {"palette", *(f"color-{name}" for name in single_names)}
    stems = [slug(group) or "group" for group in groups]
    stems = [f"group-{stem}" if stem[0].isdigit() else stem for stem in stems]
    titles = unique_names(stems, "{}-{}", taken)
    yield from _variables(single, single_names)
    for group, title in zip(groups, titles, strict=True):
        members = [swatch for swatch in palette.swatches if swatch.group == group]
        yield f"${title}: ("
        for swatch, name in zip(members, slugs(members), strict=True):
            if text := comment_text(swatch.name):
                yield f"  // {text}"
            yield f'  "{name}": {swatch.hex},'
        yield ");"
    yield "$palette: ("
    yield from (f'  "{name}": $color-{name},' for name in single_names if name not in titles)
    yield from (f'  "{title}": ${title},' for title in titles)
    yield ");"


def _variables(swatches: Sequence[Swatch], names: Sequence[str]) -> Iterator[str]:
    for swatch, name in zip(swatches, names, strict=True):
        if text := comment_text(swatch.name):
            yield f"// {text}"
        yield f"$color-{name}: {swatch.hex};"
