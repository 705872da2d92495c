// How many are inside and how many are expected: asked every three seconds while the page is looked at.

import { Revoked } from "./api.js";
import { $ } from "./elements.js";
import { number } from "./strings.js";

const EVERY = 3000;

export class Counts {
  /** `ask(etag)` calls the server; `onRevoked()` hears when this device was shut out. */
  constructor({ ask, onRevoked }) {
    Object.assign(this, { ask, onRevoked });
    this.etag = null;
    document.addEventListener("visibilitychange", () => this.restart());
  }

  restart() {
    clearTimeout(this.timer);
    if (!document.hidden && !this.stopped) this.poll();
  }

  async poll() {
    clearTimeout(this.timer);
    try {
      const { data, etag, unchanged } = await this.ask(this.etag);
      if (!unchanged) this.show(data);
      if (etag) this.etag = etag;
    } catch (error) {
      if (error instanceof Revoked) this.onRevoked();
    }
    if (!document.hidden && !this.stopped) this.timer = setTimeout(() => this.poll(), EVERY);
  }

  show(counts) {
    if (!counts) return;
    $("count-inside").textContent = number(counts.inside);
    $("count-expected").textContent = number(counts.expected);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }
}
