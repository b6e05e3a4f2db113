// The tabs beside the picture: its options, the contrast of its palette, and another one beside it.

import { allInside, element } from './elements.js';

const tabs = allInside(document, '[role="tab"]', HTMLElement);

const OPTIONS = 0;
const CONTRAST = 1;

/** The tab that somebody chose. */
let chosen = OPTIONS;
let opened = () => {};

/** Have the options be hidden, as for a palette without a picture, or be shown. @param {boolean} isAlone */
export function restrict(isAlone) {
  for (const tab of tabs.slice(0, CONTRAST)) tab.hidden = isAlone;
  show(isAlone ? Math.max(chosen, CONTRAST) : chosen);
}

/** Begin to listen. @param {{opened: () => void}} callbacks */
export function start(callbacks) {
  opened = callbacks.opened;
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => choose(index));
    tab.addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      if (!step || !next || next.hidden) return;
      choose(tabs.indexOf(next));
      next.focus();
    });
  }
}

/** @param {number} index */
function choose(index) {
  chosen = index;
  show(index);
  opened();
}

/** @param {number} shown */
function show(shown) {
  for (const [index, tab] of tabs.entries()) {
    const isShown = index === shown;
    tab.setAttribute('aria-selected', String(isShown));
    tab.tabIndex = isShown ? 0 : -1;
    element(tab.getAttribute('aria-controls') || '', HTMLElement).hidden = !isShown;
  }
}
