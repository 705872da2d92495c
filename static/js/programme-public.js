/* Comfort for the public programme; everything is readable without it.
   [data-day][data-begins][data-ends][data-zone]  what the page shows, and in whose time
   [data-zone-toggle]                             shows every <time data-clock> in the visitor's own zone, and back
   [data-from][data-to]                           an item: marked while it happens
   [data-now-box] > [data-now-jump], [data-next]  shown during the day: to what happens now, and what comes next */
(() => {
  "use strict";

  const MINUTE = 60_000;
  const day = document.querySelector("[data-day]");
  if (!day) return;
  const language = document.documentElement.lang;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const parts = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const inZone = (instant, zone, more = {}) => instant.toLocaleString(language, { ...parts, ...more, timeZone: zone });

  const differs = (times) =>
    times.some((time) => {
      const instant = new Date(time.dateTime);
      const whole = { weekday: "short" };
      return inZone(instant, own, whole) !== inZone(instant, day.dataset.zone, whole);
    });

  /* In another zone an evening may be the next morning: then the day of the week is said. */
  const ownTime = (instant) => {
    const weekday = { weekday: "short" };
    const here = instant.toLocaleDateString(language, { ...weekday, timeZone: own });
    const there = new Date(day.dataset.begins).toLocaleDateString(language, { ...weekday, timeZone: day.dataset.zone });
    return here === there ? inZone(instant, own) : `${here} ${inZone(instant, own)}`;
  };

  const offerOwnZone = () => {
    const times = [...document.querySelectorAll("time[data-clock]")];
    const button = day.querySelector("[data-zone-toggle]");
    const note = day.querySelector("[data-zone-note]");
    if (!button || !differs(times)) return;
    const written = times.map((time) => time.textContent);
    const theirs = note.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const isOwn = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isOwn));
      times.forEach((time, number) => {
        time.textContent = isOwn ? ownTime(new Date(time.dateTime)) : written[number];
      });
      note.textContent = isOwn ? note.dataset.own.replace("%s", own) : theirs;
      follow();
    });
  };

  const isShown = (item) => item.getClientRects().length > 0;
  const starts = (item) => Date.parse(item.dataset.from);
  const items = [...document.querySelectorAll("[data-from][data-to]")];

  const running = (now) => items.filter((item) => starts(item) <= now && now < Date.parse(item.dataset.to));
  const coming = (now) =>
    items.filter((item) => isShown(item) && starts(item) > now).sort((one, other) => starts(one) - starts(other));

  const follow = () => {
    const box = day.querySelector("[data-now-box]");
    const now = Date.now();
    const inDay = Date.parse(day.dataset.begins) <= now && now < Date.parse(day.dataset.ends);
    const next = coming(now).find((item) => item.querySelector("a"));
    const current = running(now);
    for (const item of items) item.classList.toggle("is-now", inDay && current.includes(item));
    box.hidden = !inDay || !(next || current.length);
    const said = box.querySelector("[data-next]");
    said.hidden = !next;
    if (!next) return;
    const time = next.querySelector("time").textContent;
    const title = next.querySelector("a").textContent.trim();
    said.textContent = said.dataset.words.replace("%t", () => time).replace("%s", () => title);
  };

  const jump = (event) => {
    const now = Date.now();
    const target = running(now).find(isShown) || coming(now)[0];
    if (!target) return;
    event.preventDefault();
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    target.scrollIntoView({ block: "center", inline: "center", behavior: calm ? "auto" : "smooth" });
    target.querySelector("a")?.focus({ preventScroll: true });
  };

  document.addEventListener("DOMContentLoaded", () => {
    offerOwnZone();
    follow();
    day.querySelector("[data-now-jump]").addEventListener("click", jump);
    document.querySelectorAll(".view-switch input").forEach((input) => input.addEventListener("change", follow));
    setInterval(follow, MINUTE);
  });
})();
