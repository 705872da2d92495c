// What people are told: in a live region, in a message that stays, and in the dialog that shows both states.

import { say } from "./strings.js";
import { dayName } from "./wall.js";

const byId = (id) => document.getElementById(id);

/** Read out by screen readers. */
export function announce(text) {
  byId("schedule-said").textContent = text;
}

/** A refusal: seen, and read out at once. */
export function complain(text) {
  byId("schedule-message-text").textContent = text;
  byId("schedule-message").hidden = false;
}

export function forgetComplaint() {
  byId("schedule-message").hidden = true;
}

/** Sat 20 Mar, 09:00–09:30, Room 1 */
export function placeInWords(slot, rooms) {
  const nowhere = slot.kind === "session" ? say("noRoom") : say("allRooms");
  const room = rooms.find((one) => one.id === slot.room)?.title || nowhere;
  return say("place", { day: dayName(slot.start), start: slot.start.slice(11), end: slot.end.slice(11), room });
}

/** Shows what was wanted beside what is there; true when it is to be done all the same. */
export function askWhenStale(message, wanted, now) {
  const dialog = byId("stale");
  byId("stale-message").textContent = message;
  byId("stale-wanted").textContent = wanted;
  byId("stale-now").textContent = now;
  byId("stale-again").hidden = !now;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "again"), { once: true });
  });
}

byId("stale-keep").addEventListener("click", () => byId("stale").close("keep"));
byId("stale-again").addEventListener("click", () => byId("stale").close("again"));
byId("schedule-message-close").addEventListener("click", forgetComplaint);
