// What the user takes: the palette's name and colors, files of it, and the recolored picture.

import * as notices from './notices.js';
import { guarded, recoloredFully } from './pictures.js';
import * as server from './server.js';
import { changed, counted, state } from './state.js';
import { settled } from './turns.js';

const part = document.getElementById('take');
const error = document.getElementById('take-error');
const name = document.getElementById('palette-name');
const notation = document.getElementById('notation');
const format = document.getElementById('format');
const formatNote = document.getElementById('format-note');
const dither = document.getElementById('dither');
const copyButton = document.getElementById('copy-all');
const recoloredButton = document.getElementById('download-recolored');

const NO_CLIPBOARD = 'The browser does not let this page copy; download a file instead.';

/** Show what can be taken. @param {import('./state.js').Entry | null} entry */
export function show(entry) {
  const view = entry?.view;
  part.hidden = !view;
  name.disabled = !view;
  if (document.activeElement !== name) name.value = view?.document.name || '';
  recoloredButton.setAttribute('aria-disabled', String(!view || !entry.id));
  showFormat();
}

/** Begin to listen. */
export function start() {
  const renamed = settled(200, () => state.current?.rename());
  name.addEventListener('input', () => {
    rename();
    renamed();
  });
  name.addEventListener('blur', changed);
  format.addEventListener('change', showFormat);
  dither.addEventListener('change', () => state.current?.recolor());
  copyButton.addEventListener('click', copyAll);
  document.getElementById('download').addEventListener('click', downloadPalette);
  recoloredButton.addEventListener('click', downloadRecolored);
}

/** Say so if programs take fewer colors of a format than there are. */
function showFormat() {
  const { most } = format.selectedOptions[0].dataset;
  const count = state.current?.view?.swatches.length || 0;
  const isCut = count > Number(most);
  formatNote.textContent = isCut ? `Of ${count} colors, programs take the first ${most}.` : '';
}

function rename() {
  const { current } = state;
  if (!current?.view) return;
  current.title = name.value.trim() || 'Palette';
  current.view.document.name = current.title;
}

async function copyAll() {
  const { view } = state.current;
  const [chosen] = notation.selectedOptions;
  const isCopied = await notices.copy(view.texts[chosen.value]);
  notices.showSentence(error, isCopied ? '' : NO_CLIPBOARD);
  if (!isCopied) return;
  notices.confirm(copyButton.querySelector('span'), 'Copied');
  notices.say(`Copied ${counted(view)}: ${chosen.textContent}`);
}

function downloadPalette() {
  const palette = state.current.view.document;
  const [chosen] = format.selectedOptions;
  return guarded(async () => {
    try {
      save(await server.file(palette, chosen.value), `${palette.name}${chosen.dataset.suffix}`);
      notices.showSentence(error, '');
    } catch (refusal) {
      if (!(refusal instanceof server.Refusal)) throw refusal;
      notices.showSentence(error, refusal.message);
    }
  });
}

async function downloadRecolored() {
  const entry = state.current;
  if (recoloredButton.getAttribute('aria-disabled') === 'true') return;
  if (recoloredButton.getAttribute('aria-busy') === 'true') return;
  const label = recoloredButton.querySelector('span');
  const before = label.textContent;
  const stem = entry.name.replace(/\.[^.]+$/, '');
  recoloredButton.setAttribute('aria-busy', 'true');
  label.textContent = 'Preparing…';
  await guarded(async () => {
    try {
      save(await recoloredFully(entry, dither.value), `${stem}-recolored.png`);
    } catch (refusal) {
      if (!(refusal instanceof server.Refusal)) throw refusal;
      entry.note = refusal.message;
    }
  });
  label.textContent = before;
  recoloredButton.removeAttribute('aria-busy');
}

/** Have the browser keep a file. @param {Blob} blob @param {string} title */
function save(blob, title) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = safe(title);
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click, at a time of its own choosing.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  notices.say(`Downloaded ${link.download}`);
}

/** Return a file's name that every system takes. @param {string} title */
function safe(title) {
  const plain = title.replace(/[\p{Cc}<>:"/\\|?*]+/gu, '-').replace(/^[\s.-]+/, '');
  return plain.slice(-120) || 'palette';
}
