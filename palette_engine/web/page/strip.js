// The film strip: the pictures that are open, to switch between them.

import { around, copyOf, element, fillBar, inside, isNew } from './elements.js';
import { afterFrame } from './state.js';

/** @typedef {import('./state.js').Entry} Entry */

const strip = element('strip', HTMLElement);
const list = inside(strip, 'ul', HTMLElement);
const template = element('thumbnail-template', HTMLTemplateElement);

/** What stands for each picture; when one is removed, the others stay as they are. @type {Map<Entry, HTMLElement>} */
const items = new Map();

/**
 * Show the pictures that are open; one alone needs no strip.
 * @param {Entry[]} pictures
 * @param {Entry | null} current
 */
export function show(pictures, current) {
  const open = new Set(pictures);
  for (const [picture, item] of items) {
    if (open.has(picture)) continue;
    item.remove();
    items.delete(picture);
  }
  for (const [index, picture] of pictures.entries()) {
    const item = items.get(picture) ?? copyOf(template);
    const present = list.children[index] ?? null;
    items.set(picture, item);
    if (item !== present) list.insertBefore(item, present);
    fill(item, picture, picture === current);
  }
  const [only] = pictures;
  strip.hidden = !only || (pictures.length === 1 && only === current);
}

/** Begin to listen. @param {{choose: (picture: Entry) => void}} callbacks */
export function start(callbacks) {
  list.addEventListener('click', (event) => {
    const item = around(event.target, 'li', HTMLElement);
    const [picture] = [...items].find(([, one]) => one === item) || [];
    if (picture) callbacks.choose(picture);
  });
}

/** @param {HTMLElement} item @param {Entry} picture @param {boolean} isCurrent */
function fill(item, picture, isCurrent) {
  const { name, palette, thumbnail } = picture;
  if (!isNew(item, [name, palette.view, thumbnail, isCurrent])) return;
  const button = inside(item, 'button', HTMLElement);
  if (isCurrent) {
    if (!button.hasAttribute('aria-current'))
      afterFrame(() => item.scrollIntoView({ block: 'nearest', inline: 'nearest' }));
    button.setAttribute('aria-current', 'true');
  } else {
    button.removeAttribute('aria-current');
  }
  button.title = picture.name;
  button.classList.toggle('colors-only', !picture.file);
  inside(item, '.thumbnail-name', HTMLElement).textContent = picture.name;
  draw(inside(item, 'canvas', HTMLCanvasElement), picture.thumbnail);
  fillBar(inside(item, '.thumbnail-colors', HTMLElement), picture.palette.view?.swatches || []);
}

/** @type {WeakMap<HTMLCanvasElement, ImageBitmap | null>} */
const drawn = new WeakMap();

/** @param {HTMLCanvasElement} canvas @param {ImageBitmap | null} thumbnail */
function draw(canvas, thumbnail) {
  if (drawn.get(canvas) === thumbnail) return;
  drawn.set(canvas, thumbnail);
  canvas.width = thumbnail?.width || 1;
  canvas.height = thumbnail?.height || 1;
  if (thumbnail) canvas.getContext('2d')?.drawImage(thumbnail, 0, 0);
}
