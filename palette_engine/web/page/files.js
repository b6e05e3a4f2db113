// The files that the user gives: chosen, pasted or dropped.

import { element } from './elements.js';
import { showProblem } from './notices.js';

const input = element('files', HTMLInputElement);
const veil = element('veil', HTMLElement);

const TEXT_FIELD = 'input:is([type="text"], [type="number"])';

const ADDRESS = /^\s*https?:\/\/\S+\s*$/i;

/**
 * Begin to listen.
 * @param {object} callbacks
 * @param {(files: File[]) => void} callbacks.open
 * @param {(text: string, name: string) => void} callbacks.read reads a text with colors
 */
export function start({ open, read }) {
  listenForChoices(open);
  listenForPastes(open, read);
  listenForDrops(open, read);
}

/** Take a text, which may have colors in it. @param {string} text @param {(text: string, name: string) => void} read */
function take(text, read) {
  if (ADDRESS.test(text)) {
    showProblem('This page takes nothing from the internet; save the picture, and drop its file.');
  } else if (text.trim()) {
    read(text, 'Pasted colors');
  }
}

/** @param {(files: File[]) => void} open */
function listenForChoices(open) {
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

/** @param {(files: File[]) => void} open @param {(text: string, name: string) => void} read */
function listenForPastes(open, read) {
  document.addEventListener('paste', (event) => {
    const pasted = event.clipboardData;
    if (!pasted) return;
    if (!pasted.files.length) {
      if (!isTextField(event.target)) take(pasted.getData('text/plain'), read);
      return;
    }
    // What was copied from some programs is a text, and a picture of it.
    if (pasted.types.includes('text/plain') && isTextField(event.target)) return;
    event.preventDefault();
    open([...pasted.files]);
  });
}

/** @param {(files: File[]) => void} open @param {(text: string, name: string) => void} read */
function listenForDrops(open, read) {
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
    else take(textOf(event.dataTransfer), read);
  });
}

/** Return the text of a drop, or its address. @param {DataTransfer | null} dropped */
function textOf(dropped) {
  return dropped?.getData('text/uri-list') || dropped?.getData('text/plain') || '';
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
      showProblem(`${entry.name} is a folder; drop the pictures in it.`, entry.name, 'folder');
    } else if (file) {
      files.push(file);
    }
  }
  return files;
}
