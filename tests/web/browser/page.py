"""Page: what a visitor does with the page, and sees on it."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, Route, expect

from palette_engine.options import OPTIONS
from palette_engine.palette.value import Palette, percent
from tests.patience import PATIENCE
from tests.web.browser.watch import Watch

__all__ = ["MILLISECONDS", "Shown", "refusing", "visiting"]

MILLISECONDS = 1000 * PATIENCE
"""Milliseconds after which what does not come is taken for missing."""


Point: TypeAlias = tuple[float, float]

BETWEEN_DOWNLOADS = 120
"""Milliseconds. Of more than ten files that a page makes in a second, Chromium drops some."""


@contextmanager
def visiting(
    browser: Browser, home: str, path: str = "", init_script: str = "", **options: Any
) -> Iterator[Shown]:
    """Show the page in a context of its own, with options; what it must not do raises.

    A script may run before those of the page.
    """
    context = browser.new_context(**options)
    try:
        context.set_default_timeout(MILLISECONDS)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=home)
        context.add_init_script(init_script)
        watch = Watch(context, home)
        page = context.new_page()
        # Playwright gets the dialog for files only if it asked before, and asking takes a moment.
        page.on("filechooser", lambda _: None)
        page.goto(home + path)
        yield Shown(page, watch)
    finally:
        context.close()
    watch.check()


def refusing(sentence: str, status: int = 500, option: str = "") -> Callable[[Route], None]:
    """Return a handler of requests that answers with an error response."""
    answer = {"error": sentence, "reason": "", "option": option}
    return lambda route: route.fulfill(status=status, json=answer)


@dataclass(frozen=True)
class Shown:
    """The page in a tab."""

    page: Page
    watch: Watch

    # Pictures

    def drop(self, *files: Path) -> None:
        """Drop files on the page, as the browser does when they come from another program."""
        session = self.page.context.new_cdp_session(self.page)
        data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            where = {"type": kind, "x": 200, "y": 200}
            session.send("Input.dispatchDragEvent", {**where, "data": data})
        session.detach()

    def drop_made(self, name: str, data: bytes, media_type: str = "image/png") -> None:
        """Drop a file that is made on the page itself."""
        carried = self.page.evaluate_handle(
            """([name, data, type]) => {
                const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
                const transfer = new DataTransfer();
                transfer.items.add(new File([bytes], name, {type}));
                return transfer;
            }""",
            [name, base64.b64encode(data).decode(), media_type],
        )
        for kind in ("dragenter", "dragover", "drop"):
            self.page.dispatch_event("main", kind, {"dataTransfer": carried})

    def pick(self, *files: Path) -> None:
        """Choose files in the dialog of the browser."""
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="Choose pictures").click()
        chooser.value.set_files(files)

    def paste(self, file: Path) -> None:
        """Copy a PNG, as another program does, and press the keys that paste it."""
        self.page.evaluate(
            """async (data) => {
                const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
                const blob = new Blob([bytes], {type: "image/png"});
                await navigator.clipboard.write([new ClipboardItem({"image/png": blob})]);
            }""",
            base64.b64encode(file.read_bytes()).decode(),
        )
        self.page.keyboard.press("Control+v")

    def switch_to(self, name: str) -> None:
        """Show another one of several pictures."""
        self._thumbnails.filter(has_text=name).click()

    def remove(self, name: str) -> None:
        """Take a picture away."""
        self.switch_to(name)
        self.page.get_by_role("button", name=f"Remove {name}").click()

    def expect_pictures(self, names: Sequence[str]) -> None:
        """Wait until these pictures are there to switch between."""
        expect(self._thumbnails).to_have_text([re.compile(re.escape(name)) for name in names])

    def expect_picture(self, width: int, height: int) -> None:
        """Wait until a picture of a size is shown."""
        expect(self.page.locator("#original")).to_have_js_property("naturalWidth", width)
        expect(self.page.locator("#original")).to_have_js_property("naturalHeight", height)

    # Options

    def control(self, name: str) -> Locator:
        """Return what an option is set with, without boxes."""
        return self.page.locator(f"#options [name={name}]:not([type=checkbox])")

    def choose(self, name: str, value: str) -> None:
        """Set an option; `auto`, `white` and `black` are boxes."""
        self.open_more(name)
        control = self.control(name)
        boxes = self.page.locator(f"#options [type=checkbox][name={name}]")
        if value in ("auto", "white", "black"):
            boxes.and_(self.page.locator(f"[value={value}]")).check()
        elif OPTIONS[name].kind == "choice":
            control.select_option(value)
        else:
            if OPTIONS[name].kind == "count":
                boxes.uncheck()
            control.fill(value)
            control.blur()

    def open_more(self, name: str) -> None:
        """Unfold the options that hold one, if they are folded."""
        if not self.control(name).is_visible():
            self.page.locator("#more summary").click()

    # The palette

    def expect_palette(self, palette: Palette) -> None:
        """Wait until exactly this palette is shown: colors, names, shares and their order."""
        self.expect_hexes([swatch.hex for swatch in palette.swatches])
        self.expect_names([swatch.name for swatch in palette.swatches])
        shares = [percent(swatch.share) if swatch.share else "" for swatch in palette.swatches]
        self.expect_shares(shares)

    def expect_hexes(self, hexes: Sequence[str]) -> None:
        """Wait until these colors are shown."""
        expect(self.swatches.locator(".swatch-hex")).to_have_text([*hexes])

    def expect_names(self, names: Sequence[str]) -> None:
        """Wait until the swatches have these names."""
        expect(self.swatches.locator(".swatch-name")).to_have_text([*names])

    def expect_shares(self, shares: Sequence[str]) -> None:
        """Wait until the swatches have these shares."""
        expect(self.swatches.locator(".swatch-share")).to_have_text([*shares])

    def expect_locked(self, hexes: Sequence[str]) -> None:
        """Wait until these colors are locked."""
        locked = self.page.locator("#swatches > li[data-locked]")
        expect(locked.locator(".swatch-hex")).to_have_text([*hexes])

    def lock(self, code: str) -> None:
        """Lock a color, or unlock it."""
        self.swatch(code).locator(".swatch-lock").click()

    @property
    def swatches(self) -> Locator:
        """The swatches, in their order."""
        return self.page.locator("#swatches > li")

    def swatch(self, code: str) -> Locator:
        """Return the swatch of a color."""
        return self.swatches.filter(has_text=code)

    # Taking

    def copy(self, code: str) -> None:
        """Copy a color."""
        self.swatch(code).locator(".swatch-color").click()

    def open_export(self) -> None:
        """Open the panel with what can be taken, if it is closed."""
        if not self.page.locator("#take").is_visible():
            self.page.get_by_role("button", name="Export").click()

    def copy_all(self, notation: str) -> None:
        """Copy all colors."""
        self.open_export()
        choice = self.page.get_by_label("Copy all as")
        choice.select_option(notation)
        self.page.locator("#copy-all").click()
        self.expect_said(choice.locator("option:checked").inner_text())

    def clipboard(self) -> str:
        """Return the text on the clipboard."""
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text

    def rename(self, name: str) -> None:
        """Give the palette a name."""
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_label("Name", exact=True).blur()

    def download(self, format_name: str) -> tuple[str, bytes]:
        """Download the palette, and return the file's name and bytes."""
        self.open_export()
        self.page.get_by_label("Download as").select_option(format_name)
        button = self.page.get_by_role("button", name="Download", exact=True)
        self.page.wait_for_timeout(BETWEEN_DOWNLOADS)
        return self.downloaded(button.click)

    def dither(self, name: str) -> None:
        """Choose how colors are mixed in the recolored picture."""
        self.page.get_by_label("Dithering").select_option(name)

    def download_recolored(self) -> tuple[str, bytes]:
        """Download the recolored picture, and return the file's name and bytes."""
        return self.downloaded(
            self.page.get_by_role("button", name="Download recolored picture").click
        )

    def downloaded(self, act: Callable[[], None]) -> tuple[str, bytes]:
        """Do what downloads a file, and return its name and bytes."""
        with self.page.expect_download() as download:
            act()
        return download.value.suggested_filename, Path(download.value.path()).read_bytes()

    # The region

    def choose_region(self) -> None:
        """Begin to draw a region, or be done with it."""
        self.page.get_by_role("button", name="Choose a region").click()

    def drag(self, start: Point, end: Point) -> None:
        """Drag with the mouse from one place in the picture, in its pixels, to another."""
        self.page.mouse.move(*self.place(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.place(*end), steps=4)
        self.page.mouse.up()

    def place(self, x: float, y: float) -> Point:
        """Return where in the window a place in the picture is, in its pixels."""
        picture = self.page.locator("#original")
        box = picture.bounding_box()
        assert box
        scale = box["width"] / picture.evaluate("(image) => image.naturalWidth")
        return box["x"] + x * scale, box["y"] + y * scale

    def expect_region(self, left: int, top: int, right: int, bottom: int) -> None:
        """Wait until the outline of a region is shown at these pixels' edges."""
        outline = self.page.locator("#region-drawn .edge").last
        expect(outline).to_have_attribute("d", f"M{left} {top}H{right}V{bottom}H{left}Z")
        expect(outline).to_be_visible()

    def expect_no_region(self) -> None:
        """Wait until no outline of a region is shown."""
        expect(self.page.locator("#region-drawn .edge").last).to_be_hidden()

    # What is said

    def expect_said(self, text: str) -> None:
        """Wait until the page says something, to those who cannot see it too."""
        expect(self.page.locator("#status")).to_contain_text(text)

    def expect_text(self, text: str) -> None:
        """Wait until a text can be read on the page."""
        expect(self.page.locator("main")).to_contain_text(text)

    @property
    def problems(self) -> Locator:
        """The sentences about what went wrong."""
        return self.page.locator(".trouble:visible, .notice:visible")

    def expect_problem(self, text: str) -> None:
        """Wait until a sentence about what went wrong is in sight, without scrolling."""
        expect(self.problems.filter(has_text=text)).to_be_in_viewport()

    def expect_no_problem(self) -> None:
        """Wait until nothing is wrong any more."""
        expect(self.problems).to_have_count(0)

    # What is drawn

    def drawn(self, area: FloatRect | None = None) -> Image.Image:
        """Return what is drawn in the window, or in an area of it."""
        return Image.open(io.BytesIO(self.page.screenshot(clip=area))).convert("RGB")

    def drawn_of(self, element: Locator) -> Image.Image:
        """Return what is drawn of an element."""
        return Image.open(io.BytesIO(element.screenshot())).convert("RGB")

    @property
    def _thumbnails(self) -> Locator:
        return self.page.locator("#strip .thumbnail")
