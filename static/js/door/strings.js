// The sentences of the page: gettext writes them into a JSON block, so that no module carries words of its own.

const strings = JSON.parse(document.getElementById("door-strings").textContent);

/** The sentence for `key`, with {name} placeholders replaced once. */
export function say(key, values = {}) {
  return strings[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const language = document.documentElement.lang;
const HOURS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
let clock = new Intl.DateTimeFormat(language, HOURS);

/** Times are told in the zone of the event, whatever the zone of the device. */
export function useZone(zone) {
  clock = new Intl.DateTimeFormat(language, { ...HOURS, timeZone: zone });
}

export function timeOf(iso) {
  return clock.format(new Date(iso));
}

export function number(value) {
  return new Intl.NumberFormat(language).format(value);
}
