// Late records and blank cells, by their definitions: plain loops over the records as exported. The SQL was not looked at.
import fc from "fast-check";
import type {Family} from "../family.ts";
import {addDays, dateOf, workingDaysBetween} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import {maybe} from "../world.ts";
import {days, oneEach, record, several, whole} from "./quality.ts";

const rows = (world: World, set: string) => world[set] ?? [];

// ---- recorded late ---------------------------------------------------------------------------------------------------

/** Record set → when what it tells of took place. */
const HAPPENED: Record<string, (row: Row) => string | undefined> = {
  contact: (r) => r.received_at,
  out_of_hours_contact: (r) => r.received_at,
  information_request: (r) => r.requested_at,
  referral: (r) => r.referral_date,
  assessment: (r) => r.started_on,
  visit: (r) => r.visited_on,
  strategy_meeting: (r) => r.held_at || r.triggered_at,
  section_47: (r) => r.started_on,
  conference: (r) => r.held_on,
  cin_plan: (r) => r.started_on,
  cin_meeting: (r) => r.held_on,
  cp_plan: (r) => r.started_on,
  care_episode: (r) => r.started_on,
  early_help: (r) => r.started_on,
  missing_episode: (r) => r.started_at,
  management_oversight: (r) => r.occurred_at,
  involvement: (r) => r.started_on,
  screening: (r) => r.completed_at || r.indicator_at,
  supervision: (r) => r.held_on,
  escalation: (r) => r.raised_at
};

const recorded: Oracle = (world, asAt) =>
  Object.entries(HAPPENED).flatMap(([set, happened]) =>
    rows(world, set).flatMap((r) => {
      const at = happened(r);
      if (!at || !r.recorded_at || dateOf(r.recorded_at) > asAt || dateOf(r.recorded_at) < dateOf(at)) return [];
      return [{child: r.child_id ?? "", on: dateOf(r.recorded_at), met: true, value: workingDaysBetween(dateOf(at), dateOf(r.recorded_at)), team: r.team, category: set}];
    })
  );

const late: Oracle = (world, asAt) => recorded(world, asAt).map((c) => ({...c, met: c.value! > 2}));

// ---- required cells --------------------------------------------------------------------------------------------------

interface Cell {
  /** Any of these fields fills it. */
  fields: string[];
  /** Asked for only at this stage. */
  when?: (row: Row, asAt: string) => boolean;
}

const done = (field: string) => (row: Row, asAt: string) => !!row[field] && dateOf(row[field]) <= asAt;
const cells = (...fields: string[]): Cell[] => fields.map((f) => ({fields: [f]}));

const REQUIRED: Record<string, {happened: (row: Row) => string | undefined; cells: Cell[]}> = {
  contact: {happened: HAPPENED.contact!, cells: [...cells("source", "issue", "rag_initial"), {fields: ["outcome"], when: done("decision_at")}]},
  out_of_hours_contact: {happened: HAPPENED.out_of_hours_contact!, cells: [...cells("source", "priority"), {fields: ["outcome"], when: done("responded_at")}]},
  referral: {happened: HAPPENED.referral!, cells: [...cells("no_further_action"), {fields: ["primary_need"], when: (r) => r.no_further_action !== "yes"}, {fields: ["closure_reason"], when: done("closed_on")}]},
  assessment: {happened: HAPPENED.assessment!, cells: [["child_seen", "child_seen_on"], ["outcome"], ["factors"]].map((fields) => ({fields, when: done("authorised_on")}))},
  visit: {happened: HAPPENED.visit!, cells: cells("type", "child_seen")},
  strategy_meeting: {happened: HAPPENED.strategy_meeting!, cells: [...cells("triggered_at"), {fields: ["outcome"], when: done("held_at")}]},
  section_47: {happened: HAPPENED.section_47!, cells: [{fields: ["outcome"], when: done("ended_on")}]},
  conference: {happened: HAPPENED.conference!, cells: cells("outcome_plan", "participation")},
  cp_plan: {happened: HAPPENED.cp_plan!, cells: cells("initial_category", "latest_category")}
};

const D2: Oracle = (world, asAt) => {
  const told: {set: string; row: Row; on: string; cells: Cell[]; team: string | undefined; child: string; known: Row[]}[] = Object.entries(REQUIRED).flatMap(([set, {happened, cells: required}]) =>
    rows(world, set).flatMap((row) => (happened(row) ? [{set, row, on: dateOf(happened(row)!), cells: required.filter((c) => !c.when || c.when(row, asAt)), team: row.team, child: row.child_id ?? "", known: rows(world, set)}] : []))
  );
  // who the child is, at each referral; of two on a day the first
  const referrals = rows(world, "referral").toSorted((a, b) => (a.referral_id! < b.referral_id! ? -1 : 1));
  for (const r of referrals.filter((x, i) => referrals.findIndex((o) => o.child_id === x.child_id && o.referral_date === x.referral_date) === i)) {
    const child = rows(world, "child").find((c) => c.child_id === r.child_id) ?? {};
    told.push({set: "child", row: child, on: r.referral_date!, cells: cells("date_of_birth", "sex", "ethnicity", "disability"), team: r.team, child: r.child_id!, known: rows(world, "child")});
  }
  return told.flatMap(({set, row, on, cells: required, team, child, known}): Case[] => {
    if (on > asAt) return [];
    const asked = required.filter((c) => known.some((k) => c.fields.some((f) => k[f])));
    const filled = asked.filter((c) => c.fields.some((f) => row[f])).length;
    const of = {child, on, team, category: set};
    return [{...of, met: true, value: filled}, {...of, met: false, value: asked.length - filled}].filter((c) => c.value > 0);
  });
};

// ---- random worlds ---------------------------------------------------------------------------------------------------

function worlds(asAt: string): fc.Arbitrary<World> {
  const child = whole(1, 9).map((n) => `C${n}`);
  const day = days(asAt);
  const team = maybe(fc.constantFrom("North", "South"));
  const clock = fc.constantFrom("00:00", "09:30", "23:59");
  const at = (on: fc.Arbitrary<string>) => fc.tuple(on, clock).map(([d, t]) => `${d} ${t}`);
  const flag = maybe(fc.constantFrom("yes", "no"));
  /** A record that happened on a day and was recorded some days after, or before, or nobody says when. */
  const event = (fields: (on: string) => Record<string, fc.Arbitrary<string | undefined>>) =>
    day.chain((d) => record({child_id: child, team, recorded_at: maybe(at(fc.integer({min: -1, max: 9}).map((n) => addDays(d, n))), 5), ...fields(d)}));
  const after = (d: string) => fc.integer({min: 0, max: 40}).map((n) => addDays(d, n));
  const timed = (d: string) => clock.map((t) => `${d} ${t}`);
  const some = (n: number, one: fc.Arbitrary<Row>, ...key: string[]) => several(one, n).map((set) => (key.length ? oneEach(set, ...key) : set));
  const numbered = (set: Row[], field: string) => set.map((r, i) => ({...r, [field]: `${field[0]}${i}`}));
  return fc.record({
    child: fc.tuple(...Array.from({length: 7}, (_, i) => record({child_id: fc.constant(`C${i + 1}`), date_of_birth: maybe(fc.constant("2012-03-04")), sex: maybe(fc.constantFrom("F", "M")), ethnicity: maybe(fc.constant("WBRI")), disability: fc.constant(undefined)}))),
    contact: some(25, event((d) => ({received_at: timed(d), source: maybe(fc.constantFrom("6", "2A")), issue: maybe(fc.constant("neglect")), rag_initial: fc.constant(undefined), decision_at: maybe(at(after(d))), outcome: maybe(fc.constantFrom("nfa", "referral"))}))).map((set) => numbered(set, "contact_id")),
    out_of_hours_contact: some(10, event((d) => ({received_at: timed(d), source: maybe(fc.constant("6")), priority: maybe(fc.constant("urgent")), responded_at: maybe(at(after(d)), 2), outcome: maybe(fc.constant("nfa"))}))).map((set) => numbered(set, "contact_id")),
    information_request: some(10, event((d) => ({contact_id: whole(1, 9), agency: fc.constantFrom("health", "police"), requested_at: timed(d)})), "contact_id", "agency", "requested_at").map((set) => set.map(({child_id: _, ...r}) => r)),
    referral: some(20, event((d) => ({referral_date: fc.constant(d), source: fc.constant("6"), no_further_action: flag, primary_need: maybe(fc.constant("N1")), closed_on: maybe(after(d)), closure_reason: maybe(fc.constant("RC8"))}))).map((set) => numbered(set, "referral_id")),
    assessment: some(12, event((d) => ({started_on: fc.constant(d), child_seen: flag, child_seen_on: maybe(after(d), 1), authorised_on: maybe(after(d)), outcome: maybe(fc.constant("nfa")), factors: maybe(fc.constant("1A"))}))).map((set) => numbered(set, "assessment_id")),
    visit: some(12, event((d) => ({visited_on: fc.constant(d), type: maybe(fc.constantFrom("cin", "cp")), child_seen: flag})), "child_id", "visited_on"),
    strategy_meeting: some(12, event((d) => ({triggered_at: maybe(timed(d)), held_at: maybe(at(after(d))), outcome: maybe(fc.constant("section_47"))}))).map((set) => numbered(set, "meeting_id")),
    section_47: some(8, event((d) => ({started_on: fc.constant(d), ended_on: maybe(after(d)), outcome: maybe(fc.constant("icpc"))})), "child_id", "started_on"),
    conference: some(8, event((d) => ({type: fc.constantFrom("initial", "review"), held_on: maybe(fc.constant(d), 6), outcome_plan: flag, participation: maybe(fc.constantFrom("PN1", "PN2"))}))).map((set) => numbered(set, "conference_id")),
    cp_plan: some(8, event((d) => ({started_on: fc.constant(d), initial_category: maybe(fc.constant("NEG")), latest_category: maybe(fc.constant("NEG"))})), "child_id", "started_on"),
    supervision: some(8, event((d) => ({held_on: fc.constant(d)})), "child_id", "held_on"),
    missing_episode: some(6, event((d) => ({started_at: timed(d)})), "child_id", "started_at"),
    screening: some(8, event((d) => ({tool: fc.constant("exploitation"), indicator_at: timed(d), completed_at: maybe(at(after(d)))})), "child_id", "indicator_at").map((set) => oneEach(set.map((r, i) => (r.completed_at ? {...r, completed_at: `${r.completed_at!.slice(0, 11)}${String(8 + i).padStart(2, "0")}:00`} : r)), "child_id", "completed_at"))
  });
}

// ---- worlds by hand: as at Tuesday 14 May 2024 ------------------------------------------------------------------------

const visit = (visited_on: string, recorded_at: string | undefined, more: Row = {}): Row => ({child_id: "C1", visited_on, recorded_at, ...more});
const contact = (more: Row = {}): Row => ({contact_id: "K1", child_id: "C1", received_at: "2024-04-10 10:00", source: "6", issue: "neglect", rag_initial: "amber", ...more});
const referral = (more: Row = {}): Row => ({referral_id: "R1", child_id: "C1", referral_date: "2024-04-10", source: "6", no_further_action: "no", primary_need: "N1", ...more});

const examples: Family["examples"] = [
  {says: "recorded on the second working day is in time, on the third late", records: {visit: [visit("2024-04-10", "2024-04-12 18:00"), visit("2024-04-09", "2024-04-12 08:00")]}, want: {D1a: [1, 2], D1b: [2, 2, 2.5]}},
  {says: "over Easter: Thursday's visit recorded on Wednesday is the second working day", records: {visit: [visit("2024-03-28", "2024-04-03 12:00")]}, want: {D1a: [0, 1], D1b: [1, 1, 2]}},
  {says: "a month later is late in the month in which it was recorded", records: {visit: [visit("2024-03-04", "2024-04-12 12:00")]}, want: {D1a: [1, 1]}, asked: {from: "2024-04", to: "2024-04"}},
  {says: "recorded before it happened is a fault; nobody says when is not known; after the as-at date is not yet", records: {visit: [visit("2024-04-10", "2024-04-09 12:00"), visit("2024-04-11", undefined), visit("2024-05-14", "2024-05-15 09:00")]}, want: {D1a: [0, 0], D1b: [0, 0, null]}},
  {says: "a meeting is timed from when it was held, not from when it was decided on", records: {strategy_meeting: [{meeting_id: "M1", child_id: "C1", triggered_at: "2024-04-08 09:00", held_at: "2024-04-11 09:00", recorded_at: "2024-04-12 09:00"}, {meeting_id: "M2", child_id: "C1", triggered_at: "2024-04-08 09:00", recorded_at: "2024-04-12 09:00"}]}, want: {D1a: [1, 2], D1b: [2, 2, 2.5]}},
  {says: "visits and referrals are counted together", records: {visit: [visit("2024-04-10", "2024-04-10 18:00")], referral: [referral({recorded_at: "2024-04-19 09:00"})]}, want: {D1a: [1, 2], D1b: [2, 2, 3.5]}},

  {says: "three cells of a contact not yet decided, one of them blank", records: {contact: [contact({issue: undefined})]}, want: {D2: [2, 3]}},
  {says: "once decided it must have an outcome; decided tomorrow is not decided", records: {contact: [contact({decision_at: "2024-04-11 10:00"}), contact({contact_id: "K2", decision_at: "2024-04-11 10:00", outcome: "nfa"}), contact({contact_id: "K3", decision_at: "2024-05-15 10:00"})]}, want: {D2: [10, 11]}},
  {says: "no further action needs no primary need; a closed referral needs a reason", records: {referral: [referral({no_further_action: "yes", primary_need: undefined}), referral({referral_id: "R2", child_id: "C2", closed_on: "2024-05-14"}), referral({referral_id: "R3", child_id: "C3", closed_on: "2024-05-01", closure_reason: "RC8"})], child: ["C1", "C2", "C3"].map((child_id) => ({child_id, date_of_birth: "2012-03-04", sex: "F"}))}, want: {D2: [12, 13]}},
  {says: "a child referred of whom there is no record has blank cells", records: {referral: [referral()]}, want: {D2: [2, 4]}},
  {says: "an assessment must say nothing until it is authorised; a date seen says that the child was seen", records: {assessment: [{assessment_id: "S1", child_id: "C1", started_on: "2024-04-01"}, {assessment_id: "S2", child_id: "C1", started_on: "2024-04-01", authorised_on: "2024-05-01", child_seen_on: "2024-04-02", factors: "1A"}]}, want: {D2: [2, 3]}},
  {says: "what no export ever fills is not asked for", alone: true, records: {contact: [contact({issue: undefined, rag_initial: undefined}), contact({contact_id: "K2", issue: undefined, source: undefined, rag_initial: undefined})]}, want: {D2: [1, 2]}},
  {says: "what happens after the as-at date is not asked about", records: {visit: [visit("2024-05-15", undefined, {type: "cin"}), visit("2024-05-14", undefined, {type: "cin"})]}, want: {D2: [1, 2]}},
  {says: "a child seen, so that the column is filled", records: {visit: [visit("2024-05-14", undefined, {type: "cin", child_seen: "yes"})], assessment: [{assessment_id: "S1", child_id: "C1", started_on: "2024-04-01", authorised_on: "2024-05-01", child_seen: "no", outcome: "nfa", factors: "1A"}]}, want: {D2: [5, 5]}}
];

export const family: Family = {
  name: "data-quality",
  oracles: {
    D1a: {kind: "percentage", rows: late},
    D1b: {kind: "duration", rows: recorded},
    D2: {kind: "percentage", counts: "weight", rows: D2}
  },
  worlds,
  examples,
  carried: {
    child: ["child_id", "date_of_birth", "sex", "ethnicity", "disability"],
    contact: ["contact_id", "child_id", "received_at", "source", "issue", "rag_initial", "decision_at", "outcome", "recorded_at"],
    out_of_hours_contact: ["contact_id", "child_id", "received_at", "source", "priority", "responded_at", "outcome", "recorded_at"],
    information_request: ["contact_id", "agency", "requested_at", "recorded_at"],
    referral: ["referral_id", "child_id", "referral_date", "source", "no_further_action", "primary_need", "closed_on", "closure_reason", "recorded_at"],
    assessment: ["assessment_id", "child_id", "started_on", "child_seen", "child_seen_on", "authorised_on", "outcome", "factors", "recorded_at"],
    visit: ["child_id", "visited_on", "type", "child_seen", "recorded_at"],
    strategy_meeting: ["meeting_id", "child_id", "triggered_at", "held_at", "outcome", "recorded_at"],
    section_47: ["child_id", "started_on", "ended_on", "outcome", "recorded_at"],
    conference: ["conference_id", "child_id", "type", "held_on", "outcome_plan", "participation", "recorded_at"],
    cp_plan: ["child_id", "started_on", "initial_category", "latest_category", "recorded_at"],
    supervision: ["child_id", "held_on", "recorded_at"],
    missing_episode: ["child_id", "started_at", "recorded_at"],
    screening: ["child_id", "tool", "indicator_at", "completed_at", "recorded_at"]
  }
};
