/* What somebody opened counts as read. Reading alone changes nothing, so the page itself says it, by a form of its own:
   without this script its button stays there to be pressed. */
(() => {
  "use strict";

  for (const form of document.querySelectorAll("form[data-send-on-load]")) {
    fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).then(
      () => form.remove(),
      () => {},
    );
  }
})();
