// The line of inspection: what is known of the swatch that is chosen, and what can be done to it.

import { colorsIn } from './colors.js';
import { allInside, element, inside } from './elements.js';

/** @typedef {import('./server.js').Swatch} Swatch */
/** @typedef {import('./server.js').Edit} Edit */

const line = element('inspector', HTMLElement);
const lock = element('lock', HTMLElement);
const remove = element('delete', HTMLElement);
const toggle = element('edit', HTMLElement);
const editor = element('editor', HTMLElement);
const color = element('edit-color', HTMLInputElement);
const hexField = element('edit-hex', HTMLInputElement);
const nameField = element('edit-name', HTMLInputElement);

let index = 0;
/** @type {Swatch | null} */
let shown = null;

/**
 * Show a swatch.
 * @param {Swatch | null} swatch
 * @param {number} at its index
 * @param {boolean} isLocked
 * @param {boolean} isOnly
 */
export function show(swatch, at, isLocked, isOnly) {
  shown = swatch;
  index = at;
  line.hidden = !swatch;
  if (!swatch) open(false);
  if (!swatch) return;
  const { hex, name, share, percent } = swatch;
  line.style.setProperty('--color', hex);
  inside(line, 'code', HTMLElement).textContent = hex;
  inside(line, '.inspected-name', HTMLElement).textContent = name;
  inside(line, '.inspected-share', HTMLElement).textContent = share ? percent : '';
  lock.setAttribute('aria-pressed', String(isLocked));
  lock.setAttribute('aria-label', `Lock ${hex}`);
  remove.setAttribute('aria-label', `Delete ${hex}`);
  remove.setAttribute('aria-disabled', String(isOnly));
  toggle.setAttribute('aria-label', `Edit ${hex}`);
  fill(color, hex);
  fill(hexField, hex);
  fill(nameField, name);
}

/** Open the editor, or close it. @param {boolean} isOpen */
export function open(isOpen) {
  editor.hidden = !isOpen;
  toggle.setAttribute('aria-expanded', String(isOpen));
}

/** Open the editor, and go there. */
export function enter() {
  open(true);
  hexField.select();
}

/**
 * Begin to listen.
 * @param {object} callbacks
 * @param {(hex: string) => void} callbacks.lock
 * @param {(edit: Edit, words: string) => void} callbacks.edit
 * @param {(index: number) => void} callbacks.remove
 * @param {(index: number, step: number) => void} callbacks.move
 */
export function start(callbacks) {
  lock.addEventListener('click', () => shown && callbacks.lock(shown.hex));
  remove.addEventListener('click', () => shown && callbacks.remove(index));
  toggle.addEventListener('click', () => open(Boolean(editor.hidden)));
  color.addEventListener('change', () => replace(color.value));
  hexField.addEventListener('change', () => replace(hexField.value));
  nameField.addEventListener('change', () => {
    const name = nameField.value;
    callbacks.edit({ do: 'rename', index, name }, name ? `Renamed ${name}` : 'Name removed');
  });
  for (const button of allInside(editor, '[data-nudge]', HTMLElement)) {
    button.addEventListener('click', () => {
      const { nudge = '', step } = button.dataset;
      const words = button.getAttribute('aria-label') || '';
      callbacks.edit({ do: 'nudge', index, [nudge]: Number(step) }, words);
    });
  }
  for (const button of allInside(editor, '[data-move]', HTMLElement)) {
    button.addEventListener('click', () => callbacks.move(index, Number(button.dataset.move)));
  }

  /** @param {string} text */
  function replace(text) {
    const [code] = colorsIn(text) || [];
    if (!shown || code === shown.hex) return;
    if (code) callbacks.edit({ do: 'replace', index, color: code }, `Replaced by ${code}`);
    hexField.setAttribute('aria-invalid', String(!code));
  }
}

/** Show a value, but not under the fingers of who is typing. @param {HTMLInputElement} field @param {string} value */
function fill(field, value) {
  if (document.activeElement === field && field.type === 'text') return;
  field.value = value;
  field.removeAttribute('aria-invalid');
}
