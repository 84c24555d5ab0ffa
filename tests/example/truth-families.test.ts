// The further truths on cases small enough to work out by hand: what adds up, what a family's row stands for, what the night decided, who waits.
import {describe, expect, test} from "vitest";
import {DAY, parseDay, type Day} from "../../etl/example/days.ts";
import type {Counting, Shown} from "../../etl/example/figures.ts";
import type {Known} from "../../etl/example/known.ts";
import type {Practice} from "../../etl/example/practice.ts";
import {caseTruth} from "../../etl/example/truth-cases.ts";
import {contactTruth} from "../../etl/example/truth-contacts.ts";
import {protectionTruth} from "../../etl/example/truth-protection.ts";
import type {Child, Contact, Episode, Family, OutOfHoursContact} from "../../etl/example/world.ts";
import type {Written} from "../../etl/example/written.ts";

const day = parseDay;
const at = (text: string) => day(text.slice(0, 10)) * DAY + Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));
const family: Family = {id: "F1", locality: "Quayside", surname: "", address: "", need: 1, children: []};
const child = (id: string, born = "2015-01-01"): Child => ({id, family, forename: "", born: day(born), sex: "F", ethnicity: "WBRI", disabilities: [], upn: null, episodes: []});

const plain = {consentReason: null, acknowledgedAt: null, feedbackAt: null, incidentAt: null, incidentId: null, linkedContactId: null, earlyHelpService: null, recordedAt: 0, voice: new Map(), referralIds: new Map()};
const nobody: Known = {contacts: [], outOfHours: [], requests: [], episodes: [], strategyMeetings: [], cinMeetings: []};
const noPractice = {contactDetails: new Map(), oversight: [], households: [], careEpisodes: [], screenings: [], missing: [], documents: [], attendance: [], conferences: []} as unknown as Practice;
const nothing = {assessments: [], section47s: [], involvements: [], outOfHours: []} as unknown as Written;

/** As the exports of the close of 31 March 2026 show it. */
function shown({known = {}, practice = {}, written = {}}: {known?: Partial<Known>; practice?: Partial<Practice>; written?: Partial<Written>}): Shown {
  const all = {...nobody, ...known};
  const contactDetails = new Map(all.contacts.map((c) => [c, plain]));
  return {known: all, practice: {...noPractice, contactDetails, ...practice}, written: {...nothing, ...written}, from: day("2023-04-01"), asAt: day("2026-03-31")};
}
const met = (of: Counting | undefined, on?: string): [number, number] => {
  const rows = "at" in of! ? of.at(day(on!)) : of!.rows;
  return [rows.filter((r) => r.met).length, rows.length];
};

let numbered = 0;
const contact = (of: Child, receivedAt: string, decided: string | null, more: Partial<Contact> = {}): Contact => ({
  id: `C${++numbered}`, children: [of], receivedAt: at(receivedAt), source: "6", sourceWord: "Police", issue: "Domestic abuse", kind: "other", gradedFirst: null, gradedLast: null,
  screenedAt: null, decidedAt: decided === null ? null : at(decided), outcome: decided === null ? null : "No further action", consent: null, ...more
});
const episode = (of: Child, referredOn: string, more: Partial<Episode> = {}): Episode => ({
  id: "R1", child: of, referredOn: day(referredOn), source: "6", noFurtherAction: false, need: "N1", team: "Quayside team", closedOn: null, closureReason: null,
  allocations: [], assessments: [], section47s: [], transferIn: null, cinPlans: [], protectionPlans: [], visits: [], ...more
});
const assessment = (startedOn: string, authorisedOn: string | null, factors: string[] = []) => ({id: startedOn, startedOn: day(startedOn), authorisedOn: authorisedOn === null ? null : day(authorisedOn), factors, outcome: ""});
const home = (of: Child, from = "2015-01-01", to: string | null = null) => ({id: "H1", child: of, from: day(from), to: to === null ? null : day(to)});

describe("the limit of a risk grade", () => {
  test("is four hours for red, however the clocks change, and working days for the others", () => {
    const one = child("1");
    const truth = contactTruth(shown({known: {contacts: [
      contact(one, "2026-03-28 23:00", "2026-03-29 04:00", {gradedFirst: "Red"}), // the clocks go forward: four hours
      contact(one, "2026-03-27 10:00", "2026-03-27 14:01", {gradedFirst: "Red"}),
      contact(one, "2026-03-27 10:00", "2026-03-30 17:00", {gradedFirst: "Amber"}),
      contact(one, "2026-03-25 10:00", "2026-03-31 09:00", {gradedFirst: "Green"}), // a working day late
      contact(one, "2026-03-31 10:00", null, {gradedFirst: "Amber"}), // not due yet
      contact(one, "2026-03-20 10:00", "2026-03-20 09:00", {gradedFirst: "Red"}), // typed the wrong way round
      contact(one, "2026-03-20 10:00", "2026-03-25 09:00")
    ]}}));
    expect(met(truth.C3a)).toEqual([2, 4]);
    expect((truth.C3b as {rows: {time?: number}[]}).rows.map((r) => r.time)).toEqual([4, 4, 78, 142]);
    expect(met(truth.C16, "2026-03-31")).toEqual([0, 1]);
    expect(met(truth.C16, "2026-03-28")).toEqual([0, 3]); // the red one of that night, amber and green
  });
});

describe("contacts that add up", () => {
  const one = child("1");
  const closed = (...days: string[]) => days.map((d) => contact(one, `${d} 10:00`, `${d} 12:00`));
  const review = (on: string) => ({oversight: [{child: one, at: at(`${on} 12:00`), kind: "Cumulative review"}]});

  test("are three closed ones on different days within twelve months, as they stood on the day", () => {
    const truth = contactTruth(shown({known: {contacts: closed("2025-01-10", "2025-01-10", "2025-05-10", "2025-11-10")}}));
    expect(met(truth.C8, "2025-10-31")).toEqual([0, 1]); // two days
    expect(met(truth.C8, "2025-12-31")).toEqual([1, 1]);
    expect(met(truth.C8, "2026-01-09")).toEqual([1, 1]);
    expect(met(truth.C8, "2026-01-10")).toEqual([0, 1]); // the first is a year old
  });

  test("no longer count once an assessment has started since the first, or for neglect since the second", () => {
    const assessed = (on: string) => ({episodes: [episode(one, on, {assessments: [assessment(on, null)]})]});
    const contacts = closed("2025-05-01", "2025-06-01", "2025-07-01");
    expect(met(contactTruth(shown({known: {contacts, ...assessed("2025-05-01")}})).C8, "2025-07-31")).toEqual([0, 1]);
    expect(met(contactTruth(shown({known: {contacts, ...assessed("2025-04-30")}})).C8, "2025-07-31")).toEqual([1, 1]);
    const neglect = contacts.map((c) => ({...c, issue: "Neglect"}));
    expect(met(contactTruth(shown({known: {contacts: neglect, ...assessed("2025-05-31")}})).C9, "2025-07-31")).toEqual([1, 1]);
    expect(met(contactTruth(shown({known: {contacts: neglect, ...assessed("2025-06-01")}})).C9, "2025-07-31")).toEqual([0, 1]);
  });

  test("are reviewed within five working days of coming to be counted, and the latest way of it is the one that is asked for", () => {
    const contacts = closed("2025-05-01", "2025-06-02", "2025-07-01");
    const of = (on: string) => contactTruth(shown({known: {contacts}, practice: review(on)})).C10;
    expect(met(of("2025-07-08"), "2025-07-31")).toEqual([1, 1]);
    expect(met(of("2025-07-09"), "2025-07-31")).toEqual([0, 1]);
    expect(met(of("2025-06-30"), "2025-07-31")).toEqual([0, 1]);
    expect(met(of("2025-07-08"), "2025-07-07")).toEqual([0, 0]); // not due yet
    // a fourth contact goes on with the count, two about neglect begin another one
    const more = [...contacts, contact(one, "2025-08-01 10:00", "2025-08-01 12:00", {issue: "Neglect"}), contact(one, "2025-09-01 10:00", "2025-09-01 12:00", {issue: "Neglect"})];
    expect(met(contactTruth(shown({known: {contacts: more}, practice: review("2025-07-02")})).C10, "2025-08-31")).toEqual([1, 1]);
    expect(met(contactTruth(shown({known: {contacts: more}, practice: review("2025-07-02")})).C10, "2025-09-30")).toEqual([0, 1]);
  });
});

describe("the night", () => {
  const call = (receivedAt: string, handoverAt: string | null, outcome: string): OutOfHoursContact => ({
    id: "E1", children: [child("1")], contactId: null, receivedAt: at(receivedAt), source: "6", issue: "", priority: "Urgent", respondedAt: null, response: null, outcome, handoverAt: handoverAt === null ? null : at(handoverAt)
  });
  const night = (...calls: [OutOfHoursContact, dayOutcome: string, dayDecided: string | null][]) =>
    contactTruth(shown({written: {outOfHours: calls.map(([c, dayOutcome, decided]) => ({c, dayOutcome, dayDecidedAt: decided === null ? null : at(decided), recordedAt: null}))}}));

  test("is handed over within an hour of the next opening: of a working day's small hours on that day", () => {
    const {E3} = night(
      [call("2026-03-25 02:00", "2026-03-25 10:00", ""), "", null],
      [call("2026-03-25 09:00", "2026-03-26 10:00", ""), "", null],
      [call("2026-03-27 22:00", "2026-03-30 10:01", ""), "", null],
      [call("2026-03-31 22:00", null, ""), "", null] // due tomorrow
    );
    expect(met(E3)).toEqual([2, 3]);
  });

  test("stands unless the day team did the opposite within two working days", () => {
    const {E4} = night(
      [call("2026-03-20 22:00", null, "Advice given"), "Referral", "2026-03-24 16:00"], // reversed on the second working day
      [call("2026-03-20 22:00", null, "Advice given"), "Referral", "2026-03-25 09:00"], // later: it stood
      [call("2026-03-20 22:00", null, "Referral to day team"), "Information only", "2026-03-23 09:00"],
      [call("2026-03-20 22:00", null, "Referral to day team"), "Early help", "2026-03-23 09:00"],
      [call("2026-03-20 22:00", null, "No further action"), "", null],
      [call("2026-03-30 22:00", null, "No further action"), "", null] // the two working days are not over
    );
    expect(met(E4)).toEqual([3, 5]);
  });
});

describe("brothers and sisters", () => {
  const [one, two, three] = [child("1"), child("2", "2018-01-01"), child("3", "2020-01-01")];
  const households = [one, two, three].map((c) => home(c));
  const written = (e: Episode, siblings: string) => ({assessments: [{e, a: assessment("2026-03-03", "2026-03-20"), seen: null, seenOn: null, alone: null, safetyPlanAt: null, siblings}]});

  test("referred together are one family, and a reason in the assessment of either counts", () => {
    const episodes = [episode(one, "2026-03-02"), episode(two, "2026-03-02")];
    const of = (siblings: string) => caseTruth(shown({known: {episodes}, practice: {households}, written: written(episodes[1]!, siblings)})).A10;
    expect(met(of(""))).toEqual([0, 1]); // the third is not opened
    expect(met(of("Family refused"))).toEqual([1, 1]);
  });

  test("opened a working day late make a family of their own", () => {
    const pair = households.slice(0, 2);
    const of = (second: string) => caseTruth(shown({known: {episodes: [episode(one, "2026-03-02"), episode(two, second)]}, practice: {households: pair}})).A10;
    expect(met(of("2026-03-09"))).toEqual([1, 1]);
    expect(met(of("2026-03-10"))).toEqual([1, 2]);
  });

  test("are considered at a contact by one of their own in five working days, a link or a decision; who has moved out is not waited for", () => {
    const first = contact(one, "2026-03-02 10:00", null);
    const of = (second: Partial<Contact> | null, more: Partial<Practice> = {}) => contactTruth(shown({known: {contacts: [first, ...(second ? [contact(two, "2026-03-02 10:00", null, second)] : [])]}, practice: {households: households.slice(0, 2), ...more}})).C11;
    expect(met(of(null))).toEqual([0, 1]);
    expect(met(of({receivedAt: at("2026-03-09 10:00")}))[0]).toBe(1);
    expect(met(of({receivedAt: at("2026-03-10 10:00")}))[0]).toBe(0);
    expect(met(of(null, {oversight: [{child: two, at: at("2026-03-09 10:00"), kind: "Decision on brothers and sisters"}]}))).toEqual([1, 1]);
    expect(met(of(null, {households: [home(one), home(two, "2018-01-01", "2026-03-02")]}))).toEqual([0, 0]);
  });
});

describe("enquiries", () => {
  const enquiry = (of: Child, startedOn: string, icpcOn: string | null, {endedOn = null, outcome = "", icpcNotRequired = icpcOn === null}: {endedOn?: string | null; outcome?: string; icpcNotRequired?: boolean} = {}) => ({
    e: episode(of, startedOn), endedOn: endedOn === null ? null : day(endedOn), outcome,
    s: {startedOn: day(startedOn), icpcNotRequired, icpcDueOn: null, icpcOn: icpcOn === null ? null : day(icpcOn), strategyMeetingId: "SM1"}
  });
  const of = (section47s: Written["section47s"]) => protectionTruth(shown({known: {episodes: section47s.map(({e}) => e)}, written: {section47s}}));

  test("wait for their conference to the end of the data where one is asked for, and else until they ended", () => {
    const truth = of([
      enquiry(child("1"), "2026-02-02", "2026-02-23"), // the fifteenth working day
      enquiry(child("2"), "2026-02-02", "2026-02-24"),
      enquiry(child("3"), "2026-02-02", null, {icpcNotRequired: false}), // asked for, never held
      enquiry(child("4"), "2026-02-02", null, {endedOn: "2026-02-10", outcome: "No further action"}),
      enquiry(child("5"), "2026-03-16", "2026-03-25") // its limit has not expired
    ]);
    expect(met(truth.S7)).toEqual([1, 3]);
    expect(met(truth.S7b)).toEqual([2, 3]);
    expect((truth.S7c as {rows: {time?: number; ended?: boolean}[]}).rows.map((r) => [r.time, r.ended])).toEqual([[15, true], [16, true], [41, false], [6, false]]);
    expect(met(truth.S12b)).toEqual([1, 4]);
    expect(met(truth.S6b)).toEqual([3, 5]);
    expect(met(truth.S6c)).toEqual([1, 5]);
  });

  test("before a birth count once the child is born or due, and well where the conference came first", () => {
    const truth = of([enquiry(child("1", "2026-03-01"), "2026-02-02", "2026-02-27"), enquiry(child("2", "2026-03-01"), "2026-02-16", "2026-03-01"), enquiry(child("3", "2026-04-01"), "2026-02-16", "2026-03-02"), enquiry(child("4", "2026-02-16"), "2026-02-16", "2026-03-02")]);
    expect(met(truth.S16)).toEqual([1, 2]);
  });

  test("and referrals are set over the children of the authority, at the rate of a year", () => {
    const truth = caseTruth(shown({known: {episodes: [episode(child("1"), "2026-02-02"), episode(child("2"), "2026-03-02")]}})).R3 as Extract<Counting, {rows: unknown}>;
    expect(truth.sum(truth.rows, ["2026-02", "2026-03"])).toEqual({numerator: 2, denominator: 50_000, value: 2.4});
    expect(truth.sum(truth.rows, ["2020-03"]).value).toBeNull(); // before the first estimate
  });
});

describe("signs of exploitation", () => {
  const screening = (of: Child, indicated: string, completed: string | null) => ({child: of, tool: "CSE screening", indicatorAt: at(indicated), completedAt: completed === null ? null : at(completed), level: "Low", outcome: "", team: null});
  const missing = (of: Child, on: string, kind = "Missing") => ({child: of, startedAt: at(`${on} 22:00`), returnedAt: null, offeredAt: null, heldAt: null, kind});
  const rows = (more: {known?: Partial<Known>; practice?: Partial<Practice>}): [number, number] => met(caseTruth(shown(more)).A11);

  test("are one a child and day, from ten years on where the child was only missing", () => {
    const [old, young] = [child("1", "2012-01-01"), child("2", "2016-03-03")];
    expect(rows({practice: {missing: [missing(old, "2026-03-02"), missing(young, "2026-03-02")]}})).toEqual([0, 1]);
    expect(rows({practice: {missing: [missing(young, "2026-03-03"), missing(young, "2026-03-02", "Exploitation event")]}})).toEqual([0, 2]);
    const both = {practice: {missing: [missing(old, "2026-03-02")], screenings: [screening(old, "2026-03-02 09:00", "2026-03-09 10:00")]}};
    expect(rows(both)).toEqual([1, 1]);
  });

  test("found in an assessment are answered within it too", () => {
    const old = child("1", "2012-01-01");
    const episodes = [episode(old, "2026-02-02", {assessments: [assessment("2026-02-03", "2026-03-10", ["24A"])]})];
    const screened = (on: string) => rows({known: {episodes}, practice: {screenings: [screening(old, "2026-02-10 09:00", on)]}});
    expect(screened("2026-02-12 10:00")).toEqual([2, 2]); // the log's own day and the assessment's
    expect(screened("2026-03-18 10:00")).toEqual([0, 2]);
  });
});

test("the last day of a worker is still theirs", () => {
  const one = child("1");
  const worker = (from: Day, to: Day | null) => ({child: one, worker: "W1", team: "", role: "Allocated worker" as const, from, to});
  const {R7b} = caseTruth(shown({known: {episodes: [episode(one, "2026-01-05")]}, written: {involvements: [worker(day("2026-01-06"), day("2026-02-28"))]}}));
  expect(met(R7b, "2026-01-05")).toEqual([1, 1]);
  expect(met(R7b, "2026-02-28")).toEqual([0, 1]);
  expect(met(R7b, "2026-03-01")).toEqual([1, 1]);
});
