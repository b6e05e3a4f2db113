// The part of the picture that counts: drawn on it, with a pointer or with keys, and put into the
// form as if it had been typed. See docs/decisions.md#regions-are-read-by-the-server.

import { element, inside } from './elements.js';
import { isApples } from './keyboard.js';
import { say } from './notices.js';
import { ALL, CORNER, grip, middleOf, moved, textOf, wordsOf } from './rectangle.js';
import { state } from './state.js';

/** @typedef {import('./rectangle.js').Point} Point */
/** @typedef {import('./rectangle.js').Rectangle} Rectangle */

/**
 * What a pointer does while it is down: edges of a rectangle follow it, and what comes of that.
 * @typedef {object} Drag
 * @property {Point} start
 * @property {Rectangle} from
 * @property {import('./rectangle.js').Edges<boolean>} held
 * @property {Rectangle | null} to
 */

const frame = element('frame', HTMLElement);
const surface = element('region', HTMLElement);
const drawing = element('region-drawn', SVGSVGElement);
const button = element('choose-region', HTMLElement);
const whole = element('whole-picture', HTMLElement);
const help = element('region-help', HTMLElement);
const resizeKey = element('resize-key', HTMLElement);
const option = inside(document, '[data-kind="region"]', HTMLElement);
const field = inside(option, 'input', HTMLInputElement);

// Pixels of the screen from an edge at which it is taken hold of; half of that is no drag yet.
const REACH = { fine: 8, coarse: 22 };

// Parts of the picture that an arrow key moves, without and with Shift.
const STEP = 0.01;
const LEAP = 0.1;

/** @type {Record<string, Point>} */
const ARROWS = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The picture that is shown, once its size is known. @type {import('./state.js').Entry | null} */
let entry = null;
/** @type {Drag | null} */
let drag = null;
let isChoosing = false;

/** Show which part of a picture counts. @param {import('./state.js').Entry | null} shown */
export function show(shown) {
  if (shown !== entry) drag = null;
  entry = shown?.width ? shown : null;
  isChoosing &&= Boolean(shown);
  draw();
}

/** Begin to listen. */
export function start() {
  if (isApples) resizeKey.textContent = 'Option';
  button.addEventListener('click', () => choose(!isChoosing));
  whole.addEventListener('click', () => {
    clear();
    button.focus();
  });
  surface.addEventListener('pointerdown', begin);
  surface.addEventListener('pointermove', follow);
  surface.addEventListener('pointerup', end);
  surface.addEventListener('pointercancel', cancel);
  surface.addEventListener('keydown', press);
}

/** Begin to choose, or be done with it. @param {boolean} isOn */
function choose(isOn) {
  if (!entry) return;
  isChoosing = isOn;
  cancel();
  (isOn ? surface : button).focus();
  if (isOn) frame.scrollIntoView({ block: 'nearest' });
}

/** Return what counts of the picture, or null if that is all of it. */
function chosen() {
  const refusal = state.wrong || entry?.trouble;
  const isRefused = refusal?.option === option.dataset.option;
  return (field.value.trim() && !isRefused && entry?.region) || null;
}

/** @param {Rectangle} rectangle */
function take(rectangle) {
  if (!entry) return;
  entry.region = rectangle;
  type(textOf(rectangle, entry));
}

function clear() {
  type('');
  say('The whole picture counts');
}

/** Have the option be as if somebody had typed it. @param {string} text */
function type(text) {
  field.value = text;
  for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));
  draw();
}

// Pointers

/** Return where a pointer is in the picture, and how far it reaches. @param {PointerEvent} event */
function pointOf({ clientX, clientY, pointerType }) {
  const matrix = drawing.getScreenCTM() ?? new DOMMatrix();
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
  return { x, y, reach: (pointerType === 'mouse' ? REACH.fine : REACH.coarse) / matrix.a };
}

/** @param {PointerEvent} event */
function begin(event) {
  if (!event.isPrimary || event.button !== 0) return;
  const start = pointOf(event);
  const now = chosen();
  const held = now && grip(now, start, start.reach);
  const point = { left: start.x, top: start.y, right: start.x, bottom: start.y };
  drag = { start, from: held ? now : point, held: held || CORNER, to: null };
  surface.setPointerCapture(event.pointerId);
}

/** @param {PointerEvent} event */
function follow(event) {
  const point = pointOf(event);
  if (!drag) {
    showGrip(point);
    return;
  }
  const by = { x: point.x - drag.start.x, y: point.y - drag.start.y };
  const isClick = !drag.to && Math.hypot(by.x, by.y) < point.reach / 2;
  if (isClick || !entry) return;
  drag.to = moved(drag.from, drag.held, by, entry);
  draw();
}

function end() {
  const drawn = drag?.to;
  cancel();
  if (!drawn || !entry) return;
  take(drawn);
  say(`Region: ${wordsOf(drawn, entry)}`);
}

function cancel() {
  drag = null;
  draw();
}

/** Have the cursor say what could be held. @param {Point & {reach: number}} point */
function showGrip(point) {
  const now = chosen();
  const held = now && grip(now, point, point.reach);
  const across = held?.left ? 'w' : held?.right ? 'e' : '';
  const down = held?.top ? 'n' : held?.bottom ? 's' : '';
  surface.style.cursor = held === ALL ? 'move' : held ? `${down}${across}-resize` : 'crosshair';
}

// Keys

/** @param {KeyboardEvent} event */
function press(event) {
  // Elsewhere, Alt with an arrow is the browser's.
  if (event.metaKey || (event.altKey && !isApples)) return;
  const arrow = ARROWS[event.key];
  if (arrow) step(arrow, event.shiftKey ? LEAP : STEP, event.ctrlKey || event.altKey);
  else if (event.key === 'Enter') choose(false);
  else if (event.key === 'Escape') back();
  else return;
  event.preventDefault();
}

/** @param {Point} arrow @param {number} part @param {boolean} isResizing */
function step(arrow, part, isResizing) {
  if (!entry) return;
  const now = chosen();
  const x = arrow.x * Math.max(1, Math.round(entry.width * part));
  const y = arrow.y * Math.max(1, Math.round(entry.height * part));
  if (!now) {
    take(middleOf(entry));
  } else if (isResizing) {
    // The corner does not go past the opposite one.
    const by = {
      x: Math.max(x, now.left - now.right + 1),
      y: Math.max(y, now.top - now.bottom + 1),
    };
    take(moved(now, CORNER, by, entry));
  } else {
    take(moved(now, ALL, { x, y }, entry));
  }
}

function back() {
  if (drag) cancel();
  else if (field.value.trim()) clear();
  else choose(false);
}

// What is seen of it

function draw() {
  const seen = drag?.to || chosen();
  button.setAttribute('aria-pressed', String(isChoosing));
  button.setAttribute('aria-disabled', String(!entry));
  whole.hidden = !field.value.trim();
  help.hidden = !isChoosing;
  surface.hidden = !isChoosing;
  frame.classList.toggle('choosing', isChoosing);
  drawing.toggleAttribute('hidden', !seen && !isChoosing);
  const { width, height } = entry || { width: 1, height: 1 };
  const { left, top, right, bottom } = seen || { left: 0, top: 0, right: width, bottom: height };
  const share = ((right - left) * (bottom - top)) / (width * height);
  surface.setAttribute('aria-valuenow', String(Math.round(100 * share)));
  surface.setAttribute(
    'aria-valuetext',
    seen && entry ? wordsOf(seen, entry) : 'The whole picture',
  );
  const edges = `M${left} ${top}H${right}V${bottom}H${left}Z`;
  const corners = `M${left} ${top}h0M${right} ${top}h0M${left} ${bottom}h0M${right} ${bottom}h0`;
  drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
  trace('.outside', `M0 0H${width}V${height}H0Z${edges}`);
  trace('.edge', seen ? edges : '');
  trace('.corner', seen ? corners : '');
}

/** @param {string} paths @param {string} line */
function trace(paths, line) {
  for (const path of drawing.querySelectorAll(paths)) path.setAttribute('d', line);
}
