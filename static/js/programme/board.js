// The day that is shown, and every change of it: shown at once, sent, and taken back when the server refuses.

import { announce, askWhenStale, complain, forgetComplaint, placeInWords } from "./messages.js";
import { Refused, read, send } from "./server.js";
import { say } from "./strings.js";
import { later, minutesBetween } from "./wall.js";

export class Board {
  constructor({ root, rooms, undo, show }) {
    Object.assign(this, { root, rooms, undo, show, day: root.dataset.day, isDragging: false, waiting: null });
    this.last = Promise.resolve();
  }

  url(name, slot) {
    return this.root.dataset[name].replace(/\/0\//, `/${slot.id}/`);
  }

  /** One after the other: each move is sent with the version that the one before has made. */
  inTurn(act) {
    this.last = this.last.then(act).catch((error) => this.failed(error));
    return this.last;
  }

  move(slot, wanted, revert) {
    return this.inTurn(async () => {
      const change = { start: wanted.start, end: wanted.end, room: wanted.room };
      const now = await this.send("move", slot, change, revert);
      if (now) this.done("moved", now, { kind: "move", slot });
    });
  }

  create(what, place, revert) {
    return this.inTurn(async () => {
      const now = await this.send("create", null, { ...what, ...place }, revert);
      if (now) this.done("added", now, { kind: "create", slot: now });
    });
  }

  remove(slot) {
    return this.inTurn(async () => {
      const gone = await this.send("remove", slot, {});
      if (gone) this.done("removed", slot, { kind: "remove", slot });
    });
  }

  /** The slot as it is now; null when nothing happened, and then `revert` was called. */
  async send(name, slot, fields, revert = () => {}, version = slot && this.undo.newest(slot)) {
    forgetComplaint();
    try {
      return await this.post(name, slot, fields, version);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      revert();
      return refused.now ? this.settle(refused, name, slot, fields) : this.taken(refused);
    }
  }

  async post(name, slot, fields, version) {
    const url = slot ? this.url(name, slot) : this.root.dataset[name];
    const answer = await send(url, { ...fields, version }, this.root.dataset.token);
    if (answer.slot.id) this.undo.saw(answer.slot);
    return answer.slot;
  }

  /** Somebody was faster: both states are shown, and the person decides. */
  async settle(refused, name, slot, fields) {
    const { now } = refused;
    const end = fields.end ?? (fields.start && later(fields.start, minutesBetween(slot.start, slot.end)));
    const wanted = name === "move"
      ? placeInWords({ ...slot, ...fields, end }, this.rooms)
      : say("removed", { title: slot.title });
    this.undo.saw(now);
    const again = await askWhenStale(refused.message, wanted, placeInWords(now, this.rooms));
    if (again) return this.send(name, slot, fields, () => {}, now.version);
    await this.refresh();
    return null;
  }

  taken(refused) {
    complain(say("refused", { message: refused.message }));
    this.refresh();
    return null;
  }

  failed(error) {
    complain(say("failed"));
    throw error;
  }

  done(key, slot, move) {
    if (move) this.undo.push(move);
    announce(say(key, { title: slot.title, place: placeInWords(slot, this.rooms) }));
    this.refresh();
  }

  undoLast() {
    return this.inTurn(async () => {
      const last = this.undo.pop();
      if (!last) return;
      const { slot } = last;
      const place = { start: slot.start, end: slot.end, room: slot.room };
      const version = this.undo.own(slot);
      if (last.kind === "create") await this.send("remove", slot, {}, () => {}, version);
      if (last.kind === "move") await this.send("move", slot, place, () => {}, version);
      if (last.kind === "remove") {
        const back = await this.send("create", null, { session: slot.code, ...place });
        if (back) this.undo.renamed(slot.id, back.id);
      }
      announce(say("undone"));
      await this.refresh();
    });
  }

  /** The day as the server has it; not while something is being dragged. */
  async refresh(day = this.day) {
    const tab = document.querySelector(`[data-data][data-day="${day}"]`);
    const url = new URL(tab.dataset.data, location.href);
    for (const name of ["q", "sort"]) {
      const field = document.querySelector(`#waiting-${name}`);
      if (field?.value) url.searchParams.set(name, field.value);
    }
    this.asked = url.href;
    try {
      const found = await read(url);
      if (this.asked !== url.href) return;
      this.day = day;
      if (this.isDragging) this.waiting = found;
      else this.show(found);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      complain(refused.message);
    }
  }

  dragEnds() {
    this.isDragging = false;
    const found = this.waiting;
    this.waiting = null;
    if (found) this.show(found);
  }
}
