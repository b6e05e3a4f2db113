// The line of inspection: what is known of the swatch that is chosen, and what can be done to it.

import { element, inside } from './elements.js';

/** @typedef {import('./server.js').Swatch} Swatch */

const line = element('inspector', HTMLElement);
const lock = element('lock', HTMLElement);

/** @type {Swatch | null} */
let shown = null;

/** Show a swatch. @param {Swatch | null} swatch @param {boolean} isLocked */
export function show(swatch, isLocked) {
  shown = swatch;
  line.hidden = !swatch;
  if (!swatch) return;
  const { hex, name, share, percent } = swatch;
  line.style.setProperty('--color', hex);
  inside(line, 'code', HTMLElement).textContent = hex;
  inside(line, '.inspected-name', HTMLElement).textContent = name;
  inside(line, '.inspected-share', HTMLElement).textContent = share ? percent : '';
  lock.setAttribute('aria-pressed', String(isLocked));
  lock.setAttribute('aria-label', `Lock ${hex}`);
}

/** Begin to listen. @param {{lock: (hex: string) => void}} callbacks */
export function start(callbacks) {
  lock.addEventListener('click', () => shown && callbacks.lock(shown.hex));
}
