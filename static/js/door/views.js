// On a phone one view at a time behind the bar at the bottom; on a laptop they stand side by side.

import { $ } from "./elements.js";

const wide = window.matchMedia("(min-width: 56rem)");

export class Views {
  constructor() {
    this.root = $("door");
    this.buttons = [...document.querySelectorAll("[data-show]")];
    for (const button of this.buttons) button.addEventListener("click", () => this.show(button.dataset.show, true));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) this.show("scan", true);
    });
    this.show("scan");
  }

  /** Whether the camera's picture is in front of the volunteer. */
  get scanning() { return wide.matches || this.root.dataset.view === "scan"; }

  show(name, byHand = false) {
    this.root.dataset.view = name;
    for (const button of this.buttons) {
      if (button.dataset.show === name) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    if (byHand) $({ scan: "panel", search: "search-text", code: "code-text", recent: "recent-title" }[name]).focus();
  }
}
