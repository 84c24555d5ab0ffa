// What the measures of referrals should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import {addMonths} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {acceptedOf, after, apart, childIds, days, dueAfter, flag, maybe, nextReferral, numbered, referralsOf, row, rowsOf, several, snapshotDays, team, within, yes} from "./front-door.ts";

const caseOf = (r: Row, on: string, met: boolean | null): Case => ({child: r.child_id!, on, met, team: r.team});

const R3: Oracle = (world) => referralsOf(world).map((r) => caseOf(r, r.referral_date!, null));
const R4a: Oracle = (world) => referralsOf(world).map((r) => caseOf(r, r.referral_date!, yes(r.no_further_action)));
const R4b: Oracle = (world, asAt) =>
  referralsOf(world).map((r) => caseOf(r, r.referral_date!, !yes(r.no_further_action) && ["RC8", "RC9"].includes(r.closure_reason ?? "") && !(r.closed_on && r.closed_on > asAt)));

/** The first figure of a source says its group: 2 education, 3 health, 6 the police. */
const from = (figure: string): Oracle => (world) => referralsOf(world).map((r) => caseOf(r, r.referral_date!, /^\d/.test(r.source ?? "") && r.source!.startsWith(figure)));

const R5: Oracle = (world, asAt) =>
  referralsOf(world).flatMap((r) => {
    if (!r.closed_on || r.closed_on < r.referral_date!) return [];
    const until = addMonths(r.closed_on, 6);
    if (until > asAt) return [];
    return [caseOf(r, until, referralsOf(world).some((o) => o.child_id === r.child_id && o.referral_date! > r.referral_date! && o.referral_date! >= r.closed_on! && o.referral_date! <= until))];
  });

const workers = (world: World, child: string) =>
  rowsOf(world, "involvement").filter((i) => i.child_id === child && i.worker && (!i.role || i.role === "allocated") && !(i.ended_on && i.ended_on < i.started_on!));

const R7a: Oracle = (world, asAt) =>
  acceptedOf(world).flatMap((r) => {
    const day = r.referral_date!;
    if (dueAfter(day, 1) > asAt) return [];
    const next = nextReferral(world, r)?.referral_date ?? "9999";
    const first = workers(world, r.child_id!)
      .filter((i) => i.started_on! < next && i.started_on! <= asAt && (i.started_on! >= day || !i.ended_on || i.ended_on > day))
      .map((i) => (i.started_on! > day ? i.started_on! : day))
      .sort()[0];
    return [caseOf(r, dueAfter(day, 1), !!first && within(day, first, 1))];
  });

const R7b: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    acceptedOf(world)
      .filter((r) => r.referral_date! <= p && (!r.closed_on || r.closed_on > p))
      .map((r) => caseOf(r, p, !workers(world, r.child_id!).some((i) => i.started_on! <= p && (!i.ended_on || i.ended_on >= p))))
  );

function worlds(asAt: string): fc.Arbitrary<World> {
  const id = childIds(25);
  const day = days(asAt);
  const referral = day.chain((d) =>
    row({child_id: id, referral_date: fc.constant(d), source: fc.constantFrom("1A", "2A", "3F", "6", "OOH", "nobody knows"), team, no_further_action: flag, closed_on: maybe(after(d, 300)), closure_reason: maybe(fc.constantFrom("RC7", "RC8", "RC9", "RC1"))})
  );
  const involvement = (refs: Row[]) =>
    fc.constantFrom(...refs).chain((r) =>
      after(r.referral_date!, 6, -4).chain((d) => row({child_id: fc.constant(r.child_id), started_on: fc.constant(d), ended_on: maybe(after(d, 120)), worker: maybe(fc.constantFrom("W1", "W2", "W3"), 8), role: maybe(fc.constantFrom("allocated", "allocated", "allocated", "duty", "manager"), 4)}))
    );
  return several(referral, 90).chain((referrals) =>
    several(involvement(referrals), 80).map((held): World => ({referral: numbered(referrals, "referral_id", "R"), involvement: apart(held, ["child_id", "worker", "started_on"])}))
  );
}

// ---- by hand, as at Tuesday 14 May 2024 ------------------------------------------------------------------------------------

const referral = (referral_date: string, rest: Row = {}): Row => ({referral_id: `R${referral_date}`, child_id: "C1", source: "6", referral_date, ...rest});
const held = (started_on: string, rest: Row = {}): Row => ({child_id: "C1", worker: "W1", role: "allocated", started_on, ...rest});

const examples: Example[] = [
  {says: "two referrals of one child on one day are one", records: {referral: [referral("2024-03-01", {referral_id: "Ra", no_further_action: "yes"}), referral("2024-03-01", {referral_id: "Rb"})]}, want: {R3: [1], R4a: [1, 1], R6: [1]}},
  {says: "no further action, taken further, and not said", records: {referral: [referral("2024-03-01", {no_further_action: "yes"}), referral("2024-03-01", {child_id: "C2", no_further_action: "no"}), referral("2024-03-01", {child_id: "C3"})]}, want: {R3: [3], R4a: [1, 3], R4b: [0, 3]}},
  {says: "closed after the assessment, to nothing or to early help, and closed for another reason", records: {referral: ["RC8", "RC9", "RC7"].map((closure_reason, i) => referral("2024-03-01", {child_id: `C${i}`, closed_on: "2024-04-01", closure_reason}))}, want: {R4a: [0, 3], R4b: [2, 3]}},
  {says: "without further action it was not assessed, whatever the reason says", records: {referral: [referral("2024-03-01", {no_further_action: "yes", closed_on: "2024-03-01", closure_reason: "RC8"})]}, want: {R4a: [1, 1], R4b: [0, 1]}},
  {says: "closed after the as-at date is not closed", records: {referral: [referral("2024-03-01", {closed_on: "2024-05-15", closure_reason: "RC8"})]}, want: {R4b: [0, 1]}},
  {says: "the source group counts every referral, an unknown source too", records: {referral: ["1A", "6", "who knows"].map((source, i) => referral("2024-03-01", {child_id: `C${i}`, source}))}, want: {R6: [3], R3: [3], R6c: [1, 3]}},
  {says: "schools, health of every kind and the police; out of hours is its own", records: {referral: ["2A", "2B", "3A", "3F", "6", "OOH", "5C"].map((source, i) => referral("2024-03-01", {child_id: `C${i}`, source}))}, want: {R6a: [2, 7], R6b: [2, 7], R6c: [1, 7]}},
  {says: "dated after the as-at date: not in the month asked for", records: {referral: [referral("2024-05-01"), referral("2024-05-20")]}, want: {R3: [1], R4a: [0, 1], R6: [1]}, asked: {from: "2024-05", to: "2024-05"}},

  {says: "closed on 14 November the six months end today; back on the last day, and the day after", records: {referral: [referral("2023-08-01", {closed_on: "2023-10-13"}), referral("2024-04-13"), referral("2023-08-01", {child_id: "C2", referral_id: "R2", closed_on: "2023-10-13"}), referral("2024-04-14", {child_id: "C2", referral_id: "R3"}), referral("2023-08-01", {child_id: "C3", referral_id: "R4", closed_on: "2023-11-14"})]}, want: {R5: [1, 3]}},
  {says: "closed on 15 November they end tomorrow", records: {referral: [referral("2023-08-01", {closed_on: "2023-11-15"}), referral("2023-12-01")]}, want: {R5: [0, 0]}},
  {says: "31 August and six months is 29 February", records: {referral: [referral("2023-08-01", {closed_on: "2023-08-31"}), referral("2024-02-29"), referral("2023-08-01", {child_id: "C2", referral_id: "R2", closed_on: "2023-08-31"}), referral("2024-03-01", {child_id: "C2", referral_id: "R3"})]}, want: {R5: [1, 2]}},
  {says: "referred again on the day of closing is back", records: {referral: [referral("2023-08-01", {closed_on: "2023-09-01"}), referral("2023-09-01")]}, want: {R5: [1, 1]}},
  {says: "closed on the day it came: it is not its own return", records: {referral: [referral("2023-09-01", {closed_on: "2023-09-01"})]}, want: {R5: [0, 1]}},
  {says: "a referral while the case was open is no return", records: {referral: [referral("2023-05-01", {closed_on: "2023-09-01"}), referral("2023-07-01")]}, want: {R5: [0, 1]}},
  {says: "closed before it came is a fault", records: {referral: [referral("2023-09-01", {closed_on: "2023-08-31"})]}, want: {R5: [0, 0]}},
  {says: "another child's return is none", records: {referral: [referral("2023-05-01", {closed_on: "2023-09-01"}), referral("2023-10-01", {child_id: "C2"})]}, want: {R5: [0, 1]}},

  {says: "referred on Friday, allocated on Monday; on Tuesday it is late", records: {referral: [referral("2024-05-10"), referral("2024-05-10", {child_id: "C2", referral_id: "R2"})], involvement: [held("2024-05-13"), held("2024-05-14", {child_id: "C2"})]}, want: {R7a: [1, 2], R7b: [0, 2]}},
  {says: "on the Saturday after a due Friday it is still in time", records: {referral: [referral("2024-04-11")], involvement: [held("2024-04-13")]}, want: {R7a: [1, 1]}},
  {says: "referred yesterday and nobody yet; today's is not due", records: {referral: [referral("2024-05-13"), referral("2024-05-14", {child_id: "C2", referral_id: "R2"})], involvement: []}, want: {R7a: [0, 1], R7b: [2, 2]}},
  {says: "a worker who has the child already goes on", records: {referral: [referral("2024-05-01")], involvement: [held("2023-01-09")]}, want: {R7a: [1, 1], R7b: [0, 1]}},
  {says: "a worker whose time ended on the day of the referral was the last case's", records: {referral: [referral("2024-05-01")], involvement: [held("2023-01-09", {ended_on: "2024-05-01"})]}, want: {R7a: [0, 1], R7b: [1, 1]}},
  {says: "one who came that day and left counts as allocated, and the case is without one now", records: {referral: [referral("2024-05-01")], involvement: [held("2024-05-01", {ended_on: "2024-05-01"})]}, want: {R7a: [1, 1], R7b: [1, 1]}},
  {says: "a duty worker or a manager is not an allocated one; a role not said is", records: {referral: ["C1", "C2", "C3"].map((child_id) => referral("2024-05-01", {child_id, referral_id: `R${child_id}`})), involvement: [held("2024-05-01", {role: "duty"}), held("2024-05-01", {child_id: "C2", role: "manager"}), held("2024-05-01", {child_id: "C3", role: undefined})]}, want: {R7a: [1, 3], R7b: [2, 3]}},
  {says: "a team without a worker is nobody", records: {referral: [referral("2024-05-01")], involvement: [held("2024-05-01", {worker: undefined}), held("2024-05-01", {child_id: "C9"})]}, want: {R7a: [0, 1], R7b: [1, 1]}},
  {says: "allocated only on the next referral: the first was not", records: {referral: [referral("2024-04-15", {closed_on: "2024-04-29"}), referral("2024-05-01")], involvement: [held("2024-05-01")]}, want: {R7a: [1, 2], R7b: [0, 1]}},
  {says: "no further action needs no worker", records: {referral: [referral("2024-05-01", {no_further_action: "yes"})], involvement: []}, want: {R7a: [0, 0], R7b: [0, 0]}},
  {says: "the last day of a worker still counts; the day after there is nobody", records: {referral: [referral("2024-04-02"), referral("2024-04-02", {child_id: "C2", referral_id: "R2"})], involvement: [held("2024-04-02", {ended_on: "2024-05-14"}), held("2024-04-02", {child_id: "C2", ended_on: "2024-05-13"})]}, want: {R7b: [1, 2]}},
  {says: "handed over from one day to the next there is no gap", records: {referral: [referral("2024-03-01")], involvement: [held("2024-03-01", {ended_on: "2024-03-30"}), held("2024-03-31", {worker: "W2"})]}, want: {R7b: [0, 1]}, asked: {to: "2024-03"}},
  {says: "closed today is not open today, and a worker from tomorrow is none yet", records: {referral: [referral("2024-04-02", {closed_on: "2024-05-14"}), referral("2024-04-02", {child_id: "C2", referral_id: "R2"})], involvement: [held("2024-05-15", {child_id: "C2"})]}, want: {R7b: [1, 1]}}
];

export const family: Family = {
  name: "referrals",
  oracles: {
    // no population is known of the authority in these worlds
    R3: {kind: "rate", rate: {per: 10000, over: "year", base: () => null}, rows: R3},
    R4a: {kind: "percentage", rows: R4a},
    R4b: {kind: "percentage", rows: R4b},
    R5: {kind: "percentage", rows: R5},
    R6: {kind: "count", rows: R3},
    R6a: {kind: "percentage", rows: from("2")},
    R6b: {kind: "percentage", rows: from("3")},
    R6c: {kind: "percentage", rows: from("6")},
    R7a: {kind: "percentage", rows: R7a},
    R7b: {kind: "snapshot", rows: R7b}
  },
  worlds,
  examples,
  carried: {
    referral: ["referral_id", "child_id", "referral_date", "source", "no_further_action", "closed_on", "closure_reason"],
    involvement: ["child_id", "worker", "role", "started_on", "ended_on"]
  }
};
