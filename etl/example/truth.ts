// What the first measures must come to, worked out from the generator's own records. Written from the measures' definitions, apart from the
// pipeline: no SQL, nothing imported from it. Takes what the exports show (accepted rows); damaged copies change nothing.
import {addMonths, addWorkingDays, civil, dateOf, DAY, monthOf, monthsBetween, utc, wall, workingDaysBetween, type Day} from "./days.ts";
import type {Known} from "./known.ts";
import type {Practice} from "./practice.ts";
import {furtherRows} from "./truth-practice.ts";
import type {Attendance, Child, Episode} from "./world.ts";

export interface Figure {
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}

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

/** One counted case. `on` decides its month; what the other fields mean is the measure's affair. */
export interface Row {
  on: Day;
  /** How many it stands for, where not one. */
  weight?: number;
  met?: boolean;
  child?: Child;
  /** Minutes or working days, and whether it ended (else it is censored there). */
  time?: number;
  ended?: boolean;
  group?: string | null;
}

type Sum = (rows: Row[]) => Figure;

const count: Sum = (rows) => ({numerator: rows.length, denominator: null, value: rows.length});
const percentage: Sum = (rows) => share(rows.filter((r) => r.met).length, rows.length);
const distinctChildren: Sum = (rows) => share(new Set(rows.filter((r) => r.met).map((r) => r.child)).size, new Set(rows.map((r) => r.child)).size);
const medianTime: Sum = (rows) => ({numerator: rows.filter((r) => r.ended).length, denominator: rows.length, value: kaplanMeierMedian(rows.map((r) => ({time: r.time!, ended: r.ended!})))});
const weighed: Sum = (rows) => share(rows.reduce((n, r) => n + (r.met ? r.weight! : 0), 0), rows.reduce((n, r) => n + r.weight!, 0));
const share = (met: number, of: number): Figure => ({numerator: met, denominator: of, value: of === 0 ? null : (100 * met) / of});

/**
 * The time by which half have ended, counting those that have not as censored (Kaplan–Meier, as R's survfit prints it: the midpoint where the curve
 * lies flat at exactly one half); null when the curve does not come down to one half.
 */
export function kaplanMeierMedian(times: {time: number; ended: boolean}[]): number | null {
  const sorted = [...times].sort((a, b) => a.time - b.time);
  let surviving = 1;
  let atHalf: number | null = null;
  for (let i = 0; i < sorted.length; ) {
    const time = sorted[i]!.time;
    const atRisk = sorted.length - i;
    let events = 0;
    for (; i < sorted.length && sorted[i]!.time === time; i++) if (sorted[i]!.ended) events++;
    if (events === 0) continue;
    if (atHalf !== null) return (atHalf + time) / 2;
    surviving *= 1 - events / atRisk;
    if (Math.abs(surviving - 0.5) < 1e-9) atHalf = time;
    else if (surviving < 0.5) return time;
  }
  return atHalf;
}

/** Every first measure, and further ones where there is more to tell of than cases, for the default period, for all time and by month, at the close of `asAt`. */
export function measure(known: Known, coveredFrom: Day, asAt: Day, practice?: Practice): Measured {
  const endOf = (month: Day) => addMonths(month, 1) - 1;
  const thisMonth = asAt - civil(asAt).day + 1;
  const lastWhole = endOf(thisMonth) <= asAt ? thisMonth : addMonths(thisMonth, -1);
  const period = {first: addMonths(lastWhole, -11), last: endOf(lastWhole)};
  const named = {from: monthOf(period.first), to: monthOf(period.last)};

  const figures = (rows: Row[], sum: Sum): Figures => {
    const months = new Map<string, Row[]>();
    const names = new Map<Day, string>();
    for (const row of rows) {
      let month = names.get(row.on);
      if (!month) names.set(row.on, (month = monthOf(row.on)));
      const theirs = months.get(month);
      if (theirs) theirs.push(row);
      else months.set(month, [row]);
    }
    return {
      ...named,
      ...sum(rows.filter((r) => r.on >= period.first && r.on <= period.last)),
      all: sum(rows),
      series: [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([month, theirs]) => ({period: month, ...sum(theirs)}))
    };
  };
  const snapshots = (at: (p: Day) => Row[], sum: Sum, group?: string): Figures => {
    const series = monthsBetween(coveredFrom, asAt).map(({month, last}) => ({period: month, ...sum(at(Math.min(last, asAt)).filter((r) => group === undefined || r.group === group))}));
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
  const numberMet: Sum = (rows) => ({numerator: rows.filter((r) => r.met).length, denominator: rows.length, value: rows.filter((r) => r.met).length});
  const further = practice ? furtherRows(known, practice, coveredFrom, asAt) : {rows: {}, weighted: {}, counts: {}, groups: {}};
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
      ...all(further.counts, count)
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

/** Each day's snapshot is taken once, however many groups are then picked from it. */
function remembered(at: (p: Day) => Row[]): (p: Day) => Row[] {
  const taken = new Map<Day, Row[]>();
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
