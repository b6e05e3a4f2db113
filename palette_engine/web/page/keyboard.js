// The keyboard that this machine has.

/** Whether it has Command and Option, and leaves Ctrl with arrows to the system. */
export const isApples = /Mac|iP(hone|ad)/.test(navigator.platform);
