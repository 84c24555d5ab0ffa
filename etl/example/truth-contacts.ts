// What measures of contacts, information sharing and the nights must come to, from the generator's own records, apart from the pipeline: no SQL.
import {addMonths, addWorkingDays, dateOf, DAY, isWorkingDay, utc, wall, workingDaysBetween, type Day, type Minute} from "./days.ts";
import {medianTime, numberMet, percentage, type Counting, type Row, type Shown} from "./figures.ts";
import {minuteBy} from "./practice.ts";
import {openCases} from "./truth-cases.ts";
import {CLOSED, contactsOf, gather, isClosed, ledToReferral, ofSchoolAge, PRIVATE, REFERRED, siblingsKnown, wholeHours, within, type Contacted} from "./truth-common.ts";
import type {Child} from "./world.ts";

export function contactTruth(shown: Shown): Record<string, Counting> {
  const contacts = contactsOf(shown);
  const {repeat, neglect, review} = addingUp(shown, contacts);
  const shares: Record<string, Row[]> = {...afterwards(shown, contacts), C11: siblingsConsidered(shown, contacts), ...asked(shown, contacts), ...nights(shown)};
  const timed = graded(shown, contacts);
  const police = contacts.filter(({c}) => c.source === "6");
  return {
    C3a: {rows: timed, sum: percentage},
    C3b: {rows: timed, sum: medianTime},
    C8: {at: repeat, sum: percentage},
    C9: {at: neglect, sum: percentage},
    C10: {at: review, sum: percentage},
    C16: {at: (p) => contacts.filter(({c, on}) => on <= p && (c.decidedAt === null || dateOf(c.decidedAt) > p)).map((k) => ({on: p, child: k.child, met: dueOn(k) <= p})), sum: numberMet},
    C18a: {rows: hoursFromIncident(shown, police), sum: medianTime},
    C18b: {rows: repeatedIncidents(shown, police), sum: percentage},
    ...Object.fromEntries(Object.entries(shares).map(([id, rows]) => [id, {rows, sum: percentage}]))
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// The limit of the first risk grade

const WORKING_DAYS = {Amber: 1, Green: 3};

/** The day on which a final decision is due: red four hours on, amber one working day, green three; ungraded one. */
function dueOn({c, on}: Contacted): Day {
  if (c.gradedFirst === "Red") return dateOf(wall(utc(c.receivedAt) + 240));
  return addWorkingDays(on, c.gradedFirst === null ? 1 : WORKING_DAYS[c.gradedFirst]);
}

/** Graded contacts whose limit has expired, but for those decided before they came. */
function graded({asAt}: Shown, contacts: Contacted[]): Row[] {
  return contacts.flatMap((k) => {
    const {c, child, on} = k;
    const due = dueOn(k);
    if (c.gradedFirst === null || due > asAt || (c.decidedAt !== null && c.decidedAt < c.receivedAt)) return [];
    const minutes = utc(c.decidedAt ?? (asAt + 1) * DAY) - utc(c.receivedAt);
    const met = c.decidedAt !== null && (c.gradedFirst === "Red" ? minutes <= 240 : workingDaysBetween(on, dateOf(c.decidedAt)) <= WORKING_DAYS[c.gradedFirst]);
    return [{on: due, child, met, time: wholeHours(minutes), ended: c.decidedAt !== null}];
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// What came after

function afterwards(shown: Shown, contacts: Contacted[]): Record<string, Row[]> {
  const {known, practice, asAt} = shown;
  const byChild = gather(contacts, (k) => k.child);
  const steppedUp = new Map<Child, Day[]>();
  for (const e of known.episodes) steppedUp.set(e.child, [...(steppedUp.get(e.child) ?? []), e.referredOn, ...e.section47s.map((s) => s.startedOn)]);
  const isOpen = openCases(shown);
  const inOrder = contacts.filter(({c}) => c.decidedAt !== null && c.decidedAt >= c.receivedAt);
  return {
    C7: inOrder.filter(({c}) => isClosed(c)).flatMap(({c, child}) => {
      const until = dateOf(c.decidedAt!) + 90;
      return until > asAt ? [] : [{on: until, child, met: byChild.get(child)!.some((k) => ledToReferral(k.c) && k.c.receivedAt > c.decidedAt! && k.on <= until)}];
    }),
    C12b: contacts.filter(({c}) => c.source !== null && !PRIVATE.has(c.source) && c.decidedAt !== null).flatMap(({c, child}) => {
      const decided = dateOf(c.decidedAt!);
      const due = addWorkingDays(decided, 1);
      const toldAt = minuteBy(asAt, practice.contactDetails.get(c.original ?? c)!.feedbackAt);
      return due > asAt ? [] : [{on: due, child, met: toldAt !== null && within(decided, dateOf(toldAt), 1)}];
    }),
    C15b: inOrder.filter(({c}) => c.outcome === "Early help").flatMap(({c, child}) => {
      const decided = dateOf(c.decidedAt!);
      const until = addMonths(decided, 6);
      return until > asAt ? [] : [{on: until, child, met: (steppedUp.get(child) ?? []).some((day) => day > decided && day <= until)}];
    }),
    // open from an earlier day: what began with the contact itself does not count
    C19: contacts.map(({child, on}) => ({on, child, met: isOpen(child, on - 1, on)}))
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Contacts that add up

interface Adding {
  day: Day;
  /** When it is known for what it is: a contact is closed once it is decided. */
  knownFrom: Day;
}

/** A contact counts from its day for twelve months. */
const counts = (a: Adding, p: Day) => a.knownFrom <= p && p < addMonths(a.day, 12);

/** Children whose contacts add up at the close of a day, and whether a manager looked at the whole in time. */
function addingUp({known, practice, asAt}: Shown, contacts: Contacted[]): {repeat: (p: Day) => Row[]; neglect: (p: Day) => Row[]; review: (p: Day) => Row[]} {
  const assessed = new Map<Child, Day[]>();
  for (const e of known.episodes) assessed.set(e.child, [...(assessed.get(e.child) ?? []), ...e.assessments.map((a) => a.startedOn)]);
  const assessedBetween = (child: Child, from: Day, to: Day) => (assessed.get(child) ?? []).some((day) => day >= from && day <= to);
  /** One a child and day, known from the first of that day's. */
  const daysOf = (those: {child: Child; day: Day; knownFrom: Day}[]) => {
    const found = new Map<Child, Adding[]>();
    for (const [child, theirs] of gather(those, (t) => t.child)) {
      const days = [...gather(theirs, (t) => t.day)].map(([day, of]) => ({day, knownFrom: Math.min(...of.map((t) => t.knownFrom))}));
      found.set(child, days.sort((a, b) => a.day - b.day));
    }
    return found;
  };
  const any = daysOf(contacts.map(({child, on}) => ({child, day: on, knownFrom: on})));
  const closed = daysOf(contacts.filter(({c}) => isClosed(c)).map(({c, child, on}) => ({child, day: on, knownFrom: Math.max(dateOf(c.decidedAt!), on)})));
  const neglected = daysOf(contacts.filter(({c}) => c.issue === "Neglect").map(({child, on}) => ({child, day: on, knownFrom: on})));

  const inWindow = (days: Adding[] | undefined, p: Day) => (days ?? []).filter((a) => counts(a, p));
  /** Three or more closed contacts and no assessment since the first of them. */
  const isRepeat = (child: Child, p: Day) => {
    const days = inWindow(closed.get(child), p);
    return days.length >= 3 && !assessedBetween(child, days[0]!.day, p);
  };
  /** Two or more about neglect; null where there are not. */
  const isNeglected = (child: Child, p: Day) => {
    const days = inWindow(neglected.get(child), p);
    return days.length >= 2 ? !assessedBetween(child, days[1]!.day, p) : null;
  };

  const reviews = new Map<Child, Day[]>();
  for (const m of practice.oversight) if ((m.kind === "Cumulative review" || m.kind === "Chronology reviewed") && dateOf(m.at) <= asAt) reviews.set(m.child, [...(reviews.get(m.child) ?? []), dateOf(m.at)]);
  /** Since when a child has been counted without a break, going back over the days on which anything about it changed. */
  const since = (child: Child, days: Adding[], is: (child: Child, p: Day) => boolean | null, p: Day): Day => {
    const turns = [...new Set([...days.flatMap((a) => [a.knownFrom, addMonths(a.day, 12)]), ...(assessed.get(child) ?? [])])].filter((day) => day <= p).sort((a, b) => b - a);
    let from = p;
    for (const day of turns) {
      if (!is(child, day)) break;
      from = day;
    }
    return from;
  };
  return {
    repeat: (p) => [...any].filter(([, days]) => days.some((a) => counts(a, p))).map(([child]) => ({on: p, child, met: isRepeat(child, p)})),
    neglect: (p) => [...neglected.keys()].flatMap((child) => {
      const met = isNeglected(child, p);
      return met === null ? [] : [{on: p, child, met}];
    }),
    review: (p) => [...any.keys()].flatMap((child) => {
      const ways = [...(isRepeat(child, p) ? [since(child, closed.get(child)!, isRepeat, p)] : []), ...(isNeglected(child, p) ? [since(child, neglected.get(child)!, isNeglected, p)] : [])];
      // of two ways to be counted, the one that came last
      const from = Math.max(...ways.filter((day) => addWorkingDays(day, 5) <= p));
      return from === -Infinity ? [] : [{on: p, child, met: (reviews.get(child) ?? []).some((day) => day >= from && day <= addWorkingDays(from, 5))}];
    })
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Brothers and sisters, agencies asked, police incidents

/** Every known brother or sister: a contact of their own by the fifth working day or linked to this one, or a decision on either child. */
function siblingsConsidered(shown: Shown, contacts: Contacted[]): Row[] {
  const {practice, asAt} = shown;
  const siblings = siblingsKnown(shown);
  const byChild = gather(contacts, (k) => k.child);
  const linkOf = ({c}: Contacted) => practice.contactDetails.get(c.original ?? c)!.linkedContactId;
  const decisions = gather(practice.oversight.filter((m) => m.kind === "Decision on brothers and sisters" && dateOf(m.at) <= asAt), (m) => m.child);
  return contacts.flatMap((k) => {
    const {c, child, on} = k;
    const due = addWorkingDays(on, 5);
    if (due > asAt) return [];
    const others = siblings(child, on);
    if (others.length === 0) return [];
    const link = linkOf(k);
    const decided = (of: Child) => (decisions.get(of) ?? []).some((m) => dateOf(m.at) >= on && dateOf(m.at) <= due);
    const contacted = (of: Child) => (byChild.get(of) ?? []).some((o) => (o.on >= on && o.on <= due) || o.c.id === c.id || o.c.id === link || linkOf(o) === c.id);
    return [{on: due, child, met: decided(child) || others.every((o) => decided(o) || contacted(o))}];
  });
}

const HEALTH = new Set(["Health (0-19 service)", "GP", "Adult mental health", "CAMHS"]);

function asked({known, practice, asAt}: Shown, contacts: Contacted[]): Record<string, Row[]> {
  const requests = gather(known.requests.filter((r) => dateOf(r.requestedAt) <= asAt), (r) => r.contactId);
  return {
    C17: contacts.flatMap(({c, child}) => {
      const sent = requests.get(c.id);
      if (!sent || c.outcome === "Strategy discussion") return [];
      const reasoned = practice.contactDetails.get(c.original ?? c)!.consentReason !== null;
      return [{on: Math.min(...sent.map((r) => dateOf(r.requestedAt))), child, met: c.consent === "Given" || (c.consent === "Dispensed with" && reasoned)}];
    }),
    I4: contacts.filter(({c}) => (c.gradedFirst === "Red" || c.gradedFirst === "Amber") && (c.consent === "Given" || c.consent === "Dispensed with")).map(({c, child, on}) => {
      const agencies = (requests.get(c.id) ?? []).map((r) => r.agency);
      return {on, child, met: agencies.includes("Police") && agencies.some((a) => HEALTH.has(a)) && (agencies.includes("School") || !ofSchoolAge(child, on))};
    })
  };
}

function hoursFromIncident({practice}: Shown, police: Contacted[]): Row[] {
  return police.flatMap(({c, child, on}) => {
    const {incidentAt} = practice.contactDetails.get(c.original ?? c)!;
    const minutes = incidentAt === null ? -1 : utc(c.receivedAt) - utc(incidentAt);
    return minutes < 0 ? [] : [{on, child, met: true, time: wholeHours(minutes), ended: true}];
  });
}

/** Of two in one minute the second by number repeats the first. */
function repeatedIncidents({practice}: Shown, police: Contacted[]): Row[] {
  const told = new Set<string>();
  return police
    .map((k) => ({...k, incident: practice.contactDetails.get(k.c.original ?? k.c)!.incidentId}))
    .filter((k) => k.incident !== null)
    .sort((a, b) => a.c.receivedAt - b.c.receivedAt || (a.c.id < b.c.id ? -1 : 1))
    .map(({child, on, incident}) => {
      const key = `${child.id} ${incident}`;
      const met = told.has(key);
      told.add(key);
      return {on, child, met};
    });
}

// ---------------------------------------------------------------------------------------------------------------------
// Nights

const OPENS = 9 * 60;
const ASKS_FOR_ACTION = new Set(["Referral to day team", "Follow-up by day team"]);

/** When the MASH opens next: in the small hours of a working day on that day. */
function opensAfter(at: Minute): Minute {
  const day = dateOf(at);
  return (isWorkingDay(day) && at < day * DAY + OPENS ? day : addWorkingDays(day, 1)) * DAY + OPENS;
}

function nights({written, asAt}: Shown): Record<string, Row[]> {
  return {
    E3: written.outOfHours.flatMap(({c}) => {
      const due = opensAfter(c.receivedAt) + 60;
      if (dateOf(due) > asAt || (c.handoverAt !== null && c.handoverAt < c.receivedAt)) return [];
      return c.children.map((child) => ({on: dateOf(due), child, met: c.handoverAt !== null && c.handoverAt <= due}));
    }),
    E4: written.outOfHours.flatMap(({c, dayOutcome, dayDecidedAt}) => {
      const received = dateOf(c.receivedAt);
      const due = addWorkingDays(received, 2);
      if (due > asAt || (dayDecidedAt !== null && dateOf(dayDecidedAt) < received)) return [];
      // the night asked for action and the day team closed it, or the other way about
      const otherwise = (ASKS_FOR_ACTION.has(c.outcome) ? CLOSED : REFERRED).has(dayOutcome);
      const reversed = otherwise && (dayDecidedAt === null || workingDaysBetween(received, dateOf(dayDecidedAt)) <= 2);
      return c.children.map((child) => ({on: due, child, met: !reversed}));
    })
  };
}
