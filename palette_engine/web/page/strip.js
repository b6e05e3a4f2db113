// The film strip: the pictures that are open, to switch between them.

const strip = document.getElementById('strip');
const list = strip.querySelector('ul');
const template = document.getElementById('thumbnail-template');

let shown = [];

/**
 * Show the pictures that are open; one alone needs no strip.
 * @param {object[]} pictures
 * @param {object} current
 */
export function show(pictures, current) {
  shown = pictures;
  while (list.children.length > pictures.length) list.lastElementChild.remove();
  while (list.children.length < pictures.length) {
    list.append(template.content.firstElementChild.cloneNode(true));
  }
  pictures.forEach((picture, place) => fill(list.children[place], picture, picture === current));
  const [only] = pictures;
  strip.hidden = !only || (pictures.length === 1 && only === current);
}

/** Begin to listen. @param {{choose: (picture: object) => void}} told */
export function start(told) {
  list.addEventListener('click', (event) => {
    const place = [...list.children].indexOf(event.target.closest('li'));
    if (place >= 0) told.choose(shown[place]);
  });
}

/** @param {HTMLElement} item */
function fill(item, picture, isCurrent) {
  const button = item.querySelector('button');
  if (isCurrent) {
    if (!button.hasAttribute('aria-current'))
      item.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    button.setAttribute('aria-current', 'true');
  } else {
    button.removeAttribute('aria-current');
  }
  button.title = picture.name;
  item.querySelector('.thumbnail-name').textContent = picture.name;
  draw(item.querySelector('canvas'), picture.thumbnail);
  const bar = item.querySelector('.thumbnail-colors');
  const swatches = picture.view?.swatches || [];
  while (bar.children.length > swatches.length) bar.lastElementChild.remove();
  while (bar.children.length < swatches.length) bar.append(document.createElement('i'));
  swatches.forEach(({ hex, share }, place) => {
    bar.children[place].style.flexGrow = String(share);
    bar.children[place].style.background = hex;
  });
}

const drawn = new WeakMap();

/** @param {HTMLCanvasElement} canvas @param {ImageBitmap | null} thumbnail */
function draw(canvas, thumbnail) {
  if (drawn.get(canvas) === thumbnail) return;
  drawn.set(canvas, thumbnail);
  canvas.width = thumbnail?.width || 1;
  canvas.height = thumbnail?.height || 1;
  if (thumbnail) canvas.getContext('2d').drawImage(thumbnail, 0, 0);
}
