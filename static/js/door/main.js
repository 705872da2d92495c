// The door: puts the parts together. A code goes camera | wedge | typed | search -> admission -> queue -> server -> panel.

import { Admission } from "./admission.js";
import { Api, Revoked } from "./api.js";
import { Camera, stayAwake } from "./camera.js";
import { CameraControls } from "./camera_controls.js";
import { Counts } from "./counts.js";
import { Decoder } from "./decoder.js";
import { DeviceSheet } from "./device_sheet.js";
import { $, fill } from "./elements.js";
import { Panel } from "./panel.js";
import { ScanQueue } from "./queue.js";
import { Recent } from "./recent.js";
import { Search } from "./search.js";
import { forgetEverything, takeToken } from "./session.js";
import { isMuted, mute, unlock } from "./sound.js";
import { device } from "./storage.js";
import { say, useZone } from "./strings.js";
import { asPayload } from "./ticket.js";
import { listenToTypedCodes } from "./typed.js";
import { UndoDialog } from "./undo.js";
import { Views } from "./views.js";
import { Wedge } from "./wedge.js";

const RETRY = 3000;
const root = $("door");
let token = takeToken();
let door = null;

const api = new Api({
  base: root.dataset.api,
  language: document.documentElement.lang,
  onContact(reached) {
    root.dataset.network = reached ? "online" : "offline";
    $("network-word").textContent = say(reached ? "online" : "offline");
    if (reached) sheet.heard();
    showPending();
  },
});

const views = new Views();
const panel = new Panel({
  cameraIsOn: () => root.dataset.camera === "on",
  onUndo: () => undoDialog.ask(admission.currentItem()),
});
const queue = new ScanQueue({
  send: (owner, scans, timeout) => api.scans(owner, scans, timeout),
  onAnswer: (scan, result, counts) => admission.answered(scan, result, counts),
  onRejected: (scan, sentence) => admission.rejected(scan, sentence),
  onWaiting: (scan) => admission.waiting(scan),
  onChange: () => showPending(),
  onRevoked: (owner) => owner === token && leave("revoked"),
});
const undoDialog = new UndoDialog({ onConfirm: (item) => admission.undo(item) });
const recent = new Recent({ onUndo: (item) => undoDialog.ask(item) });
const counts = new Counts({ ask: (etag) => api.counts(token, etag), onRevoked: () => leave("revoked") });
const search = new Search({
  find: (text, cancelled) => api.people(token, text, cancelled),
  onAdmit: (person) => admission.admit("search", { registration: person.registration }, person.name),
  onRevoked: () => leave("revoked"),
});
const admission = new Admission({
  token: () => token,
  queue, panel, recent,
  onShow: () => views.show("scan"),
  onAnswer: (fresh) => { counts.show(fresh); search.refresh(); },
  onLateRefusal: (sentence) => { $("notice").hidden = false; $("notice-text").textContent = say("late_refusal", { reason: sentence }); },
});
const sheet = new DeviceSheet({ pending: () => queue.pending().length, onSignOut: () => leave("signed_out") });
const camera = new Camera({
  video: $("video"),
  decoder: new Decoder({ script: root.dataset.decoder, wasm: root.dataset.decoderWasm }),
  onCode: (text) => views.scanning && scanned("camera", text),
  onState: (state) => controls.follow(state),
});
const controls = new CameraControls(camera);

function scanned(method, text) {
  const open = document.querySelector("dialog[open]");
  if (token && text && !open) admission.admit(method, { payload: asPayload(text) }, say("ticket"));
}

function showPending() {
  const count = queue.pending().length;
  const waiting = count > 0 && root.dataset.network === "offline";
  root.dataset.pending = String(count);
  $("pending").hidden = !waiting;
  $("pending-text").textContent = waiting ? say("pending", { count }) : "";
  sheet.draw();
}

function describe(known) {
  door = known;
  useZone(door.event.zone);
  fill("door-name", door.checkpoint.name);
  fill("door-event", door.event.name);
  document.title = `${door.checkpoint.name} – ${door.event.name}`;
  $("rehearsal").hidden = !door.checkpoint.rehearsal;
  sheet.describe(door);
  recent.draw();
}

/** Nothing of the event stays on this device. */
function leave(state) {
  const lost = queue.pending().length;
  token = null;
  queue.stop();
  counts.stop();
  camera.stop();
  document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  forgetEverything();
  root.dataset.over = state;
  root.dataset.camera = "off";
  root.querySelectorAll("[data-personal]").forEach((part) => part.replaceChildren());
  document.title = $("door-name").textContent = say("door");
  views.show("scan");
  panel.final(state, say(lost && state === "revoked" ? "revoked_pending" : `${state}_why`, { count: lost }));
}

async function introduce() {
  try {
    const { data } = await api.door(token);
    device.set("door", { ...data, counts: undefined });
    describe(data);
    counts.show(data.counts);
    counts.poll();
    queue.wake();
  } catch (error) {
    if (error instanceof Revoked) leave("revoked");
    else if (token) setTimeout(introduce, RETRY);
  }
}

function listen() {
  new Wedge({ onCode: (text) => scanned("wedge", text), keys: () => door?.keys || [] });
  listenToTypedCodes((what) => admission.admit("typed", what, admission.label(what)));
  window.addEventListener("online", () => { queue.wake(); counts.restart(); });
  document.addEventListener("visibilitychange", () => root.dataset.camera === "on" && stayAwake());
  document.addEventListener("pointerdown", unlock);
  document.addEventListener("keydown", unlock);
  $("notice-close").addEventListener("click", () => { $("notice").hidden = true; });
  $("mute").addEventListener("click", () => { mute(!isMuted()); showMute(); });
}

function showMute() { $("mute").setAttribute("aria-pressed", String(isMuted())); }

showMute();
if (token) {
  const known = device.get("door");
  if (known) describe(known);
  listen();
  introduce();
} else {
  leave("no_device");
}
window.addEventListener("hashchange", () => location.reload());
