// Small worlds with the numbers written by hand: the awkward cases of every measure. The oracle is held to the same numbers.
// All are laid in one part, told apart by team; as at Tuesday 14 May 2024 (bank holidays near: 29 March, 1 April, 6 May).
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {rowsOf} from "../../etl/duckdb.ts";
import type {Row} from "./oracle/measures.ts";
import {buildWorld, expectExample, measure, together, type Built, type Example} from "./world.ts";

const AS_AT = "2024-05-14";

const contact = (received_at: string, rest: Row = {}): Row => ({contact_id: "K1", child_id: "C1", source: "6", received_at, ...rest});
const request = (due_at: string | undefined, returned_at: string | undefined, rest: Row = {}): Row => ({contact_id: "K1", agency: "health.gp", requested_at: "2024-05-01 09:00", due_at, returned_at, ...rest});
const edt = (received_at: string, responded_at: string | undefined, priority: string | undefined, rest: Row = {}): Row => ({contact_id: "E1", child_id: "C1", source: "6", received_at, responded_at, priority, ...rest});
const referral = (referral_date: string, rest: Row = {}): Row => ({referral_id: `R${referral_date}`, child_id: "C1", source: "6", referral_date, ...rest});
const assessment = (started_on: string, rest: Row = {}): Row => ({assessment_id: `A${started_on}`, child_id: "C1", started_on, ...rest});
const visit = (visited_on: string, child_seen: string | undefined, rest: Row = {}): Row => ({child_id: "C1", visited_on, type: "assessment", child_seen, ...rest});
const meeting = (held_at: string | undefined, rest: Row = {}): Row => ({meeting_id: "M1", child_id: "C1", triggered_at: "2024-04-01 00:00", held_at, case_open: "no", ...rest});
const there = (agency: string, attended: string | undefined, invited: string | undefined = "yes", rest: Row = {}): Row => ({meeting_id: "M1", meeting_type: "strategy", agency, role: "practitioner", invited, attended, ...rest});
const plan = (started_on: string, ended_on?: string): Row => ({child_id: "C1", started_on, ended_on});
const cin = (held_on: string | undefined, meeting_id = "N1"): Row => ({meeting_id, child_id: "C1", type: "review", held_on});

const CONTACTS: Example[] = [
  {says: "Friday afternoon, decided on Monday: in one working day", records: {contact: [contact("2024-05-10 16:55", {screened_at: "2024-05-13 23:59"})]}, want: {C1: [1], C2: [1, 1]}},
  {says: "a Saturday before a bank holiday Monday is due on Tuesday", records: {contact: [contact("2024-05-04 11:00", {screened_at: "2024-05-07 09:00"})]}, want: {C2: [1, 1]}},
  {says: "and is late on Wednesday", records: {contact: [contact("2024-05-04 11:00", {screened_at: "2024-05-08 00:01"})]}, want: {C2: [0, 1]}},
  {says: "Maundy Thursday is due after Easter Monday", records: {contact: [contact("2024-03-28 17:00", {screened_at: "2024-04-02 17:00"}), contact("2024-03-28 17:00", {contact_id: "K2", screened_at: "2024-04-03 08:00"})]}, want: {C2: [1, 2]}},
  {says: "decided on a Saturday after a due Friday: still one working day", records: {contact: [contact("2024-05-09 10:00", {screened_at: "2024-05-11 10:00"})]}, want: {C2: [1, 1]}},
  {says: "undecided on the due day, which is today: counted against", records: {contact: [contact("2024-05-13 10:00")]}, want: {C1: [1], C2: [0, 1]}},
  {says: "received today: the limit has not expired", records: {contact: [contact("2024-05-14 00:01", {screened_at: "2024-05-14 10:00"})]}, want: {C1: [1], C2: [0, 0]}},
  {says: "decided only after the as-at date", records: {contact: [contact("2024-05-13 10:00", {screened_at: "2024-05-15 10:00"})]}, want: {C2: [0, 1]}},
  {says: "a decision before receipt is a fault and leaves the contact out", records: {contact: [contact("2024-05-01 10:00", {screened_at: "2024-05-01 09:59"})]}, want: {C1: [1], C2: [0, 0]}},
  {says: "a decision at the very minute of receipt counts", records: {contact: [contact("2024-05-01 10:00", {screened_at: "2024-05-01 10:00"})]}, want: {C2: [1, 1]}},
  {says: "a decision dated without a time, on the day of receipt, is no fault", records: {contact: [contact("2024-05-01 10:00", {screened_at: "2024-05-01"})]}, want: {C2: [1, 1]}},
  {says: "screened in time though the final decision came later", records: {contact: [contact("2024-05-01 10:00", {screened_at: "2024-05-02 10:00", decision_at: "2024-05-09 10:00"})]}, want: {C2: [1, 1]}},
  {says: "not screened: the decision stands for it", records: {contact: [contact("2024-05-01 10:00", {decision_at: "2024-05-02 10:00"})]}, want: {C2: [1, 1]}},
  {says: "two children of one contact number are two", records: {contact: [contact("2024-05-01 10:00", {screened_at: "2024-05-02 10:00"}), contact("2024-05-01 10:00", {child_id: "C2"})]}, want: {C1: [2], C2: [1, 2]}},
  {says: "two contacts of one child in one minute, told apart by number, are two", records: {contact: [contact("2024-05-01 10:00"), contact("2024-05-01 10:00", {contact_id: "K2"})]}, want: {C1: [2], C2: [0, 2]}},
  {says: "Christmas: 22 December 2023 (Friday) is due on Wednesday 27", records: {contact: [contact("2023-12-22 16:00", {screened_at: "2023-12-27 16:00"}), contact("2023-12-24 16:00", {contact_id: "K2", screened_at: "2023-12-28 09:00"})]}, want: {C2: [1, 2]}},
  {says: "received after the as-at date: shown only when all time is asked for", records: {contact: [contact("2024-05-20 10:00")]}, want: {C1: [1], C2: [0, 0]}},
  {says: "and left out of the month it lies in", records: {contact: [contact("2024-05-20 10:00"), contact("2024-05-02 10:00", {contact_id: "K2"})]}, want: {C1: [1]}, asked: {from: "2024-05", to: "2024-05"}},
  {says: "the usual span is the twelve months that are over: May 2023 to April 2024", records: {contact: ["2023-04-30", "2023-05-01", "2024-04-30", "2024-05-01"].map((d, i) => contact(`${d} 10:00`, {contact_id: `K${i}`}))}, want: {C1: [2]}, asked: {}}
];

const REQUESTS: Example[] = [
  {says: "returned at the due minute is in time, a minute later is not", records: {information_request: [request("2024-05-02 12:00", "2024-05-02 12:00"), request("2024-05-02 12:00", "2024-05-02 12:01", {agency: "police"})]}, want: {I1: [1, 2]}},
  {says: "due on a day without a time: the whole day is in time, midnight after it is not", records: {information_request: [request("2024-05-02", "2024-05-02 23:59"), request("2024-05-02", "2024-05-03 00:00", {agency: "police"}), request("2024-05-02", "2024-05-03 00:01", {agency: "education"})]}, want: {I1: [1, 3]}},
  {says: "never returned and due today", records: {information_request: [request("2024-05-14 23:00", undefined)]}, want: {I1: [0, 1]}},
  {says: "due tomorrow is not due yet", records: {information_request: [request("2024-05-15 00:00", "2024-05-02 10:00")]}, want: {I1: [0, 0]}},
  {says: "without a due time it cannot be judged", records: {information_request: [request(undefined, "2024-05-02 10:00"), request("2024-05-02 12:00", "2024-05-02 10:00", {agency: "police"})]}, want: {I1: [1, 1]}},
  {says: "returned before it was asked is a fault", records: {information_request: [request("2024-05-02 12:00", "2024-05-01 08:59")]}, want: {I1: [0, 0]}},
  {says: "a return dated without a time, on the day it was asked, is no fault", records: {information_request: [request("2024-05-02 12:00", "2024-05-01")]}, want: {I1: [1, 1]}},
  {says: "one contact, three agencies, one asked twice: four requests", records: {information_request: [request("2024-05-02 12:00", "2024-05-01 10:00"), request("2024-05-02 12:00", undefined, {requested_at: "2024-05-01 15:00"}), request("2024-05-02 12:00", undefined, {agency: "health.camhs"}), request("2024-05-02 12:00", "2024-05-02 09:00", {agency: "police"})]}, want: {I1: [2, 4]}}
];

const OUT_OF_HOURS: Example[] = [
  {says: "urgent: sixty minutes are in time, sixty-one are not", records: {out_of_hours_contact: [edt("2024-05-01 20:00", "2024-05-01 21:00", "urgent"), edt("2024-05-01 20:00", "2024-05-01 21:01", "urgent", {contact_id: "E2"})]}, want: {E2a: [1, 2], E2b: [2, 2, 60.5]}},
  {says: "standard: four hours", records: {out_of_hours_contact: [edt("2024-05-01 22:00", "2024-05-02 02:00", "standard"), edt("2024-05-01 22:00", "2024-05-02 02:01", "standard", {contact_id: "E2"})]}, want: {E2a: [1, 2]}},
  {says: "no priority recorded: the four hours", records: {out_of_hours_contact: [edt("2024-05-01 20:00", "2024-05-01 23:59", undefined)]}, want: {E2a: [1, 1]}},
  {says: "no response needed: not counted", records: {out_of_hours_contact: [edt("2024-05-01 20:00", undefined, "none")]}, want: {E2a: [0, 0], E2b: [0, 0, null]}},
  {says: "the clocks go forward: 00:30 to 02:30 is one hour", records: {out_of_hours_contact: [edt("2024-03-31 00:30", "2024-03-31 02:30", "urgent"), edt("2024-03-31 00:30", "2024-03-31 02:31", "urgent", {contact_id: "E2"})]}, want: {E2a: [1, 2], E2b: [2, 2, 60.5]}},
  {says: "the clocks go back: 00:30 to 03:30 is four hours", records: {out_of_hours_contact: [edt("2023-10-29 00:30", "2023-10-29 03:30", "standard"), edt("2023-10-29 00:30", "2023-10-29 03:31", "standard", {contact_id: "E2"}), edt("2023-10-28 22:00", "2023-10-29 03:00", "standard", {contact_id: "E3"})]}, want: {E2a: [1, 3], E2b: [3, 3, 241]}},
  {says: "the limit runs out after midnight of the as-at day: not yet judged", records: {out_of_hours_contact: [edt("2024-05-14 23:30", undefined, "urgent"), edt("2024-05-14 22:30", undefined, "urgent", {contact_id: "E2"}), edt("2024-05-14 19:59", undefined, "standard", {contact_id: "E3"}), edt("2024-05-14 20:00", undefined, "standard", {contact_id: "E4"})]}, want: {E2a: [0, 2], E2b: [0, 2, null]}},
  {says: "answered before it was received is a fault", records: {out_of_hours_contact: [edt("2024-05-01 20:00", "2024-05-01 19:00", "urgent")]}, want: {E2a: [0, 0], E2b: [0, 0, null]}},
  {says: "half answered at 20 minutes and the next at 40: the median lies between", records: {out_of_hours_contact: [10, 20, 40].map((m, i) => edt("2024-05-01 20:00", `2024-05-01 20:${m}`, "urgent", {contact_id: `E${i}`})).concat(edt("2024-05-01 20:00", undefined, "urgent", {contact_id: "E9"}))}, want: {E2a: [3, 4], E2b: [3, 4, 30]}},
  {says: "answered after the as-at date is not answered yet", records: {out_of_hours_contact: [edt("2024-05-14 10:00", "2024-05-15 00:10", "urgent"), edt("2024-05-01 10:00", "2024-05-01 10:05", "urgent", {contact_id: "E2"}), edt("2024-05-01 10:00", "2024-05-01 10:07", "urgent", {contact_id: "E3"})]}, want: {E2a: [2, 3], E2b: [2, 3, 7]}}
];

const REFERRALS: Example[] = [
  {says: "twelve months to the day is within, a day more is not", records: {referral: [referral("2023-01-31"), referral("2024-01-31"), referral("2022-03-01", {child_id: "C2"}), referral("2023-03-02", {child_id: "C2"})]}, want: {R1: [1, 4], R2: [1, 2]}},
  {says: "29 February and twelve months is 28 February", records: {referral: [referral("2020-02-29"), referral("2021-02-28"), referral("2020-02-29", {child_id: "C2"}), referral("2021-03-01", {child_id: "C2"})]}, want: {R1: [1, 4], R2: [1, 2]}},
  {says: "twelve months over a 29 February are 366 days", records: {referral: [referral("2023-03-01"), referral("2024-03-01")]}, want: {R1: [1, 2]}},
  {says: "a chain: three referrals, two of them again, one child", records: {referral: [referral("2023-06-01"), referral("2023-09-01"), referral("2024-03-01")]}, want: {R1: [2, 3], R2: [1, 1]}},
  {says: "two on one day are one, and no re-referral of each other", records: {referral: [referral("2023-06-01", {referral_id: "Ra"}), referral("2023-06-01", {referral_id: "Rb"})]}, want: {R1: [0, 1], R2: [0, 1]}},
  {says: "siblings on one number are two referrals", records: {referral: [referral("2023-06-01"), referral("2023-06-01", {child_id: "C2"})]}, want: {R1: [0, 2], R2: [0, 2]}},
  {says: "an earlier referral counts though it lies before the span", records: {referral: [referral("2022-12-01"), referral("2023-06-01")]}, want: {R1: [1, 1], R2: [1, 1]}, asked: {from: "2023-06", to: "2023-06"}},
  {says: "a referral with no further action is a prior all the same", records: {referral: [referral("2023-06-01", {no_further_action: "yes", closed_on: "2023-06-01"}), referral("2023-07-01")]}, want: {R1: [1, 2]}},
  {says: "a child counts once in a year, whatever the number of returns", records: {referral: [referral("2023-05-01"), referral("2023-06-01"), referral("2023-07-03"), referral("2023-05-01", {child_id: "C2"})]}, want: {R1: [2, 4], R2: [1, 2]}, asked: {}},
  {says: "dated after the as-at date: not in the month asked for", records: {referral: [referral("2024-05-01"), referral("2024-05-20")]}, want: {R1: [0, 1]}, asked: {from: "2024-05", to: "2024-05"}}
];

const ASSESSMENTS: Example[] = [
  {says: "forty-five working days over Easter and a May holiday: 7 March is due on 14 May", records: {referral: [referral("2024-03-07")], assessment: [assessment("2024-03-11", {authorised_on: "2024-05-14"})]}, want: {A1: [1, 1]}},
  {says: "not authorised on the due day, which is today", records: {referral: [referral("2024-03-07")], assessment: [assessment("2024-03-11")]}, want: {A1: [0, 1]}},
  {says: "authorised after the as-at date", records: {referral: [referral("2024-03-07")], assessment: [assessment("2024-03-11", {authorised_on: "2024-05-15"})]}, want: {A1: [0, 1]}},
  {says: "8 March is due tomorrow: not judged, done or not", records: {referral: [referral("2024-03-08")], assessment: [assessment("2024-03-11", {authorised_on: "2024-03-20"})]}, want: {A1: [0, 0]}},
  {says: "a referral without an assessment is not in it", records: {referral: [referral("2024-01-08")], assessment: []}, want: {A1: [0, 0]}},
  {says: "an assessment begun after the as-at date is none yet", records: {referral: [referral("2024-01-08")], assessment: [assessment("2024-05-15")]}, want: {A1: [0, 0]}},
  {says: "the first assessment counts, in whatever order the file has them", records: {referral: [referral("2024-01-08")], assessment: [assessment("2024-03-01", {authorised_on: "2024-03-08"}), assessment("2024-01-10", {authorised_on: "2024-04-30"})]}, want: {A1: [0, 1]}},
  {says: "it answers the child's latest referral", records: {referral: [referral("2023-10-02"), referral("2024-01-08")], assessment: [assessment("2024-01-09", {authorised_on: "2024-02-01"})]}, want: {A1: [1, 1]}},
  {says: "unless it names another", records: {referral: [referral("2023-10-02"), referral("2024-01-08")], assessment: [assessment("2024-01-09", {authorised_on: "2024-02-01", referral_id: "R2023-10-02"})]}, want: {A1: [0, 1]}},
  {says: "naming the second referral of a day is naming the first", records: {referral: [referral("2023-10-02", {referral_id: "Ra"}), referral("2023-10-02", {referral_id: "Rb"}), referral("2024-01-08")], assessment: [assessment("2024-01-09", {authorised_on: "2024-02-01", referral_id: "Rb"})]}, want: {A1: [0, 1]}},
  {says: "naming a referral that is not there falls back to the latest", records: {referral: [referral("2024-01-08")], assessment: [assessment("2024-01-09", {authorised_on: "2024-02-01", referral_id: "gone"})]}, want: {A1: [1, 1]}},
  {says: "authorised before the referral is a fault", records: {referral: [referral("2024-01-08")], assessment: [assessment("2024-01-09", {authorised_on: "2024-01-05"})]}, want: {A1: [0, 0]}},
  {says: "an assessment before any referral belongs to none", records: {referral: [referral("2024-01-08")], assessment: [assessment("2024-01-05", {authorised_on: "2024-01-12"})]}, want: {A1: [0, 0]}}
];

const SEEN: Example[] = [
  {says: "Tuesday 7 May is due on 14 May: seen that day is in time", records: {referral: [referral("2024-05-07")], assessment: [assessment("2024-05-08", {child_seen_on: "2024-05-14"})]}, want: {A4a: [1, 1], A4b: [1, 1, 5], A5: [0, 1]}},
  {says: "not seen on the due day, which is today", records: {referral: [referral("2024-05-07")]}, want: {A4a: [0, 1], A4b: [0, 1, null], A5: [1, 1]}},
  {says: "8 May is due tomorrow: open, but not judged", records: {referral: [referral("2024-05-08")]}, want: {A4a: [0, 0], A4b: [0, 0, null], A5: [0, 1]}},
  {says: "a Saturday referral: the fifth working day is Friday; seen on the Saturday after is still the fifth working day", records: {referral: [referral("2024-04-13")], visit: [visit("2024-04-20", "yes")]}, want: {A4a: [1, 1], A4b: [1, 1, 5]}},
  {says: "seen on the day of referral takes no days", records: {referral: [referral("2024-04-15")], visit: [visit("2024-04-15", "yes")]}, want: {A4a: [1, 1], A4b: [1, 1, 0]}},
  {says: "closed unseen stays in the count, and leaves the curve on closing", records: {referral: [referral("2024-04-02", {closed_on: "2024-04-03"})]}, want: {A4a: [0, 1], A4b: [0, 1, null], A5: [0, 0]}},
  {says: "closed today is not open today", records: {referral: [referral("2024-04-02", {closed_on: "2024-05-14"}), referral("2024-04-02", {child_id: "C2", closed_on: "2024-05-15"})]}, want: {A5: [1, 1]}},
  {says: "who left on day 1 no longer counts towards half on day 3", records: {referral: [referral("2024-04-02", {closed_on: "2024-04-03"}), referral("2024-04-02", {child_id: "C2"}), referral("2024-04-02", {child_id: "C3"})], visit: [visit("2024-04-05", "yes", {child_id: "C2"}), visit("2024-04-09", "yes", {child_id: "C3"})]}, want: {A4a: [2, 3], A4b: [2, 3, 4]}},
  {says: "a visit without the child, or that does not say, is no sight of the child", records: {referral: [referral("2024-04-02")], visit: [visit("2024-04-03", "no"), visit("2024-04-04", undefined), visit("2024-04-12", "yes")]}, want: {A4a: [0, 1], A4b: [1, 1, 8]}},
  {says: "a visit before the referral is no sight of the child for it", records: {referral: [referral("2024-04-02")], visit: [visit("2024-04-01", "yes")]}, want: {A4a: [0, 1], A4b: [0, 1, null], A5: [1, 1]}},
  {says: "a visit after the next referral is the next one's", records: {referral: [referral("2024-03-04"), referral("2024-04-02")], visit: [visit("2024-04-02", "yes")]}, want: {A4a: [1, 2], A4b: [1, 2, 24]}},
  {says: "the assessment's date stands, though a visit was earlier", records: {referral: [referral("2024-04-02")], assessment: [assessment("2024-04-03", {child_seen_on: "2024-04-15"})], visit: [visit("2024-04-03", "yes")]}, want: {A4a: [0, 1], A4b: [1, 1, 9]}},
  {says: "a reassessment's date does not move the first sight", records: {referral: [referral("2024-02-05")], assessment: [assessment("2024-02-06", {child_seen_on: "2024-02-07"}), assessment("2024-04-08", {child_seen_on: "2024-04-09"})]}, want: {A4a: [1, 1], A4b: [1, 1, 2]}},
  {says: "seen before the referral is a fault", records: {referral: [referral("2024-04-02")], assessment: [assessment("2024-04-03", {child_seen_on: "2024-03-28"})]}, want: {A4a: [0, 0], A4b: [0, 0, null]}},
  {says: "no further action is not accepted; not saying is", records: {referral: [referral("2024-04-02", {no_further_action: "yes"}), referral("2024-04-02", {child_id: "C2"}), referral("2024-04-02", {child_id: "C3", no_further_action: "no"})]}, want: {A4a: [0, 2], A5: [2, 2]}},
  {says: "seen only after the as-at date is not seen", records: {referral: [referral("2024-04-02")], assessment: [assessment("2024-04-03", {child_seen_on: "2024-05-15"})], visit: [visit("2024-05-16", "yes")]}, want: {A4a: [0, 1], A4b: [0, 1, null], A5: [1, 1]}},
  {says: "an unborn child is counted like any other", records: {child: [{child_id: "C1", date_of_birth: "2024-08-01"}], referral: [referral("2024-04-02")], visit: [visit("2024-04-05", "yes")]}, want: {A4a: [1, 1], A5: [0, 1]}},
  {says: "half seen by day 2, the next on day 6: the median lies between", records: {referral: ["C1", "C2", "C3", "C4"].map((c) => referral("2024-04-15", {child_id: c})), visit: [visit("2024-04-16", "yes"), visit("2024-04-17", "yes", {child_id: "C2"}), visit("2024-04-23", "yes", {child_id: "C3"})]}, want: {A4a: [2, 4], A4b: [3, 4, 4], A5: [1, 4]}},
  {says: "open, unseen and past the limit at the end of March", records: {referral: [referral("2024-02-26", {closed_on: "2024-05-10"})], assessment: [assessment("2024-02-27", {child_seen_on: "2024-04-10"})]}, want: {A5: [1, 1]}, asked: {to: "2024-03"}},
  {says: "open and not yet due at the end of February", records: {referral: [referral("2024-02-26", {closed_on: "2024-05-10"})], assessment: [assessment("2024-02-27", {child_seen_on: "2024-04-10"})]}, want: {A5: [0, 1]}, asked: {to: "2024-02"}},
  {says: "seen by the end of April", records: {referral: [referral("2024-02-26", {closed_on: "2024-05-10"})], assessment: [assessment("2024-02-27", {child_seen_on: "2024-04-10"})]}, want: {A5: [0, 1]}, asked: {}},
  {says: "and closed by now", records: {referral: [referral("2024-02-26", {closed_on: "2024-05-10"})], assessment: [assessment("2024-02-27", {child_seen_on: "2024-04-10"})]}, want: {A5: [0, 0]}}
];

const three = [there("social_care", "in_person"), there("police", "video"), there("health.gp", "telephone")];
const STRATEGY: Example[] = [
  {says: "social care, police and health, each in its own way there", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: three}, want: {S1: [1, 1], S2a: [1, 1], S2b: [1, 1]}},
  {says: "siblings on one meeting number are one meeting", records: {strategy_meeting: [meeting("2024-05-01 10:00"), meeting("2024-05-01 10:00", {child_id: "C2"}), meeting("2024-05-01 10:00", {child_id: "C3"})], meeting_attendance: three}, want: {S1: [1, 1], S2a: [1, 1], S2b: [1, 1]}},
  {says: "health for part of it: attended, not there for the decision", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [three[0]!, three[1]!, there("health.hospital", "part")]}, want: {S1: [0, 1], S2b: [1, 1]}},
  {says: "one of two health services is enough", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [...three.slice(0, 2), there("health.camhs", "apologies"), there("health.0_19", "video")]}, want: {S1: [1, 1], S2a: [1, 1], S2b: [1, 1]}},
  {says: "teams below an agency count for it", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [there("social_care.mash", "video"), there("police.child_protection", "in_person"), there("health.midwifery", "in_person")]}, want: {S1: [1, 1]}},
  {says: "information only is not attending", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [three[0]!, there("police", "information_only"), three[2]!]}, want: {S1: [0, 1], S2b: [1, 1]}},
  {says: "attended, the way not recorded, is there", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [three[0]!, three[1]!, there("health", "attended")]}, want: {S1: [1, 1]}},
  {says: "nobody's attendance recorded", records: {strategy_meeting: [meeting("2024-05-01 10:00")]}, want: {S1: [0, 1], S2a: [0, 1], S2b: [0, 0]}},
  {says: "another kind of meeting with the same number says nothing", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: three.map((a) => ({...a, meeting_type: "icpc"}))}, want: {S1: [0, 1], S2a: [0, 1], S2b: [0, 0]}},
  {says: "decided on and not held is no meeting", records: {strategy_meeting: [meeting(undefined)], meeting_attendance: three}, want: {S1: [0, 0], S2a: [0, 0]}},
  {says: "held late today counts, held tomorrow does not", records: {strategy_meeting: [meeting("2024-05-14 23:59"), meeting("2024-05-15 00:00", {meeting_id: "M2"})], meeting_attendance: three}, want: {S1: [1, 1]}},
  {says: "invited and absent", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [there("health", "absent")]}, want: {S2a: [1, 1], S2b: [0, 1]}},
  {says: "there without a recorded invitation: invited", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [there("health", "video", "")]}, want: {S2a: [1, 1], S2b: [1, 1]}},
  {says: "there though marked as not invited: not invited", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [there("health", "video", "no")]}, want: {S2a: [0, 1], S2b: [0, 0]}},
  {says: "information sent without a recorded invitation is none", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [there("health", "information_only", "")]}, want: {S2a: [0, 1], S2b: [0, 0]}},
  {says: "invited, and nothing recorded after that", records: {strategy_meeting: [meeting("2024-05-01 10:00")], meeting_attendance: [there("health", "")]}, want: {S2a: [1, 1], S2b: [0, 1]}}
];

const CIN: Example[] = [
  {says: "ten working days old: not judged yet", records: {cin_plan: [plan("2024-04-29")], cin_meeting: [cin("2024-01-02")]}, want: {N3: [0, 0]}},
  {says: "eleven working days old and never a meeting", records: {cin_plan: [plan("2024-04-26")]}, want: {N3: [1, 1]}},
  {says: "a meeting 84 days ago is too long ago, 83 is not", records: {cin_plan: [plan("2024-01-08"), {...plan("2024-01-08"), child_id: "C2"}], cin_meeting: [cin("2024-02-20"), {...cin("2024-02-21"), child_id: "C2"}]}, want: {N3: [1, 2]}},
  {says: "a meeting today counts, one tomorrow is not known", records: {cin_plan: [plan("2024-01-08"), {...plan("2024-01-08"), child_id: "C2"}], cin_meeting: [cin("2024-05-14"), {...cin("2024-05-15"), child_id: "C2"}]}, want: {N3: [1, 2]}},
  {says: "a meeting that was not held is none", records: {cin_plan: [plan("2024-01-08")], cin_meeting: [cin(undefined)]}, want: {N3: [1, 1]}},
  {says: "a meeting before the plan began counts: it is the child's", records: {cin_plan: [plan("2024-04-08")], cin_meeting: [cin("2024-03-20")]}, want: {N3: [0, 1]}},
  {says: "ended today is not open, ended tomorrow is", records: {cin_plan: [plan("2024-01-08", "2024-05-14"), {...plan("2024-01-08", "2024-05-15"), child_id: "C2"}]}, want: {N3: [1, 1]}},
  {says: "at the end of April the meeting was 70 days old", records: {cin_plan: [plan("2024-01-08")], cin_meeting: [cin("2024-02-20")]}, want: {N3: [0, 1]}, asked: {}},
  {says: "a child's earlier plan has ended; the one now open is judged", records: {cin_plan: [plan("2023-01-09", "2023-10-31"), plan("2024-02-05")], cin_meeting: [cin("2023-09-01")]}, want: {N3: [1, 1]}}
];

const ALL = {CONTACTS, REQUESTS, OUT_OF_HOURS, REFERRALS, ASSESSMENTS, SEEN, STRATEGY, CIN};
const examples = Object.values(ALL).flat();
const world = together(examples);

let built: Built;
beforeAll(async () => {
  built = await buildWorld(world, AS_AT);
});
afterAll(() => built?.close());

describe.each(Object.entries(ALL))("%s", (_, own) => {
  test.each(own)("$says", async (example) => {
    await expectExample(built, world, examples, examples.indexOf(example), AS_AT);
  });
});

test("a measure that is not recorded has no case, and the columns and types of one that is", async () => {
  const small = await buildWorld({referral: [referral("2024-03-01")]}, AS_AT, {measures: [measure("R1"), measure("S1")]});
  try {
    expect(small.part.missing.S1!.length).toBeGreaterThan(0);
    const described = async (id: string) => (await rowsOf<Record<string, string>>(small.db, `describe measure."${id}"`)).map((c) => [c.column_name, c.column_type]);
    expect(await described("S1")).toEqual(await described("R1"));
    expect(await rowsOf(small.db, 'select * from measure."S1"')).toEqual([]);
  } finally {
    small.close();
  }
});
