// The code printed on a ticket, typed by hand.

import { $ } from "./elements.js";
import { looksLikeTicket } from "./ticket.js";

/** `onCode({payload} or {reference})` receives what was typed. */
export function listenToTypedCodes(onCode) {
  $("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("code-text").value.trim().toUpperCase();
    $("code-text").value = "";
    if (text) onCode(looksLikeTicket(text) ? { payload: text } : { reference: text.slice(0, 64) });
    else $("code-text").focus();
  });
}
