/* Comfort for pages of matchmaking; each works without.
   [data-sends]        sends its form when it changes
   [data-count="300"]  says how many characters are left (data-count-left, data-count-over with %s)
   [data-tag-picker]   narrows the boxes while one types */
(() => {
  "use strict";

  const fold = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replaceAll("œ", "oe")
      .replaceAll("æ", "ae");

  const count = (area) => {
    const note = document.createElement("p");
    note.className = "form-hint char-count";
    note.setAttribute("aria-live", "polite");
    area.after(note);
    const tell = () => {
      const left = Number(area.dataset.count) - [...area.value].length;
      note.textContent = (left < 0 ? area.dataset.countOver : area.dataset.countLeft).replace("%s", Math.abs(left));
      note.classList.toggle("char-over", left < 0);
    };
    area.addEventListener("input", tell);
    tell();
  };

  const pick = (picker) => {
    const field = picker.querySelector("input[name=find]");
    const said = picker.querySelector(".tag-found");
    const branches = [...picker.querySelectorAll(".tag-branch")];
    const opened = new Map(branches.map((branch) => [branch, branch.open]));
    const narrow = () => {
      const words = fold(field.value).split(/\s+/).filter(Boolean);
      let found = 0;
      for (const branch of branches) {
        let here = 0;
        for (const box of branch.querySelectorAll(".tag-box")) {
          const fits = words.every((word) => box.dataset.words.includes(word));
          box.hidden = !fits && !box.querySelector("input").checked;
          if (fits) here += 1;
        }
        branch.hidden = words.length > 0 && !branch.querySelector(".tag-box:not([hidden])");
        branch.open = words.length > 0 ? here > 0 : opened.get(branch);
        found += here;
      }
      said.textContent = words.length && !found ? said.dataset.none : "";
    };
    field.addEventListener("input", narrow);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("textarea[data-count]").forEach(count);
    document.querySelectorAll("[data-tag-picker]").forEach(pick);
    for (const field of document.querySelectorAll("[data-sends]")) {
      field.addEventListener("change", () => field.form.requestSubmit());
    }
  });
})();
