// ical.js and node-ical as one long-lived process: a line of JSON in, a line of JSON out (see node_readers.py).
"use strict";
const { createRequire } = require("node:module");
const readline = require("node:readline");

const fromReaders = createRequire(process.argv[2] + "/");
const ICAL = fromReaders("ical.js").default ?? fromReaders("ical.js");
const nodeIcal = fromReaders("node-ical");

const day = (date) => date.toISOString().slice(0, 10);

function readWithIcalJs(raw) {
  ICAL.TimezoneService.reset();
  const root = new ICAL.Component(ICAL.parse(raw));
  for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
  const instant = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString());
  return root.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      starts: instant(event.startDate),
      ends: instant(event.endDate),
      title: event.summary ?? "",
      location: event.location ?? "",
      description: event.description ?? "",
    };
  });
}

function readWithNodeIcal(raw) {
  const instant = (time) => (time.dateOnly ? day(time) : time.toISOString());
  const text = (value) => (typeof value === "object" && value !== null ? value.val : (value ?? ""));
  return Object.values(nodeIcal.sync.parseICS(raw))
    .filter((one) => one.type === "VEVENT")
    .map((event) => ({
      uid: event.uid,
      sequence: Number(event.sequence),
      status: event.status,
      starts: instant(event.start),
      ends: instant(event.end),
      title: text(event.summary),
      location: text(event.location),
      description: text(event.description),
    }));
}

const readers = { "ical.js": readWithIcalJs, "node-ical": readWithNodeIcal };

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { reader, raw } = JSON.parse(line);
  let answer;
  try {
    answer = { events: readers[reader](raw) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
