// The truth of plans, risk, workers, audits and recording on cases small enough to work out by hand; calendars of early 2026 (no bank holiday from 2 January to 2 April).
import {describe, expect, test} from "vitest";
import type {Audit} from "../../etl/example/assurance.ts";
import {DAY, parseDay as day} from "../../etl/example/days.ts";
import type {Known} from "../../etl/example/known.ts";
import type {Practice} from "../../etl/example/practice.ts";
import {measure} from "../../etl/example/truth.ts";
import type {Child, CinMeeting, Contact, Episode, Family} from "../../etl/example/world.ts";
import type {Written} from "../../etl/example/written.ts";

const at = (text: string) => day(text.slice(0, 10)) * DAY + Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));
const family: Family = {id: "F1", locality: "Quayside", surname: "", address: "", need: 1, children: []};
const child = (id = "1", of = family): Child => ({id, family: of, forename: "", born: day("2015-01-01"), sex: "F", ethnicity: "WBRI", disabilities: [], upn: null, episodes: []});
const known: Known = {contacts: [], outOfHours: [], requests: [], episodes: [], strategyMeetings: [], cinMeetings: []};
const practice: Practice = {
  contactDetails: new Map(), rota: [], conferences: [], attendance: [], documents: [], supervisions: [], oversight: [], screenings: [], escalations: [], earlyHelp: [], missing: [], careEpisodes: [], planActions: [], households: [], links: [],
  audits: [], auditActions: [], auditPlans: [], training: [], workforce: [], delayReviews: [], commentary: [], improvements: [], partnerReturns: []
};
const written: Written = {referrals: [], assessments: [], section47s: [], cinPlans: [], coreGroups: [], outOfHours: [], strategyMeetings: [], visits: [], cinMeetings: [], involvements: [], lastSeen: []};

const episode = (of: Child, referredOn: string, more: Partial<Episode> = {}): Episode => ({
  id: "R1", child: of, referredOn: day(referredOn), source: "6", noFurtherAction: false, need: "N1", team: "Quayside team", closedOn: null, closureReason: null,
  allocations: [], assessments: [], section47s: [], transferIn: null, cinPlans: [], protectionPlans: [], visits: [], ...more
});
const plan = (from: string, to: string | null = null) => ({startedOn: day(from), endedOn: to === null ? null : day(to)});
const protection = (from: string, to: string | null = null, previous = 0, reviews: string[] = []) => ({...plan(from, to), category: "NEG", previous, reviews: reviews.map(day)});
const seen = (on: string, alone = false) => ({on: day(on), type: "CIN visit" as const, seen: true, alone, worker: "W1"});
const meeting = (of: Episode, heldOn: string | null, more: Partial<CinMeeting> = {}): CinMeeting => ({id: `CM${heldOn}`, episode: of, type: "Review", dueOn: day(heldOn ?? "2026-01-05"), heldOn: heldOn === null ? null : day(heldOn), cancelled: null, ...more});

interface Given extends Omit<Partial<Known>, "cinMeetings"> {
  cinMeetings?: CinMeeting[];
  practice?: Partial<Practice>;
  written?: Partial<Written>;
}
function truthOf({practice: p = {}, written: w = {}, ...more}: Given) {
  const {measures} = measure({...known, ...more}, day("2025-04-01"), day("2026-03-31"), {...practice, ...p}, {...written, cinMeetings: (more.cinMeetings ?? []).map((m) => ({m, sharedOn: null})), ...w});
  return {
    all: (id: string) => { const {numerator, denominator} = measures[id]!.all; return [numerator, denominator]; },
    value: (id: string) => measures[id]!.all.value,
    month: (id: string, period: string) => { const point = measures[id]!.series.find((s) => s.period === period); return point ? [point.numerator, point.denominator] : null; }
  };
}

describe("plans", () => {
  test("are met about within ten working days of an assessment that ended in child in need; a meeting before it is none", () => {
    const assessed = (id: string, authorisedOn: string, outcome = "Child in need: services provided") => episode(child(id), "2025-12-01", {assessments: [{id, startedOn: day("2025-12-01"), authorisedOn: day(authorisedOn), factors: [], outcome}]});
    const episodes = [assessed("1", "2026-01-05"), assessed("2", "2026-01-05"), assessed("3", "2026-03-18"), assessed("4", "2026-01-05", "No further action")];
    const truth = truthOf({episodes, cinMeetings: [meeting(episodes[0]!, "2026-01-19"), meeting(episodes[1]!, "2026-01-02"), meeting(episodes[1]!, "2026-01-20")]});
    expect(truth.all("N1")).toEqual([1, 2]);
  });

  test("are reviewed in time on the day due; one not held counts where the plan went on beyond it", () => {
    const on = (id: string, to: string | null = null) => episode(child(id), "2025-12-01", {cinPlans: [plan("2025-12-01", to)]});
    const episodes = [on("1"), on("2"), on("3"), on("4", "2026-02-02")];
    const due = {dueOn: day("2026-02-02")};
    const truth = truthOf({episodes, cinMeetings: [meeting(episodes[0]!, "2026-02-02", due), meeting(episodes[1]!, "2026-02-03", due), meeting(episodes[2]!, null, due), meeting(episodes[3]!, null, due)]});
    expect(truth.all("N2a")).toEqual([1, 3]);
  });

  test("without a review on record are overdue six weeks after they began, and twelve after a review", () => {
    const reviewed = episode(child("2"), "2025-10-01", {cinPlans: [plan("2025-10-01")]});
    const truth = truthOf({episodes: [episode(child("1"), "2026-01-05", {cinPlans: [plan("2026-01-05")]}), reviewed], cinMeetings: [meeting(reviewed, "2025-12-01")]});
    expect(["2026-01", "2026-02"].map((month) => truth.month("N2b", month))).toEqual([[0, 2], [2, 2]]);
  });

  test("name their next review as it stands now, which says nothing of long ago", () => {
    const e = episode(child(), "2025-10-06", {cinPlans: [plan("2025-10-06")]});
    const truth = truthOf({episodes: [e], written: {cinPlans: [{e, p: e.cinPlans[0]!, reviewDueOn: day("2026-04-20")}]}});
    expect(["2025-12", "2026-01"].map((month) => truth.month("N2b", month))).toEqual([[1, 1], [0, 1]]);
  });

  test("leave a missed window for each limit that passed before the child was seen again", () => {
    const e = episode(child(), "2026-01-01", {cinPlans: [plan("2026-01-05")], visits: [seen("2026-02-02", true), seen("2026-03-31")]});
    const truth = truthOf({episodes: [e]});
    expect([truth.all("N4a"), truth.all("N4b")]).toEqual([[1, 3], [1, 3]]);
    expect(truth.month("N4a", "2026-03")).toEqual([0, 2]);
  });

  test("ask nothing of a window that the plan did not outlast, and take a visit at the weekend after the last day as in time", () => {
    const on = (id: string, to: string | null, ...visits: string[]) => episode(child(id), "2026-01-05", {protectionPlans: [protection("2026-03-06", to)], visits: visits.map((v) => seen(v))});
    expect(truthOf({episodes: [on("1", "2026-03-20"), on("2", null, "2026-03-22")]}).all("K1")).toEqual([1, 1]);
  });

  test("drift when they run for nine months and no senior manager has looked for ninety days", () => {
    const e = episode(child(), "2025-04-01", {cinPlans: [plan("2025-04-01")]});
    const truth = truthOf({episodes: [e], practice: {oversight: [{child: e.child, at: at("2025-11-15 10:00"), kind: "Senior manager case review"}, {child: e.child, at: at("2026-02-20 10:00"), kind: "Other oversight"}]}});
    expect(["2025-12", "2026-01", "2026-02"].map((month) => truth.month("N7", month))).toEqual([[0, 0], [0, 1], [1, 1]]);
  });

  test("of brothers and sisters are aligned when each has the same next review", () => {
    const [a, b] = [episode(child("1"), "2026-01-05", {cinPlans: [plan("2026-01-05")]}), episode(child("2"), "2026-01-05", {cinPlans: [plan("2026-01-05")]})];
    const due = (days: [string, string]) => truthOf({episodes: [a, b], cinMeetings: [a, b].map((e, i) => meeting(e, null, {dueOn: day(days[i]!)}))}).month("N12", "2026-01");
    expect([due(["2026-02-16", "2026-02-16"]), due(["2026-02-16", "2026-02-17"])]).toEqual([[1, 1], [0, 1]]);
  });

  test("have actions open from the plan they fell due in until they are closed", () => {
    const e = episode(child(), "2026-01-05", {cinPlans: [plan("2026-01-05")]});
    const action = {id: "PA1", child: e.child, setOn: day("2026-01-20"), dueOn: day("2026-02-10"), closedOn: day("2026-03-10"), owner: "School"};
    const truth = truthOf({episodes: [e], practice: {planActions: [action]}});
    expect(["2025-12", "2026-01", "2026-02", "2026-03"].map((month) => truth.month("N11", month))).toEqual([[0, 0], [0, 1], [1, 1], [0, 0]]);
  });
});

describe("up and down", () => {
  const e = episode(child(), "2025-01-06", {cinPlans: [plan("2025-01-06", "2025-06-10"), plan("2026-01-15")], protectionPlans: [protection("2025-06-10", "2026-01-15", 0, ["2025-09-10"])]});

  test("a child in need when the month began is stepped up in the month in which protection begins, after as many working days", () => {
    const truth = truthOf({episodes: [e]});
    expect(["2025-05", "2025-06", "2025-07"].map((month) => truth.month("N9a", month))).toEqual([[0, 1], [1, 1], null]);
    expect(truth.value("N9c")).toBe(107);
  });

  test("a plan is stepped down in the month it ends, unless the child is looked after on that day", () => {
    const care = {child: e.child, startedOn: day("2025-12-01"), endedOn: null, episode: e};
    expect(truthOf({episodes: [e]}).month("N9b", "2026-01")).toEqual([1, 1]);
    expect(truthOf({episodes: [e], practice: {careEpisodes: [care]}}).month("N9b", "2026-01")).toEqual([0, 1]);
  });

  test("a step-down is followed up a year on, by care as by another plan", () => {
    const down = (id: string, again: string) => episode(child(id), "2024-01-01", {protectionPlans: [protection("2024-06-03", "2025-02-03"), protection(again)]});
    expect(truthOf({episodes: [down("1", "2026-02-03"), down("2", "2026-02-04")]}).all("N10a")).toEqual([1, 2]);
  });

  test("a later plan is one after an earlier one on record or after one that the record counts", () => {
    const two = episode(child("1"), "2024-01-01", {protectionPlans: [protection("2024-06-03", "2025-02-03"), protection("2026-01-05")]});
    expect(truthOf({episodes: [two, episode(child("2"), "2025-01-06", {protectionPlans: [protection("2025-02-03", null, 1)]})]}).all("N10b")).toEqual([2, 3]);
  });

  test("reviews are due three months after the conference and six after a review, the last of them only while the plan runs", () => {
    const truth = truthOf({episodes: [e]});
    expect(truth.all("K2")).toEqual([1, 1]); // held on the last day; the next would have been due after the plan had ended
    expect(truthOf({episodes: [e], written: {coreGroups: [{id: "CG1", child: e.child, dueOn: day("2025-06-24"), heldOn: day("2025-06-25")}]}}).all("K3")).toEqual([0, 1]);
  });
});

describe("risk", () => {
  const contact = (id: string, of: Child, receivedAt: string): Contact => ({
    id, children: [of], receivedAt: at(receivedAt), source: "6", sourceWord: "Police", issue: "Neglect", kind: "open", gradedFirst: null, gradedLast: null, screenedAt: null, decidedAt: null, outcome: null, consent: null
  });
  const detail = (incidentId: string | null) => ({consentReason: null, acknowledgedAt: null, feedbackAt: null, incidentAt: null, incidentId, linkedContactId: null, earlyHelpService: null, recordedAt: 0, voice: new Map<Child, boolean>(), referralIds: new Map<Child, string>()});
  const e = episode(child(), "2025-12-01", {cinPlans: [plan("2025-12-01")]});
  const told = (days: [string, string | null][], more: Partial<Practice> = {}) => {
    const contacts = days.map(([on], i) => contact(`C${i}`, e.child, `${on} 10:00`));
    return truthOf({episodes: [e], contacts, practice: {contactDetails: new Map(contacts.map((c, i) => [c, detail(days[i]![1])])), ...more}});
  };

  test("rises with a second event within ninety days, and nothing decided in ten working days is the failure", () => {
    expect(told([["2026-01-05", null], ["2026-02-02", null]]).all("N8")).toEqual([1, 1]);
    expect(told([["2025-12-02", null], ["2026-03-02", null]]).all("N8")).toEqual([0, 0]);
  });

  test("does not rise with a second contact about one incident, nor with events that a decision lies between", () => {
    const decided = (on: string) => ({oversight: [{child: e.child, at: at(`${on} 12:00`), kind: "Decision on rising risk"}]});
    expect(told([["2026-01-05", "I1"], ["2026-02-02", "I1"]]).all("N8")).toEqual([0, 0]);
    expect(told([["2026-01-05", null], ["2026-02-02", null]], decided("2026-01-20")).all("N8")).toEqual([0, 0]);
    expect(told([["2026-01-05", null], ["2026-02-02", null]], decided("2026-02-16")).all("N8")).toEqual([0, 1]);
    expect(told([["2026-01-05", null], ["2026-02-02", null]], decided("2026-02-17")).all("N8")).toEqual([1, 1]);
  });

  test("is challenged by an escalation within twenty working days of the rule's being broken", () => {
    // no meeting: the plan of 1 December has settled on 16 December, and twenty working days on is 16 January
    const raised = (on: string) => ({escalations: [{id: "E1", child: e.child, raisedBy: "School", against: "", stage: 1, raisedAt: at(`${on} 09:00`), dueAt: at(`${on} 17:00`), resolvedAt: null, outcome: "Still open"}]});
    expect([told([]), told([], raised("2026-01-16")), told([], raised("2026-01-17"))].map((t) => t.all("X3"))).toEqual([[1, 1], [0, 1], [0, 1]]);
    expect([told([], raised("2026-01-19"))].map((t) => t.all("X3"))).toEqual([[1, 1]]);
    expect(told([], raised("2026-01-16")).month("X1", "2026-01")).toEqual([1, 1]);
  });
});

describe("workers", () => {
  const e = episode(child(), "2025-06-02");
  const held = (worker: string, from: string, to: string | null) => ({child: e.child, worker, team: "Quayside team", role: "Allocated worker" as const, from: day(from), to: to === null ? null : day(to)});

  test("keep a case from one spell to the next day's, and their last day still counts", () => {
    const truth = truthOf({episodes: [e], written: {involvements: [held("W1", "2025-06-02", "2025-10-01"), held("W1", "2025-10-02", "2025-12-31"), held("W2", "2026-01-01", null)]}});
    expect(["2025-11", "2025-12", "2026-01"].map((month) => truth.month("N13a", month))).toEqual([[0, 0], [1, 1], [0, 1]]);
    expect([truth.month("N13b", "2025-12"), truth.month("N13b", "2026-01")]).toEqual([[1, 1], [2, 1]]);
  });

  test("carry the open cases over the posts filled, by team those of a team that is staffed", () => {
    const workforce = [{team: "Quayside team", month: day("2026-03-01"), fte: 2.5, vacancies: 0, agency: 0}, {team: "Northmoor team", month: day("2026-03-01"), fte: 1.5, vacancies: 0, agency: 0}];
    const truth = truthOf({episodes: [e, episode(child("2"), "2026-01-05"), episode(child("3"), "2026-01-05", {closedOn: day("2026-03-31")})], practice: {workforce}, written: {involvements: [held("W1", "2025-06-02", null), {...held("W2", "2026-01-05", null), team: "Westerley team"}]}});
    expect([truth.all("W2a"), truth.value("W2a"), truth.all("W3")]).toEqual([[2, 4], 0.5, [1, 4]]);
  });

  test("are supervised on a case in time while the twentieth working day since has not come", () => {
    const supervision = {child: e.child, dueOn: day("2026-01-05"), heldOn: day("2026-01-05"), actions: 0, done: 0, worker: "W1", team: ""};
    const truth = truthOf({episodes: [e], practice: {supervisions: [supervision]}});
    expect(["2025-12", "2026-01", "2026-02"].map((month) => truth.month("V1", month))).toEqual([[0, 1], [1, 1], [0, 1]]);
  });

  test("find children open for the months that have passed in full", () => {
    const truth = truthOf({episodes: [episode(child("1"), "2025-12-31"), episode(child("2"), "2026-01-01"), episode(child("3"), "2024-03-31")]});
    expect(["N15a", "N15b", "N15c", "N15d", "N15e", "N15f"].map((id) => truth.all(id)[0])).toEqual([3, 1, 1, 0, 0, 1]);
  });
});

describe("audits and recording", () => {
  const audit = (id: string, on: string, grade: number, moderated: number | null, more: Partial<Audit> = {}): Audit => ({
    id, childId: "1", type: "", selection: "Random", on: day(on), practiceFrom: 0, practiceTo: 0, agency: "Police", team: "", auditor: "", domain: "Cumulative harm", grade, moderated, check: null, result: null, ...more
  });

  test("a grade of a domain stands as moderated, and an audit of the case again is held to the one before", () => {
    const truth = truthOf({practice: {audits: [audit("A1", "2026-01-05", 3, 2), audit("A2", "2026-02-02", 3, null), audit("A3", "2026-02-02", 1, null, {selection: "Targeted"}), audit("A4", "2026-02-03", 3, null)]}});
    expect([truth.all("Q2c"), truth.all("Q2d"), truth.all("Q5")]).toEqual([[2, 3], [0, 1], [1, 3]]); // 3 and 1 against 2; 3 against the first of that day
  });

  test("agreement beyond chance is one where all agree on different grades, and nought where the grades know nothing of each other", () => {
    const pairs = (...grades: [number, number][]) => truthOf({practice: {audits: grades.map(([a, b], i) => audit(`A${i}`, "2026-01-05", a, b))}});
    expect(pairs([1, 1], [3, 3]).value("Q3b")).toBeCloseTo(1, 12);
    expect(pairs([1, 1], [1, 3], [3, 1], [3, 3]).value("Q3b")).toBeCloseTo(0, 12);
    expect(pairs([2, 2]).value("Q3b")).toBeNull();
    expect(pairs([1, 1], [1, 3], [3, 1], [3, 3]).all("Q3a")).toEqual([2, 4]);
  });

  test("what is recorded more than two working days after it happened is late", () => {
    const e = episode(child(), "2026-01-05");
    const visits = ["2026-01-07", "2026-01-08", "2026-01-05"].map((on) => ({e, v: seen("2026-01-05"), recordedAt: at(`${on} 12:00`)}));
    const truth = truthOf({written: {visits: [...visits, {e, v: seen("2026-01-05"), recordedAt: null}]}});
    expect([truth.all("D1a"), truth.value("D1b")]).toEqual([[1, 3], 2]);
  });

  test("what the conference office does not tell of a conference is blank", () => {
    const e = episode(child(), "2025-05-05", {protectionPlans: [protection("2025-06-10", null, 0, ["2025-09-10"])]});
    expect(truthOf({episodes: [e]}).all("D2")).toEqual([8, 10]); // the referral 2, the child 4, the plan 2; the conference asks for 2
  });
});
