// History: what can be undone and done again. A step is all that a palette depends on: the options,
// the pictures that are open, and the palette that is shown.
// See docs/decisions.md#undo-on-the-page.

import { element } from './elements.js';
import { isApples } from './keyboard.js';
import { say } from './notices.js';

/** @typedef {import('./state.js').Entry} Entry */

/**
 * @typedef {object} Step
 * @property {Entry | null} current
 * @property {Entry[]} pictures
 * @property {Entry['palette'] | null} palette of the current entry
 * @property {string} options
 * @property {string[]} kept
 * @property {number} edits how many changes were made by hand
 * @property {number} renames how often the name of a palette was changed
 */

const buttons = { undo: element('undo', HTMLElement), redo: element('redo', HTMLElement) };

const TOGETHER = 700; // milliseconds, in which changes of options are one step
const MOST = 200; // steps

/** @type {Step[]} */
const past = [];
/** @type {Step[]} */
let future = [];
/** @type {Step | null} */
let present = null;
/** When an option was changed last, if nothing else was since. */
let optionAt = -TOGETHER;

/** Take over how everything is now, which is a step if somebody changed it. @param {Step} step */
export function note(step) {
  if (!present || !isStep(present, step)) {
    present = step;
  } else {
    const isOption = !isByHand(present, step) && present.pictures.length === step.pictures.length;
    const isSoon = performance.now() - optionAt < TOGETHER;
    if (!isOption || !isSoon) past.push(present);
    if (past.length > MOST) past.shift();
    future = [];
    present = step;
    optionAt = isOption ? performance.now() : -TOGETHER;
  }
  show();
}

/**
 * Tell whether going from one state to another is a step: not that another picture is shown, nor
 * that more are opened, nor that a palette comes for the first time.
 * @param {Step} before
 * @param {Step} after
 */
function isStep(before, after) {
  if (before.pictures.some((entry) => !after.pictures.includes(entry))) return true;
  if (before.options !== after.options || before.kept.join() !== after.kept.join()) return true;
  if (before.current !== after.current || !before.palette?.view) return false;
  return isByHand(before, after) && before.palette !== after.palette;
}

/** Tell whether somebody changed a palette, or its name. @param {Step} before @param {Step} after */
function isByHand(before, after) {
  return before.edits !== after.edits || before.renames !== after.renames;
}

function show() {
  buttons.undo.setAttribute('aria-disabled', String(!past.length));
  buttons.redo.setAttribute('aria-disabled', String(!future.length));
}

/**
 * Begin to listen.
 * @param {object} callbacks
 * @param {(step: Step, gone: Entry[]) => void} callbacks.restore shows a step, without some pictures
 */
export function start({ restore }) {
  const undo = () => {
    const step = past.pop();
    if (!step || !present) return;
    future.push(present);
    present = step;
    restore(step, []);
    say('Undone');
    show();
  };
  const redo = () => {
    const step = future.pop();
    if (!step || !present) return;
    const gone = present.pictures.filter((entry) => !step.pictures.includes(entry));
    past.push(present);
    present = step;
    restore(step, gone);
    say('Done again');
    show();
  };
  buttons.undo.addEventListener('click', undo);
  buttons.redo.addEventListener('click', redo);
  document.addEventListener('keydown', (event) => {
    const isOurs = isApples ? event.metaKey : event.ctrlKey;
    const key = event.key.toLowerCase();
    if (!isOurs || event.altKey || isTyped(event.target)) return;
    if (key === 'z' && !event.shiftKey) undo();
    else if (key === 'y' || key === 'z') redo();
    else return;
    event.preventDefault();
  });
  show();
}

/** Tell whether a key is for a text, which the browser undoes. @param {EventTarget | null} target */
function isTyped(target) {
  return target instanceof HTMLInputElement && target.type === 'text';
}
