// Plan: what the engine has to do for other options than those of the palette that is seen.
// See docs/decisions.md#edits-in-the-dialog.

import { colorsIn } from './colors.js';

/** @typedef {import('./state.js').Palette} Palette */

/**
 * Return whether the colors that are seen fit some options (stay), only those change that have to
 * (start), or the palette is searched for (search).
 * @param {Palette} palette
 * @param {string} query
 * @returns {'stay' | 'start' | 'search'}
 */
export function planOf({ view, query: before, isByHand }, query) {
  if (!view || before === null) return 'search';
  const [old, now] = [new URLSearchParams(before), new URLSearchParams(query)];
  const names = new Set([...old.keys(), ...now.keys()]);
  const changed = [...names].filter((name) => old.getAll(name).join() !== now.getAll(name).join());
  const kept = colorsIn(now.get('keep') || '');
  if (!changed.length) return 'stay';
  if (!kept || changed.some((name) => !['keep', 'order'].includes(name))) return 'search';
  if (!changed.includes('keep')) return isByHand ? 'start' : 'search';
  const seen = view.swatches.map(({ hex }) => hex);
  const areSeen = kept.every((hex) => seen.includes(hex));
  return areSeen && !changed.includes('order') ? 'stay' : 'start';
}
