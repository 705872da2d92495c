// The buttons around the picture: start, light, another camera; and a plain sentence when there is no picture.

import { $, element, fill } from "./elements.js";
import { say } from "./strings.js";
import { unlock } from "./sound.js";
import { stayAwake } from "./camera.js";

const PROBLEMS = ["denied", "missing", "busy", "insecure", "undecodable", "lost"];

export class CameraControls {
  constructor(camera) {
    this.camera = camera;
    this.lit = false;
    $("start-camera").addEventListener("click", () => this.start());
    $("torch").addEventListener("click", () => this.toggleTorch());
    $("next-camera").addEventListener("click", () => this.next());
    $("camera-choice").addEventListener("change", (event) => camera.choose(event.target.value));
  }

  start() {
    unlock();
    stayAwake();
    return this.camera.start();
  }

  /** Follows the camera's state, which browser tests read from the page too. */
  async follow(state) {
    $("door").dataset.camera = state;
    fill("camera-problem", PROBLEMS.includes(state) ? say(`camera_${state}`) : "");
    $("start-camera").disabled = state === "starting";
    $("start-camera-text").textContent = say(PROBLEMS.includes(state) ? "camera_again" : "camera_start");
    if (state !== "on") return;
    $("door").dataset.engine = this.camera.decoder.engine;
    this.lit = false;
    $("torch").setAttribute("aria-pressed", "false");
    $("torch").hidden = !this.camera.hasTorch();
    await this.listCameras();
  }

  async listCameras() {
    const cameras = await this.camera.list();
    $("next-camera").hidden = cameras.length < 2;
    $("camera-choice-row").hidden = cameras.length < 2;
    const options = cameras.map((found, index) => element("option", {
      value: found.deviceId, text: found.label || say("camera_number", { number: index + 1 }),
      selected: found.deviceId === this.camera.current(),
    }));
    $("camera-choice").replaceChildren(...options);
  }

  async next() {
    const cameras = await this.camera.list();
    const at = cameras.findIndex((found) => found.deviceId === this.camera.current());
    if (cameras.length) await this.camera.choose(cameras[(at + 1) % cameras.length].deviceId);
  }

  async toggleTorch() {
    this.lit = !this.lit;
    await this.camera.torch(this.lit);
    $("torch").setAttribute("aria-pressed", String(this.lit));
  }
}
