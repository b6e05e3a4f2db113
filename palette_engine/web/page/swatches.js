// The palette: its swatches, and a bar with their shares.

import { confirm, copy, endConfirmation, say } from './notices.js';

const list = document.getElementById('swatches');
const bar = document.getElementById('shares');
const template = document.getElementById('swatch-template');

// How narrow a swatch may be, in pixels with its gap: on a phone, with a name, and else.
const NARROWEST = { small: 70, named: 108, usual: 92 };
const PHONE = 600;
const MANY = 48; // colors, which are shown smaller
const WIDE = 12; // colors that are few enough to be in rows of the same length

let shown = [];

/**
 * Show a palette's swatches. What is there is changed, not replaced, so that focus stays.
 * @param {{hex: string, name: string, share: number, percent: string, ink: string}[]} swatches
 * @param {(hex: string) => boolean} isLocked
 */
export function show(swatches, isLocked) {
  const focused = focusedPart();
  shown = swatches;
  resize(list, swatches.length, newSwatch);
  swatches.forEach((swatch, place) => fill(list.children[place], swatch, isLocked(swatch.hex)));
  resize(bar, swatches.length, () => document.createElement('i'));
  swatches.forEach(({ hex, share }, place) => {
    bar.children[place].style.flexGrow = String(share);
    bar.children[place].style.background = hex;
  });
  bar.hidden = !swatches.some((swatch) => swatch.share);
  arrange();
  refocus(focused);
}

/** Show where swatches will be. @param {number} count */
export function showGhosts(count) {
  if (list.children.length) return;
  resize(list, count, newSwatch);
  for (const item of list.children) {
    item.classList.add('ghost');
    item.inert = true;
  }
  bar.hidden = false;
  arrange();
}

/** Begin to listen. @param {{lock: (hex: string) => void}} told */
export function start(told) {
  list.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    const place = [...list.children].indexOf(button?.closest('li'));
    if (place < 0 || !shown[place]) return;
    if (button.matches('.swatch-color')) told.lock(shown[place].hex);
    else copyHex(shown[place].hex, button.querySelector('span'));
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
  return template.content.firstElementChild.cloneNode(true);
}

/** @param {HTMLElement} item */
function fill(item, { hex, name, percent, share, ink }, locked) {
  const color = item.querySelector('.swatch-color');
  const code = item.querySelector('.swatch-hex');
  if (item.classList.contains('ghost')) {
    item.classList.remove('ghost');
    item.inert = false;
  }
  if (item.dataset.hex !== hex) {
    endConfirmation(code.firstElementChild);
    item.dataset.hex = hex;
    color.style.setProperty('--color', hex);
    color.style.setProperty('--on-color', ink);
    color.setAttribute('aria-label', `Lock ${hex}`);
    code.setAttribute('aria-label', `Copy ${hex}`);
    code.firstElementChild.textContent = hex;
  }
  color.title = locked ? 'Unlock: it need not stay' : 'Lock: it stays in the palette';
  color.setAttribute('aria-pressed', String(locked));
  item.querySelector('.swatch-name').textContent = name;
  item.querySelector('.swatch-share').textContent = share ? percent : '';
}

/** @param {HTMLElement} parent @param {number} count @param {() => HTMLElement} make */
function resize(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(make());
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
  const item = document.activeElement?.closest('#swatches > li');
  return item && { hex: item.dataset.hex, part: document.activeElement.classList[0] };
}

/** Let the focus go with its color. */
function refocus(focused) {
  if (!focused) return;
  const place = shown.findIndex((swatch) => swatch.hex === focused.hex);
  const item = place < 0 ? null : list.children[place];
  if (item) item.querySelector(`.${focused.part}`).focus({ preventScroll: true });
  else if (!list.contains(document.activeElement)) {
    list.lastElementChild?.querySelector(`.${focused.part}`).focus({ preventScroll: true });
  }
}
