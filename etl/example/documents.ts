// Who was sent which record, letter, minutes or plan, who says that they have it, and who was reminded. Pure.
import type {Conference} from "./conferences.ts";
import {addWorkingDays, dateOf, DAY, type Day, type Minute} from "./days.ts";
import type {MeetingAttendance, PracticeOptions} from "./practice.ts";
import {randomFor, type Random} from "./random.ts";
import type {World} from "./world.ts";

export interface Document {
  document: string;
  eventId: string;
  agency: string;
  /** The day of the event. */
  heldOn: Day;
  sentAt: Minute | null;
  receivedAt: Minute | null;
  chasedAt: Minute | null;
}

const THERE = new Set(["In person", "Video", "Telephone", "Part of meeting"]);
const OURS = new Set(["Children's social care", "Social worker", "Conference chair"]);

export function makeDocuments(world: World, conferences: Conference[], attendance: MeetingAttendance[], {seed, dials, from}: PracticeOptions): Document[] {
  const random = randomFor(seed, "documents");
  const documents: Document[] = [];
  const send = (document: string, eventId: string, heldOn: Day, agencies: string[], days: () => number, received: (agency: string) => number, chased = 0.5) => {
    const delay = days();
    for (const agency of new Set(agencies)) {
      const sentAt = random.chance(0.97) ? inOffice(random, addWorkingDays(heldOn, delay)) : null;
      const receivedAt = sentAt !== null && random.chance(received(agency)) ? inOffice(random, addWorkingDays(dateOf(sentAt), random.weighted([[1, 55], [2, 25], [4, 20]] as const))) : null;
      const chasedAt = sentAt !== null && receivedAt === null && random.chance(chased) ? inOffice(random, addWorkingDays(dateOf(sentAt), random.weighted([[3, 30], [5, 40], [9, 30]] as const))) : null;
      documents.push({document, eventId, agency, heldOn, sentAt, receivedAt, chasedAt});
    }
  };

  for (const m of world.strategyMeetings) {
    if (m.heldAt === null || dateOf(m.heldAt) < from) continue;
    const there = m.attendance.filter((a) => a.attended !== null && THERE.has(a.attended) && !OURS.has(a.agency)).map((a) => a.agency);
    send("Strategy meeting record", m.id, dateOf(m.heldAt), there, () => random.weighted([[0, 34], [1, 41], [2, 14], [5, 11]] as const), () => 0.84, 0.3);
  }

  const asked = new Map<string, MeetingAttendance[]>();
  for (const a of attendance) asked.set(a.meetingId, [...(asked.get(a.meetingId) ?? []), a]);
  const partners = (id: string) => (asked.get(id) ?? []).filter((a) => !OURS.has(a.agency)).map((a) => a.agency);
  const done = new Set<string>();
  for (const {id, type, heldOn} of conferences) {
    if (heldOn === null || done.has(id)) continue;
    done.add(id);
    const received = (agency: string) => dials.minutesReceived(0.86, {day: heldOn, agency});
    const [decision, minutes] = type === "Review" ? ["RCPC decision", "RCPC minutes"] : ["ICPC decision letter", "ICPC minutes"];
    send(decision!, id, heldOn, partners(id), () => random.weighted([[0, 30], [1, 50], [2, 12], [4, 8]] as const), () => 0.9, 0.3);
    send(minutes!, id, heldOn, partners(id), () => random.weighted([[8, 20], [14, 30], [18, 25], [20, 10], [24, 10], [33, 5]] as const), received, 0.42);
  }

  const sent = new Set<string>();
  for (const {id, type, heldOn} of world.cinMeetings) {
    if (heldOn === null || heldOn < from || sent.has(id)) continue;
    sent.add(id);
    if (type === "Planning" || random.chance(0.25)) send("CIN plan", id, heldOn, ["Parents", ...partners(id)], () => random.weighted([[1, 20], [3, 32], [5, 24], [8, 14], [15, 10]] as const), () => 0.8, 0.15);
  }
  return documents.filter((d) => d.sentAt !== null || d.document !== "CIN plan");
}

export const inOffice = (random: Random, day: Day): Minute => day * DAY + random.int(9 * 60, 17 * 60);
