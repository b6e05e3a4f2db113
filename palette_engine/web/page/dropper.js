// The eyedropper: takes the average color of a small spot of the picture as a locked color, with a
// loupe for the eye, or with keys.

import { element } from './elements.js';
import { state } from './state.js';

const frame = element('frame', HTMLElement);
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
/** What is seen through the loupe. @type {Blob | null} */
let source = null;
/** Its pixels, once it is decoded. @type {ImageBitmap | null} */
let pixels = null;
/** Where it points, from 0 to 1. */
let point = { x: 0.5, y: 0.5 };
let take = (/** @type {number} */ _x, /** @type {number} */ _y) => {};

/** Show whether a color is being taken. */
export function show() {
  const canTake = Boolean(state.current?.id && state.current.palette.view);
  button.setAttribute('aria-disabled', String(!canTake));
  if (isOn && !canTake) set(false);
  see(isOn ? state.current : null);
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
  see(on ? state.current : null);
  if (on) aim({ x: 0.5, y: 0.5 });
}

/**
 * Have a picture be in the loupe, or none. It is decoded beside this thread, which a large one would
 * keep busy for long.
 * @param {import('./state.js').Entry | null} entry
 */
async function see(entry) {
  const blob = entry?.blob || null;
  if (blob === source) return;
  source = blob;
  hold(null);
  if (!blob) return;
  const decoded = await createImageBitmap(blob).catch(() => null);
  if (blob === source) hold(decoded);
  else decoded?.close();
}

/** @param {ImageBitmap | null} decoded */
function hold(decoded) {
  pixels?.close();
  pixels = decoded;
  enlarge();
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
  if (!context) return;
  const side = loupe.width;
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, side, side);
  if (!pixels) return;
  const left = Math.floor(point.x * pixels.width) - (ACROSS - 1) / 2;
  const top = Math.floor(point.y * pixels.height) - (ACROSS - 1) / 2;
  context.drawImage(pixels, left, top, ACROSS, ACROSS, 0, 0, side, side);
  const pixel = side / ACROSS;
  context.strokeStyle = '#000';
  context.lineWidth = 3;
  context.strokeRect((side - pixel) / 2, (side - pixel) / 2, pixel, pixel);
  context.strokeStyle = '#fff';
  context.lineWidth = 1;
  context.strokeRect((side - pixel) / 2, (side - pixel) / 2, pixel, pixel);
}
