// What measures of strategy meetings, section 47 enquiries and conferences must come to, from the generator's own records, apart from the pipeline: no SQL.
import {addWorkingDays, civil, dateOf, DAY, isWorkingDay, utc, wall, weekday, workingDaysBetween, type Day} from "./days.ts";
import {medianTime, percentage, type Counting, type Row, type Shown} from "./figures.ts";
import {dayBy, minuteBy} from "./practice.ts";
import {gather, ofSchoolAge, wholeHours, within, yearlyRate} from "./truth-common.ts";
import type {Attendance, Child, StrategyMeeting} from "./world.ts";

export function protectionTruth(shown: Shown): Record<string, Counting> {
  return {...strategy(shown), ...enquiries(shown), S10b: {rows: receiptsChased(shown), sum: percentage}};
}

// ---------------------------------------------------------------------------------------------------------------------
// Strategy meetings

const ATTENDED = new Set(["In person", "Video", "Telephone", "Part of meeting"]);
/** Partner → the kind of agency it is; children's social care is no partner. */
const KINDS: Record<string, string> = {
  Police: "police", Midwifery: "health", "Health visitor": "health", "School nurse": "health", Paediatrician: "health", GP: "health", CAMHS: "health", School: "education", Probation: "probation", Housing: "housing", "Early help": "early help"
};
const attended = (a: Attendance) => a.attended !== null && ATTENDED.has(a.attended);

/** Term time is taken simply: not August, and no bank holiday. */
const inTerm = (day: Day) => civil(day).month !== 8 && (weekday(day) > 4 || isWorkingDay(day));

function strategy({known, practice, asAt}: Shown): Record<string, Counting> {
  const held = known.strategyMeetings.filter((m): m is StrategyMeeting & {heldAt: number} => m.heldAt !== null);
  const sentOn = new Map<string, Day>();
  for (const d of practice.documents) {
    const at = minuteBy(asAt, d.sentAt);
    const key = `${d.eventId} ${KINDS[d.agency]}`;
    if (d.document === "Strategy meeting record" && at !== null) sentOn.set(key, Math.min(sentOn.get(key) ?? Infinity, dateOf(at)));
  }
  return {
    S3: {
      rows: held.filter((m) => inTerm(dateOf(m.heldAt)) && m.children.some((c) => ofSchoolAge(c, dateOf(m.heldAt)))).map((m) => ({on: dateOf(m.heldAt), met: m.attendance.some((a) => KINDS[a.agency] === "education" && attended(a))})),
      sum: percentage
    },
    S4b: {
      rows: known.strategyMeetings.flatMap((m) => {
        const due = dateOf(wall(utc(m.triggeredAt) + 24 * 60));
        if (due > asAt || (m.heldAt !== null && m.heldAt < m.triggeredAt)) return [];
        const passed = utc(m.heldAt ?? (asAt + 1) * DAY) - utc(m.triggeredAt);
        return m.children.map((child) => ({on: due, child, time: wholeHours(passed), ended: m.heldAt !== null}));
      }),
      sum: medianTime
    },
    S5: {
      rows: held.flatMap((m) => {
        const day = dateOf(m.heldAt);
        const due = addWorkingDays(day, 1);
        if (due > asAt) return [];
        const kinds = new Set(m.attendance.filter(attended).flatMap((a) => KINDS[a.agency] ?? []));
        return [...kinds].map((kind) => ({on: due, met: within(day, sentOn.get(`${m.id} ${kind}`) ?? null, 1)}));
      }),
      sum: percentage
    }
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Section 47 enquiries and the conferences they led to

interface Enquiry {
  child: Child;
  startedOn: Day;
  /** Flag or outcome say that no conference is needed. */
  unneeded: boolean;
  outcome: string;
  endedOn: Day | null;
  conferenceOn: Day | null;
  /** The strategy discussion that began it, else its own start. */
  clockOn: Day;
}

const CONFERENCE = "CP conference";

function enquiriesOf({known, written}: Shown): Enquiry[] {
  const heldOn = new Map(known.strategyMeetings.flatMap((m) => (m.heldAt === null ? [] : [[m.id, dateOf(m.heldAt)] as const])));
  return [...gather(written.section47s, ({e}) => e.child)].flatMap(([child, theirs]) => {
    theirs.sort((a, b) => a.s.startedOn - b.s.startedOn);
    const initial = theirs.flatMap(({s}) => s.icpcOn ?? []).sort((a, b) => a - b);
    return theirs.map(({s, endedOn, outcome}, i) => {
      const next = theirs[i + 1]?.s.startedOn ?? Infinity;
      const unneeded = s.icpcNotRequired || (outcome !== "" && outcome !== CONFERENCE);
      // the conference that it names, else the child's first from its start until the next enquiry
      const conferenceOn = s.icpcOn ?? (unneeded ? null : (initial.find((on) => on >= s.startedOn && on < next) ?? null));
      return {child, startedOn: s.startedOn, unneeded, outcome, endedOn, conferenceOn, clockOn: heldOn.get(s.strategyMeetingId) ?? s.startedOn};
    });
  });
}

function enquiries(shown: Shown): Record<string, Counting> {
  const {known, asAt} = shown;
  const all = enquiriesOf(shown);
  const due = (s: Enquiry) => addWorkingDays(s.clockOn, 15);
  const expired = all.filter((s) => due(s) <= asAt);
  // the record says of every enquiry whether a conference is asked for
  const confers = (s: Enquiry) => s.conferenceOn !== null || !s.unneeded;
  const seen = new Map<Child, Day[]>();
  for (const e of known.episodes) seen.set(e.child, [...(seen.get(e.child) ?? []), ...e.visits.filter((v) => v.seen).map((v) => v.on)]);
  const initial = [...new Map(all.filter((s) => s.conferenceOn !== null).map((s) => [`${s.child.id} ${s.conferenceOn}`, {child: s.child, on: s.conferenceOn!}])).values()];
  const rows = (of: Enquiry[], on: (s: Enquiry) => Day, met: (s: Enquiry) => boolean): Counting => ({rows: of.map((s) => ({on: on(s), child: s.child, met: met(s)})), sum: percentage});
  const begun = (s: Enquiry) => s.startedOn;
  return {
    S6a: {rows: all.map((s) => ({on: s.startedOn, child: s.child})), sum: yearlyRate, everyMonth: true},
    S6b: rows(all, begun, (s) => s.conferenceOn !== null || (!s.unneeded && s.outcome === CONFERENCE)),
    S6c: rows(all, begun, (s) => s.outcome === "No further action"),
    S6d: {rows: initial, sum: yearlyRate, everyMonth: true},
    S7: rows(expired.filter((s) => confers(s) && (s.conferenceOn === null || s.conferenceOn >= s.clockOn)), due, (s) => within(s.clockOn, s.conferenceOn, 15)),
    S7b: rows(all.filter((s) => s.conferenceOn !== null && s.conferenceOn >= s.startedOn), (s) => s.conferenceOn!, (s) => within(s.startedOn, s.conferenceOn, 15)),
    S7c: {
      // one that waits for its conference is followed to the end of the data, one that needs none until it ended
      rows: expired.flatMap((s) => {
        const until = s.conferenceOn ?? (confers(s) ? asAt : s.endedOn);
        return until === null || until < s.clockOn ? [] : [{on: due(s), child: s.child, time: workingDaysBetween(s.clockOn, until), ended: s.conferenceOn !== null}];
      }),
      sum: medianTime
    },
    S11: rows(all.filter((s) => addWorkingDays(s.startedOn, 1) <= asAt), (s) => addWorkingDays(s.startedOn, 1), (s) => (seen.get(s.child) ?? []).some((on) => within(s.startedOn, on, 1))),
    S12b: rows(expired, due, (s) => s.conferenceOn === null && !s.unneeded),
    S16: {rows: beforeBirth(all.filter(confers), initial, asAt), sum: percentage}
  };
}

/** Children born or due by now about whom an enquiry leading to a conference, or an initial conference, began before birth. */
function beforeBirth(leading: Enquiry[], initial: {child: Child; on: Day}[], asAt: Day): Row[] {
  const begun = [...leading.map((s) => ({child: s.child, begunOn: s.startedOn, heldOn: s.conferenceOn})), ...initial.map(({child, on}) => ({child, begunOn: on, heldOn: on}))].filter((b) => b.begunOn < b.child.born && b.child.born <= asAt);
  return [...gather(begun, (b) => b.child)].map(([child, theirs]) => ({on: child.born, child, met: theirs.some((b) => b.heldOn !== null && b.heldOn < child.born)}));
}

// ---------------------------------------------------------------------------------------------------------------------
// Minutes that health does not say it has

/** Health service → the service that the record knows; a health visitor and a school nurse are one. */
const SERVICES: Record<string, string> = {"Health visitor": "0-19", "School nurse": "0-19", Midwifery: "midwifery", GP: "gp", CAMHS: "camhs"};

/** Conference × health service asked (health as a whole where none was) whose minutes had no receipt when the limit for chasing expired. */
function receiptsChased({practice, asAt}: Shown): Row[] {
  const held = new Map(practice.conferences.flatMap((c) => (dayBy(asAt, c.heldOn) === null ? [] : [[c.id, c.heldOn!] as const])));
  const asked = gather(practice.attendance.filter((a) => held.has(a.meetingId) && SERVICES[a.agency]), (a) => a.meetingId);
  const sent = gather(practice.documents.filter((d) => /minutes$/i.test(d.document) && SERVICES[d.agency]), (d) => `${d.eventId} ${SERVICES[d.agency]}`);
  return [...held].flatMap(([id, heldOn]) => {
    const services = new Set((asked.get(id) ?? []).map((a) => SERVICES[a.agency]!));
    return (services.size > 0 ? [...services] : ["health"]).flatMap((service) => {
      const first = (of: "sentAt" | "receivedAt" | "chasedAt") => Math.min(...(sent.get(`${id} ${service}`) ?? []).flatMap((d) => { const at = minuteBy(asAt, d[of]); return at === null ? [] : [dateOf(at)]; }));
      const [sentOn, receivedOn, chasedOn] = [first("sentAt"), first("receivedAt"), first("chasedAt")];
      const from = sentOn === Infinity ? addWorkingDays(heldOn, 20) : sentOn;
      const chaseBy = addWorkingDays(from, 5);
      if (chaseBy > asAt || (receivedOn !== Infinity && workingDaysBetween(from, receivedOn) <= 5)) return [];
      return [{on: chaseBy, met: chasedOn !== Infinity && workingDaysBetween(from, chasedOn) <= 5}];
    });
  });
}
