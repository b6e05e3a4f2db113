// Help behind question marks.

import { around, element } from './elements.js';

/** Begin to listen. */
export function start() {
  document.addEventListener('click', ({ target }) => {
    const button = around(target, '.question', HTMLElement);
    const id = button?.getAttribute('aria-controls');
    if (!button || !id) return;
    const isOpen = element(id, HTMLElement).classList.toggle('open');
    button.setAttribute('aria-expanded', String(isOpen));
  });
}
