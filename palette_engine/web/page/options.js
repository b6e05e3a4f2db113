// The form with the options, as the server made it; which there are is known to the server alone.

import { colorsIn } from './colors.js';
import { allInside, around, element, inside } from './elements.js';
import { showSentence } from './notices.js';

/** @typedef {import('./server.js').Refusal} Refusal */

const form = element('options', HTMLFormElement);
const error = element('options-error', HTMLElement);
const keep = inside(form, '[name="keep"]', HTMLInputElement);
const fields = allInside(form, '[data-option]', HTMLElement);
const head = inside(form, '.part-head', HTMLElement);

const QUICK = 40; // milliseconds after which a change is taken up; a slider changes often
const TYPING = 600; // milliseconds after which somebody may have finished to type

const TYPED = ['text', 'number'];
const OTHERS = ['token', 'picture'];
const NO_PALETTE = 'palette-trouble';

/** Whether somebody types what is nothing yet. */
let isTyping = false;

/** Whether nothing is being typed, and no field is being emptied to be filled. */
export function areComplete() {
  if (isTyping) return false;
  const numbers = allInside(form, 'input[type="number"]', HTMLInputElement);
  return numbers.every((input) => input.value !== '');
}

/** Return the options as a query string. @param {string} kept the colors to keep */
export function query(kept) {
  const data = new FormData(form);
  for (const name of OTHERS) data.delete(name);
  data.set(keep.name, kept);
  // The number beside a ticked box is only what the picture decided last.
  const ticked = '[data-kind="count"] [type="checkbox"]:checked';
  for (const box of allInside(form, ticked, HTMLInputElement)) data.set(box.name, autoIn(box));
  const others = allInside(form, '[data-kind="ignored"] input[type="text"]', HTMLInputElement);
  for (const { name, value } of others) spell(data, name, value);
  return new URLSearchParams([...data].map(([name, value]) => [name, String(value)])).toString();
}

/** Send a text with colors as their hex values. @param {FormData} data @param {string} name @param {string} text */
function spell(data, name, text) {
  const colors = colorsIn(text);
  if (!colors) return;
  const words = data.getAll(name).filter((value) => value !== text);
  data.delete(name);
  for (const value of [...words, colors.join(' ')]) data.append(name, value);
}

/** Return how the picture decides a number: within bounds, if they are set. @param {HTMLInputElement} box */
function autoIn(box) {
  const [least, most] = boundsOf(box);
  if (!least || !most) return box.value;
  const isUsual = least.value === least.defaultValue && most.value === most.defaultValue;
  return isUsual ? box.value : `${least.value}-${most.value}`;
}

/** Return the fields for the bounds beside a box. @param {Element} box */
function boundsOf(box) {
  const field = around(box, '[data-kind="count"]', HTMLElement);
  return field ? allInside(field, '.bounds input', HTMLInputElement) : [];
}

/** Return the options as text, to be put back by `restore`. */
export function values() {
  return JSON.stringify(
    Object.fromEntries(chosenControls().map((one) => [keyOf(one), chosenIn(one)])),
  );
}

/** Return the controls that somebody chooses with; a number that the picture decides is none. */
function chosenControls() {
  return allInside(form, 'input, select', Element)
    .filter(isControl)
    .filter((one) => one.type !== 'file' && one !== keep && !OTHERS.includes(one.name))
    .filter((one) => !around(one, '.automatic .stepper', HTMLElement));
}

/** @param {Control} control */
function keyOf(control) {
  return control.id || `${control.name} ${control.value}`;
}

/** @param {Control} control */
function chosenIn(control) {
  const isBox = control instanceof HTMLInputElement && control.type === 'checkbox';
  return isBox ? control.checked : control.value;
}

/** Have the options be as they were. @param {string} text */
export function restore(text) {
  const before = JSON.parse(text);
  for (const control of allInside(form, 'input, select', Element).filter(isControl)) {
    const value = before[keyOf(control)];
    if (typeof value === 'string') control.value = value;
    else if (control instanceof HTMLInputElement && value !== undefined) control.checked = value;
  }
  isTyping = false;
  showAll();
}

/** Set the number of colors, which the picture then no longer decides. @param {number} count */
export function setCount(count) {
  const field = inside(form, '[data-kind="count"]', HTMLElement);
  autoOf(field).checked = false;
  inside(field, 'input[type="number"]', HTMLInputElement).value = String(count);
  showAll();
}

/** Show the colors to keep, but not under the fingers of who is typing them. @param {string} text */
export function showKept(text) {
  if (document.activeElement !== keep && keep.value !== text) keep.value = text;
}

/** Return the number of colors that will be asked for, for a first impression. */
export function expected() {
  const input = inside(form, '[data-kind="count"] input', HTMLInputElement);
  return Math.min(Number(input.value) || 1, 24);
}

/** Let a number that the picture decides show what it decided. @param {number} count */
export function showCount(count) {
  const field = inside(form, '[data-kind="count"]', HTMLElement);
  const input = inside(field, 'input[type="number"]', HTMLInputElement);
  if (autoOf(field).checked && document.activeElement !== input) {
    input.value = String(Math.max(count, Number(input.min)));
  }
}

/** Return the box of a count that leaves it to the picture. @param {HTMLElement} field */
function autoOf(field) {
  return inside(field, 'input[type="checkbox"]', HTMLInputElement);
}

let lastError = '';

/**
 * Mark the option that is to blame, if one is.
 * @param {Refusal | null} wrong why there is no other palette, said here
 * @param {Refusal | null} trouble why there is none, said where it would be
 */
export function showError(wrong, trouble) {
  const refusal = wrong || trouble;
  const now = JSON.stringify([refusal?.option, refusal?.message, !wrong]);
  if (now === lastError) return;
  lastError = now;
  const blamed = fields.find((field) => field.dataset.option === refusal?.option);
  for (const field of fields) mark(field, field !== blamed ? '' : wrong ? error.id : NO_PALETTE);
  if (blamed) inside(blamed, '.help', HTMLElement).before(error);
  else head.after(error);
  showSentence(error, wrong?.message || '');
  blamed?.closest('details')?.setAttribute('open', '');
  if (wrong) error.scrollIntoView({ block: 'nearest' });
}

/**
 * Have a field's control say where it stands why it is wrong, if it is.
 * @param {HTMLElement} field
 * @param {string} reason the id of what says it, or ''
 */
function mark(field, reason) {
  const control = inside(field, 'input:not([type="checkbox"]), select', HTMLElement);
  const help = inside(field, '.help', HTMLElement).id;
  control.setAttribute('aria-describedby', reason ? `${reason} ${help}` : help);
  if (reason) control.setAttribute('aria-invalid', 'true');
  else control.removeAttribute('aria-invalid');
}

/**
 * Begin to listen.
 * @param {object} callbacks
 * @param {(milliseconds: number) => void} callbacks.changed
 * @param {(text: string) => void} callbacks.kept
 * @param {() => void} callbacks.reset
 */
export function start(callbacks) {
  // A slider without a script would not say its value.
  const numbers = allInside(form, '[data-kind="number"] input', HTMLInputElement);
  for (const input of numbers) input.type = 'range';
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', ({ target }) => {
    if (!isControl(target) || target.type === 'file') return;
    follow(target);
    if (target === keep) callbacks.kept(keep.value);
    isTyping = isUnfinished(target);
    callbacks.changed(target.type === 'text' ? TYPING : QUICK);
  });
  form.addEventListener('change', ({ target }) => {
    if (!isControl(target) || !TYPED.includes(target.type)) return;
    isTyping = false;
    callbacks.changed(QUICK);
  });
  form.addEventListener('click', (event) => {
    step(around(event.target, '[data-step]', HTMLElement));
  });
  form.addEventListener('focusout', ({ target }) => {
    if (isTyping) callbacks.changed(QUICK);
    isTyping = false;
    if (target instanceof HTMLInputElement) fill(target, callbacks.changed);
  });
  element('reset-options', HTMLElement).addEventListener('click', () => {
    form.reset();
    showAll();
    callbacks.reset();
  });
  showAll();
}

/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

/** @param {EventTarget | null} target @returns {target is Control} */
function isControl(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}

/**
 * Tell whether a control holds what may be on its way to something else.
 * @param {Control} control
 */
function isUnfinished(control) {
  const kind = around(control, '[data-kind]', HTMLElement)?.dataset.kind;
  if (control.type === 'text') return kind !== 'region' && !colorsIn(control.value);
  return !control.checkValidity();
}

/** Have what goes with a control follow it. @param {Control} control */
function follow(control) {
  const field = around(control, '[data-kind="count"]', HTMLElement);
  const isNumber = control.type === 'number' && !around(control, '.bounds', HTMLElement);
  if (field && isNumber) autoOf(field).checked = false;
  showAll();
}

/** Have a button make a number one more or one less. @param {HTMLElement | null} button */
function step(button) {
  if (!button?.parentElement) return;
  const input = inside(button.parentElement, 'input', HTMLInputElement);
  if (Number(button.dataset.step) > 0) input.stepUp();
  else input.stepDown();
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

/**
 * Give a number that was left empty its default.
 * @param {HTMLInputElement} input
 * @param {(milliseconds: number) => void} changed
 */
function fill(input, changed) {
  if (input.type !== 'number' || input.value !== '') return;
  input.value = input.defaultValue;
  changed(QUICK);
}

function showAll() {
  for (const field of fields) SHOWN[field.dataset.kind || '']?.(field);
}

/**
 * How a field of some kind shows its value.
 * @type {Record<string, (field: HTMLElement) => void>}
 */
const SHOWN = {
  count(field) {
    const isAutomatic = autoOf(field).checked;
    field.classList.toggle('automatic', isAutomatic);
    inside(field, '.bounds', HTMLElement).hidden = !isAutomatic;
  },
  number(field) {
    const input = inside(field, 'input', HTMLInputElement);
    const [least, most] = [Number(input.min), Number(input.max)];
    const part = (Number(input.value) - least) / (most - least);
    input.style.setProperty('--filled', `${100 * part}%`);
    const output = field.querySelector('output');
    if (output) output.textContent = input.value;
  },
  choice(field) {
    const [chosen] = inside(field, 'select', HTMLSelectElement).selectedOptions;
    inside(field, '.choice-help', HTMLElement).textContent = chosen?.dataset.help || '';
  },
};
