// The palette: its swatches. Tab reaches one of them, and arrow keys the others.
// See docs/decisions.md#one-tab-stop-for-the-palette.

import { around, copyOf, element, fillWith, inside, isNew } from './elements.js';
import { confirm, copy, endConfirmation, say } from './notices.js';
import { areTiles, beside, rowsOf } from './rows.js';

/** @typedef {import('./server.js').Swatch} Swatch */

const list = element('swatches', HTMLElement);
const template = element('swatch-template', HTMLTemplateElement);

/** @type {Swatch[]} */
let shown = [];
/** The index of the swatch that Tab reaches. */
let current = 0;
/** @type {number[]} */
let rows = [];
let width = 0;
/** What the swatches are arranged for. */
let arranged = '';
let point = () => {};
/** The index of the swatch that is to be merged with the next one that is chosen, or -1. */
let merging = -1;
const mergeButton = element('merge', HTMLElement);

/** Return the swatch that Tab reaches, and its index. */
export function chosen() {
  return { swatch: shown[current] || null, index: current };
}

/**
 * Show a palette's swatches. What is there is changed, not replaced, so that focus stays.
 * @param {Swatch[]} swatches
 * @param {(hex: string) => boolean} isLocked
 */
export function show(swatches, isLocked) {
  const isFocused = list.contains(document.activeElement);
  const before = shown[current]?.hex;
  const largest = Math.max(...swatches.map(({ share }) => share));
  shown = swatches;
  fillWith(list, swatches, newSwatch, (item, swatch, index) => {
    fill(item, swatch, isLocked(swatch.hex), swatch.share / largest || 0, index);
  });
  arrange();
  const index = swatches.findIndex(({ hex }) => hex === before);
  choose(index < 0 ? Math.min(current, Math.max(0, swatches.length - 1)) : index);
  if (isFocused) buttonAt(current)?.focus({ preventScroll: true });
}

/** Show where swatches will be. @param {number} count */
export function showGhosts(count) {
  if (list.children.length) return;
  fillWith(list, Array.from({ length: count }), newSwatch, (item) => {
    item.classList.add('ghost');
    item.inert = true;
  });
  arrange();
}

/** Have the swatch at a point of the picture stand out, or none. @param {number | null} index */
export function lift(index) {
  for (const [at, item] of [...list.children].entries()) {
    if (item.classList.contains('lifted') !== (at === index)) item.classList.toggle('lifted');
  }
}

/**
 * @typedef {object} Callbacks
 * @property {(hex: string) => void} lock
 * @property {() => void} point called when another swatch is chosen
 * @property {(index: number | null) => void} light called when a swatch is pointed at, or none
 * @property {(index: number) => void} remove
 * @property {(index: number, to: number) => void} move
 * @property {(index: number, other: number) => void} merge
 * @property {() => void} edit
 */

/** Begin to listen. @param {Callbacks} callbacks */
export function start(callbacks) {
  point = callbacks.point;
  list.addEventListener('click', (event) => {
    const { target } = event;
    const index = indexOf(target);
    const swatch = shown[index];
    if (!swatch || isDragged) return;
    focusAt(index);
    // Fingers cannot point at something without a tap.
    if (event instanceof PointerEvent && event.pointerType === 'touch') callbacks.light(index);
    if (around(target, '.swatch-lock', HTMLElement)) callbacks.lock(swatch.hex);
    else take(index, callbacks);
  });
  list.addEventListener('focusin', ({ target }) => {
    choose(indexOf(target));
    if (target instanceof Element && target.matches(':focus-visible')) callbacks.light(current);
  });
  list.addEventListener('focusout', () => callbacks.light(null));
  list.addEventListener('pointerover', ({ target, pointerType }) => {
    const index = indexOf(target);
    if (pointerType === 'mouse') callbacks.light(index < 0 ? null : index);
  });
  list.addEventListener('pointerleave', () => callbacks.light(null));
  list.addEventListener('keydown', (event) => press(event, callbacks));
  mergeButton.addEventListener('click', () => arm(merging < 0 ? current : -1));
  listenForDrags(callbacks);
  new ResizeObserver(([entry]) => {
    width = entry?.contentRect.width || 0;
    arrange();
  }).observe(list);
}

/** @param {KeyboardEvent} event @param {Callbacks} callbacks */
function press(event, callbacks) {
  const swatch = shown[current];
  if (!swatch || event.ctrlKey || event.metaKey) return;
  const to = neighbor(event.key);
  const key = event.key.toLowerCase();
  if (to !== null && event.altKey) callbacks.move(current, to);
  else if (event.altKey) return;
  else if (to !== null) focusAt(to);
  else if (key === 'l') callbacks.lock(swatch.hex);
  else if (key === 'delete' || key === 'backspace') callbacks.remove(current);
  else if (key === 'e') callbacks.edit();
  else if (key === 'm') arm(current);
  else if (key === 'escape' && merging >= 0) arm(-1);
  else if (key === 'enter') take(current, callbacks);
  else return;
  event.preventDefault();
}

/** Copy a swatch, or merge it with the one that waits for that. @param {number} index @param {Callbacks} callbacks */
function take(index, callbacks) {
  const other = merging;
  if (other < 0 || other === index) copyAt(index);
  else callbacks.merge(other, index);
  arm(-1);
}

/** Have a swatch wait for another one to be merged with, or none. @param {number} index */
function arm(index) {
  if (index >= 0) say('Choose the color to merge with');
  if (merging < 0 && index < 0) return;
  merging = index;
  list.classList.toggle('merging', merging >= 0);
  mergeButton.setAttribute('aria-pressed', String(merging >= 0));
  if (merging >= 0) focusAt(merging);
}

/** Whether what ends now is a drag, and no click. */
let isDragged = false;
const DRAG = 8; // pixels, after which a press is a drag

/**
 * Where a swatch would be dropped: merged with another one, or moved to a place.
 * @typedef {object} Target
 * @property {number} over the index of the swatch that it is over
 * @property {'merge' | 'before' | 'after'} how
 */

const BESIDE = 0.3; // the part of a swatch on either side where another is put beside it

/** Have swatches be dragged into an order with a mouse, or onto each other. @param {Callbacks} callbacks */
function listenForDrags(callbacks) {
  /** @type {{index: number, x: number, y: number} | null} */
  let held = null;
  list.addEventListener(
    'pointerdown',
    ({ target, clientX: x, clientY: y, pointerType, button }) => {
      const index = indexOf(target);
      isDragged = false;
      if (index >= 0 && pointerType === 'mouse' && button === 0) held = { index, x, y };
    },
  );
  document.addEventListener('pointermove', ({ clientX, clientY, target }) => {
    if (!held || Math.hypot(clientX - held.x, clientY - held.y) < DRAG) return;
    isDragged = true;
    list.classList.add('dragging');
    mark(held.index, targetAt(held.index, indexOf(target), clientX));
  });
  document.addEventListener('pointerup', ({ target, clientX }) => {
    const to = held && isDragged ? targetAt(held.index, indexOf(target), clientX) : null;
    if (held && to?.how === 'merge') callbacks.merge(to.over, held.index);
    else if (held && to) callbacks.move(held.index, placeOf(held.index, to));
    end();
  });
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && end());

  function end() {
    held = null;
    list.classList.remove('dragging');
    mark(-1, null);
  }
}

/** Return where a swatch would be dropped, or null if nowhere. @param {number} from @param {number} over @param {number} x of the pointer, in the window */
function targetAt(from, over, x) {
  const item = list.children[over];
  if (!item || over === from) return null;
  const { left, width: across } = item.getBoundingClientRect();
  const part = (x - left) / across;
  const isBeside = part < BESIDE || part > 1 - BESIDE;
  /** @type {Target} */
  const target = { over, how: !isBeside ? 'merge' : part < BESIDE ? 'before' : 'after' };
  return target.how !== 'merge' && placeOf(from, target) === from ? null : target;
}

/** Return the index that a swatch gets beside another one. @param {number} from @param {Target} target */
function placeOf(from, { over, how }) {
  const at = how === 'after' ? over + 1 : over;
  // All behind where it was move up.
  return at > from ? at - 1 : at;
}

/** Mark what is dragged, and where it would be. @param {number} from @param {Target | null} target */
function mark(from, target) {
  for (const [index, item] of [...list.children].entries()) {
    const how = index === target?.over ? target.how : '';
    item.classList.toggle('dragged', index === from);
    for (const name of ['merge', 'before', 'after']) item.classList.toggle(name, how === name);
  }
}

/** Return the index of the swatch that a key leads to, or null. @param {string} key */
function neighbor(key) {
  const last = shown.length - 1;
  if (key === 'ArrowLeft') return Math.max(0, current - 1);
  if (key === 'ArrowRight') return Math.min(last, current + 1);
  if (key === 'ArrowUp') return beside(rows, current, -1);
  if (key === 'ArrowDown') return beside(rows, current, 1);
  if (key === 'Home') return 0;
  return key === 'End' ? last : null;
}

/** Return the index of the swatch that something belongs to, or -1. @param {EventTarget | null} target */
function indexOf(target) {
  const item = around(target, '#swatches > li', HTMLElement);
  return item ? [...list.children].indexOf(item) : -1;
}

/** @param {number} index */
function buttonAt(index) {
  const item = list.children[index];
  return item ? inside(item, 'button', HTMLElement) : null;
}

/** @param {number} index */
function focusAt(index) {
  const button = buttonAt(index);
  button?.focus({ preventScroll: true });
  if (list.scrollHeight > list.clientHeight) button?.scrollIntoView({ block: 'nearest' });
}

/** Have Tab reach a swatch. @param {number} index */
function choose(index) {
  if (index < 0) return;
  buttonAt(current)?.setAttribute('tabindex', '-1');
  current = index;
  buttonAt(current)?.setAttribute('tabindex', '0');
  point();
}

/** Copy the color of a swatch. @param {number} index */
async function copyAt(index) {
  const swatch = shown[index];
  const item = list.children[index];
  if (!swatch || !item) return;
  const label = inside(item, '.swatch-hex', HTMLElement);
  if (await copy(swatch.hex)) {
    confirm(label, 'Copied');
    say(`Copied ${swatch.hex}`);
  } else {
    say(`The browser does not let this page copy; the color is ${swatch.hex}`);
  }
}

function newSwatch() {
  return copyOf(template);
}

/**
 * @param {HTMLElement} item
 * @param {Swatch} swatch
 * @param {boolean} isLocked
 * @param {number} part its share, of the largest one
 * @param {number} index
 */
function fill(item, swatch, isLocked, part, index) {
  const { hex, name, percent, share, ink } = swatch;
  if (!isNew(item, [hex, name, percent, share, isLocked, part, index, shown.length])) return;
  const label = inside(item, '.swatch-hex', HTMLElement);
  item.classList.remove('ghost');
  item.inert = false;
  if (item.dataset.hex !== hex) {
    endConfirmation(label);
    item.dataset.hex = hex;
    // Not as variables, with which the style of all that is inside would be worked out anew.
    item.style.background = hex;
    item.style.color = ink;
    label.textContent = hex;
  }
  inside(item, '.swatch-bar', HTMLElement).style.width = `${100 * part}%`;
  item.toggleAttribute('data-locked', isLocked);
  inside(item, 'button', HTMLElement).setAttribute('aria-label', spoken(swatch, isLocked, index));
  inside(item, '.swatch-lock', HTMLElement).title = isLocked
    ? 'Unlock: it need not stay'
    : 'Lock: it stays in the palette';
  inside(item, '.swatch-name', HTMLElement).textContent = name;
  inside(item, '.swatch-share', HTMLElement).textContent = share ? percent : '';
}

/** Return what is said of a swatch. @param {Swatch} swatch @param {boolean} isLocked @param {number} index */
function spoken(swatch, isLocked, index) {
  const percent = Math.round(100 * swatch.share);
  const share = swatch.share && `${percent || 'less than 1'} percent`;
  const place = `${index + 1} of ${shown.length}`;
  return [swatch.name, swatch.hex, share, isLocked && 'locked', place].filter(Boolean).join(', ');
}

/** Have all rows be as long as the others; nothing is measured for that. */
function arrange() {
  const count = list.children.length;
  const wanted = `${count} ${width}`;
  if (!width || wanted === arranged) return;
  arranged = wanted;
  rows = rowsOf(count, width);
  list.classList.toggle('tiles', areTiles(count));
  list.style.setProperty('--rows', String(rows.length));
  const parts = rows.flatMap((length) => Array.from({ length }, () => `${100 / length}%`));
  for (const [index, part] of parts.entries()) {
    const item = list.children[index];
    if (item instanceof HTMLElement) item.style.flexBasis = part;
  }
}
