// The big answer: one state, one shape, one word, one name. Readable at arm's length, announced, and then gone.

import { $, fill, shape } from "./elements.js";
import { signal } from "./sound.js";
import { say, timeOf } from "./strings.js";

const STAY = { admitted: 3000, undone: 3000, waiting: 3000, already: 8000, refused: 8000 };
const STATES = { admitted: "admitted", already_admitted: "already", refused: "refused", undone: "undone" };

export const stateOf = (result) => STATES[result.outcome] || "refused";

/** The sentence under the name: when and where the first entry was, or why not. */
export function reasonOf(result) {
  if (result.outcome === "already_admitted" && result.first) {
    const values = { time: timeOf(result.first.at), door: result.first.door };
    return say("already_since", values);
  }
  return result.outcome === "admitted" ? "" : result.message;
}

function lengthOf(name) {
  if (name.length > 60) return "longest";
  return name.length > 26 ? "long" : "short";
}

export class Panel {
  /** `cameraIsOn()` decides whether there is a picture to return to; `onUndo()` is the button in the answer. */
  constructor({ cameraIsOn, onUndo }) {
    this.cameraIsOn = cameraIsOn;
    this.panel = $("panel");
    this.result = $("result");
    this.timer = null;
    for (const touch of ["pointerdown", "focusin"]) this.result.addEventListener(touch, () => this.pin());
    $("result-close").addEventListener("click", () => this.clear());
    $("result-undo").addEventListener("click", onUndo);
  }

  get state() { return this.panel.dataset.state; }

  checking() {
    this.show("checking", { word: say("checking") }, { quiet: true });
  }

  waiting(label) {
    this.show("waiting", { word: say("waiting"), name: label, why: say("waiting_why") });
  }

  answer(result, { canUndo, label }) {
    const person = result.person || {};
    const state = stateOf(result);
    this.show(state, {
      word: say(state), name: person.name || label, category: person.category, organisation: person.organisation,
      why: reasonOf(result), reference: person.reference, canUndo,
    });
  }

  refuse(sentence, label) {
    this.show("refused", { word: say("refused"), name: label, why: sentence });
  }

  /** A state that ends the work of this page: nothing returns from it. */
  final(state, sentence) {
    this.show(state, { word: say(state), why: sentence }, { quiet: true });
    $("result-actions").hidden = true;
  }

  show(state, content, { quiet = false } = {}) {
    clearTimeout(this.timer);
    this.panel.dataset.state = state;
    this.panel.dataset.shown = String(Number(this.panel.dataset.shown || 0) + 1);
    delete this.panel.dataset.pinned;
    this.result.hidden = false;
    $("result-shape").replaceChildren(shape(state));
    fill("result-word", content.word);
    fill("result-name", content.name);
    $("result-name").dataset.length = lengthOf(content.name || "");
    fill("result-category", content.category);
    fill("result-organisation", content.organisation);
    fill("result-why", content.why);
    fill("result-reference", content.reference);
    $("result-undo").hidden = !content.canUndo;
    $("result-actions").hidden = state === "checking";
    if (quiet && state === "checking") return;
    this.announce(content);
    signal(state);
    this.returnLater(state);
  }

  announce({ word, name, category, organisation, why }) {
    $("announcer").textContent = [word, name, category, organisation, why].filter(Boolean).join(". ");
  }

  /** Back to the picture after a while; without a camera the answer stays until the next scan. */
  returnLater(state) {
    delete this.panel.dataset.returning;
    if (!(state in STAY) || !this.cameraIsOn()) return;
    this.panel.dataset.returning = "true";
    this.timer = setTimeout(() => this.clear(), STAY[state]);
  }

  pin() {
    clearTimeout(this.timer);
    this.panel.dataset.pinned = "true";
    delete this.panel.dataset.returning;
  }

  clear() {
    clearTimeout(this.timer);
    const focused = this.result.contains(document.activeElement);
    delete this.panel.dataset.returning;
    this.panel.dataset.state = "ready";
    this.result.hidden = true;
    if (focused) this.panel.focus();
  }
}
