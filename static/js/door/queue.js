// Every scan waits here until the server has answered it: under the same nonce, however often it has to be sent.

import { Rejected, Revoked } from "./api.js";
import { device } from "./storage.js";

const BATCH = 50;
const FIRST_TIMEOUT = 3000;
const LONGEST_TIMEOUT = 15000;
const LONGEST_PAUSE = 10000;
const key = (nonce) => `scan.${nonce}`;

export function newNonce() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class ScanQueue {
  /**
   * `send(token, scans, timeout)` posts a batch; `onAnswer(scan, result, counts)`, `onRejected(scan, sentence)`,
   * `onWaiting(scan)`, `onChange(pending)` and `onRevoked(token)` tell what became of it.
   */
  constructor(handlers) {
    Object.assign(this, handlers);
    this.inFlight = new Set();
    this.failures = 0;
    this.timer = null;
  }

  /** Unanswered scans, oldest first. One key per scan: two tabs of one device cannot overwrite each other. */
  pending() {
    const items = device.keys("scan.").map((name) => device.get(name)).filter(Boolean);
    return items.sort((a, b) => (a.scan.scanned_at < b.scan.scanned_at ? -1 : 1));
  }

  add(token, scan) {
    device.set(key(scan.nonce), { token, scan });
    this.onChange(this.pending().length);
    return this.flush();
  }

  /** Sends what is not already under way; the newest scan never waits behind a long backlog. */
  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    const waiting = this.pending().filter((item) => !this.inFlight.has(item.scan.nonce));
    const tokens = [...new Set(waiting.map((item) => item.token))];
    return Promise.all(tokens.map((token) => {
      const scans = waiting.filter((item) => item.token === token).map((item) => item.scan);
      return this.post(token, [...scans.slice(-1), ...scans.slice(0, -1).slice(0, BATCH - 1)]);
    }));
  }

  async post(token, scans) {
    for (const scan of scans) this.inFlight.add(scan.nonce);
    try {
      const timeout = Math.min(FIRST_TIMEOUT * 2 ** this.failures, LONGEST_TIMEOUT);
      const { data } = await this.send(token, scans, timeout);
      this.failures = 0;
      this.answered(scans, data);
    } catch (error) {
      await this.failed(token, scans, error);
    } finally {
      for (const scan of scans) this.inFlight.delete(scan.nonce);
      this.onChange(this.pending().length);
      if (this.pending().length > this.inFlight.size) this.later();
    }
  }

  answered(scans, data) {
    for (const result of data.results || []) {
      const scan = scans.find((candidate) => candidate.nonce === result.nonce);
      if (!scan) continue;
      device.remove(key(scan.nonce));
      this.onAnswer(scan, result, data.counts);
    }
  }

  async failed(token, scans, error) {
    if (error instanceof Revoked) {
      for (const { nonce } of scans) device.remove(key(nonce));
      this.onRevoked(token);
    } else if (error instanceof Rejected && scans.length > 1) {
      for (const scan of scans) await this.post(token, [scan]);
    } else if (error instanceof Rejected) {
      device.remove(key(scans[0].nonce));
      this.onRejected(scans[0], error.message);
    } else {
      this.failures += 1;
      this.retryAfter = error.retryAfter || 0;
      scans.forEach((scan) => this.onWaiting(scan));
    }
  }

  later() {
    if (this.timer) return;
    const pause = Math.min(1000 * 2 ** Math.max(this.failures - 1, 0), LONGEST_PAUSE);
    this.timer = setTimeout(() => this.flush(), Math.max(pause, (this.retryAfter || 0) * 1000));
  }

  /** The network is back: do not sit out the pause. */
  wake() {
    this.failures = 0;
    this.retryAfter = 0;
    if (this.pending().length) this.flush();
  }

  stop() { clearTimeout(this.timer); }
}
