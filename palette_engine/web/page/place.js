// Places: where a swatch is in the picture, and which swatch a point of the picture belongs to.
// The engine answers once for a palette; what is lit is drawn here.
// See docs/decisions.md#places-without-requests.

import { element } from './elements.js';
import { queryOf } from './locks.js';
import { guarded } from './pictures.js';
import * as server from './server.js';
import { isOpen, state } from './state.js';

/** @typedef {import('./state.js').Entry} Entry */
/** A map, and what it is of. @typedef {server.IndexMap & {of: string}} Known */

const frame = element('frame', HTMLElement);
const canvas = element('place', HTMLCanvasElement);

/** What the picture is dimmed with, as 0xAABBGGRR, in light and dark. */
const VEILS = { light: 0xd9ececec, dark: 0xd9141414 };
const isDark = matchMedia('(prefers-color-scheme: dark)');

/** The index of the swatch that is to be seen, or null. @type {number | null} */
let wanted = null;
let drawn = '';
let asked = '';

/** Have only a swatch of the picture be seen, or all of it. @param {number | null} index */
export function light(index) {
  wanted = index;
  show();
}

/** Draw what is wanted, if it is known. */
export function show() {
  const entry = state.current;
  const isShown = wanted !== null && Boolean(entry?.id) && !frame.classList.contains('waiting');
  const map = entry && isShown ? mapOf(entry) : null;
  canvas.hidden = !map;
  if (map && wanted !== null) draw(map, wanted);
}

/**
 * Return the index of the swatch at a point of the picture, or null; the map may come later.
 * @param {number} x from 0 to 1
 * @param {number} y
 */
export function at(x, y) {
  const map = state.current?.id ? mapOf(state.current) : null;
  if (!map || x < 0 || y < 0 || x >= 1 || y >= 1) return null;
  const found = map.index[Math.floor(y * map.height) * map.width + Math.floor(x * map.width)];
  return found === undefined || found === map.none ? null : found;
}

/** Return the map of a palette, or ask for it. @param {Entry} entry */
function mapOf(entry) {
  const { view } = entry.palette;
  if (!view || !entry.id) return null;
  const of = JSON.stringify([entry.id, queryOf(entry), view.swatches.map(({ hex }) => hex)]);
  if (entry.map?.of === of) return entry.map;
  ask(entry, entry.id, view, of);
  return null;
}

/** @param {Entry} entry @param {string} id @param {server.View} view @param {string} of */
function ask(entry, id, view, of) {
  if (asked === of || state.stopped) return;
  asked = of;
  guarded(
    async () => {
      try {
        const map = await server.indexMap(id, queryOf(entry), view.document);
        if (isOpen(entry)) entry.map = { ...map, of };
        show();
      } catch (error) {
        if (!(error instanceof server.Refusal)) throw error;
      } finally {
        asked = '';
      }
    },
    () => {},
  );
}

/** @param {Known} map @param {number} swatch */
function draw({ of, index, width, height }, swatch) {
  const now = `${swatch} ${isDark.matches} ${of}`;
  if (now === drawn) return;
  drawn = now;
  const veil = VEILS[isDark.matches ? 'dark' : 'light'];
  const pixels = new Uint32Array(index.length);
  for (let pixel = 0; pixel < pixels.length; pixel += 1) {
    if (index[pixel] !== swatch) pixels[pixel] = veil;
  }
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
