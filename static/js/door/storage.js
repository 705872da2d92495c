// What this device remembers: in localStorage, or in memory where the browser refuses it. Everything can be wiped.

const PREFIX = "door.";

function open(name) {
  try {
    const storage = window[name];
    storage.setItem(`${PREFIX}probe`, "1");
    storage.removeItem(`${PREFIX}probe`);
    return storage;
  } catch {
    const memory = new Map();
    return {
      get length() { return memory.size; },
      key: (index) => [...memory.keys()][index],
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => memory.set(key, value),
      removeItem: (key) => memory.delete(key),
    };
  }
}

function keysOf(storage) {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index)).filter((key) => key.startsWith(PREFIX));
}

function jsonIn(storage) {
  return {
    get(key) {
      try {
        return JSON.parse(storage.getItem(PREFIX + key));
      } catch {
        return null;
      }
    },
    set(key, value) { storage.setItem(PREFIX + key, JSON.stringify(value)); },
    remove(key) { storage.removeItem(PREFIX + key); },
    keys(start) { return keysOf(storage).map((key) => key.slice(PREFIX.length)).filter((key) => key.startsWith(start)); },
    wipe() { for (const key of keysOf(storage)) storage.removeItem(key); },
  };
}

/** Survives closing the browser: token, unanswered scans, choice of camera and sound. No name of anybody. */
export const device = jsonIn(open("localStorage"));
/** Ends with the tab: the last scans with their names. */
export const tab = jsonIn(open("sessionStorage"));
