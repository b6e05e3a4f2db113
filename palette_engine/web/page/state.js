// What the page knows: which pictures are open, which is shown, and what is chosen for all of them.
// See docs/decisions.md#scripts-without-a-build-step.

/** @typedef {import('./server.js').Refusal} Refusal */
/** @typedef {import('./server.js').View} View */

/**
 * What is seen of a palette. It is never changed, but replaced, so that each step can be undone.
 * @typedef {object} Palette
 * @property {View | null} view what the server says about it
 * @property {string | null} query the options that it is for
 * @property {string | null} title what the user calls it, if not as the server does
 * @property {ReadonlySet<string>} locked
 * @property {boolean} isByHand whether a search would not give the same colors
 */

/**
 * What has a palette: a picture, all of them, or an address or a palette file, which has no picture.
 * @typedef {object} Entry
 * @property {File | null} file
 * @property {boolean} isJoined whether its palette is of all pictures that are open
 * @property {string} name how it is called
 * @property {string | null} id what the server knows it by, or null while it does not
 * @property {number} width in pixels, as it is shown, once it is known
 * @property {number} height
 * @property {import('./rectangle.js').Rectangle | null} region the part of it that the palette is of
 * @property {Blob | null} blob what the browser shows of it
 * @property {string} url the address of that
 * @property {ImageBitmap | null} thumbnail
 * @property {Palette} palette
 * @property {import('./place.js').Known | null} map where the swatches of its palette are, if that was asked for
 * @property {boolean} busy
 * @property {AbortController} sending ends what is being sent
 * @property {number} sent how much of it is sent, from 0 to 1
 * @property {Refusal | null} trouble why there is no palette of it
 * @property {string} note
 * @property {string} hitch why it is not recolored, or not shown
 * @property {string} untaken why its palette could not be taken or named
 * @property {boolean} isPreparing whether its recolored version is made in its full size
 * @property {boolean} isForeign whether the browser cannot show it, or shows more of it than the palette is of
 * @property {boolean} isTransparent whether some of it is not opaque
 * @property {boolean} isOriginal whether it is shown as the server reads it
 * @property {boolean} isResent whether it was sent again, and nothing was asked of it since
 * @property {string} recoloredUrl
 * @property {string} recoloredFor the palette and the dithering that it is in
 * @property {() => Promise<void>} refresh
 * @property {() => Promise<void>} recolor
 * @property {(milliseconds: number) => void} rename
 */

export const state = {
  /** @type {Entry[]} */ pictures: [],
  /** @type {Entry | null} */ current: null,
  /** Colors to keep in every picture. @type {string[]} */ kept: [],
  /** What is typed there, if it is not colors. @type {string | null} */ garbled: null,
  /** Why the options give no other palette. @type {Refusal | null} */
  wrong: null,
  /** Why the server does nothing, if so. */ stopped: '',
  /** How many changes were made by hand. */ edits: 0,
  /** How often the name of a palette was changed. */ renames: 0,
};

let render = () => {};
let isAwaited = false;

/** Say who shows what the page knows. @param {() => void} shows */
export function showBy(shows) {
  render = shows;
}

/** Have everything be shown as it is, once before the browser paints the next time. */
export function changed() {
  if (isAwaited) return;
  isAwaited = true;
  // A page that is not seen paints nothing, and is to be right when it is seen again.
  if (document.hidden) queueMicrotask(showAll);
  else requestAnimationFrame(showAll);
}

function showAll() {
  isAwaited = false;
  render();
}

/**
 * Do what has to know where things are after the next frame, for which they are laid out once.
 * @param {() => void} work
 */
export function afterFrame(work) {
  setTimeout(work);
}

/** Replace some of what is seen of an entry's palette. @param {Entry} entry @param {Partial<Palette>} values */
export function see(entry, values) {
  entry.palette = { ...entry.palette, ...values };
}

/** Tell whether somebody may still look at something. @param {Entry} entry */
export function isOpen(entry) {
  return !entry.file || state.pictures.includes(entry);
}

/** Tell whether the options say which palette something has. @param {Entry | null} entry */
export function hasOptions(entry) {
  if (!entry?.isJoined) return Boolean(entry?.file);
  return state.pictures.some(({ id }) => id);
}

/** Return how many colors there are, in words. @param {View} view */
export function counted({ swatches: { length } }) {
  return `${length} ${length === 1 ? 'color' : 'colors'}`;
}
