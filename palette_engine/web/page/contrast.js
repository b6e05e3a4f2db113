// Contrast: which colors can be read on each other, who confuses which, and a sample of an app in
// them. What is shown is what the engine says, as `palette-engine check` does.

import { copyOf, element, fillWith, inside } from './elements.js';
import { guarded } from './pictures.js';
import * as server from './server.js';
import { state } from './state.js';

/** @typedef {server.Check} Check */

const part = element('contrast', HTMLElement);
const table = element('pairs', HTMLTableElement);
const confusions = element('confusions', HTMLElement);
const sentence = element('contrast-note', HTMLElement);
const apps = element('apps', HTMLElement);
const template = element('app-template', HTMLTemplateElement);

const SEEN = 3; // the contrast that WCAG wants of what has to be seen
const MOST = 24; // colors, whose pairs still fit into a table

const VISIONS = {
  protan: 'Without red cones (protan)',
  deutan: 'Without green cones (deutan)',
  tritan: 'Without blue cones (tritan)',
};

/** The palette that is shown, as text. */
let shown = '';

/** Show the contrast of the palette that is seen, if somebody looks at it. */
export function show() {
  const view = state.current?.palette.view;
  if (!view || part.hidden) return;
  const colors = view.swatches.map(({ hex }) => hex);
  const wanted = colors.join();
  if (wanted === shown) return;
  shown = wanted;
  const isMany = colors.length > MOST;
  sentence.textContent = isMany
    ? `Shown for up to ${MOST} colors; these are ${colors.length}.`
    : '';
  table.hidden = isMany;
  confusions.hidden = isMany;
  apps.hidden = isMany;
  if (!isMany) ask(view, wanted);
}

/** @param {server.View} view @param {string} wanted */
function ask(view, wanted) {
  const again = () => {
    shown = '';
    show();
  };
  guarded(async () => {
    try {
      const check = await server.check(view.document);
      if (shown === wanted) draw(view, check);
    } catch (error) {
      if (!(error instanceof server.Refusal)) throw error;
      sentence.textContent = error.message;
    }
  }, again);
}

/** @param {server.View} view @param {Check} check */
function draw({ swatches }, { contrast, vision }) {
  const hexes = swatches.map(({ hex }) => hex);
  /** @type {Map<string, server.Pair>} */
  const pairs = new Map();
  for (const pair of contrast) {
    const [first, second] = pair.swatches;
    pairs.set(`${first} ${second}`, pair).set(`${second} ${first}`, pair);
  }
  const head = row([cell('td', ''), ...hexes.map((hex) => chip(hex))]);
  const rows = hexes.map((hex, first) =>
    row([
      chip(hex),
      ...hexes.map((other, second) => mark(hex, other, pairs.get(`${first} ${second}`))),
    ]),
  );
  table.tHead?.replaceChildren(head);
  table.tBodies[0]?.replaceChildren(...rows);
  drawConfusions(hexes, vision);
  drawApps(swatches, contrast, pairs);
}

/** @param {HTMLElement[]} cells */
function row(cells) {
  const line = document.createElement('tr');
  line.append(...cells);
  return line;
}

/** @param {'td' | 'th'} kind @param {string} text */
function cell(kind, text) {
  const one = document.createElement(kind);
  one.textContent = text;
  return one;
}

/** Return the head of a row or a column. @param {string} hex */
function chip(hex) {
  const one = cell('th', '');
  const name = document.createElement('span');
  name.className = 'hidden-text';
  name.textContent = hex;
  one.append(name);
  one.title = hex;
  one.style.background = hex;
  return one;
}

/** Return the grade of text in one color on another. @param {string} ground @param {string} ink @param {server.Pair | undefined} pair */
function mark(ground, ink, pair) {
  if (!pair) return cell('td', '');
  const grade = pair.text || (pair.large_text ? 'AA+' : '');
  const one = cell('td', grade || '–');
  one.className = pair.text ? 'passes' : grade ? 'large' : 'fails';
  one.title = `${ink} on ${ground}: ${pair.ratio.toFixed(1)} to 1`;
  if (pair.text) {
    one.style.background = ground;
    one.style.color = ink;
  }
  return one;
}

/** @param {string[]} hexes @param {Check['vision']} vision */
function drawConfusions(hexes, vision) {
  const lines = Object.entries(VISIONS).map(([name, title]) => ({
    title,
    pairs: vision[name]?.hard_to_tell_apart || [],
  }));
  fillWith(
    confusions,
    lines,
    () => document.createElement('li'),
    (line, { title, pairs }) => {
      const label = document.createElement('span');
      label.textContent = pairs.length
        ? `${title}: hard to tell apart`
        : `${title}: all can be told apart`;
      line.replaceChildren(
        label,
        ...pairs.map(({ swatches }) => couple(swatches.map((at) => hexes[at] || ''))),
      );
    },
  );
}

/** Return two colors side by side. @param {string[]} colors */
function couple(colors) {
  const whole = document.createElement('span');
  whole.className = 'couple';
  whole.setAttribute('role', 'img');
  whole.setAttribute('aria-label', colors.join(' and '));
  whole.title = colors.join(' and ');
  for (const color of colors) {
    const half = document.createElement('i');
    half.style.background = color;
    whole.append(half);
  }
  return whole;
}

/**
 * Draw a small app in light and dark: its ground is the lightest or the darkest color, its text the
 * one that can be read best on it, and what is drawn is in the largest others that can be seen.
 * @param {server.Swatch[]} swatches
 * @param {Check['contrast']} contrast
 * @param {Map<string, server.Pair>} pairs
 */
function drawApps(swatches, contrast, pairs) {
  // The highest contrast is that of the lightest and the darkest color.
  const [one = 0, two = 0] = contrast[0]?.swatches || [];
  const isDark = swatches[one]?.ink === '#ffffff';
  apps.hidden = !contrast.length;
  fillWith(
    apps,
    isDark ? [two, one] : [one, two],
    () => copyOf(template),
    (app, ground) => drawApp(app, ground, swatches, pairs),
  );
}

/**
 * @param {HTMLElement} app
 * @param {number} ground the index of its swatch
 * @param {server.Swatch[]} swatches
 * @param {Map<string, server.Pair>} pairs
 */
function drawApp(app, ground, swatches, pairs) {
  const ratio = (/** @type {number} */ at) => pairs.get(`${ground} ${at}`)?.ratio || 1;
  const others = swatches.map((_, at) => at).filter((at) => at !== ground);
  const [text = ground] = [...others].sort((one, two) => ratio(two) - ratio(one));
  const rest = others.filter((at) => at !== text);
  const [button = text, accent = button] = [
    ...rest.filter((at) => ratio(at) >= SEEN),
    ...rest.filter((at) => ratio(at) < SEEN),
  ];
  const { style } = app;
  style.setProperty('--ground', swatches[ground]?.hex || '');
  style.setProperty('--text', swatches[text]?.hex || '');
  style.setProperty('--button', swatches[button]?.hex || '');
  style.setProperty('--on-button', swatches[button]?.ink || '');
  style.setProperty('--accent', swatches[accent]?.hex || '');
  inside(app, '.app-ratio', HTMLElement).textContent = `Text ${ratio(text).toFixed(1)} to 1`;
}
