// The grid: rooms are columns, time runs down from 04:00 to 03:59. Every day is drawn on the same date (see wall.js).

import { NO_ROOM, cardOf, eventOf } from "./cards.js";
import { say } from "./strings.js";
import { DRAWN, LOCALE, wallOf } from "./wall.js";

const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const SLOT_HEIGHTS = { 5: 18, 15: 22, 30: 34, 60: 52 };

function minutes(step) {
  return `${String(Math.floor(step / 60)).padStart(2, "0")}:${String(step % 60).padStart(2, "0")}`;
}

function header(room) {
  const box = document.createElement("div");
  box.className = "room-head";
  const name = document.createElement("strong");
  name.textContent = room.title;
  box.append(name);
  if (room.places) {
    const places = document.createElement("span");
    places.textContent = say("places", { places: room.places });
    box.append(places);
  }
  return { domNodes: [box] };
}

export class Grid {
  /** `on` hears of what people did: moved(slot, wanted, revert), opened(slot), dragging(slot), dropped(slot, event). */
  constructor(root, rooms, on) {
    Object.assign(this, { root, rooms, on });
    const step = Number(root.dataset.step);
    const mayEdit = Boolean(root.dataset.edit);
    this.calendar = window.EventCalendar.create(root, {
      view: "resourceTimeGridDay",
      date: DRAWN,
      locale: LOCALE,
      headerToolbar: { start: "", center: "", end: "" },
      allDaySlot: false,
      nowIndicator: false,
      slotMinTime: "04:00",
      slotMaxTime: "28:00",
      slotDuration: minutes(step),
      slotLabelInterval: step < 30 ? "00:30" : "01:00",
      slotHeight: SLOT_HEIGHTS[step],
      slotLabelFormat: HOURS,
      eventTimeFormat: HOURS,
      slotEventOverlap: false,
      scrollTime: root.dataset.scroll,
      columnWidth: "minmax(10rem, 1fr)",
      height: "100%",
      resources: [],
      events: [],
      editable: mayEdit,
      // Before the first day is shown the library draws a nameless column.
      resourceLabelContent: ({ resource }) => resource.extendedProps?.room && header(resource.extendedProps.room),
      eventContent: cardOf,
      eventDragStart: ({ event }) => on.dragging(event.extendedProps.slot),
      eventDragStop: ({ event, jsEvent }) => on.dropped(event.extendedProps.slot, jsEvent),
      eventResizeStart: ({ event }) => on.dragging(event.extendedProps.slot),
      eventResizeStop: ({ event }) => on.dropped(event.extendedProps.slot, null),
      eventDrop: (info) => this.moved(info),
      eventResize: ({ event, revert }) => on.moved(
        event.extendedProps.slot,
        { start: this.wall(event.start), end: this.wall(event.end), room: event.extendedProps.slot.room },
        revert,
      ),
      ...(mayEdit ? { eventClick: ({ event }) => on.opened(event.extendedProps.slot) } : {}),
    });
  }

  wall(date) {
    return wallOf(date, this.day);
  }

  moved({ event, newResource, revert }) {
    const { slot } = event.extendedProps;
    const stays = !slot.room && slot.kind !== "session";
    const column = newResource && !stays ? newResource.id : slot.room;
    this.on.moved(slot, { start: this.wall(event.start), room: column === NO_ROOM ? "" : column }, revert);
  }

  show({ day, slots, withoutRoom }) {
    const columns = this.rooms.map((room) => ({ id: room.id, extendedProps: { room } }));
    if (withoutRoom) columns.push({ id: NO_ROOM, extendedProps: { room: { title: say("noRoom") } } });
    this.day = day;
    this.calendar.setOption("resources", columns);
    this.calendar.setOption("events", slots.map((slot) => eventOf(slot, this.rooms, day)));
    requestAnimationFrame(() => this.dropRoles());
  }

  /** The library calls this a table, whose body has no rows: each card says itself when and where it is. */
  dropRoles() {
    for (const role of ["table", "row", "rowgroup", "columnheader", "cell"]) {
      for (const element of this.root.querySelectorAll(`[role=${role}]`)) {
        element.removeAttribute("role");
        element.removeAttribute("aria-colindex");
      }
    }
  }

  /** Where the pointer is: {start, room}, or null outside the grid. */
  placeAt(x, y) {
    const found = this.calendar.dateFromPoint(x, y);
    if (!found?.resource || found.allDay) return null;
    return { start: this.wall(found.date), room: found.resource.id === NO_ROOM ? "" : found.resource.id };
  }

  /** Something that is not stored yet, where it would be. */
  preview(slot) {
    this.calendar.removeEventById("new");
    if (slot) {
      const event = eventOf({ ...slot, id: "new" }, this.rooms, this.day);
      this.calendar.addEvent({ ...event, classNames: [...event.classNames, "slot-new"], editable: false });
    }
  }
}
