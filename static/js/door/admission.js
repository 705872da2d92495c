// From a code, a name or a button to an answer on the screen; late answers change the list, not the screen.

import { newNonce } from "./queue.js";
import { signal } from "./sound.js";
import { say } from "./strings.js";

export class Admission {
  /** `token()` is this device's token; the other parts are the objects that show and carry. */
  constructor({ token, queue, panel, recent, onShow, onAnswer, onLateRefusal }) {
    Object.assign(this, { token, queue, panel, recent, onShow, onAnswer, onLateRefusal });
    this.current = null;
  }

  /** A new entry: `what` is {payload}, {reference} or {registration}; `label` stands in until the name is known. */
  admit(method, what, label) {
    const scan = { nonce: newNonce(), scanned_at: new Date().toISOString(), action: "entry", method, ...what };
    this.recent.add(scan, label);
    this.send(scan, label);
  }

  /** Takes back the entry of `item`, one of the last scans. */
  undo(item) {
    const scan = {
      nonce: newNonce(), scanned_at: new Date().toISOString(), action: "undo", method: item.method, undoes: item.nonce,
    };
    this.recent.change(item.nonce, { state: "undoing" });
    this.send(scan, item.name || item.label);
  }

  send(scan, label) {
    this.current = { nonce: scan.nonce, label };
    this.onShow();
    this.panel.checking();
    this.queue.add(this.token(), scan);
  }

  isCurrent(scan) { return this.current?.nonce === scan.nonce; }

  /** The entry in the last scans that this scan is about. */
  itemOf(scan) { return this.recent.find(scan.undoes || scan.nonce); }

  answered(scan, result, counts) {
    if (scan.undoes) this.answeredUndo(scan, result);
    else this.recent.answer(scan.nonce, result);
    if (this.isCurrent(scan)) {
      const canUndo = result.outcome === "admitted" && Boolean(this.itemOf(scan));
      this.panel.answer(result, { canUndo, label: this.current.label });
    } else if (result.outcome === "refused") {
      this.refusedLate(result.message);
    }
    this.onAnswer(counts);
  }

  answeredUndo(scan, result) {
    const state = result.outcome === "undone" ? "undone" : "admitted";
    this.recent.change(scan.undoes, { state, why: result.outcome === "undone" ? "" : result.message });
  }

  /** Nothing can be done with this scan any more: it is said, never passed over. */
  rejected(scan, sentence) {
    this.recent.change(scan.undoes || scan.nonce, { state: scan.undoes ? "admitted" : "refused", why: sentence });
    if (this.isCurrent(scan)) this.panel.refuse(sentence, this.current.label);
    else this.refusedLate(sentence);
  }

  refusedLate(sentence) {
    signal("refused");
    this.onLateRefusal(sentence);
  }

  waiting(scan) {
    this.recent.change(scan.undoes || scan.nonce, { state: "waiting", why: "" });
    if (this.isCurrent(scan) && this.panel.state === "checking") this.panel.waiting(this.current.label);
  }

  /** The entry that the answer on the screen is about. */
  currentItem() { return this.current && this.recent.find(this.current.nonce); }

  label(what) { return what.reference || say("ticket"); }
}
