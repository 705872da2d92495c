// Building the page from data: text is always set as text, never as markup.

export const $ = (id) => document.getElementById(id);

/** A new element; `text` becomes its text, every other attribute is set as given. */
export function element(tag, { text, ...attributes } = {}, children = []) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter(Boolean));
  return made;
}

/** Writes `text` into the element with this id and hides it when there is none. */
export function fill(id, text) {
  const target = $(id);
  target.textContent = text || "";
  target.hidden = !text;
}

/** A copy of one of the shapes that stand beside every colour (templates in the page). */
export function shape(state) {
  return document.getElementById(`door-shape-${state}`).content.cloneNode(true);
}
