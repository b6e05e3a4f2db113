// A palette in the page's address, so that it can be kept and handed on.

/** @typedef {import('./server.js').PaletteDocument} PaletteDocument */

/** Shares are whole numbers of millionths. */
const MILLION = 1000000;

const HEX = /^[0-9a-f]{6}$/i;

/** Return what of the address stands for a palette. @param {PaletteDocument} palette */
function fragmentOf({ name, swatches }) {
  const parameters = new URLSearchParams({ name });
  parameters.set('colors', swatches.map((swatch) => swatch.hex.slice(1)).join('-'));
  // Rounded down, as a share that was rounded would be rounded once more where it is shown.
  const shares = swatches.map((swatch) => Math.floor((swatch.share || 0) * MILLION));
  if (shares.some(Boolean)) parameters.set('shares', shares.join('-'));
  if (swatches.some((swatch) => swatch.name)) {
    for (const swatch of swatches) parameters.append('names', swatch.name || '');
  }
  return `#${parameters}`;
}

/** Return the page's address with a palette in it. @param {PaletteDocument} palette */
export function linkOf(palette) {
  return `${location.origin}${location.pathname}${fragmentOf(palette)}`;
}

/** An address with a palette that cannot be read, with a sentence. */
export class Damaged extends Error {}

/**
 * Return the palette's document of an address, or null if it has none.
 * @param {string} fragment
 * @returns {PaletteDocument | null}
 * @throws {Damaged}
 */
export function documentOf(fragment) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const listed = parameters.get('colors');
  if (listed === null) return null;
  const colors = listed.split('-').filter(Boolean);
  const wrong = colors.find((color) => !HEX.test(color));
  if (wrong !== undefined || !colors.length) {
    const what =
      wrong === undefined
        ? 'has no colors'
        : `says ${wrong.slice(0, 20)} where a color like e6194b should be`;
    throw new Damaged(`The palette in the address ${what}.`);
  }
  const shares = (parameters.get('shares') || '').split('-').map(shareIn);
  const names = parameters.getAll('names');
  return {
    schema: 1,
    name: parameters.get('name') || 'Palette',
    swatches: colors.map((color, index) => ({
      hex: `#${color.toLowerCase()}`,
      share: shares[index] || 0,
      name: names[index] || '',
    })),
  };
}

/** Return the share that a text stands for, or 0. @param {string} text */
function shareIn(text) {
  const share = Number(text) / MILLION;
  return share >= 0 && share <= 1 ? share : 0;
}

const LATER = 1000; // milliseconds after which a browser may take what it refused

let written = '';
let later = 0;

/**
 * Put a palette into the page's address, or take it out.
 * @param {PaletteDocument | null} palette
 */
export function write(palette) {
  const fragment = palette ? fragmentOf(palette) : '';
  clearTimeout(later);
  if (fragment === written) return;
  try {
    history.replaceState(null, '', fragment || location.pathname);
    written = fragment;
  } catch {
    // Safari takes no more than a hundred in ten seconds.
    later = setTimeout(() => write(palette), LATER);
  }
}

/** Tell whether the address has been changed by somebody else, who is heard but once. */
export function isNew() {
  const before = written;
  clearTimeout(later);
  written = location.hash;
  return written !== before;
}

/** Tell whether the address is that of a palette. @param {PaletteDocument} palette */
export function isOf(palette) {
  return location.hash === fragmentOf(palette);
}

/** Tell whether the address is still the one that was read last. */
export function isCurrent() {
  return written === location.hash;
}
