// Calls to the server, which is the truth: it says what is there now, or why not.

import { say } from "./strings.js";

/** The server said no, or did not answer. `now` is what is there instead when somebody else was faster. */
export class Refused extends Error {
  constructor(message, now = null) {
    super(message);
    this.now = now;
  }
}

async function bodyOf(response) {
  const isJson = (response.headers.get("Content-Type") || "").includes("json");
  return isJson ? response.json() : null;
}

async function call(url, options) {
  let response;
  try {
    response = await fetch(url, { redirect: "manual", cache: "no-store", ...options });
  } catch {
    throw new Refused(say("failed"));
  }
  const body = await bodyOf(response);
  if (response.ok && body) return body;
  if (body?.message) throw new Refused(body.message, body.now);
  throw new Refused(say(response.status >= 500 ? "failed" : "signedOut"));
}

/** A key that makes sending the same thing twice act once. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function send(url, fields, token) {
  const filled = Object.entries({ ...fields, idempotency_key: newKey() }).filter(([, value]) => value !== "" && value != null);
  return call(url, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams(filled) });
}

export function read(url) {
  return call(url, {});
}
