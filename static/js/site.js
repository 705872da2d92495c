/* Comfort for every page; nothing here is needed to use it.
   [data-copy="text"] or [data-copy-from="id"]  copies; data-copied = the words shown afterwards
   [data-focus]                                 takes the focus when the page opens (error summary)
   form                                         a second submit within the same page is ignored
   <time datetime="..." data-zone="..." data-local="words %s">  gives the reader's own time where it differs, as a
                                                title or in the element named by data-local-note */
(() => {
  "use strict";

  const say = (text) => {
    let box = document.getElementById("live-message");
    if (!box) {
      box = document.createElement("div");
      box.id = "live-message";
      box.className = "visually-hidden";
      box.setAttribute("role", "status");
      document.body.append(box);
    }
    box.textContent = text;
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copyFrom || "");
    const text = button.dataset.copy || source?.value || source?.textContent.trim() || "";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      source?.select?.();
      return;
    }
    const label = button.querySelector("[data-copy-label]") || button;
    const before = label.textContent;
    label.textContent = button.dataset.copied || "✓";
    say(label.textContent);
    setTimeout(() => {
      label.textContent = before;
    }, 2000);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-from]");
    if (button) copy(button);
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    if (form.hasAttribute("data-download") || form.target) setTimeout(() => release(form), 3000);
  });

  /* Back from the next page, the browser may show this one as it was left. */
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  const localTimes = () => {
    const format = { dateStyle: "medium", timeStyle: "short" };
    const language = document.documentElement.lang;
    for (const time of document.querySelectorAll("time[data-local][data-zone]")) {
      const here = new Date(time.dateTime).toLocaleString(language, format);
      const there = new Date(time.dateTime).toLocaleString(language, { ...format, timeZone: time.dataset.zone });
      if (here === there) continue;
      const text = time.dataset.local.replace("%s", here);
      const note = document.getElementById(time.dataset.localNote || "");
      if (note) {
        note.textContent = text;
        note.hidden = false;
      } else {
        time.title = text;
      }
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelector("[data-focus]")?.focus();
    localTimes();
    for (const hidden of document.querySelectorAll("[data-needs-script]")) hidden.hidden = false;
  });
})();
