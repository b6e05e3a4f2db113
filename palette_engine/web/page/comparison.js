// The picture, and over it the recolored one, with a slider between.

import { element, inside } from './elements.js';

/** @typedef {import('./state.js').Entry} Entry */

const frame = element('frame', HTMLElement);
const original = element('original', HTMLImageElement);
const recolored = element('recolored', HTMLImageElement);
const slider = element('compare', HTMLInputElement);
const sides = {
  original: inside(frame, '[data-side="original"]', HTMLElement),
  recolored: inside(frame, '[data-side="recolored"]', HTMLElement),
};

// Pixels; a picture that is smaller may be shown enlarged, with square pixels, to a multiple of its
// size that is about as large, or to four times its size.
const SMALL = 320;
const ENLARGED = 4;

/** @type {Entry | null} */
let entry = null;

/**
 * Show a picture, and its recolored version if there is one.
 * @param {Entry | null} shown
 */
export function show(shown) {
  if (shown !== entry) frame.classList.add('waiting');
  entry = shown;
  setSource(original, shown?.url);
  original.alt = shown?.name || '';
  setSource(recolored, shown?.recoloredUrl);
  recolored.alt = shown ? `${shown.name} in the colors of the palette` : '';
  recolored.hidden = !shown?.recoloredUrl;
  frame.classList.toggle('transparent', Boolean(shown?.isTransparent));
  frame.classList.toggle('comparing', !recolored.hidden);
  slider.disabled = recolored.hidden;
  if (original.complete && original.naturalWidth) reveal();
}

/** Begin to listen. @param {{undecodable: (entry: Entry) => void}} callbacks */
export function start(callbacks) {
  original.addEventListener('load', reveal);
  original.addEventListener('error', () => entry?.url && callbacks.undecodable(entry));
  slider.addEventListener('input', split);
  split();
}

/** @param {HTMLImageElement} image @param {string | undefined} url */
function setSource(image, url) {
  if (!url) image.removeAttribute('src');
  else if (image.src !== url) image.src = url;
}

function reveal() {
  const { naturalWidth: width, naturalHeight: height } = original;
  const side = Math.max(width, height);
  const isSmall = side < SMALL;
  frame.style.setProperty('--ratio', String(width / height));
  frame.style.setProperty('--widest', isSmall ? `${width * enlarged(side)}px` : '100%');
  frame.classList.toggle('enlarged', isSmall);
  frame.classList.remove('waiting');
}

/** Return how many times its size a small picture is shown. @param {number} side the longer one */
function enlarged(side) {
  return Math.max(ENLARGED, Math.floor(SMALL / side));
}

function split() {
  const part = Number(slider.value);
  frame.style.setProperty('--split', `${part}%`);
  slider.setAttribute(
    'aria-valuetext',
    `${Math.round(part)}% original, ${Math.round(100 - part)}% recolored`,
  );
  sides.original.classList.toggle('covered', part < 20);
  sides.recolored.classList.toggle('covered', part > 80);
}
