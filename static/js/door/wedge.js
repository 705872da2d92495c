// Scanners that type like a keyboard: a burst of keys ending in Enter, read both as physical keys and as characters.

import { isSigned, looksLikeTicket } from "./ticket.js";

const LONGEST_GAP = 500;  // ms between two keys of one burst: slow machines delay keys, people pause longer
const SHORTEST_BURST = 30;

/** The key as a US keyboard prints it: a scanner set to US sends these positions, whatever layout the host has. */
function physical(code) {
  const match = /^(?:Key([A-Z])|Digit(\d)|Numpad(\d))$/.exec(code);
  return match ? match[1] || match[2] || match[3] : "";
}

/** Which reading is the ticket; the signature decides when both could be (Y and Z swapped on QWERTZ). */
export async function choose(positions, characters, keys) {
  const candidates = [...new Set([characters, positions])].filter(looksLikeTicket);
  if (candidates.length === 2) {
    for (const candidate of candidates) if (await isSigned(candidate, keys)) return candidate;
  }
  return candidates[0] || characters || positions;
}

const isField = (target) => target instanceof HTMLInputElement || target instanceof HTMLSelectElement;

export class Wedge {
  /** `onCode(text)` receives a scanned code; `keys()` gives the event's public keys. */
  constructor({ onCode, keys }) {
    Object.assign(this, { onCode, keys });
    this.clear();
    document.addEventListener("keydown", (event) => this.press(event), true);
  }

  clear() {
    this.positions = "";
    this.characters = "";
    this.last = 0;
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.timeStamp - this.last > LONGEST_GAP) this.clear();
    this.last = event.timeStamp;
    if (event.key === "Enter") this.finish(event);
    else if (!event.repeat) this.collect(event);
  }

  collect(event) {
    this.positions += physical(event.code);
    if (event.key.length === 1) this.characters += event.key.toUpperCase();
  }

  /** In a field only a ticket is taken; elsewhere any long burst is, so that a foreign code gets its refusal. */
  finish(event) {
    const { positions, characters } = this;
    this.clear();
    const ticket = looksLikeTicket(positions) || looksLikeTicket(characters);
    const burst = Math.max(positions.length, characters.length) >= SHORTEST_BURST;
    if (!ticket && (!burst || isField(event.target))) return;
    event.preventDefault();
    event.stopPropagation();
    if (isField(event.target) && "value" in event.target) event.target.value = "";
    choose(positions, characters, this.keys()).then((text) => this.onCode(text));
  }
}
