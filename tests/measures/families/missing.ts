// What the measures of missing children should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import {addDays, dateOf, elapsedMinutes, instant, wallTime} from "../oracle/days.ts";
import type {Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {apart, childIds, clock, days, isMidnight, maybe, row, rowsOf, several, team, timeAfter, wall} from "./front-door.ts";

const HOURS = 72;

/** Episodes from which the child is back, with the day on which an interview was due. What has no time of day is held to its day. */
function ended(world: World, asAt: string) {
  return rowsOf(world, "missing_episode").flatMap((r) => {
    const back = r.returned_at;
    if (r.kind === "exploitation" || !back) return [];
    if (isMidnight(back) ? dateOf(back) < dateOf(r.started_at!) : wall(back) < wall(r.started_at!)) return [];
    const due = isMidnight(back) ? addDays(dateOf(back), HOURS / 24) : dateOf(wallTime(instant(wall(back)) + HOURS * 60));
    return due > asAt ? [] : [{r, back, due}];
  });
}

const inTime = (back: string, due: string, at: string | undefined) => !!at && (isMidnight(back) || isMidnight(at) ? dateOf(at) <= due : elapsedMinutes(wall(back), wall(at)) <= HOURS * 60);

const G1a: Oracle = (world, asAt) =>
  ended(world, asAt).flatMap(({r, back, due}) => {
    const held = r.interview_held_at;
    if (held && (isMidnight(back) || isMidnight(held) ? dateOf(held) < dateOf(back) : wall(held) < wall(back))) return [];
    return [{child: r.child_id!, on: due, met: inTime(back, due, held), team: r.team}];
  });

const G1b: Oracle = (world, asAt) =>
  ended(world, asAt).map(({r, back, due}) => {
    const first = [r.interview_offered_at, r.interview_held_at].filter((at) => !!at).map((at) => wall(at!)).sort()[0];
    return {child: r.child_id!, on: due, met: inTime(back, due, first), team: r.team};
  });

function worlds(asAt: string): fc.Arbitrary<World> {
  const episode = days(asAt).chain((d) =>
    fc.tuple(clock, maybe(timeAfter(d, 3), 8)).chain(([t, back]) =>
      row({
        child_id: childIds(25), started_at: fc.constant(`${d} ${t}`), returned_at: fc.constant(back), kind: maybe(fc.constantFrom("missing", "missing", "away", "exploitation")), team,
        interview_offered_at: maybe(timeAfter(back ? dateOf(back) : d, 4)), interview_held_at: maybe(timeAfter(back ? dateOf(back) : d, 5))
      })
    )
  );
  return several(episode, 120).map((episodes): World => ({missing_episode: apart(episodes, ["child_id", "started_at"])}));
}

// ---- by hand, as at Tuesday 14 May 2024 ------------------------------------------------------------------------------------

const episode = (returned_at: string | undefined, held: string | undefined, offered?: string, rest: Row = {}): Row => ({child_id: "C1", started_at: "2024-03-25 20:00", returned_at, interview_held_at: held, interview_offered_at: offered, kind: "missing", ...rest});
const only = (...episodes: Row[]): World => ({missing_episode: episodes.map((r, i) => ({...r, child_id: `C${i + 1}`}))});

const examples: Example[] = [
  {says: "seventy-two hours to the minute, and a minute more", records: only(episode("2024-05-02 14:00", "2024-05-05 14:00", "2024-05-03 09:00"), episode("2024-05-02 14:00", "2024-05-05 14:01", "2024-05-05 14:01")), want: {G1a: [1, 2], G1b: [1, 2]}},
  {says: "offered in time and not held", records: only(episode("2024-05-02 14:00", undefined, "2024-05-03 09:00")), want: {G1a: [0, 1], G1b: [1, 1]}},
  {says: "held without an offer on record was offered", records: only(episode("2024-05-02 14:00", "2024-05-03 09:00")), want: {G1a: [1, 1], G1b: [1, 1]}},
  {says: "neither", records: only(episode("2024-05-02 14:00", undefined)), want: {G1a: [0, 1], G1b: [0, 1]}},
  {says: "offered before the child was back", records: only(episode("2024-05-02 14:00", undefined, "2024-05-02 10:00")), want: {G1b: [1, 1]}},
  {says: "an interview before the return is a fault of the first, and an offer for the second", records: only(episode("2024-05-02 14:00", "2024-05-02 13:59")), want: {G1a: [0, 0], G1b: [1, 1]}},
  {says: "not back yet", records: only(episode(undefined, undefined)), want: {G1a: [0, 0], G1b: [0, 0]}},
  {says: "the hours run out today, and tomorrow", records: only(episode("2024-05-11 23:59", undefined), episode("2024-05-12 00:01", undefined)), want: {G1a: [0, 1], G1b: [0, 1]}},
  {says: "held after the as-at date", records: only(episode("2024-05-11 12:00", "2024-05-15 10:00", "2024-05-15 09:00")), want: {G1a: [0, 1], G1b: [0, 1]}},
  {says: "returned on a day without a time: three days later will do, four not", records: only(episode("2024-05-02", "2024-05-05 23:59"), episode("2024-05-02", "2024-05-06 00:01")), want: {G1a: [1, 2]}},
  {says: "held on a day without a time: held to the day", records: only(episode("2024-05-02 14:00", "2024-05-05"), episode("2024-05-02 14:00", "2024-05-06"), episode("2024-05-02 14:00", "2024-05-02")), want: {G1a: [2, 3]}},
  {says: "the clocks go forward on 31 March: seventy-two hours end an hour later by the clock", records: only(episode("2024-03-30 10:00", "2024-04-02 11:00"), episode("2024-03-30 10:00", "2024-04-02 11:01")), want: {G1a: [1, 2]}},
  {says: "away from placement counts, an exploitation event does not, nor does what ended before it began", records: only(episode("2024-05-02 14:00", "2024-05-03 10:00", undefined, {kind: "away"}), episode("2024-05-02 14:00", "2024-05-03 10:00", undefined, {kind: "exploitation"}), episode("2024-05-02 14:00", "2024-05-03 10:00", undefined, {started_at: "2024-05-02 14:01"}), episode("2024-05-02 14:00", "2024-05-03 10:00", undefined, {kind: undefined})), want: {G1a: [2, 2], G1b: [2, 2]}},
  {says: "gone in the evening and back the same day, its hour not known", records: only(episode("2024-03-25", "2024-03-26 10:00")), want: {G1a: [1, 1]}}
];

export const family: Family = {
  name: "missing",
  oracles: {G1a: {kind: "percentage", rows: G1a}, G1b: {kind: "percentage", rows: G1b}},
  worlds,
  examples,
  carried: {missing_episode: ["child_id", "started_at", "returned_at", "interview_offered_at", "interview_held_at", "kind"]}
};
