// The tables of what stands beside the cases: local exports under the headings of their systems or our own, and the logs that people fill in. Pure.
import {clock, dateOf, isoDay, monthOf, ukDay, type Day, type Minute} from "./days.ts";
import {dayBy, minuteBy, type Practice, type PracticeOptions} from "./practice.ts";
import type {Known} from "./known.ts";
import {SOURCE_WORDS} from "./places.ts";
import type {Table} from "./tables.ts";
import type {Child, Episode} from "./world.ts";
import type {Written} from "./written.ts";

type Column<R> = readonly [heading: string, cell: (record: R) => string];

interface Style<R> {
  name: string;
  recordSet: string;
  records: R[];
  columns: Column<R>[];
  child?: string;
  date?: string;
  iso?: boolean;
  key?: (record: R) => string;
  also?: {recordSet: string; key: (record: R) => string | null}[];
  extra?: Partial<Table>;
}

function tableOf<R>({name, recordSet, records, columns, child, date, iso, key, also, extra}: Style<R>): Table {
  const headings = columns.map(([heading]) => heading);
  const at = (heading: string | undefined) => (heading === undefined ? null : headings.indexOf(heading));
  return {
    name,
    recordSet,
    encoding: "utf-8",
    newline: iso ? "\n" : "\r\n",
    headings,
    rows: records.map((r) => columns.map(([, cell]) => cell(r))),
    childColumn: at(child),
    dateColumn: at(date),
    dates: iso ? "iso" : "uk",
    ...(key ? {keys: records.map(key)} : {}),
    ...(also ? {also: also.map((a) => ({recordSet: a.recordSet, rows: records.map((r) => { const key = a.key(r); return key === null ? null : {holds: key, key}; })}))} : {}),
    ...extra
  };
}

const yes = (flag: boolean | null) => (flag === null ? "" : flag ? "Yes" : "No");
const uk = (day: Day | null) => (day === null ? "" : ukDay(day));
const iso = (day: Day | null) => (day === null ? "" : isoDay(day));
const ukTime = (at: Minute | null) => (at === null ? "" : `${ukDay(dateOf(at))} ${clock(at)}`);
const isoTime = (at: Minute | null) => (at === null ? "" : `${isoDay(dateOf(at))} ${clock(at)}`);
const teamOfCase = (e: Episode) => e.allocations[0]?.team ?? "";
const workerOn = (e: Episode, day: Day) => (e.allocations.findLast((a) => a.from <= day) ?? e.allocations[0])?.worker ?? "";

export function practiceTables(known: Known, practice: Practice, written: Written, options: PracticeOptions): Table[] {
  const {until} = options;
  const day = (at: Day | null) => dayBy(until, at);
  const minute = (at: Minute | null) => minuteBy(until, at);
  return [
    ...caseTables(known, written, options),
    ...childTables(known, practice, options),

    tableOf({
      name: "conferences", recordSet: "conference", child: "Child ID", date: "Date requested",
      records: practice.conferences.filter((c) => c.notifiedOn <= until),
      columns: [
        ["Conference ID", (c) => c.id], ["Child ID", (c) => c.child.id], ["Conference type", (c) => c.type], ["Date requested", (c) => uk(c.notifiedOn)], // the system keeps no due date of a review that was held, and neither does the census
        ["Conference due date", (c) => (c.type === "Review" && day(c.heldOn) !== null ? "" : uk(c.dueOn))],
        ["Conference held", (c) => uk(day(c.heldOn))], ["Plan made", (c) => (day(c.heldOn) === null ? "" : yes(c.plan))], ["Participation code", (c) => (day(c.heldOn) === null ? "" : c.participation)], ["Team", (c) => teamOfCase(c.episode)]
      ],
      key: (c) => conferenceKey(c.child, day(c.heldOn), c.type) ?? `${c.id} ${c.child.id}`
    }),
    tableOf({
      name: "conference_attendance", recordSet: "meeting_attendance",
      records: practice.attendance.filter((a) => a.heldOn <= until),
      columns: [["Meeting reference", (a) => a.meetingId], ["Kind of meeting", (a) => a.meetingType], ["Agency", (a) => a.agency], ["Role", (a) => a.role], ["Invited", (a) => yes(a.invited)], ["Attendance", (a) => a.attended ?? ""]]
    }),
    tableOf({
      name: "minutes-received-log", recordSet: "document_distribution", date: "Sent to the agency",
      records: practice.documents.filter((d) => (d.sentAt === null ? d.heldOn + 30 <= until : dateOf(d.sentAt) <= until)),
      columns: [
        ["Meeting ID", (d) => d.eventId], ["Which document", (d) => d.document], ["Agency", (d) => d.agency], ["Sent to the agency", (d) => ukTime(d.sentAt)],
        ["Received by the agency", (d) => ukTime(minute(d.receivedAt))], ["Chased", (d) => ukTime(minute(d.chasedAt))]
      ]
    }),
    tableOf({
      name: "mash_rota", recordSet: "mash_rota", date: "date", iso: true, records: practice.rota,
      columns: [["date", (r) => iso(r.on)], ["session", (r) => r.session], ["agency", (r) => r.agency], ["covered", (r) => yes(r.covered)]]
    }),
    tableOf({
      name: "supervision-log", recordSet: "supervision", child: "Child ID", date: "Supervision was due",
      records: practice.supervisions.filter((s) => s.dueOn <= until),
      columns: [
        ["Child ID", (s) => s.child.id], ["Supervision was due", (s) => uk(s.dueOn)], ["Supervision was held", (s) => uk(day(s.heldOn))],
        ["Actions set", (s) => (day(s.heldOn) === null ? "" : String(s.actions))], ["Actions done since the last one", (s) => (day(s.heldOn) === null ? "" : String(s.done))], ["Team", (s) => s.team], ["Worker ID", (s) => s.worker]
      ]
    }),
    tableOf({
      name: "management_oversight", recordSet: "management_oversight", child: "child_id", date: "occurred_at", iso: true,
      records: practice.oversight.filter((m) => dateOf(m.at) <= until),
      columns: [["child_id", (m) => m.child.id], ["occurred_at", (m) => isoTime(m.at)], ["kind", (m) => m.kind]]
    }),
    tableOf({
      name: "screening-log", recordSet: "screening", child: "Child ID", date: "Concern first seen",
      records: practice.screenings.filter((s) => dateOf(s.indicatorAt) >= options.from && dateOf(s.indicatorAt) <= until),
      columns: [
        ["Child ID", (s) => s.child.id], ["Screening tool", (s) => s.tool], ["Concern first seen", (s) => ukTime(s.indicatorAt)], ["Screening completed", (s) => ukTime(minute(s.completedAt))],
        ["Level of risk", (s) => (minute(s.completedAt) === null ? "" : s.level)], ["What came of it", (s) => (minute(s.completedAt) === null ? "" : s.outcome)], ["Team", (s) => s.team ?? ""]
      ],
      extra: {sheet: "Screenings"}
    }),
    tableOf({
      name: "escalation-log", recordSet: "escalation", child: "Child ID", date: "Raised",
      records: practice.escalations.filter((e) => dateOf(e.raisedAt) <= until),
      columns: [
        ["Escalation ID", (e) => e.id], ["Child ID", (e) => e.child.id], ["Raised by", (e) => e.raisedBy], ["Raised against", (e) => e.against], ["Stage reached", (e) => String(e.stage)], ["Raised", (e) => ukTime(e.raisedAt)],
        ["Answer was due", (e) => ukTime(e.dueAt)], ["Settled", (e) => ukTime(minute(e.resolvedAt))], ["How it ended", (e) => (e.resolvedAt !== null && minute(e.resolvedAt) === null ? "Still open" : e.outcome)]
      ],
      extra: {sheet: "Escalations"}
    }),
    ...serviceTables(practice, written, options),
    ...assuranceTables(practice, options)
  ];
}

export const conferenceKey = (child: Child, heldOn: Day | null, type: string) => (heldOn === null ? null : `${child.id} ${heldOn} ${type}`);

/** Referrals, assessments, plans and enquiries as the case system exports them, beside the census that tells of the same. */
function caseTables({episodes}: Known, {referrals, assessments, section47s, cinPlans}: Written, {until}: PracticeOptions): Table[] {
  return [
    tableOf({
      name: "referrals", recordSet: "referral", child: "Child ID", date: "Referral date", records: referrals,
      columns: [
        ["Referral ID", ({e}) => e.id], ["Child ID", ({e}) => e.child.id], ["Referral date", ({e}) => uk(e.referredOn)], ["Referral source", ({e}) => SOURCE_WORDS[e.source]!], ["NFA", ({e}) => yes(e.noFurtherAction)],
        ["Primary need", ({e}) => (e.noFurtherAction ? "" : e.need)], ["Referral closed", ({e}) => uk(e.closedOn)], ["Closure reason", ({e}) => e.closureReason ?? ""], ["Referral team", ({e}) => teamOfCase(e)],
        ["Recorded", ({recordedAt}) => ukTime(recordedAt)]
      ],
      key: ({e}) => `${e.child.id} ${e.referredOn}`
    }),
    tableOf({
      name: "assessments", recordSet: "assessment", child: "Child ID", date: "Assessment start date", records: assessments,
      columns: [
        ["Assessment ID", ({a}) => a.id], ["Referral ID", ({e}) => e.id], ["Child ID", ({e}) => e.child.id], ["Assessment start date", ({a}) => uk(a.startedOn)], ["Child seen", ({seen}) => yes(seen)],
        ["Date child first seen", ({seenOn}) => uk(seenOn)], ["Seen alone", ({alone}) => yes(alone)], ["Date authorised", ({a}) => uk(a.authorisedOn)], ["Assessment outcome", ({a}) => (a.authorisedOn === null ? "" : a.outcome)],
        ["Safety plan date", ({safetyPlanAt}) => ukTime(safetyPlanAt)], ["Reason siblings not assessed", ({siblings}) => siblings], ["Assessment team", ({e}) => teamOfCase(e)]
      ],
      key: ({e, a}) => `${e.child.id} ${a.startedOn}`
    }),
    tableOf({
      name: "section_47_enquiries", recordSet: "section_47", child: "Child ID", date: "Section 47 started",
      records: section47s,
      columns: [
        ["Child ID", ({e}) => e.child.id], ["Section 47 started", ({s}) => uk(s.startedOn)], ["Strategy meeting ID", ({s}) => s.strategyMeetingId], ["ICPC not required", ({s}) => yes(s.icpcNotRequired)],
        ["ICPC target date", ({s}) => uk(s.icpcDueOn)], ["ICPC date", ({s}) => uk(s.icpcOn)], ["Section 47 ended", ({endedOn}) => uk(endedOn)],
        ["Section 47 outcome", ({outcome}) => outcome], ["Team", ({e}) => teamOfCase(e)]
      ],
      key: ({e, s}) => `${e.child.id} ${s.startedOn}`,
      also: [{recordSet: "conference", key: ({e, s}) => conferenceKey(e.child, s.icpcOn, "Initial")}]
    }),
    tableOf({
      name: "cin_plans", recordSet: "cin_plan", child: "Child ID", date: "CIN plan start date",
      records: cinPlans,
      columns: [
        ["Child ID", ({e}) => e.child.id], ["CIN plan start date", ({p}) => uk(p.startedOn)], ["CIN plan end date", ({p}) => uk(p.endedOn)], ["Family ID", ({e}) => e.child.family.id],
        ["CIN plan review due", ({reviewDueOn}) => uk(reviewDueOn)], ["Allocated team", ({e}) => teamOfCase(e)], ["Allocated worker", ({e, p}) => workerOn(e, p.endedOn ?? until)]
      ],
      key: ({e, p}) => `${e.child.id} ${p.startedOn}`
    }),
    tableOf({
      name: "cp_plans", recordSet: "cp_plan", child: "Child ID", date: "CP plan start date",
      records: episodes.flatMap((e) => e.protectionPlans.map((p) => ({e, p}))),
      columns: [
        ["Child ID", ({e}) => e.child.id], ["CP plan start date", ({p}) => uk(p.startedOn)], ["CP plan end date", ({p}) => uk(p.endedOn)], ["Initial category", ({p}) => CATEGORIES[p.category]!], ["Latest category", ({p}) => CATEGORIES[p.category]!],
        ["Number of previous plans", ({p}) => String(p.previous)], ["Allocated team", ({e}) => teamOfCase(e)]
      ],
      key: ({e, p}) => `${e.child.id} ${p.startedOn}`
    })
  ];
}

export const CATEGORIES: Record<string, string> = {NEG: "Neglect", EMO: "Emotional abuse", PHY: "Physical abuse", SAB: "Sexual abuse", MUL: "Multiple"};

function childTables(known: Known, practice: Practice, {from, until}: PracticeOptions): Table[] {
  const families = new Set([...known.contacts, ...known.outOfHours].flatMap((c) => c.children.map((child) => child.family)));
  for (const e of known.episodes) families.add(e.child.family);
  return [
    tableOf({
      name: "household", recordSet: "household", child: "child_id", date: "from_on", iso: true,
      records: practice.households.filter((h) => families.has(h.child.family)),
      columns: [["household_id", (h) => h.id], ["child_id", (h) => h.child.id], ["from_on", (h) => iso(h.from)], ["to_on", (h) => iso(h.to)]]
    }),
    tableOf({
      name: "child_link", recordSet: "child_link", child: "child_id", iso: true,
      records: practice.links.filter((l) => families.has(l.child.family)),
      columns: [["from_id", (l) => l.from], ["child_id", (l) => l.child.id]]
    }),
    tableOf({
      name: "early_help_episodes", recordSet: "early_help", child: "Child ID", date: "Early help started",
      records: practice.earlyHelp.filter((h) => h.startedOn <= until && (h.endedOn ?? until) >= from),
      columns: [
        ["Child ID", (h) => h.child.id], ["Early help started", (h) => uk(h.startedOn)], ["Early help ended", (h) => uk(dayBy(until, h.endedOn))], ["Early help service", (h) => h.service],
        ["Reason ended", (h) => (dayBy(until, h.endedOn) === null ? "" : h.endReason)], ["Lead organisation", (h) => organisationOf(h.service)]
      ],
      key: (h) => `${h.child.id} ${h.startedOn}`
    })
  ];
}

export const organisationOf = (service: string): string =>
  service === "School or health lead practitioner" || service === "Mental health in schools" ? "Schools" : service === "Domestic abuse support" ? "Harbour House" : service === "Youth service" ? "Marlhaven youth service" : "Marlhaven family hubs";

function serviceTables(practice: Practice, {coreGroups}: Written, {until}: PracticeOptions): Table[] {
  const minute = (at: Minute | null) => minuteBy(until, at);
  return [
    tableOf({
      name: "missing_episodes", recordSet: "missing_episode", child: "Child ID", date: "Missing from",
      records: practice.missing.filter((m) => dateOf(m.startedAt) <= until),
      columns: [
        ["Child ID", (m) => m.child.id], ["Missing from", (m) => ukTime(m.startedAt)], ["Returned", (m) => ukTime(minute(m.returnedAt))], ["Return interview offered", (m) => ukTime(minute(m.offeredAt))],
        ["Return interview held", (m) => ukTime(minute(m.heldAt))], ["Type of episode", (m) => m.kind]
      ]
    }),
    tableOf({
      name: "care_episode", recordSet: "care_episode", child: "child_id", date: "started_on", iso: true,
      records: practice.careEpisodes.filter((c) => c.startedOn <= until),
      columns: [["child_id", (c) => c.child.id], ["started_on", (c) => iso(c.startedOn)], ["ended_on", (c) => iso(dayBy(until, c.endedOn))], ["team", (c) => teamOfCase(c.episode)]],
      key: (c) => `${c.child.id} ${c.startedOn}`
    }),
    tableOf({
      name: "plan_action", recordSet: "plan_action", child: "child_id", date: "due_on", iso: true,
      records: practice.planActions.filter((a) => a.setOn <= until),
      columns: [["action_id", (a) => a.id], ["child_id", (a) => a.child.id], ["due_on", (a) => iso(a.dueOn)], ["closed_on", (a) => iso(dayBy(until, a.closedOn))], ["owner_agency", (a) => a.owner]]
    }),
    tableOf({
      name: "core_groups", recordSet: "cin_meeting", child: "Child ID", date: "Due date", iso: true,
      records: coreGroups,
      columns: [["Meeting ID", (m) => m.id], ["Child ID", (m) => m.child.id], ["Meeting type", () => "Core group"], ["Due date", (m) => iso(m.dueOn)], ["Held on", (m) => iso(m.heldOn)]]
    })
  ];
}

function assuranceTables(practice: Practice, {until}: PracticeOptions): Table[] {
  const period = monthOf(until);
  return [
    tableOf({
      name: "audit-log", recordSet: "audit", date: "Audited on", records: practice.audits.filter((a) => a.on <= until),
      columns: [
        ["Audit ID", (a) => a.id], ["Child ID", (a) => a.childId], ["Type of audit", (a) => a.type], ["How the case was chosen", (a) => a.selection], ["Audited on", (a) => uk(a.on)], ["Practice looked at from", (a) => uk(a.practiceFrom)],
        ["Practice looked at to", (a) => uk(a.practiceTo)], ["Agency audited", (a) => a.agency], ["Auditor's role", (a) => a.auditor], ["What was judged", (a) => a.domain], ["Grade (1 inadequate to 4 outstanding)", (a) => String(a.grade ?? "")],
        ["Grade after moderation", (a) => String(a.moderated ?? "")], ["Check", (a) => a.check ?? ""], ["Check met?", (a) => a.result ?? ""]
      ],
      extra: {sheet: "Audits"}
    }),
    tableOf({
      name: "audit-action-log", recordSet: "audit_action", date: "Action is due", records: practice.auditActions.filter((a) => a.on <= until),
      columns: [["Audit action ID", (a) => a.id], ["Audit ID", (a) => a.auditId], ["What was judged", (a) => a.domain], ["Agency responsible", (a) => a.owner], ["Action is due", (a) => uk(a.dueOn)], ["Action was closed", (a) => uk(dayBy(until, a.closedOn))]],
      extra: {sheet: "Audit actions"}
    }),
    tableOf({
      name: "audit_plan", recordSet: "audit_plan", records: practice.auditPlans.filter((p) => p.first <= until),
      columns: [["period", (p) => p.period], ["agency", (p) => p.agency], ["planned", (p) => String(p.planned)]]
    }),
    tableOf({
      name: "training", recordSet: "training", records: practice.training.filter((t) => t.last <= until),
      columns: [["agency", (t) => t.agency], ["course", (t) => t.course], ["period", (t) => t.period], ["completed", (t) => String(t.completed)], ["in_scope", (t) => String(t.inScope)]]
    }),
    tableOf({
      name: "workforce", recordSet: "workforce", iso: true, records: practice.workforce.filter((w) => w.month <= until),
      columns: [["team", (w) => w.team], ["month", (w) => iso(w.month)], ["fte", (w) => String(w.fte)], ["vacancies_fte", (w) => String(w.vacancies)], ["agency_fte", (w) => String(w.agency)]]
    }),
    tableOf({
      name: "partner_return", recordSet: "partner_return", records: practice.partnerReturns.filter((p) => p.last <= until),
      columns: [["indicator", (p) => p.indicator], ["period", (p) => p.period], ["area", (p) => p.area], ["numerator", (p) => String(p.numerator)], ["denominator", (p) => String(p.denominator)], ["source", (p) => p.source]]
    }),
    tableOf({
      name: "delay-review-log", recordSet: "delay_review", date: "Reviewed on", records: practice.delayReviews.filter((d) => d.on <= until),
      columns: [
        ["Measure", (d) => d.measure], ["Case", (d) => d.caseId], ["Reviewed on", (d) => uk(d.on)], ["Cause of the delay", (d) => d.cause], ["Is the child safe?", (d) => yes(d.safe)], ["What will be done (no names)", (d) => d.action],
        ["By whom (role)", (d) => d.owner], ["By when", (d) => uk(d.dueOn)]
      ],
      extra: {sheet: "Delay reviews"}
    }),
    tableOf({
      name: "commentary-log", recordSet: "commentary", records: practice.commentary.filter((c) => c.period <= period),
      columns: [["Measure", (c) => c.measure], ["Period (such as 2026-03)", (c) => c.period], ["Your role", (c) => c.role], ["What you want to say", (c) => c.words]],
      extra: {sheet: "Commentary"}
    }),
    tableOf({
      name: "improvement-action-log", recordSet: "improvement_action", date: "Action is due", records: practice.improvements,
      columns: [["Improvement action ID", (i) => i.id], ["Finding", (i) => i.finding], ["Who is responsible (role)", (i) => i.owner], ["Action is due", (i) => uk(i.dueOn)], ["Where it stands", (i) => i.status], ["Evidence (no names)", (i) => i.evidence]],
      extra: {sheet: "Improvement actions"}
    })
  ];
}
