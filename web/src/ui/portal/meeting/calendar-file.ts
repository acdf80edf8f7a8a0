/**
 * A planned meeting as a file for calendars (iCalendar, RFC 5545).
 *
 * Its time is given in UTC, so that each calendar shows it in its owner's zone. The id of the event is the meeting's own,
 * and each file is later than the one before: a calendar that is given another replaces what it had (RFC 5546, 2.1.5). A
 * meeting that was called off is listed no more, and has no file; its event says where one sees that.
 */
import ICAL from "ical.js";
import type { Meeting } from "../../../sync/index.ts";
import { meetingPagePath } from "./paths.ts";

export const CALENDAR_MEDIA_TYPE = "text/calendar";

/** For how long the event stands in the calendar, in minutes. How long a meeting will last nobody says beforehand. */
export const CALENDAR_MINUTES = 60;

/** Who writes the file, in the form that RFC 5545, 3.7.3 asks for. */
const WRITTEN_BY = "-//Consilium//Meetings//EN";

// The library counts a folded line without the space that it begins with; 75 octets are with it (RFC 5545, 3.1).
ICAL.foldLength = 74;

export interface CalendarFacts {
  /** The server's origin, such as `https://consilium.example`. */
  readonly origin: string;
  /** What the event says beside its title: what the meeting is about, and that it stays as it is. */
  readonly description: string;
  /** Now, in milliseconds since 1970 UTC. */
  readonly now: number;
}

/** The file's text; `null` where no time was said. */
export function calendarFile(meeting: Meeting, { origin, description, now }: CalendarFacts): string | null {
  if (meeting.startsAt === null) {
    return null;
  }
  const page = `${origin}${meetingPagePath(meeting.id)}`;
  const calendar = new ICAL.Component("vcalendar");
  calendar.addPropertyWithValue("version", "2.0");
  calendar.addPropertyWithValue("prodid", WRITTEN_BY);
  calendar.addPropertyWithValue("method", "PUBLISH");
  const event = new ICAL.Component("vevent");
  event.addPropertyWithValue("uid", `${meeting.id}@${new URL(origin).hostname}`);
  event.addPropertyWithValue("dtstamp", inUtc(now));
  event.addPropertyWithValue("last-modified", inUtc(now));
  event.addPropertyWithValue("dtstart", inUtc(meeting.startsAt));
  event.addPropertyWithValue("duration", ICAL.Duration.fromSeconds(CALENDAR_MINUTES * 60));
  event.addPropertyWithValue("summary", withPlainBreaks(meeting.title));
  event.addPropertyWithValue("description", withPlainBreaks(description));
  event.addPropertyWithValue("location", page);
  event.addPropertyWithValue("url", page);
  calendar.addSubcomponent(event);
  return `${calendar.toString()}\r\n`;
}

function inUtc(moment: number): InstanceType<typeof ICAL.Time> {
  return ICAL.Time.fromJSDate(new Date(moment), true);
}

/** The library writes a line feed as the format wants it, and a carriage return as it is. */
function withPlainBreaks(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}
