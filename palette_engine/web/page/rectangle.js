// A rectangle of a picture's pixels: moved, resized, and put into words.
// See docs/decisions.md#regions-are-read-by-the-server.

/**
 * The edges of a rectangle, in pixels, or something about each of them.
 * @template T
 * @typedef {{left: T, top: T, right: T, bottom: T}} Edges
 */

/** @typedef {Edges<number>} Rectangle */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{width: number, height: number}} Size */

/** All edges, which then move together. */
export const ALL = { left: true, top: true, right: true, bottom: true };

/** The edges of the corner that is drawn last. */
export const CORNER = { left: false, top: false, right: true, bottom: true };

/** Return the middle of a picture, half as wide and high. @param {Size} picture */
export function middleOf(picture) {
  const { width, height } = picture;
  const point = { left: width / 4, top: height / 4, right: width / 4, bottom: height / 4 };
  return moved(point, CORNER, { x: width / 2, y: height / 2 }, picture);
}

/**
 * Return a rectangle of which some edges have been moved. It stays in the picture, and goes from
 * one edge of pixels to another.
 * @param {Rectangle} from
 * @param {Edges<boolean>} held
 * @param {Point} by
 * @param {Size} picture
 */
export function moved(from, held, by, { width, height }) {
  const isWhole = held === ALL;
  const x = isWhole ? clamped(by.x, -from.left, width - from.right) : by.x;
  const y = isWhole ? clamped(by.y, -from.top, height - from.bottom) : by.y;
  const [left, right] = ends(
    from.left + (held.left ? x : 0),
    from.right + (held.right ? x : 0),
    width,
  );
  const [top, bottom] = ends(
    from.top + (held.top ? y : 0),
    from.bottom + (held.bottom ? y : 0),
    height,
  );
  return { left, top, right, bottom };
}

/**
 * Return what is between two points on a side of a picture, at least one pixel.
 * @param {number} one
 * @param {number} other
 * @param {number} side
 * @returns {[number, number]}
 */
function ends(one, other, side) {
  const first = clamped(Math.round(Math.min(one, other)), 0, side - 1);
  return [first, clamped(Math.round(Math.max(one, other)), first + 1, side)];
}

/** @param {number} value @param {number} least @param {number} most */
function clamped(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

/**
 * Return which edges of a rectangle can be held at a point: some, all inside, or null outside.
 * @param {Rectangle} rectangle
 * @param {Point} point
 * @param {number} reach how far from an edge
 */
export function grip({ left, top, right, bottom }, { x, y }, reach) {
  const depths = { left: x - left, top: y - top, right: right - x, bottom: bottom - y };
  if (Math.min(...Object.values(depths)) < -reach) return null;
  // However small it is, there is an inside.
  const across = Math.min(reach, (right - left) / 4);
  const down = Math.min(reach, (bottom - top) / 4);
  const held = {
    left: depths.left <= across,
    top: depths.top <= down,
    right: depths.right <= across,
    bottom: depths.bottom <= down,
  };
  return Object.values(held).some(Boolean) ? held : ALL;
}

/**
 * Return a rectangle as left, top, width and height in percent, which suit pictures of any size,
 * with as many decimals as tell this one's pixels apart.
 * @param {Rectangle} rectangle
 * @param {Size} picture
 */
export function textOf({ left, top, right, bottom }, { width, height }) {
  const [x, wide] = percents(left, right, width, decimals(width));
  const [y, high] = percents(top, bottom, height, decimals(height));
  return `${x}%, ${y}%, ${wide}%, ${high}%`;
}

/** @param {Rectangle} rectangle @param {Size} picture */
export function wordsOf({ left, top, right, bottom }, { width, height }) {
  const [x, wide] = percents(left, right, width, 0);
  const [y, high] = percents(top, bottom, height, 0);
  return `${x}% from left, ${y}% from top, ${wide}% wide, ${high}% high`;
}

/** @param {number} side */
function decimals(side) {
  return Math.max(0, Math.ceil(Math.log10(side / 50)));
}

/**
 * Return where a part of a side begins, and how long it is.
 * @param {number} first
 * @param {number} last
 * @param {number} side
 * @param {number} digits
 * @returns {[number, number]}
 */
function percents(first, last, side, digits) {
  const rounded = (/** @type {number} */ percent) => Number(percent.toFixed(digits));
  const start = rounded((100 * first) / side);
  // Of rounded ends, so that both together are never beyond the picture.
  return [start, rounded(rounded((100 * last) / side) - start)];
}
