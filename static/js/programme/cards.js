// A slot as the calendar takes it, and its card. Colour only repeats what words and marks say.

import { say } from "./strings.js";
import { DRAWN, drawn, wallOf } from "./wall.js";

export const NO_ROOM = "none";
const template = document.getElementById("card");

/** The rooms that a slot stands in: breaks and blockers without a room stand in all of them. */
function columns(slot, rooms) {
  if (slot.room) return [slot.room];
  return slot.kind === "session" ? [NO_ROOM] : rooms.map((room) => room.id);
}

export function eventOf(slot, rooms, day) {
  return {
    id: String(slot.id),
    start: drawn(slot.start, day),
    end: drawn(slot.end, day),
    title: slot.title,
    resourceIds: columns(slot, rooms),
    classNames: [`slot-${slot.kind}`, slot.state && `slot-${slot.state}`].filter(Boolean),
    styles: slot.colour ? [`--track: ${slot.colour}`] : [],
    extendedProps: { slot },
  };
}

function fill(card, selector, text) {
  card.querySelector(selector).textContent = text;
}

export function cardOf({ event }) {
  const { slot } = event.extendedProps;
  const nowhere = slot.kind === "session" ? "noRoom" : "allRooms";
  const card = template.content.firstElementChild.cloneNode(true);
  fill(card, ".slot-time", wallOf(event.start, DRAWN).slice(11));
  fill(card, ".slot-title", event.title);
  fill(card, ".slot-place", say("until", { end: slot.end.slice(11), room: slot.roomLabel || say(nowhere) }));
  fill(card, ".slot-people", [slot.speakers, slot.track].filter(Boolean).join(" · "));
  if (slot.state && slot.state !== "confirmed") {
    card.querySelector(".slot-state").hidden = false;
    fill(card, ".slot-state-name", slot.stateLabel);
  }
  if (slot.warnings?.length) {
    card.querySelector(".slot-warned").hidden = false;
    fill(card, ".slot-count", String(slot.warnings.length));
    card.title = say("warnings", { warnings: slot.warnings.join("\n") });
  }
  return { domNodes: [card] };
}
