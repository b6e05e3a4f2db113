// What the user takes: the palette's name and colors, files of it, and the recolored picture.

import * as notices from './notices.js';
import { guarded, recoloredFully, refuseMore } from './pictures.js';
import * as server from './server.js';
import { changed, counted, state } from './state.js';

const part = document.getElementById('take');
const error = document.getElementById('take-error');
const name = document.getElementById('palette-name');
const notation = document.getElementById('notation');
const format = document.getElementById('format');
const formatNote = document.getElementById('format-note');
const dither = document.getElementById('dither');
const copyButton = document.getElementById('copy-all');
const recoloredButton = document.getElementById('download-recolored');
const recoloredLabel = recoloredButton.querySelector('span');

const RENAMED = 200; // milliseconds after the last letter
const LABEL = recoloredLabel.textContent;
const NO_CLIPBOARD = 'The browser does not let this page copy; download a file instead.';

let shown = null;

/** Show what can be taken. @param {import('./state.js').Entry | null} entry */
export function show(entry) {
  const view = entry?.view;
  const isOther = entry !== shown;
  if (isOther && shown) shown.untaken = '';
  shown = entry;
  part.hidden = !view;
  name.disabled = !view;
  if (isOther || document.activeElement !== name) name.value = view?.document.name || '';
  notices.showSentence(error, entry?.untaken || '');
  recoloredButton.setAttribute('aria-disabled', String(!view || !entry.id));
  recoloredButton.setAttribute('aria-busy', String(Boolean(entry?.isPreparing)));
  recoloredLabel.textContent = entry?.isPreparing ? 'Preparing…' : LABEL;
  showFormat();
}

/** Begin to listen. */
export function start() {
  name.addEventListener('input', rename);
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
  current.rename(RENAMED);
}

async function copyAll() {
  const entry = state.current;
  const { view } = entry;
  const [chosen] = notation.selectedOptions;
  const isCopied = await notices.copy(view.texts[chosen.value]);
  entry.untaken = isCopied ? '' : NO_CLIPBOARD;
  changed();
  if (!isCopied) return;
  notices.confirm(copyButton.querySelector('span'), 'Copied');
  notices.say(`Copied ${counted(view)}: ${chosen.textContent}`);
}

async function downloadPalette() {
  const entry = state.current;
  if (!entry?.view) return;
  const palette = entry.view.document;
  const [chosen] = format.selectedOptions;
  await guarded(async () => {
    try {
      save(await server.file(palette, chosen.value), `${palette.name}${chosen.dataset.suffix}`);
      entry.untaken = '';
    } catch (refusal) {
      if (!(refusal instanceof server.Refusal)) throw refusal;
      entry.untaken = refusal.message;
    }
  }, downloadPalette);
}

async function downloadRecolored() {
  const entry = state.current;
  if (!entry?.id || !entry.view || entry.isPreparing) return;
  const stem = entry.name.replace(/\.[^.]+$/, '');
  entry.isPreparing = true;
  changed();
  notices.say(`Preparing ${stem}-recolored.png`);
  await guarded(async () => {
    try {
      save(await recoloredFully(entry, dither.value), `${stem}-recolored.png`);
      entry.hitch = '';
    } catch (error) {
      refuseMore(entry, error);
    } finally {
      entry.isPreparing = false;
    }
  }, downloadRecolored);
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
