/** A meeting in other people's calendars: the file as RFC 5545 wants it, to the letter. */
import ICAL from "ical.js";
import { expect, test } from "vitest";
import type { CommunityId, DocumentName, Meeting } from "../../src/sync/index.ts";
import type { MeetingId } from "../../src/sync/meeting/ids.ts";
import { calendarFile } from "../../src/ui/portal/meeting/calendar-file.ts";

const START = Date.UTC(2027, 2, 28, 0, 59, 30);

const planned: Meeting = {
  id: "m_4f2c" as MeetingId,
  community: "c" as CommunityId,
  title: "Panel meeting",
  startsAt: START,
  phase: "planned",
  documents: [{ name: "d" as DocumentName, title: "Dosing" }],
  mayCancel: false,
};
const facts = { origin: "https://consilium.example:8443", description: "About Dosing", now: START - 1000 };

/** The lines that a calendar reads: RFC 5545, 3.1. */
function linesOf(file: string | null): readonly string[] {
  const lines = (file ?? "").split("\r\n");
  for (const line of lines) {
    expect(line).not.toMatch(/[\r\n]/);
    expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  }
  expect(lines.at(-1)).toBe("");
  return lines.slice(0, -1).join("\r\n").replaceAll("\r\n ", "").split("\r\n");
}

/** What a calendar takes the file for; it has one event. */
function eventIn(file: string | null): InstanceType<typeof ICAL.Event> {
  const events = new ICAL.Component(ICAL.parse(file ?? "")).getAllSubcomponents("vevent");
  expect(events).toHaveLength(1);
  return new ICAL.Event(events[0]);
}

/** A point in time of an event, in milliseconds since 1970 UTC. */
function timeOf(event: InstanceType<typeof ICAL.Event>, name: string): number {
  const time = event.component.getFirstPropertyValue(name);
  return time instanceof ICAL.Time ? time.toJSDate().getTime() : Number.NaN;
}

test("a calendar reads the very moment, whatever its zone, and where the meeting is", () => {
  expect(linesOf(calendarFile(planned, facts))).toEqual([
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Consilium//Meetings//EN",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    "UID:m_4f2c@consilium.example",
    "DTSTAMP:20270328T005929Z",
    "LAST-MODIFIED:20270328T005929Z",
    "DTSTART:20270328T005930Z",
    "DURATION:PT1H",
    "SUMMARY:Panel meeting",
    "DESCRIPTION:About Dosing",
    "LOCATION:https://consilium.example:8443/m/m_4f2c",
    "URL:https://consilium.example:8443/m/m_4f2c",
    "END:VEVENT",
    "END:VCALENDAR",
  ]);
});

test("given again after the meeting was moved, it is the same event, and the later word on it", () => {
  const [before, after] = [
    eventIn(calendarFile(planned, facts)),
    eventIn(calendarFile({ ...planned, startsAt: START - 86_400_000, title: "Earlier" }, { ...facts, now: START })),
  ];
  expect(after.uid).toBe(before.uid);
  for (const when of ["dtstamp", "last-modified"]) {
    expect(timeOf(after, when)).toBeGreaterThan(timeOf(before, when));
  }
  expect(after.startDate.toJSDate().getTime()).toBe(START - 86_400_000 - (START % 1000));
});

test("imported, it stands in the owner’s zone, through the change of the clocks, with every character", () => {
  const title = "Ärzte; Pflege, 指南 \\n “x:y” 👩‍⚕️ ".repeat(3).trim();
  // Two in the morning does not exist in Berlin on this day.
  const event = eventIn(calendarFile({ ...planned, title }, { ...facts, description: `${title}\n\nSecond` }));
  const inBerlin = (time: InstanceType<typeof ICAL.Time>): string =>
    time.toJSDate().toLocaleTimeString("de", { timeZone: "Europe/Berlin", timeStyle: "short" });
  expect([inBerlin(event.startDate), inBerlin(event.endDate)]).toEqual(["01:59", "03:59"]);
  expect(event.summary).toBe(title);
  expect(event.description).toBe(`${title}\n\nSecond`);
  expect(event.location).toBe("https://consilium.example:8443/m/m_4f2c");
  expect(event.attendees).toEqual([]);
});

test("no title or description becomes a line of its own, and lines are as long as calendars take them", () => {
  const title = "Ärzte; Pflege, 指南 \\n\nATTENDEE:mailto:x@example\r\nEND:VEVENT 👩‍⚕️ ".repeat(4).trim();
  const said = "Ärzte\\; Pflege\\, 指南 \\\\n\\nATTENDEE:mailto:x@example\\nEND:VEVENT 👩‍⚕️ ".repeat(4).trim();
  const lines = linesOf(calendarFile({ ...planned, title }, { ...facts, description: `${title}\n\nSecond` }));
  expect(lines).toHaveLength(16);
  expect(lines[10]).toBe(`SUMMARY:${said}`);
  expect(lines[11]).toBe(`DESCRIPTION:${said}\\n\\nSecond`);
});

test("where no time was said there is nothing for a calendar", () => {
  expect(calendarFile({ ...planned, startsAt: null }, facts)).toBeNull();
});
