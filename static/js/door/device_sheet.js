// "This device": what it is, when the server was last heard, what is still waiting, and the way out.

import { $ } from "./elements.js";
import { say, timeOf } from "./strings.js";

const TOLERATED_DRIFT = 60000;

export class DeviceSheet {
  /** `pending()` counts unanswered scans; `onSignOut()` wipes the device. */
  constructor({ pending, onSignOut }) {
    Object.assign(this, { pending, onSignOut });
    this.dialog = $("device-dialog");
    this.contact = null;
    $("open-device").addEventListener("click", () => this.open());
    $("device-close").addEventListener("click", () => this.dialog.close());
    $("sign-out").addEventListener("click", () => this.askSignOut(true));
    $("sign-out-keep").addEventListener("click", () => this.askSignOut(false));
    $("sign-out-confirm").addEventListener("click", onSignOut);
  }

  open() {
    this.askSignOut(false);
    this.draw();
    this.dialog.showModal();
  }

  describe(door) {
    $("device-label").textContent = door.device.label;
    $("device-event").textContent = door.event.name;
    $("device-door").textContent = door.checkpoint.name;
    const drift = Math.abs(Date.now() - Date.parse(door.server_time));
    $("device-clock").hidden = !(drift > TOLERATED_DRIFT);
  }

  heard() {
    this.contact = new Date().toISOString();
    this.draw();
  }

  draw() {
    $("device-contact").textContent = this.contact ? timeOf(this.contact) : say("never");
    $("device-pending").textContent = this.pending();
  }

  askSignOut(asking) {
    const pending = this.pending();
    $("sign-out").hidden = asking;
    $("sign-out-question").hidden = !asking;
    $("sign-out-text").textContent = pending ? say("sign_out_pending", { count: pending }) : say("sign_out_question");
    if (asking) $("sign-out-keep").focus();
  }
}
