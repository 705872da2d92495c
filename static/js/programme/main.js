// The schedule editor: what the server has put into the page comes alive here.

import { Board } from "./board.js";
import { Grid } from "./calendar.js";
import { listenForDrags, mark, targetAt } from "./dragging.js";
import { Undo } from "./undo.js";
import { later, onDay } from "./wall.js";

const LINGER = 500;
const root = document.getElementById("schedule");
const side = document.getElementById("schedule-side");
const { values, rooms } = JSON.parse(document.getElementById("schedule-data").textContent);
const undo = new Undo(document.getElementById("undo"), `schedule ${root.dataset.create}`);
let onTarget = null;
let lingering = {};

function show(found) {
  grid.show(found);
  if ("aside" in found) replaceSide(found.aside);
  for (const one of document.querySelectorAll("#release-state > *")) one.hidden = one.dataset.is !== found.release;
  for (const tab of document.querySelectorAll("#day-tabs [data-day]")) {
    if (tab.dataset.day === found.day) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  root.dataset.shown = found.day;
}

function replaceSide(html) {
  const active = document.activeElement;
  const { id, selectionStart } = side.contains(active) ? active : {};
  side.innerHTML = html;
  const again = id ? document.getElementById(id) : null;
  again?.focus();
  if (again?.type === "search") again.setSelectionRange(selectionStart, selectionStart);
}

async function open(day) {
  if (day === board.day) return;
  await board.refresh(day);
  history.replaceState(null, "", document.querySelector(`[data-data][data-day="${day}"]`).href);
}

/** What is dragged out of the grid onto a tab or the list. True when it was taken there. */
function takenElsewhere(slot, target) {
  if (target?.dataset.day) {
    const start = onDay(slot.start, target.dataset.day);
    board.move(slot, { start, room: slot.room }).then(() => open(target.dataset.day));
    return true;
  }
  if (target === side && slot.kind === "session") {
    board.remove(slot);
    return true;
  }
  return false;
}

const followPointer = (event) => mark(targetAt(event.clientX, event.clientY));

const grid = new Grid(root, rooms, {
  dragging: () => {
    board.isDragging = true;
    document.addEventListener("pointermove", followPointer);
  },
  dropped: (slot, event) => {
    document.removeEventListener("pointermove", followPointer);
    mark(null);
    onTarget = event && targetAt(event.clientX, event.clientY);
    setTimeout(() => {
      board.dragEnds();
      if (onTarget) takenElsewhere(slot, onTarget);
      onTarget = null;
    }, 0);
  },
  moved: (slot, wanted, revert) => {
    if (onTarget) revert();
    else board.move(slot, wanted, revert);
  },
  opened: (slot) => { location.href = board.url("form", slot); },
});
const board = new Board({ root, rooms, undo, show });

function whatIs(item) {
  return item.dataset.session ? { session: item.dataset.session } : { kind: item.dataset.kind };
}

function slotOf(item, place) {
  const { minutes, title, colour, kind } = item.dataset;
  const end = later(place.start, Number(minutes));
  return { id: "new", kind: kind || "session", title, colour, speakers: "", track: "", ...place, end };
}

listenForDrags(side, {
  started: () => {
    board.isDragging = true;
    document.body.classList.add("is-dragging");
  },
  moved: (item, x, y) => {
    const place = grid.placeAt(x, y);
    const target = place ? null : targetAt(x, y);
    mark(target?.dataset.day ? target : null);
    linger(target?.dataset.day);
    grid.preview(place && slotOf(item, place));
  },
  ended: (item, x, y) => {
    const place = grid.placeAt(x, y);
    stop();
    if (!place) grid.preview(null);
    else board.create(whatIs(item), place, () => grid.preview(null));
  },
  cancelled: () => {
    stop();
    grid.preview(null);
  },
});

/** A day's tab opens when something is held over it. */
function linger(day) {
  if (day === lingering.day) return;
  clearTimeout(lingering.timer);
  lingering = { day, timer: day && setTimeout(() => openWhileDragging(day), LINGER) };
}

async function openWhileDragging(day) {
  board.isDragging = false;
  await open(day);
  board.isDragging = true;
}

function stop() {
  document.body.classList.remove("is-dragging");
  linger(undefined);
  mark(null);
  board.dragEnds();
}

let typing = 0;
side.addEventListener("input", (event) => {
  if (!event.target.matches("#waiting-q, #waiting-sort")) return;
  clearTimeout(typing);
  typing = setTimeout(() => board.refresh(), 250);
});
side.addEventListener("submit", (event) => {
  if (!event.target.matches(".waiting-search")) return;
  event.preventDefault();
  board.refresh();
});
document.getElementById("undo")?.addEventListener("click", () => board.undoLast());
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, textarea, select, dialog");
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || isTyping) return;
  if (!root.dataset.edit) return;
  event.preventDefault();
  board.undoLast();
});

show(values);
root.dataset.ready = "yes";
