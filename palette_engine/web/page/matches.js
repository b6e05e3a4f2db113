// Matches: the palette that is shown beside another one that is open, swatch by swatch. What is new,
// gone and moved is what the engine says, as `palette-engine show` does of two palettes.

import { element, fillWith, inside } from './elements.js';
import { guarded } from './pictures.js';
import * as server from './server.js';
import { changed, counted, state } from './state.js';

/** @typedef {import('./state.js').Entry} Entry */
/** @typedef {server.View} View */
/** @typedef {server.Match} Match */

const part = element('matches', HTMLElement);
const field = element('compare-field', HTMLElement);
const choice = element('compare-with', HTMLSelectElement);
const sentence = element('matches-note', HTMLElement);
const table = element('matches-table', HTMLTableElement);
const measures = element('matches-measures', HTMLElement);
const measured = inside(measures, 'span', HTMLElement);

const ALONE = 'Open another picture or palette file, and its palette is shown beside this one.';

/** What somebody chose to compare with. @type {Entry | null} */
let chosen = null;
/** What was shown before what is shown now. @type {Entry | null} */
let before = null;
/** @type {Entry | null} */
let current = null;
/** The palettes that are compared, as text. */
let shown = '';

/** Show the palette that is seen beside another one, if somebody looks at it. */
export function show() {
  if (current !== state.current) {
    before = current;
    current = state.current;
  }
  const view = current?.palette.view;
  if (!view || part.hidden) return;
  const others = state.pictures.filter((entry) => entry !== current && entry.palette.view);
  const other =
    [chosen, before, ...others].find((entry) => entry && others.includes(entry)) || null;
  fillChoice(others, other);
  const second = other?.palette.view;
  const wanted = second ? JSON.stringify([view.document, second.document]) : '';
  if (wanted && wanted === shown) return;
  shown = wanted;
  if (second) ask(view, second, wanted);
  else tell(ALONE);
}

/** Begin to listen. */
export function start() {
  choice.addEventListener('change', () => {
    const others = state.pictures.filter((entry) => entry !== current && entry.palette.view);
    chosen = others[choice.selectedIndex] || null;
    changed();
  });
}

/** @param {Entry[]} others @param {Entry | null} other */
function fillChoice(others, other) {
  const make = () => document.createElement('option');
  fillWith(choice, others, make, (option, { name }) => {
    if (option.textContent !== name) option.textContent = name;
  });
  choice.selectedIndex = other ? others.indexOf(other) : -1;
  field.hidden = !others.length;
}

/** Say something instead of a comparison. @param {string} text */
function tell(text) {
  sentence.textContent = text;
  table.hidden = Boolean(text);
  measures.hidden = Boolean(text);
}

/** @param {View} first @param {View} second @param {string} wanted */
function ask(first, second, wanted) {
  const again = () => {
    shown = '';
    show();
  };
  guarded(async () => {
    try {
      const comparison = await server.compared(first.document, second.document);
      if (shown === wanted) draw(first, second, comparison);
    } catch (error) {
      if (!(error instanceof server.Refusal)) throw error;
      if (shown === wanted) tell(error.message);
    }
  }, again);
}

/** @param {View} first @param {View} second @param {server.Comparison} comparison */
function draw(first, second, { matches, minimum_color_difference: minimum, dccw }) {
  tell('');
  sentence.textContent = summary(matches);
  const heads = [...table.querySelectorAll('thead th')];
  for (const [index, view] of [first, second].entries()) {
    const head = heads[index];
    if (head) head.textContent = `${view.document.name}, ${counted(view)}`;
  }
  const rows = matches.map(({ change, swatches: [one, two], delta_e: distance }) => {
    const row = document.createElement('tr');
    row.append(
      cell(one === null ? undefined : first.swatches[one]),
      cell(two === null ? undefined : second.swatches[two]),
      words(change === 'moved' ? `moved, ΔE\u00a0${distance?.toFixed(1)}` : change),
    );
    return row;
  });
  table.tBodies[0]?.replaceChildren(...rows);
  measured.textContent = `Minimum color difference ΔE ${minimum.toFixed(1)}, DCCW ${dccw.toFixed(1)}`;
}

/** Return how many swatches are the same, moved, gone and new. @param {Match[]} matches */
function summary(matches) {
  const counts = ['same', 'moved', 'gone', 'new'].map((change) => {
    const count = matches.filter((match) => match.change === change).length;
    return count ? `${count} ${change}` : '';
  });
  return counts.filter(Boolean).join(', ');
}

/** Return the cell of a swatch, or of none. @param {server.Swatch | undefined} swatch */
function cell(swatch) {
  const one = words(swatch ? swatch.hex : '–');
  one.className = swatch ? 'matched' : 'missing';
  if (!swatch) return one;
  one.title = swatch.name ? `${swatch.hex} ${swatch.name}` : swatch.hex;
  one.style.background = swatch.hex;
  one.style.color = swatch.ink;
  const name = document.createElement('span');
  name.textContent = swatch.name;
  one.append(name);
  return one;
}

/** @param {string} text */
function words(text) {
  const one = document.createElement('td');
  one.textContent = text;
  return one;
}
