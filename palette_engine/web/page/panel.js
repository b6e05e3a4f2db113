// The panel with what is exported, which a button opens and Escape, or a click elsewhere, closes.

import { element } from './elements.js';

const panel = element('take', HTMLElement);
const button = element('export', HTMLElement);

/** Open the panel, or close it. @param {boolean} isOpen */
export function open(isOpen) {
  panel.hidden = !isOpen;
  button.setAttribute('aria-expanded', String(isOpen));
}

/** Begin to listen. */
export function start() {
  button.addEventListener('click', () => open(Boolean(panel.hidden)));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || panel.hidden) return;
    const hadFocus = panel.contains(document.activeElement);
    open(false);
    if (hadFocus) button.focus();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    const isInside = target instanceof Node && (panel.contains(target) || button.contains(target));
    if (!panel.hidden && !isInside) open(false);
  });
}
