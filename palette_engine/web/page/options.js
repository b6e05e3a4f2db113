// The form with the options, as the server made it; which there are is known to the server alone.

import { showSentence } from './notices.js';

const form = document.getElementById('options');
const error = document.getElementById('options-error');
const keep = form.elements.namedItem('keep');
const fields = form.querySelectorAll('[data-option]');
const head = form.querySelector('.part-head');

const QUICK = 40; // milliseconds after which a change is taken up; a slider changes often
const TYPING = 600; // milliseconds after which somebody may have finished to type

const TYPED = ['text', 'number'];
const OTHERS = ['token', 'picture'];
const NO_PALETTE = 'palette-trouble';
const COLOR = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** Whether somebody types what is nothing yet. */
let isTyping = false;

/** Whether nothing is being typed, and no field is being emptied to be filled. */
export function areComplete() {
  if (isTyping) return false;
  return [...form.querySelectorAll('input[type="number"]')].every((input) => input.value !== '');
}

/** Return the options as a query string. @param {string} kept the colors to keep */
export function query(kept) {
  const data = new FormData(form);
  for (const name of OTHERS) data.delete(name);
  data.set(keep.name, kept);
  // The number beside a ticked box is only what the picture decided last.
  for (const box of form.querySelectorAll('[data-kind="count"] [type="checkbox"]:checked'))
    data.set(box.name, box.value);
  return new URLSearchParams(data).toString();
}

/**
 * Return the colors in a text as #rrggbb, or null if there is something else in it.
 * @param {string} text
 */
export function colorsIn(text) {
  const items = text.match(/[^,\s]+/g) || [];
  if (!items.every((item) => COLOR.test(item))) return null;
  return [...new Set(items.map(normal))];
}

/** @param {string} text */
function normal(text) {
  const digits = text.replace('#', '').toLowerCase();
  return `#${digits.length === 6 ? digits : [...digits].map((digit) => digit + digit).join('')}`;
}

/** Show the colors to keep, but not under the fingers of who is typing them. @param {string} text */
export function showKept(text) {
  if (document.activeElement !== keep && keep.value !== text) keep.value = text;
}

/** Return the number of colors that will be asked for, for a first impression. */
export function expected() {
  return Math.min(Number(form.querySelector('[data-kind="count"] input').value) || 1, 24);
}

/** Let a number that the picture decides show what it decided. @param {number} count */
export function showCount(count) {
  const field = form.querySelector('[data-kind="count"]');
  const input = field.querySelector('input[type="number"]');
  if (field.querySelector('input[type="checkbox"]').checked && document.activeElement !== input) {
    input.value = String(Math.max(count, Number(input.min)));
  }
}

let told = '';

/**
 * Mark the option that is to blame, if one is.
 * @param {import('./server.js').Refusal | null} wrong why there is no other palette, said here
 * @param {import('./server.js').Refusal | null} trouble why there is none, said where it would be
 */
export function showError(wrong, trouble) {
  const { option, message } = wrong || trouble || {};
  const now = JSON.stringify([option, message, !wrong]);
  if (now === told) return;
  told = now;
  const blamed = [...fields].find((field) => field.dataset.option === option);
  for (const field of fields) mark(field, field === blamed && (wrong ? error.id : NO_PALETTE));
  if (blamed) blamed.querySelector('.help').before(error);
  else head.after(error);
  showSentence(error, wrong?.message || '');
  blamed?.closest('details')?.setAttribute('open', '');
  if (wrong) error.scrollIntoView({ block: 'nearest' });
}

/** Have a field's control say where it stands why it is wrong, if it is. */
function mark(field, reason) {
  const control = field.querySelector('input:not([type="checkbox"]), select');
  const help = field.querySelector('.help').id;
  control.setAttribute('aria-describedby', reason ? `${reason} ${help}` : help);
  if (reason) control.setAttribute('aria-invalid', 'true');
  else control.removeAttribute('aria-invalid');
}

/**
 * Begin to listen.
 * @param {object} told
 * @param {(milliseconds: number) => void} told.changed
 * @param {(text: string) => void} told.kept
 * @param {() => void} told.reset
 */
export function start(told) {
  // A slider without a script would not say its value.
  for (const input of form.querySelectorAll('[data-kind="number"] input')) input.type = 'range';
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', (event) => {
    if (event.target.type === 'file') return;
    follow(event.target);
    if (event.target === keep) told.kept(keep.value);
    isTyping = isUnfinished(event.target);
    told.changed(event.target.type === 'text' ? TYPING : QUICK);
  });
  form.addEventListener('change', (event) => {
    if (!TYPED.includes(event.target.type)) return;
    isTyping = false;
    told.changed(QUICK);
  });
  form.addEventListener('click', (event) => step(event.target.closest('[data-step]')));
  form.addEventListener('focusout', (event) => {
    if (isTyping) told.changed(QUICK);
    isTyping = false;
    fill(event.target, told.changed);
  });
  document.getElementById('reset-options').addEventListener('click', () => {
    form.reset();
    showAll();
    told.reset();
  });
  showAll();
}

/** Tell whether a control holds what may be on its way to something else. */
function isUnfinished(control) {
  const { kind } = control.closest('[data-kind]').dataset;
  if (control.type === 'text') return kind !== 'region' && !colorsIn(control.value);
  return !control.checkValidity();
}

/** Have what goes with a control follow it. @param {HTMLInputElement} control */
function follow(control) {
  const field = control.closest('[data-kind="count"]');
  if (field && control.type === 'number')
    field.querySelector('input[type="checkbox"]').checked = false;
  showAll();
}

/** Have a button make a number one more or one less. @param {HTMLButtonElement | null} button */
function step(button) {
  if (!button) return;
  const input = button.parentElement.querySelector('input');
  if (Number(button.dataset.step) > 0) input.stepUp();
  else input.stepDown();
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Give a number that was left empty its default. */
function fill(input, changed) {
  if (input.type !== 'number' || input.value !== '') return;
  input.value = input.defaultValue;
  changed(QUICK);
}

function showAll() {
  for (const field of form.querySelectorAll('.field')) SHOWN[field.dataset.kind]?.(field);
}

const SHOWN = {
  count(field) {
    field.classList.toggle('automatic', field.querySelector('input[type="checkbox"]').checked);
  },
  number(field) {
    const input = field.querySelector('input');
    const part = (input.value - input.min) / (input.max - input.min);
    input.style.setProperty('--filled', `${100 * part}%`);
    field.querySelector('output').textContent = input.value;
  },
  choice(field) {
    const chosen = field.querySelector('select').selectedOptions[0];
    field.querySelector('.choice-help').textContent = chosen?.dataset.help || '';
  },
};
