// Finding a person by name, by mouse, touch or arrow keys, and letting them in.

import { Revoked } from "./api.js";
import { $, element } from "./elements.js";
import { say, timeOf } from "./strings.js";

const SHORTEST = 2;
const MOST = 20;
const PAUSE = 250;

function standing(person) {
  if (person.state === "cancelled") return { state: "refused", text: say("person_cancelled") };
  if (person.state === "pending") return { state: "waiting", text: say("person_pending") };
  if (person.attendance === "online") return { state: "waiting", text: say("person_online") };
  if (!person.admitted_at) return { state: "ready", text: say("person_expected") };
  const values = { time: timeOf(person.admitted_at), door: person.admitted_door || "" };
  return { state: "admitted", text: say("person_in", values) };
}

export class Search {
  /** `find(text, cancelled)` asks the server; `onAdmit(person)`; `onRevoked()`. */
  constructor({ find, onAdmit, onRevoked }) {
    Object.assign(this, { find, onAdmit, onRevoked });
    this.input = $("search-text");
    this.list = $("search-list");
    this.timer = null;
    this.input.addEventListener("input", () => this.later());
    $("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.move(1);
    });
    $("view-search").addEventListener("keydown", (event) => this.arrow(event));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), PAUSE);
  }

  async run() {
    this.cancel?.abort();
    const text = this.input.value.trim();
    if (text.length < SHORTEST) return this.draw([], text ? say("search_short") : "");
    this.cancel = new AbortController();
    const { signal } = this.cancel;
    try {
      const { data } = await this.find(text, signal);
      if (!signal.aborted) this.draw(data.people, this.summary(data.people.length));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Revoked) this.onRevoked();
      else this.draw([], say("search_failed"));
    }
  }

  /** The same question again, after an answer that may have changed what it shows. */
  refresh() {
    if (this.input.value.trim().length >= SHORTEST) this.run();
  }

  summary(count) {
    if (count === 0) return say("search_none");
    if (count === 1) return say("search_one");
    return say(count >= MOST ? "search_many" : "search_some", { count });
  }

  draw(people, sentence) {
    $("search-status").textContent = sentence;
    const focused = document.activeElement?.closest?.("[data-registration]")?.dataset.registration;
    this.list.replaceChildren(...people.map((person) => this.row(person)));
    if (focused) this.rows().find((row) => row.dataset.registration === focused)?.focus();
  }

  row(person) {
    const { state, text } = standing(person);
    const details = [person.category, person.organisation, person.reference].filter(Boolean).join(" · ");
    const words = element("div", { class: "scanner-words" }, [
      element("p", { class: "scanner-name", dir: "auto", text: person.name }),
      element("p", { class: "scanner-detail", text: details }),
      element("p", { class: "scanner-standing", "data-state": state, text }),
    ]);
    const attributes = { class: "scanner-row", tabindex: "-1", "data-registration": person.registration };
    const row = element("li", attributes, [words]);
    if (state === "ready") row.append(this.admitButton(person));
    return row;
  }

  admitButton(person) {
    const hidden = element("span", { class: "visually-hidden", text: ` ${person.name}` });
    const attributes = { type: "button", class: "scanner-button scanner-button-strong", "data-admit": "" };
    const button = element("button", attributes, [say("admit"), hidden]);
    button.addEventListener("click", () => {
      button.disabled = true;
      this.onAdmit(person);
    });
    return button;
  }

  rows() { return [...this.list.children]; }

  arrow(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      this.move(steps[event.key]);
    } else if (event.key === "Enter" && event.target.matches("[data-registration]")) {
      event.target.querySelector("[data-admit]")?.click();
    }
  }

  move(step) {
    const rows = this.rows();
    const at = rows.indexOf(document.activeElement?.closest?.("[data-registration]"));
    if (at + step < 0) this.input.focus();
    else rows[Math.min(at + step, rows.length - 1)]?.focus();
  }
}
