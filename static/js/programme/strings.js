// The sentences of the page: gettext writes them into a JSON block, so that no module carries words of its own.

const strings = JSON.parse(document.getElementById("schedule-strings").textContent);

/** The sentence for `key`, with {name} placeholders replaced once. */
export function say(key, values = {}) {
  return strings[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
