// What the first measures must come to, worked out from the generator's own records. Written from the measures' definitions, apart from the
// pipeline: no SQL, nothing imported from it. Takes what the exports show (accepted rows); damaged copies change nothing.
import {addMonths, addWorkingDays, civil, dateOf, DAY, monthOf, monthsBetween, utc, wall, workingDaysBetween, type Day} from "./days.ts";
import {count, distinctChildren, medianTime, numberMet, percentage, weighed, type Counting, type Figure, type Row, type Shown, type Sum} from "./figures.ts";
import type {Known} from "./known.ts";
import type {Practice} from "./practice.ts";
import {assuranceTruth} from "./truth-assurance.ts";
import {caseTruth} from "./truth-cases.ts";
import {contactTruth} from "./truth-contacts.ts";
import {meetingTruth} from "./truth-meetings.ts";
import {planTruth} from "./truth-plans.ts";
import {furtherRows} from "./truth-practice.ts";
import {protectionTruth} from "./truth-protection.ts";
import {riskTruth} from "./truth-risk.ts";
import {workTruth} from "./truth-work.ts";
import type {Attendance, Child, Episode} from "./world.ts";
import type {Written} from "./written.ts";

/** Further families of measures, each in a file of its own. */
const FAMILIES: ((shown: Shown) => Record<string, Counting>)[] = [contactTruth, caseTruth, protectionTruth, planTruth, meetingTruth, riskTruth, workTruth, assuranceTruth];

export interface Figures extends Figure {
  /** First and last month (yyyy-mm) of the default period, the last twelve whole months; the figure above is of these. */
  from: string;
  to: string;
  /** Of every row the exports hold; for a snapshot, the last one. */
  all: Figure;
  /** By month, oldest first; months without a row are left out, except of snapshots. */
  series: (Figure & {period: string})[];
}

export interface Measured {
  measures: Record<string, Figures>;
  /** Measure → breakdown → group. */
  by: Record<string, Record<string, Record<string, Figures>>>;
}

/** Every first measure, and further ones where there is more to tell of than cases, for the default period, for all time and by month, at the close of `asAt`. */
export function measure(known: Known, coveredFrom: Day, asAt: Day, practice?: Practice, written?: Written): Measured {
  const endOf = (month: Day) => addMonths(month, 1) - 1;
  const thisMonth = asAt - civil(asAt).day + 1;
  const lastWhole = endOf(thisMonth) <= asAt ? thisMonth : addMonths(thisMonth, -1);
  const period = {first: addMonths(lastWhole, -11), last: endOf(lastWhole)};
  const named = {from: monthOf(period.first), to: monthOf(period.last)};

  const spanned = (first: Day, last: Day) => monthsBetween(first, last).map(({month}) => month);
  const figures = (rows: Row[], sum: Sum, everyMonth = false): Figures => {
    const days = rows.map((r) => r.on).sort((a, b) => a - b);
    const everMonths = days.length > 0 ? spanned(days[0]!, days.at(-1)!) : [];
    const months = new Map<string, Row[]>();
    const names = new Map<Day, string>();
    for (const row of rows) {
      let month = names.get(row.on);
      if (!month) names.set(row.on, (month = monthOf(row.on)));
      const theirs = months.get(month);
      if (theirs) theirs.push(row);
      else months.set(month, [row]);
    }
    if (everyMonth) for (const month of everMonths) if (!months.has(month)) months.set(month, []);
    return {
      ...named,
      ...sum(rows.filter((r) => r.on >= period.first && r.on <= period.last), spanned(period.first, period.last)),
      all: sum(rows, everMonths),
      series: [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([month, theirs]) => ({period: month, ...sum(theirs, [month])}))
    };
  };
  const snapshots = (at: (p: Day) => Row[], sum: Sum, group?: string): Figures => {
    const series = monthsBetween(coveredFrom, asAt).map(({month, last}) => ({period: month, ...sum(at(Math.min(last, asAt)).filter((r) => group === undefined || r.group === group), [month])}));
    const {period: _, ...latest} = series.at(-1)!;
    const {period: __, ...ofPeriod} = series.find((s) => s.period === named.to) ?? series.at(-1)!;
    return {...named, ...ofPeriod, all: latest, series};
  };
  const groups = (rows: Row[], sum: Sum) => Object.fromEntries([...new Set(rows.map((r) => r.group))].filter((g) => g != null).sort().map((g) => [g, figures(rows.filter((r) => r.group === g), sum)]));
  const snapshotGroups = (at: (p: Day) => Row[], sum: Sum) => Object.fromEntries([...new Set(at(asAt).map((r) => r.group))].filter((g) => g != null).sort().map((g) => [g, snapshots(at, sum, g!)]));

  const referrals = referralsOf(known);
  const [c2, i1, e2, r1, a1, a4] = [decided(known, asAt), returned(known, asAt), responded(known, asAt), referred(referrals), assessed(referrals, asAt), seen(referrals, asAt)];
  const [s1, s2a, s2b] = strategy(known, asAt);
  const a5 = remembered(notSeen(referrals));
  const n3 = remembered(cinPlansWithoutMeeting(known));
  const further = practice && written ? furtherRows(known, practice, coveredFrom, asAt) : {rows: {}, weighted: {}, counts: {}, groups: {}};
  const families: Record<string, Counting> = practice && written ? Object.assign({}, ...FAMILIES.map((of) => of({known, practice, written, from: coveredFrom, asAt}))) : {};
  const all = (rows: Record<string, Row[]>, sum: Sum) => Object.fromEntries(Object.entries(rows).map(([id, of]) => [id, figures(of, sum)]));
  return {
    measures: {
      C1: figures(known.contacts.flatMap((c) => c.children.map((child) => ({on: dateOf(c.receivedAt), child}))), count),
      C2: figures(c2, percentage),
      I1: figures(i1, percentage),
      E2a: figures(e2, percentage),
      E2b: figures(e2, medianTime),
      R1: figures(r1, percentage),
      R2: figures(r1, distinctChildren),
      A1: figures(a1, percentage),
      A4a: figures(a4, percentage),
      A4b: figures(a4, medianTime),
      A5: snapshots(a5, numberMet),
      S1: figures(s1, percentage),
      S2a: figures(s2a, percentage),
      S2b: figures(s2b, percentage),
      N3: snapshots(n3, percentage),
      ...all(further.rows, percentage),
      ...all(further.weighted, weighed),
      ...all(further.counts, count),
      ...Object.fromEntries(Object.entries(families).map(([id, of]) => [id, "at" in of ? snapshots(remembered(of.at), of.sum) : figures(of.rows, of.sum, of.everyMonth)]))
    },
    by: {
      I1: {agency: groups(i1, percentage)},
      A4a: {team: groups(a4, percentage)},
      A4b: {team: groups(a4, medianTime)},
      A5: {team: snapshotGroups(a5, numberMet)},
      S1: {case_status: groups(s1, percentage)},
      S2a: {case_status: groups(s2a, percentage)},
      S2b: {case_status: groups(s2b, percentage)},
      N3: {locality: snapshotGroups(n3, percentage)},
      ...Object.fromEntries(Object.entries(further.groups).map(([id, dimension]) => [id, {[dimension]: groups((further.rows as Record<string, Row[]>)[id]!, percentage)}]))
    }
  };
}

/** Each day's snapshot is taken once, however many measures or groups are then picked from it. */
export function remembered<T>(at: (p: Day) => T): (p: Day) => T {
  const taken = new Map<Day, T>();
  return (p) => {
    if (!taken.has(p)) taken.set(p, at(p));
    return taken.get(p)!;
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Contacts, requests, out of hours

function decided({contacts}: Known, asAt: Day): Row[] {
  return contacts.flatMap((c) => {
    const due = addWorkingDays(dateOf(c.receivedAt), 1);
    const at = c.screenedAt ?? c.decidedAt;
    if (due > asAt || (at !== null && at < c.receivedAt)) return [];
    return c.children.map((child) => ({on: due, child, met: at !== null && workingDaysBetween(dateOf(c.receivedAt), dateOf(at)) <= 1}));
  });
}

/** Export word → agency at the top level of the code list. */
const AGENCY: Record<string, string> = {
  Police: "police", "Health (0-19 service)": "health", GP: "health", "Adult mental health": "health", CAMHS: "health", "Health visitor": "health", "School nurse": "health", Midwifery: "health",
  Paediatrician: "health", School: "education", Housing: "housing", Probation: "probation", "Domestic abuse service": "domestic_abuse", "Early help": "early_help", "Children's social care": "social_care"
};
const agencyOf = (word: string): string => {
  const code = AGENCY[word];
  if (!code) throw new Error(`the example exports the agency “${word}” but its truth does not know which agency that is; add it to AGENCY in truth.ts`);
  return code;
};

function returned({requests}: Known, asAt: Day): Row[] {
  return requests.flatMap((r) => {
    if (r.dueAt === null || dateOf(r.dueAt) > asAt || (r.returnedAt !== null && r.returnedAt < r.requestedAt)) return [];
    const inTime = r.returnedAt !== null && (r.dueAt % DAY === 0 ? dateOf(r.returnedAt) <= dateOf(r.dueAt) : r.returnedAt <= r.dueAt);
    return [{on: dateOf(r.dueAt), met: inTime, group: agencyOf(r.agency)}];
  });
}

function responded({outOfHours}: Known, asAt: Day): Row[] {
  const close = utc((asAt + 1) * DAY);
  return outOfHours.flatMap((c) => {
    if (c.priority === "No response needed") return [];
    const limit = c.priority === "Urgent" ? 60 : 240;
    const received = utc(c.receivedAt);
    const due = received + limit;
    const on = dateOf(wall(due));
    if (on > asAt) return [];
    const elapsed = c.respondedAt === null ? null : utc(c.respondedAt) - received;
    if (elapsed !== null && elapsed < 0) return [];
    return c.children.map((child) => ({on, child, met: elapsed !== null && elapsed <= limit, time: elapsed ?? close - received, ended: elapsed !== null}));
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// Referrals

interface Referral {
  episode: Episode;
  prior: Day | null;
  seenOn: Day | null;
}

/** The referrals of any export, each with the child's one before and the first visit at which the child was seen before their next. */
function referralsOf({episodes}: Known): Referral[] {
  const byChild = new Map<Child, Episode[]>();
  for (const episode of episodes) {
    const theirs = byChild.get(episode.child);
    if (theirs) theirs.push(episode);
    else byChild.set(episode.child, [episode]);
  }
  return [...byChild.values()].flatMap((theirs) => {
    theirs.sort((a, b) => a.referredOn - b.referredOn);
    const seenOn = theirs.flatMap((e) => e.visits.filter((v) => v.seen).map((v) => v.on)).sort((a, b) => a - b);
    return theirs.map((episode, i) => {
      const next = theirs[i + 1]?.referredOn ?? Infinity;
      return {episode, prior: theirs[i - 1]?.referredOn ?? null, seenOn: seenOn.find((on) => on >= episode.referredOn && on < next) ?? null};
    });
  });
}

const referred = (referrals: Referral[]): Row[] =>
  referrals.map(({episode: {child, referredOn}, prior}) => ({on: referredOn, child, met: prior !== null && prior < referredOn && referredOn <= addMonths(prior, 12)}));

function assessed(referrals: Referral[], asAt: Day): Row[] {
  return referrals.flatMap(({episode}) => {
    const first = [...episode.assessments].sort((a, b) => a.startedOn - b.startedOn)[0];
    const due = addWorkingDays(episode.referredOn, 45);
    if (!first || due > asAt || (first.authorisedOn !== null && first.authorisedOn < episode.referredOn)) return [];
    return [{on: due, child: episode.child, met: first.authorisedOn !== null && workingDaysBetween(episode.referredOn, first.authorisedOn) <= 45}];
  });
}

function seen(referrals: Referral[], asAt: Day): Row[] {
  return referrals.flatMap(({episode, seenOn}) => {
    const due = addWorkingDays(episode.referredOn, 5);
    if (episode.noFurtherAction || due > asAt) return [];
    const until = seenOn ?? Math.min(asAt, episode.closedOn ?? asAt);
    return [{on: due, child: episode.child, met: seenOn !== null && workingDaysBetween(episode.referredOn, seenOn) <= 5, time: workingDaysBetween(episode.referredOn, until), ended: seenOn !== null, group: teamOfEpisode(episode)}];
  });
}

function notSeen(referrals: Referral[]): (p: Day) => Row[] {
  const accepted = referrals
    .filter(({episode}) => !episode.noFurtherAction)
    .map(({episode: e, seenOn}) => ({opens: e.referredOn, closes: e.closedOn ?? Infinity, due: addWorkingDays(e.referredOn, 5), seenOn: seenOn ?? Infinity, group: teamOfEpisode(e)}));
  return (p) => accepted.filter((r) => r.opens <= p && r.closes > p).map((r) => ({on: p, met: r.due <= p && r.seenOn > p, group: r.group}));
}

/** A referral has a team once a worker of it is allocated; every worker of an episode is of one team. */
const teamOfEpisode = (episode: Episode): string | null => episode.allocations[0]?.team ?? null;

// ---------------------------------------------------------------------------------------------------------------------
// Strategy meetings

const PRESENT = new Set(["In person", "Video", "Telephone"]);
const ATTENDED = new Set([...PRESENT, "Part of meeting"]);

function strategy({strategyMeetings}: Known, asAt: Day): [Row[], Row[], Row[]] {
  const held = strategyMeetings.filter((m) => m.heldAt !== null && dateOf(m.heldAt) <= asAt);
  const rows = (meetings: typeof held, met: (attendance: Attendance[]) => boolean): Row[] =>
    meetings.map((m) => ({on: dateOf(m.heldAt!), met: met(m.attendance), group: m.caseOpen ? "open" : "new"}));
  const of = (agency: string, attendance: Attendance[]) => attendance.filter((a) => agencyOf(a.agency) === agency);
  const came = (ways: Set<string>) => (a: Attendance) => a.attended !== null && ways.has(a.attended);
  const healthInvited = (attendance: Attendance[]) => of("health", attendance).some((a) => a.invited === true || (a.invited === null && came(ATTENDED)(a)));
  const healthAttended = (attendance: Attendance[]) => of("health", attendance).some(came(ATTENDED));
  const quorate = (attendance: Attendance[]) => ["social_care", "police", "health"].every((agency) => of(agency, attendance).some(came(PRESENT)));
  return [rows(held, quorate), rows(held, healthInvited), rows(held.filter((m) => healthInvited(m.attendance)), healthAttended)];
}

// ---------------------------------------------------------------------------------------------------------------------
// Child-in-need plans

function cinPlansWithoutMeeting({episodes, cinMeetings}: Known): (p: Day) => Row[] {
  const heldFor = new Map<Child, Day[]>();
  for (const {episode, heldOn} of cinMeetings) {
    if (heldOn === null) continue;
    const theirs = heldFor.get(episode.child);
    if (theirs) theirs.push(heldOn);
    else heldFor.set(episode.child, [heldOn]);
  }
  const plans = episodes.flatMap((e) => e.cinPlans.map((plan) => ({child: e.child, ...plan})));
  return (p) =>
    plans
      .filter((plan) => plan.startedOn <= p && (plan.endedOn === null || plan.endedOn > p) && workingDaysBetween(plan.startedOn, p) > 10)
      .map(({child}) => ({on: p, child, met: !(heldFor.get(child) ?? []).some((on) => on > p - 84 && on <= p), group: child.family.locality}));
}

/** truth.json */
export interface Truth extends Measured {
  authority: {code: string; name: string};
  seed: number;
  children: number;
  from: string;
  until: string;
  asAt: string;
  files: {
    file: string;
    sha256: string;
    recordSets: {
      name: string;
      /** Of a workbook with several. */
      sheet?: string;
      read: number;
      accepted: number;
      rejected: number;
      duplicates: number;
      /** Damaged or repeated extra rows, by kind. */
      dirt?: Record<string, number>;
      /** Accepted rows that deserve a remark, by kind. */
      odd?: Record<string, number>;
    }[];
  }[];
  /** Each record set: accepted rows of all files, the records they make once merged, and the rows that tell of a record already told of. */
  records: {name: string; accepted: number; records: number; merged: number}[];
  planted: {story: string; says: string; much: string; shows: {measure: string; against?: string; dimension: string | null; group: string | null; from: string; to: string; direction: string}[]}[];
}
