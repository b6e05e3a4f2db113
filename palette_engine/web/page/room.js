// The room that is left for the picture, which is measured only when something above it changes.

import { element, inside } from './elements.js';

const GAP = 8; // pixels between the palette and what is scrolled to

const palette = element('palette', HTMLElement);
const stage = element('stage', HTMLElement);
const parts = [palette, ...['strip', 'problems'].map((id) => element(id, HTMLElement))];

/** Begin to measure. */
export function start() {
  const observer = new ResizeObserver(() => {
    const above = stage.getBoundingClientRect().top + window.scrollY;
    stage.style.setProperty('--above', `${Math.round(above)}px`);
    // What has the focus is not to be behind the palette, which stays in sight.
    const isSticky = getComputedStyle(palette).position === 'sticky';
    const covered = isSticky ? palette.offsetHeight + GAP : 0;
    document.documentElement.style.setProperty('--covered', `${covered}px`);
  });
  for (const part of [...parts, inside(document, '.top', HTMLElement)]) observer.observe(part);
}
