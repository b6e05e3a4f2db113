// The palette: its swatches, and a bar with their shares.

import { around, copyOf, element, fillBar, fillWith, inside } from './elements.js';
import { confirm, copy, endConfirmation, say } from './notices.js';

/** @typedef {import('./server.js').Swatch} Swatch */

const list = element('swatches', HTMLElement);
const bar = element('shares', HTMLElement);
const template = element('swatch-template', HTMLTemplateElement);

// How narrow a swatch may be, in pixels with its gap: on a phone, with a name, and else.
const NARROWEST = { small: 70, named: 108, usual: 92 };
const PHONE = 600;
const MANY = 48; // colors, which are shown smaller
const WIDE = 12; // colors that are few enough to be in rows of the same length

/** @type {Swatch[]} */
let shown = [];

/**
 * Show a palette's swatches. What is there is changed, not replaced, so that focus stays.
 * @param {Swatch[]} swatches
 * @param {(hex: string) => boolean} isLocked
 */
export function show(swatches, isLocked) {
  const focused = focusedPart();
  shown = swatches;
  fillWith(list, swatches, newSwatch, (item, swatch) => fill(item, swatch, isLocked(swatch.hex)));
  fillBar(bar, swatches);
  bar.hidden = !swatches.some((swatch) => swatch.share);
  arrange();
  refocus(focused);
}

/** Show where swatches will be. @param {number} count */
export function showGhosts(count) {
  if (list.children.length) return;
  fillWith(list, Array.from({ length: count }), newSwatch, (item) => {
    item.classList.add('ghost');
    item.inert = true;
  });
  bar.hidden = false;
  arrange();
}

/** Begin to listen. @param {{lock: (hex: string) => void}} callbacks */
export function start(callbacks) {
  list.addEventListener('click', (event) => {
    const button = around(event.target, 'button', HTMLElement);
    const item = around(button, 'li', HTMLElement);
    const swatch = shown.find((_, index) => list.children[index] === item);
    if (!button || !swatch) return;
    if (button.matches('.swatch-color')) callbacks.lock(swatch.hex);
    else copyHex(swatch.hex, inside(button, 'span', HTMLElement));
  });
  new ResizeObserver(arrange).observe(list);
}

/** @param {string} hex @param {HTMLElement} label */
async function copyHex(hex, label) {
  if (await copy(hex)) {
    confirm(label, 'Copied');
    say(`Copied ${hex}`);
  } else {
    say(`The browser does not let this page copy; the color is ${hex}`);
  }
}

function newSwatch() {
  return copyOf(template);
}

/** @param {HTMLElement} item @param {Swatch} swatch @param {boolean} locked */
function fill(item, { hex, name, percent, share, ink }, locked) {
  const color = inside(item, '.swatch-color', HTMLElement);
  const code = inside(item, '.swatch-hex', HTMLElement);
  const label = inside(code, 'span', HTMLElement);
  if (item.classList.contains('ghost')) {
    item.classList.remove('ghost');
    item.inert = false;
  }
  if (item.dataset.hex !== hex) {
    endConfirmation(label);
    item.dataset.hex = hex;
    color.style.setProperty('--color', hex);
    color.style.setProperty('--on-color', ink);
    color.setAttribute('aria-label', `Lock ${hex}`);
    code.setAttribute('aria-label', `Copy ${hex}`);
    label.textContent = hex;
  }
  color.title = locked ? 'Unlock: it need not stay' : 'Lock: it stays in the palette';
  color.setAttribute('aria-pressed', String(locked));
  inside(item, '.swatch-name', HTMLElement).textContent = name;
  inside(item, '.swatch-share', HTMLElement).textContent = share ? percent : '';
}

/** Have rows be of the same length, if there are few colors. */
function arrange() {
  const count = list.children.length;
  const isNamed = shown.some((swatch) => swatch.name);
  const narrowest = isNamed
    ? NARROWEST.named
    : list.clientWidth < PHONE
      ? NARROWEST.small
      : NARROWEST.usual;
  const most = Math.max(1, Math.floor(list.clientWidth / narrowest));
  if (!list.clientWidth || !count) return;
  const rows = Math.ceil(count / most);
  list.classList.toggle('dense', count > MANY);
  const columns = count <= WIDE ? Math.ceil(count / rows) : most;
  list.style.setProperty('--columns', String(Math.max(columns, Math.min(3, most))));
}

/** Return the color whose button has the focus, and which of its buttons that is. */
function focusedPart() {
  const { activeElement } = document;
  const item = around(activeElement, '#swatches > li', HTMLElement);
  return item && { hex: item.dataset.hex, part: activeElement?.classList[0] };
}

/** Let the focus go with its color. @param {ReturnType<typeof focusedPart>} focused */
function refocus(focused) {
  if (!focused) return;
  const index = shown.findIndex((swatch) => swatch.hex === focused.hex);
  if (index < 0 && list.contains(document.activeElement)) return;
  const item = index < 0 ? list.lastElementChild : list.children[index];
  if (item) inside(item, `.${focused.part}`, HTMLElement).focus({ preventScroll: true });
}
