/* Comfort for staff pages; every list and form works without it.
   [data-select-all="name"]   ticks every checkbox of that name in its form; shift-click ticks a range
   [data-bulk="name"]         shown while something is ticked; [data-bulk-count] inside gets the number
   form[data-auto-submit]     sends itself when a select or checkbox changes, and 400 ms after typing */
(() => {
  "use strict";

  const boxes = (name, within) =>
    [...(within || document).querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]`)];

  const refresh = (name, scope) => {
    const all = boxes(name, scope);
    const ticked = all.filter((box) => box.checked).length;
    for (const master of (scope || document).querySelectorAll(`[data-select-all="${CSS.escape(name)}"]`)) {
      master.hidden = false;
      master.checked = ticked > 0 && ticked === all.length;
      master.indeterminate = ticked > 0 && ticked < all.length;
    }
    for (const bar of document.querySelectorAll(`[data-bulk="${CSS.escape(name)}"]`)) {
      bar.hidden = ticked === 0;
      const count = bar.querySelector("[data-bulk-count]");
      if (count) count.textContent = String(ticked);
    }
  };

  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
    const scope = box.closest("form") || document;
    if (box.dataset.selectAll) {
      for (const other of boxes(box.dataset.selectAll, scope)) other.checked = box.checked;
      refresh(box.dataset.selectAll, scope);
      return;
    }
    if (!box.name || !document.querySelector(`[data-select-all="${CSS.escape(box.name)}"]`)) return;
    const all = boxes(box.name, scope);
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const other of all.slice(from, to + 1)) other.checked = box.checked;
    }
    last = box;
    refresh(box.name, scope);
  });

  const prepare = () => {
    for (const master of document.querySelectorAll("[data-select-all]")) {
      refresh(master.dataset.selectAll, master.closest("form") || document);
    }
  };

  let timer = 0;
  const send = (form) => {
    clearTimeout(timer);
    form.requestSubmit();
  };
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-auto-submit]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) send(form);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-auto-submit]");
    if (!form || !event.target.matches("input[type=search]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => send(form), 400);
  });

  document.addEventListener("DOMContentLoaded", prepare);
  document.addEventListener("htmx:afterSwap", prepare);
})();
