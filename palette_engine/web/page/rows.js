// How many swatches stand in each row of a palette: as many in one as in the others.

const FEW = 64; // colors, which are shown with their text; more are tiles

// How narrow a swatch with text and a tile may be, in pixels, and how many are in a row at most.
const NARROWEST = { text: 62, tile: 32 };
const WIDEST = 16;

/** Tell whether there are so many colors that they are tiles without text. @param {number} count */
export function areTiles(count) {
  return count > FEW;
}

/**
 * Return how many of some swatches stand in each row of a list; the rows differ by at most one.
 * @param {number} count
 * @param {number} width of the list, in pixels
 */
export function rowsOf(count, width) {
  const fitting = areTiles(count)
    ? Math.floor(width / NARROWEST.tile)
    : Math.min(WIDEST, Math.floor(width / NARROWEST.text));
  const rows = Math.ceil(count / Math.max(1, fitting));
  return Array.from({ length: rows }, (_, row) => Math.floor((count + rows - 1 - row) / rows));
}

/**
 * Return the index of the swatch above or below another one, or its own if there is none.
 * @param {number[]} rows
 * @param {number} index
 * @param {number} step -1 for above, 1 for below
 */
export function beside(rows, index, step) {
  let first = 0;
  let row = 0;
  while (row < rows.length - 1 && index >= first + (rows[row] ?? 0)) {
    first += rows[row] ?? 0;
    row += 1;
  }
  const length = rows[row] ?? 1;
  const other = rows[row + step];
  if (!other) return index;
  const across = Math.floor(((index - first + 0.5) / length) * other);
  return step < 0 ? first - other + across : first + length + across;
}
