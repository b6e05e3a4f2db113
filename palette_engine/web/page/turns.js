// Work that takes turns.

/**
 * Return a function that asks for work. While it is done, it is not begun again; whatever was
 * asked for meanwhile is done once, afterwards, so the latest wins.
 * @param {() => Promise<void>} work
 */
export function latest(work) {
  let running = false;
  let asked = false;
  return async () => {
    asked = true;
    if (running) return;
    running = true;
    try {
      while (asked) {
        asked = false;
        await work();
      }
    } finally {
      running = false;
    }
  };
}

/**
 * Return a function that does work when fewer than `most` others are at it.
 * @param {number} most
 */
export function queue(most) {
  let free = most;
  const waiting = [];
  return async (work) => {
    if (free) free -= 1;
    else await new Promise((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      if (waiting.length) waiting.shift()();
      else free += 1;
    }
  };
}

/**
 * Return a function that waits until it has not been called for a moment.
 * @param {number} milliseconds
 * @param {() => void} work
 */
export function settled(milliseconds, work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
