// What the page knows: which pictures are open, which is shown, and what is chosen for all of them.
// See docs/decisions.md#scripts-without-a-build-step.

/** @typedef {import('./server.js').Refusal} Refusal */
/** @typedef {import('./server.js').View} View */

/**
 * What has a palette: a picture, or an address, which has no file.
 * @typedef {object} Entry
 * @property {File | null} file
 * @property {string} name how it is called
 * @property {string | null} id what the server knows it by, or null while it does not
 * @property {number} width in pixels, as it is shown, once it is known
 * @property {number} height
 * @property {import('./rectangle.js').Rectangle | null} region the part of it that the palette is of
 * @property {string} url what the browser shows of it
 * @property {ImageBitmap | null} thumbnail
 * @property {View | null} view what the server says about its palette
 * @property {string | null} query the options that gave this palette
 * @property {string | null} title what the user calls its palette, if not as the server does
 * @property {Set<string>} locked
 * @property {boolean} busy
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
};

let render = () => {};

/** Say who shows what the page knows. @param {() => void} shows */
export function showBy(shows) {
  render = shows;
}

/** Have everything be shown as it is now. */
export function changed() {
  render();
}

/** Tell whether somebody may still look at something. @param {Entry} entry */
export function isOpen(entry) {
  return !entry.file || state.pictures.includes(entry);
}

/** Return how many colors there are, in words. @param {View} view */
export function counted({ swatches: { length } }) {
  return `${length} ${length === 1 ? 'color' : 'colors'}`;
}
