// The page: which pictures are open, which is shown, and what happens to them.

import * as address from './address.js';
import * as comparison from './comparison.js';
import * as notices from './notices.js';
import * as options from './options.js';
import * as server from './server.js';
import * as strip from './strip.js';
import * as swatches from './swatches.js';
import { latest, queue, settled } from './turns.js';

/**
 * What has a palette: a picture, or an address, which has no file.
 * @typedef {object} Entry
 * @property {File | null} file
 * @property {string} name how it is called
 * @property {string | null} id what the server knows it by, or null while it does not
 * @property {string} size in words, once it is known
 * @property {string} url what the browser shows of it
 * @property {ImageBitmap | null} thumbnail
 * @property {object | null} view what the server says about its palette
 * @property {string | null} query the options that gave this palette
 * @property {string | null} title what the user calls its palette, if not as the server does
 * @property {Set<string>} locked
 * @property {boolean} busy
 * @property {string} trouble why there is no palette of it
 * @property {string} note
 * @property {boolean} isForeign whether the browser cannot show it, or shows more of it than the palette is of
 * @property {boolean} isOriginal whether it is shown as the server reads it
 * @property {string} recoloredUrl
 * @property {string} recoloredFor the palette and the dithering that it is in
 * @property {() => Promise<void>} refresh
 * @property {() => Promise<void>} recolor
 * @property {() => Promise<void>} rename
 */

const byId = (id) => document.getElementById(id);
const limits = document.querySelector('meta[name="palette-limits"]').dataset;
const uploads = queue(2);
const thumbnails = queue(1);

const state = {
  /** @type {Entry[]} */ pictures: [],
  /** @type {Entry | null} */ current: null,
  /** Colors to keep in every picture. @type {string[]} */ kept: [],
  /** What is typed there, if it is not colors. @type {string | null} */ garbled: null,
  /** Why the options give no palette. */ wrong: '',
  stopped: false,
  /** What the page itself wrote to its address. */ fragment: '',
};

// Pictures

/** @param {File | null} file @param {string} name @returns {Entry} */
function newEntry(file, name) {
  const entry = {
    file,
    name,
    id: null,
    size: '',
    url: file ? URL.createObjectURL(file) : '',
    thumbnail: null,
    view: null,
    query: null,
    title: null,
    locked: new Set(),
    busy: false,
    trouble: '',
    note: '',
    isForeign: false,
    isOriginal: false,
    recoloredUrl: '',
    recoloredFor: '',
  };
  entry.refresh = latest(() => guarded(() => refresh(entry)));
  entry.recolor = latest(() => guarded(() => recolor(entry)));
  entry.rename = latest(() => guarded(() => rename(entry)));
  return entry;
}

/** Open files, and show the first of them. @param {Iterable<File>} files */
function open(files) {
  const opened = [...files].filter(isUsable).map((file) => newEntry(file, file.name || 'Picture'));
  if (!opened.length) return;
  state.pictures.push(...opened);
  show(opened[0]);
  keepFocus();
  for (const entry of opened) {
    entry.refresh();
    thumbnails(() => drawThumbnail(entry, entry.file));
  }
}

/** Have the focus be near, if what had it is no longer there. */
function keepFocus() {
  const { activeElement } = document;
  if (activeElement === document.body || !activeElement.checkVisibility?.()) byId('picture-part-title').focus();
}

/** Tell whether a file can be sent, and say why if it cannot. @param {File} file */
function isUsable(file) {
  const name = file.name || 'The picture';
  if (!file.size) {
    notices.showProblem(`${name} is empty: it has no bytes.`);
  } else if (file.size > Number(limits.bytes)) {
    notices.showProblem(`${name} has ${megabytes(file.size)}; this page takes up to ${megabytes(limits.bytes)} a picture.`);
  } else {
    return true;
  }
  return false;
}

/** @param {number | string} bytes */
function megabytes(bytes) {
  return `${(Number(bytes) / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}

/** @param {Entry} entry @param {Blob} blob */
async function drawThumbnail(entry, blob) {
  entry.thumbnail = await strip.thumbnailOf(blob);
  if (blob === entry.file && !entry.thumbnail) await showServersReading(entry);
  render();
}

/** Show a picture. @param {Entry} entry */
function show(entry) {
  state.current = entry;
  state.wrong = '';
  render();
  writeAddress(entry);
  update();
}

/** Close the picture that is shown. */
function close() {
  const entry = state.current;
  const place = state.pictures.indexOf(entry);
  state.pictures.splice(place, 1);
  discard(entry);
  notices.say(`Removed ${entry.name}`);
  const next = state.pictures[place] || state.pictures[place - 1];
  if (next) {
    show(next);
    byId('remove').focus();
  } else {
    state.current = null;
    state.wrong = '';
    setFragment('');
    render();
    byId('choose').focus();
  }
}

/** @param {Entry} entry */
function discard(entry) {
  if (entry.id) server.forget(entry.id);
  for (const url of [entry.url, entry.recoloredUrl]) if (url) URL.revokeObjectURL(url);
  entry.thumbnail?.close();
  entry.thumbnail = null;
  entry.url = entry.recoloredUrl = '';
}

const isOpen = (entry) => !entry.file || state.pictures.includes(entry);

/** Have what is shown be as the options say. */
function update() {
  if (state.current?.file && options.areComplete()) state.current.refresh();
}

// What is asked of the server

/** Do something, and tell it if the server has stopped. @param {() => Promise<void>} work */
async function guarded(work) {
  try {
    await work();
    state.stopped = false;
  } catch (error) {
    if (!(error instanceof server.Stopped)) throw error;
    state.stopped = true;
  }
  render();
}

/** Get the palette that the options give, and send the picture before if need be. @param {Entry} entry */
async function refresh(entry) {
  if (!isOpen(entry)) return;
  if (entry.query !== queryOf(entry)) await renew(entry);
  // What is not shown, or was asked for anew meanwhile, has its turn later.
  if (entry !== state.current || entry.query !== queryOf(entry)) return;
  state.wrong = '';
  entry.recolor();
}

/** @param {Entry} entry */
async function renew(entry) {
  entry.busy = true;
  render();
  try {
    if (entry.id) await ask(entry);
    else await uploads(() => send(entry));
  } catch (error) {
    if (!(error instanceof server.Refusal)) throw error;
    refuse(entry, error);
  } finally {
    entry.busy = false;
  }
  if (entry === state.current && entry.view && entry.query === queryOf(entry)) tell(entry);
}

/** @param {Entry} entry */
async function send(entry) {
  if (!isOpen(entry)) return;
  const query = queryOf(entry);
  const answer = await server.sendPicture(entry.file, query);
  if (!isOpen(entry)) {
    server.forget(answer.picture);
    return;
  }
  entry.id = answer.picture;
  entry.size = `${answer.width.toLocaleString('en')} × ${answer.height.toLocaleString('en')}`;
  entry.trouble = answer.error;
  await accept(entry, answer.palette, query);
  if (entry.isForeign || (await strip.moves(entry.file))) guarded(() => showServersReading(entry));
}

/** @param {Entry} entry */
async function ask(entry) {
  const query = queryOf(entry);
  await accept(entry, await server.palette(entry.id, query), query);
  entry.trouble = '';
}

/** Take over a palette. @param {Entry} entry @param {object | null} view @param {string} query */
async function accept(entry, view, query) {
  entry.query = query;
  if (!view) return;
  entry.view = view;
  if (entry.title !== null) {
    entry.view.document.name = entry.title;
    entry.view = await server.view(entry.view.document);
  }
  render();
  writeAddress(entry);
}

/** The statuses of a picture that is of no use, whatever the options. */
const UNUSABLE = [server.UNREADABLE, 413, 415, 422];

/** Deal with an answer that is not a palette. @param {Entry} entry @param {server.Refusal} refusal */
function refuse(entry, refusal) {
  if (refusal.status === 410) {
    resend(entry);
  } else if (!entry.id && UNUSABLE.includes(refusal.status)) {
    reject(entry, refusal.message);
  } else if (entry === state.current) {
    // The options are to blame, or chance; whatever palette there is, stays.
    state.wrong = refusal.message;
  }
}

/** Send a picture again that the server has forgotten. @param {Entry} entry */
function resend(entry) {
  entry.id = null;
  entry.query = null;
  entry.note = 'The server had forgotten this picture, so it was sent again.';
  notices.say(entry.note);
  entry.refresh();
}

/** Give up a file, and say why. @param {Entry} entry @param {string} sentence */
function reject(entry, sentence) {
  const place = state.pictures.indexOf(entry);
  if (place < 0) return;
  state.pictures.splice(place, 1);
  discard(entry);
  notices.showProblem(sentence.includes(entry.name) ? sentence : `${entry.name}: ${sentence}`);
  if (entry !== state.current) return;
  const next = state.pictures[place] || state.pictures[place - 1];
  if (next) {
    show(next);
  } else {
    state.current = null;
    setFragment('');
  }
}

/** Have the browser show what the server reads, at once or when the server has it. @param {Entry} entry */
async function showServersReading(entry) {
  entry.isForeign = true;
  if (entry.isOriginal || !entry.id) return;
  entry.isOriginal = true;
  try {
    const blob = await server.original(entry.id);
    if (!isOpen(entry)) return;
    URL.revokeObjectURL(entry.url);
    entry.url = URL.createObjectURL(blob);
    thumbnails(() => drawThumbnail(entry, blob));
  } catch (error) {
    entry.isOriginal = false;
    if (!(error instanceof server.Refusal)) throw error;
    if (error.status === 410) resend(entry);
    else entry.note = error.message;
  }
}

/** Get the picture in the colors of its palette. @param {Entry} entry */
async function recolor(entry) {
  if (!entry.id || !entry.view || entry !== state.current) return;
  const palette = entry.view.document;
  const dither = byId('dither').value;
  const wanted = JSON.stringify([dither, palette.swatches.map((swatch) => swatch.hex)]);
  if (entry.recoloredFor === wanted) return;
  try {
    const blob = await server.recolored(entry.id, palette, { size: 'small', dither });
    if (!isOpen(entry)) return;
    const before = entry.recoloredUrl;
    entry.recoloredUrl = URL.createObjectURL(blob);
    entry.recoloredFor = wanted;
    render();
    if (before) URL.revokeObjectURL(before);
  } catch (error) {
    if (!(error instanceof server.Refusal)) throw error;
    if (error.status === 410) resend(entry);
    else entry.note = error.message;
  }
}

/** Give a palette the name that the user chose. @param {Entry} entry */
async function rename(entry) {
  if (!entry.view) return;
  const wanted = entry.title;
  const view = await server.view({ ...entry.view.document, name: wanted });
  // A palette that came meanwhile got its name by itself.
  if (sameColors(view, entry.view)) entry.view = view;
  writeAddress(entry);
}

const sameColors = (one, other) =>
  JSON.stringify(one.swatches.map((swatch) => swatch.hex)) === JSON.stringify(other.swatches.map((swatch) => swatch.hex));

// Options and locks

/** Return the options for a picture. @param {Entry} entry */
function queryOf(entry) {
  return options.query(keptText(entry));
}

/** Return the colors that a picture's palette has to have, as text. @param {Entry | null} entry */
function keptText(entry) {
  if (state.garbled !== null) return state.garbled;
  return [...new Set([...state.kept, ...(entry?.locked || [])])].join(', ');
}

/** @param {string} hex */
function isLocked(hex) {
  return state.kept.includes(hex) || Boolean(state.current?.locked.has(hex));
}

/** Take over what is typed as colors to keep; locked ones that are still there stay locks. @param {string} text */
function keep(text) {
  const colors = options.colorsIn(text);
  state.garbled = colors ? null : text;
  if (!colors) return;
  const locked = state.current?.locked || new Set();
  for (const hex of locked) if (!colors.includes(hex)) locked.delete(hex);
  state.kept = colors.filter((hex) => !locked.has(hex));
  render();
}

/** Lock a color, or unlock it. @param {string} hex */
function toggleLock(hex) {
  const entry = state.current;
  const unlocking = isLocked(hex);
  if (unlocking) {
    state.kept = state.kept.filter((kept) => kept !== hex);
    entry.locked.delete(hex);
  } else if (entry.file) {
    entry.locked.add(hex);
  } else {
    // There is no picture yet: it is for the one that comes.
    state.kept = [...state.kept, hex];
  }
  notices.say(`${unlocking ? 'Unlocked' : 'Locked'} ${hex}`);
  render();
  update();
}

function resetOptions() {
  state.kept = [];
  state.garbled = null;
  state.current?.locked.clear();
  render();
  update();
  notices.say('Options are back to their defaults');
}

// The address

/** @param {Entry} entry */
function writeAddress(entry) {
  if (entry !== state.current || entry.busy && !entry.view) return;
  setFragment(entry.view ? address.fragmentOf(entry.view.document) : '');
}

/** @param {string} fragment */
function setFragment(fragment) {
  if (state.fragment === fragment) return;
  state.fragment = fragment;
  history.replaceState(null, '', fragment || location.pathname);
}

/** Show the palette that is in the address, if the page has not put it there itself. */
async function readAddress() {
  if (location.hash === state.fragment) return;
  let palette;
  try {
    palette = address.documentOf(location.hash);
  } catch (error) {
    notices.showProblem(error.message);
    return;
  }
  state.fragment = location.hash;
  if (palette) {
    await showDocument(palette);
  } else if (state.current && !state.current.file) {
    state.current = state.pictures.at(-1) || null;
    render();
  }
}

/** Show a palette without a picture. @param {object} palette its document */
async function showDocument(palette) {
  const entry = newEntry(null, palette.name);
  await guarded(async () => {
    try {
      entry.view = await server.view(palette);
    } catch (error) {
      if (!(error instanceof server.Refusal)) throw error;
      notices.showProblem(error.message);
      return;
    }
    state.current = entry;
    state.wrong = '';
    tell(entry);
  });
}

// What is told

/** @param {Entry} entry */
function tell(entry) {
  const from = entry.file ? ` from ${entry.name}` : ` ${entry.view.name}`;
  notices.sayToo(`Palette of ${counted(entry.view)}${from}`);
}

/** @param {object} view */
function counted({ swatches: { length } }) {
  return `${length} ${length === 1 ? 'color' : 'colors'}`;
}

function render() {
  const { current } = state;
  const view = current?.view;
  document.body.dataset.mode = !current ? 'empty' : current.file ? 'pictures' : 'palette';
  document.title = view ? `${view.document.name} – Palette Engine` : 'Palette Engine';
  byId('stopped').hidden = !state.stopped;
  if (state.stopped) notices.showSentence(byId('stopped'), server.STOPPED);
  strip.show(state.pictures, current);
  renderPicture(current?.file ? current : null);
  renderPalette(current);
  options.showKept(keptText(current));
  options.showError(state.wrong);
  byId('take').hidden = !view;
  renderFormat(view);
}

/** @param {Entry | null} entry */
function renderPicture(entry) {
  byId('picture-part').hidden = !entry;
  byId('picture-name').textContent = entry?.name || '';
  byId('picture-size').textContent = entry?.size || '';
  byId('picture-note').textContent = entry?.note || '';
  byId('remove').setAttribute('aria-label', `Remove ${entry?.name}`);
  byId('download-recolored').setAttribute('aria-disabled', String(!entry?.view || !entry?.id));
  comparison.show(entry);
}

/** @param {Entry | null} entry */
function renderPalette(entry) {
  const part = byId('palette');
  const view = entry?.view;
  part.hidden = !view && !entry?.busy && !entry?.trouble;
  part.setAttribute('aria-busy', String(Boolean(entry?.busy)));
  byId('palette-title').textContent = view ? counted(view) : 'Palette';
  notices.showSentence(byId('palette-trouble'), entry?.trouble || '');
  byId('palette-note').textContent = view?.note || '';
  byId('palette-fit').textContent = view?.fit || '';
  const name = byId('palette-name');
  name.disabled = !view;
  if (document.activeElement !== name) name.value = view?.document.name || '';
  if (view) swatches.show(view.swatches, isLocked);
  else if (entry?.busy) {
    swatches.show([], isLocked);
    swatches.showGhosts(options.expected());
  } else {
    swatches.show([], isLocked);
  }
  if (view && entry.file) options.showCount(view.swatches.length);
}

/** Say so if programs take fewer colors of a format than there are. */
function renderFormat(view) {
  const { most } = byId('format').selectedOptions[0].dataset;
  const count = view?.swatches.length || 0;
  byId('format-note').textContent = count > Number(most) ? `Of ${count} colors, programs take the first ${most}.` : '';
}

// What the user takes

async function copyAll() {
  const { view } = state.current;
  const chosen = byId('notation').selectedOptions[0];
  const copied = await notices.copy(view.texts[chosen.value]);
  if (copied) {
    notices.confirm(byId('copy-all').querySelector('span'), 'Copied');
    notices.say(`Copied ${counted(view)} as ${chosen.textContent}`);
  }
  notices.showSentence(byId('take-error'), copied ? '' : 'The browser does not let this page copy; download a file instead.');
}

async function downloadPalette() {
  const { document: palette } = state.current.view;
  const chosen = byId('format').selectedOptions[0];
  await saved(byId('take-error'), async () => {
    const blob = await server.file(palette, chosen.value);
    const name = notices.safe(palette.name);
    notices.download(blob, `${name}${chosen.dataset.suffix}`);
    notices.say(`Downloaded ${name}${chosen.dataset.suffix}`);
  });
}

async function downloadRecolored() {
  const entry = state.current;
  const button = byId('download-recolored');
  if (button.getAttribute('aria-disabled') === 'true' || button.getAttribute('aria-busy') === 'true') return;
  const label = button.querySelector('span');
  const before = label.textContent;
  button.setAttribute('aria-busy', 'true');
  label.textContent = 'Preparing…';
  await saved(byId('picture-note'), async () => {
    const how = { size: 'full', dither: byId('dither').value };
    const blob = await server.recolored(entry.id, entry.view.document, how);
    const name = `${entry.name.replace(/\.[^.]+$/, '')}-recolored.png`;
    notices.download(blob, name);
    notices.say(`Downloaded ${name}`);
  });
  label.textContent = before;
  button.removeAttribute('aria-busy');
}

/** Do something, with a sentence in a place if the server refuses. @param {HTMLElement} place */
async function saved(place, work) {
  await guarded(async () => {
    try {
      await work();
      tellIn(place, '');
    } catch (error) {
      if (!(error instanceof server.Refusal)) throw error;
      if (error.status === 410 && state.current.file) {
        resend(state.current);
        tellIn(place, 'The server had forgotten this picture and gets it again; try once more in a moment.');
      } else {
        tellIn(place, error.message);
      }
    }
  });
}

function tellIn(place, sentence) {
  if (place.id === 'picture-note') state.current.note = sentence;
  else notices.showSentence(place, sentence);
}

// What the user gives

function listenForFiles() {
  const input = byId('picture');
  input.multiple = true;
  for (const id of ['choose', 'add']) byId(id).addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    open(input.files);
    input.value = '';
  });
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files || [])];
    if (!files.length) return;
    event.preventDefault();
    open(files);
  });
}

function listenForDrops() {
  const veil = byId('veil');
  let inside = 0;
  const leave = () => {
    inside = 0;
    veil.hidden = true;
  };
  document.addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    inside += 1;
    veil.hidden = false;
  });
  document.addEventListener('dragleave', () => {
    inside -= 1;
    if (inside <= 0) leave();
  });
  document.addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    leave();
    if (!carriesFiles(event)) return;
    event.preventDefault();
    open(filesIn(event.dataTransfer));
  });
}

const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes('Files');

/** Return the files of a drop; folders are none. @param {DataTransfer} dropped */
function filesIn(dropped) {
  const files = [];
  for (const item of dropped.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry?.();
    if (entry?.isDirectory) notices.showProblem(`${entry.name} is a folder; drop the pictures that are in it.`);
    else if (item.getAsFile()) files.push(item.getAsFile());
  }
  return files;
}

function listen() {
  document.documentElement.classList.add('js');
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) byId('paste-key').textContent = '⌘';
  listenForFiles();
  listenForDrops();
  options.start({ changed: settled(40, update), kept: keep, reset: resetOptions });
  swatches.start({ lock: toggleLock });
  strip.start({ choose: show });
  comparison.start({ undecodable: () => guarded(() => showServersReading(state.current)) });
  byId('remove').addEventListener('click', close);
  byId('dither').addEventListener('change', () => state.current?.recolor());
  byId('copy-all').addEventListener('click', copyAll);
  byId('download').addEventListener('click', downloadPalette);
  byId('download-recolored').addEventListener('click', downloadRecolored);
  byId('format').addEventListener('change', () => renderFormat(state.current?.view));
  byId('retry').addEventListener('click', retry);
  listenForName();
  window.addEventListener('hashchange', readAddress);
  window.addEventListener('pagehide', (event) => {
    // Files are gone when the page is; what is only put aside may come back.
    if (!event.persisted) for (const entry of state.pictures) if (entry.id) server.forget(entry.id);
  });
}

function listenForName() {
  const input = byId('palette-name');
  const renamed = settled(200, () => state.current?.rename());
  input.addEventListener('input', () => {
    const { current } = state;
    if (!current?.view) return;
    current.title = input.value.trim() || 'Palette';
    current.view.document.name = current.title;
    renamed();
  });
  input.addEventListener('blur', () => render());
}

/** Do again what the server could not, when it had stopped. */
function retry() {
  state.stopped = false;
  render();
  for (const entry of state.pictures) if (!entry.query || entry === state.current) entry.refresh();
  state.current?.recolor();
  if (!state.current) readAddress();
}

/** Show the palette that came with the page, after a form without JavaScript. */
function readPage() {
  const given = document.querySelector('#static-palette input[name="document"]');
  return given ? showDocument(JSON.parse(given.value)) : readAddress();
}

listen();
render();
readPage();
