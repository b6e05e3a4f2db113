"""Sample pictures: what the page offers to try with one click, with its palettes."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SAMPLE_PICTURES", "SamplePicture"]


@dataclass(frozen=True)
class SamplePicture:
    """A picture among the page's assets, and the colors of its palette with the default options.

    `title` follows “Try”; `name` is that of the file that is opened.
    """

    file: str
    name: str
    title: str
    width: int
    height: int
    palette: str

    @property
    def colors(self) -> list[str]:
        """The colors of its palette as hex codes."""
        return self.palette.split()


SAMPLE_PICTURES = (
    SamplePicture(
        "sample-astronaut.jpg",
        "astronaut.jpg",
        "a photo",
        420,
        420,
        "#b8aba4 #000000 #dad0ce #df6f4b #b84521 #7e7272 #711418 #3f2e22 #816641 #3a2359",
    ),
    SamplePicture(
        "sample-app.png",
        "app.png",
        "a screenshot",
        480,
        360,
        "#ffffff #f7f5f0 #22313f #3a8f85 #e4572e #f2b134 #a9b4bd #5d7386 #bddad6 #f6c7b9",
    ),
    SamplePicture(
        "sample-evening.jpg",
        "evening.jpg",
        "a drawing",
        480,
        360,
        "#8f4e6c #5a3a61 #ea7f61 #3a386c #ca685e #a75c61 #33294e #1f5a62 #f1e0b8 #717052",
    ),
)
"""The photo is of Eileen Collins by NASA, in the public domain; the others were drawn for the page.

A test extracts their palettes.
"""
