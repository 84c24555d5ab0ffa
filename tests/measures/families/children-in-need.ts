// What the measures of children in need should count, from their definitions; random worlds, and small ones with the numbers worked out by hand.
import fc from "fast-check";
import {addDays, addMonths, addWorkingDays, dateOf, workingDaysBetween} from "../oracle/days.ts";
import type {Case, Oracle, Row, World} from "../oracle/measures.ts";
import type {Family} from "../family.ts";
import type {Example} from "../world.ts";
import {acceptedOf, after, apart, assessmentsOf, childIds, clock, codesOf, days, flag, maybe, numbered, referralsOf, row, rowsOf, seldom, several, snapshotDays, timeAfter, topLevel, within, yes} from "./front-door.ts";

// ---- what runs on a day: looked up day by day --------------------------------------------------------------------------

interface Part {
  child: string;
  from: string;
  /** First day on which it no longer runs, where that is known. */
  to: string | undefined;
  status: "looked_after" | "cp_plan" | "cin_plan" | "open_assessment";
}
const STATUSES = ["looked_after", "cp_plan", "cin_plan", "open_assessment"] as const;
const END = "9999-12-31";

/** A world is read again and again: what was worked out of it is kept. */
function kept<T>(work: (world: World, asAt: string) => T): (world: World, asAt: string) => T {
  const known = new WeakMap<World, Map<string, T>>();
  return (world, asAt) => {
    const of = known.get(world) ?? known.set(world, new Map()).get(world)!;
    if (!of.has(asAt)) of.set(asAt, work(world, asAt));
    return of.get(asAt)!;
  };
}

const parts = kept((world, asAt): Part[] => {
  const of = (rows: Row[], from: string, to: string, status: Part["status"]) =>
    rows.map((r) => ({child: r.child_id!, from: r[from]!, to: r[to] || undefined, status})).filter((p) => p.from <= asAt && !(p.to && p.to <= p.from));
  return [
    ...of(acceptedOf(world), "referral_date", "closed_on", "open_assessment"),
    ...of(rowsOf(world, "cin_plan"), "started_on", "ended_on", "cin_plan"),
    ...of(rowsOf(world, "cp_plan"), "started_on", "ended_on", "cp_plan"),
    ...of(rowsOf(world, "care_episode"), "started_on", "ended_on", "looked_after")
  ].map((p) => ({...p, to: p.to && p.to <= asAt ? p.to : undefined}));
});
const runsOn = (p: Part, day: string) => p.from <= day && (p.to ?? END) > day;
const childrenOf = kept((world) => [...new Set(Object.values(world).flat().flatMap((r) => (r.child_id ? [r.child_id] : [])))].sort());

/** The first day of the unbroken run of days, up to this one, on which one part or another ran. */
function runBegan(own: Part[], day: string): string | undefined {
  if (!own.some((p) => runsOn(p, day))) return undefined;
  let first = day;
  while (own.some((p) => runsOn(p, addDays(first, -1)))) first = addDays(first, -1);
  return first;
}
const remembered = new WeakMap<World, Map<string, string | undefined>>();
function lookedUp(world: World, key: string, find: () => string | undefined): string | undefined {
  const known = remembered.get(world) ?? remembered.set(world, new Map()).get(world)!;
  if (!known.has(key)) known.set(key, find());
  return known.get(key);
}
/** Since when a child has been open to children's social care on a day, without a break. */
export const openSince = (world: World, asAt: string, child: string, day: string) => lookedUp(world, `open ${asAt} ${child} ${day}`, () => runBegan(parts(world, asAt).filter((p) => p.child === child), day));
/** Whether a child is on a plan as a child in need. */
export const inNeedOn = (world: World, asAt: string, child: string, day: string) => parts(world, asAt).some((p) => p.child === child && p.status === "cin_plan" && runsOn(p, day));
/** Since when, without a break. */
export const inNeedSince = (world: World, asAt: string, child: string, day: string) =>
  lookedUp(world, `need ${asAt} ${child} ${day}`, () => runBegan(parts(world, asAt).filter((p) => p.child === child && p.status === "cin_plan"), day));
const statusOn = (world: World, asAt: string, child: string, day: string) => STATUSES.find((s) => parts(world, asAt).some((p) => p.child === child && p.status === s && runsOn(p, day)));
/** Starts of the unbroken times in need of a child. */
const needStarts = (world: World, asAt: string, child: string) =>
  [...new Set(parts(world, asAt).filter((p) => p.child === child && p.status === "cin_plan").map((p) => inNeedSince(world, asAt, child, p.from)!))].sort();

export const teamOf = (world: World, child: string | undefined) => Object.values(world).flat().find((r) => r.child_id === child && r.team)?.team;
const plansOf = (world: World) => rowsOf(world, "cin_plan");
const openPlan = (r: Row, day: string) => r.started_on! <= day && !(r.ended_on && r.ended_on <= day);

// ---- N1, N2: meetings and reviews --------------------------------------------------------------------------------------

const aboutPlan = (m: Row) => m.type !== "core_group";
const isReview = (m: Row) => aboutPlan(m) && m.type !== "planning";
const heldOf = (world: World, asAt: string, child: string, which: (m: Row) => boolean) =>
  rowsOf(world, "cin_meeting").flatMap((m) => (m.child_id === child && m.held_on && m.held_on <= asAt && which(m) ? [m.held_on] : [])).sort();

const N1: Oracle = (world, asAt) => {
  const all = assessmentsOf(world, asAt);
  return all.flatMap(({a, referral}) => {
    const child = a.child_id!;
    if (!a.authorised_on || a.authorised_on < a.started_on!) return [];
    const due = addWorkingDays(a.authorised_on, 10);
    const ledToPlan = () =>
      plansOf(world).some((c) => {
        if (c.child_id !== child || c.started_on! > asAt) return false;
        const last = all.filter((o) => o.a.child_id === child && o.a.started_on! <= c.started_on!).map((o) => o.a.started_on!).sort().at(-1);
        const under = referralsOf(world).filter((r) => r.child_id === child && r.referral_date! <= c.started_on!).at(-1);
        return last === a.started_on && under?.referral_date === referral?.referral_date;
      });
    if (due > asAt || !(a.outcome ? ["child_in_need", "short_breaks"].includes(a.outcome) : ledToPlan())) return [];
    const first = heldOf(world, asAt, child, aboutPlan).find((d) => d >= a.authorised_on!);
    return [{child, on: due, met: !!first && within(a.authorised_on, first, 10), team: teamOf(world, child)}];
  });
};

interface Due {
  child: string;
  due: string;
  held: string | undefined;
  byPlan: boolean;
}
const reviewsDue = kept((world, asAt): Due[] => {
  const log = rowsOf(world, "cin_meeting").filter((m) => m.due_on && isReview(m));
  const keys = [...new Set(log.map((m) => `${m.child_id} ${m.due_on}`))];
  const told = keys.flatMap((key) => {
    const own = log.filter((m) => `${m.child_id} ${m.due_on}` === key);
    if (own.every((m) => m.cancelled_reason === "not_needed" && !m.held_on)) return [];
    return [{child: own[0]!.child_id!, due: own[0]!.due_on!, held: own.flatMap((m) => (m.held_on && m.held_on <= asAt ? [m.held_on] : [])).sort()[0], byPlan: false}];
  });
  const named = new Set(plansOf(world).filter((c) => c.review_due_on && c.review_due_on >= c.started_on!).map((c) => `${c.child_id} ${c.review_due_on}`));
  return [
    ...told,
    ...[...named].filter((key) => !keys.includes(key)).map((key) => {
      const [child, due] = key.split(" ") as [string, string];
      return {child, due, held: heldOf(world, asAt, child, isReview).find((d) => d > addDays(due, -42)), byPlan: true};
    })
  ];
});

const N2a: Oracle = (world, asAt) =>
  reviewsDue(world, asAt)
    .filter((r) => r.due <= asAt && (r.held || inNeedSince(world, asAt, r.child, r.due)))
    .map((r) => ({child: r.child, on: r.due, met: !!r.held && r.held <= r.due, team: teamOf(world, r.child)}));

/** The next review of an open plan on a day: the day on record, and that or the standard's. */
function nextReview(world: World, asAt: string, plan: Row, day: string): {recorded: string | undefined; due: string} {
  const last = heldOf(world, asAt, plan.child_id!, isReview).filter((d) => d <= day).at(-1);
  const recorded = reviewsDue(world, asAt)
    .filter((r) => r.child === plan.child_id && r.due >= plan.started_on! && !(last && r.due <= last) && !(r.held && r.held <= day) && !(r.byPlan && day <= addDays(r.due, -84)))
    .map((r) => r.due)
    .sort()[0];
  return {recorded, due: recorded ?? (last && last >= plan.started_on! ? addDays(last, 84) : addDays(plan.started_on!, 42))};
}

const N2b: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    plansOf(world)
      .filter((c) => openPlan(c, p))
      .map((c) => ({child: c.child_id!, on: p, met: nextReview(world, asAt, c, p).due <= p, team: teamOf(world, c.child_id)}))
  );

// ---- N4: visits ----------------------------------------------------------------------------------------------------------

/** Walks each plan from its start: a visit in time closes a window and opens the next; each limit that passes without one is a window missed. */
const windows = (world: World, asAt: string) =>
  plansOf(world).flatMap((c) => {
    const seen = rowsOf(world, "visit").filter((v) => v.child_id === c.child_id && yes(v.child_seen) && v.visited_on! <= asAt);
    const daysSeen = [...new Set(seen.map((v) => v.visited_on!))].filter((d) => d > c.started_on! && d < (c.ended_on || END)).sort();
    const found: {due: string; met: boolean; alone: boolean}[] = [];
    let from = c.started_on!;
    for (const next of [...daysSeen, END]) {
      let due = addWorkingDays(from, 20);
      if (next !== END && within(from, next, 20)) found.push({due, met: true, alone: seen.some((v) => v.visited_on === next && yes(v.seen_alone))});
      else for (let n = 1; due <= asAt && (next === END || !within(from, next, 20 * n)); due = addWorkingDays(from, 20 * ++n)) found.push({due, met: false, alone: false});
      from = next;
    }
    return found.filter((w) => w.due <= asAt && w.due < (c.ended_on || END)).map((w) => ({...w, child: c.child_id!}));
  });
const N4a: Oracle = (world, asAt) => windows(world, asAt).map((w) => ({child: w.child, on: w.due, met: w.met, team: teamOf(world, w.child)}));
const N4b: Oracle = (world, asAt) => windows(world, asAt).map((w) => ({child: w.child, on: w.due, met: w.alone, team: teamOf(world, w.child)}));

// ---- N5, N6: who came, and who was sent the plan -----------------------------------------------------------------------

const THERE = ["in_person", "video", "telephone", "attended", "part"];
const isPartner = (agency: string) => agency === "social_care.other_authority" || !["social_care", "out_of_hours", "legal", "family", "child"].includes(topLevel(agency));
const wasInvited = (a: Row) => yes(a.invited) || (!a.invited && THERE.includes(a.attended ?? ""));

interface Held {
  id: string;
  meeting: string | undefined;
  held: string;
  review: boolean;
  shared: string | undefined;
  team: string | undefined;
  attendance: Row[];
}
const meetingsHeld = (world: World, asAt: string): Held[] => {
  const rows = rowsOf(world, "cin_meeting").filter((m) => m.held_on && m.held_on <= asAt && aboutPlan(m));
  const idOf = (m: Row) => m.meeting_id || `${m.child_id}/${m.held_on}`;
  return [...new Set(rows.map(idOf))].map((id) => {
    const own = rows.filter((m) => idOf(m) === id);
    return {
      id,
      meeting: own[0]!.meeting_id || undefined,
      held: own.map((m) => m.held_on!).sort()[0]!,
      review: own.some(isReview),
      shared: own.flatMap((m) => (m.plan_shared_on ? [m.plan_shared_on] : [])).sort()[0],
      team: own.find((m) => m.team)?.team,
      attendance: rowsOf(world, "meeting_attendance").filter((a) => a.meeting_type === "cin" && own[0]!.meeting_id && a.meeting_id === own[0]!.meeting_id)
    };
  });
};
const partnersAt = (m: Held) => m.attendance.filter((a) => isPartner(a.agency!));

const N5a: Oracle = (world, asAt) =>
  meetingsHeld(world, asAt).filter((m) => m.review).flatMap((m) =>
    [...new Set(partnersAt(m).filter(wasInvited).map((a) => topLevel(a.agency!)))].map((agency) => ({
      child: m.id, on: m.held, agency, team: m.team, met: partnersAt(m).some((a) => topLevel(a.agency!) === agency && THERE.includes(a.attended ?? ""))
    }))
  );

const N5b: Oracle = (world, asAt) => {
  const all = meetingsHeld(world, asAt);
  if (!all.some((m) => m.attendance.length)) return [];
  return all.filter((m) => m.review && m.meeting).map((m) => ({child: m.id, on: m.held, team: m.team, met: !partnersAt(m).some((a) => THERE.includes(a.attended ?? ""))}));
};

const N6: Oracle = (world, asAt) => {
  const sent = rowsOf(world, "document_distribution").filter((d) => d.document === "cin_plan" && (["family", "child"].includes(d.agency!) || isPartner(d.agency!)));
  if (!rowsOf(world, "document_distribution").some((d) => d.document === "cin_plan" && d.sent_at)) return [];
  const to = (agency: string) => (agency === "child" ? "family" : topLevel(agency));
  return meetingsHeld(world, asAt).flatMap((m) => {
    const own = sent.filter((d) => m.meeting && d.event_id === m.meeting);
    const recipients = new Set(["family", ...partnersAt(m).filter(wasInvited).map((a) => topLevel(a.agency!)), ...own.map((d) => to(d.agency!))]);
    const due = addWorkingDays(m.held, 5);
    return [...recipients].flatMap((agency): Case[] => {
      const on = [...own.flatMap((d) => (to(d.agency!) === agency && d.sent_at ? [dateOf(d.sent_at)] : [])), ...(agency === "family" && m.shared ? [m.shared] : [])].sort()[0];
      if (due > asAt || (on && on < m.held)) return [];
      return [{child: m.id, on: due, agency, team: m.team, met: !!on && within(m.held, on, 5)}];
    });
  });
};

// ---- N7, N8: drift and rising risk -----------------------------------------------------------------------------------------

/** No senior manager looked at a child's plan in the 90 days up to a day. */
export const unreviewed = (world: World, child: string, day: string) =>
  !rowsOf(world, "management_oversight").some((o) => o.child_id === child && ["drift_review", "case_review"].includes(o.kind ?? "") && dateOf(o.occurred_at!) <= day && dateOf(o.occurred_at!) > addDays(day, -90));

const N7: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    childrenOf(world, asAt).flatMap((child) => {
      const since = inNeedSince(world, asAt, child, p);
      if (!since || addMonths(since, 9) >= p) return [];
      return [{child, on: p, met: unreviewed(world, child, p), status: statusOn(world, asAt, child, p)!, team: teamOf(world, child)}];
    })
  );

/** Days on which something new happened to a child in need or in early help. */
function eventDays(world: World, asAt: string, child: string): string[] {
  const of = (set: string) => rowsOf(world, set).filter((r) => r.child_id === child);
  const night = of("out_of_hours_contact").filter((o) => dateOf(o.received_at!) <= asAt);
  const contacts = of("contact").filter((c) => dateOf(c.received_at!) <= asAt).toSorted((a, b) => (`${a.received_at} ${a.contact_id}` < `${b.received_at} ${b.contact_id}` ? -1 : 1));
  const own = contacts.filter(
    (c, i) =>
      !(c.incident_id && contacts.findIndex((o) => o.incident_id === c.incident_id) < i) &&
      !night.some((o) => (o.linked_contact_id && o.linked_contact_id === c.contact_id) || (c.linked_contact_id && c.linked_contact_id === o.contact_id))
  );
  const told = [...own.map((c) => c.received_at!), ...night.map((o) => o.received_at!), ...of("missing_episode").map((m) => m.started_at!)].map(dateOf).filter((d) => d <= asAt);
  const helped = (d: string) => of("early_help").some((e) => e.started_on! < d && !(e.ended_on && e.ended_on <= d));
  const inNeed = (d: string) => (inNeedSince(world, asAt, child, d) ?? d) < d;
  return [...new Set(told)].sort().filter((d) => (inNeed(d) || helped(d)) && !["looked_after", "cp_plan"].includes(statusOn(world, asAt, child, d) ?? ""));
}

/** Days on which somebody decided what to do about a child's risk. */
function answerDays(world: World, asAt: string, child: string): string[] {
  const of = (set: string, field: string) => rowsOf(world, set).flatMap((r) => (r.child_id === child && r[field] ? [dateOf(r[field]!)] : []));
  const onPlanBefore = (d: string) => {
    const since = inNeedSince(world, asAt, child, d);
    return !!since && since < d;
  };
  const steps = [...acceptedOf(world).flatMap((r) => (r.child_id === child ? [r.referral_date!] : [])), ...needStarts(world, asAt, child)];
  return [
    ...of("strategy_meeting", "held_at"), ...of("section_47", "started_on"), ...of("section_47", "icpc_held_on"), ...of("conference", "held_on"), ...of("cp_plan", "started_on"),
    ...of("care_episode", "started_on"), ...of("management_oversight", "occurred_at"), ...steps.filter((d) => !onPlanBefore(d))
  ].filter((d) => d <= asAt).sort();
}

/** Each day on which risk had risen, when a decision was due, and the first that came. */
export const risen = kept((world, asAt) =>
  childrenOf(world, asAt).flatMap((child) => {
    const [events, answers] = [eventDays(world, asAt, child), answerDays(world, asAt, child)];
    return events.flatMap((day) => {
      const before = answers.filter((a) => a < day).at(-1) ?? "";
      const fresh = events.filter((e) => e <= day && e > addDays(day, -90) && e > before);
      return fresh.length < 2 ? [] : [{child, day, due: addWorkingDays(day, 10), answered: answers.find((a) => a >= day)}];
    });
  })
);

export const inTime = (r: {day: string; answered: string | undefined}) => !!r.answered && within(r.day, r.answered, 10);

const N8: Oracle = (world, asAt) =>
  risen(world, asAt).filter((r) => r.due <= asAt).map((r) => ({child: r.child, on: r.due, met: !inTime(r), team: teamOf(world, r.child)}));

// ---- N9, N10: up and down ------------------------------------------------------------------------------------------------

const protection = (world: World, asAt: string) =>
  rowsOf(world, "cp_plan").filter((c) => c.started_on! <= asAt && !(c.ended_on && c.ended_on <= c.started_on!)).map((c) => ({before: Number(c.previous_plans || 0), child: c.child_id!, from: c.started_on!, to: c.ended_on && c.ended_on <= asAt ? c.ended_on : undefined}));

/** Where the child was on the day a child protection plan ended. */
function goneTo(world: World, asAt: string, child: string, day: string): string {
  const own = parts(world, asAt).filter((p) => p.child === child);
  const on = (status: string) => own.some((p) => p.status === status && runsOn(p, day));
  if (on("cp_plan")) return "cp_plan";
  if (on("looked_after")) return "looked_after";
  if (on("cin_plan")) return "cin_plan";
  const since = openSince(world, asAt, child, day);
  if (!since) return "closed";
  return own.some((p) => p.status === "cin_plan" && p.from > day && openSince(world, asAt, child, p.from) === since) ? "cin_plan" : "open_assessment";
}
const DOWN = ["cin_plan", "open_assessment", "closed"];
const monthBegan = (p: string) => `${p.slice(0, 7)}-01`;

const N9a: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    childrenOf(world, asAt).flatMap((child) => {
      const before = addDays(monthBegan(p), -1);
      const own = protection(world, asAt).filter((c) => c.child === child);
      if (!inNeedSince(world, asAt, child, before) || own.some((c) => c.from <= before && (c.to ?? END) > before)) return [];
      return [{child, on: p, met: own.some((c) => c.from > before && c.from <= p), team: teamOf(world, child)}];
    })
  );

const N9b: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    protection(world, asAt)
      .filter((c) => c.from < monthBegan(p) && (c.to ?? END) >= monthBegan(p))
      .map((c) => {
        const category = c.to && c.to <= p ? goneTo(world, asAt, c.child, c.to) : "cp_plan";
        return {child: c.child, on: p, met: DOWN.includes(category), category, team: teamOf(world, c.child)};
      })
  );

const N9c: Oracle = (world, asAt) =>
  protection(world, asAt).flatMap((c) => {
    const since = needStarts(world, asAt, c.child).filter((d) => d <= c.from).at(-1);
    if (!since || since < openSince(world, asAt, c.child, c.from)!) return [];
    return [{child: c.child, on: c.from, met: true, value: workingDaysBetween(since, c.from), team: teamOf(world, c.child)}];
  });

const N10a: Oracle = (world, asAt) =>
  protection(world, asAt).flatMap((c) => {
    if (!c.to || !DOWN.includes(goneTo(world, asAt, c.child, c.to))) return [];
    const due = addMonths(c.to, 12);
    if (due > asAt) return [];
    const up = parts(world, asAt).some((p) => p.child === c.child && ["cp_plan", "looked_after"].includes(p.status) && p.from > c.to! && p.from <= due);
    return [{child: c.child, on: due, met: up, team: teamOf(world, c.child)}];
  });

const N10b: Oracle = (world, asAt) =>
  protection(world, asAt).map((c, _, all) => ({child: c.child, on: c.from, met: c.before > 0 || all.some((o) => o.child === c.child && o.from < c.from), team: teamOf(world, c.child)}));

// ---- N11 to N15 -------------------------------------------------------------------------------------------------------------

const N11: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    rowsOf(world, "plan_action").flatMap((a): Case[] => {
      const plans = [...needStarts(world, asAt, a.child_id!), ...protection(world, asAt).filter((c) => c.child === a.child_id).map((c) => c.from)].filter((d) => d <= a.due_on!).sort();
      const known = a.recorded_at ? dateOf(a.recorded_at) : (plans.at(-1) ?? a.due_on!);
      if ((known < a.due_on! ? known : a.due_on!) > p || (a.closed_on && a.closed_on <= p)) return [];
      return [{child: a.child_id!, on: p, met: a.due_on! <= p, team: teamOf(world, a.child_id)}];
    })
  );

const N12: Oracle = (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) => {
    const families = new Map<string, {child: string; due: string | undefined}[]>();
    for (const child of childrenOf(world, asAt)) {
      const plan = plansOf(world).filter((c) => c.child_id === child && openPlan(c, p)).toSorted((a, b) => (a.started_on! < b.started_on! ? 1 : -1))[0];
      if (!plan) continue;
      const home = rowsOf(world, "household").filter((h) => h.child_id === child && !(h.from_on && h.from_on > p) && !(h.to_on && h.to_on <= p)).map((h) => h.household_id!).sort()[0];
      const listed = rowsOf(world, "child").find((c) => c.child_id === child)?.family_id;
      const family = plan.family_id ? `family ${plan.family_id}` : home ? `household ${home}` : listed ? `family ${listed}` : undefined;
      if (family) (families.get(family) ?? families.set(family, []).get(family)!).push({child, due: nextReview(world, asAt, plan, p).recorded});
    }
    return [...families.values()].filter((f) => f.length > 1).map((f) => ({child: f[0]!.child, on: p, met: !!f[0]!.due && f.every((m) => m.due === f[0]!.due), team: teamOf(world, f[0]!.child)}));
  });

const allocations = (world: World, asAt: string, child: string) =>
  rowsOf(world, "involvement").filter((i) => i.child_id === child && i.worker && (!i.role || i.role === "allocated") && i.started_on! <= asAt && !(i.ended_on && i.ended_on < i.started_on!));
/** Children open for more than six months. */
const openLong = (world: World, asAt: string) =>
  snapshotDays(world, asAt).flatMap((p) =>
    childrenOf(world, asAt).flatMap((child) => {
      const since = openSince(world, asAt, child, p);
      return since && addMonths(since, 6) < p ? [{child, p, since}] : [];
    })
  );

const N13a: Oracle = (world, asAt) =>
  openLong(world, asAt).map(({child, p}) => {
    const holds = (worker: string, day: string) => allocations(world, asAt, child).some((i) => i.worker === worker && i.started_on! <= day && !(i.ended_on && i.ended_on < day));
    const since = [...new Set(allocations(world, asAt, child).map((i) => i.worker!))].flatMap((worker) => {
      if (!holds(worker, p)) return [];
      let first = p;
      while (holds(worker, addDays(first, -1))) first = addDays(first, -1);
      return [first];
    });
    return {child, on: p, met: since.some((d) => addMonths(d, 6) <= p), team: teamOf(world, child)};
  });

const N13b: Oracle = (world, asAt) =>
  openLong(world, asAt).flatMap(({child, p, since}) => {
    const from = since > addMonths(p, -12) ? since : addMonths(p, -12);
    const workers = new Set(allocations(world, asAt, child).filter((i) => i.started_on! <= p && !(i.ended_on && i.ended_on <= from)).map((i) => i.worker!));
    return workers.size ? [{child, on: p, met: null, value: workers.size, team: teamOf(world, child)}] : [];
  });

const CONFERENCES = ["icpc", "review_conference", "transfer_in_conference"];
const camhs = (which: (a: Row) => boolean): Oracle => (world, asAt) => {
  if (!rowsOf(world, "meeting_attendance").some((a) => ["cin", "core_group", ...CONFERENCES].includes(a.meeting_type!))) return [];
  const of = (id: string | undefined, types: string[]) => rowsOf(world, "meeting_attendance").filter((a) => id && a.meeting_id === id && types.includes(a.meeting_type!) && a.agency === "health.camhs");
  return snapshotDays(world, asAt).flatMap((p) =>
    childrenOf(world, asAt).flatMap((child): Case[] => {
      const began = [inNeedSince(world, asAt, child, p), ...protection(world, asAt).filter((c) => c.child === child && c.from <= p && (c.to ?? END) > p).map((c) => c.from)].filter((d): d is string => !!d).sort().at(-1);
      const told = assessmentsOf(world, asAt).map(({a}) => ({a, day: a.authorised_on || a.started_on!})).filter(({a, day}) => a.child_id === child && codesOf(a.factors).length > 0 && day <= p);
      const latest = told.map((t) => t.day).sort().at(-1);
      if (!began || !told.some(({a, day}) => day === latest && codesOf(a.factors).includes("4A"))) return [];
      const since = (d: string | undefined) => !!d && d >= began && d <= p;
      const there = [
        ...rowsOf(world, "cin_meeting").filter((m) => m.child_id === child && since(m.held_on)).flatMap((m) => of(m.meeting_id, ["cin", "core_group"])),
        ...rowsOf(world, "conference").filter((c) => c.child_id === child && since(c.held_on)).flatMap((c) => of(c.conference_id, CONFERENCES))
      ];
      return [{child, on: p, met: there.some(which), team: teamOf(world, child)}];
    })
  );
};

const BANDS: [string, number][] = [["2 years or more", 24], ["1 to 2 years", 12], ["6 to 12 months", 6], ["3 to 6 months", 3], ["Under 3 months", 0]];
const byTime = (band?: string): Oracle => (world, asAt) =>
  snapshotDays(world, asAt).flatMap((p) =>
    childrenOf(world, asAt).flatMap((child) => {
      const since = openSince(world, asAt, child, p);
      if (!since) return [];
      const category = BANDS.find(([, months]) => addMonths(since, months) <= p)![0];
      return [{child, on: p, met: band ? band === category : true, category, status: statusOn(world, asAt, child, p)!, team: teamOf(world, child)}];
    })
  );

// ---- random worlds ---------------------------------------------------------------------------------------------------------

const AGENCIES = ["social_care", "social_care.other_authority", "police", "health.gp", "health.camhs", "health.camhs", "education.school", "family", "child", "legal"];

/** Records of children in need; what happens to a child happens mostly while a plan runs. */
export function worlds(asAt: string): fc.Arbitrary<World> {
  const id = childIds(CHILDREN);
  const day = days(asAt, 800);
  const team = maybe(fc.constantFrom("North", "South"));
  const family = maybe(fc.constantFrom("F1", "F2"), 1);
  const plan = day.chain((d) => row({child_id: id, team, started_on: fc.constant(d), ended_on: maybe(after(d, 600, -1), 1), family_id: family, review_due_on: maybe(after(d, 200), 1)}));
  return several(plan, 13).chain((drawn) => {
    const plans = apart(drawn, ["child_id", "started_on"]);
    /** A row about a child on a day of its plan, a little before, or long after. */
    const during = (fields: (d: string) => Record<string, fc.Arbitrary<string | undefined>>, most = 300) =>
      fc.constantFrom(...plans).chain((p) => after(p.started_on!, most, -20).chain((d) => row({child_id: fc.constant(p.child_id), team, ...fields(d)})));
    const at = (d: string) => clock.map((t) => `${d} ${t}`);
    const draws = {
      cin_plan: fc.constant(plans),
      referral: several(during((d) => ({source: fc.constantFrom("6", "1A"), referral_date: fc.constant(d), no_further_action: maybe(fc.constantFrom("yes", "no"), 1), closed_on: maybe(after(d, 300), 2)}), 60), 16),
      cp_plan: several(during((d) => ({started_on: fc.constant(d), ended_on: maybe(after(d, 150), 3), previous_plans: maybe(fc.constantFrom("0", "0", "1"))}), 400), 12),
      care_episode: several(during((d) => ({started_on: fc.constant(d), ended_on: maybe(after(d, 100), 2)}), 500), 3),
      early_help: several(day.chain((d) => row({child_id: id, team, started_on: fc.constant(d), ended_on: maybe(after(d, 300), 1)})), 6),
      cin_meeting: several(
        during((d) => ({type: maybe(fc.constantFrom("planning", "review", "review", "core_group")), due_on: maybe(fc.constant(d), 2), held_on: maybe(after(d, 15, -10)), cancelled_reason: seldom(fc.constantFrom("not_needed", "worker")), plan_shared_on: seldom(after(d, 12, -12))})),
        45
      ),
      visit: several(during((d) => ({visited_on: fc.constant(d), type: maybe(fc.constantFrom("cin", "cp")), child_seen: maybe(fc.constantFrom("yes", "yes", "yes", "no"), 6), seen_alone: flag}), 200), 100),
      contact: several(during((d) => ({received_at: at(d), source: fc.constantFrom("6", "1A"), incident_id: seldom(fc.constantFrom("I1", "I2")), linked_contact_id: seldom(fc.constantFrom("O1", "O2", "O3", "O4", "O5"))}), 400), 45),
      out_of_hours_contact: several(during((d) => ({received_at: at(d), source: fc.constantFrom("6", "1A"), linked_contact_id: maybe(fc.constantFrom("K1", "K2", "K3", "K4", "K5", "K6"), 1)}), 400), 14),
      missing_episode: several(during((d) => ({started_at: at(d), kind: maybe(fc.constantFrom("missing", "exploitation"))}), 400), 14),
      management_oversight: several(during((d) => ({occurred_at: at(d), kind: maybe(fc.constantFrom("drift_review", "case_review", "risk_decision", "chronology"), 5)}), 600), 14),
      strategy_meeting: several(during((d) => ({triggered_at: at(d), held_at: maybe(at(d))}), 400), 5),
      section_47: several(during((d) => ({started_on: fc.constant(d), icpc_held_on: seldom(after(d, 20))}), 400), 3),
      conference: several(during((d) => ({type: fc.constantFrom("initial", "review"), held_on: maybe(fc.constant(d), 5)}), 400), 6),
      involvement: several(during((d) => ({started_on: fc.constant(d), ended_on: maybe(after(d, 300), 2), worker: maybe(fc.constantFrom("W1", "W2", "W3"), 8), role: maybe(fc.constantFrom("allocated", "allocated", "duty"), 3)}), 200), 26),
      household: several(day.chain((d) => row({child_id: id, household_id: fc.constantFrom("H1", "H2"), from_on: maybe(fc.constant(d)), to_on: maybe(after(d, 500), 1)})), 8),
      plan_action: several(during((d) => ({due_on: fc.constant(d), closed_on: maybe(after(d, 60, -40), 1), recorded_at: seldom(timeAfter(d, 5, -60)), owner_agency: maybe(fc.constantFrom("health.gp", "social_care"))})), 12),
      assessed: several(during((d) => ({referral_id: fc.constant(undefined), started_on: fc.constant(d), authorised_on: maybe(after(d, 60), 5), outcome: maybe(fc.constantFrom("child_in_need", "child_in_need", "short_breaks", "nfa"), 2), factors: maybe(fc.constantFrom("4A", "4A;16A", "16A"), 4)}), 60), 20)
    };
    return (fc.record(draws) as fc.Arbitrary<World>).chain((world) => joined(world, asAt));
  });
}

const CHILDREN = 9;

/** Numbers, and the records that name others: who came to a meeting, who was sent a plan, which referral an assessment answers. */
function joined({assessed, ...drawn}: World, asAt: string): fc.Arbitrary<World> {
  const ids: [string, string, string][] = [["referral", "referral_id", "R"], ["cin_meeting", "meeting_id", "M"], ["contact", "contact_id", "K"], ["out_of_hours_contact", "contact_id", "O"], ["strategy_meeting", "meeting_id", "S"], ["conference", "conference_id", "N"], ["plan_action", "action_id", "P"]];
  const keys: Record<string, string[]> = {referral: ["child_id", "referral_date"], cin_plan: ["child_id", "started_on"], cp_plan: ["child_id", "started_on"], care_episode: ["child_id", "started_on"], early_help: ["child_id", "started_on"], missing_episode: ["child_id", "started_at"], management_oversight: ["child_id", "occurred_at"], section_47: ["child_id", "started_on"], involvement: ["child_id", "worker", "started_on"], household: ["household_id", "child_id", "from_on"]};
  const world: World = {...drawn};
  for (const [set, fields] of Object.entries(keys)) world[set] = apart(world[set]!, fields);
  for (const [set, field, prefix] of ids) world[set] = numbered(world[set]!, field, prefix);
  // brothers and sisters share a meeting; now and then a log has no number
  world.cin_meeting = apart(world.cin_meeting!.map((m, i) => ({...m, meeting_id: i % 9 === 8 && m.held_on ? undefined : i % 7 === 6 ? `M${i - 5}` : m.meeting_id})), ["meeting_id", "child_id"], ["child_id", "held_on"]);
  world.child = Array.from({length: CHILDREN}, (_, i) => ({child_id: `C${String(i + 1).padStart(3, "0")}`, family_id: i % 4 === 0 ? undefined : `F${(i % 3) + 1}`, date_of_birth: "2012-05-06"}));
  world.assessment = numbered(apart(assessed!.map((a, i) => ({...a, referral_id: i % 5 === 4 ? world.referral!.find((r) => r.child_id === a.child_id)?.referral_id : undefined})), ["child_id", "started_on"]), "assessment_id", "A");
  const meetings = [...world.cin_meeting.flatMap((m) => (m.meeting_id ? [[m.meeting_id, "cin"]] : [])), ...world.conference!.map((c) => [c.conference_id!, "review_conference"]), ["M1", "strategy"]] as [string, string][];
  const attended = several(fc.constantFrom(...meetings).chain(([meeting_id, type]) => row({meeting_id: fc.constant(meeting_id), meeting_type: fc.constant(type), agency: fc.constantFrom(...AGENCIES), role: maybe(fc.constantFrom("practitioner", "manager"), 1), invited: flag, attended: maybe(fc.constantFrom("in_person", "video", "part", "information_only", "apologies", "absent"))})), 90);
  const documents = several(fc.constantFrom(...world.cin_meeting.filter((m) => m.meeting_id)).chain((m) => row({event_id: fc.constant(m.meeting_id), document: fc.constantFrom("cin_plan", "cin_plan", "cin_plan", "cp_plan"), agency: fc.constantFrom(...AGENCIES), sent_at: maybe(timeAfter(m.held_on ?? asAt, 12, -1), 5)})), 40);
  return fc.record({meeting_attendance: attended, document_distribution: documents}).map((more): World => ({
    ...world,
    meeting_attendance: apart(more.meeting_attendance, ["meeting_type", "meeting_id", "agency", "role"]),
    document_distribution: apart(more.document_distribution, ["event_id", "document", "agency"])
  }));
}

// ---- by hand, as at Tuesday 14 May 2024 ------------------------------------------------------------------------------------

const plan = (started_on: string, rest: Row = {}): Row => ({child_id: "C1", started_on, ...rest});
const meeting = (held_on: string | undefined, rest: Row = {}): Row => ({meeting_id: `M${held_on ?? rest.due_on}${rest.child_id ?? ""}`, child_id: "C1", type: "review", held_on, ...rest});
const assessment = (started_on: string, authorised_on: string, rest: Row = {}): Row => ({assessment_id: `A${started_on}${rest.child_id ?? ""}`, child_id: "C1", started_on, authorised_on, outcome: "child_in_need", ...rest});
const visit = (visited_on: string, rest: Row = {}): Row => ({child_id: "C1", visited_on, type: "cin", child_seen: "yes", ...rest});
const there = (agency: string, invited: string, attended: string, rest: Row = {}): Row => ({meeting_id: "M1", meeting_type: "cin", agency, role: "practitioner", invited, attended, ...rest});
const review = (held_on: string, rest: Row = {}): Row => meeting(held_on, {meeting_id: "M1", ...rest});
const sent = (agency: string, sent_at: string, rest: Row = {}): Row => ({event_id: "M1", document: "cin_plan", agency, sent_at, ...rest});
const oversight = (occurred_at: string, kind: string, rest: Row = {}): Row => ({child_id: "C1", occurred_at, kind, ...rest});
const contact = (day: string, rest: Row = {}): Row => ({contact_id: `K${day}${rest.child_id ?? ""}`, child_id: "C1", source: "6", received_at: `${day} 10:00`, ...rest});
const night = (day: string, rest: Row = {}): Row => ({contact_id: `O${day}`, child_id: "C1", source: "6", received_at: `${day} 22:00`, ...rest});
const protectionPlan = (started_on: string, ended_on?: string, rest: Row = {}): Row => ({child_id: "C1", started_on, ended_on, ...rest});
const referral = (referral_date: string, rest: Row = {}): Row => ({referral_id: `R${referral_date}${rest.child_id ?? ""}`, child_id: "C1", source: "6", referral_date, ...rest});
const worker = (name: string, started_on: string, ended_on?: string, rest: Row = {}): Row => ({child_id: "C1", worker: name, role: "allocated", started_on, ended_on, ...rest});
const action = (action_id: string, due_on: string, rest: Row = {}): Row => ({action_id, child_id: "C1", due_on, owner_agency: "health.gp", ...rest});
const of = (child_id: string, ...rows: Row[]): Row[] => rows.map((r) => ({...r, child_id, ...(r.meeting_id ? {meeting_id: `${r.meeting_id}${child_id}`} : {}), ...(r.contact_id ? {contact_id: `${r.contact_id}${child_id}`} : {})}));
/** Two contacts eleven days apart: a decision was due on 26 February. */
const TWICE = [contact("2024-02-01"), contact("2024-02-12")];
const APRIL = {from: "2024-04", to: "2024-04"};
/** A mean is taken over all the days of a span on which it was asked: this is today's alone. */
const NOW = {from: "2024-05", to: "2024-05"};

const MEETINGS: Example[] = [
  {says: "a meeting on the tenth working day after the assessment, and one a day later", records: {assessment: [assessment("2024-03-11", "2024-04-15"), assessment("2024-03-11", "2024-04-15", {child_id: "C2"})], cin_meeting: [meeting("2024-04-29"), ...of("C2", meeting("2024-04-30"))]}, want: {N1: [1, 2]}},
  {says: "due today counts, due tomorrow does not; the early May holiday is no working day", records: {assessment: [assessment("2024-03-11", "2024-04-29"), assessment("2024-03-11", "2024-04-30", {child_id: "C2"})]}, want: {N1: [0, 1]}},
  {says: "another outcome is not asked about; a core group or a meeting before the assessment ended is not the meeting", records: {assessment: [assessment("2024-03-11", "2024-04-15", {outcome: "nfa"}), assessment("2024-03-11", "2024-04-15", {child_id: "C2"}), assessment("2024-03-11", "2024-04-15", {child_id: "C3"})], cin_meeting: [meeting("2024-04-16"), ...of("C2", meeting("2024-04-16", {type: "core_group"})), ...of("C3", meeting("2024-04-12"))]}, want: {N1: [0, 2]}},
  {says: "without an outcome a plan tells that the assessment ended in child in need", records: {assessment: [assessment("2024-03-11", "2024-04-15", {outcome: undefined}), assessment("2024-03-11", "2024-04-15", {child_id: "C2", outcome: undefined})], cin_plan: [plan("2024-04-16")], cin_meeting: [meeting("2024-04-22", {type: "planning"})]}, want: {N1: [1, 1]}},
  {says: "the plan belongs to the last assessment before it", records: {assessment: [assessment("2024-01-08", "2024-02-05", {outcome: undefined}), assessment("2024-03-04", "2024-04-02", {outcome: undefined})], cin_plan: [plan("2024-04-03")]}, want: {N1: [0, 1]}},
  {says: "authorised before it began is a fault", records: {assessment: [assessment("2024-03-11", "2024-03-08")]}, want: {N1: [0, 0]}},

  {says: "a review held on the day it was due, one a day late and one not held", records: {cin_plan: ["C1", "C2", "C3"].map((child_id) => plan("2024-01-08", {child_id})), cin_meeting: [meeting("2024-03-04", {due_on: "2024-03-04"}), ...of("C2", meeting("2024-03-05", {due_on: "2024-03-04"})), ...of("C3", meeting(undefined, {due_on: "2024-03-04"}))]}, want: {N2a: [1, 3]}},
  {says: "a review due today counts, one due tomorrow does not", records: {cin_plan: [plan("2024-01-08")], cin_meeting: [meeting(undefined, {due_on: "2024-05-14"}), meeting(undefined, {due_on: "2024-05-15"})]}, want: {N2a: [0, 1]}},
  {says: "the plan ended first: no review was needed, unless one was held", records: {cin_plan: [plan("2024-01-08", {ended_on: "2024-03-01"}), plan("2024-01-08", {child_id: "C2", ended_on: "2024-03-01"})], cin_meeting: [meeting(undefined, {due_on: "2024-03-04"}), ...of("C2", meeting("2024-02-28", {due_on: "2024-03-04"}))]}, want: {N2a: [1, 1]}},
  {says: "cancelled as no longer needed it was not due; cancelled for want of a worker it was missed", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], cin_meeting: [meeting(undefined, {due_on: "2024-03-04", cancelled_reason: "not_needed"}), ...of("C2", meeting(undefined, {due_on: "2024-03-04", cancelled_reason: "no_worker"}))]}, want: {N2a: [0, 1]}},
  {says: "a planning meeting is no review", records: {cin_plan: [plan("2024-01-08")], cin_meeting: [meeting("2024-01-22", {due_on: "2024-01-22", type: "planning"})]}, want: {N2a: [0, 0]}},
  {says: "the plan's own review day: a review 41 days early is the one that was due, one 42 days early was the one before", records: {cin_plan: [plan("2024-01-08", {review_due_on: "2024-04-08"}), plan("2024-01-08", {child_id: "C2", review_due_on: "2024-04-08"})], cin_meeting: [meeting("2024-02-27"), ...of("C2", meeting("2024-02-26"))]}, want: {N2a: [1, 2]}},
  {says: "the plan and the log speak of one review, and so do two rows about one day", records: {cin_plan: [plan("2024-01-08", {review_due_on: "2024-03-04"})], cin_meeting: [meeting("2024-03-04", {due_on: "2024-03-04"}), meeting(undefined, {meeting_id: "Mx", due_on: "2024-03-04", cancelled_reason: "worker"})]}, want: {N2a: [1, 1]}},

  {says: "no review day on record: six weeks after the plan began a review is overdue", records: {cin_plan: [plan("2024-04-02"), plan("2024-04-03", {child_id: "C2"})]}, want: {N2b: [1, 2]}},
  {says: "twelve weeks after the last review the next is overdue", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], cin_meeting: [meeting("2024-02-20"), ...of("C2", meeting("2024-02-21"))]}, want: {N2b: [1, 2]}},
  {says: "a day on record goes before the standard", records: {cin_plan: [plan("2024-01-08"), plan("2024-04-22", {child_id: "C2"})], cin_meeting: [meeting(undefined, {due_on: "2024-06-03"}), ...of("C2", meeting(undefined, {due_on: "2024-05-14"}))]}, want: {N2b: [1, 2]}},
  {says: "a missed review is made good by the next one held; one held early is not due any more", records: {cin_plan: [plan("2024-01-08"), plan("2024-03-25", {child_id: "C2"})], cin_meeting: [meeting(undefined, {due_on: "2024-03-04"}), meeting("2024-04-15"), ...of("C2", meeting("2024-05-08", {due_on: "2024-05-10"}))]}, want: {N2b: [0, 2]}},
  {says: "ended today is not open, ended tomorrow is", records: {cin_plan: [plan("2024-01-08", {ended_on: "2024-05-14"}), plan("2024-01-08", {child_id: "C2", ended_on: "2024-05-15"})]}, want: {N2b: [1, 1]}}
];

const VISITS: Example[] = [
  {says: "seen on the twentieth working day and then not again; seen a day late and then not again", records: {cin_plan: [plan("2024-03-04"), plan("2024-03-04", {child_id: "C2"})], visit: [visit("2024-04-03"), visit("2024-04-04", {child_id: "C2"})]}, want: {N4a: [1, 4], N4b: [0, 4]}},
  {says: "never seen: each twenty working days are a window missed", records: {cin_plan: [plan("2024-03-04")]}, want: {N4a: [0, 2], N4b: [0, 2]}},
  {says: "a visit on which the child was not seen, or on the day the plan began, closes no window", records: {cin_plan: [plan("2024-03-04")], visit: [visit("2024-03-04"), visit("2024-03-18", {child_seen: "no"}), visit("2024-03-19", {child_seen: undefined})]}, want: {N4a: [0, 2]}},
  {says: "a plan that ended on the day a visit was due did not outlast the window; a day later it did", records: {cin_plan: [plan("2024-03-04", {ended_on: "2024-04-03"}), plan("2024-03-04", {child_id: "C2", ended_on: "2024-04-04"})]}, want: {N4a: [0, 1]}},
  {says: "a window that ends today counts, one that ends tomorrow does not", records: {cin_plan: [plan("2024-04-15"), plan("2024-04-16", {child_id: "C2"})]}, want: {N4a: [0, 1]}},
  {says: "seen alone, not said, and not alone; the second windows end today", records: {cin_plan: ["C1", "C2", "C3"].map((child_id) => plan("2024-04-08", {child_id})), visit: [visit("2024-04-15", {seen_alone: "yes"}), visit("2024-04-15", {child_id: "C2"}), visit("2024-04-15", {child_id: "C3", seen_alone: "no"})]}, want: {N4a: [3, 6], N4b: [1, 6]}},
  {says: "seen on the Saturday after a due Friday is in time; the clock runs on from the Saturday", records: {cin_plan: [plan("2024-03-06")], visit: [visit("2024-04-06", {seen_alone: "yes"})]}, want: {N4a: [1, 2], N4b: [1, 2]}},
  {says: "two visits of one day are one, alone if either was", records: {cin_plan: [plan("2024-04-08")], visit: [visit("2024-05-01", {seen_alone: "no"}), visit("2024-05-01", {type: "other", seen_alone: "yes"})]}, want: {N4a: [1, 1], N4b: [1, 1]}},
  {says: "seen alone, but late", records: {cin_plan: [plan("2024-04-08")], visit: [visit("2024-05-08", {seen_alone: "yes"})]}, want: {N4a: [0, 1], N4b: [0, 1]}}
];

const PARTNERS: Example[] = [
  {says: "police came, health sent apologies; social care and the family are no partners", records: {cin_meeting: [review("2024-05-01")], meeting_attendance: [there("police", "yes", "in_person"), there("health.gp", "yes", "apologies"), there("social_care", "yes", "in_person"), there("family", "yes", "in_person")]}, want: {N5a: [1, 2], N5b: [0, 1]}},
  {says: "the school nurse came for the GP: health came", records: {cin_meeting: [review("2024-05-01")], meeting_attendance: [there("health.gp", "yes", "absent"), there("health.0_19", "no", "part")]}, want: {N5a: [1, 1], N5b: [0, 1]}},
  {says: "social care alone", records: {cin_meeting: [review("2024-05-01")], meeting_attendance: [there("social_care.safeguarding", "yes", "in_person")]}, want: {N5a: [0, 0], N5b: [1, 1]}},
  {says: "there without a recorded invitation was invited; there though marked as not invited was not", records: {cin_meeting: [review("2024-05-01")], meeting_attendance: [there("police", "", "video"), there("education.school", "no", "video")]}, want: {N5a: [1, 1], N5b: [0, 1]}},
  {says: "information only is not being there", records: {cin_meeting: [review("2024-05-01")], meeting_attendance: [there("police", "yes", "information_only")]}, want: {N5a: [0, 1], N5b: [1, 1]}},
  {says: "another authority's social care is a partner", records: {cin_meeting: [review("2024-05-01")], meeting_attendance: [there("social_care.other_authority", "yes", "video")]}, want: {N5a: [1, 1], N5b: [0, 1]}},
  {says: "a review about a brother and a sister is one; nobody's attendance recorded", records: {cin_meeting: [review("2024-05-01"), review("2024-05-01", {child_id: "C2"})]}, want: {N5a: [0, 0], N5b: [1, 1]}},
  {says: "a planning meeting, a core group and a review tomorrow are no reviews held", records: {cin_meeting: [review("2024-05-01", {type: "planning"}), review("2024-05-01", {type: "core_group", meeting_id: "M2", child_id: "C2"}), review("2024-05-15", {meeting_id: "M3", child_id: "C3"})], meeting_attendance: [there("police", "yes", "video")]}, want: {N5a: [0, 0], N5b: [0, 0]}},

  {says: "the family on the fifth working day, police a day later, health not at all", records: {cin_meeting: [review("2024-04-22")], meeting_attendance: [there("police", "yes", "video"), there("health.gp", "yes", "absent")], document_distribution: [sent("family", "2024-04-29 17:00"), sent("police", "2024-04-30 09:00")]}, want: {N6: [1, 3]}},
  {says: "the day noted on the meeting is the family's; the child's copy is the family's too", records: {cin_meeting: [review("2024-04-22", {plan_shared_on: "2024-04-26"}), meeting("2024-04-22", {meeting_id: "M2", child_id: "C2"})], document_distribution: [sent("child", "2024-04-24 10:00", {event_id: "M2"})]}, want: {N6: [2, 2]}},
  {says: "sent before the meeting is a fault", records: {cin_meeting: [review("2024-04-22")], document_distribution: [sent("family", "2024-04-21 10:00")]}, want: {N6: [0, 0]}},
  {says: "another document is not the plan", records: {cin_meeting: [review("2024-04-22")], document_distribution: [sent("family", "2024-04-24 10:00", {document: "cp_plan"}), sent("police", "2024-04-24 10:00", {document: "cp_plan"})]}, want: {N6: [0, 1]}},
  {says: "due today counts, due tomorrow does not", records: {cin_meeting: [meeting("2024-05-07"), ...of("C2", meeting("2024-05-08"))]}, want: {N6: [0, 1]}},
  {says: "who was sent it without an invitation is a recipient", records: {cin_meeting: [review("2024-04-22")], document_distribution: [sent("education.school", "2024-04-24 10:00")]}, want: {N6: [1, 2]}}
];

const DRIFT: Example[] = [
  {says: "nine months and a day, and nine months", records: {cin_plan: [plan("2023-08-13"), plan("2023-08-14", {child_id: "C2"})]}, want: {N7: [1, 1]}},
  {says: "a senior review 90 days ago is too long ago, 89 is not", records: {cin_plan: [plan("2023-01-09"), plan("2023-01-09", {child_id: "C2"})], management_oversight: [oversight("2024-02-14 10:00", "drift_review"), oversight("2024-02-15 10:00", "case_review", {child_id: "C2"})]}, want: {N7: [1, 2]}},
  {says: "a chronology is no senior review, nor is one tomorrow", records: {cin_plan: [plan("2023-01-09")], management_oversight: [oversight("2024-05-01 10:00", "chronology"), oversight("2024-05-15 10:00", "drift_review")]}, want: {N7: [1, 1]}},
  {says: "a plan that follows on the same day goes on with the first; after a day's gap it is new", records: {cin_plan: [plan("2023-06-05", {ended_on: "2024-01-15"}), plan("2024-01-15"), plan("2023-06-05", {child_id: "C2", ended_on: "2024-01-15"}), plan("2024-01-16", {child_id: "C2"})]}, want: {N7: [1, 1]}}
];

const RISK: Example[] = [
  {says: "two contacts in eleven days and nothing decided", records: {cin_plan: [plan("2024-01-08")], contact: TWICE}, want: {N8: [1, 1]}},
  {says: "decided by a manager on the tenth working day; a strategy meeting a day later", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], contact: [...TWICE, ...of("C2", ...TWICE)], management_oversight: [oversight("2024-02-26 10:00", "risk_decision")], strategy_meeting: [{meeting_id: "S1", child_id: "C2", triggered_at: "2024-02-26 10:00", held_at: "2024-02-27 10:00"}]}, want: {N8: [1, 2]}},
  {says: "a strategy meeting, a section 47 enquiry, a conference, a child protection plan and care all answer", records: {cin_plan: ["C1", "C2", "C3", "C4", "C5"].map((child_id) => plan("2024-01-08", {child_id})), contact: ["C1", "C2", "C3", "C4", "C5"].flatMap((c) => of(c, ...TWICE)), strategy_meeting: [{meeting_id: "S1", child_id: "C1", held_at: "2024-02-20 10:00"}], section_47: [{child_id: "C2", started_on: "2024-02-20"}], conference: [{conference_id: "N1", child_id: "C3", type: "initial", held_on: "2024-02-20"}], cp_plan: [protectionPlan("2024-02-20", undefined, {child_id: "C4"})], care_episode: [{child_id: "C5", started_on: "2024-02-20"}]}, want: {N8: [0, 5]}},
  {says: "a strategy meeting decided on and not held answers nothing", records: {cin_plan: [plan("2024-01-08")], contact: TWICE, strategy_meeting: [{meeting_id: "S1", child_id: "C1", triggered_at: "2024-02-13 10:00"}]}, want: {N8: [1, 1]}},
  {says: "the second event 90 days after the first is too late, 89 is not", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], contact: [contact("2024-01-10"), contact("2024-04-09"), ...of("C2", contact("2024-01-10"), contact("2024-04-08"))]}, want: {N8: [1, 1]}},
  {says: "two contacts of one day, a night contact and the day team's recording of it, and two contacts about one incident are one event each", records: {cin_plan: ["C1", "C2", "C3"].map((child_id) => plan("2024-01-08", {child_id})), contact: [contact("2024-02-01"), contact("2024-02-01", {contact_id: "Kb", received_at: "2024-02-01 15:00"}), contact("2024-02-02", {child_id: "C2", contact_id: "Kc"}), ...of("C3", contact("2024-02-01", {incident_id: "I1"}), contact("2024-02-03", {incident_id: "I1"}))], out_of_hours_contact: [night("2024-02-01", {child_id: "C2", linked_contact_id: "Kc"})]}, want: {N8: [0, 0]}},
  {says: "a night contact and a missing episode are two events", records: {cin_plan: [plan("2024-01-08")], out_of_hours_contact: [night("2024-02-01")], missing_episode: [{child_id: "C1", started_at: "2024-02-05 20:00", kind: "missing"}]}, want: {N8: [1, 1]}},
  {says: "the contact that began the plan is not new, and one on the day it ended is about no plan", records: {cin_plan: [plan("2024-02-01"), plan("2024-01-08", {child_id: "C2", ended_on: "2024-02-12"})], contact: [...TWICE, ...of("C2", ...TWICE)]}, want: {N8: [0, 0]}},
  {says: "a decision between the two events answers the first; two more since are risk again", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], contact: [...TWICE, ...of("C2", ...TWICE, contact("2024-02-20"))], management_oversight: [oversight("2024-02-05 10:00", "case_decision"), oversight("2024-02-05 10:00", "case_decision", {child_id: "C2"})]}, want: {N8: [1, 1]}},
  {says: "in early help an accepted referral is a step up; without further action it is none, and on a plan it is none", records: {early_help: ["C1", "C2"].map((child_id) => ({child_id, started_on: "2024-01-08"})), cin_plan: [plan("2024-01-08", {child_id: "C3"})], contact: ["C1", "C2", "C3"].flatMap((c) => of(c, ...TWICE)), referral: [referral("2024-02-13"), referral("2024-02-13", {child_id: "C2", no_further_action: "yes"}), referral("2024-02-13", {child_id: "C3"})]}, want: {N8: [2, 3]}},
  {says: "on a child protection plan or looked after the step up has been taken", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], contact: [...TWICE, ...of("C2", ...TWICE)], cp_plan: [protectionPlan("2024-01-15")], care_episode: [{child_id: "C2", started_on: "2024-01-15"}]}, want: {N8: [0, 0]}},
  {says: "a decision due today counts, one due tomorrow does not", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], contact: [contact("2024-04-22"), contact("2024-04-29"), ...of("C2", contact("2024-04-22"), contact("2024-04-30"))]}, want: {N8: [1, 1]}},
  {says: "decided on the Saturday after a due Friday is in time, on the Monday it is not", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], contact: [contact("2024-02-01"), contact("2024-02-09"), ...of("C2", contact("2024-02-01"), contact("2024-02-09"))], strategy_meeting: [{meeting_id: "S1", child_id: "C1", held_at: "2024-02-24 12:00"}, {meeting_id: "S2", child_id: "C2", held_at: "2024-02-26 09:00"}]}, want: {N8: [1, 2]}},
  {says: "a third event leaves one child unanswered, not two", records: {cin_plan: [plan("2024-01-08")], contact: [...TWICE, contact("2024-02-20")]}, want: {N8: [1, 1]}}
];

const STEPS: Example[] = [
  {says: "of two children in need when April began one stepped up", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-08", {child_id: "C2"})], cp_plan: [protectionPlan("2024-04-10")]}, want: {N9a: [1, 2]}, asked: APRIL},
  {says: "a plan that began on the first of April, and a child already on a child protection plan, are not in April's base", records: {cin_plan: [plan("2024-04-01"), plan("2024-01-08", {child_id: "C2"})], cp_plan: [protectionPlan("2024-04-10"), protectionPlan("2024-03-20", undefined, {child_id: "C2"})]}, want: {N9a: [0, 0]}, asked: APRIL},
  {says: "a plan that ended on the first of April ran when the month began", records: {cin_plan: [plan("2024-01-08", {ended_on: "2024-04-01"})], cp_plan: [protectionPlan("2024-04-01")]}, want: {N9a: [1, 1]}, asked: APRIL},
  {says: "a child counts once in three months", records: {cin_plan: [plan("2024-01-08")], cp_plan: [protectionPlan("2024-04-10")]}, want: {N9a: [1, 1]}, asked: {from: "2024-02", to: "2024-04"}},
  {says: "one plan ended with a plan as a child in need to follow, one went on", records: {cp_plan: [protectionPlan("2024-01-08", "2024-04-10"), protectionPlan("2024-01-08", undefined, {child_id: "C2"})], cin_plan: [plan("2024-04-10")]}, want: {N9b: [1, 2]}, asked: APRIL},
  {says: "a plan that ended as the child came into care is no step down", records: {cp_plan: [protectionPlan("2024-01-08", "2024-04-10")], care_episode: [{child_id: "C1", started_on: "2024-04-08"}]}, want: {N9b: [0, 1]}, asked: APRIL},
  {says: "closed is a step down; ended in May is none in April", records: {cp_plan: [protectionPlan("2024-01-08", "2024-04-10"), protectionPlan("2024-01-08", "2024-05-02", {child_id: "C2"})]}, want: {N9b: [1, 2]}, asked: APRIL},
  {says: "ten working days in need before the child protection plan", records: {cin_plan: [plan("2024-01-08")], cp_plan: [protectionPlan("2024-01-22")]}, want: {N9c: [1, 1, 10]}},
  {says: "between five and ten the median lies halfway", records: {cin_plan: [plan("2024-01-08"), plan("2024-01-15", {child_id: "C2"})], cp_plan: [protectionPlan("2024-01-22"), protectionPlan("2024-01-22", undefined, {child_id: "C2"})]}, want: {N9c: [2, 2, 7.5]}},
  {says: "never in need before, or in a case that had closed: no time in need", records: {cin_plan: [plan("2023-01-09", {child_id: "C2", ended_on: "2023-06-30"})], cp_plan: [protectionPlan("2024-01-22"), protectionPlan("2024-01-22", undefined, {child_id: "C2"})]}, want: {N9c: [0, 0, null]}},

  {says: "up again on the last day of twelve months; tomorrow is not known", records: {cp_plan: [protectionPlan("2023-01-09", "2023-05-14"), protectionPlan("2024-05-14"), protectionPlan("2023-01-09", "2023-05-14", {child_id: "C2"}), protectionPlan("2024-05-15", undefined, {child_id: "C2"})]}, want: {N10a: [1, 2]}},
  {says: "twelve months that end tomorrow do not count yet", records: {cp_plan: [protectionPlan("2023-01-09", "2023-05-15"), protectionPlan("2023-08-01")]}, want: {N10a: [0, 0]}},
  {says: "into care after stepping down is up again; a plan that ended in care was no step down", records: {cp_plan: [protectionPlan("2023-01-09", "2023-03-20"), protectionPlan("2023-01-09", "2023-03-20", {child_id: "C2"})], care_episode: [{child_id: "C1", started_on: "2023-08-01"}, {child_id: "C2", started_on: "2023-03-13"}]}, want: {N10a: [1, 1]}},
  {says: "28 February and twelve months is 28 February, leap year or not", records: {cp_plan: [protectionPlan("2022-09-05", "2023-02-28"), protectionPlan("2024-02-29")]}, want: {N10a: [0, 1]}},
  {says: "one before elsewhere, one before on record, and two first plans", records: {cp_plan: [protectionPlan("2024-01-22", undefined, {previous_plans: "1"}), protectionPlan("2022-01-10", "2022-09-12", {child_id: "C2", previous_plans: "0"}), protectionPlan("2024-01-22", undefined, {child_id: "C2"}), protectionPlan("2024-01-22", undefined, {child_id: "C3", previous_plans: "0"})]}, want: {N10b: [2, 4]}},
  {says: "not said and none on record is a first plan; one from tomorrow is none yet", records: {cp_plan: [protectionPlan("2024-01-22"), protectionPlan("2024-05-15", undefined, {child_id: "C2", previous_plans: "3"})]}, want: {N10b: [0, 1]}},
  {says: "a plan that ended on the day it began is a fault", records: {cp_plan: [protectionPlan("2024-01-22", "2024-01-22", {previous_plans: "1"})]}, want: {N10b: [0, 0], N10a: [0, 0]}}
];

const PLANS: Example[] = [
  {says: "due today is overdue, due tomorrow is not; closed yesterday is done, closed tomorrow is open", records: {cin_plan: [plan("2024-01-08")], plan_action: [action("P1", "2024-05-14"), action("P2", "2024-05-15"), action("P3", "2024-05-01", {closed_on: "2024-05-13"}), action("P4", "2024-05-01", {closed_on: "2024-05-15"})]}, want: {N11: [2, 3]}},
  {says: "without a plan an action is known from the day it was recorded, else from the day it is due", records: {plan_action: [action("P1", "2024-06-03"), action("P2", "2024-06-03", {recorded_at: "2024-05-02 10:00"}), action("P3", "2024-06-03", {recorded_at: "2024-05-15 10:00"})]}, want: {N11: [0, 1]}},
  {says: "closed today is closed", records: {cin_plan: [plan("2024-01-08")], plan_action: [action("P1", "2024-05-01", {closed_on: "2024-05-14"})]}, want: {N11: [0, 0]}},

  {says: "two children of a family, reviewed on one day", records: {cin_plan: [plan("2024-03-04", {family_id: "F", review_due_on: "2024-06-03"}), plan("2024-04-15", {child_id: "C2", family_id: "F", review_due_on: "2024-06-03"})]}, want: {N12: [1, 1]}},
  {says: "on two days; and a day not recorded agrees with none", records: {cin_plan: [plan("2024-03-04", {family_id: "F", review_due_on: "2024-06-03"}), plan("2024-04-15", {child_id: "C2", family_id: "F", review_due_on: "2024-06-04"}), plan("2024-03-04", {child_id: "C3", family_id: "G"}), plan("2024-03-04", {child_id: "C4", family_id: "G", review_due_on: "2024-06-03"})]}, want: {N12: [0, 2]}},
  {says: "the brother's plan has ended: no family of two", records: {cin_plan: [plan("2024-03-04", {family_id: "F", review_due_on: "2024-06-03"}), plan("2024-01-15", {child_id: "C2", family_id: "F", ended_on: "2024-05-14"})]}, want: {N12: [0, 0]}},
  {says: "without a family on the plan the household tells it, while both live there; without one the child's record", records: {cin_plan: ["C1", "C2", "C3", "C4", "C5"].map((child_id) => plan("2024-03-04", {child_id, review_due_on: "2024-06-03"})), household: [{household_id: "H", child_id: "C1"}, {household_id: "H", child_id: "C2", from_on: "2024-05-14"}, {household_id: "H", child_id: "C3", to_on: "2024-05-14"}], child: [{child_id: "C4", family_id: "F", date_of_birth: "2012-05-06"}, {child_id: "C5", family_id: "F", date_of_birth: "2012-05-06"}]}, want: {N12: [2, 2]}},
  {says: "a review held moves the day on to the next in the log", records: {cin_plan: [plan("2024-01-08", {family_id: "F"}), plan("2024-01-08", {child_id: "C2", family_id: "F"})], cin_meeting: [meeting("2024-05-07", {due_on: "2024-05-07"}), meeting(undefined, {due_on: "2024-06-03"}), ...of("C2", meeting(undefined, {due_on: "2024-06-03"}))]}, want: {N12: [1, 1]}}
];

const WORKERS: Example[] = [
  {says: "six months with the worker today, and one day short", records: {referral: [referral("2023-11-13"), referral("2023-11-13", {child_id: "C2"})], involvement: [worker("W1", "2023-11-14"), worker("W1", "2023-11-15", undefined, {child_id: "C2"})]}, want: {N13a: [1, 2], N13b: [2, 2, 1]}, asked: NOW},
  {says: "open for six months to the day is not more than six", records: {referral: [referral("2023-11-14")], involvement: [worker("W1", "2023-11-14")]}, want: {N13a: [0, 0], N13b: [0, 0, null]}, asked: NOW},
  {says: "the worker left yesterday and nobody came; another's last day is today", records: {referral: [referral("2023-08-01"), referral("2023-08-01", {child_id: "C2"})], involvement: [worker("W1", "2023-08-01", "2024-05-13"), worker("W1", "2023-08-01", "2024-05-14", {child_id: "C2"})]}, want: {N13a: [1, 2], N13b: [2, 2, 1]}, asked: NOW},
  {says: "the same worker in another team goes on; a day's gap is a new start", records: {referral: [referral("2023-08-01"), referral("2023-08-01", {child_id: "C2"})], involvement: [worker("W1", "2023-08-01", "2023-12-31"), worker("W1", "2024-01-01"), worker("W1", "2023-08-01", "2023-12-30", {child_id: "C2"}), worker("W1", "2024-01-01", undefined, {child_id: "C2"})]}, want: {N13a: [1, 2], N13b: [2, 2, 1]}, asked: NOW},
  {says: "a duty worker or a manager does not hold the case", records: {referral: [referral("2023-08-01")], involvement: [worker("W1", "2023-08-01", undefined, {role: "duty"}), worker("W2", "2023-08-01", undefined, {role: "manager"})]}, want: {N13a: [0, 1], N13b: [0, 0, null]}, asked: NOW},
  {says: "two workers in the last twelve months; one left on the day they begin", records: {referral: [referral("2022-01-10")], involvement: [worker("W1", "2022-01-10", "2023-05-14"), worker("W2", "2023-05-14", "2024-01-01"), worker("W3", "2024-01-01")]}, want: {N13a: [0, 1], N13b: [2, 1, 2]}, asked: NOW}
];

const camhsAsked = (attended: string, rest: Row = {}) => there("health.camhs", "yes", attended, rest);
const CAMHS: Example[] = [
  {says: "CAMHS invited and not there", records: {assessment: [assessment("2024-01-08", "2024-02-05", {factors: "4A;16A"})], cin_plan: [plan("2024-02-12")], cin_meeting: [review("2024-03-04")], meeting_attendance: [camhsAsked("apologies")]}, want: {N14a: [1, 1], N14b: [0, 1]}},
  {says: "CAMHS at the conference of a child on a child protection plan", records: {assessment: [assessment("2024-01-08", "2024-02-05", {factors: "4A"})], cp_plan: [protectionPlan("2024-02-12")], conference: [{conference_id: "M1", child_id: "C1", type: "review", held_on: "2024-04-29"}], meeting_attendance: [camhsAsked("video", {meeting_type: "review_conference"})]}, want: {N14a: [1, 1], N14b: [1, 1]}},
  {says: "the GP is not CAMHS, and a strategy meeting of the same number is another meeting", records: {assessment: [assessment("2024-01-08", "2024-02-05", {factors: "4A"})], cin_plan: [plan("2024-02-12")], cin_meeting: [review("2024-03-04")], meeting_attendance: [there("health.gp", "yes", "video"), camhsAsked("video", {meeting_type: "strategy"})]}, want: {N14a: [0, 1], N14b: [0, 1]}},
  {says: "at a meeting before the plan began, or tomorrow, is not in the plan", records: {assessment: [assessment("2024-01-08", "2024-02-05", {factors: "4A"})], cin_plan: [plan("2024-02-12")], cin_meeting: [review("2024-02-09"), review("2024-05-15", {meeting_id: "M2"})], meeting_attendance: [camhsAsked("video"), camhsAsked("video", {meeting_id: "M2"})]}, want: {N14a: [0, 1], N14b: [0, 1]}},
  {says: "a later assessment without the factor, the factor on a parent, and no plan: none of them asks for CAMHS", records: {assessment: [assessment("2024-01-08", "2024-02-05", {factors: "4A"}), assessment("2024-03-04", "2024-04-02", {factors: "16A"}), assessment("2024-01-08", "2024-02-05", {child_id: "C2", factors: "4B"}), assessment("2024-01-08", "2024-02-05", {child_id: "C3", factors: "4A"})], cin_plan: [plan("2024-02-12"), plan("2024-02-12", {child_id: "C2"})]}, want: {N14a: [0, 0], N14b: [0, 0]}}
];

const TIME_OPEN: Example[] = [
  {says: "a day under three months, and three, six, twelve and twenty-four months to the day", records: {referral: ["2024-02-15", "2024-02-14", "2023-11-14", "2023-05-14", "2022-05-14"].map((day, i) => referral(day, {child_id: `C${i}`}))}, want: {N15a: [5, 5], N15b: [1, 5], N15c: [1, 5], N15d: [1, 5], N15e: [1, 5], N15f: [1, 5]}},
  {says: "closed today, taken no further, and referred tomorrow are not open", records: {referral: [referral("2024-01-08", {closed_on: "2024-05-14"}), referral("2024-01-08", {child_id: "C2", no_further_action: "yes"}), referral("2024-05-15", {child_id: "C3"})]}, want: {N15a: [0, 0], N15b: [0, 0]}},
  {says: "a plan that outlasts the referral keeps the case open; a day between two cases parts them", records: {referral: [referral("2023-05-14", {closed_on: "2024-01-01"}), referral("2023-05-14", {child_id: "C2", closed_on: "2024-03-01"}), referral("2024-03-02", {child_id: "C2"})], cin_plan: [plan("2023-12-01")]}, want: {N15a: [2, 2], N15b: [1, 2], N15c: [0, 2], N15d: [0, 2], N15e: [1, 2], N15f: [0, 2]}},
  {says: "referred again on the day of closing the case goes on; care alone is open too", records: {referral: [referral("2023-05-14", {closed_on: "2024-03-01"}), referral("2024-03-01")], care_episode: [{child_id: "C2", started_on: "2022-03-07"}]}, want: {N15a: [2, 2], N15e: [1, 2], N15f: [1, 2]}}
];

const examples: Example[] = [MEETINGS, VISITS, PARTNERS, DRIFT, RISK, STEPS, PLANS, WORKERS, CAMHS, TIME_OPEN].flat();

export const CARRIED: Record<string, string[]> = {
  child: ["child_id", "date_of_birth", "family_id"],
  contact: ["contact_id", "child_id", "received_at", "source", "incident_id", "linked_contact_id"],
  out_of_hours_contact: ["contact_id", "child_id", "received_at", "source", "linked_contact_id"],
  referral: ["referral_id", "child_id", "referral_date", "source", "no_further_action", "closed_on"],
  assessment: ["assessment_id", "referral_id", "child_id", "started_on", "authorised_on", "outcome", "factors"],
  visit: ["child_id", "visited_on", "type", "child_seen", "seen_alone"],
  strategy_meeting: ["meeting_id", "child_id", "triggered_at", "held_at"],
  cin_plan: ["child_id", "started_on", "ended_on", "family_id", "review_due_on"],
  cin_meeting: ["meeting_id", "child_id", "type", "due_on", "held_on", "cancelled_reason", "plan_shared_on"],
  cp_plan: ["child_id", "started_on", "ended_on", "previous_plans"],
  meeting_attendance: ["meeting_id", "meeting_type", "agency", "role", "invited", "attended"]
};

export const family: Family = {
  name: "children-in-need",
  oracles: {
    N1: {kind: "percentage", rows: N1},
    N2a: {kind: "percentage", rows: N2a},
    N2b: {kind: "snapshot", rows: N2b},
    N4a: {kind: "percentage", rows: N4a},
    N4b: {kind: "percentage", rows: N4b},
    N5a: {kind: "percentage", keyedByCase: true, rows: N5a},
    N5b: {kind: "percentage", keyedByCase: true, rows: N5b},
    N6: {kind: "percentage", keyedByCase: true, rows: N6},
    N7: {kind: "snapshot", percent: true, rows: N7},
    N8: {kind: "percentage", counts: "child", rows: N8},
    N9a: {kind: "percentage", counts: "child", rows: N9a},
    N9b: {kind: "percentage", counts: "child", rows: N9b},
    N9c: {kind: "duration", rows: N9c},
    N10a: {kind: "percentage", rows: N10a},
    N10b: {kind: "percentage", rows: N10b},
    N11: {kind: "snapshot", percent: true, rows: N11},
    N12: {kind: "snapshot", percent: true, rows: N12},
    N13a: {kind: "snapshot", percent: true, rows: N13a},
    N13b: {kind: "mean", rows: N13b},
    N14a: {kind: "snapshot", percent: true, rows: camhs(wasInvited)},
    N14b: {kind: "snapshot", percent: true, rows: camhs((a) => THERE.includes(a.attended ?? ""))},
    N15a: {kind: "snapshot", rows: byTime()},
    N15b: {kind: "snapshot", percent: true, rows: byTime("Under 3 months")},
    N15c: {kind: "snapshot", percent: true, rows: byTime("3 to 6 months")},
    N15d: {kind: "snapshot", percent: true, rows: byTime("6 to 12 months")},
    N15e: {kind: "snapshot", percent: true, rows: byTime("1 to 2 years")},
    N15f: {kind: "snapshot", percent: true, rows: byTime("2 years or more")}
  },
  worlds,
  examples,
  carried: CARRIED
};
