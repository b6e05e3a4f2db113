// The pictures that the page brings along, to be tried with one click.

import { allInside } from './elements.js';
import { showProblem } from './notices.js';

/** Begin to listen. @param {{open: (files: File[]) => void}} callbacks */
export function start(callbacks) {
  for (const button of allInside(document, '[data-sample]', HTMLElement)) {
    button.addEventListener('click', async () => {
      const { sample = '', name = '' } = button.dataset;
      try {
        const blob = await (await fetch(`/assets/${sample}`)).blob();
        callbacks.open([new File([blob], name, { type: blob.type, lastModified: 0 })]);
      } catch {
        showProblem("The page's server has stopped; start palette-engine serve again.");
      }
    });
  }
}
