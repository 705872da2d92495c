// Dragging from the list beside the grid, by mouse, pen or finger (a finger takes the handle). By keyboard the link of
// each item opens a form that does the same.

const FAR_ENOUGH = 5;

/** What lies under the pointer and takes a drop: a day's tab, or the list. */
export function targetAt(x, y) {
  for (const element of document.elementsFromPoint(x, y)) {
    const found = element.closest("[data-day][data-data], #schedule-side");
    if (found) return found;
  }
  return null;
}

export function mark(target) {
  for (const one of document.querySelectorAll(".is-target")) if (one !== target) one.classList.remove("is-target");
  target?.classList.add("is-target");
}

/** `on`: started(item), moved(item, x, y), ended(item, x, y), cancelled(item). */
export function listenForDrags(side, on) {
  let item = null;
  let ghost = null;
  let from = null;

  const end = (event, isDrop) => {
    const [dragged, wasDragging] = [item, Boolean(ghost)];
    ghost?.remove();
    item = ghost = null;
    if (!wasDragging) return;
    if (isDrop) on.ended(dragged, event.clientX, event.clientY);
    else on.cancelled(dragged);
  };

  const begin = () => {
    ghost = document.createElement("div");
    ghost.className = "drag-ghost";
    ghost.textContent = item.dataset.title;
    document.body.append(ghost);
    on.started(item);
  };

  side.addEventListener("pointerdown", (event) => {
    const found = event.target.closest("[data-drag]");
    if (!found || event.button !== 0) return;
    if (event.pointerType === "touch" && !event.target.closest(".grip, .chip > .icon")) return;
    [item, from] = [found, event];
  });
  document.addEventListener("pointermove", (event) => {
    if (!item) return;
    if (!ghost && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) < FAR_ENOUGH) return;
    if (!ghost) begin();
    ghost.style.translate = `${event.clientX + 8}px ${event.clientY + 8}px`;
    on.moved(item, event.clientX, event.clientY);
  });
  document.addEventListener("pointerup", (event) => {
    if (ghost) document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0);
    end(event, true);
  });
  document.addEventListener("pointercancel", (event) => end(event, false));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") end(event, false); });
  // Links and pictures have a dragging of their own, which would take the pointer away.
  side.addEventListener("dragstart", (event) => event.preventDefault());
}

/** What ends a drag is no click on the link that was dragged. */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
