// The colors that palettes have to have: locked ones are a picture's own, typed ones are for all.
// See docs/decisions.md#kept-and-locked-colors.

import { colorsIn } from './colors.js';
import { say } from './notices.js';
import * as options from './options.js';
import { changed, hasOptions, see, state } from './state.js';

/** Return the options for a picture, or for all. @param {import('./state.js').Entry} entry */
export function queryOf(entry) {
  const query = options.query(keptText(entry));
  if (!entry.isJoined) return query;
  const ids = state.pictures.flatMap(({ id }) => id || []);
  return `${query}&${new URLSearchParams({ pictures: ids.join() })}`;
}

/**
 * Return the colors that a picture's palette has to have, as text.
 * @param {import('./state.js').Entry | null} entry
 */
export function keptText(entry) {
  if (state.garbled !== null) return state.garbled;
  return [...new Set([...state.kept, ...(entry?.palette.locked || [])])].join(', ');
}

/** @param {string} hex */
export function isLocked(hex) {
  return state.kept.includes(hex) || Boolean(state.current?.palette.locked.has(hex));
}

/** Take over what is typed; locked colors that are still there stay locks. @param {string} text */
export function keep(text) {
  const colors = colorsIn(text);
  state.garbled = colors ? null : text;
  if (!colors) return;
  const locked = [...(state.current?.palette.locked || [])].filter((hex) => colors.includes(hex));
  setLocked(locked);
  state.kept = colors.filter((hex) => !locked.includes(hex));
  changed();
}

/** Lock a color, or unlock it. @param {string} hex */
export function toggle(hex) {
  const isUnlocking = isLocked(hex);
  // Nothing could be locked beside what is no color.
  state.garbled = null;
  state.edits += 1;
  if (isUnlocking) {
    state.kept = state.kept.filter((kept) => kept !== hex);
    setLocked([...(state.current?.palette.locked || [])].filter((locked) => locked !== hex));
  } else if (state.current && hasOptions(state.current)) {
    setLocked([...state.current.palette.locked, hex]);
  } else {
    // There is no picture yet: it is for the one that comes.
    state.kept = [...state.kept, hex];
  }
  say(`${isUnlocking ? 'Unlocked' : 'Locked'} ${hex}`);
  changed();
}

/** Forget what is typed; locks stay. */
export function clear() {
  state.kept = [];
  state.garbled = null;
  changed();
}

/** @param {string[]} locked */
function setLocked(locked) {
  if (state.current) see(state.current, { locked: new Set(locked) });
}
