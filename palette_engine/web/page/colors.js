// Colors in text: hex values, and whatever else the browser knows as a color.

const HEX = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** A color with its arguments, or a word. */
const ITEM = /[\w-]+\([^)]*\)|[^,;\s]+/g;

/** What CSS takes for a color and is none by itself. */
const RELATIVE = ['currentcolor', 'inherit', 'initial', 'revert', 'unset'];

/**
 * Return the colors in a text as #rrggbb, each once, or null if there is something else in it.
 * @param {string} text
 */
export function colorsIn(text) {
  const found = (text.match(ITEM) || []).map(hexOf);
  const colors = found.filter((hex) => hex !== null);
  return colors.length === found.length ? [...new Set(colors)] : null;
}

/** Return an opaque color as #rrggbb, or null. @param {string} text */
function hexOf(text) {
  if (HEX.test(text)) {
    const digits = text.replace('#', '').toLowerCase();
    return `#${digits.length === 6 ? digits : [...digits].map((one) => one + one).join('')}`;
  }
  const isColor = CSS.supports('color', text) && !RELATIVE.includes(text.toLowerCase());
  return isColor ? painted(text) : null;
}

/** Return the color that the browser paints, or null if it is not opaque. @param {string} color */
function painted(color) {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  canvas.width = 1;
  canvas.height = 1;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha] = context.getImageData(0, 0, 1, 1).data;
  const code = [red, green, blue].map((level) => level.toString(16).padStart(2, '0')).join('');
  return alpha === 255 ? `#${code}` : null;
}
