// A palette in the page's address, so that it can be kept and handed on.

const HEX = /^[0-9a-f]{6}$/i;

/** Return what of the address stands for a palette. @param {object} palette its document */
function fragmentOf({ name, swatches }) {
  const parameters = new URLSearchParams({ name });
  parameters.set('colors', swatches.map((swatch) => swatch.hex.slice(1)).join('-'));
  const shares = swatches.map((swatch) => Math.round((swatch.share || 0) * 10000));
  if (shares.some(Boolean)) parameters.set('shares', shares.join('-'));
  if (swatches.some((swatch) => swatch.name)) {
    for (const swatch of swatches) parameters.append('names', swatch.name || '');
  }
  return `#${parameters}`;
}

/** An address with a palette that cannot be read, with a sentence. */
export class Damaged extends Error {}

/**
 * Return the palette's document of an address, or null if it has none.
 * @param {string} fragment
 * @throws {Damaged}
 */
export function documentOf(fragment) {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  if (!parameters.has('colors')) return null;
  const colors = parameters.get('colors').split('-').filter(Boolean);
  const wrong = colors.find((color) => !HEX.test(color));
  if (wrong !== undefined || !colors.length) {
    const what =
      wrong === undefined
        ? 'has no colors'
        : `says ${wrong.slice(0, 20)} where a color like e6194b should be`;
    throw new Damaged(`The palette in the address ${what}.`);
  }
  const shares = (parameters.get('shares') || '').split('-').map((share) => Number(share) / 10000);
  const names = parameters.getAll('names');
  return {
    schema: 1,
    name: parameters.get('name') || 'Palette',
    swatches: colors.map((color, place) => ({
      hex: `#${color.toLowerCase()}`,
      share: shares[place] >= 0 && shares[place] <= 1 ? shares[place] : 0,
      name: names[place] || '',
    })),
  };
}

let written = '';

/** Put a palette into the page's address, or take it out. @param {object | null} palette */
export function write(palette) {
  const fragment = palette ? fragmentOf(palette) : '';
  if (fragment === written) return;
  written = fragment;
  history.replaceState(null, '', fragment || location.pathname);
}

/** Tell whether the address has been changed by somebody else, who is heard but once. */
export function isNew() {
  const before = written;
  written = location.hash;
  return written !== before;
}

/** Tell whether the address is that of a palette. @param {object} palette */
export function isOf(palette) {
  return location.hash === fragmentOf(palette);
}

/** Tell whether the address is still the one that was read last. */
export function isCurrent() {
  return written === location.hash;
}
