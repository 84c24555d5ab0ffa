// The Annex A workbook that a council hands to Ofsted: lists 1 to 8 as the template has them, six months back from the day it was made. It tells again
// what the local exports and the census hold, so every row must find the record it belongs to. Pure.
import {addMonths, dateOf, ukDay, type Day} from "./days.ts";
import {besides, DIRT, type Dirt, type DirtyTable} from "./dirt.ts";
import type {Known} from "./known.ts";
import {AUTHORITY} from "./places.ts";
import {conferenceKey, organisationOf} from "./practice-tables.ts";
import {dayBy, type Practice} from "./practice.ts";
import type {Random} from "./random.ts";
import type {Child, Episode, Plan} from "./world.ts";
import {xlsxBytes} from "./xlsx.ts";

interface Told {
  /** What the row holds for a record set beside the main one of its list, and what makes it one record. */
  holds: string;
  key: string;
}

interface ListRow {
  child: Child;
  cells: string[];
  /** Key of the row's main record; null when the list's own rule leaves it to the sets beside it. */
  key: string | null;
  /** Per further record set of the list. */
  also?: (Told | null)[];
  /** When a child in need was last seen, in list 6. */
  seenOn?: Day | null;
}

export interface List {
  sheet: string;
  title: string;
  headings: string[];
  recordSet: string;
  /** Further record sets, in the order of the rows' `also`. */
  also: string[];
  /** From list 4 on a row says whether the child has a disability. */
  disability: boolean;
  rows: ListRow[];
}

const PERSON = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"];
const DISABILITY = "Does the Child have a Disability";
const TEAM = ["Allocated Team", "Allocated Worker"];

const lettered = (codes: string[]): Record<string, string> => Object.fromEntries(codes.map((code, i) => [code, `${"abcdefghijklmnopqrstuvwxyz"[i]}) ${code}`]));
const GENDERS = {M: "a) Male", F: "b) Female", U: "c) Not stated/recorded (or unborn)"};
const ETHNICITIES: Record<string, string> = lettered(["WBRI", "WIRI", "WIRT", "WOTH", "WROM", "MWBC", "MWBA", "MWAS", "MOTH", "AIND", "APKN", "ABAN", "AOTH", "BCRB", "BAFR", "BOTH", "CHNE", "OOTH", "REFU", "NOBT"]);
const SOURCES: Record<string, string> = {
  "1A": "a) 1A: Individual", "1B": "b) 1B: Individual", "1C": "c) 1C: Individual", "1D": "d) 1D: Individual", "2A": "e) 2A: Schools", "2B": "f) 2B: Education services", "3A": "g) 3A: Health services", "3B": "h) 3B: Health services",
  "3C": "i) 3C: Health services", "3D": "j) 3D: Health services", "3E": "k) 3E: Health services", "3F": "l) 3F: Health services", "4": "m) 4: Housing", "5A": "n) 5A: LA services", "5B": "o) 5B: LA services", "5C": "p) 5C: LA services",
  "5D": "p1) 5D", "6": "q) 6: Police", "7": "r) 7: Other legal agency", "8": "s) 8: Other", "9": "t) 9: Anonymous", "10": "u) 10: Unknown"
};
const NEEDS: Record<string, string> = {
  N1: "N1 - Abuse or neglect", N2: "N2 - Child’s disability", N3: "N3 - Parental disability or illness", N4: "N4 - Family in acute stress", N5: "N5 - Family dysfunction", N6: "N6 - Socially unacceptable behaviour", N7: "N7 - Low income",
  N8: "N8 - Absent parenting", N9: "N9 - Cases other than children in need"
};
const CLOSURES: Record<string, string> = {
  RC1: "RC1 - Adopted", RC2: "RC2 - Died", RC3: "RC3 - Child arrangements order", RC4: "RC4 - Special guardianship order", RC5: "RC5 - Transferred to services of another local authority", RC6: "RC6 - Transferred to adult social care services",
  RC7: "RC7 - Services ceased for any other reason, including child no longer in need", RC8: "RC8 - Case closed after assessment, no further action", RC9: "RC9 - Case closed after assessment, referred to early help"
};
const ABUSE: Record<string, string> = {NEG: "a) Neglect", PHY: "b) Physical abuse", SAB: "c) Sexual abuse", EMO: "d) Emotional abuse", MUL: "e) Multiple/not recommended"};
const uk = (day: Day | null) => (day === null ? "" : ukDay(day));
const yes = (flag: boolean | null) => (flag === null ? "" : flag ? "a) Yes" : "b) No");
const teamAndWorker = (e: Episode, on: Day) => [e.allocations[0]?.team ?? "", (e.allocations.findLast((a) => a.from <= on) ?? e.allocations[0])?.worker ?? ""];
const openAt = <P extends Plan>(plans: P[], day: Day): P | undefined => plans.find((p) => p.startedOn <= day && (p.endedOn === null || p.endedOn > day));

/** Lists 1 to 8 as at the close of a day; `known` and the rest are cut to that day. */
export function annexLists(known: Known, practice: Practice, asAt: Day): List[] {
  const from = addMonths(asAt, -6) + 1;
  const recent = (day: Day | null) => day !== null && day >= from && day <= asAt;
  const lately = (ended: Day | null) => ended === null || ended >= from;
  const shown = known.episodes.filter((e) => lately(e.closedOn));
  const byChild = <T>(rows: T[], childOf: (row: T) => Child): Map<Child, T[]> => {
    const found = new Map<Child, T[]>();
    for (const row of rows) {
      const theirs = found.get(childOf(row));
      if (theirs) theirs.push(row);
      else found.set(childOf(row), [row]);
    }
    return found;
  };
  const latest = <T>(rows: T[], childOf: (row: T) => Child, day: (row: T) => Day): T[] => [...byChild(rows, childOf).values()].map((theirs) => theirs.reduce((a, b) => (day(b) > day(a) ? b : a)));
  const ofChild = byChild(known.episodes, (e) => e.child);
  const yearBefore = (child: Child, dates: (e: Episode) => Day[], day: Day): number => (ofChild.get(child) ?? []).flatMap(dates).filter((d) => d < day && d > addMonths(day, -12)).length;
  const inCare = new Map(practice.careEpisodes.filter((c) => c.startedOn <= asAt && (dayBy(asAt, c.endedOn) ?? asAt + 1) > asAt).map((c) => [c.child, c]));

  const status = (e: Episode): string => {
    if (e.closedOn !== null) return "e) Closed episode";
    if (inCare.has(e.child)) return "a) Looked after child";
    if (openAt(e.protectionPlans, asAt)) return "b) Child Protection plan";
    if (openAt(e.cinPlans, asAt)) return "c) Child in need plan";
    return "d) Open assessment";
  };

  return [
    {
      sheet: "List 1", title: "List 1: Contacts", headings: ["Date of Contact", "Contact Source"], recordSet: "contact", also: [], disability: false,
      rows: known.contacts.filter((c) => recent(dateOf(c.receivedAt))).flatMap((c) =>
        // what no list knows is handed over as it stands
        c.children.map((child) => ({child, cells: [uk(dateOf(c.receivedAt)), c.source === null ? c.sourceWord : SOURCES[c.source]!], key: `${c.id} ${child.id}`})))
    },
    {
      sheet: "List 2", title: "List 2: Early Help", headings: ["Assessment start date", "Assessment completion date", "Organisation completing assessment"], recordSet: "early_help", also: [], disability: false,
      rows: practice.earlyHelp.filter((h) => h.startedOn <= asAt && lately(dayBy(asAt, h.endedOn))).map((h) => ({child: h.child, cells: [uk(h.startedOn), uk(dayBy(asAt, h.endedOn)), organisationOf(h.service)], key: `${h.child.id} ${h.startedOn}`}))
    },
    {
      sheet: "List 3", title: "List 3: Referrals", headings: ["Date of referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months", ...TEAM], recordSet: "referral", also: [], disability: false,
      rows: known.episodes.filter((e) => recent(e.referredOn)).map((e) => ({
        child: e.child,
        cells: [uk(e.referredOn), SOURCES[e.source]!, yes(e.noFurtherAction), String(yearBefore(e.child, (o) => [o.referredOn], e.referredOn)), ...teamAndWorker(e, asAt)],
        key: `${e.child.id} ${e.referredOn}`
      }))
    },
    {
      sheet: "List 4", title: "List 4: Assessments", recordSet: "assessment", also: [], disability: true,
      headings: ["Continuous Assessment Start Date", "Child Seen During Continuous Assessment", "Continuous Assessment Date of Authorisation", "Was the child assessed as requiring LA children’s social care support?", ...TEAM],
      rows: shown.flatMap((e) => e.assessments.filter((a) => lately(a.authorisedOn)).map((a) => ({
        child: e.child,
        cells: [
          uk(a.startedOn), e.visits.some((v) => v.seen && v.on >= e.referredOn && v.on <= (a.authorisedOn ?? asAt)) ? "a) Yes" : a.authorisedOn === null ? "c) Unknown" : "b) No", uk(a.authorisedOn),
          a.authorisedOn === null ? "" : yes(a.outcome.startsWith("Child in need")), ...teamAndWorker(e, a.authorisedOn ?? asAt)
        ],
        key: `${e.child.id} ${a.startedOn}`
      })))
    },
    {
      sheet: "List 5", title: "List 5: Section 47 enquiries and Initial Child Protection Conferences", recordSet: "section_47", also: ["conference"], disability: true,
      headings: [
        "Strategy discussion initiating Section 47 Enquiry Start Date", "Was an Initial Child Protection Conference deemed unnecessary?", "Date of Initial Child Protection Conference", "Did the Initial Child Protection Conference Result in a Child Protection Plan",
        "Number of Section 47 Enquiries in the last 12 months", "Number of ICPCs in the last 12 months", ...TEAM
      ],
      rows: shown.flatMap((e) => e.section47s.filter((s) => recent(s.startedOn)).map((s) => {
        const made = s.icpcOn === null ? null : e.protectionPlans.some((p) => p.startedOn === s.icpcOn);
        const key = conferenceKey(e.child, s.icpcOn, "Initial");
        return {
          child: e.child,
          cells: [uk(s.startedOn), yes(s.icpcNotRequired), uk(s.icpcOn), yes(made), String(yearBefore(e.child, (o) => o.section47s.map((x) => x.startedOn), s.startedOn)), String(yearBefore(e.child, (o) => o.section47s.flatMap((x) => x.icpcOn ?? []), s.startedOn)), ...teamAndWorker(e, s.startedOn)],
          key: `${e.child.id} ${s.startedOn}`,
          also: [key === null ? null : {holds: key, key}]
        };
      }))
    },
    {
      sheet: "List 6", title: "List 6: Children in Need", recordSet: "cin_plan", also: ["visit"], disability: true,
      headings: ["CIN Start Date", "Primary Need Code", "Date Child Was Last Seen", "CIN Closure Date", "Reason for Closure", "Case status", ...TEAM],
      rows: latest(shown.filter((e) => e.assessments.length > 0), (e) => e.child, (e) => e.referredOn).map((e) => {
        const seenOn = e.visits.findLast((v) => v.seen)?.on ?? null;
        // the episode of need began with its referral; the plan that it has now is the one meant
        const plan = openAt(e.cinPlans, asAt);
        const of = status(e);
        return {
          child: e.child,
          cells: [uk(e.referredOn), NEEDS[e.need]!, uk(seenOn), uk(e.closedOn), e.closureReason === null ? "" : CLOSURES[e.closureReason]!, of, ...teamAndWorker(e, e.closedOn ?? asAt)],
          key: of === "c) Child in need plan" && plan ? `${e.child.id} ${plan.startedOn}` : null,
          also: [seenOn === null ? null : {holds: `${e.child.id} ${seenOn}`, key: `${e.child.id} ${seenOn} CIN visit`}],
          seenOn
        };
      })
    },
    {
      sheet: "List 7", title: "List 7: Child Protection", recordSet: "cp_plan", also: ["visit", "conference"], disability: true,
      headings: [
        "Child Protection Plan Start Date", "Initial Category of Abuse", "Latest Category of Abuse", "Date of the Last Statutory Visit", "Was the Child Seen Alone?", "Date of latest review conference", "Child Protection Plan End Date",
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)", "Number of Previous Child Protection Plans", ...TEAM
      ],
      rows: latest(shown.flatMap((e) => e.protectionPlans.filter((p) => lately(p.endedOn)).map((p) => ({e, p}))), ({e}) => e.child, ({p}) => p.startedOn).map(({e, p}) => {
        const visit = e.visits.findLast((v) => v.type === "CP visit" && v.on >= p.startedOn && v.on <= (p.endedOn ?? asAt));
        const review = p.reviews.at(-1) ?? null;
        const key = conferenceKey(e.child, review, "Review");
        return {
          child: e.child,
          cells: [uk(p.startedOn), ABUSE[p.category]!, ABUSE[p.category]!, uk(visit?.on ?? null), visit ? yes(visit.alone) : "", uk(review), uk(p.endedOn), "b) No", String(p.previous), ...teamAndWorker(e, p.endedOn ?? asAt)],
          key: `${e.child.id} ${p.startedOn}`,
          also: [visit ? {holds: `${e.child.id} ${visit.on} ${visit.alone}`, key: `${e.child.id} ${visit.on} CP visit`} : null, key === null ? null : {holds: key, key}]
        };
      })
    },
    {
      sheet: "List 8", title: "List 8: Children in Care", headings: ["Date Started to be Looked After", "Date Ceased to be Looked After", "Placement Type", ...TEAM], recordSet: "care_episode", also: [], disability: true,
      rows: latest(practice.careEpisodes.filter((c) => c.startedOn <= asAt && lately(dayBy(asAt, c.endedOn))), (c) => c.child, (c) => c.startedOn).map((c) => ({
        child: c.child, cells: [uk(c.startedOn), uk(dayBy(asAt, c.endedOn)), "f) U6: Foster placement - not FFA", ...teamAndWorker(c.episode, asAt)], key: `${c.child.id} ${c.startedOn}`
      }))
    }
  ];
}

export interface AnnexA {
  bytes: Buffer;
  recordSets: {name: string; sheet: string; read: number; accepted: number; rejected: number; duplicates: number; dirt?: Partial<Record<Dirt, number>>}[];
  keys: Record<string, string[]>;
}

/** The workbook, its front sheet and codes included, with a few damaged rows in each longer list. */
export function annexA(random: Random, lists: List[], asAt: Day): AnnexA {
  const recordSets: AnnexA["recordSets"] = [];
  const keys: AnnexA["keys"] = {};
  const sheets = lists.map((list) => {
    const headings = [...PERSON, ...(list.disability ? [DISABILITY] : []), ...list.headings];
    const first = PERSON.length + (list.disability ? 1 : 0);
    const rows = list.rows.map(({child, cells}) => [...person(child, asAt), ...(list.disability ? [yes(child.disabilities.length > 0)] : []), ...cells]);
    const {extras, dirt} = rows.length < 200 ? {extras: [], dirt: {}} : damage(random, rows.length);
    const all = [...rows];
    for (const {kind, copies} of extras) {
      const row = [...rows[copies]!];
      if (kind === "missing child id") row[0] = "-";
      if (kind === "day that does not exist") row[first] = `31/02/${row[first]!.slice(6)}`;
      if (kind === "error in a cell") row[0] = "#REF!";
      all.splice(random.int(0, all.length), 0, row);
    }
    countMain(list, rows, extras, dirt);
    for (const [i, recordSet] of list.also.entries()) countBeside(list, recordSet, list.rows.map((r) => r.also?.[i] ?? null), extras);
    countBeside(list, "child", list.rows.map(({child}) => ({holds: child.id, key: child.id})), extras);
    return {name: list.sheet, rows: [[list.title], headings, ...all]};
  });
  return {
    bytes: xlsxBytes([
      {name: "Front Sheet", rows: [["Annex A - Child level data"], ["Local authority", AUTHORITY.name], ["Date of inspection", ukDay(asAt)]]},
      ...sheets,
      {name: "Codes_used", rows: [["Gender", "Ethnicity", "Contact Source"], ...Object.values(ETHNICITIES).map((e, i) => [Object.values(GENDERS)[i] ?? "", e, Object.values(SOURCES)[i] ?? ""])]}
    ]),
    recordSets,
    keys
  };

  /** The main record set of a list: rows alike in every cell are one. */
  function countMain(list: List, rows: string[][], extras: DirtyTable["extras"], dirt: Partial<Record<Dirt, number>>) {
    const mine = rows.filter((_, i) => list.rows[i]!.key !== null);
    const counts = {rejected: 0, duplicates: 0};
    for (const {kind, copies} of extras) if (kind === "error in a cell" || list.rows[copies]!.key !== null) counts[DIRT[kind] === "duplicate" ? "duplicates" : "rejected"]++;
    const accepted = new Set(mine.map((r) => r.join("\u001f"))).size;
    counts.duplicates += mine.length - accepted;
    add(list.sheet, list.recordSet, {read: accepted + counts.rejected + counts.duplicates, accepted, ...counts, ...(extras.length > 0 ? {dirt} : {})}, list.rows.flatMap((r) => r.key ?? []));
  }
  /** A record set beside it: rows that hold the same are one. */
  function countBeside(list: List, recordSet: string, told: (Told | null)[], extras: DirtyTable["extras"]) {
    const filled = told.filter((t) => t !== null);
    const extra = besides(extras, (row) => told[row] !== null);
    const accepted = new Set(filled.map((t) => t.holds)).size;
    add(list.sheet, recordSet, {read: filled.length + extra.rejected + extra.duplicates, accepted, rejected: extra.rejected, duplicates: filled.length - accepted + extra.duplicates}, filled.map((t) => t.key));
  }
  function add(sheet: string, name: string, counts: Omit<AnnexA["recordSets"][number], "name" | "sheet">, of: string[]) {
    recordSets.push({name, sheet, ...counts});
    (keys[name] ??= []).push(...of);
  }
}

function person(child: Child, asAt: Day): string[] {
  const age = child.born > asAt ? -1 : Math.floor((asAt - child.born) / 365.25);
  return [child.id, GENDERS[child.sex], ETHNICITIES[child.ethnicity]!, ukDay(child.born), String(age)];
}

/** A few rows of a list copied, and most of the copies damaged. */
function damage(random: Random, rows: number): {extras: DirtyTable["extras"]; dirt: Partial<Record<Dirt, number>>} {
  const dirt: Partial<Record<Dirt, number>> = {"exact duplicate": random.int(2, 4), "missing child id": random.int(1, 3), "day that does not exist": random.int(1, 2), "error in a cell": 1};
  const copied = new Set<number>();
  const extras = (Object.entries(dirt) as [Dirt, number][]).flatMap(([kind, count]) =>
    Array.from({length: count}, () => {
      let copies: number;
      do copies = random.int(0, rows - 1);
      while (copied.has(copies));
      copied.add(copies);
      return {kind, copies};
    })
  );
  return {extras, dirt};
}
