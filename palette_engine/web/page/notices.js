// What the page tells: aloud to those who cannot see it, and in sight.

import { copyOf, element, inside, isInSight } from './elements.js';
import { settled } from './turns.js';

const status = element('status', HTMLElement);
const problems = element('problems', HTMLElement);
const template = element('problem-template', HTMLTemplateElement);

const CONFIRMED = 1600; // milliseconds
const HARDLY = 1500;
const BRIEF = 200; // milliseconds in which files that come together are refused

let said = -HARDLY;

/** Have screen readers say a sentence, even if it is the one they said last. @param {string} sentence */
export function say(sentence) {
  status.textContent = status.textContent === sentence ? `${sentence}\u00a0` : sentence;
  said = performance.now();
}

/** Have them say a sentence after the one before, if that has hardly been said. @param {string} sentence */
export function sayToo(sentence) {
  // With each key that changes an option comes another palette, of which the same is to be said.
  if (status.textContent.endsWith(sentence)) return;
  const isNew = performance.now() - said < HARDLY;
  const before = status.textContent.replace(/\.?\u00a0?$/, '');
  status.textContent = isNew ? `${before}. ${sentence}` : sentence;
}

/** @typedef {{sentence: string, name: string, reason: string}} Problem */

/** What is said of several files for the same reason, and what to do. @type {Record<string, string>} */
const REASONS = {
  empty: 'are empty: they have no bytes.',
  folder: 'are folders; drop the pictures in them.',
  'too-large': 'are larger than this page takes; make them smaller.',
  'too-many-pixels': 'have more pixels than this page takes; make them smaller.',
  'too-much-memory': 'take more memory than this page allows; make them smaller.',
  'not-a-picture': 'are no pictures that this page reads; save them as PNG.',
  'format-missing': 'are of a kind that this page does not read; save them as PNG.',
  transparent: 'are fully transparent; take pictures in which something can be seen.',
};

const NAMED = 5; // files of one reason whose names are listed

/** What is shown until it is dismissed. @type {Problem[]} */
let shown = [];
/** @type {Problem[]} */
let unsaid = [];

/**
 * Show a sentence about a file that cannot be used, until it is dismissed.
 * @param {string} sentence
 * @param {string} [name] the file's
 * @param {string} [reason]
 */
export function showProblem(sentence, name = '', reason = '') {
  const problem = { sentence, name, reason };
  // What is said already is not said twice.
  shown = [...shown.filter((other) => other.sentence !== sentence), problem];
  unsaid.push(problem);
  showProblems();
  sayProblems(BRIEF);
}

const sayProblems = settled(() => {
  sayToo(summary(unsaid));
  unsaid = [];
});

/** Show problems where somebody drops files: inside the zone for them, if there is no picture. @param {boolean} isEmpty */
export function place(isEmpty) {
  const where = element(isEmpty ? 'refusals' : 'main', HTMLElement);
  if (problems.parentElement !== where) where.append(problems);
}

/** @param {Problem[]} all */
function summary(all) {
  const [first, second] = all;
  if (first && !second) return first.sentence;
  return `${all.length} ${all.every(({ name }) => name) ? 'files' : 'things'} could not be used`;
}

/** Show all problems in one notice, those for the same reason in one line. */
function showProblems() {
  const hadFocus = problems.contains(document.activeElement);
  const notices = shown.length ? [noticeOf(shown)] : [];
  inside(problems, 'ul', HTMLElement).replaceChildren(...notices);
  problems.hidden = !shown.length;
  if (shown.length) problems.scrollIntoView({ block: 'nearest' });
  if (hadFocus) (problems.querySelector('button') || firstControl()).focus();
}

/** @param {Problem[]} all */
function noticeOf(all) {
  const item = copyOf(template);
  const button = inside(item, 'button', HTMLElement);
  const [first, second] = all;
  inside(item, 'p', HTMLElement).textContent = summary(all);
  button.setAttribute('aria-label', `Dismiss: ${(!second && first?.name) || summary(all)}`);
  button.addEventListener('click', () => {
    shown = [];
    showProblems();
  });
  if (second) {
    inside(item, 'ul', HTMLElement).append(...linesOf(all));
    // It may be scrolled.
    inside(item, 'div', HTMLElement).tabIndex = 0;
  }
  return item;
}

/** Return a line for each reason, or for each problem that has none. @param {Problem[]} all */
function linesOf(all) {
  /** @type {Map<string, Problem[]>} */
  const groups = new Map();
  for (const problem of all) {
    const key = problem.reason in REASONS ? problem.reason : problem.sentence;
    groups.set(key, [...(groups.get(key) || []), problem]);
  }
  return [...groups].map(([reason, group]) => lineOf(reason, group));
}

/** @param {string} reason @param {Problem[]} group */
function lineOf(reason, group) {
  const line = document.createElement('li');
  const [first, second] = group;
  const names = group.slice(0, NAMED).map(({ name }) => name);
  const more = group.length > NAMED ? ` and ${group.length - NAMED} more` : '';
  line.textContent =
    first && !second ? first.sentence : `${names.join(', ')}${more} ${REASONS[reason]}`;
  return line;
}

/** Return a control that is there whatever is shown. */
function firstControl() {
  const choose = element('choose', HTMLElement);
  return isInSight(choose) ? choose : element('add', HTMLElement);
}

/** Show a sentence in an element, or hide it. @param {HTMLElement} whole @param {string} sentence */
export function showSentence(whole, sentence) {
  whole.hidden = !sentence;
  const text = inside(whole, 'span, p', HTMLElement);
  if (text.textContent !== sentence) text.textContent = sentence;
}

/** @type {WeakMap<HTMLElement, {before: string, timer: number}>} */
const confirmations = new WeakMap();

/** Have a label say for a moment that something is done. @param {HTMLElement} label @param {string} text */
export function confirm(label, text) {
  const before = confirmations.get(label)?.before ?? label.textContent;
  clearTimeout(confirmations.get(label)?.timer);
  label.textContent = text;
  const timer = setTimeout(() => endConfirmation(label), CONFIRMED);
  confirmations.set(label, { before, timer });
}

/** Let a label say again what it said. @param {HTMLElement} label */
export function endConfirmation(label) {
  const confirmation = confirmations.get(label);
  if (!confirmation) return;
  clearTimeout(confirmation.timer);
  confirmations.delete(label);
  label.textContent = confirmation.before;
}

/**
 * Put a text on the clipboard.
 * @param {string} text
 * @returns {Promise<boolean>} whether it is there
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelecting(text);
  }
}

/**
 * Copy as before there was a clipboard for pages, which asks for no permission.
 * @param {string} text
 */
function copyBySelecting(text) {
  const area = document.createElement('textarea');
  const focused = document.activeElement;
  area.value = text;
  area.className = 'hidden-text';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}
