// What the measures of information sharing should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import {ageAt, dateOf} from "../oracle/days.ts";
import type {Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {apart, childIds, clock, days, isMidnight, maybe, numbered, row, rowsOf, seldom, several, team, timeAfter, topLevel, wall} from "./front-door.ts";

/** Not later; what has no time of day is held to its day. */
const by = (a: string, b: string) => (isMidnight(a) || isMidnight(b) ? dateOf(a) <= dateOf(b) : wall(a) <= wall(b));
const earlier = (a: string, b: string) => (isMidnight(a) || isMidnight(b) ? dateOf(a) < dateOf(b) : wall(a) < wall(b));

interface Request {
  r: Row;
  contact: string;
  child: string;
  decided: string;
  back: boolean;
  team: string | undefined;
}

/** Requests sent by the time of the decision on their contact; of brothers and sisters on one contact the first decision. */
function requests(world: World, asAt: string): Request[] {
  return rowsOf(world, "information_request").flatMap((r) => {
    const of = rowsOf(world, "contact").filter((c) => c.contact_id === r.contact_id && c.decision_at);
    const decided = of.map((c) => wall(c.decision_at!)).sort()[0];
    if (!decided || dateOf(decided) > asAt || !by(r.requested_at!, decided)) return [];
    if (r.returned_at && wall(r.returned_at) < wall(r.requested_at!) && !(isMidnight(r.returned_at) && dateOf(r.returned_at) === dateOf(r.requested_at!))) return [];
    const back = !!r.returned_at && r.return_type !== "refused" && by(r.returned_at, decided);
    return [{r, contact: r.contact_id!, child: of.map((c) => c.child_id!).sort()[0]!, decided, back, team: r.team || of.flatMap((c) => c.team ?? []).sort()[0]}];
  });
}

const I2a: Oracle = (world, asAt) => requests(world, asAt).map((x) => ({child: x.child, on: dateOf(x.decided), met: !x.back, team: x.team, agency: topLevel(x.r.agency!)}));
const I2b: Oracle = (world, asAt) =>
  requests(world, asAt).filter((x) => x.r.due_at).map((x) => ({child: x.child, on: dateOf(x.decided), met: !x.back && earlier(x.decided, x.r.due_at!), team: x.team, agency: topLevel(x.r.agency!)}));

const I3: Oracle = (world, asAt) => {
  const all = requests(world, asAt);
  return [...new Set(all.map((x) => x.contact))].map((contact) => {
    const own = all.filter((x) => x.contact === contact);
    return {child: own[0]!.child, on: dateOf(own[0]!.decided), met: own.every((x) => x.back), team: own.flatMap((x) => x.team ?? []).sort()[0]};
  });
};

const I4: Oracle = (world, asAt) =>
  rowsOf(world, "contact")
    .filter((c) => ["red", "amber"].includes(c.rag_initial ?? "") && ["given", "dispensed"].includes(c.consent ?? "") && dateOf(c.received_at!) <= asAt)
    .map((c) => {
      const day = dateOf(c.received_at!);
      const dob = rowsOf(world, "child").find((k) => k.child_id === c.child_id)?.date_of_birth;
      const asked = rowsOf(world, "information_request").filter((r) => r.contact_id === c.contact_id && dateOf(r.requested_at!) <= asAt).map((r) => topLevel(r.agency!));
      // reception to year 11: four to fifteen on the last day before the school year
      const before = `${Number(day.slice(0, 4)) - (day.slice(5) < "09-01" ? 1 : 0)}-08-31`;
      const school = !!dob && ageAt(dob, before) >= 4 && ageAt(dob, before) < 16;
      return {child: c.child_id!, on: day, met: asked.includes("police") && asked.includes("health") && (!school || asked.includes("education")), team: c.team};
    });

const I5: Oracle = (world, asAt) =>
  rowsOf(world, "mash_rota").filter((r) => r.date! <= asAt).map((r) => ({child: "", on: r.date!, met: r.covered === "yes", team: r.team, agency: topLevel(r.agency!)}));

const AGENCIES = ["health", "health.gp", "health.camhs", "police", "police.neighbourhood", "education.school", "housing"];

function worlds(asAt: string): fc.Arbitrary<World> {
  const day = days(asAt);
  const id = childIds(25);
  const children = fc.tuple(...Array.from({length: 25}, (_, i) => row({child_id: fc.constant(`C${String(i + 1).padStart(3, "0")}`), date_of_birth: maybe(fc.oneof(day, fc.integer({min: 2006, max: 2022}).map((y) => `${y}-05-1${i % 9}`)), 6)})));
  const contact = day.chain((d) =>
    row({child_id: id, received_at: clock.map((t) => `${d} ${t}`), source: fc.constantFrom("6", "2A"), team, decision_at: maybe(fc.oneof(timeAfter(d, 3, 0), timeAfter(d, 3, 0).map(dateOf)), 5), rag_initial: maybe(fc.constantFrom("red", "amber", "green"), 5), consent: maybe(fc.constantFrom("given", "given", "dispensed", "refused", "not_sought"), 6)})
  );
  const request = (contacts: Row[]) =>
    fc.constantFrom(...contacts).chain((c) => {
      const d = dateOf(c.received_at!);
      return row({contact_id: fc.constant(c.contact_id), agency: fc.constantFrom(...AGENCIES), requested_at: timeAfter(d, 1, 0), due_at: maybe(fc.oneof(timeAfter(d, 3, 0), timeAfter(d, 3, 0).map(dateOf)), 5), returned_at: maybe(fc.oneof({weight: 3, arbitrary: timeAfter(d, 3)}, {weight: 1, arbitrary: timeAfter(d, 3).map(dateOf)})), return_type: maybe(fc.constantFrom("full", "nil", "refused")), team: seldom(fc.constant("West"))});
    });
  const seat = row({date: day, session: fc.constantFrom("morning", "afternoon"), agency: fc.constantFrom("police", "health.0_19", "health.camhs", "education"), covered: fc.constantFrom("yes", "yes", "no"), team});
  return fc.tuple(children, several(contact, 50), several(seat, 60)).chain(([child, drawn, seats]) => {
    // some contacts are about two children
    const contacts = numbered(drawn, "contact_id", "K").map((c, i) => (i % 5 === 4 ? {...c, contact_id: `K${i}`} : c));
    return several(request(contacts), 130).map((asked): World => ({
      child,
      contact: apart(contacts, ["contact_id", "child_id"]),
      information_request: apart(asked, ["contact_id", "agency", "requested_at"]),
      mash_rota: apart(seats, ["date", "session", "agency"])
    }));
  });
}

// ---- by hand, as at Tuesday 14 May 2024 ------------------------------------------------------------------------------------

const contact = (decision_at: string | undefined, rest: Row = {}): Row => ({contact_id: "K1", child_id: "C1", source: "6", received_at: "2024-05-01 09:00", decision_at, ...rest});
const ask = (agency: string, returned_at: string | undefined, rest: Row = {}): Row => ({contact_id: "K1", agency, requested_at: "2024-05-01 10:00", due_at: "2024-05-02 10:00", returned_at, ...rest});
const graded = (rest: Row = {}): Row => contact(undefined, {rag_initial: "amber", consent: "given", ...rest});
const all = ["police", "health.gp", "education.school"].map((agency) => ask(agency, undefined));
const born = (date_of_birth: string | undefined): Row => ({child_id: "C1", date_of_birth});

const examples: Example[] = [
  {says: "back at the minute of the decision, and a minute after it", records: {contact: [contact("2024-05-02 12:00")], information_request: [ask("police", "2024-05-02 12:00"), ask("health", "2024-05-02 12:01")]}, want: {I2a: [1, 2], I2b: [0, 2], I3: [0, 1]}},
  {says: "every return in", records: {contact: [contact("2024-05-02 12:00")], information_request: [ask("police", "2024-05-01 15:00"), ask("health", "2024-05-02 09:00")]}, want: {I2a: [0, 2], I2b: [0, 2], I3: [1, 1]}},
  {says: "decided before it was due and without it: ours; overdue: the agency's", records: {contact: [contact("2024-05-01 17:00"), contact("2024-05-02 17:00", {contact_id: "K2", child_id: "C2"})], information_request: [ask("police", undefined), ask("police", undefined, {contact_id: "K2"})]}, want: {I2a: [2, 2], I2b: [1, 2], I3: [0, 2]}},
  {says: "decided before it was due with the return in hand is no fault", records: {contact: [contact("2024-05-01 17:00")], information_request: [ask("police", "2024-05-01 16:00")]}, want: {I2a: [0, 1], I2b: [0, 1], I3: [1, 1]}},
  {says: "decided at the very minute it is due is not before it", records: {contact: [contact("2024-05-02 10:00")], information_request: [ask("police", undefined)]}, want: {I2a: [1, 1], I2b: [0, 1]}},
  {says: "due on a day without a time: decided that day is not before it, the day before is", records: {contact: [contact("2024-05-02 10:00")], information_request: [ask("police", undefined, {due_at: "2024-05-02"}), ask("health", undefined, {due_at: "2024-05-03"})]}, want: {I2b: [1, 2]}},
  {says: "returned on the day of the decision without a time: back", records: {contact: [contact("2024-05-02 10:00")], information_request: [ask("police", "2024-05-02"), ask("health", "2024-05-03")]}, want: {I2a: [1, 2]}},
  {says: "a refusal is no return", records: {contact: [contact("2024-05-02 12:00")], information_request: [ask("police", "2024-05-02 09:00", {return_type: "refused"}), ask("health", "2024-05-02 09:00", {return_type: "nil"})]}, want: {I2a: [1, 2], I3: [0, 1]}},
  {says: "asked only after the decision is not asked for it", records: {contact: [contact("2024-05-01 09:59")], information_request: [ask("police", undefined)]}, want: {I2a: [0, 0], I2b: [0, 0], I3: [0, 0]}},
  {says: "not decided, or decided after the as-at date", records: {contact: [contact(undefined), contact("2024-05-15 09:00", {contact_id: "K2"})], information_request: [ask("police", undefined), ask("police", undefined, {contact_id: "K2"})]}, want: {I2a: [0, 0], I3: [0, 0]}},
  {says: "returned before it was asked is a fault", records: {contact: [contact("2024-05-02 12:00")], information_request: [ask("police", "2024-05-01 09:59")]}, want: {I2a: [0, 0], I3: [0, 0]}},
  {says: "without a due time nobody can say whether it was too soon", records: {contact: [contact("2024-05-02 12:00")], information_request: [ask("police", undefined, {due_at: undefined})]}, want: {I2a: [1, 1], I2b: [0, 0]}},
  {says: "brothers on one contact: one contact, and the first decision counts", records: {contact: [contact("2024-05-02 12:00"), contact("2024-05-01 12:00", {child_id: "C2"})], information_request: [ask("police", "2024-05-02 09:00")]}, want: {I2a: [1, 1], I3: [0, 1]}},

  {says: "a boy of ten: police, health and his school", records: {child: [born("2014-01-01")], contact: [graded()], information_request: all}, want: {I4: [1, 1]}},
  {says: "without the school", records: {child: [born("2014-01-01")], contact: [graded()], information_request: all.slice(0, 2)}, want: {I4: [0, 1]}},
  {says: "in May: four on the 31 August before is reception, a day younger not yet; fifteen is year 11, sixteen that day is past it", records: {child: ["2019-08-31", "2019-09-01", "2007-09-01", "2007-08-31"].map((date_of_birth, i) => ({child_id: `C${i}`, date_of_birth})), contact: [0, 1, 2, 3].map((i) => graded({contact_id: `K${i}`, child_id: `C${i}`})), information_request: [0, 1, 2, 3].flatMap((i) => all.slice(0, 2).map((r) => ({...r, contact_id: `K${i}`})))}, want: {I4: [2, 4]}},
  {says: "in September the school year is a new one", records: {child: ["2019-08-31", "2019-09-01"].map((date_of_birth, i) => ({child_id: `C${i}`, date_of_birth})), contact: [0, 1].map((i) => graded({contact_id: `K${i}`, child_id: `C${i}`, received_at: "2023-09-01 09:00"})), information_request: [0, 1].flatMap((i) => all.slice(0, 2).map((r) => ({...r, contact_id: `K${i}`})))}, want: {I4: [1, 2]}},
  {says: "born nobody knows when: police and health", records: {child: [born(undefined)], contact: [graded()], information_request: all.slice(0, 2)}, want: {I4: [1, 1]}},
  {says: "nobody asked, though red", records: {child: [born("2014-01-01")], contact: [graded({rag_initial: "red"})]}, want: {I4: [0, 1]}},
  {says: "dispensed with is lawful; refused, not sought and not recorded are not", records: {child: [born("2014-01-01")], contact: ["dispensed", "refused", "not_sought", undefined].map((consent, i) => graded({contact_id: `K${i}`, consent})), information_request: all.map((r) => ({...r, contact_id: "K0"}))}, want: {I4: [1, 1]}},
  {says: "green, or graded only afterwards, is not asked about", records: {child: [born("2014-01-01")], contact: [graded({rag_initial: "green"}), graded({contact_id: "K2", rag_initial: undefined, rag_final: "red"})]}, want: {I4: [0, 0]}},
  {says: "asked after the as-at date is not asked yet", records: {child: [born("2022-01-01")], contact: [graded()], information_request: [ask("police", undefined), ask("health", undefined, {requested_at: "2024-05-15 09:00", due_at: "2024-05-16 09:00"})]}, want: {I4: [0, 1]}},

  {says: "two seats of three covered", records: {mash_rota: ["police", "health.gp", "education"].map((agency, i) => ({date: "2024-05-01", session: "morning", agency, covered: i < 2 ? "yes" : "no"}))}, want: {I5: [2, 3]}},
  {says: "the same seat in the afternoon is another session", records: {mash_rota: ["morning", "afternoon"].map((session) => ({date: "2024-05-02", session, agency: "police", covered: "yes"}))}, want: {I5: [2, 2]}},
  {says: "tomorrow's rota is not worked yet, today's is", records: {mash_rota: ["2024-05-14", "2024-05-15"].map((date) => ({date, session: "morning", agency: "police", covered: "no"}))}, want: {I5: [0, 1]}}
];

export const family: Family = {
  name: "information-sharing",
  oracles: {I2a: {kind: "percentage", rows: I2a}, I2b: {kind: "percentage", rows: I2b}, I3: {kind: "percentage", rows: I3}, I4: {kind: "percentage", rows: I4}, I5: {kind: "percentage", rows: I5}},
  worlds,
  examples,
  carried: {
    child: ["child_id", "date_of_birth"],
    contact: ["contact_id", "child_id", "received_at", "source", "decision_at", "rag_initial", "rag_final", "consent"],
    information_request: ["contact_id", "agency", "requested_at", "due_at", "returned_at", "return_type"],
    mash_rota: ["date", "session", "agency", "covered"]
  }
};
