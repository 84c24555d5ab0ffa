// What further measures must come to, worked out like the first ones: from the generator's own records, by the definition, apart from the pipeline.
import {addMonths, addWorkingDays, dateOf, DAY, monthOf, utc, wall, workingDaysBetween, type Day, type Minute} from "./days.ts";
import type {Row} from "./figures.ts";
import type {Known} from "./known.ts";
import {conferenceKey} from "./practice-tables.ts";
import {dayBy, minuteBy, type Practice} from "./practice.ts";
import {CLOSED, PRIVATE, REFERRED} from "./truth-common.ts";
import type {Assessment, Child, Contact, Episode} from "./world.ts";

const ranks = {Red: 3, Amber: 2, Green: 1};
const agedFour = (child: Child, day: Day) => day - child.born > 1461 || (day - child.born > 1459 && addMonths(child.born, 48) <= day);

/** Measure → its counted cases; those of `weighted` count by their weight. */
export function furtherRows(known: Known, practice: Practice, from: Day, asAt: Day): {rows: Record<string, Row[]>; weighted: Record<string, Row[]>; counts: Record<string, Row[]>; groups: Record<string, string>} {
  return {
    rows: {...contacts(known, practice, asAt), ...referrals(known, asAt), ...requests(known), ...assessments(known, practice, asAt, from), ...strategy(known, asAt), ...conferences(known, practice, asAt), ...recipients(practice, asAt), ...services(practice, asAt), ...quality(practice, asAt)},
    weighted: weights(practice, asAt),
    counts: {
      E1: known.outOfHours.flatMap((c) => c.children.map((child) => ({on: dateOf(c.receivedAt), child}))),
      R6: known.episodes.map((e) => ({on: e.referredOn, child: e.child}))
    },
    groups: {R5: "category"}
  };
}

function contacts({contacts: all}: Known, {contactDetails}: Practice, asAt: Day): Record<string, Row[]> {
  const each = (of: (c: Contact, child: Child) => boolean | null): Row[] =>
    all.flatMap((c) => c.children.flatMap((child) => { const met = of(c, child); return met === null ? [] : [{on: dateOf(c.receivedAt), child, met}]; }));
  const decided = (c: Contact) => c.outcome !== null && c.decidedAt !== null;
  const professional = all.filter((c) => c.source !== null && !PRIVATE.has(c.source));
  return {
    C4a: each((c) => (c.gradedFirst && c.gradedLast ? ranks[c.gradedFirst] !== ranks[c.gradedLast] : null)),
    C4b: each((c) => c.gradedFirst === null),
    C5: each((c) => (decided(c) ? REFERRED.has(c.outcome!) : null)),
    C6: each((c) => (decided(c) ? CLOSED.has(c.outcome!) : null)),
    C12a: professional.flatMap((c) => {
      const received = dateOf(c.receivedAt);
      const due = addWorkingDays(received, 1);
      const at = minuteBy(asAt, contactDetails.get(c.original ?? c)!.acknowledgedAt);
      return due > asAt ? [] : c.children.map((child) => ({on: due, child, met: at !== null && workingDaysBetween(received, dateOf(at)) <= 1}));
    }),
    C13: each((c, child) => (agedFour(child, dateOf(c.receivedAt)) ? contactDetails.get(c.original ?? c)!.voice.get(child)! : null)),
    C14a: each((c) => (c.source === "6" && decided(c) ? REFERRED.has(c.outcome!) : null)),
    C14b: each((c) => (c.source === "6" && decided(c) ? CLOSED.has(c.outcome!) : null)),
    C15a: each((c) => (decided(c) ? c.outcome === "Early help" : null))
  };
}

/** Requests that had been sent when their contact was decided. */
function requests({contacts: all, requests: asked}: Known): Record<string, Row[]> {
  const decidedAt = new Map(all.flatMap((c) => (c.decidedAt === null ? [] : [[c.id, c.decidedAt] as const])));
  const sent = asked.flatMap((r) => {
    const decided = decidedAt.get(r.contactId);
    return decided === undefined || r.requestedAt > decided ? [] : [{...r, on: dateOf(decided), decided, back: r.returnedAt !== null && r.returned !== "Refused" && r.returnedAt <= decided}];
  });
  const byContact = new Map<string, typeof sent>();
  for (const r of sent) byContact.set(r.contactId, [...(byContact.get(r.contactId) ?? []), r]);
  return {
    I2a: sent.map(({on, back}) => ({on, met: !back})),
    I2b: sent.filter((r) => r.dueAt !== null).map(({on, back, decided, dueAt}) => ({on, met: !back && decided < dueAt!})),
    I3: [...byContact.values()].map((theirs) => ({on: theirs[0]!.on, met: theirs.every((r) => r.back)}))
  };
}

function referrals({episodes}: Known, asAt: Day): Record<string, Row[]> {
  const referredOn = new Map<Child, Day[]>();
  for (const e of episodes) referredOn.set(e.child, [...(referredOn.get(e.child) ?? []), e.referredOn]);
  for (const days of referredOn.values()) days.sort((a, b) => a - b);
  return {
    R4a: episodes.map((e) => ({on: e.referredOn, child: e.child, met: e.noFurtherAction})),
    R4b: episodes.map((e) => ({on: e.referredOn, child: e.child, met: e.closureReason === "RC8" || e.closureReason === "RC9"})),
    R5: episodes.flatMap((e) => {
      const until = e.closedOn === null ? Infinity : addMonths(e.closedOn, 6);
      if (until > asAt) return [];
      return [{on: until, child: e.child, met: referredOn.get(e.child)!.some((day) => day > e.referredOn && day >= e.closedOn! && day <= until), group: e.closureReason}];
    }),
    R7a: episodes.flatMap((e) => {
      const due = addWorkingDays(e.referredOn, 1);
      const [first] = e.allocations;
      return e.noFurtherAction || due > asAt ? [] : [{on: due, child: e.child, met: first !== undefined && workingDaysBetween(e.referredOn, first.from) <= 1}];
    })
  };
}

const NEGLECT_TOOLS = new Set(["GCP2", "Neglect screening tool"]);

function assessments({episodes}: Known, {screenings}: Practice, asAt: Day, from: Day): Record<string, Row[]> {
  const tools = new Map<Child, Day[]>();
  for (const s of screenings) {
    const at = minuteBy(asAt, s.completedAt);
    if (NEGLECT_TOOLS.has(s.tool) && at !== null && dateOf(s.indicatorAt) >= from) tools.set(s.child, [...(tools.get(s.child) ?? []), dateOf(at)]);
  }
  const completed = (of: (a: Assessment, e: Episode, first: boolean) => boolean | null): Row[] =>
    episodes.flatMap((e) =>
      e.assessments.flatMap((a, i) => {
        const met = a.authorisedOn === null ? null : of(a, e, i === 0);
        return met === null ? [] : [{on: a.authorisedOn!, child: e.child, met}];
      })
    );
  /** Visits on which the child was seen: from the referral for its first assessment, from its start for a later one. */
  const seen = (a: Assessment, e: Episode, first: boolean) => e.visits.filter((v) => v.seen && v.on >= (first ? e.referredOn : a.startedOn) && v.on <= a.authorisedOn!);
  const born = (a: Assessment, e: Episode) => e.child.born <= a.authorisedOn!;
  const found = (...factors: string[]) => completed((a) => factors.some((f) => a.factors.includes(f)));
  return {
    A2a: completed((a) => workingDaysBetween(a.startedOn, a.authorisedOn!) <= 45),
    A6a: completed((a, e, first) => (born(a, e) ? seen(a, e, first).length > 0 : null)),
    A6b: completed((a, e, first) => (born(a, e) ? seen(a, e, first).some((v) => v.alone) : null)),
    A7: completed((a) => a.factors.some((f) => f !== "21")),
    A8a: found("16A"),
    A8b: found("4B"),
    A8c: found("4A"),
    A8d: found("3A", "3B", "3C"),
    A8e: found("15A"),
    A12: completed((a, e) => (a.factors.includes("16A") ? (tools.get(e.child) ?? []).some((day) => day >= Math.min(e.referredOn, a.startedOn) && day <= a.authorisedOn!) : null))
  };
}

function strategy({strategyMeetings}: Known, asAt: Day): Record<string, Row[]> {
  const DAY_LONG = 24 * 60;
  const each = strategyMeetings.flatMap((m) => m.children.map((child) => ({m, child})));
  const held = each.filter(({m}) => m.heldAt !== null);
  const days = new Map<Child, Day[]>();
  for (const {m, child} of held) days.set(child, [...(days.get(child) ?? []), dateOf(m.heldAt!)]);
  const joint = "Section 47 enquiry - joint";
  return {
    S4: each.flatMap(({m, child}) => {
      const due = dateOf(wall(utc(m.triggeredAt) + DAY_LONG));
      return due > asAt ? [] : [{on: due, child, met: m.heldAt !== null && utc(m.heldAt) - utc(m.triggeredAt) <= DAY_LONG}];
    }),
    S14: held.flatMap(({m, child}) => {
      const on = dateOf(m.heldAt!);
      return on + 90 > asAt ? [] : [{on: on + 90, child, met: days.get(child)!.some((d) => d > on && d <= on + 90)}];
    }),
    S15a: held.map(({m, child}) => ({on: dateOf(m.heldAt!), child, met: m.outcome!.startsWith("Section 47")})),
    S15b: held.filter(({m}) => m.outcome!.startsWith("Section 47")).map(({m, child}) => ({on: dateOf(m.heldAt!), child, met: m.outcome === joint}))
  };
}

/** Conferences that any export tells of: the local ones since the exports begin, and those of the censuses and enquiries before. */
function conferences({episodes}: Known, practice: Practice, asAt: Day): Record<string, Row[]> {
  const local = new Map(practice.conferences.filter((c) => c.notifiedOn <= asAt).map((c) => [conferenceKey(c.child, dayBy(asAt, c.heldOn), c.type) ?? c.id + c.child.id, c]));
  const initial = new Map<string, {e: Episode; on: Day}>();
  const all = new Map<string, {child: Child; on: Day}>();
  for (const e of episodes) {
    for (const s of e.section47s) if (s.icpcOn !== null) initial.set(conferenceKey(e.child, s.icpcOn, "Initial")!, {e, on: s.icpcOn});
    for (const p of e.protectionPlans) for (const on of p.reviews) all.set(conferenceKey(e.child, on, "Review")!, {child: e.child, on});
  }
  for (const [key, {e, on}] of initial) all.set(key, {child: e.child, on});
  for (const [key, c] of local) if (dayBy(asAt, c.heldOn) !== null) all.set(key, {child: c.child, on: c.heldOn!});
  const enquiries = new Map<Child, Day[]>();
  for (const e of episodes) for (const s of e.section47s) enquiries.set(e.child, [...(enquiries.get(e.child) ?? []), s.startedOn]);
  return {
    P1: [...all].filter(([, {child, on}]) => agedFour(child, on)).map(([key, {child, on}]) => ({on, child, met: /^PN[1-6]$/.test(local.get(key)?.participation ?? "")})),
    S8: [...enquiries].flatMap(([child, starts]) => {
      starts.sort((a, b) => a - b);
      return starts.map((on, i) => ({on, child, met: i > 0 && on <= addMonths(starts[i - 1]!, 12)}));
    }),
    S12a: [...initial.values()].map(({e, on}) => ({on, child: e.child, met: e.protectionPlans.some((p) => p.startedOn === on)})),
    S13: practice.conferences.filter((c) => c.type === "Transfer in" && c.notifiedOn <= asAt).flatMap((c) => {
      const due = addWorkingDays(c.notifiedOn, 15);
      const heldOn = dayBy(asAt, c.heldOn);
      return due > asAt ? [] : [{on: due, child: c.child, met: heldOn !== null && workingDaysBetween(c.notifiedOn, heldOn) <= 15}];
    })
  };
}

/** Word of a partner → the kind of agency it is, and the service where health has several. */
const PARTNERS: Record<string, string> = {
  Police: "police", "Health visitor": "health.0_19", "School nurse": "health.0_19", Midwifery: "health.midwifery", GP: "health.gp", CAMHS: "health.camhs", School: "education", Nursery: "education", Probation: "probation", Housing: "housing",
  "Domestic abuse service": "domestic_abuse"
};
const kindOf = (partner: string) => partner.split(".")[0]!;

/** Letters and minutes of the conferences held, by the partners that were asked to them. */
function recipients({conferences: all, attendance, documents}: Practice, asAt: Day): Record<string, Row[]> {
  const heldOn = new Map(all.flatMap((c) => (dayBy(asAt, c.heldOn) === null ? [] : [[c.id, c.heldOn!] as const])));
  const asked = new Map([...heldOn.keys()].map((id) => [id, new Set<string>()]));
  for (const a of attendance) if (PARTNERS[a.agency]) asked.get(a.meetingId)?.add(PARTNERS[a.agency]!);
  const first = new Map<string, {sentOn: Day | null; receivedOn: Day | null}>();
  for (const d of documents) {
    const partner = PARTNERS[d.agency];
    if (!partner || !heldOn.has(d.eventId)) continue;
    const kind = /minutes$/i.test(d.document) ? "minutes" : "decision";
    const [sentOn, receivedOn] = [d.sentAt, d.receivedAt].map((at) => (at === null ? null : dayBy(asAt, dateOf(at)))) as [Day | null, Day | null];
    for (const key of new Set([`${d.eventId} ${kind} ${partner}`, `${d.eventId} ${kind} ${kindOf(partner)}`])) {
      const before = first.get(key);
      const least = (a: Day | null | undefined, b: Day | null) => (a == null ? b : b === null ? a : Math.min(a, b));
      first.set(key, {sentOn: least(before?.sentOn, sentOn), receivedOn: least(before?.receivedOn, receivedOn)});
    }
  }
  const sent = (kind: string, limit: number): Row[] =>
    [...heldOn].flatMap(([id, day]) => {
      const due = addWorkingDays(day, limit);
      if (due > asAt) return [];
      return [...new Set([...asked.get(id)!].map(kindOf))].map((agency) => {
        const on = first.get(`${id} ${kind} ${agency}`)?.sentOn ?? null;
        return {on: due, met: on !== null && workingDaysBetween(day, on) <= limit};
      });
    });
  return {
    S9a: sent("decision", 1),
    S9b: sent("minutes", 20),
    S10a: [...heldOn].flatMap(([id, day]) => {
      const due = addWorkingDays(day, 20);
      const services = [...asked.get(id)!].filter((partner) => kindOf(partner) === "health");
      return due > asAt ? [] : (services.length > 0 ? services : ["health"]).map((service) => ({on: due, met: (first.get(`${id} minutes ${service}`)?.receivedOn ?? null) !== null}));
    })
  };
}

const isDay = (at: Minute) => at % DAY === 0;

function services({missing, rota}: Practice, asAt: Day): Record<string, Row[]> {
  const within = (of: (m: Practice["missing"][number]) => number | null): Row[] =>
    missing.flatMap((m) => {
      if (m.kind === "Exploitation event" || m.returnedAt === null || minuteBy(asAt, m.returnedAt) === null) return [];
      // a time of midnight reads as a day without one: then both are held to the day
      const due = isDay(m.returnedAt) ? m.returnedAt + 72 * 60 : wall(utc(m.returnedAt) + 72 * 60);
      const at = minuteBy(asAt, of(m));
      const met = at !== null && (isDay(m.returnedAt) || isDay(at) ? dateOf(at) <= dateOf(due) : at <= due);
      return dateOf(due) > asAt ? [] : [{on: dateOf(due), child: m.child, met}];
    });
  return {
    G1a: within((m) => m.heldAt),
    G1b: within((m) => (m.offeredAt === null ? m.heldAt : m.heldAt === null ? m.offeredAt : Math.min(m.offeredAt, m.heldAt))),
    I5: rota.map((r) => ({on: r.on, met: r.covered}))
  };
}

const DECISIONS = new Set(["Threshold and decision rationale", "Prioritisation of risk"]);

function quality({audits, auditActions, escalations}: Practice, asAt: Day): Record<string, Row[]> {
  const overall = (selection: string) => audits.filter((a) => a.domain === "Overall" && a.selection === selection && a.on <= asAt).map((a) => ({on: a.on, met: (a.moderated ?? a.grade)! >= 3}));
  /** Threshold and risk grade: the auditor agrees where every check that could be answered was met. */
  const decisions = (selection: string) => {
    const found = new Map<string, Row>();
    for (const a of audits) {
      if (a.check === null || a.on > asAt || a.selection !== selection || !DECISIONS.has(a.domain) || (a.result !== "Yes" && a.result !== "No")) continue;
      const key = `${a.id} ${a.domain}`;
      found.set(key, {on: a.on, met: (found.get(key)?.met ?? true) && a.result === "Yes"});
    }
    return [...found.values()];
  };
  return {
    Q6a: decisions("Random"),
    Q6b: decisions("Targeted"),
    Q2a: overall("Random"),
    Q2b: overall("Targeted"),
    Q4: auditActions.filter((a) => a.on <= asAt && a.dueOn <= asAt).map((a) => ({on: a.dueOn, met: dayBy(asAt, a.closedOn) !== null && a.closedOn! <= a.dueOn})),
    X2: escalations.filter((e) => dateOf(e.raisedAt) <= asAt && dateOf(e.dueAt) <= asAt).map((e) => ({on: dateOf(e.dueAt), child: e.child, met: minuteBy(asAt, e.resolvedAt) !== null && e.resolvedAt! <= e.dueAt}))
  };
}

/** A row of those that did and one of those that did not, each as many as it says. */
const parts = (on: Day, done: number, of: number): Row[] => [{on, met: true, weight: done}, {on, met: false, weight: of - done}];

function weights({supervisions, training, workforce, audits, auditPlans}: Practice, asAt: Day): Record<string, Row[]> {
  const ended = (month: Day) => addMonths(month, 1) - 1;
  const staffed = workforce.filter((w) => ended(w.month) <= asAt);
  const done = new Map<string, Set<string>>();
  for (const a of audits) {
    const key = `${a.agency} ${monthOf(a.on)}`;
    const ids = done.get(key);
    if (ids) ids.add(a.id);
    else done.set(key, new Set([a.id]));
  }
  return {
    V2: supervisions.flatMap((s) => {
      const heldOn = dayBy(asAt, s.heldOn);
      const due = heldOn === null ? Infinity : addWorkingDays(heldOn, 20);
      return s.dueOn > asAt || due > asAt || s.actions === 0 ? [] : parts(due, s.done, s.actions);
    }),
    Q1: auditPlans.filter((p) => ended(p.first) <= asAt).flatMap((p) => parts(ended(p.first), Math.min(done.get(`${p.agency} ${p.period}`)?.size ?? 0, p.planned), p.planned)),
    W1: training.filter((t) => t.last <= asAt).flatMap((t) => parts(t.last, t.completed, t.inScope)),
    W2b: staffed.flatMap((w) => parts(ended(w.month), w.vacancies, w.fte + w.vacancies)),
    W2c: staffed.flatMap((w) => parts(ended(w.month), w.agency, w.fte + w.agency))
  };
}
