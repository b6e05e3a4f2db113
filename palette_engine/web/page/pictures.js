// Pictures: opened, sent to the server, and asked for palettes of.

import * as address from './address.js';
import { element, inside } from './elements.js';
import * as locks from './locks.js';
import * as notices from './notices.js';
import * as options from './options.js';
import * as server from './server.js';
import { changed, counted, isOpen, state } from './state.js';
import { moves, thumbnailOf } from './thumbnails.js';
import { latest, queue, settled } from './turns.js';

/** @typedef {import('./state.js').Entry} Entry */
/** @typedef {server.PaletteDocument} PaletteDocument */
/** @typedef {server.View} View */

const limits = inside(document, 'meta[name="palette-limits"]', HTMLMetaElement).dataset;
const mostBytes = Number(limits.bytes);
const uploads = queue(2);
const thumbnails = queue(1);

/** The statuses of a file that is of no use, whatever the options. */
const UNUSABLE = [server.UNREADABLE, 413, 415, 422];

/** @param {File | null} file @param {string} name @returns {Entry} */
function newEntry(file, name) {
  const rename = latest(() => guarded(() => giveTitle(entry), rename));
  /** @type {Entry} */
  const entry = {
    file,
    name,
    id: null,
    width: 0,
    height: 0,
    region: null,
    url: file ? URL.createObjectURL(file) : '',
    thumbnail: null,
    view: null,
    query: null,
    title: null,
    locked: new Set(),
    busy: false,
    trouble: null,
    note: '',
    hitch: '',
    untaken: '',
    isPreparing: false,
    isForeign: false,
    isTransparent: false,
    isOriginal: false,
    isResent: false,
    recoloredUrl: '',
    recoloredFor: '',
    refresh: latest(() => guarded(() => refresh(entry), entry.refresh)),
    recolor: latest(() => guarded(() => recolor(entry), entry.recolor)),
    rename: settled(rename),
  };
  return entry;
}

/** Open files, and show the first of them. @param {File[]} files */
export function open(files) {
  const opened = files.filter(isUsable).map((file) => newEntry(file, file.name || 'Picture'));
  const [first] = opened;
  if (!first) return;
  state.pictures.push(...opened);
  show(first);
  for (const entry of opened) {
    entry.refresh();
    thumbnails(() => drawThumbnail(entry, entry.file));
  }
}

/** Tell whether a file can be sent, and say why if it cannot. @param {File} file */
function isUsable(file) {
  const name = file.name || 'The picture';
  if (!file.size) {
    notices.showProblem(`${name} is empty: it has no bytes.`, name);
  } else if (file.size > mostBytes) {
    notices.showProblem(
      `${name} has ${megabytes(file.size)}; this page takes up to ${megabytes(mostBytes)}.`,
      name,
    );
  } else {
    return true;
  }
  return false;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}

/** @param {Entry} entry @param {Blob | null} blob */
async function drawThumbnail(entry, blob) {
  if (!blob || !isOpen(entry)) return;
  entry.thumbnail = await thumbnailOf(blob);
  if (blob === entry.file && !entry.thumbnail) showServersReading(entry);
  changed();
}

/** Show a picture. @param {Entry} entry */
export function show(entry) {
  state.current = entry;
  state.wrong = null;
  changed();
  if (!entry.view) notices.say(entry.trouble?.message || `Looking at ${entry.name}`);
  address.write(entry.view?.document || null);
  update();
}

/** Have the picture that is shown be as the options say. */
export function update() {
  if (state.current?.file && options.areComplete()) state.current.refresh();
}

/** Close the picture that is shown, and show its neighbor. */
export function close() {
  const entry = state.current;
  if (!entry) return;
  remove(entry);
  notices.say(`Removed ${entry.name}`);
}

/** @param {Entry} entry */
function remove(entry) {
  const index = state.pictures.indexOf(entry);
  state.pictures.splice(index, 1);
  discard(entry);
  if (entry === state.current) leave(state.pictures[index] || state.pictures[index - 1] || null);
  else changed();
}

/** Show another picture, or none. @param {Entry | null} next */
function leave(next) {
  if (next) {
    show(next);
    return;
  }
  state.current = null;
  state.wrong = null;
  address.write(null);
  changed();
}

/** @param {Entry} entry */
function discard(entry) {
  if (entry.id) server.forget(entry.id);
  for (const url of [entry.url, entry.recoloredUrl]) if (url) URL.revokeObjectURL(url);
  entry.thumbnail?.close();
  entry.thumbnail = null;
  entry.url = '';
  entry.recoloredUrl = '';
}

/** Tell the server that none of the pictures is needed any more. */
export function forgetAll() {
  for (const { id } of state.pictures) if (id) server.forget(id);
}

// What is asked of the server

/** What the server could not do because it had stopped. @type {Set<() => void | Promise<void>>} */
const undone = new Set();

/** Do what the server could not do when it had stopped. */
export async function retry() {
  if (!(await server.isThere())) {
    notices.say(state.stopped);
    return;
  }
  const works = [...undone];
  undone.clear();
  state.stopped = '';
  changed();
  await Promise.all(works.map((work) => work()));
  update();
}

/**
 * Do something, and tell it if the server has stopped; then it can be done again later.
 * @param {() => Promise<void>} work
 * @param {() => void | Promise<void>} again
 */
export async function guarded(work, again = () => guarded(work)) {
  try {
    await work();
    if (!state.stopped) undone.clear();
  } catch (error) {
    if (!(error instanceof server.Stopped)) throw error;
    state.stopped = error.message;
    undone.add(again);
  }
  changed();
}

/** Get the palette that the options give, if it is not there yet. @param {Entry} entry */
async function refresh(entry) {
  if (!isOpen(entry)) return;
  if (entry.query !== locks.queryOf(entry)) await renew(entry);
  // What is not shown, or was asked for anew meanwhile, has its turn later.
  if (entry !== state.current || entry.query !== locks.queryOf(entry)) return;
  state.wrong = null;
  entry.recolor();
}

/** Get another palette, and send the picture before if need be. @param {Entry} entry */
async function renew(entry) {
  entry.busy = true;
  changed();
  try {
    if (entry.id) await ask(entry, entry.id);
    else await uploads(() => send(entry));
  } catch (error) {
    if (!(error instanceof server.Refusal)) throw error;
    refuse(entry, error);
  } finally {
    entry.busy = false;
  }
  if (entry !== state.current) return;
  if (entry.trouble) notices.say(entry.trouble.message);
  else if (entry.view && entry.query === locks.queryOf(entry)) tell(entry);
}

/** @param {Entry} entry */
async function send(entry) {
  const { file } = entry;
  if (!file || !isOpen(entry)) return;
  const query = locks.queryOf(entry);
  const answer = await server.sendPicture(file, query);
  if (!isOpen(entry)) {
    server.forget(answer.picture);
    return;
  }
  entry.id = answer.picture;
  entry.width = answer.width;
  entry.height = answer.height;
  entry.isTransparent = answer.transparent;
  entry.trouble = answer.error ? new server.Refusal(answer.error, 422, answer.option) : null;
  await accept(entry, answer.palette, query);
  if (answer.foreign || entry.isForeign || (await moves(file))) showServersReading(entry);
}

/** @param {Entry} entry @param {string} id */
async function ask(entry, id) {
  const query = locks.queryOf(entry);
  await accept(entry, await server.palette(id, query), query);
  entry.trouble = null;
  entry.isResent = false;
  entry.note = '';
}

/** Take over a palette. @param {Entry} entry @param {View | null} view @param {string} query */
async function accept(entry, view, query) {
  const named = view && entry.title !== null ? await titled(view, entry.title) : view;
  entry.query = query;
  if (!named) return;
  entry.view = named;
  // While another part is asked for, that one is shown.
  if (query === locks.queryOf(entry)) entry.region = named.region ?? null;
  changed();
  writeAddress(entry);
}

/** Deal with an answer that is no palette. @param {Entry} entry @param {server.Refusal} refusal */
function refuse(entry, refusal) {
  if (isForgotten(entry, refusal)) {
    resend(entry);
  } else if (!entry.id && UNUSABLE.includes(refusal.status)) {
    reject(entry, refusal.message);
  } else if (!entry.view) {
    entry.trouble = refusal;
  } else if (entry === state.current) {
    // The options are to blame, or chance; the palette stays.
    state.wrong = refusal;
  }
}

/**
 * Tell whether a picture is to be sent again; not twice in a row, as the server may forget at once.
 * @param {Entry} entry
 * @param {server.Refusal} refusal
 */
function isForgotten(entry, refusal) {
  return refusal.status === 410 && Boolean(entry.file) && !entry.isResent;
}

/** Send a picture again that the server has forgotten. @param {Entry} entry */
function resend(entry) {
  entry.isResent = true;
  entry.id = null;
  entry.query = null;
  entry.note = 'The server had forgotten this picture, so it was sent again.';
  notices.say(entry.note);
  return entry.refresh();
}

/** Give up a file, and say why. @param {Entry} entry @param {string} sentence */
function reject(entry, sentence) {
  if (!isOpen(entry)) return;
  remove(entry);
  const { name } = entry;
  notices.showProblem(sentence.includes(name) ? sentence : `${name}: ${sentence}`, name);
}

/** Have the browser show what the server reads, as soon as the server has it. @param {Entry} entry */
export function showServersReading(entry) {
  const { id } = entry;
  entry.isForeign = true;
  if (entry.isOriginal || !id) return;
  entry.isOriginal = true;
  const take = async () => {
    try {
      await takeOriginal(entry, id);
    } catch (error) {
      entry.isOriginal = false;
      refuseMore(entry, error);
    }
  };
  guarded(take, () => showServersReading(entry));
}

/** @param {Entry} entry @param {string} id */
async function takeOriginal(entry, id) {
  const blob = await server.original(id);
  if (!isOpen(entry)) return;
  URL.revokeObjectURL(entry.url);
  entry.url = URL.createObjectURL(blob);
  thumbnails(() => drawThumbnail(entry, blob));
}

/** Get the picture in the colors of its palette. @param {Entry} entry */
async function recolor(entry) {
  if (!entry.id || !entry.view || entry !== state.current) return;
  const palette = entry.view.document;
  const dither = element('dither', HTMLSelectElement).value;
  const wanted = JSON.stringify([dither, palette.swatches.map((swatch) => swatch.hex)]);
  if (entry.recoloredFor === wanted) return;
  try {
    const blob = await server.recolored(entry.id, palette, { size: 'small', dither });
    if (!isOpen(entry)) return;
    const before = entry.recoloredUrl;
    entry.recoloredUrl = URL.createObjectURL(blob);
    entry.recoloredFor = wanted;
    entry.isResent = false;
    entry.hitch = '';
    changed();
    if (before) URL.revokeObjectURL(before);
  } catch (error) {
    refuseMore(entry, error);
  }
}

/**
 * Return a picture in the colors of its palette, in its full size.
 * @param {Entry} entry
 * @param {string} id
 * @param {PaletteDocument} palette
 * @param {string} dither
 */
export async function recoloredFully(entry, id, palette, dither) {
  /** @type {server.Recoloring} */
  const how = { size: 'full', dither };
  try {
    return await server.recolored(id, palette, how);
  } catch (error) {
    if (!(error instanceof server.Refusal) || error.status !== 410) throw error;
    await resend(entry);
    // The server may not have taken it again.
    if (!entry.id) throw state.stopped ? new server.Stopped(state.stopped) : error;
    return server.recolored(entry.id, entry.view?.document || palette, how);
  }
}

/**
 * Deal with a refusal of something beside the palette.
 * @param {Entry} entry
 * @param {unknown} error
 */
export function refuseMore(entry, error) {
  if (!(error instanceof server.Refusal)) throw error;
  if (isForgotten(entry, error)) {
    resend(entry);
    return;
  }
  entry.hitch = error.message;
  if (entry === state.current) notices.say(entry.hitch);
}

/** Give a palette the name that the user chose. @param {Entry} entry */
async function giveTitle(entry) {
  const { view, title } = entry;
  if (!view || title === null) return;
  try {
    const named = await titled(view, title);
    entry.untaken = '';
    if (entry.view === view) entry.view = named;
    // Another palette came meanwhile, maybe under the name before.
    else entry.rename(0);
    writeAddress(entry);
  } catch (error) {
    if (!(error instanceof server.Refusal)) throw error;
    entry.untaken = error.message;
  }
}

/** Return what the page shows of a palette under a name. @param {View} view @param {string} name */
async function titled(view, name) {
  // What there is to say about a picture is not known from its palette.
  const { note, region } = view;
  return { ...(await server.view({ ...view.document, name })), note, region };
}

/** @param {Entry} entry */
function tell(entry) {
  const { file, name, view } = entry;
  if (view) notices.sayToo(`Palette of ${counted(view)} ${file ? `from ${name}` : view.name}`);
}

// Palettes without pictures

/** @param {Entry} entry */
function writeAddress(entry) {
  if (entry === state.current && entry.view) address.write(entry.view.document);
}

/** Show the palette that is in the address, if the page has not put it there itself. */
export async function readAddress() {
  if (!address.isNew()) return;
  try {
    const palette = address.documentOf(location.hash);
    const opened = state.pictures.find(({ view }) => view && address.isOf(view.document));
    if (opened) show(opened);
    else if (palette) await showPalette(palette);
    else if (state.current && !state.current.file) leave(state.pictures.at(-1) || null);
  } catch (error) {
    if (!(error instanceof address.Damaged)) throw error;
    refuseAddress(error);
  }
}

/**
 * Say why the address gives no palette; it is again that of the one that is shown.
 * @param {Error} error
 */
function refuseAddress({ message }) {
  notices.showProblem(message);
  if (state.current?.view) writeAddress(state.current);
}

/** Show a palette without a picture. @param {PaletteDocument} palette */
export function showPalette(palette) {
  const entry = newEntry(null, palette.name);
  return guarded(async () => {
    try {
      entry.view = await server.view(palette);
    } catch (error) {
      if (!(error instanceof server.Refusal)) throw error;
      refuseAddress(error);
      return;
    }
    if (!address.isCurrent()) return;
    state.current = entry;
    state.wrong = null;
    tell(entry);
  });
}
