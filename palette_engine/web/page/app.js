// The page: shows what it knows, and hands on what the user does.

import * as comparison from './comparison.js';
import { element, isInSight } from './elements.js';
import * as files from './files.js';
import * as help from './help.js';
import * as inspector from './inspector.js';
import { isApples } from './keyboard.js';
import * as locks from './locks.js';
import * as notices from './notices.js';
import * as options from './options.js';
import * as panel from './panel.js';
import * as pictures from './pictures.js';
import * as region from './region.js';
import * as room from './room.js';
import { FOREIGN } from './server.js';
import { counted, showBy, state } from './state.js';
import * as strip from './strip.js';
import * as swatches from './swatches.js';
import * as taking from './taking.js';
import { settled } from './turns.js';

/** @typedef {import('./state.js').Entry} Entry */

/** @param {string} id */
const byId = (id) => element(id, HTMLElement);

function render() {
  const { current } = state;
  const title = current?.view?.document.name;
  document.body.dataset.mode = !current ? 'empty' : current.file ? 'pictures' : 'palette';
  document.title = title ? `${title} – Palette Engine` : 'Palette Engine';
  notices.showSentence(byId('stopped'), state.stopped);
  byId('retry').textContent = state.stopped === FOREIGN ? 'Load again' : 'Try again';
  strip.show(state.pictures, current);
  showPicture(current?.file ? current : null);
  showPalette(current);
  showOptions(current);
  taking.show(current);
  keepFocus();
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
  const view = entry?.view;
  const isAwaited = Boolean(entry?.busy) && !view && !entry?.trouble;
  part.hidden = !view && !isAwaited && !entry?.trouble;
  part.setAttribute('aria-busy', String(Boolean(entry?.busy)));
  byId('palette-title').textContent = view ? matched(view) : isAwaited ? 'Looking…' : 'Palette';
  byId('match-help').hidden = !view?.fit;
  notices.showSentence(byId('palette-trouble'), entry?.trouble?.message || '');
  byId('palette-note').textContent = view?.note || '';
  byId('palette-fit').textContent = view?.fit || '';
  swatches.show(view?.swatches || [], locks.isLocked);
  inspect();
  if (isAwaited) swatches.showGhosts(options.expected());
}

/** Return how many colors there are, and how well they match. @param {import('./server.js').View} view */
function matched(view) {
  return [counted(view), view.match].filter(Boolean).join(': ');
}

/** Show the swatch that is chosen by itself, too. */
function inspect() {
  const { swatch } = swatches.chosen();
  inspector.show(swatch, Boolean(swatch && locks.isLocked(swatch.hex)));
}

/** @param {Entry | null} entry */
function showOptions(entry) {
  options.showKept(locks.keptText(entry));
  options.showError(state.wrong, entry?.trouble || null);
  if (entry?.file && entry.view) options.showCount(entry.view.swatches.length);
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
  files.start({ open: pictures.open });
  options.start({
    changed: settled(pictures.update),
    kept: locks.keep,
    reset: resetOptions,
  });
  swatches.start({ lock: toggleLock, point: inspect });
  inspector.start({ lock: toggleLock });
  help.start();
  panel.start();
  room.start();
  strip.start({ choose: pictures.show });
  comparison.start({ undecodable: pictures.showServersReading });
  region.start();
  taking.start();
  byId('remove').addEventListener('click', pictures.close);
  byId('retry').addEventListener('click', () => {
    if (state.stopped === FOREIGN) location.reload();
    else pictures.retry();
  });
  window.addEventListener('hashchange', pictures.readAddress);
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
