// The camera: asked for by a button, chosen, lit, and watched about eight times a second.

import { device } from "./storage.js";

const PAUSE = 110;
const FORGET_AFTER = 3000;
const REASONS = {
  NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing",
  NotReadableError: "busy", AbortError: "busy",
};

export class Camera {
  /** `onCode(text)` hears each code once per presentation; `onState(state)`: off, starting, on, denied, missing... */
  constructor({ video, decoder, onCode, onState }) {
    Object.assign(this, { video, decoder, onCode, onState });
    this.seen = new Map();
    this.stream = null;
  }

  get track() { return this.stream?.getVideoTracks()[0]; }

  async start(deviceId = device.get("camera")) {
    this.stop();
    if (!window.isSecureContext) return this.onState("insecure");
    if (!navigator.mediaDevices?.getUserMedia) return this.onState("missing");
    this.onState("starting");
    try {
      this.stream = await this.open(deviceId);
      this.track.addEventListener("ended", () => this.lost());
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch (error) {
      this.stop();
      return this.onState(REASONS[error.name] || "missing");
    }
    return this.decode();
  }

  async open(deviceId) {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const choice = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: { ideal: "environment" } };
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, ...choice } });
    } catch (error) {
      if (!deviceId || error.name === "NotAllowedError") throw error;
      device.remove("camera");  // the remembered camera is gone
      return this.open(null);
    }
  }

  async decode() {
    try {
      await this.decoder.prepare();
    } catch {
      this.stop();
      return this.onState("undecodable");
    }
    this.onState("on");
    return this.watch(this.stream);
  }

  async watch(stream) {
    while (stream === this.stream) {
      if (!document.hidden) {
        const texts = await this.decoder.read(this.video).catch(() => []);
        if (stream === this.stream) texts.forEach((text) => this.notice(text));
      }
      await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    }
  }

  /** A badge that stays in front of the camera is one scan, however long it stays. */
  notice(text) {
    const now = performance.now();
    const before = this.seen.get(text) ?? -Infinity;
    for (const [code, at] of this.seen) if (now - at > FORGET_AFTER) this.seen.delete(code);
    this.seen.set(text, now);
    if (now - before > FORGET_AFTER) this.onCode(text);
  }

  lost() {
    this.stop();
    this.onState("lost");
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
  }

  /** The cameras of this device; names are known once one of them was allowed. */
  async list() {
    const all = await navigator.mediaDevices?.enumerateDevices?.() || [];
    return all.filter((found) => found.kind === "videoinput" && found.deviceId);
  }

  current() { return this.track?.getSettings().deviceId || null; }

  choose(deviceId) {
    device.set("camera", deviceId);
    return this.start(deviceId);
  }

  hasTorch() { return Boolean(this.track?.getCapabilities?.().torch); }

  async torch(on) {
    await this.track?.applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
  }
}

let lock = null;

/** Keeps the screen on where the browser can; the lock ends with the page's visibility and is taken again. */
export async function stayAwake() {
  if (!navigator.wakeLock || document.hidden || (lock && !lock.released)) return;
  lock = await navigator.wakeLock.request("screen").catch(() => null);
}
