// The example's truth on cases small enough to work out by hand. What it says of a whole city rests on these.
import {describe, expect, test} from "vitest";
import {DAY, parseDay} from "../../etl/example/days.ts";
import type {Known} from "../../etl/example/known.ts";
import {kaplanMeierMedian} from "../../etl/example/figures.ts";
import {measure} from "../../etl/example/truth.ts";
import type {Attendance, Child, Contact, Episode, Family, OutOfHoursContact, StrategyMeeting} from "../../etl/example/world.ts";

const day = parseDay;
const at = (text: string) => day(text.slice(0, 10)) * DAY + Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));
const family: Family = {id: "F1", locality: "Quayside", surname: "", address: "", need: 1, children: []};
const child = (id: string): Child => ({id, family, forename: "", born: day("2015-01-01"), sex: "F", ethnicity: "WBRI", disabilities: [], upn: null, episodes: []});
const nothing: Known = {contacts: [], outOfHours: [], requests: [], episodes: [], strategyMeetings: [], cinMeetings: []};
const truthOf = (known: Partial<Known>, asAt = "2026-03-31") => measure({...nothing, ...known}, day("2025-04-01"), day(asAt));
const figure = ({numerator, denominator, value}: {numerator: number | null; denominator: number | null; value: number | null}) => [numerator, denominator, value];

const contact = (receivedAt: string, screened: string | null, decided: string | null, children = [child("1")]): Contact => ({
  id: "C1", children, receivedAt: at(receivedAt), source: "6", sourceWord: "Police", issue: "Neglect", kind: "other", gradedFirst: null, gradedLast: null,
  screenedAt: screened === null ? null : at(screened), decidedAt: decided === null ? null : at(decided), outcome: null, consent: null
});

const episode = (of: Child, referredOn: string, more: Partial<Episode> = {}): Episode => ({
  id: "R1", child: of, referredOn: day(referredOn), source: "6", noFurtherAction: false, need: "N1", team: "Quayside team", closedOn: null, closureReason: null,
  allocations: [{worker: "W1", team: "Quayside team", from: day(referredOn), to: null}], assessments: [], section47s: [], transferIn: null, cinPlans: [], protectionPlans: [], visits: [], ...more
});
const seenOn = (on: string, seen = true) => ({on: day(on), type: "Assessment" as const, seen, alone: false, worker: "W1"});

describe("the median of a survival curve", () => {
  const ended = (...times: number[]) => times.map((time) => ({time, ended: true}));
  const censored = (...times: number[]) => times.map((time) => ({time, ended: false}));
  test("is the first time at which half or more have ended", () => expect(kaplanMeierMedian(ended(1, 2, 3))).toBe(2));
  test("is the midpoint of a stretch that lies at exactly one half", () => expect(kaplanMeierMedian(ended(1, 2, 6, 7))).toBe(4));
  test("counts those that have not ended as at risk until they leave", () => expect(kaplanMeierMedian([...ended(1, 4, 5), ...censored(2, 3)])).toBe(4));
  test("is null when the curve stays above one half", () => expect(kaplanMeierMedian([...ended(1), ...censored(5, 5, 5)])).toBeNull());
  test("is midway to the last time when the curve ends at one half", () => expect(kaplanMeierMedian([...ended(3), ...censored(9)])).toBe(6));
  test("is null of nobody", () => expect(kaplanMeierMedian([])).toBeNull());
});

describe("contacts", () => {
  test("count children, by the month they were received in", () => {
    const {C1} = truthOf({contacts: [contact("2026-01-05 10:00", null, null, [child("1"), child("2")]), contact("2026-02-05 10:00", null, null)]}).measures;
    expect(C1!.value).toBe(3);
    expect(C1!.series).toEqual([{period: "2026-01", numerator: 2, denominator: null, value: 2}, {period: "2026-02", numerator: 1, denominator: null, value: 1}]);
  });

  test("are decided in time by the first decision, no more than one working day on, and leave out one decided before it came", () => {
    const {C2} = truthOf({
      contacts: [
        contact("2026-03-06 16:00", "2026-03-09 17:00", "2026-03-12 10:00"), // Friday → Monday
        contact("2026-03-05 10:00", null, "2026-03-07 10:00"), // Thursday → Saturday, which is still the first working day
        contact("2026-03-07 11:00", null, "2026-03-10 09:00"), // Saturday → Monday; Tuesday is late
        contact("2026-03-10 09:00", null, null), // never
        contact("2026-03-11 09:00", null, "2026-03-11 08:00"), // typed the wrong way round
        contact("2026-03-31 09:00", null, null) // not due by the close of 31 March
      ]
    }).measures;
    expect(figure(C2!)).toEqual([2, 4, 50]);
  });
});

describe("out of hours", () => {
  const call = (receivedAt: string, respondedAt: string | null, priority: OutOfHoursContact["priority"] = "Urgent"): OutOfHoursContact => ({
    id: "E1", children: [child("1")], contactId: null, receivedAt: at(receivedAt), source: "6", issue: "", priority, respondedAt: respondedAt === null ? null : at(respondedAt), response: null, outcome: "", handoverAt: null
  });
  test("time is elapsed time when the clocks change, and an unanswered call is censored at the close of the day", () => {
    const {E2a, E2b} = truthOf({
      outOfHours: [
        call("2026-03-29 00:30", "2026-03-29 02:20"), // 50 minutes: the clocks went forward
        call("2025-10-26 00:30", "2025-10-26 02:00"), // 150 minutes: they went back
        call("2026-03-01 20:00", "2026-03-01 23:59", "Standard"),
        call("2026-03-31 22:00", null), // due 23:00, unanswered at midnight: 120 minutes so far
        call("2026-03-31 23:30", null), // due next day
        call("2026-03-01 20:00", null, "No response needed")
      ]
    }).measures;
    expect(figure(E2a!)).toEqual([2, 4, 50]);
    expect(figure(E2b!)).toEqual([3, 4, 150]); // 50, 120+, 150, 239: 3/4, then 3/8
  });
});

describe("referrals", () => {
  test("are re-referrals up to the same day a year on, of the same child", () => {
    const [one, two] = [child("1"), child("2")];
    const {R1, R2} = truthOf({episodes: [episode(one, "2025-04-10", {closedOn: day("2025-05-01")}), episode(one, "2026-02-10"), episode(two, "2025-03-01", {closedOn: day("2025-03-20")}), episode(two, "2026-03-02")]}).measures;
    expect(figure(R1!)).toEqual([1, 3, 100 / 3]);
    expect(figure(R2!)).toEqual([1, 2, 50]);
    expect(figure(R1!.all)).toEqual([1, 4, 25]);
    const sameDay = truthOf({episodes: [episode(one, "2025-03-02", {closedOn: day("2025-03-20")}), episode(one, "2026-03-02")]}).measures.R1;
    expect(sameDay!.value).toBe(100);
  });

  test("are assessed in time by their first assessment, unfinished ones failing once the limit has passed", () => {
    const assessments = (...spans: [string, string | null][]) => ({assessments: spans.map(([s, a]) => ({id: s, startedOn: day(s), authorisedOn: a === null ? null : day(a), factors: [], outcome: ""}))});
    const {A1} = truthOf({
      episodes: [
        episode(child("1"), "2026-01-05", assessments(["2026-01-06", "2026-03-09"])), // the 45th working day
        episode(child("2"), "2026-01-05", assessments(["2026-01-06", "2026-03-10"], ["2026-02-06", "2026-02-10"])),
        episode(child("3"), "2026-01-05", assessments(["2026-01-06", null])),
        episode(child("4"), "2026-01-05"),
        episode(child("5"), "2026-03-05", assessments(["2026-03-06", null]))
      ]
    }).measures;
    expect(figure(A1!)).toEqual([1, 3, 100 / 3]);
  });

  test("are seen at the first visit that saw the child, before the child's next referral; the rest wait until they close", () => {
    const [one, two, three, nfa, back] = ["1", "2", "3", "4", "5"].map(child) as [Child, Child, Child, Child, Child];
    const truth = truthOf({
      episodes: [
        episode(one, "2026-03-02", {visits: [seenOn("2026-03-04", false), seenOn("2026-03-09")]}), // 5 working days
        episode(two, "2026-03-02", {visits: [seenOn("2026-03-10")]}), // 6
        episode(three, "2026-03-02", {closedOn: day("2026-03-05")}), // censored at 3
        episode(nfa, "2026-03-02", {noFurtherAction: true, allocations: []}),
        episode(back, "2026-03-02", {closedOn: day("2026-03-12")}),
        episode(back, "2026-03-13", {visits: [seenOn("2026-03-13")]})
      ]
    });
    expect(figure(truth.measures.A4a!)).toEqual([2, 5, 40]);
    expect(figure(truth.measures.A4b!)).toEqual([3, 5, 6]); // 0, 3+, 5, 6, 8+: 4/5, 8/15, 4/15
  });
});

describe("snapshots", () => {
  test("of children not yet seen hold open accepted referrals past the limit at each month's end, as it was then", () => {
    const {A5} = truthOf({
      episodes: [
        episode(child("1"), "2026-02-02", {visits: [seenOn("2026-03-20")]}), // seen, but not by the end of February
        episode(child("2"), "2026-02-02", {closedOn: day("2026-02-28")}), // closed on the day
        episode(child("3"), "2026-02-23"), // due 2 March: counted from the end of March
        episode(child("4"), "2026-02-02", {noFurtherAction: true})
      ]
    }).measures;
    expect(A5!.series.slice(-3).map(figure)).toEqual([[0, 0, 0], [1, 2, 1], [1, 2, 1]]);
    expect(figure(A5!)).toEqual([1, 2, 1]);
  });

  test("of child-in-need plans without a meeting look back twelve weeks and leave out new plans", () => {
    const [one, two, three, ended] = ["1", "2", "3", "4"].map((id) => episode(child(id), "2025-10-01")) as [Episode, Episode, Episode, Episode];
    const plan = (from: string, to: string | null = null) => [{startedOn: day(from), endedOn: to === null ? null : day(to)}];
    one.cinPlans = plan("2025-11-03");
    two.cinPlans = plan("2025-11-03");
    three.cinPlans = plan("2026-03-17"); // ten working days
    ended.cinPlans = plan("2025-11-03", "2026-03-31");
    const held = (of: Episode, on: string | null) => ({id: "M", episode: of, type: "Review" as const, dueOn: day("2026-01-01"), heldOn: on === null ? null : day(on), cancelled: null});
    const {measures, by} = truthOf({episodes: [one, two, three, ended], cinMeetings: [held(one, "2026-01-07"), held(two, "2026-01-06"), held(two, null)]});
    expect(figure(measures.N3!)).toEqual([1, 2, 50]); // 31 March − 84 days = 6 January, itself outside
    expect(figure(by.N3!.locality!.Quayside!)).toEqual([1, 2, 50]);
  });
});

describe("strategy meetings", () => {
  const meeting = (caseOpen: boolean, heldAt: string | null, ...attendance: [agency: string, invited: boolean | null, attended: string | null][]): StrategyMeeting => ({
    id: "SM", children: [child("1"), child("2")], team: "", triggeredAt: at("2026-03-02 09:00"), heldAt: heldAt === null ? null : at(heldAt), caseOpen, outcome: null, section47On: null,
    attendance: attendance.map(([agency, invited, attended]): Attendance => ({agency, role: "", invited, attended}))
  });
  test("count once whatever the number of children; police, health and social care must be there for the decision", () => {
    const care: [string, boolean, string] = ["Children's social care", true, "In person"];
    const police: [string, boolean, string] = ["Police", true, "Video"];
    const held = "2026-03-02 14:00";
    const {measures, by} = truthOf({
      strategyMeetings: [
        meeting(false, held, care, police, ["Health visitor", true, "Telephone"]),
        meeting(true, held, care, police, ["GP", true, "Part of meeting"]), // attended, not there for the decision
        meeting(true, held, care, police, ["School nurse", true, "Information only"]),
        meeting(true, held, care, police, ["School nurse", false, null]),
        meeting(true, held, care, police, ["CAMHS", null, "Video"]), // there, though no invitation is recorded
        meeting(true, held, care, police),
        meeting(true, null, care, police)
      ]
    });
    expect(figure(measures.S1!)).toEqual([2, 6, 100 / 3]);
    expect(figure(measures.S2a!)).toEqual([4, 6, 400 / 6]);
    expect(figure(measures.S2b!)).toEqual([3, 4, 75]);
    expect(figure(by.S2a!.case_status!.open!)).toEqual([3, 5, 60]);
    expect(figure(by.S2a!.case_status!.new!)).toEqual([1, 1, 100]);
  });
});

describe("information requests", () => {
  test("are back in time by the minute, or by the day when what is due has no time", () => {
    const request = (agency: string, dueAt: string | null, returnedAt: string | null) => ({contactId: "C", agency, requestedAt: at("2026-03-02 09:00"), dueAt: dueAt === null ? null : at(dueAt), returnedAt: returnedAt === null ? null : at(returnedAt), returned: null});
    const {measures, by} = truthOf({
      requests: [
        request("Police", "2026-03-02 11:00", "2026-03-02 11:00"),
        request("GP", "2026-03-02 11:00", "2026-03-02 11:01"),
        request("CAMHS", "2026-03-03 00:00", "2026-03-03 16:00"),
        request("School", "2026-03-03 12:00", null),
        request("Housing", null, null),
        request("Housing", "2026-04-01 12:00", null)
      ]
    });
    expect(figure(measures.I1!)).toEqual([2, 4, 50]);
    expect(figure(by.I1!.agency!.health!)).toEqual([1, 2, 50]);
  });
});
