// The elements of the page, which scripts find where the server's markup has them.
// See docs/decisions.md#types-in-jsdoc.

/**
 * Return the element of the page that has an id.
 * @template {Element} E
 * @param {string} id
 * @param {new () => E} kind what it is, like HTMLInputElement
 * @throws {TypeError} if there is no such element
 */
export function element(id, kind) {
  return known(document.getElementById(id), kind, `#${id}`);
}

/**
 * Return the first element inside another one that a selector matches.
 * @template {Element} E
 * @param {ParentNode} whole
 * @param {string} selector
 * @param {new () => E} kind
 * @throws {TypeError} if there is no such element
 */
export function inside(whole, selector, kind) {
  return known(whole.querySelector(selector), kind, selector);
}

/**
 * Return all elements inside another one that a selector matches.
 * @template {Element} E
 * @param {ParentNode} whole
 * @param {string} selector
 * @param {new () => E} kind
 * @throws {TypeError} if one of them is something else
 */
export function allInside(whole, selector, kind) {
  return [...whole.querySelectorAll(selector)].map((found) => known(found, kind, selector));
}

/**
 * Return the nearest element that a selector matches: an event's target or one around it.
 * @template {Element} E
 * @param {EventTarget | null} target
 * @param {string} selector
 * @param {new () => E} kind
 * @throws {TypeError} if it is something else
 */
export function around(target, selector, kind) {
  const found = target instanceof Element ? target.closest(selector) : null;
  return found && known(found, kind, selector);
}

/**
 * Tell whether an element is displayed; Safari before 17.4 has no `checkVisibility`.
 * @param {Element} shown
 */
export function isInSight(shown) {
  return shown.checkVisibility?.() ?? shown.getClientRects().length > 0;
}

/** Return a new element like the one in a template. @param {HTMLTemplateElement} template */
export function copyOf(template) {
  const [only] = template.content.children;
  return known(only?.cloneNode(true), HTMLElement, `#${template.id}`);
}

/**
 * Have an element hold as many others as there are items, each of which then is filled with one.
 * Those that are there stay, and with them focus.
 * @template Item
 * @param {HTMLElement} whole
 * @param {readonly Item[]} items
 * @param {() => HTMLElement} make
 * @param {(part: HTMLElement, item: Item, index: number) => void} fill
 */
export function fillWith(whole, items, make, fill) {
  const present = allInside(whole, ':scope > *', HTMLElement);
  for (const extra of present.splice(items.length)) extra.remove();
  const pairs = items.map((item, index) => ({
    part: present[index] ?? whole.appendChild(make()),
    item,
  }));
  for (const [index, { part, item }] of pairs.entries()) fill(part, item, index);
}

/** What elements show, as far as it was remembered. @type {WeakMap<Element, unknown[]>} */
const remembered = new WeakMap();

/**
 * Tell whether an element is to show something else than before, and remember it.
 * @param {Element} shown
 * @param {unknown[]} values all that it shows
 */
export function isNew(shown, values) {
  const before = remembered.get(shown);
  remembered.set(shown, values);
  return !before || values.some((value, index) => value !== before[index]);
}

/**
 * Have a bar show colors by their shares; hundreds of bars are laid out sooner without elements.
 * @param {HTMLElement} bar
 * @param {readonly {hex: string, share: number}[]} colors
 */
export function fillBar(bar, colors) {
  const sum = colors.reduce((before, { share }) => before + share, 0);
  let end = 0;
  const stops = colors.map(({ hex, share }) => {
    const start = end;
    // Without shares, all count the same.
    end += 100 * (sum ? share / sum : 1 / colors.length);
    return `${hex} ${start}%, ${hex} ${end}%`;
  });
  bar.style.backgroundImage = stops.length ? `linear-gradient(to right, ${stops.join()})` : '';
}

/**
 * @template {Element} E
 * @param {Node | null | undefined} found
 * @param {new () => E} kind
 * @param {string} sought
 * @returns {E}
 */
function known(found, kind, sought) {
  if (found instanceof kind) return found;
  throw new TypeError(`The page has no ${kind.name} ${sought}.`);
}
