// Work that takes turns.

/**
 * Return a function that asks for work, and is done when all of it is. While work is done, it is
 * not begun again; whatever was asked for meanwhile is done once, afterwards: the latest wins.
 * @param {() => Promise<void>} work
 * @returns {() => Promise<void>}
 */
export function latest(work) {
  let isAsked = false;
  /** @type {Promise<void> | null} */
  let ending = null;
  const run = async () => {
    try {
      while (isAsked) {
        isAsked = false;
        await work();
      }
    } finally {
      ending = null;
    }
  };
  return () => {
    isAsked = true;
    ending ??= run();
    return ending;
  };
}

/**
 * Return a function that does work when fewer than `most` others are at it.
 * @param {number} most
 * @returns {<Done>(work: () => Promise<Done>) => Promise<Done>}
 */
export function queue(most) {
  let free = most;
  /** @type {((value?: unknown) => void)[]} */
  const waiting = [];
  return async (work) => {
    if (free) free -= 1;
    else await new Promise((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/**
 * Return a function that does work when it has not been called for some milliseconds.
 * @param {() => void} work
 * @returns {(milliseconds: number) => void}
 */
export function settled(work) {
  let timer = 0;
  return (milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
