// Pictures: opened, sent to the server, and asked for palettes of.

import * as address from './address.js';
import { element, inside } from './elements.js';
import * as locks from './locks.js';
import * as notices from './notices.js';
import * as options from './options.js';
import { planOf } from './plan.js';
import * as server from './server.js';
import { changed, counted, hasOptions, isOpen, see, state } from './state.js';
import { moves, thumbnailOf } from './thumbnails.js';
import { latest, queue, settled } from './turns.js';

/** @typedef {import('./state.js').Entry} Entry */
/** @typedef {server.PaletteDocument} PaletteDocument */
/** @typedef {server.View} View */

const limits = inside(document, 'meta[name="palette-limits"]', HTMLMetaElement).dataset;
const mostBytes = Number(limits.bytes);
/** How the names of palette files end. */
const palettes = (limits.palettes || '').split(' ');
const MOST_OF_PALETTE = 4_000_000; // bytes
const DRAWING = /\.svg$/i;
const uploads = queue(2);
const thumbnails = queue(1);

/** The statuses of a file that is of no use, whatever the options. */
const UNUSABLE = [server.UNREADABLE, 413, 415, 422];

/** @param {File | null} file @param {string} name @param {boolean} [isJoined] @returns {Entry} */
function newEntry(file, name, isJoined = false) {
  const rename = latest(async () => void (await guarded(() => giveTitle(entry), rename)));
  /** @type {Entry} */
  const entry = {
    file,
    isJoined,
    name,
    id: null,
    width: 0,
    height: 0,
    region: null,
    palette: { view: null, query: null, title: null, locked: new Set(), isByHand: false },
    blob: null,
    url: '',
    thumbnail: null,
    busy: false,
    sending: new AbortController(),
    sent: 0,
    map: null,
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
    refresh: latest(async () => void (await guarded(() => refresh(entry), entry.refresh))),
    recolor: latest(async () => void (await guarded(() => recolor(entry), entry.recolor))),
    rename: settled(rename),
  };
  showBlob(entry, file);
  return entry;
}

/** Open files, and show the first of them. @param {File[]} files */
export function open(files) {
  const [palettes, others] = [files.filter(isPalette), files.filter((file) => !isPalette(file))];
  for (const file of palettes) openPalette(file, file.name);
  const known = others.map(openAlready).find((entry) => entry !== null);
  const opened = others
    .filter((file) => !openAlready(file) && isUsable(file))
    .map((file) => newEntry(file, file.name || 'Picture'));
  const first = opened[0] || known;
  if (!first) return;
  state.pictures.push(...opened);
  show(first);
  if (first === known) notices.say(`${first.name} is open already`);
  for (const entry of opened) entry.refresh();
}

/** Tell whether a file is to be opened as a palette, by its name. @param {File} file */
function isPalette({ name, size }) {
  return (
    size > 0 && size <= MOST_OF_PALETTE && palettes.some((end) => name.toLowerCase().endsWith(end))
  );
}

/** Return the entry of a file that is open, or null. @param {File} file */
function openAlready({ name, size, lastModified }) {
  const isSame = (/** @type {File | null} */ other) =>
    other?.name === name && other.size === size && other.lastModified === lastModified;
  return state.pictures.find(({ file }) => isSame(file)) || null;
}

/**
 * Open the palette in a file or a text, and show it.
 * @param {File | string} content
 * @param {string} name
 */
export function openPalette(content, name) {
  return guarded(async () => {
    try {
      const entry = newEntry(null, name);
      see(entry, { view: await server.opened(content, name) });
      state.pictures.push(entry);
      show(entry);
      tell(entry);
    } catch (error) {
      if (!(error instanceof server.Refusal)) throw error;
      // A drawing may have no palette in it; then it is said what can be done with a drawing.
      if (content instanceof File && DRAWING.test(name)) openPicture(content);
      else notices.showProblem(error.message, name, error.reason);
    }
  });
}

/** Show one palette of all pictures that are open, which follows the options, too. */
export function join() {
  const open = state.pictures.find(({ isJoined }) => isJoined);
  const entry = open || newEntry(null, 'All pictures', true);
  if (!open) state.pictures.push(entry);
  show(entry);
}

/** @param {File} file */
function openPicture(file) {
  const entry = newEntry(file, file.name);
  state.pictures.push(entry);
  show(entry);
}

/** Tell whether a file can be sent, and say why if it cannot. @param {File} file */
function isUsable(file) {
  const name = file.name || 'The picture';
  if (!file.size) {
    notices.showProblem(`${name} is empty: it has no bytes.`, name, 'empty');
  } else if (file.size > mostBytes) {
    const most = megabytes(mostBytes);
    const sentence = `${name} has ${megabytes(file.size)}; this page takes up to ${most}.`;
    notices.showProblem(sentence, name, 'too-large');
  } else {
    return true;
  }
  return false;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}

/** Have the browser show something of a picture, or nothing any more. @param {Entry} entry @param {Blob | null} blob */
function showBlob(entry, blob) {
  if (entry.url) URL.revokeObjectURL(entry.url);
  entry.blob = blob;
  entry.url = blob ? URL.createObjectURL(blob) : '';
  if (blob) thumbnails(() => drawThumbnail(entry, blob));
  else showThumbnail(entry, null);
}

/** @param {Entry} entry @param {Blob} blob */
async function drawThumbnail(entry, blob) {
  if (blob !== entry.blob) return;
  const thumbnail = await thumbnailOf(blob);
  // It may have been closed meanwhile, or be shown as the server reads it.
  if (blob !== entry.blob) {
    thumbnail?.close();
    return;
  }
  showThumbnail(entry, thumbnail);
  if (blob === entry.file && !thumbnail) showServersReading(entry);
}

/** @param {Entry} entry @param {ImageBitmap | null} thumbnail */
function showThumbnail(entry, thumbnail) {
  entry.thumbnail?.close();
  entry.thumbnail = thumbnail;
  changed();
}

/** Show a picture. @param {Entry} entry */
export function show(entry) {
  state.current = entry;
  state.wrong = null;
  changed();
  if (!entry.palette.view) notices.say(entry.trouble?.message || `Looking at ${entry.name}`);
  address.write(entry.palette.view?.document || null);
  update();
}

/** Have the picture that is shown be as the options say. */
export function update() {
  if (hasOptions(state.current) && options.areComplete()) state.current?.refresh();
}

/** Have what was changed by hand be all that its options ask for. @param {Entry} entry */
export function showChanged(entry) {
  see(entry, { query: locks.queryOf(entry) });
  changed();
  writeAddress(entry);
  entry.recolor();
}

/** Close the picture that is shown, and show its neighbor. */
export function close() {
  const entry = state.current;
  if (!entry) return;
  remove(entry);
  notices.say(`Removed ${entry.name}`);
}

/** Close all pictures. */
export function closeAll() {
  const { length } = state.pictures;
  discard(...state.pictures.splice(0));
  leave(null);
  notices.say(`Removed ${length} pictures`);
}

/**
 * Have everything be as it was at a step.
 * @param {import('./history.js').Step} step
 * @param {Entry[]} gone pictures that are closed again
 */
export function restore(step, gone) {
  discard(...gone);
  const reopened = step.pictures.filter((entry) => !state.pictures.includes(entry));
  const stay = state.pictures.filter(
    (entry) => !gone.includes(entry) && !step.pictures.includes(entry),
  );
  state.pictures = [...step.pictures, ...stay];
  for (const entry of reopened) reopen(entry);
  state.current = step.current;
  state.kept = step.kept;
  state.garbled = null;
  state.wrong = null;
  state.edits = step.edits;
  state.renames = step.renames;
  options.restore(step.options);
  if (step.current && step.palette) step.current.palette = step.palette;
  changed();
  address.write(step.palette?.view?.document || null);
  update();
}

/** Open a picture that was closed. @param {Entry} entry */
function reopen(entry) {
  if (!entry.file) return;
  entry.id = null;
  entry.sending = new AbortController();
  entry.recoloredFor = '';
  entry.isOriginal = false;
  showBlob(entry, entry.file);
}

/** @param {Entry} entry */
function remove(entry) {
  const index = state.pictures.indexOf(entry);
  if (index >= 0) state.pictures.splice(index, 1);
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

/** Let go of what is held for pictures, except what brings them back. @param {Entry[]} entries */
function discard(...entries) {
  server.forget(entries.flatMap(({ id }) => id || []));
  for (const entry of entries) {
    entry.sending.abort();
    showBlob(entry, null);
    if (entry.recoloredUrl) URL.revokeObjectURL(entry.recoloredUrl);
    entry.recoloredUrl = '';
    entry.map = null;
  }
}

/** Tell the server that none of the pictures is needed any more. */
export function forgetAll() {
  server.forget(state.pictures.flatMap(({ id }) => id || []));
}

// What is asked of the server

/** What the server could not do because it had stopped. @type {Set<() => void | Promise<void>>} */
const undone = new Set();

const LOOK_AGAIN = 2000; // milliseconds after which a server that is gone is looked for
let looking = 0;

/** Do what the server could not do when it had stopped, if it is there again. */
export async function retry() {
  clearTimeout(looking);
  if (!(await server.isThere())) {
    lookAgain();
    return;
  }
  const works = [...undone];
  undone.clear();
  state.stopped = '';
  if (state.current) state.current.untaken = '';
  notices.say('The server is back');
  changed();
  await Promise.all(works.map((work) => work()));
  update();
}

function lookAgain() {
  clearTimeout(looking);
  if (state.stopped !== server.FOREIGN) looking = setTimeout(retry, LOOK_AGAIN);
}

/**
 * Do something, and tell it if the server has stopped; then it is done again when it is back.
 * @param {() => Promise<void>} work
 * @param {() => void | Promise<void>} again
 * @returns {Promise<boolean>} whether the server was there
 */
export async function guarded(work, again = async () => void (await guarded(work))) {
  try {
    await work();
  } catch (error) {
    if (error instanceof server.Ended) return true;
    if (!(error instanceof server.Stopped)) throw error;
    state.stopped = error.message;
    undone.add(again);
    notices.say(error.message);
    lookAgain();
    changed();
    return false;
  }
  changed();
  return true;
}

/** Get the palette that the options give, if it is not there yet. @param {Entry} entry */
async function refresh(entry) {
  if (!isOpen(entry) || !hasOptions(entry)) return;
  if (!isDone(entry)) await renew(entry);
  // A picture more, or one that was sent again, changes the palette of all.
  if (entry.file && state.current?.isJoined) update();
  // What is not shown, or was asked for anew meanwhile, has its turn later.
  if (entry !== state.current || !isDone(entry)) return;
  state.wrong = null;
  entry.recolor();
}

/** Tell whether the palette of a picture is that of its options. @param {Entry} entry */
function isDone(entry) {
  return (Boolean(entry.id) || entry.isJoined) && entry.palette.query === locks.queryOf(entry);
}

/** Get another palette, and send the picture before if need be. @param {Entry} entry */
async function renew(entry) {
  entry.busy = true;
  changed();
  try {
    if (entry.id || entry.isJoined) await ask(entry, entry.id);
    else await uploads(() => send(entry));
  } catch (error) {
    if (!(error instanceof server.Refusal)) throw error;
    refuse(entry, error);
  } finally {
    entry.busy = false;
  }
  if (entry !== state.current) return;
  if (entry.trouble) notices.say(entry.trouble.message);
  else if (entry.palette.view && isDone(entry)) tell(entry);
}

/** @param {Entry} entry */
async function send(entry) {
  const { file } = entry;
  if (!file || !isOpen(entry)) return;
  const query = locks.queryOf(entry);
  // What was changed by hand is sent again with its palette, which the picture alone does not give.
  const isSeen = planOf(entry.palette, query) !== 'search';
  const { signal } = entry.sending;
  const answer = await server.sendPicture(file, query, {
    signal,
    progress(part) {
      entry.sent = part;
      changed();
    },
  });
  if (!isOpen(entry)) {
    server.forget([answer.picture]);
    return;
  }
  entry.id = answer.picture;
  entry.width = answer.width;
  entry.height = answer.height;
  entry.isTransparent = answer.transparent;
  entry.trouble = answer.error ? new server.Refusal(answer.error, 422, answer.option) : null;
  if (isSeen) await ask(entry, answer.picture);
  else await accept(entry, answer.palette, query, false);
  if (answer.foreign || entry.isForeign || (await moves(file))) showServersReading(entry);
}

/** @param {Entry} entry @param {string | null} id */
async function ask(entry, id) {
  const query = locks.queryOf(entry);
  const { palette } = entry;
  const { edits } = state;
  const plan = planOf(palette, query);
  const seen = palette.view?.document || null;
  if (plan === 'stay') {
    see(entry, { query });
  } else {
    const start = plan === 'start' ? seen?.swatches.map(({ hex }) => hex) || [] : [];
    const isEdited = seen?.swatches.some(({ edited }) => edited);
    const view = await server.palette(id, query, start, (isEdited && seen) || null);
    // What was changed by hand meanwhile is newer.
    if (state.edits !== edits && entry.palette.view !== palette.view) return;
    await accept(entry, view, query, plan === 'start');
    entry.isResent = false;
    entry.note = '';
  }
  entry.trouble = null;
}

/**
 * Take over a palette.
 * @param {Entry} entry
 * @param {View | null} view
 * @param {string} query
 * @param {boolean} isByHand
 */
async function accept(entry, view, query, isByHand) {
  const { title } = entry.palette;
  const named = view && title !== null ? await titled(view, title) : view;
  see(entry, named ? { view: named, query, isByHand } : { query });
  if (!named) return;
  if (entry.isJoined && title === null) entry.name = named.name;
  // While another part is asked for, that one is shown.
  if (query === locks.queryOf(entry)) entry.region = named.region ?? null;
  changed();
  writeAddress(entry);
}

/** Deal with an answer that is no palette. @param {Entry} entry @param {server.Refusal} refusal */
function refuse(entry, refusal) {
  if (entry.isJoined && refusal.status === 410 && !entry.isResent) {
    resendAll(entry);
  } else if (isForgotten(entry, refusal)) {
    resend(entry);
  } else if (entry.file && !entry.id && UNUSABLE.includes(refusal.status)) {
    reject(entry, refusal);
  } else if (!entry.palette.view) {
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
  entry.note = 'The server had forgotten this picture, so it was sent again.';
  notices.say(entry.note);
  return entry.refresh();
}

/** Send all pictures again, some of which the server has forgotten. @param {Entry} joined */
function resendAll(joined) {
  joined.isResent = true;
  for (const entry of state.pictures.filter(({ id }) => id)) {
    entry.id = null;
    entry.refresh();
  }
}

/**
 * Do something with a picture, and once more if the server has forgotten it, which then has it again.
 * @template Done
 * @param {Entry} entry
 * @param {() => Promise<Done>} work
 */
export async function remembering(entry, work) {
  try {
    return await work();
  } catch (error) {
    const isLost = error instanceof server.Refusal && isForgotten(entry, error);
    if (!isLost) throw error;
    await resend(entry);
    if (!entry.id) throw error;
    return work();
  }
}

/** Give up a file, and say why. @param {Entry} entry @param {server.Refusal} refusal */
function reject(entry, { message: sentence, reason }) {
  if (!isOpen(entry)) return;
  remove(entry);
  const { name } = entry;
  notices.showProblem(sentence.includes(name) ? sentence : `${name}: ${sentence}`, name, reason);
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
  showBlob(entry, blob);
}

/** Get the picture in the colors of its palette. @param {Entry} entry */
async function recolor(entry) {
  if (!entry.id || !entry.palette.view || entry !== state.current) return;
  const palette = entry.palette.view.document;
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
    return server.recolored(entry.id, entry.palette.view?.document || palette, how);
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
  const { view, title } = entry.palette;
  if (!view || title === null) return;
  try {
    const named = await titled(view, title);
    entry.untaken = '';
    if (entry.palette.view === view) see(entry, { view: named });
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
  const { file, name } = entry;
  const { view } = entry.palette;
  const whose = file || entry.isJoined ? `from ${name}` : view?.name;
  if (view) notices.sayToo(`Palette of ${counted(view)} ${whose}`);
}

// Palettes without pictures

/** @param {Entry} entry */
function writeAddress(entry) {
  if (entry === state.current && entry.palette.view) address.write(entry.palette.view.document);
}

/** Show the palette that is in the address, if the page has not put it there itself. */
export async function readAddress() {
  if (!address.isNew()) return;
  try {
    const palette = address.documentOf(location.hash);
    const opened = state.pictures.find(isInAddress);
    if (opened) show(opened);
    else if (palette) await showPalette(palette);
    else if (state.current && !state.current.file) leave(state.pictures.at(-1) || null);
  } catch (error) {
    if (!(error instanceof address.Damaged)) throw error;
    refuseAddress(error);
  }
}

/** @param {Entry} entry */
function isInAddress({ palette: { view } }) {
  return Boolean(view && address.isOf(view.document));
}

/**
 * Say why the address gives no palette; it is again that of the one that is shown.
 * @param {Error} error
 */
function refuseAddress({ message }) {
  notices.showProblem(message);
  if (state.current?.palette.view) writeAddress(state.current);
}

/** Show a palette without a picture. @param {PaletteDocument} palette */
export function showPalette(palette) {
  const entry = newEntry(null, palette.name);
  return guarded(async () => {
    try {
      see(entry, { view: await server.view(palette) });
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
