/* Bookmarks without a reload: the page stays where it is. Without this script, and when the request fails, the form is
   sent as any other. The server is asked for a state and not for a switch, so that a second tap changes nothing. */
(() => {
  "use strict";

  /* Milliseconds within which a second tap belongs to the first one, however fast the server was. */
  const DOUBLE_TAP = 400;

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

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-mark]")) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    const button = form.querySelector("button");
    form.dataset.busy = "1";
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const result = await answer.json();
      const marked = result.mark === "bookmarked";
      button.setAttribute("aria-pressed", String(marked));
      form.elements.mark.value = marked ? "" : "bookmarked";
      say(result.message);
    } catch {
      form.submit();
    } finally {
      button.removeAttribute("aria-busy");
      setTimeout(() => delete form.dataset.busy, DOUBLE_TAP);
    }
  }, true);
})();
