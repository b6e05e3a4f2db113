// The colors that palettes have to have: locked ones are a picture's own, typed ones are for all.
// See docs/decisions.md#kept-and-locked-colors.

import { say } from './notices.js';
import * as options from './options.js';
import { changed, state } from './state.js';

/** Return the options for a picture. @param {import('./state.js').Entry} entry */
export function queryOf(entry) {
  return options.query(keptText(entry));
}

/**
 * Return the colors that a picture's palette has to have, as text.
 * @param {import('./state.js').Entry | null} entry
 */
export function keptText(entry) {
  if (state.garbled !== null) return state.garbled;
  return [...new Set([...state.kept, ...(entry?.locked || [])])].join(', ');
}

/** @param {string} hex */
export function isLocked(hex) {
  return state.kept.includes(hex) || Boolean(state.current?.locked.has(hex));
}

/** Take over what is typed; locked colors that are still there stay locks. @param {string} text */
export function keep(text) {
  const colors = options.colorsIn(text);
  state.garbled = colors ? null : text;
  if (!colors) return;
  /** @type {Set<string>} */
  const locked = state.current?.locked || new Set();
  for (const hex of locked) if (!colors.includes(hex)) locked.delete(hex);
  state.kept = colors.filter((hex) => !locked.has(hex));
  changed();
}

/** Lock a color of the palette that is shown, or unlock it. @param {string} hex */
export function toggle(hex) {
  const { current } = state;
  const isUnlocking = isLocked(hex);
  // Nothing could be locked beside what is no color.
  state.garbled = null;
  if (isUnlocking) {
    state.kept = state.kept.filter((kept) => kept !== hex);
    current?.locked.delete(hex);
  } else if (current?.file) {
    current.locked.add(hex);
  } else {
    // There is no picture yet: it is for the one that comes.
    state.kept = [...state.kept, hex];
  }
  say(`${isUnlocking ? 'Unlocked' : 'Locked'} ${hex}`);
  changed();
}

/** Forget what is typed, and what is locked in the picture that is shown. */
export function clear() {
  state.kept = [];
  state.garbled = null;
  state.current?.locked.clear();
  changed();
}
