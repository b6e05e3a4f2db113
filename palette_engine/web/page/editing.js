// Editing: palettes changed by hand. What an edit does is the engine's, as in GIMP's dialog.
// See docs/decisions.md#edits-in-the-dialog.

import * as locks from './locks.js';
import { say } from './notices.js';
import * as options from './options.js';
import { guarded, remembering, showChanged } from './pictures.js';
import * as server from './server.js';
import { hasOptions, state } from './state.js';
import { queue } from './turns.js';

/** @typedef {import('./state.js').Entry} Entry */
/** @typedef {server.View} View */

/** The edits after which a palette has one color less. */
const FEWER = ['remove', 'merge'];

const inTurn = queue(1);

/**
 * Change the palette that is shown; edits are done one after the other.
 * @param {server.Edit} edit
 * @param {string} words what is said when it is done
 */
export function edit(edit, words) {
  const entry = state.current;
  if (!entry) return Promise.resolve();
  // What could not be done since the server had stopped is not done later, unasked.
  return guarded(
    () => inTurn(() => carryOut(entry, edit, words)),
    () => {},
  );
}

/** @param {Entry} entry @param {server.Edit} edit @param {string} words */
async function carryOut(entry, edit, words) {
  const before = entry.palette.view;
  const count = before?.swatches.length || 0;
  const indexes = [edit.index, edit.other ?? 0, edit.to ?? 0];
  if (!before || Math.max(...indexes) >= count) return;
  try {
    const after = await remembering(entry, () =>
      server.edited(entry.id, locks.queryOf(entry), before.document, edit),
    );
    const { note, region } = before;
    state.edits += 1;
    if (FEWER.includes(edit.do) && hasOptions(entry)) options.setCount(after.swatches.length);
    entry.palette = {
      ...entry.palette,
      view: { ...after, note: entry.file ? after.note : note, region },
      locked: new Set(keptAfter([...entry.palette.locked], before, after)),
      isByHand: true,
    };
    state.kept = state.kept.filter((hex) => !isGone(hex, before, after));
    say(words);
    showChanged(entry);
  } catch (error) {
    if (!(error instanceof server.Refusal)) throw error;
    say(error.message);
    entry.untaken = error.message;
  }
}

/**
 * Return the locked colors after an edit: none that is gone, and those that it changed.
 * @param {string[]} locked
 * @param {View} before
 * @param {View} after
 */
function keptAfter(locked, before, after) {
  const known = editedIn(before);
  const changed = editedIn(after).filter((hex) => !known.includes(hex));
  return [...locked.filter((hex) => !isGone(hex, before, after)), ...changed];
}

/** @param {View} view */
function editedIn(view) {
  return view.document.swatches.filter(({ edited }) => edited).map(({ hex }) => hex);
}

/** @param {string} hex @param {View} before @param {View} after */
function isGone(hex, before, after) {
  const has = (/** @type {View} */ view) => view.swatches.some((swatch) => swatch.hex === hex);
  return has(before) && !has(after);
}
