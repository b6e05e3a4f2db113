// What the user takes: the palette's name and colors, files of it, and the recolored picture.

import * as address from './address.js';
import { element, inside } from './elements.js';
import * as notices from './notices.js';
import * as panel from './panel.js';
import { guarded, recoloredFully, refuseMore } from './pictures.js';
import * as server from './server.js';
import { changed, counted, see, state } from './state.js';

/** @typedef {import('./state.js').Entry} Entry */

const error = element('take-error', HTMLElement);
const name = element('palette-name', HTMLInputElement);
const notation = element('notation', HTMLSelectElement);
const format = element('format', HTMLSelectElement);
const formatNote = element('format-note', HTMLElement);
const dither = element('dither', HTMLSelectElement);
const naming = element('naming', HTMLElement);
const copyButtons = ['copy', 'copy-all'].map((id) => element(id, HTMLElement));
const linkButtons = ['copy-link', 'copy-link-too'].map((id) => element(id, HTMLElement));
const exportButton = element('export', HTMLElement);
const recoloredButton = element('download-recolored', HTMLElement);
const recoloredLabel = inside(recoloredButton, 'span', HTMLElement);

const RENAMED = 200; // milliseconds after the last letter
const LABEL = recoloredLabel.textContent;
const LATER = 'The server has stopped, so nothing was downloaded; try again when it is back.';
const NO_CLIPBOARD = 'The browser does not let this page copy; download a file instead.';

/** @type {Entry | null} */
let shown = null;
/** Whether the name has been changed since somebody came to it, which is one step to undo. */
let isRenaming = false;

/** Show what can be taken. @param {Entry | null} entry */
export function show(entry) {
  const view = entry?.palette.view;
  const isOther = entry !== shown;
  if (isOther && shown) shown.untaken = '';
  shown = entry;
  naming.hidden = !view;
  for (const button of [...copyButtons, ...linkButtons, exportButton]) button.hidden = !view;
  if (!view) panel.open(false);
  if (isOther || document.activeElement !== name) name.value = view?.document.name || '';
  if (entry?.untaken && error.hidden) panel.open(true);
  notices.showSentence(error, entry?.untaken || '');
  recoloredButton.setAttribute('aria-disabled', String(!view || !entry?.id));
  recoloredButton.setAttribute('aria-busy', String(Boolean(entry?.isPreparing)));
  recoloredLabel.textContent = entry?.isPreparing ? 'Preparing…' : LABEL;
  showFormat();
}

/** Begin to listen. */
export function start() {
  name.addEventListener('input', rename);
  name.addEventListener('blur', () => {
    isRenaming = false;
    changed();
  });
  format.addEventListener('change', showFormat);
  dither.addEventListener('change', () => state.current?.recolor());
  for (const button of copyButtons) button.addEventListener('click', () => copyAll(button));
  for (const button of linkButtons) button.addEventListener('click', () => copyLink(button));
  element('download', HTMLElement).addEventListener('click', downloadPalette);
  recoloredButton.addEventListener('click', downloadRecolored);
}

/** Say so if programs take fewer colors of a format than there are. */
function showFormat() {
  const [chosen] = format.selectedOptions;
  const most = Number(chosen?.dataset.most);
  const count = state.current?.palette.view?.swatches.length || 0;
  const isCut = count > most;
  formatNote.textContent = isCut ? `Of ${count} colors, programs take the first ${most}.` : '';
}

function rename() {
  const { current } = state;
  const view = current?.palette.view;
  if (!current || !view) return;
  const title = name.value.trim() || 'Palette';
  see(current, { title, view: { ...view, document: { ...view.document, name: title } } });
  if (!isRenaming) state.renames += 1;
  isRenaming = true;
  changed();
  current.rename(RENAMED);
}

/** Copy all colors. @param {HTMLElement} button */
async function copyAll(button) {
  const view = state.current?.palette.view;
  const [chosen] = notation.selectedOptions;
  if (!view || !chosen) return;
  const what = `${counted(view)}: ${chosen.textContent}`;
  await copyText(view.texts[chosen.value] || '', button, what);
}

/** @param {HTMLElement} button */
async function copyLink(button) {
  const view = state.current?.palette.view;
  if (view) await copyText(address.linkOf(view.document), button, 'the link to this palette');
}

/** @param {string} text @param {HTMLElement} button @param {string} what */
async function copyText(text, button, what) {
  const entry = state.current;
  if (!entry) return;
  const isCopied = await notices.copy(text);
  entry.untaken = isCopied ? '' : NO_CLIPBOARD;
  if (!isCopied) panel.open(true);
  changed();
  if (!isCopied) return;
  notices.confirm(inside(button, 'span', HTMLElement), 'Copied');
  notices.say(`Copied ${what}`);
}

async function downloadPalette() {
  const entry = state.current;
  const [chosen] = format.selectedOptions;
  if (!entry?.palette.view || !chosen) return;
  const palette = entry.palette.view.document;
  await done(async () => {
    try {
      save(await server.file(palette, chosen.value), `${palette.name}${chosen.dataset.suffix}`);
      entry.untaken = '';
    } catch (refusal) {
      if (!(refusal instanceof server.Refusal)) throw refusal;
      entry.untaken = refusal.message;
    }
  });
}

/** Do something that was asked for now, and is not to come later, unasked. @param {() => Promise<void>} work */
async function done(work) {
  const { current } = state;
  const isDone = await guarded(work, () => {});
  if (!isDone && current) current.untaken = LATER;
  if (!isDone) changed();
}

async function downloadRecolored() {
  const entry = state.current;
  if (!entry?.id || !entry.palette.view || entry.isPreparing) return;
  const { id } = entry;
  const { view } = entry.palette;
  const stem = entry.name.replace(/\.[^.]+$/, '');
  entry.isPreparing = true;
  changed();
  notices.say(`Preparing ${stem}-recolored.png`);
  await done(async () => {
    try {
      save(await recoloredFully(entry, id, view.document, dither.value), `${stem}-recolored.png`);
      entry.hitch = '';
    } catch (error) {
      refuseMore(entry, error);
    } finally {
      entry.isPreparing = false;
    }
  });
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
