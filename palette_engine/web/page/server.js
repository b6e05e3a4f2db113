// What the page asks of its server, and how it waits when the server is busy.

import { inside } from './elements.js';

/**
 * A palette as it is kept and handed on. The server may write more in it than is named here.
 * @typedef {object} PaletteDocument
 * @property {1} schema
 * @property {string} name
 * @property {{hex: string, share: number, name: string, edited?: boolean}[]} swatches
 */

/**
 * What the page shows of a swatch.
 * @typedef {object} Swatch
 * @property {string} hex
 * @property {string} name
 * @property {number} share from 0 to 1
 * @property {string} percent the share in words
 * @property {string} ink a color that can be read on it
 */

/**
 * What the page shows of a palette.
 * @typedef {object} View
 * @property {PaletteDocument} document
 * @property {string} name
 * @property {Swatch[]} swatches
 * @property {string} match how well it represents its picture, in a few words
 * @property {string} fit the same in numbers
 * @property {string} note
 * @property {import('./rectangle.js').Rectangle | null | undefined} [region] what it is of, if not all
 * @property {Record<string, string>} texts all colors, by notation
 */

/**
 * A picture that the server has taken.
 * @typedef {object} Taken
 * @property {string} picture what the server knows it by
 * @property {number} width
 * @property {number} height
 * @property {boolean} transparent whether some of it is not opaque
 * @property {boolean} foreign whether browsers may show it in other colors than the palette is of
 * @property {View | null} palette
 * @property {string} error why there is no palette, if so
 * @property {string} option the option that is to blame, if one is
 */

/** @typedef {{size: 'small' | 'full', dither: string}} Recoloring */

/**
 * A change by hand, as `palette_engine.palette.edit` has it.
 * @typedef {object} Edit
 * @property {'remove' | 'replace' | 'merge' | 'move' | 'rename' | 'nudge'} do
 * @property {number} index
 * @property {number} [other]
 * @property {number} [to]
 * @property {string} [color]
 * @property {string} [name]
 * @property {number} [lightness]
 * @property {number} [chroma]
 * @property {number} [hue]
 */

/**
 * The contrast of two swatches, and what WCAG allows it for, if anything.
 * @typedef {object} Pair
 * @property {[number, number]} swatches
 * @property {number} ratio
 * @property {'AA' | 'AAA' | null} text
 * @property {'AA' | 'AAA' | null} large_text
 */

/**
 * What `palette-engine check` says of a palette.
 * @typedef {object} Check
 * @property {Pair[]} contrast from high to low
 * @property {Record<string, {hard_to_tell_apart: {swatches: [number, number]}[]}>} vision
 */

/**
 * A swatch of one palette, of another one, or of both, as `palette_engine.palette.comparison` has it.
 * @typedef {object} Match
 * @property {'same' | 'moved' | 'new' | 'gone'} change
 * @property {[number | null, number | null]} swatches their indexes
 * @property {number | null} delta_e
 */

/**
 * What is new, gone and moved between two palettes, and how much they differ.
 * @typedef {object} Comparison
 * @property {Match[]} matches
 * @property {number} minimum_color_difference ΔE2000
 * @property {number} dccw ΔE*ab
 */

/**
 * Which swatch each pixel of a picture belongs to; `none` is no swatch.
 * @typedef {object} IndexMap
 * @property {number} width
 * @property {number} height
 * @property {number} none
 * @property {Uint8Array | Uint16Array} index
 */

let token = inside(document, 'meta[name="palette-token"]', HTMLMetaElement).content;

const JSON_TYPE = 'application/json';
const ATTEMPTS = 6;
const LONGEST_WAIT = 10; // seconds

/** The status of a file that cannot be read, which no server has seen. */
export const UNREADABLE = 0;

const STOPPED = "The page's server has stopped; start palette-engine serve again.";

/** What is said of a server that is not the one the page came from, nor another like it. */
export const FOREIGN = 'This is not the page of this run any more; load it again.';

const TOKEN = /<meta name="palette-token" content="([^"]+)">/;

/** What the server does not do, with a sentence for the user. */
export class Refusal extends Error {
  /**
   * @param {string} sentence
   * @param {number} status
   * @param {string} [option] the option that is to blame, if one is
   * @param {string} [reason] why, as a word for programs
   */
  constructor(sentence, status, option = '', reason = '') {
    super(sentence);
    this.status = status;
    this.option = option;
    this.reason = reason;
  }
}

/** The server does not answer at all, or not to this page. */
export class Stopped extends Error {}

/** What was given up before it was done. */
export class Ended extends Error {}

/**
 * How a picture is sent.
 * @typedef {object} Sending
 * @property {AbortSignal} signal ends it
 * @property {(part: number) => void} progress called with how much of it is sent, from 0 to 1
 */

/**
 * Send a picture, and get its palette with it.
 * @param {File} file
 * @param {string} query
 * @param {Sending} sending
 * @returns {Promise<Taken>}
 */
export async function sendPicture(file, query, sending) {
  const address = `/pictures?${new URLSearchParams({ name: file.name })}&${query}`;
  return (await post(address, file, 'application/octet-stream', sending)).json();
}

/**
 * Return a palette of a picture, or of several.
 * @param {string | null} id null for several, which are in the query
 * @param {string} query
 * @param {string[]} start colors of which only those change that have to, or none
 * @param {PaletteDocument | null} seen what was changed by hand, which is carried on
 * @returns {Promise<View>}
 */
export async function palette(id, query, start, seen) {
  const from = start.length ? `&${new URLSearchParams({ start: start.join() })}` : '';
  const body = seen && JSON.stringify(seen);
  const address = id ? `/pictures/${id}/palette` : '/pictures/together';
  return (await post(`${address}?${query}${from}`, body, JSON_TYPE)).json();
}

/**
 * Return a palette after a change by hand, with its shares of a picture, if it has one.
 * @param {string | null} id
 * @param {string} query
 * @param {PaletteDocument} palette
 * @param {Edit} edit
 * @returns {Promise<View>}
 */
export async function edited(id, query, palette, edit) {
  const address = id ? `/pictures/${id}/edit?${query}` : '/palettes/edit';
  return (await post(address, JSON.stringify({ palette, ...edit }), JSON_TYPE)).json();
}

/**
 * Return where the swatches of a palette are in a picture.
 * @param {string} id
 * @param {string} query
 * @param {PaletteDocument} palette
 * @returns {Promise<IndexMap>}
 */
export async function indexMap(id, query, palette) {
  const answer = await post(`/pictures/${id}/map?${query}`, JSON.stringify(palette), JSON_TYPE);
  const { width, height, none, depth } = JSON.parse(answer.headers.get('X-Palette-Map') || '{}');
  const bytes = await answer.arrayBuffer();
  const index = depth === 1 ? new Uint8Array(bytes) : new Uint16Array(bytes);
  return { width, height, none, index };
}

/**
 * Return the average color of a picture around a point.
 * @param {string} id
 * @param {number} x from 0 to 1
 * @param {number} y
 * @returns {Promise<string>}
 */
export async function spot(id, x, y) {
  const point = new URLSearchParams({ x: String(x), y: String(y) });
  return (await (await post(`/pictures/${id}/spot?${point}`)).json()).hex;
}

/** Return what can be read on what. @param {PaletteDocument} palette @returns {Promise<Check>} */
export async function check(palette) {
  return (await post('/palettes/check', JSON.stringify(palette), JSON_TYPE)).json();
}

/**
 * Return what is new, gone and moved between two palettes.
 * @param {PaletteDocument} first
 * @param {PaletteDocument} second
 * @returns {Promise<Comparison>}
 */
export async function compared(first, second) {
  return (await post('/palettes/compare', JSON.stringify([first, second]), JSON_TYPE)).json();
}

/**
 * Return the palette of a palette file, or of a text.
 * @param {Blob | string} content
 * @param {string} name
 * @returns {Promise<View>}
 */
export async function opened(content, name) {
  const address = `/palettes/open?${new URLSearchParams({ name })}`;
  return (await post(address, content, 'application/octet-stream')).json();
}

/** @param {string} id */
export async function original(id) {
  return (await post(`/pictures/${id}/original`)).blob();
}

/**
 * Return a picture in the colors of a palette.
 * @param {string} id
 * @param {PaletteDocument} document
 * @param {Recoloring} how
 */
export async function recolored(id, document, how) {
  const address = `/pictures/${id}/recolored?${new URLSearchParams(how)}`;
  return (await post(address, JSON.stringify(document), JSON_TYPE)).blob();
}

/** How many pictures one request names; its head has room for about 1,000. */
const NAMED = 200;

/**
 * Tell the server that pictures are no longer needed; it would forget them by and by anyway.
 * @param {string[]} ids
 */
export function forget(ids) {
  const headers = { 'X-Palette-Token': token };
  for (let first = 0; first < ids.length; first += NAMED) {
    const named = ids.slice(first, first + NAMED).join();
    const sent = { method: 'POST', headers, keepalive: true };
    fetch(`/pictures/${named}/forget`, sent).catch(() => {});
  }
}

/**
 * Return what the page shows of a palette.
 * @param {PaletteDocument} document
 * @returns {Promise<View>}
 */
export async function view(document) {
  return (await post('/palettes', JSON.stringify(document), JSON_TYPE)).json();
}

/** Return a palette as a file. @param {PaletteDocument} document @param {string} format */
export async function file(document, format) {
  const form = new URLSearchParams({ document: JSON.stringify(document) });
  return (await post(`/palettes/${format}`, form)).blob();
}

/**
 * @param {string} address
 * @param {BodyInit | null} [body]
 * @param {string} [type]
 * @param {Sending} [sending]
 */
async function post(address, body = null, type = '', sending) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json, image/png, */*;q=0.1' };
  if (type) headers['Content-Type'] = type;
  for (let attempt = 1; ; attempt += 1) {
    const used = token;
    headers['X-Palette-Token'] = used;
    const answer = await answered(address, { method: 'POST', headers, body }, sending);
    if (answer.ok) return answer;
    if (answer.status === 403) {
      if (token === used) await renewToken();
      if (token === used || attempt === ATTEMPTS) throw new Stopped(FOREIGN);
      continue;
    }
    // What took too long says no such time: it would take as long again.
    const wait = answer.headers.get('Retry-After');
    if (!wait || attempt === ATTEMPTS) throw await refusal(answer);
    await pause(Math.min(Number(wait) || 1, LONGEST_WAIT));
  }
}

/** @param {string} address @param {RequestInit} request @param {Sending} [sending] */
async function answered(address, request, sending) {
  try {
    return await (sending ? sent(address, request, sending) : fetch(address, request));
  } catch (error) {
    if (error instanceof Ended) throw error;
    // Nobody answers, or the file that is to be sent cannot be read: only one of them is true
    // while the server answers other requests.
    if (request.body instanceof File && (await isThere())) {
      throw new Refusal(
        `${request.body.name} cannot be read; if it has been moved or changed, choose it again.`,
        UNREADABLE,
      );
    }
    throw new Stopped(STOPPED);
  }
}

/**
 * Send something, and tell how much of it is sent, which `fetch` does not know.
 * @param {string} address
 * @param {RequestInit} how
 * @param {Sending} sending
 * @returns {Promise<Response>}
 */
function sent(address, { headers, body }, { signal, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const give = () => {
      request.abort();
      reject(new Ended());
    };
    request.open('POST', address);
    request.responseType = 'blob';
    for (const [name, value] of Object.entries(headers || {}))
      request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onerror = () => reject(new TypeError('The server does not answer.'));
    request.onload = () => {
      signal.removeEventListener('abort', give);
      const wait = request.getResponseHeader('Retry-After');
      const { status, response } = request;
      resolve(new Response(response, { status, headers: wait ? { 'Retry-After': wait } : {} }));
    };
    signal.addEventListener('abort', give);
    if (signal.aborted) give();
    else request.send(body instanceof Blob ? body : null);
  });
}

/** Take over the token of a server that was started again: files and options are still here. */
async function renewToken() {
  const page = await fetch('/', { cache: 'no-store' }).then((answer) => answer.text(), String);
  token = TOKEN.exec(page)?.[1] || token;
}

/** Tell whether the server answers. */
export async function isThere() {
  try {
    return (await fetch('/assets/icon.svg', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

/** @param {Response} answer */
async function refusal(answer) {
  const content = await answer.json().catch(() => null);
  return new Refusal(
    content?.error || `The server answered with an error (${answer.status}).`,
    answer.status,
    content?.option,
    content?.reason,
  );
}

/** @param {number} seconds */
function pause(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
