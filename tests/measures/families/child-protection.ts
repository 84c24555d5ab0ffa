// What the measures of child protection should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import {addMonths, ageAt, dateOf, workingDaysBetween} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {after, apart, childIds, clock, days, dueAfter, flag, maybe, row, rowsOf, seldom, several, team, timeAfter, topLevel, wall, within, yes} from "./front-door.ts";

const THERE = ["in_person", "video", "telephone", "attended", "part"];
const OURS = ["social_care", "social_care.conference_chair", "out_of_hours", "legal", "family", "child"];
const KNOWN = ["social_care", "social_care.conference_chair", "social_care.other_authority", "police", "health", "health.gp", "health.camhs", "health.0_19", "health.midwifery", "health.hospital", "education.school", "family"];
const OUTCOMES = ["icpc", "section_17", "continue_assessment", "legal_action", "short_breaks", "other_agency_monitor", "nfa", "other"];

const codeOf = (r: Row) => (KNOWN.includes(r.agency!) ? r.agency! : "unmapped");
/** What is dated after the as-at date is not known yet. */
const known = (day: string | undefined, asAt: string) => (day && dateOf(day) <= asAt ? dateOf(day) : undefined);
const first = (found: (string | undefined)[]) => found.filter((d): d is string => !!d).sort()[0];
const caseOf = (r: Row, on: string, met: boolean | null): Case => ({child: r.child_id!, on, met, team: r.team});

// ---- conferences -----------------------------------------------------------------------------------------------------

/** Of two records of one conference about one child the first by id counts. */
function conferences(world: World): Row[] {
  const seen = new Set<string>();
  return rowsOf(world, "conference")
    .toSorted((a, b) => ((a.conference_id || "~") < (b.conference_id || "~") ? -1 : 1))
    .filter((c) => {
      const key = [c.child_id, c.type, c.held_on || "", c.held_on ? "" : c.notified_on || c.due_on || ""].join(" ");
      return !seen.has(key) && seen.add(key);
    });
}
const heldConferences = (world: World, asAt: string, type?: string) => conferences(world).filter((c) => known(c.held_on, asAt) && (!type || c.type === type));

const S6d: Oracle = (world, asAt) => heldConferences(world, asAt, "initial").map((c) => caseOf(c, c.held_on!, null));

const S12a: Oracle = (world, asAt) =>
  heldConferences(world, asAt, "initial").map((c) => {
    const begun = plans(world, asAt).some((p) => p.child_id === c.child_id && p.started_on === c.held_on);
    return caseOf(c, c.held_on!, c.outcome_plan ? yes(c.outcome_plan) : begun);
  });

const S13: Oracle = (world, asAt) =>
  conferences(world).flatMap((c) => {
    if (c.type !== "transfer_in" || !c.notified_on) return [];
    const held = known(c.held_on, asAt);
    const due = dueAfter(c.notified_on, 15);
    return due > asAt || (held && held < c.notified_on) ? [] : [caseOf(c, due, !!held && within(c.notified_on, held, 15))];
  });

const born = (world: World, child: string) => rowsOf(world, "child").find((c) => c.child_id === child)?.date_of_birth || undefined;

const P1: Oracle = (world, asAt) =>
  heldConferences(world, asAt).flatMap((c) => {
    const birth = born(world, c.child_id!);
    return birth && ageAt(birth, c.held_on!) >= 4 ? [caseOf(c, c.held_on!, /^PN[1-6]$/.test(c.participation ?? ""))] : [];
  });

// ---- section 47 ------------------------------------------------------------------------------------------------------

interface Enquiry {
  r: Row;
  start: string;
  /** The strategy discussion that began it, else its start. */
  clock: string;
  due: string;
  conference: string | undefined;
  /** Said not to need a conference, by flag or by another outcome. */
  notNeeded: boolean;
  /** A conference was held or is asked for. */
  leads: boolean;
  ended: string | undefined;
}

function enquiries(world: World, asAt: string): Enquiry[] {
  const all = rowsOf(world, "section_47").filter((r) => r.started_on! <= asAt);
  return all.map((r) => {
    const start = r.started_on!;
    const next = first(all.filter((o) => o.child_id === r.child_id && o.started_on! > start).map((o) => o.started_on));
    const notNeeded = yes(r.icpc_not_required) || (OUTCOMES.includes(r.outcome ?? "") && r.outcome !== "icpc");
    const found = first(heldConferences(world, asAt, "initial").filter((c) => c.child_id === r.child_id && c.held_on! >= start && (!next || c.held_on! < next)).map((c) => c.held_on));
    const conference = known(r.icpc_held_on, asAt) ?? (notNeeded ? undefined : found);
    const meetings = rowsOf(world, "strategy_meeting");
    // the day of a meeting is that of the first of its children who has one
    const named = r.strategy_meeting_id ? known(first(meetings.filter((m) => m.meeting_id === r.strategy_meeting_id).map((m) => m.held_at && wall(m.held_at))), asAt) : undefined;
    const saying = first(meetings.filter((m) => m.child_id === r.child_id && m.section_47_started_on === start).map((m) => known(m.held_at, asAt)));
    const from = named ?? saying ?? start;
    return {r, start, clock: from, due: dueAfter(from, 15), conference, notNeeded, leads: !!conference || (!notNeeded && (r.outcome === "icpc" || r.icpc_not_required === "no")), ended: known(r.ended_on, asAt)};
  });
}

const S6a: Oracle = (world, asAt) => enquiries(world, asAt).map(({r, start}) => caseOf(r, start, null));
const S6b: Oracle = (world, asAt) => enquiries(world, asAt).map((e) => caseOf(e.r, e.start, !!e.conference || (!e.notNeeded && e.r.outcome === "icpc")));
const S6c: Oracle = (world, asAt) => enquiries(world, asAt).map(({r, start}) => caseOf(r, start, ["continue_assessment", "other_agency_monitor", "nfa"].includes(r.outcome ?? "")));

const S7: Oracle = (world, asAt) =>
  enquiries(world, asAt).flatMap((e) =>
    !e.leads || e.due > asAt || (e.conference && e.conference < e.clock) ? [] : [caseOf(e.r, e.due, !!e.conference && within(e.clock, e.conference, 15))]
  );
const S7b: Oracle = (world, asAt) =>
  enquiries(world, asAt).flatMap((e) => (e.conference && e.conference >= e.start ? [caseOf(e.r, e.conference, within(e.start, e.conference, 15))] : []));
const S7c: Oracle = (world, asAt) =>
  enquiries(world, asAt).flatMap((e) => {
    // who waits for a conference is followed to the as-at date; who needs none, or is not said to, until the enquiry ended
    const until = e.conference ?? (e.leads ? asAt : (e.ended ?? (e.notNeeded ? undefined : asAt)));
    if (e.due > asAt || !until || until < e.clock) return [];
    return [{...caseOf(e.r, e.due, !!e.conference), value: workingDaysBetween(e.clock, until)}];
  });

const S8: Oracle = (world, asAt) =>
  enquiries(world, asAt).map((e, _, all) => caseOf(e.r, e.start, all.some((p) => p.r.child_id === e.r.child_id && p.start < e.start && e.start <= addMonths(p.start, 12))));

const S11: Oracle = (world, asAt) =>
  enquiries(world, asAt).flatMap(({r, start}) => {
    const seen = first([
      ...rowsOf(world, "visit").filter((v) => v.child_id === r.child_id && yes(v.child_seen)).map((v) => known(v.visited_on, asAt)),
      ...rowsOf(world, "assessment").filter((a) => a.child_id === r.child_id).map((a) => known(a.child_seen_on, asAt))
    ].filter((d) => d && d >= start));
    const due = dueAfter(start, 1);
    return due > asAt ? [] : [caseOf(r, due, !!seen && within(start, seen, 1))];
  });

const S12b: Oracle = (world, asAt) => enquiries(world, asAt).flatMap((e) => (e.due > asAt ? [] : [caseOf(e.r, e.due, !e.conference && !e.notNeeded)]));

const S16: Oracle = (world, asAt) =>
  [...new Set([...rowsOf(world, "section_47"), ...rowsOf(world, "conference")].map((r) => r.child_id!))].flatMap((child) => {
    const birth = born(world, child);
    if (!birth || birth > asAt) return [];
    const begun = [
      ...enquiries(world, asAt).filter((e) => e.r.child_id === child && e.leads && e.start < birth).map((e) => ({held: e.conference, team: e.r.team})),
      ...heldConferences(world, asAt, "initial").filter((c) => c.child_id === child && c.held_on! < birth).map((c) => ({held: c.held_on, team: c.team}))
    ];
    const held = first(begun.map((b) => b.held));
    return begun.length ? [{child, on: birth, met: !!held && held < birth, team: first(begun.map((b) => b.team))}] : [];
  });

// ---- letters and minutes ---------------------------------------------------------------------------------------------

interface Held {
  id: string;
  on: string;
  team: string | undefined;
}

/** One about brothers and sisters is one conference. */
function meetings(world: World, asAt: string): Held[] {
  const held = heldConferences(world, asAt).filter((c) => c.conference_id);
  return [...new Set(held.map((c) => c.conference_id!))].map((id) => {
    const of = held.filter((c) => c.conference_id === id);
    return {id, on: first(of.map((c) => c.held_on))!, team: first(of.map((c) => c.team))};
  });
}

const documents = (world: World, kind: "decision" | "minutes", id?: string) =>
  rowsOf(world, "document_distribution").filter((d) => (d.document === `icpc_${kind}` || d.document === `review_${kind}`) && (!id || d.event_id === id) && !OURS.includes(d.agency!));
/** Partners, and agencies that no list knows, asked to a conference or there. */
const asked = (world: World, id: string) =>
  rowsOf(world, "meeting_attendance")
    .filter((a) => a.meeting_id === id && ["icpc", "review_conference", "transfer_in_conference"].includes(a.meeting_type!) && (yes(a.invited) || THERE.includes(a.attended ?? "")) && !OURS.includes(a.agency!))
    .map(codeOf);

const sentIn = (kind: "decision" | "minutes", limit: number): Oracle => (world, asAt) => {
  const all = meetings(world, asAt);
  // a log that holds no such document of a conference says nothing of who was sent one
  if (!documents(world, kind).some((d) => known(d.sent_at, asAt) && all.some((m) => m.id === d.event_id))) return [];
  return all.flatMap((m) => {
    const log = documents(world, kind, m.id);
    const agencies = new Set([...asked(world, m.id), ...log.map(codeOf)].map(topLevel));
    return [...agencies].flatMap((agency): Case[] => {
      const sent = first(log.filter((d) => topLevel(codeOf(d)) === agency).map((d) => known(d.sent_at, asAt)));
      const due = dueAfter(m.on, limit);
      return due > asAt || (sent && sent < m.on) ? [] : [{child: m.id, on: due, met: !!sent && within(m.on, sent, limit), agency, team: m.team}];
    });
  });
};

interface Minutes extends Held {
  agency: string;
  due: string;
  sent: string | undefined;
  received: string | undefined;
  chased: string | undefined;
}

/** Conference × health service: those in the log, those asked whom no row stands for, health as a whole where nobody is named. */
function minutesForHealth(world: World, asAt: string): Minutes[] {
  const all = meetings(world, asAt);
  if (!documents(world, "minutes").some((d) => all.some((m) => m.id === d.event_id))) return [];
  return all.flatMap((m) => {
    const log = documents(world, "minutes", m.id).filter((d) => topLevel(codeOf(d)) === "health");
    const inLog = new Set(log.map(codeOf));
    const others = asked(world, m.id).filter((a) => topLevel(a) === "health" && !inLog.has(a) && !inLog.has("health") && !(a === "health" && inLog.size > 0));
    const services = new Set([...inLog, ...others]);
    return [...(services.size ? services : ["health"])].map((agency) => {
      const on = (field: string) => first(log.filter((d) => codeOf(d) === agency).map((d) => known(d[field], asAt)));
      return {...m, agency, due: dueAfter(m.on, 20), sent: on("sent_at"), received: on("received_at"), chased: on("chased_at")};
    });
  });
}

const S10a: Oracle = (world, asAt) =>
  minutesForHealth(world, asAt).flatMap((m) => (m.due > asAt || (m.received && m.received < m.on) ? [] : [{child: m.id, on: m.due, met: !!m.received, agency: m.agency, team: m.team}]));
const S10b: Oracle = (world, asAt) =>
  minutesForHealth(world, asAt).flatMap((m) => {
    const from = m.sent ?? m.due;
    const by = dueAfter(from, 5);
    if (by > asAt || (m.received && within(from, m.received, 5)) || (m.sent && m.sent < m.on) || (m.chased && m.chased < m.on)) return [];
    return [{child: m.id, on: by, met: !!m.chased && within(from, m.chased, 5), agency: m.agency, team: m.team}];
  });

// ---- plans -----------------------------------------------------------------------------------------------------------

/** Plans begun by the as-at date; one that ends before it begins is a fault. */
const plans = (world: World, asAt: string): Row[] =>
  rowsOf(world, "cp_plan").filter((p) => p.started_on! <= asAt && !(p.ended_on && p.ended_on < p.started_on!)).map((p) => ({...p, ended_on: known(p.ended_on, asAt)}));

const K1: Oracle = (world, asAt) =>
  plans(world, asAt).flatMap((p) => {
    const end = p.ended_on ?? "9999-12-31";
    const seen = [...new Set(rowsOf(world, "visit").filter((v) => v.child_id === p.child_id && yes(v.child_seen) && v.visited_on! <= asAt && v.visited_on! > p.started_on! && v.visited_on! < end).map((v) => v.visited_on!))].sort();
    const found: Case[] = [];
    for (const [i, from] of [p.started_on!, ...seen].entries()) {
      const next = seen[i];
      const counts = (due: string) => due <= asAt && due < end;
      if (next && within(from, next, 10)) {
        if (counts(dueAfter(from, 10))) found.push(caseOf(p, dueAfter(from, 10), true));
        continue;
      }
      // each ten days that passed unseen
      for (let k = 10; counts(dueAfter(from, k)) && !(next && within(from, next, k)); k += 10) found.push(caseOf(p, dueAfter(from, k), false));
    }
    return found;
  });

const K2: Oracle = (world, asAt) =>
  plans(world, asAt).flatMap((p) => {
    const reviews = heldConferences(world, asAt, "review").filter((c) => c.child_id === p.child_id && c.held_on! > p.started_on! && (!p.ended_on || c.held_on! <= p.ended_on)).map((c) => c.held_on!).sort();
    return [p.started_on!, ...reviews].flatMap((from, i) => {
      const [due, next] = [addMonths(from, i === 0 ? 3 : 6), reviews[i]];
      if (due > asAt || (!next && p.ended_on && due >= p.ended_on)) return [];
      return [caseOf(p, due, !!next && next <= due)];
    });
  });

const K3: Oracle = (world, asAt) => {
  const groups = rowsOf(world, "cin_meeting").filter((m) => m.type === "core_group" && known(m.held_on, asAt));
  // a meeting log that holds no core group says nothing of them
  if (groups.length === 0) return [];
  return plans(world, asAt).flatMap((p) => {
    const next = first(plans(world, asAt).filter((o) => o.child_id === p.child_id && o.started_on! > p.started_on!).map((o) => o.started_on));
    const held = first(groups.filter((g) => g.child_id === p.child_id && g.held_on! >= p.started_on! && (!next || g.held_on! < next)).map((g) => g.held_on));
    const due = dueAfter(p.started_on!, 10);
    if (due > asAt || (!held && p.ended_on && due >= p.ended_on)) return [];
    return [caseOf(p, due, !!held && within(p.started_on!, held, 10))];
  });
};

// ---- random worlds ---------------------------------------------------------------------------------------------------

function worlds(asAt: string): fc.Arbitrary<World> {
  const id = childIds(18);
  const day = days(asAt, 420);
  const agency = fc.constantFrom(...KNOWN, "health.gp", "health", "nobody knows");
  const enquiry = day.chain((d) =>
    row({
      child_id: id, team, started_on: fc.constant(d), strategy_meeting_id: seldom(fc.integer({min: 1, max: 25}).map((n) => `M${n}`)), icpc_not_required: maybe(fc.constantFrom("no", "no", "yes"), 1),
      icpc_held_on: seldom(after(d, 30)), ended_on: maybe(after(d, 25)), outcome: maybe(fc.constantFrom("icpc", "icpc", "icpc", ...OUTCOMES, "nobody knows"))
    })
  );
  const plan = day.chain((d) => row({child_id: id, team, started_on: fc.constant(d), ended_on: maybe(after(d, 300), 1)}));
  return fc.tuple(several(enquiry, 70), several(plan, 25)).chain(([s47, cp]) => {
    const [section47, plansOf] = [apart(s47, ["child_id", "started_on"]), apart(cp, ["child_id", "started_on"])];
    const meeting = fc.constantFrom(...section47).chain((s) =>
      row({child_id: fc.oneof(fc.constant(s.child_id), id), held_at: maybe(timeAfter(s.started_on!, 2, -4), 6), triggered_at: fc.constant(undefined), section_47_started_on: maybe(fc.constant(s.started_on), 1), team})
    );
    const conference = fc.oneof(
      fc.constantFrom(...section47).chain((s) => after(s.started_on!, 35).chain((d) => fc.record({held: maybe(fc.constant(d), 6), notified: maybe(after(s.started_on!, 14), 8), type: fc.constantFrom("initial", "initial", "transfer_in"), of: fc.constant(s.child_id!)}))),
      fc.constantFrom(...plansOf).chain((p) => fc.oneof(fc.constant(p.started_on!), after(addMonths(p.started_on!, 3), 5, -6), after(addMonths(p.started_on!, 9), 5, -9)).chain((d) => fc.record({held: maybe(fc.constant(d), 12), notified: maybe(after(d, 3, -20)), type: fc.constantFrom("initial", "review", "review", "review"), of: fc.constant(p.child_id!)})))
    );
    const sibling = seldom(id);
    const who = row({outcome_plan: flag, participation: maybe(fc.constantFrom("PN0", "PN1", "PN4", "PN6", "PN7", "PN9"), 6), team});
    const number = fc.integer({min: 1, max: 90}).map((n) => `F${n}`);
    const attended = row({meeting_id: number, meeting_type: fc.constantFrom("icpc", "icpc", "review_conference", "transfer_in_conference", "strategy"), agency, invited: flag, attended: maybe(fc.constantFrom(...THERE, "information_only", "apologies", "absent"), 6)});
    const visit = fc.oneof(fc.constantFrom(...plansOf), fc.constantFrom(...section47)).chain((r) => row({child_id: fc.constant(r.child_id), visited_on: fc.oneof(after(r.started_on!, 3), after(r.started_on!, 16, 12), after(r.started_on!, 60)), child_seen: maybe(fc.constantFrom("yes", "yes", "yes", "no"), 8), type: maybe(fc.constantFrom("cp", "section_47"))}));
    const assessment = fc.constantFrom(...section47).chain((r) => row({child_id: fc.constant(r.child_id), started_on: fc.constant(r.started_on), child_seen_on: maybe(after(r.started_on!, 3))}));
    const core = fc.constantFrom(...plansOf).chain((r) => row({child_id: fc.constant(r.child_id), held_on: maybe(after(r.started_on!, 18, -3), 8), type: maybe(fc.constantFrom("core_group", "core_group", "core_group", "review"), 8)}));
    const child = fc.tuple(...Array.from({length: 18}, (_, i) => row({child_id: fc.constant(`C${String(i + 1).padStart(3, "0")}`), date_of_birth: maybe(i % 2 ? day : fc.constantFrom("2010-07-01", "2015-10-29", "2020-02-29", "2019-12-26", "2020-05-14", "2020-01-01"), 8)})));
    return fc.tuple(several(meeting, 25), several(fc.tuple(conference, sibling, who, who), 90), several(attended, 180), several(visit, 160), several(assessment, 20), several(core, 45), child).chain(([strategy, events, there, visits, assessments, cores, children]) => {
      const held = events.flatMap(([c, other, a, b], i) => [c.of, ...(other && other !== c.of ? [other] : [])].map((child_id, j) => ({conference_id: `F${i + 1}`, child_id, type: c.type, held_on: c.held, notified_on: c.notified, ...(j ? b : a)})));
      const document = fc.constantFrom(...held).chain((c) => {
        const d = c.held_on ?? asAt;
        return fc.tuple(fc.constantFrom(0, 0, 0, 14, 27), clock).chain(([n, t]) => row({
          event_id: fc.constant(c.conference_id), document: fc.constantFrom("icpc_decision", "review_decision", "icpc_minutes", "icpc_minutes", "review_minutes", "strategy_record"), agency,
          sent_at: maybe(after(d, n + 3, n - 1).map((s) => `${s} ${t}`), 5), received_at: maybe(timeAfter(d, n + 14, n), 1), chased_at: maybe(timeAfter(d, n + 14, n), 1)
        }));
      });
      return several(document, 160).map((log): World => ({
        child: children,
        section_47: section47,
        strategy_meeting: strategy.map((m, i) => ({meeting_id: `M${i + 1}`, ...m})),
        conference: held,
        meeting_attendance: there,
        document_distribution: apart(log, ["event_id", "document", "agency"]),
        cp_plan: plansOf,
        visit: visits,
        assessment: assessments.map((a, i) => ({assessment_id: `A${i + 1}`, ...a})),
        cin_meeting: cores.map((m, i) => ({meeting_id: `N${i + 1}`, ...m}))
      }));
    });
  });
}

// ---- by hand, as at Tuesday 14 May 2024 ------------------------------------------------------------------------------------

const s47 = (started_on: string, rest: Row = {}): Row => ({child_id: "C1", started_on, ...rest});
const conf = (held_on: string | undefined, rest: Row = {}): Row => ({conference_id: "F1", child_id: "C1", type: "initial", held_on, ...rest});
const strategy = (held_at: string | undefined, rest: Row = {}): Row => ({meeting_id: "M1", child_id: "C1", held_at, ...rest});
const visit = (visited_on: string, rest: Row = {}): Row => ({child_id: "C1", visited_on, child_seen: "yes", type: "cp", ...rest});
const plan = (started_on: string, ended_on?: string, child_id = "C1"): Row => ({child_id, started_on, ended_on});
const review = (held_on: string, rest: Row = {}): Row => conf(held_on, {conference_id: `F${held_on}`, type: "review", ...rest});
const there = (agency: string, rest: Row = {}): Row => ({meeting_id: "F1", meeting_type: "icpc", agency, invited: "yes", attended: "in_person", ...rest});
const letter = (agency: string, sent_at: string | undefined, rest: Row = {}): Row => ({event_id: "F1", document: "icpc_decision", agency, sent_at, ...rest});
const minutes = (agency: string, sent_at: string | undefined, rest: Row = {}): Row => letter(agency, sent_at, {document: "icpc_minutes", ...rest});
const core = (held_on: string | undefined, rest: Row = {}): Row => ({meeting_id: `N${held_on}`, child_id: "C1", type: "core_group", held_on, ...rest});
const child = (date_of_birth: string | undefined, child_id = "C1"): Row => ({child_id, date_of_birth});

const examples: Example[] = [
  {says: "fifteen working days over a bank holiday: 15 April is due on 7 May", records: {section_47: [s47("2024-04-15", {icpc_held_on: "2024-05-07"}), s47("2024-04-15", {child_id: "C2", icpc_held_on: "2024-05-08"})]}, want: {S6a: [2], S6b: [2, 2], S7: [1, 2], S7b: [1, 2], S7c: [2, 2, 15.5], S12b: [0, 2]}},
  {says: "the clock starts at the strategy discussion that the enquiry names, DfE's at the enquiry", records: {section_47: [s47("2024-04-16", {strategy_meeting_id: "M1", icpc_held_on: "2024-05-08"})], strategy_meeting: [strategy("2024-04-15 10:00")]}, want: {S7: [0, 1], S7b: [1, 1], S7c: [1, 1, 16]}},
  {says: "or at the one that names the enquiry", records: {section_47: [s47("2024-04-16", {icpc_held_on: "2024-05-08"})], strategy_meeting: [strategy("2024-04-15 10:00", {section_47_started_on: "2024-04-16"})]}, want: {S7: [0, 1], S7b: [1, 1]}},
  {says: "one that was not held, or is another child's, starts no clock", records: {section_47: [s47("2024-04-16", {strategy_meeting_id: "M1", icpc_held_on: "2024-05-08"})], strategy_meeting: [strategy(undefined), strategy("2024-04-10 10:00", {meeting_id: "M2", child_id: "C2", section_47_started_on: "2024-04-16"})]}, want: {S7: [1, 1], S7b: [1, 1]}},
  {says: "decided on and not held: 22 April is due today, 23 April tomorrow", records: {section_47: [s47("2024-04-22", {outcome: "icpc"}), s47("2024-04-23", {child_id: "C2", outcome: "icpc"})]}, want: {S6b: [2, 2], S7: [0, 1], S7b: [0, 0], S7c: [0, 1, null], S12b: [1, 1]}},
  {says: "said to be needed, and nothing said", records: {section_47: [s47("2024-04-15", {icpc_not_required: "no"}), s47("2024-04-15", {child_id: "C2"})]}, want: {S6b: [0, 2], S7: [0, 1], S12b: [2, 2]}},
  {says: "marked as not needed, by flag or by outcome", records: {section_47: [s47("2024-04-15", {icpc_not_required: "yes"}), s47("2024-04-15", {child_id: "C2", outcome: "section_17", icpc_not_required: "no"})]}, want: {S6b: [0, 2], S7: [0, 0], S12b: [0, 2]}},
  {says: "without further action: a conference months later is another matter's", records: {section_47: [s47("2024-01-08", {outcome: "nfa"})], conference: [conf("2024-04-10")]}, want: {S6b: [0, 1], S6c: [1, 1], S6d: [1], S7: [0, 0], S12b: [0, 1]}},
  {says: "a conference belongs to the enquiry before it, and not to the one before that", records: {section_47: [s47("2024-01-08", {outcome: "icpc"}), s47("2024-03-04", {outcome: "icpc"})], conference: [conf("2024-03-11")]}, want: {S7: [1, 2], S7b: [1, 1], S8: [1, 2]}},
  {says: "on the day of the next enquiry it is the next one's", records: {section_47: [s47("2024-02-19"), s47("2024-03-04")], conference: [conf("2024-03-04")]}, want: {S6b: [1, 2], S7: [1, 1], S7b: [1, 1]}},
  {says: "a review or transfer-in conference answers no enquiry", records: {section_47: [s47("2024-04-02", {outcome: "icpc"})], conference: [conf("2024-04-10", {type: "review"}), conf("2024-04-11", {type: "transfer_in", conference_id: "F2"})]}, want: {S7: [0, 1]}},
  {says: "a conference before its enquiry is a fault", records: {section_47: [s47("2024-04-15", {icpc_held_on: "2024-04-12"})]}, want: {S6b: [1, 1], S7: [0, 0], S7b: [0, 0], S7c: [0, 0, null]}},
  {says: "a conference after the as-at date is not held yet", records: {section_47: [s47("2024-04-15", {icpc_held_on: "2024-05-15", outcome: "icpc"})]}, want: {S7: [0, 1], S7b: [0, 0], S7c: [0, 1, null], S12b: [1, 1]}},
  {says: "an enquiry that ended without a conference counts until its end", records: {section_47: [s47("2024-04-15", {outcome: "nfa", ended_on: "2024-04-22"}), s47("2024-04-15", {child_id: "C2", icpc_held_on: "2024-04-29"})]}, want: {S7: [1, 1], S7c: [1, 2, 10]}},
  {says: "ended nobody knows when: left out of the curve", records: {section_47: [s47("2024-04-15", {outcome: "nfa"}), s47("2024-04-15", {child_id: "C2", icpc_held_on: "2024-04-29"})]}, want: {S7c: [1, 1, 10], S12b: [0, 2]}},
  {says: "an enquiry that waits for its conference is followed past its own end", records: {section_47: [s47("2024-04-15", {outcome: "icpc", ended_on: "2024-04-17"}), s47("2024-04-15", {child_id: "C2", icpc_held_on: "2024-04-19"})]}, want: {S7c: [1, 2, 12]}},
  {says: "what counts as no further action, what does not, and nothing said", records: {section_47: ["nfa", "continue_assessment", "other_agency_monitor", "section_17", undefined].map((outcome, i) => s47("2024-04-15", {child_id: `C${i}`, outcome}))}, want: {S6a: [5], S6c: [3, 5]}},
  {says: "begun after the as-at date is not known yet", records: {section_47: [s47("2024-05-15", {outcome: "nfa"}), s47("2024-05-14", {child_id: "C2"})], conference: [conf("2024-05-15"), conf("2024-05-14", {conference_id: "F2", child_id: "C3"})]}, want: {S6a: [1], S6d: [1], S6b: [0, 1], S6c: [0, 1], S8: [0, 1]}},
  {says: "two records of one initial conference are one", records: {conference: [conf("2024-04-10"), conf("2024-04-10", {conference_id: "F2"}), conf("2024-04-11", {conference_id: "F3"})]}, want: {S6d: [2]}},

  {says: "twelve months to the day is a repeat, a day more is none, and 29 February ends on 28", records: {section_47: [s47("2023-01-31"), s47("2024-01-31"), s47("2023-03-01", {child_id: "C2"}), s47("2024-03-02", {child_id: "C2"}), s47("2020-02-29", {child_id: "C3"}), s47("2021-02-28", {child_id: "C3"})]}, want: {S8: [2, 6]}},
  {says: "brothers and sisters on one day repeat nothing", records: {section_47: ["C1", "C2", "C3"].map((child_id) => s47("2024-03-01", {child_id}))}, want: {S8: [0, 3]}},

  {says: "begun on Friday: seen on Monday in time, on Tuesday late", records: {section_47: [s47("2024-05-10"), s47("2024-05-10", {child_id: "C2"})], visit: [visit("2024-05-13"), visit("2024-05-14", {child_id: "C2"})]}, want: {S11: [1, 2]}},
  {says: "begun yesterday and not seen is due today; begun today is not", records: {section_47: [s47("2024-05-13"), s47("2024-05-14", {child_id: "C2"})], visit: []}, want: {S11: [0, 1]}},
  {says: "seen the day before, without the child, or tomorrow is not seen; seen on the day is, and an assessment says so too", records: {section_47: ["C1", "C2", "C3", "C4", "C5"].map((child_id) => s47("2024-05-02", {child_id})), visit: [visit("2024-05-01"), visit("2024-05-02", {child_id: "C2", child_seen: "no"}), visit("2024-05-15", {child_id: "C3"}), visit("2024-05-02", {child_id: "C4", type: "other"})], assessment: [{assessment_id: "A1", child_id: "C5", started_on: "2024-04-02", child_seen_on: "2024-05-03"}]}, want: {S11: [2, 5]}},
  {says: "on the Saturday after a due Friday it is still in time", records: {section_47: [s47("2024-05-09")], visit: [visit("2024-05-11")]}, want: {S11: [1, 1]}},

  {says: "a plan said, denied, begun on the day, and begun on another", records: {conference: ["yes", "no", undefined, undefined].map((outcome_plan, i) => conf("2024-04-10", {conference_id: `F${i}`, child_id: `C${i}`, outcome_plan})), cp_plan: [plan("2024-04-10", undefined, "C1"), plan("2024-04-10", undefined, "C2"), plan("2024-04-11", undefined, "C3")]}, want: {S12a: [2, 4]}},
  {says: "reviews and conferences to come are no initial conferences", records: {conference: [conf("2024-04-10", {type: "review", outcome_plan: "yes"}), conf("2024-05-15", {conference_id: "F2", outcome_plan: "yes"}), conf(undefined, {conference_id: "F3", outcome_plan: "yes"})]}, want: {S12a: [0, 0]}},
  {says: "a plan of another child makes none", records: {conference: [conf("2024-04-10")], cp_plan: [plan("2024-04-10", undefined, "C2")]}, want: {S12a: [0, 1]}},

  {says: "notified on 22 April is due today, on 23 April tomorrow", records: {conference: [conf("2024-05-14", {type: "transfer_in", notified_on: "2024-04-22"}), conf(undefined, {conference_id: "F2", child_id: "C2", type: "transfer_in", notified_on: "2024-04-22"}), conf("2024-04-30", {conference_id: "F3", child_id: "C3", type: "transfer_in", notified_on: "2024-04-23"})]}, want: {S13: [1, 2]}},
  {says: "held before notified is a fault; without a notification, or another type, it is not counted", records: {conference: [conf("2024-04-01", {type: "transfer_in", notified_on: "2024-04-02"}), conf("2024-04-09", {conference_id: "F2", child_id: "C2", type: "transfer_in"}), conf("2024-04-09", {conference_id: "F3", child_id: "C3", notified_on: "2024-04-02"})]}, want: {S13: [0, 0]}},
  {says: "held after the as-at date is not held; on day sixteen it is late; on the day of notification it is in time", records: {conference: [conf("2024-05-15", {type: "transfer_in", notified_on: "2024-04-15"}), conf("2024-05-08", {conference_id: "F2", child_id: "C2", type: "transfer_in", notified_on: "2024-04-15"}), conf("2024-05-07", {conference_id: "F3", child_id: "C3", type: "transfer_in", notified_on: "2024-04-15"}), conf("2024-04-15", {conference_id: "F4", child_id: "C4", type: "transfer_in", notified_on: "2024-04-15"})]}, want: {S13: [2, 4]}},

  {says: "before the birth, after it, not at all, and born tomorrow", records: {child: [child("2024-05-10"), child("2024-05-10", "C2"), child("2024-05-10", "C3"), child("2024-05-15", "C4")], section_47: ["C1", "C2", "C3", "C4"].map((child_id) => s47("2024-03-01", {child_id, outcome: "icpc"})), conference: [conf("2024-04-02"), conf("2024-05-13", {conference_id: "F2", child_id: "C2"}), conf("2024-04-02", {conference_id: "F4", child_id: "C4"})]}, want: {S16: [1, 3]}},
  {says: "on the day of birth is not before it; born today counts", records: {child: [child("2024-05-14"), child("2024-05-14", "C2")], section_47: [s47("2024-04-02", {icpc_held_on: "2024-05-14"})], conference: [conf("2024-05-13", {child_id: "C2"})]}, want: {S16: [1, 2]}},
  {says: "an enquiry after the birth, or one that needs no conference, is not pre-birth", records: {child: [child("2024-03-01"), child("2024-05-01", "C2"), child(undefined, "C3")], section_47: [s47("2024-03-01", {outcome: "icpc"}), s47("2024-04-02", {child_id: "C2", outcome: "nfa"}), s47("2024-04-02", {child_id: "C3", outcome: "icpc"})], conference: [conf("2024-03-11")]}, want: {S16: [0, 0]}},

  {says: "held on Thursday: the letter in time on Friday, late after the bank holiday", records: {conference: [conf("2024-05-02")], meeting_attendance: [there("police")], document_distribution: [letter("police", "2024-05-03 17:00"), letter("health.gp", "2024-05-07 09:00")]}, want: {S9a: [1, 2]}},
  {says: "asked and not there, there and not asked: each should have it; we and the family are not counted", records: {conference: [conf("2024-05-01")], meeting_attendance: [there("police", {attended: "absent"}), there("education.school", {invited: "no", attended: "video"}), there("health", {invited: "no", attended: "apologies"}), there("social_care.conference_chair"), there("family")], document_distribution: [letter("family", "2024-05-01 12:00")]}, want: {S9a: [0, 2]}},
  {says: "brothers and sisters have one conference, and a review has a letter", records: {conference: [conf("2024-05-01", {type: "review"}), conf("2024-05-01", {type: "review", child_id: "C2"})], document_distribution: [letter("police", "2024-05-01 12:00", {document: "review_decision"})]}, want: {S9a: [1, 1]}},
  {says: "sent before the conference is a fault; due today and not sent counts, due tomorrow does not", records: {conference: [conf("2024-05-01"), conf("2024-05-13", {conference_id: "F2"}), conf("2024-05-14", {conference_id: "F3"})], document_distribution: [letter("police", "2024-04-30 12:00"), letter("police", undefined, {event_id: "F2"}), letter("police", undefined, {event_id: "F3"})]}, want: {S9a: [0, 1]}},
  {says: "twenty working days: 15 April is due today, 16 April tomorrow", records: {conference: [conf("2024-04-15"), conf("2024-04-16", {conference_id: "F2"})], meeting_attendance: [there("education.school")], document_distribution: [minutes("police", "2024-05-14 12:00"), minutes("police", "2024-04-18 12:00", {event_id: "F2"})]}, want: {S9b: [1, 2]}},
  {says: "minutes late, a letter is not minutes, and a strategy record is neither", records: {conference: [conf("2024-04-02"), conf("2024-04-02", {conference_id: "F2", child_id: "C2"})], document_distribution: [minutes("police", "2024-05-01 12:00"), letter("police", "2024-04-02 12:00", {event_id: "F2"}), letter("police", "2024-04-02 12:00", {event_id: "F2", document: "strategy_record"})]}, want: {S9a: [1, 1], S9b: [0, 1]}},
  {says: "two services of health: the first to be sent it counts", records: {conference: [conf("2024-04-02")], document_distribution: [minutes("health.gp", undefined), minutes("health.camhs", "2024-04-30 12:00")]}, want: {S9b: [1, 1]}},
  {says: "a log without minutes says nothing of them", alone: true, records: {conference: [conf("2024-04-02")], meeting_attendance: [there("police"), there("health.gp")], document_distribution: [letter("police", "2024-04-02 12:00", {received_at: "2024-04-03 12:00", chased_at: "2024-04-03 12:00"})]}, want: {S9a: [1, 2], S9b: [0, 0], S10a: [0, 0], S10b: [0, 0]}},
  {says: "a conference without a number has no letters", alone: true, records: {conference: [conf("2024-04-02", {conference_id: undefined}), conf("2024-04-03", {child_id: "C2"})], document_distribution: [letter("police", "2024-04-03 12:00"), minutes("police", "2024-04-03 12:00")]}, want: {S9a: [1, 1], S9b: [1, 1]}},

  {says: "received by the GP, not by the mental health service", records: {conference: [conf("2024-04-15")], document_distribution: [minutes("health.gp", "2024-04-29 12:00", {received_at: "2024-04-30 12:00"}), minutes("health.camhs", "2024-04-29 12:00")]}, want: {S10a: [1, 2]}},
  {says: "due tomorrow is not judged; received tomorrow is not received", records: {conference: [conf("2024-04-16"), conf("2024-04-15", {conference_id: "F2", child_id: "C2"})], document_distribution: [minutes("health.gp", "2024-04-29 12:00"), minutes("health.gp", "2024-05-13 12:00", {event_id: "F2", received_at: "2024-05-15 09:00"})]}, want: {S10a: [0, 1], S10b: [0, 1]}},
  {says: "nobody of health named: health as a whole has not had them", records: {conference: [conf("2024-04-15")], document_distribution: [minutes("police", "2024-04-29 12:00")]}, want: {S10a: [0, 1]}},
  {says: "a row for health as a whole stands for the service that was asked, and the other way round", records: {conference: [conf("2024-04-15"), conf("2024-04-15", {conference_id: "F2", child_id: "C2"})], meeting_attendance: [there("health.gp"), there("health", {meeting_id: "F2"})], document_distribution: [minutes("health", "2024-04-29 12:00", {received_at: "2024-04-30 12:00"}), minutes("health.gp", "2024-04-29 12:00", {event_id: "F2", received_at: "2024-04-30 12:00"})]}, want: {S10a: [2, 2]}},
  {says: "a service that was asked and is not in the log has not had them", records: {conference: [conf("2024-04-15")], meeting_attendance: [there("health.0_19"), there("health.gp")], document_distribution: [minutes("health.gp", "2024-04-29 12:00", {received_at: "2024-04-30 12:00"})]}, want: {S10a: [1, 2]}},
  {says: "received before the conference is a fault", records: {conference: [conf("2024-04-15")], document_distribution: [minutes("health.gp", undefined, {received_at: "2024-04-12 12:00"})]}, want: {S10a: [0, 0]}},
  {says: "chased on the fifth day, on the sixth, never; received on the fifth day, on the sixth", records: {conference: [conf("2024-04-15")], document_distribution: [minutes("health.gp", "2024-05-01 12:00", {chased_at: "2024-05-09 09:00"}), minutes("health.camhs", "2024-05-01 12:00", {chased_at: "2024-05-10 09:00"}), minutes("health.midwifery", "2024-05-01 12:00"), minutes("health.0_19", "2024-05-01 12:00", {received_at: "2024-05-09 12:00"}), minutes("health.hospital", "2024-05-01 12:00", {received_at: "2024-05-10 12:00"})]}, want: {S10a: [2, 5], S10b: [1, 4]}},
  {says: "never sent: the five days run from the day they were due, and asking earlier is no fault", records: {conference: [conf("2024-04-04"), conf("2024-04-04", {conference_id: "F2", child_id: "C2"}), conf("2024-04-15", {conference_id: "F3", child_id: "C3"})], document_distribution: [minutes("health.gp", undefined, {chased_at: "2024-05-10 09:00"}), minutes("health.gp", undefined, {event_id: "F2", chased_at: "2024-04-25 09:00"}), minutes("health.gp", undefined, {event_id: "F3"})]}, want: {S10a: [0, 3], S10b: [2, 2]}},
  {says: "sent on 7 May is to be chased by today, sent on 8 May by tomorrow", records: {conference: [conf("2024-04-15")], document_distribution: [minutes("health.gp", "2024-05-07 12:00"), minutes("health.camhs", "2024-05-08 12:00")]}, want: {S10b: [0, 1]}},
  {says: "sent or chased before the conference is a fault", records: {conference: [conf("2024-04-15")], document_distribution: [minutes("health.gp", "2024-04-12 12:00"), minutes("health.camhs", "2024-04-29 12:00", {chased_at: "2024-04-12 12:00"})]}, want: {S10b: [0, 0]}},

  {says: "seen on the tenth working day, and not again by today, which is the tenth after it", records: {cp_plan: [plan("2024-04-15")], visit: [visit("2024-04-29")]}, want: {K1: [1, 2]}},
  {says: "seen on the Saturday after a due Friday is still within; the clock runs on from that Saturday", records: {cp_plan: [plan("2024-04-12")], visit: [visit("2024-04-27")]}, want: {K1: [1, 2]}},
  {says: "never seen: each ten working days count", records: {cp_plan: [plan("2024-04-02")], visit: [visit("2024-04-09", {child_seen: "no"}), visit("2024-04-10", {child_id: "C2"})]}, want: {K1: [0, 2]}},
  {says: "seen late: one window missed, and another since", records: {cp_plan: [plan("2024-04-02")], visit: [visit("2024-04-22"), visit("2024-04-22")]}, want: {K1: [0, 2]}},
  {says: "a window that ends with the plan does not count; one day longer and it does", records: {cp_plan: [plan("2024-04-15", "2024-04-29"), plan("2024-04-15", "2024-04-30", "C2")], visit: []}, want: {K1: [0, 1]}},
  {says: "a plan that ends before it begins, or begins tomorrow, has none", records: {cp_plan: [plan("2024-04-15", "2024-04-12"), plan("2024-05-15", undefined, "C2")], visit: [visit("2024-04-16")], conference: [], cin_meeting: [core("2024-04-17")]}, want: {K1: [0, 0], K2: [0, 0], K3: [0, 0]}},

  {says: "three months end today: reviewed today, and not reviewed; from 15 February they end tomorrow", records: {cp_plan: [plan("2024-02-14"), plan("2024-02-14", undefined, "C2"), plan("2024-02-15", undefined, "C3")], conference: [review("2024-05-14")]}, want: {K2: [1, 2]}},
  {says: "then six months from the last review, three days late", records: {cp_plan: [plan("2023-06-01")], conference: [review("2023-09-01"), review("2024-03-04")]}, want: {K2: [1, 2]}},
  {says: "30 November and three months is 29 February", records: {cp_plan: [plan("2023-11-30"), plan("2023-11-30", undefined, "C2")], conference: [review("2024-02-29"), review("2024-03-01", {child_id: "C2"})]}, want: {K2: [1, 2]}},
  {says: "the review that ends the plan counts; a plan that ended before its review was due needs none", records: {cp_plan: [plan("2024-01-10", "2024-04-05"), plan("2024-01-10", "2024-04-10", "C2"), plan("2024-01-10", "2024-04-11", "C3")], conference: [review("2024-04-05")]}, want: {K2: [1, 2]}},
  {says: "an initial conference, one on the day of the plan and one to come are no reviews", records: {cp_plan: [plan("2024-01-10")], conference: [conf("2024-03-01"), review("2024-01-10"), review("2024-05-20")]}, want: {K2: [0, 1]}},

  {says: "29 April is due today, 30 April tomorrow", records: {cp_plan: [plan("2024-04-29"), plan("2024-04-29", undefined, "C2"), plan("2024-04-30", undefined, "C3")], cin_meeting: [core("2024-05-14"), core("2024-05-02", {child_id: "C3"})]}, want: {K3: [1, 2]}},
  {says: "another kind of meeting, one before the plan and one after the next plan do not count", records: {cp_plan: [plan("2024-01-10"), plan("2024-03-04")], cin_meeting: [core("2024-01-09"), core("2024-01-12", {type: "review"}), core("2024-03-04")]}, want: {K3: [1, 2]}},
  {says: "a plan that ended before the core group was due needs none, unless it met", records: {cp_plan: [plan("2024-04-15", "2024-04-29"), plan("2024-04-15", "2024-04-22", "C2"), plan("2024-04-15", "2024-04-30", "C3")], cin_meeting: [core("2024-04-18", {child_id: "C2"})]}, want: {K3: [1, 2]}},
  {says: "a meeting log without a single core group says nothing of them", alone: true, records: {cp_plan: [plan("2024-04-15")], cin_meeting: [core("2024-04-18", {type: "review"})]}, want: {K3: [0, 0]}},

  {says: "took part in any of six ways; not, and not recorded", records: {child: [child("2012-01-01")], conference: ["PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7", "PN0", undefined].map((participation, i) => conf(`2024-04-1${i}`, {conference_id: `F${i}`, type: i % 2 ? "review" : "initial", participation}))}, want: {P1: [6, 9]}},
  {says: "four that day is old enough, a day short of four is not, and without a date of birth nobody knows", records: {child: [child("2020-05-01"), child("2020-05-02", "C2"), child(undefined, "C3")], conference: ["C1", "C2", "C3"].map((child_id) => conf("2024-05-01", {child_id, participation: "PN1"}))}, want: {P1: [1, 1]}},
  {says: "each child of a conference counts; one not held yet does not", records: {child: [child("2012-01-01"), child("2014-01-01", "C2")], conference: [conf("2024-05-01", {participation: "PN1"}), conf("2024-05-01", {child_id: "C2", participation: "PN7"}), conf("2024-05-15", {conference_id: "F2", participation: "PN1"}), conf(undefined, {conference_id: "F3", participation: "PN1"})]}, want: {P1: [1, 2]}}
];

// no population is known of the authority in these worlds
const rate = {per: 10000, over: "year" as const, base: () => null};

export const family: Family = {
  name: "child-protection",
  oracles: {
    S6a: {kind: "rate", rate, rows: S6a},
    S6b: {kind: "percentage", rows: S6b},
    S6c: {kind: "percentage", rows: S6c},
    S6d: {kind: "rate", rate, rows: S6d},
    S7: {kind: "percentage", rows: S7},
    S7b: {kind: "percentage", rows: S7b},
    S7c: {kind: "duration", rows: S7c},
    S8: {kind: "percentage", rows: S8},
    S9a: {kind: "percentage", keyedByCase: true, rows: sentIn("decision", 1)},
    S9b: {kind: "percentage", keyedByCase: true, rows: sentIn("minutes", 20)},
    S10a: {kind: "percentage", keyedByCase: true, rows: S10a},
    S10b: {kind: "percentage", keyedByCase: true, rows: S10b},
    S11: {kind: "percentage", rows: S11},
    S12a: {kind: "percentage", rows: S12a},
    S12b: {kind: "percentage", rows: S12b},
    S13: {kind: "percentage", rows: S13},
    S16: {kind: "percentage", rows: S16},
    K1: {kind: "percentage", rows: K1},
    K2: {kind: "percentage", rows: K2},
    K3: {kind: "percentage", rows: K3},
    P1: {kind: "percentage", rows: P1}
  },
  worlds,
  examples,
  carried: {
    child: ["child_id", "date_of_birth"],
    section_47: ["child_id", "started_on", "strategy_meeting_id", "icpc_not_required", "icpc_held_on", "ended_on", "outcome"],
    strategy_meeting: ["meeting_id", "child_id", "held_at", "section_47_started_on"],
    conference: ["conference_id", "child_id", "type", "notified_on", "held_on", "outcome_plan", "participation"],
    meeting_attendance: ["meeting_id", "meeting_type", "agency", "invited", "attended"],
    document_distribution: ["event_id", "document", "agency", "sent_at", "received_at", "chased_at"],
    cp_plan: ["child_id", "started_on", "ended_on"],
    visit: ["child_id", "visited_on", "child_seen", "type"],
    assessment: ["assessment_id", "child_id", "started_on", "child_seen_on"],
    cin_meeting: ["meeting_id", "child_id", "held_on", "type"]
  }
};
