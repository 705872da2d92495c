// The last scans of this tab, each with what became of it; an entry can be taken back from here.

import { $, element, shape } from "./elements.js";
import { reasonOf, stateOf } from "./panel.js";
import { tab } from "./storage.js";
import { say, timeOf } from "./strings.js";

const KEPT = 10;

export class Recent {
  /** `onUndo(item)` asks for confirmation. */
  constructor({ onUndo }) {
    this.onUndo = onUndo;
    this.items = tab.get("recent") || [];
    this.draw();
  }

  find(nonce) { return this.items.find((item) => item.nonce === nonce); }

  add(scan, label) {
    const item = { nonce: scan.nonce, method: scan.method, at: scan.scanned_at, state: "checking", label };
    this.items = [item, ...this.items].slice(0, KEPT);
    this.save();
  }

  /** Changes the entry with this nonce, if it is still among the last. */
  change(nonce, values) {
    const item = this.find(nonce);
    if (item) Object.assign(item, values);
    this.save();
  }

  answer(nonce, result) {
    const person = result.person || {};
    this.change(nonce, {
      state: stateOf(result), name: person.name, why: reasonOf(result),
      detail: [person.category, person.organisation].filter(Boolean).join(" · "),
    });
  }

  save() {
    tab.set("recent", this.items);
    this.draw();
  }

  draw() {
    $("recent-none").hidden = this.items.length > 0;
    $("recent-list").replaceChildren(...this.items.map((item) => this.row(item)));
  }

  row(item) {
    const mark = element("span", { class: "scanner-mark", "aria-hidden": "true" }, [shape(item.state)]);
    const words = element("div", { class: "scanner-words" }, [
      element("p", { class: "scanner-name", dir: "auto", text: item.name || item.label }),
      element("p", { class: "scanner-detail", text: `${timeOf(item.at)} · ${say(item.state)}` }),
      item.why && element("p", { class: "scanner-detail", text: item.why }),
      !item.why && item.detail && element("p", { class: "scanner-detail", text: item.detail }),
    ]);
    const row = element("li", { class: "scanner-row", "data-state": item.state, "data-nonce": item.nonce }, [mark, words]);
    if (item.state === "admitted") row.append(this.undoButton(item));
    return row;
  }

  undoButton(item) {
    const hidden = element("span", { class: "visually-hidden", text: ` ${item.name || item.label}` });
    const button = element("button", { type: "button", class: "scanner-button", "data-undo": "" }, [say("take_back"), hidden]);
    button.addEventListener("click", () => this.onUndo(item));
    return button;
  }
}
