// What measures of who came to child-in-need meetings and who was sent the plan must come to, from the generator's own records, apart from the
// pipeline: no SQL.
import {addWorkingDays, dateOf, type Day} from "./days.ts";
import {percentage, type Counting, type Row, type Shown} from "./figures.ts";
import {gather, within} from "./truth-common.ts";
import {lastBy, protectionPlansOf, timesInNeed, runsOn} from "./truth-histories.ts";
import type {Child} from "./world.ts";

/** Word of a partner at a child-in-need meeting → the kind of agency it is; whoever is not here is the family or the council's own. */
const PARTNERS: Record<string, string> = {"Health visitor": "health", "School nurse": "health", Midwifery: "health", CAMHS: "health", School: "education", Nursery: "education", "Early help": "early help", Housing: "housing"};
const CAME = new Set(["In person", "Video", "Telephone", "Part of meeting"]);

interface Meeting {
  id: string;
  children: Child[];
  on: Day;
  isReview: boolean;
  sharedOn: Day | null;
  asked: {agency: string; came: boolean}[];
}

/** One about brothers and sisters is one meeting. */
function meetingsHeld({written, practice, asAt}: Shown): Meeting[] {
  const attendance = gather(practice.attendance.filter((a) => a.meetingType === "CIN meeting" && a.heldOn <= asAt), (a) => a.meetingId);
  const held = gather(written.cinMeetings.filter(({m}) => m.heldOn !== null), ({m}) => m.id);
  return [...held].map(([id, theirs]) => {
    const {m, sharedOn} = theirs[0]!;
    const asked = (attendance.get(id) ?? []).filter((a) => a.invited || CAME.has(a.attended ?? "")).map((a) => ({agency: a.agency, came: CAME.has(a.attended ?? "")}));
    return {id, children: theirs.map(({m: {episode}}) => episode.child), on: m.heldOn!, isReview: m.type === "Review", sharedOn, asked};
  });
}

export function meetingTruth(shown: Shown): Record<string, Counting> {
  const meetings = meetingsHeld(shown);
  const reviews = meetings.filter((m) => m.isReview);
  const partners = (m: Meeting) => [...gather(m.asked.filter((a) => PARTNERS[a.agency]), (a) => PARTNERS[a.agency]!)].map(([agency, theirs]) => ({agency, came: theirs.some((a) => a.came)}));
  const camhs = camhsInPlan(shown, meetings);
  return {
    N5a: {sum: percentage, rows: reviews.flatMap((m) => partners(m).map(({came}) => ({on: m.on, met: came})))},
    N5b: {sum: percentage, rows: reviews.map((m) => ({on: m.on, met: !partners(m).some((a) => a.came)}))},
    N6: {sum: percentage, rows: plansSent(shown, meetings, (m) => partners(m).map((a) => a.agency))},
    N14a: {sum: percentage, at: camhs(() => true)},
    N14b: {sum: percentage, at: camhs((came) => came)}
  };
}

/** Plans to the family, to each partner that was asked and to whoever else was sent one; the family has it on the day noted on the meeting, too. */
function plansSent({practice, asAt}: Shown, meetings: Meeting[], partners: (m: Meeting) => string[]): Row[] {
  const sent = gather(practice.documents.filter((d) => d.document === "CIN plan" && d.sentAt !== null && dateOf(d.sentAt) <= asAt), (d) => d.eventId);
  return meetings.flatMap((m) => {
    const due = addWorkingDays(m.on, 5);
    if (due > asAt) return [];
    const first = new Map<string, Day>();
    const note = (agency: string, day: Day) => first.set(agency, Math.min(first.get(agency) ?? Infinity, day));
    for (const d of sent.get(m.id) ?? []) {
      const agency = d.agency === "Parents" ? "family" : PARTNERS[d.agency];
      if (agency) note(agency, dateOf(d.sentAt!));
    }
    if (m.sharedOn !== null) note("family", m.sharedOn);
    return [...new Set(["family", ...partners(m), ...first.keys()])].map((agency) => ({on: due, met: within(m.on, first.get(agency) ?? null, 5)}));
  });
}

/** Children on a plan whose latest assessment found mental health needs of the child, and whether CAMHS was asked, or came, since the plan began. */
function camhsInPlan(shown: Shown, meetings: Meeting[]): (counts: (came: boolean) => boolean) => (p: Day) => Row[] {
  const found = new Map<Child, Map<Day, boolean>>();
  for (const e of shown.known.episodes) {
    for (const a of e.assessments) {
      if (a.authorisedOn === null || a.factors.length === 0) continue;
      const theirs = found.get(e.child) ?? new Map<Day, boolean>();
      found.set(e.child, theirs.set(a.authorisedOn, (theirs.get(a.authorisedOn) ?? false) || a.factors.includes("4A")));
    }
  }
  const toldOn = new Map([...found].map(([child, days]) => [child, [...days.keys()].sort((a, b) => a - b)]));
  const plans = [...timesInNeed(shown), ...protectionPlansOf(shown)];
  const ofChild = gather(meetings.flatMap((m) => m.children.map((child) => ({child, on: m.on, camhs: m.asked.filter((a) => a.agency === "CAMHS")}))), (m) => m.child);
  return (counts) => (p) =>
    [...gather(plans.filter(runsOn(p)), (s) => s.child)].flatMap(([child, theirs]) => {
      const told = lastBy(toldOn.get(child), p);
      if (told === undefined || !found.get(child)!.get(told)!) return [];
      const began = Math.max(...theirs.map((s) => s.from));
      return [{on: p, child, met: (ofChild.get(child) ?? []).some((m) => m.on >= began && m.on <= p && m.camhs.some((a) => counts(a.came)))}];
    });
}
