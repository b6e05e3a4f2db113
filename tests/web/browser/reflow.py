"""Reflow: what of a page is cut off, overlaps or scrolls in two directions, as it is drawn now."""

from __future__ import annotations

from playwright.sync_api import Page

__all__ = ["SPACED", "faults", "space_text"]

SPACED = """
    * {
        line-height: 1.5 !important;
        letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important;
    }
    p { margin-bottom: 2em !important; }
"""
"""What somebody may set that text needs, and nothing may be lost: WCAG 2.2, 1.4.12."""

FAULTS = """async () => {
    for (let frames = 0; frames < 2; frames += 1) {
        await new Promise((painted) => requestAnimationFrame(painted));
    }
    const found = [];
    const named = (one) => one.id ? `#${one.id}` : `${one.localName}.${one.className}`;
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide`);

    const isSeen = (one) => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const all = [...document.body.querySelectorAll('*')].filter(isSeen);
    for (const one of all) {
        const {overflowX, overflowY} = getComputedStyle(one);
        const scrolls = (way) => way === 'auto' || way === 'scroll';
        const isWide = scrolls(overflowX) && one.scrollWidth > one.clientWidth + 1;
        const isHigh = scrolls(overflowY) && one.scrollHeight > one.clientHeight + 1;
        if (isWide && isHigh) found.push(`${named(one)} scrolls in two directions`);
    }

    // What is drawn of a box inside an element, what cuts it off, and whether it is only spoken.
    const drawn = (one, {left, top, right, bottom}) => {
        const box = {left, top, right, bottom};
        const cutters = [];
        let isSpoken = false;
        for (let outer = one; outer && outer !== document.body; outer = outer.parentElement) {
            const style = getComputedStyle(outer);
            isSpoken ||= style.clipPath === 'inset(50%)';
            if (style.overflowX === 'visible') continue;
            const frame = outer.getBoundingClientRect();
            // What can be scrolled to is not lost, and neither is what an ellipsis stands for.
            const isReached = /auto|scroll/.test(style.overflowX + style.overflowY)
                || style.textOverflow === 'ellipsis';
            const isCut = box.left < frame.left - 1 || box.right > frame.right + 1
                || box.top < frame.top - 3 || box.bottom > frame.bottom + 3;
            if (isCut && !isReached) cutters.push(named(outer));
            box.left = Math.max(box.left, frame.left);
            box.top = Math.max(box.top, frame.top);
            box.right = Math.min(box.right, frame.right);
            box.bottom = Math.min(box.bottom, frame.bottom);
        }
        return {one, box, cutters, isSpoken};
    };
    const textsOf = (one) => [...one.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
        .flatMap((node) => {
            const range = document.createRange();
            range.selectNodeContents(node);
            const boxes = [...range.getClientRects()].filter(({width}) => width > 1);
            return boxes.map((box) => ({...drawn(one, box), text: node.data.trim().slice(0, 30)}));
        });
    const texts = all
        .filter((one) => !one.closest('select'))
        .flatMap(textsOf)
        .filter(({isSpoken}) => !isSpoken);
    for (const {text, cutters} of texts) {
        for (const cutter of cutters) found.push(`“${text}” is cut off by ${cutter}`);
    }

    // What hangs over the page covers it on purpose.
    const over = '#take, #stopped, #main > .problems, .veil, .frame, .palette';
    const layer = (one) => one.closest(over);
    const common = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
    const clash = (first, second) => layer(first.one) === layer(second.one)
        && !first.one.contains(second.one) && !second.one.contains(first.one)
        && common(first.box, second.box);
    const controls = all
        .filter((one) => one.matches('button, input, select, summary, a') && !one.closest('.frame'))
        .map((one) => ({...drawn(one, one.getBoundingClientRect()), text: named(one)}))
        .filter(({isSpoken}) => !isSpoken);
    const boxes = [...controls, ...texts.filter(({one}) => !one.closest('.swatch'))];
    for (const [index, first] of boxes.entries()) {
        for (const second of boxes.slice(index + 1)) {
            if (clash(first, second)) found.push(`“${first.text}” is over “${second.text}”`);
        }
    }
    return [...new Set(found)];
}"""


def faults(page: Page) -> list[str]:
    """Return a sentence for everything that is cut off, overlaps or scrolls in two directions."""
    found: list[str] = page.evaluate(FAULTS)
    return found


def space_text(page: Page, is_spaced: bool) -> None:
    """Have text be spaced as somebody may need it, or as the page has it."""
    page.evaluate(
        """(style) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(style);
            document.adoptedStyleSheets = [sheet];
        }""",
        SPACED if is_spaced else "",
    )
