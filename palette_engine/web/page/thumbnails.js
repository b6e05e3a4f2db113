// What the browser itself can say about a picture.

const HEIGHT = 128; // pixels of a thumbnail, enough for fine screens

const BEGINNING = 8192; // bytes, in which a picture says whether it moves

/**
 * Return a small version of a picture, or null if the browser cannot show it.
 * @param {Blob} blob
 * @returns {Promise<ImageBitmap | null>}
 */
export async function thumbnailOf(blob) {
  try {
    return await createImageBitmap(blob, { resizeHeight: HEIGHT, resizeQuality: 'medium' });
  } catch {
    return null;
  }
}

/** Tell whether a picture moves; the palette is of its first frame. @param {Blob} blob */
export async function moves(blob) {
  const bytes = new Uint8Array(await blob.slice(0, BEGINNING).arrayBuffer());
  const text = String.fromCharCode(...bytes);
  if (text.startsWith('GIF8')) return true;
  if (text.startsWith('RIFF') && text.startsWith('WEBPVP8X', 8)) return Boolean(bytes[20] & 2);
  if (text.startsWith('\u0089PNG')) return text.includes('acTL');
  return text.startsWith('ftypavis', 4);
}
