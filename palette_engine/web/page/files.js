// The files that the user gives: chosen, pasted or dropped.

import { element } from './elements.js';
import { showProblem } from './notices.js';

const input = element('picture', HTMLInputElement);
const veil = element('veil', HTMLElement);

const TEXT_FIELD = 'input:is([type="text"], [type="number"])';

/** Begin to listen. @param {{open: (files: File[]) => void}} callbacks */
export function start(callbacks) {
  listenForChoices(callbacks.open);
  listenForPastes(callbacks.open);
  listenForDrops(callbacks.open);
}

/** @param {(files: File[]) => void} open */
function listenForChoices(open) {
  input.multiple = true;
  for (const id of ['choose', 'add']) {
    element(id, HTMLElement).addEventListener('click', () => input.click());
  }
  input.addEventListener('change', () => {
    const files = [...(input.files || [])];
    // Else the same file could not be chosen again.
    input.value = '';
    open(files);
  });
}

/** @param {(files: File[]) => void} open */
function listenForPastes(open) {
  document.addEventListener('paste', (event) => {
    const pasted = event.clipboardData;
    if (!pasted?.files.length) return;
    // What was copied from some programs is a text, and a picture of it.
    if (pasted.types.includes('text/plain') && isTextField(event.target)) return;
    event.preventDefault();
    open([...pasted.files]);
  });
}

/** @param {(files: File[]) => void} open */
function listenForDrops(open) {
  // A drag enters and leaves every element on its way.
  let depth = 0;
  const lift = () => {
    depth = 0;
    veil.hidden = true;
  };
  document.addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    veil.hidden = false;
  });
  document.addEventListener('dragleave', () => {
    depth -= 1;
    if (depth <= 0) lift();
  });
  document.addEventListener('dragover', (event) => {
    if (isOurs(event)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    lift();
    if (!isOurs(event)) return;
    // A browser would leave the page for a link.
    event.preventDefault();
    if (hasFiles(event)) open(filesOf(event.dataTransfer));
    else showProblem('Drop a file; what was dropped is none.');
  });
}

/** Tell whether a drop is not for a text field. @param {DragEvent} event */
function isOurs(event) {
  return hasFiles(event) || !isTextField(event.target);
}

/** @param {EventTarget | null} target */
function isTextField(target) {
  return target instanceof Element && target.matches(TEXT_FIELD);
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return [...(event.dataTransfer?.types || [])].includes('Files');
}

/** Return the files of a drop, of which folders are none. @param {DataTransfer | null} dropped */
function filesOf(dropped) {
  /** @type {File[]} */
  const files = [];
  for (const item of dropped?.items || []) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry?.() : null;
    const file = item.kind === 'file' ? item.getAsFile() : null;
    if (entry?.isDirectory) {
      showProblem(`${entry.name} is a folder; drop the pictures in it.`, entry.name);
    } else if (file) {
      files.push(file);
    }
  }
  return files;
}
