// Times on the wall of the event, like "2027-03-20T09:00". They have no zone: the server knows it.

const MINUTE = 60_000;

const asDate = (wall) => new Date(`${wall}:00Z`);

export function later(wall, minutes) {
  return new Date(asDate(wall).getTime() + minutes * MINUTE).toISOString().slice(0, 16);
}

export function minutesBetween(start, end) {
  return (asDate(end) - asDate(start)) / MINUTE;
}

const DAY_BEGINS = 4 * 60;

/** The same time of day on another day; a time before 04:00 stays in the night after the day. */
export function onDay(wall, day) {
  const dayOfWall = later(wall, -DAY_BEGINS).slice(0, 10);
  return later(wall, minutesBetween(`${dayOfWall}T00:00`, `${day}T00:00`));
}

/** The day that every day is drawn on: the calendar counts in the zone of the browser, and on this day no zone on earth
    moves its clocks. A grid can therefore not shift, on no night and from nowhere. */
export const DRAWN = "2001-01-10";

const shifted = (wall, from, to) => later(wall, minutesBetween(`${from}T00:00`, `${to}T00:00`));

/** Where a time of `day` is drawn. */
export function drawn(wall, day) {
  return shifted(wall, day, DRAWN);
}

/** The time of `day` that a date of the calendar stands for. */
export function wallOf(date, day) {
  const [hours, minutes] = [date.getHours(), date.getMinutes()].map((one) => String(one).padStart(2, "0"));
  const month = String(date.getMonth() + 1).padStart(2, "0");
  return shifted(`${date.getFullYear()}-${month}-${String(date.getDate()).padStart(2, "0")}T${hours}:${minutes}`, DRAWN, day);
}

/** Day before month in both languages, as the readers of both expect it in Europe. */
export const LOCALE = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;

const names = new Intl.DateTimeFormat(LOCALE, {
  weekday: "short", day: "numeric", month: "short", timeZone: "UTC",
});

/** Sat 20 Mar, of the day that the time belongs to. */
export function dayName(wall) {
  return names.format(asDate(later(wall, -DAY_BEGINS)));
}
