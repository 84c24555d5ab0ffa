// What the measures of early help should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import type {Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {after, apart, childIds, completedOf, days, dueAfter, flag, maybe, numbered, referralsOf, row, rowsOf, several, team, within} from "./front-door.ts";

/** The day a referral was stepped down to early help: closed so, else assessed so. */
function steppedDown(world: World, asAt: string, r: Row): string | undefined {
  if (r.closure_reason === "RC9" && r.closed_on && r.closed_on <= asAt) return r.closed_on;
  return completedOf(world, asAt).filter(({a, referral}) => referral?.child_id === r.child_id && referral?.referral_date === r.referral_date && a.outcome === "early_help").map(({a}) => a.authorised_on!).sort()[0];
}

const H1: Oracle = (world, asAt) =>
  referralsOf(world).flatMap((r) => {
    const day = steppedDown(world, asAt, r);
    if (!day || day < r.referral_date! || dueAfter(day, 20) > asAt) return [];
    const met = rowsOf(world, "early_help").some((e) => e.child_id === r.child_id && e.started_on! <= asAt && (e.started_on! >= day ? within(day, e.started_on!, 20) : !e.ended_on || e.ended_on > day));
    return [{child: r.child_id!, on: dueAfter(day, 20), met, team: r.team}];
  });

function worlds(asAt: string): fc.Arbitrary<World> {
  const day = days(asAt);
  const referral = day.chain((d) => row({child_id: childIds(25), referral_date: fc.constant(d), source: fc.constant("6"), team, no_further_action: flag, closed_on: maybe(after(d, 120)), closure_reason: maybe(fc.constantFrom("RC9", "RC9", "RC8", "RC7"))}));
  const assessment = (refs: Row[]) =>
    fc.constantFrom(...refs).chain((r) => after(r.referral_date!, 20, -1).chain((d) => row({child_id: fc.constant(r.child_id), started_on: fc.constant(d), authorised_on: maybe(after(d, 60)), outcome: maybe(fc.constantFrom("early_help", "early_help", "nfa"))})));
  const help = (refs: Row[]) =>
    fc.constantFrom(...refs).chain((r) => after(r.closed_on ?? r.referral_date!, 45, -45).chain((d) => row({child_id: fc.constant(r.child_id), started_on: fc.constant(d), ended_on: maybe(after(d, 60))})));
  return several(referral, 80).chain((referrals) =>
    fc.tuple(several(assessment(referrals), 50), several(help(referrals), 40)).map(([assessments, helped]): World => ({
      referral: numbered(referrals, "referral_id", "R"),
      assessment: numbered(assessments, "assessment_id", "A"),
      early_help: apart(helped, ["child_id", "started_on"])
    }))
  );
}

// ---- by hand, as at Tuesday 14 May 2024: stepped down on 15 April, early help is due on 14 May (6 May is a holiday) ------------

const closed = (closed_on: string | undefined, rest: Row = {}): Row => ({referral_id: "R1", child_id: "C1", source: "6", referral_date: "2024-02-05", closed_on, closure_reason: "RC9", ...rest});
const help = (started_on: string, ended_on?: string, child_id = "C1"): Row => ({child_id, started_on, ended_on});
const assessed = (authorised_on: string | undefined, rest: Row = {}): Row => ({assessment_id: "A1", child_id: "C1", started_on: "2024-02-06", authorised_on, outcome: "early_help", ...rest});

const examples: Example[] = [
  {says: "stepped down on 15 April, begun on the twentieth working day", records: {referral: [closed("2024-04-15")], early_help: [help("2024-05-14")]}, want: {H1: [1, 1]}},
  {says: "not begun by the day it is due, which is today", records: {referral: [closed("2024-04-15")], early_help: [help("2024-05-15")]}, want: {H1: [0, 1]}},
  {says: "stepped down on 16 April it is due tomorrow", records: {referral: [closed("2024-04-16")], early_help: [help("2024-04-17")]}, want: {H1: [0, 0]}},
  {says: "due on Friday 10 May, begun on the Saturday", records: {referral: [closed("2024-04-11")], early_help: [help("2024-05-11")]}, want: {H1: [1, 1]}},
  {says: "begun on the Monday it is late", records: {referral: [closed("2024-04-11")], early_help: [help("2024-05-13")]}, want: {H1: [0, 1]}},
  {says: "early help that was there already and goes on", records: {referral: [closed("2024-04-01")], early_help: [help("2024-03-18")]}, want: {H1: [1, 1]}},
  {says: "early help that ended on the day of the step-down does not go on; ended the day after it did", records: {referral: [closed("2024-04-02"), closed("2024-04-02", {referral_id: "R2", child_id: "C2"})], early_help: [help("2023-03-18", "2024-04-02"), help("2023-03-18", "2024-04-03", "C2")]}, want: {H1: [1, 2]}},
  {says: "closed for another reason is no step-down", records: {referral: [closed("2024-04-02", {closure_reason: "RC8"}), closed("2024-04-02", {referral_id: "R2", child_id: "C2", closure_reason: undefined})], early_help: [help("2024-04-03")]}, want: {H1: [0, 0]}},
  {says: "an assessment that ends in early help is a step-down, from its last day", records: {referral: [closed(undefined, {closure_reason: undefined})], assessment: [assessed("2024-04-02")], early_help: [help("2024-04-30")]}, want: {H1: [1, 1]}},
  {says: "assessed so and then closed so is one, from the closing", records: {referral: [closed("2024-04-10")], assessment: [assessed("2024-03-01")], early_help: [help("2024-05-09")]}, want: {H1: [1, 1]}},
  {says: "an assessment not finished steps nobody down", records: {referral: [closed(undefined, {closure_reason: undefined})], assessment: [assessed(undefined)], early_help: [help("2024-04-30")]}, want: {H1: [0, 0]}},
  {says: "closed before it came is a fault", records: {referral: [closed("2024-02-04")], early_help: [help("2024-02-06")]}, want: {H1: [0, 0]}},
  {says: "a brother's early help is not this child's", records: {referral: [closed("2024-04-02")], early_help: [help("2024-04-03", undefined, "C2")]}, want: {H1: [0, 1]}}
];

export const family: Family = {
  name: "early-help",
  oracles: {H1: {kind: "percentage", rows: H1}},
  worlds,
  examples,
  carried: {
    referral: ["referral_id", "child_id", "referral_date", "source", "no_further_action", "closed_on", "closure_reason"],
    assessment: ["assessment_id", "child_id", "started_on", "authorised_on", "outcome"],
    early_help: ["child_id", "started_on", "ended_on"]
  }
};
