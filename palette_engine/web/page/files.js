// The files that the user gives: chosen, pasted or dropped.

import { showProblem } from './notices.js';

const input = document.getElementById('picture');
const veil = document.getElementById('veil');

/** Begin to listen. @param {{open: (files: File[]) => void}} told */
export function start(told) {
  listenForChoices(told.open);
  listenForPastes(told.open);
  listenForDrops(told.open);
}

/** @param {(files: File[]) => void} open */
function listenForChoices(open) {
  input.multiple = true;
  for (const id of ['choose', 'add']) {
    document.getElementById(id).addEventListener('click', () => input.click());
  }
  input.addEventListener('change', () => {
    const files = [...input.files];
    // Else the same file could not be chosen again.
    input.value = '';
    open(files);
  });
}

/** @param {(files: File[]) => void} open */
function listenForPastes(open) {
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files || [])];
    if (!files.length) return;
    event.preventDefault();
    open(files);
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
    if (hasFiles(event)) event.preventDefault();
  });
  document.addEventListener('drop', (event) => {
    lift();
    if (!hasFiles(event)) return;
    event.preventDefault();
    open(filesOf(event.dataTransfer));
  });
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return [...(event.dataTransfer?.types || [])].includes('Files');
}

/** Return the files of a drop, of which folders are none. @param {DataTransfer} dropped */
function filesOf(dropped) {
  const files = [];
  for (const item of dropped.items) {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry?.() : null;
    const file = item.kind === 'file' ? item.getAsFile() : null;
    if (entry?.isDirectory) {
      showProblem(`${entry.name} is a folder; drop the pictures that are in it.`);
    } else if (file) {
      files.push(file);
    }
  }
  return files;
}
