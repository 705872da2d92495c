// Taking back a mistaken entry: asked once more in the page, with the name, before anything is sent.

import { $ } from "./elements.js";
import { say } from "./strings.js";

export class UndoDialog {
  /** `onConfirm(item)` sends the undo of this entry. */
  constructor({ onConfirm }) {
    this.dialog = $("undo-dialog");
    this.item = null;
    $("undo-confirm").addEventListener("click", () => {
      const item = this.item;
      this.dialog.close();
      onConfirm(item);
    });
    $("undo-keep").addEventListener("click", () => this.dialog.close());
  }

  ask(item) {
    if (!item || this.dialog.open) return;
    this.item = item;
    $("undo-question").textContent = say("undo_question", { name: item.name || item.label });
    this.dialog.showModal();
    $("undo-keep").focus();
  }
}
