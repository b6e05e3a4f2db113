// What the page tells: aloud to those who cannot see it, and in sight.

import { copyOf, element, inside, isInSight } from './elements.js';
import { settled } from './turns.js';

const status = element('status', HTMLElement);
const problems = element('problems', HTMLElement);
const template = element('problem-template', HTMLTemplateElement);

const CONFIRMED = 1600; // milliseconds
const HARDLY = 1500;
const BRIEF = 200; // milliseconds in which files that come together are refused

const MANY = 3; // problems, which are shown in one notice

let said = -HARDLY;

/** Have screen readers say a sentence, even if it is the one they said last. @param {string} sentence */
export function say(sentence) {
  status.textContent = status.textContent === sentence ? `${sentence}\u00a0` : sentence;
  said = performance.now();
}

/** Have them say a sentence after the one before, if that has hardly been said. @param {string} sentence */
export function sayToo(sentence) {
  const isNew = performance.now() - said < HARDLY;
  const before = status.textContent.replace(/\.?\u00a0?$/, '');
  status.textContent = isNew ? `${before}. ${sentence}` : sentence;
}

/** @typedef {{sentence: string, name: string}} Problem */

/** What is shown until it is dismissed. @type {Problem[]} */
let shown = [];
/** @type {Problem[]} */
let unsaid = [];

/**
 * Show a sentence about a file that cannot be used, until it is dismissed.
 * @param {string} sentence
 * @param {string} [name] the file's
 */
export function showProblem(sentence, name = '') {
  const problem = { sentence, name };
  shown.push(problem);
  unsaid.push(problem);
  showProblems();
  sayProblems(BRIEF);
}

const sayProblems = settled(() => {
  sayToo(summary(unsaid));
  unsaid = [];
});

/** @param {Problem[]} all */
function summary(all) {
  const [first, second] = all;
  if (first && !second) return first.sentence;
  return `${all.length} ${all.every(({ name }) => name) ? 'files' : 'things'} could not be used`;
}

/** Show each problem, or all in one notice if they are many. */
function showProblems() {
  const hadFocus = problems.contains(document.activeElement);
  const groups = shown.length < MANY ? shown.map((problem) => [problem]) : [shown];
  inside(problems, 'ul', HTMLElement).replaceChildren(...groups.map(noticeOf));
  problems.hidden = !shown.length;
  if (hadFocus) (problems.querySelector('button') || firstControl()).focus();
}

/** @param {Problem[]} group */
function noticeOf(group) {
  const item = copyOf(template);
  const button = inside(item, 'button', HTMLElement);
  const [first, second] = group;
  inside(item, 'p', HTMLElement).textContent = summary(group);
  button.setAttribute('aria-label', `Dismiss: ${(!second && first?.name) || summary(group)}`);
  button.addEventListener('click', () => {
    shown = shown.filter((problem) => !group.includes(problem));
    showProblems();
  });
  if (second) inside(item, 'ul', HTMLElement).append(...group.map(lineOf));
  return item;
}

/** @param {Problem} problem */
function lineOf({ sentence }) {
  const line = document.createElement('li');
  line.textContent = sentence;
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
