// The eyedropper: takes the average color of a small spot of the picture as a locked color, with a
// loupe for the eye, or with keys.

import { element } from './elements.js';
import { state } from './state.js';

const frame = element('frame', HTMLElement);
const original = element('original', HTMLImageElement);
const button = element('pick', HTMLElement);
const surface = element('dropper', HTMLElement);
const loupe = element('loupe', HTMLCanvasElement);
const help = element('dropper-help', HTMLElement);

const ACROSS = 11; // pixels of the picture that the loupe shows
const STEP = 0.005; // of the picture, for an arrow key
const LEAP = 0.05;

/** @type {Record<string, [number, number]>} */
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

let isOn = false;
/** Where it points, from 0 to 1. */
let point = { x: 0.5, y: 0.5 };
let take = (/** @type {number} */ _x, /** @type {number} */ _y) => {};

/** Show whether a color is being taken. */
export function show() {
  const canTake = Boolean(state.current?.id && state.current.palette.view);
  button.setAttribute('aria-disabled', String(!canTake));
  if (isOn && !canTake) set(false);
}

/** Begin to listen. @param {{take: (x: number, y: number) => void}} callbacks */
export function start(callbacks) {
  take = callbacks.take;
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') set(!isOn);
    if (isOn) surface.focus();
  });
  surface.addEventListener('pointermove', (event) => aim(pointOf(event)));
  surface.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    surface.setPointerCapture(event.pointerId);
    aim(pointOf(event));
  });
  surface.addEventListener('pointerup', (event) => {
    if (event.isPrimary && event.button === 0) finish();
  });
  surface.addEventListener('keydown', press);
}

/** @param {boolean} on */
function set(on) {
  isOn = on;
  button.setAttribute('aria-pressed', String(on));
  surface.hidden = !on;
  loupe.hidden = !on;
  help.hidden = !on;
  frame.classList.toggle('picking', on);
  if (on) aim({ x: 0.5, y: 0.5 });
}

function finish() {
  const { x, y } = point;
  set(false);
  button.focus();
  take(x, y);
}

/** @param {KeyboardEvent} event */
function press(event) {
  const arrow = ARROWS[event.key];
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  if (arrow) {
    const step = event.shiftKey ? LEAP : STEP;
    aim({ x: point.x + step * arrow[0], y: point.y + step * arrow[1] });
  } else if (event.key === 'Enter' || event.key === ' ') {
    finish();
  } else if (event.key === 'Escape') {
    set(false);
    button.focus();
  } else {
    return;
  }
  event.preventDefault();
}

/** Return where a pointer is in the picture, from 0 to 1. @param {PointerEvent} event */
function pointOf({ clientX, clientY }) {
  const { left, top, width, height } = surface.getBoundingClientRect();
  return { x: (clientX - left) / width, y: (clientY - top) / height };
}

/** Point somewhere. @param {{x: number, y: number}} to */
function aim({ x, y }) {
  const inPicture = (/** @type {number} */ part) => Math.min(Math.max(part, 0), 0.9999);
  point = { x: inPicture(x), y: inPicture(y) };
  surface.setAttribute('aria-valuenow', String(Math.round(100 * point.x)));
  surface.setAttribute(
    'aria-valuetext',
    `${Math.round(100 * point.x)}% from left, ${Math.round(100 * point.y)}% from top`,
  );
  loupe.style.left = `${100 * point.x}%`;
  loupe.style.top = `${100 * point.y}%`;
  enlarge();
}

/** Show what is around the point, in large pixels. */
function enlarge() {
  const context = loupe.getContext('2d');
  const { naturalWidth, naturalHeight } = original;
  if (!context || !naturalWidth) return;
  const side = loupe.width;
  const left = Math.floor(point.x * naturalWidth) - (ACROSS - 1) / 2;
  const top = Math.floor(point.y * naturalHeight) - (ACROSS - 1) / 2;
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, side, side);
  context.drawImage(original, left, top, ACROSS, ACROSS, 0, 0, side, side);
  const pixel = side / ACROSS;
  context.strokeStyle = '#000';
  context.lineWidth = 3;
  context.strokeRect((side - pixel) / 2, (side - pixel) / 2, pixel, pixel);
  context.strokeStyle = '#fff';
  context.lineWidth = 1;
  context.strokeRect((side - pixel) / 2, (side - pixel) / 2, pixel, pixel);
}
