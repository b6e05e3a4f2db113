// What the browser itself can say about a picture.

// Pixels of a thumbnail, enough for fine screens.
const WIDTH = 224;
const HEIGHT = 128;

const BEGINNING = 8192; // bytes, in which a picture says whether it moves

/**
 * Return a small version of the middle of a picture, or null if the browser cannot show it.
 * @param {Blob} blob
 * @returns {Promise<ImageBitmap | null>}
 */
export async function thumbnailOf(blob) {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    // Its size is known without decoding it; the file itself is decoded beside this thread.
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
    });
    const { naturalWidth, naturalHeight } = image;
    const width = Math.min(naturalWidth, Math.ceil((naturalHeight * WIDTH) / HEIGHT));
    const height = Math.min(naturalHeight, Math.ceil((naturalWidth * HEIGHT) / WIDTH));
    const left = Math.floor((naturalWidth - width) / 2);
    const top = Math.floor((naturalHeight - height) / 2);
    return await createImageBitmap(blob, left, top, width, height, {
      resizeWidth: Math.min(width, WIDTH),
      resizeHeight: Math.min(height, HEIGHT),
      resizeQuality: 'medium',
    });
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** Tell whether a picture moves; the palette is of its first frame. @param {Blob} blob */
export async function moves(blob) {
  const bytes = new Uint8Array(await blob.slice(0, BEGINNING).arrayBuffer());
  const text = String.fromCharCode(...bytes);
  if (text.startsWith('GIF8')) return true;
  if (text.startsWith('RIFF') && text.startsWith('WEBPVP8X', 8))
    return Boolean((bytes[20] || 0) & 2);
  if (text.startsWith('\u0089PNG')) return text.includes('acTL');
  return text.startsWith('ftypavis', 4);
}
