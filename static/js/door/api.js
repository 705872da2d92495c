// Calls to the server. Three things can go wrong and each is its own class, because each is handled differently.

/** No usable answer (no network, too slow, server error, a captive portal's page): keep and try again. */
export class Unreachable extends Error {
  constructor(reason, retryAfter = 0) {
    super(reason);
    this.retryAfter = retryAfter;
  }
}

/** The server read the request and will never accept it. */
export class Rejected extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
  }
}

/** This device may no longer be used. */
export class Revoked extends Error {}

const FINAL = new Set([400, 409, 413, 415, 422]);

async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

async function failure(response) {
  const problem = await problemOf(response);
  const type = String(problem.type || "");
  if (response.status === 401 && type.endsWith("device-revoked")) return new Revoked(problem.detail || "");
  if (FINAL.has(response.status) && problem.title) return new Rejected(response.status, problem);
  return new Unreachable(`HTTP ${response.status}`, Number(response.headers.get("Retry-After")) || 0);
}

function signalFor(timeout, cancelled) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeout);
  cancelled?.addEventListener("abort", () => controller.abort());
  return { signal: controller.signal, done: () => clearTimeout(timer) };
}

export class Api {
  /** `onContact(reached)` hears after every call whether the server answered. */
  constructor({ base, language, onContact }) {
    Object.assign(this, { base, language, onContact });
  }

  async request(token, path, { method = "GET", body, timeout = 8000, cancelled, etag } = {}) {
    const headers = { Authorization: `Bearer ${token}`, Accept: "application/json", "Accept-Language": this.language };
    if (body) headers["Content-Type"] = "application/json";
    if (etag) headers["If-None-Match"] = etag;
    const limit = signalFor(timeout, cancelled);
    try {
      const response = await fetch(this.base + path, {
        method, headers, signal: limit.signal, body: body && JSON.stringify(body),
        cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
      });
      const answer = await this.read(response);
      this.onContact(true);
      return answer;
    } catch (error) {
      throw this.explain(error, cancelled);
    } finally {
      limit.done();
    }
  }

  async read(response) {
    if (response.status === 304) return { unchanged: true };
    if (!response.ok) throw await failure(response);
    if (!(response.headers.get("Content-Type") || "").includes("json")) throw new Unreachable("not JSON");
    return { data: await response.json(), etag: response.headers.get("ETag") };
  }

  explain(error, cancelled) {
    if (cancelled?.aborted) return error;
    const known = error instanceof Rejected || error instanceof Revoked || error instanceof Unreachable;
    const told = known ? error : new Unreachable(String(error));
    this.onContact(!(told instanceof Unreachable));
    return told;
  }

  door(token) { return this.request(token, "/door"); }

  counts(token, etag) { return this.request(token, "/door/counts", { etag }); }

  people(token, text, cancelled) {
    return this.request(token, `/door/people?q=${encodeURIComponent(text)}`, { cancelled });
  }

  scans(token, scans, timeout) {
    const body = { device_time: new Date().toISOString(), scans };
    return this.request(token, "/scans", { method: "POST", body, timeout });
  }
}
