// The device token: arrives in the fragment of the address, which no server and no log ever sees.

import { device, tab } from "./storage.js";

/** The token of this device or null; a token in the address replaces the stored one and leaves the address bar. */
export function takeToken() {
  const given = decodeURIComponent(location.hash.slice(1)).trim();
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  if (given && given !== device.get("token")) {
    tab.wipe();
    device.remove("door");
    device.set("token", given);
  }
  return device.get("token");
}

export function forgetEverything() {
  device.wipe();
  tab.wipe();
}
