// The page: shows what it knows, and hands on what the user does.

import * as comparison from './comparison.js';
import * as contrast from './contrast.js';
import * as dropper from './dropper.js';
import { edit } from './editing.js';
import { element, isInSight } from './elements.js';
import * as files from './files.js';
import * as help from './help.js';
import * as history from './history.js';
import * as inspector from './inspector.js';
import { isApples } from './keyboard.js';
import * as locks from './locks.js';
import * as matches from './matches.js';
import * as notices from './notices.js';
import * as options from './options.js';
import * as panel from './panel.js';
import * as pictures from './pictures.js';
import * as place from './place.js';
import * as region from './region.js';
import * as room from './room.js';
import * as samples from './samples.js';
import { FOREIGN, spot } from './server.js';
import { afterFrame, changed, counted, hasOptions, showBy, state } from './state.js';
import * as strip from './strip.js';
import * as swatches from './swatches.js';
import * as tabs from './tabs.js';
import * as taking from './taking.js';
import { settled } from './turns.js';

/** @typedef {import('./state.js').Entry} Entry */

/** @param {string} id */
const byId = (id) => element(id, HTMLElement);

function render() {
  const { current } = state;
  const title = current?.palette.view?.document.name;
  document.body.dataset.mode = !current ? 'empty' : current.file ? 'pictures' : 'palette';
  document.title = title ? `${title} – Palette Engine` : 'Palette Engine';
  notices.showSentence(byId('stopped'), state.stopped);
  notices.place(!current);
  byId('retry').textContent = state.stopped === FOREIGN ? 'Load again' : 'Try again';
  strip.show(state.pictures, current);
  const isOne = state.pictures.filter(({ id }) => id).length < 2;
  byId('join').hidden = isOne || Boolean(current?.isJoined);
  tabs.restrict(!hasOptions(current));
  showPicture(current?.file ? current : null);
  showPalette(current);
  showOptions(current);
  taking.show(current);
  dropper.show();
  place.show();
  contrast.show();
  matches.show();
  afterFrame(keepFocus);
  if (isSettled(current)) history.note(stepOf(current));
}

/** Tell whether nothing is on its way. @param {Entry | null} entry */
function isSettled(entry) {
  if (state.stopped || state.wrong || state.garbled !== null || !options.areComplete())
    return false;
  if (!entry || !hasOptions(entry)) return true;
  return !entry.busy && entry.palette.query === locks.queryOf(entry);
}

/** Return all that can be undone, as it is now. @param {Entry | null} current @returns {history.Step} */
function stepOf(current) {
  return {
    current,
    pictures: [...state.pictures],
    palette: current?.palette || null,
    options: options.values(),
    kept: state.kept,
    edits: state.edits,
    renames: state.renames,
  };
}

/** @param {Entry | null} entry */
function showPicture(entry) {
  byId('picture-part').hidden = !entry;
  byId('picture-name').textContent = entry?.name || '';
  byId('picture-size').textContent = entry?.width ? sizeOf(entry) : '';
  byId('picture-note').textContent = entry
    ? [entry.note, entry.hitch].filter(Boolean).join(' ')
    : '';
  byId('remove').setAttribute('aria-label', entry ? `Remove ${entry.name}` : 'Remove');
  comparison.show(entry);
  region.show(entry);
}

/** Return how large a picture is, in words. @param {Entry} entry */
function sizeOf({ width, height }) {
  return `${width.toLocaleString('en')} × ${height.toLocaleString('en')}`;
}

/** @param {Entry | null} entry */
function showPalette(entry) {
  const part = byId('palette');
  const view = entry?.palette.view;
  const isAwaited = Boolean(entry?.busy) && !view && !entry?.trouble;
  part.hidden = !view && !isAwaited && !entry?.trouble;
  part.setAttribute('aria-busy', String(Boolean(entry?.busy)));
  byId('palette-title').textContent =
    entry && view ? matched(entry, view) : isAwaited ? waiting(entry) : 'Palette';
  byId('match-help').hidden = !view?.fit;
  notices.showSentence(byId('palette-trouble'), entry?.trouble?.message || '');
  byId('palette-note').textContent = view?.note || '';
  byId('palette-fit').textContent = view?.fit || '';
  swatches.show(view?.swatches || [], locks.isLocked);
  inspect();
  if (isAwaited) swatches.showGhosts(options.expected());
}

/**
 * Return how many colors there are, and how well they match, or that they are those of before.
 * @param {Entry} entry
 * @param {import('./server.js').View} view
 */
function matched(entry, view) {
  const isBehind =
    state.stopped && hasOptions(entry) && entry.palette.query !== locks.queryOf(entry);
  if (isBehind) return `${counted(view)}, as before: the server has stopped`;
  return [counted(view), view.match].filter(Boolean).join(': ');
}

/** Return what is said while there is no palette yet. @param {Entry | null} entry */
function waiting(entry) {
  const percent = Math.round(100 * (entry?.sent || 0));
  return percent > 0 && percent < 100 ? `Sending… ${percent}%` : 'Looking…';
}

/** Show the swatch that is chosen by itself, too. */
function inspect() {
  const { swatch, index } = swatches.chosen();
  const isOnly = state.current?.palette.view?.swatches.length === 1;
  inspector.show(swatch, index, Boolean(swatch && locks.isLocked(swatch.hex)), isOnly);
}

/** @param {Entry | null} entry */
function showOptions(entry) {
  options.showKept(locks.keptText(entry));
  options.showError(state.wrong, entry?.trouble || null);
  if (entry?.palette.view && hasOptions(entry))
    options.showCount(entry.palette.view.swatches.length);
}

/** What has the focus, or had it until it was gone. @type {Element | null} */
let focused = null;

/** Have the focus be near, if what had it is gone. */
function keepFocus() {
  const { activeElement, body } = document;
  const last = activeElement === body ? focused : activeElement;
  if (!last || isInSight(last)) return;
  const { current } = state;
  byId(current?.file ? 'picture-part-title' : current ? 'add' : 'choose').focus();
}

function listen() {
  document.documentElement.classList.add('js');
  if (isApples) byId('paste-key').textContent = '⌘';
  document.addEventListener('focusin', ({ target }) => {
    focused = target instanceof Element ? target : null;
  });
  document.addEventListener('focusout', ({ target }) => {
    // What is still in sight was left on purpose.
    if (target instanceof Element && isInSight(target)) focused = null;
  });
  showBy(render);
  files.start({ open: pictures.open, read: pictures.openPalette });
  options.start({
    changed: settled(pictures.update),
    kept: locks.keep,
    reset: resetOptions,
  });
  swatches.start({
    lock: toggleLock,
    point: inspect,
    light: place.light,
    remove: removeSwatch,
    move: moveSwatch,
    merge: (index, other) => edit({ do: 'merge', index, other }, 'Merged'),
    edit: inspector.enter,
  });
  inspector.start({
    lock: toggleLock,
    edit,
    remove: removeSwatch,
    move: (index, step) => moveSwatch(index, index + step),
  });
  history.start({ restore: pictures.restore });
  dropper.start({ take: takeSpot });
  listenForPlaces();
  help.start();
  panel.start();
  room.start();
  tabs.start({ opened: changed });
  matches.start();
  samples.start({ open: pictures.open });
  strip.start({ choose: pictures.show });
  comparison.start({ undecodable: pictures.showServersReading });
  region.start();
  taking.start();
  byId('remove').addEventListener('click', pictures.close);
  byId('remove-all').addEventListener('click', pictures.closeAll);
  byId('join').addEventListener('click', pictures.join);
  byId('retry').addEventListener('click', () => {
    if (state.stopped === FOREIGN) location.reload();
    else pictures.retry();
  });
  window.addEventListener('hashchange', pictures.readAddress);
  window.addEventListener('beforeunload', (event) => {
    if (isUnsaved()) event.preventDefault();
  });
  window.addEventListener('pagehide', (event) => {
    // Files are gone when the page is; a page that is only put aside may come back.
    if (!event.persisted) pictures.forgetAll();
  });
}

/** @param {string} hex */
function toggleLock(hex) {
  locks.toggle(hex);
  pictures.update();
}

/** Tell whether leaving would lose what somebody did: several pictures, or changes by hand. */
function isUnsaved() {
  const isByHand = state.pictures.some(({ file, palette }) => file && palette.isByHand);
  return isByHand || state.pictures.filter(({ file }) => file).length > 1;
}

/** @param {number} index */
function removeSwatch(index) {
  const { swatches: all = [] } = state.current?.palette.view || {};
  const hex = all[index]?.hex;
  if (all.length > 1) edit({ do: 'remove', index }, `Deleted ${hex}`);
  else notices.say('The last color cannot be deleted; replace it instead');
}

/** @param {number} index @param {number} to */
function moveSwatch(index, to) {
  const count = state.current?.palette.view?.swatches.length || 0;
  if (to === index || to < 0 || to >= count) return;
  edit({ do: 'move', index, to }, `Moved to ${to + 1} of ${count}`);
}

/** Lock the color of a spot of the picture. @param {number} x from 0 to 1 @param {number} y */
function takeSpot(x, y) {
  const { current } = state;
  if (!current?.id) return;
  pictures.guarded(
    async () => {
      const hex = await pictures.remembering(current, () => spot(current.id || '', x, y));
      if (current !== state.current) return;
      if (locks.isLocked(hex)) notices.say(`${hex} is locked already`);
      else toggleLock(hex);
    },
    () => {},
  );
}

/** Have the swatch stand out that the pointer is over in the picture. */
function listenForPlaces() {
  const frame = byId('frame');
  frame.addEventListener('pointermove', ({ clientX, clientY, pointerType }) => {
    if (pointerType !== 'mouse') return;
    const { left, top, width, height } = frame.getBoundingClientRect();
    swatches.lift(place.at((clientX - left) / width, (clientY - top) / height));
  });
  frame.addEventListener('pointerleave', () => swatches.lift(null));
}

function resetOptions() {
  locks.clear();
  notices.say('Options are back to their defaults');
  pictures.update();
}

/** Show the palette that came with the page, after a form without JavaScript, or the address's. */
function begin() {
  const given = document.querySelector('#static-palette input[name="document"]');
  if (given instanceof HTMLInputElement) pictures.showPalette(JSON.parse(given.value));
  else pictures.readAddress();
}

listen();
render();
begin();
