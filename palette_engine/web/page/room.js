// The room that is left for the picture, which is measured only when something above it changes.

import { element, inside } from './elements.js';

const GAP = 8; // pixels between the palette and what is scrolled to

const palette = element('palette', HTMLElement);
const stage = element('stage', HTMLElement);
const parts = [palette, ...['strip', 'problems'].map((id) => element(id, HTMLElement))];

/** Begin to measure. */
export function start() {
  const observer = new ResizeObserver(() => {
    // All is measured first: after a change it would be laid out anew for that.
    const above = stage.getBoundingClientRect().top + window.scrollY;
    const isSticky = getComputedStyle(palette).position === 'sticky';
    const covered = isSticky ? palette.offsetHeight + GAP : 0;
    stage.style.setProperty('--above', `${Math.round(above)}px`);
    // What has the focus is not to be behind the palette, which stays in sight.
    document.documentElement.style.scrollPaddingTop = `${covered}px`;
  });
  for (const part of [...parts, inside(document, '.top', HTMLElement)]) observer.observe(part);
}
