// The picture, and over it the recolored one, with a slider between.

const frame = document.getElementById('frame');
const original = document.getElementById('original');
const recolored = document.getElementById('recolored');
const slider = document.getElementById('compare');

const SMALL = 320; // pixels; a picture that is smaller may be shown enlarged, with square pixels
const ENLARGED = 4;

let entry = null;

/**
 * Show a picture, and its recolored version if there is one.
 * @param {{url: string, name: string, recoloredUrl: string} | null} shown
 */
export function show(shown) {
  if (shown !== entry) frame.classList.add('waiting');
  entry = shown;
  setSource(original, shown?.url);
  original.alt = shown?.name || '';
  setSource(recolored, shown?.recoloredUrl);
  recolored.alt = shown ? `${shown.name} in the colors of the palette` : '';
  recolored.hidden = !shown?.recoloredUrl;
  frame.classList.toggle('comparing', !recolored.hidden);
  slider.disabled = recolored.hidden;
  if (original.complete && original.naturalWidth) reveal();
}

/** Begin to listen. @param {{undecodable: () => void}} told */
export function start(told) {
  original.addEventListener('load', reveal);
  original.addEventListener('error', () => entry?.url && told.undecodable());
  slider.addEventListener('input', split);
  split();
}

/** @param {HTMLImageElement} image @param {string | undefined} url */
function setSource(image, url) {
  if (!url) image.removeAttribute('src');
  else if (image.src !== url) image.src = url;
}

function reveal() {
  const { naturalWidth: width, naturalHeight: height } = original;
  const isSmall = Math.max(width, height) < SMALL;
  frame.style.setProperty('--ratio', String(width / height));
  frame.style.setProperty('--widest', isSmall ? `${width * ENLARGED}px` : '100%');
  frame.classList.toggle('enlarged', isSmall);
  frame.classList.remove('waiting');
}

function split() {
  const part = Number(slider.value);
  frame.style.setProperty('--split', `${part}%`);
  slider.setAttribute(
    'aria-valuetext',
    `${Math.round(part)}% original, ${Math.round(100 - part)}% recolored`,
  );
  frame.querySelector('[data-side="original"]').classList.toggle('covered', part < 20);
  frame.querySelector('[data-side="recolored"]').classList.toggle('covered', part > 80);
}
