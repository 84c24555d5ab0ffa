// Initial, review and transfer-in child protection conferences, core groups and child-in-need meetings: who took part. Pure.
import {addMonths, addWorkingDays, onOrNextWorkingDay, type Day} from "./days.ts";
import type {MeetingAttendance, PracticeOptions} from "./practice.ts";
import {randomFor, type Random} from "./random.ts";
import type {Child, Episode, World} from "./world.ts";

/** One conference about one child; siblings share its id. */
export interface Conference {
  id: string;
  child: Child;
  episode: Episode;
  type: "Initial" | "Review" | "Transfer in";
  notifiedOn: Day;
  dueOn: Day;
  heldOn: Day | null;
  /** Whether a plan was made, or goes on. */
  plan: boolean;
  participation: string;
}

const MEETING_TYPES = {Initial: "ICPC", Review: "Review conference", "Transfer in": "Transfer-in conference"} as const;
const MISSED = [["Apologies - report sent", 45], ["Apologies", 35], ["Absent", 20]] as const;
const WAYS = [["In person", 62], ["Video", 34], ["Telephone", 4]] as const;

export function makeConferences(world: World, {seed, from}: PracticeOptions): {conferences: Conference[]; attendance: MeetingAttendance[]} {
  const random = randomFor(seed, "conferences");
  const conferences: Conference[] = [];
  const events = new Map<string, {id: string; notifiedOn: Day; first: Child; heldOn: Day | null; type: Conference["type"]}>();
  const add = (episode: Episode, type: Conference["type"], at: {heldOn: Day | null; dueOn: Day; notified: () => Day; plan: boolean}) => {
    if ((at.heldOn ?? at.dueOn) < from) return;
    const {child} = episode;
    const key = `${child.family.id} ${type} ${at.heldOn ?? at.dueOn}`;
    let event = events.get(key);
    if (!event) events.set(key, (event = {id: `CPC${String(8_100 + events.size)}`, notifiedOn: at.notified(), first: child, heldOn: at.heldOn, type}));
    conferences.push({id: event.id, child, episode, type, notifiedOn: event.notifiedOn, dueOn: at.dueOn, heldOn: at.heldOn, plan: at.plan, participation: participation(random, child, at.heldOn ?? at.dueOn)});
  };
  for (const episode of world.episodes) {
    for (const s of episode.section47s) {
      if (s.icpcNotRequired || s.icpcDueOn === null) continue;
      add(episode, "Initial", {heldOn: s.icpcOn, dueOn: s.icpcDueOn, notified: () => addWorkingDays(s.startedOn, random.int(2, 6)), plan: episode.protectionPlans.some((p) => p.startedOn === s.icpcOn)});
    }
    const {transferIn} = episode;
    if (transferIn) add(episode, "Transfer in", {heldOn: transferIn.heldOn, dueOn: transferIn.dueOn, notified: () => transferIn.notifiedOn, plan: episode.protectionPlans.some((p) => p.startedOn === transferIn.heldOn)});
    for (const plan of episode.protectionPlans) {
      let dueOn = addMonths(plan.startedOn, 3);
      for (const heldOn of plan.reviews) {
        const due = dueOn;
        add(episode, "Review", {heldOn, dueOn: due, notified: () => Math.min(due - 35, heldOn - 7), plan: plan.endedOn === null || heldOn < plan.endedOn - 3});
        dueOn = addMonths(heldOn, 6);
      }
    }
  }
  const attendance = [...events.values()].flatMap(({id, first, heldOn, type}) => (heldOn === null ? [] : atConference(random, id, first, heldOn, type)));
  return {conferences, attendance: [...attendance, ...atCinMeetings(world, randomFor(seed, "cin meetings"), from)]};
}

function participation(random: Random, child: Child, day: Day): string {
  if (day - child.born < 4 * 365.25) return "PN0";
  return random.weighted([["PN1", 20], ["PN2", 7], ["PN3", 4], ["PN4", 3], ["PN5", 20], ["PN6", 28], ["PN7", 18]] as const);
}

export const healthOf = (child: Child, day: Day): string => (day < child.born ? "Midwifery" : day - child.born < 5 * 365.25 ? "Health visitor" : "School nurse");

function atConference(random: Random, meetingId: string, child: Child, heldOn: Day, type: Conference["type"]): MeetingAttendance[] {
  const rows: MeetingAttendance[] = [];
  const come = (agency: string, role: string, asked: number, comes: number) => {
    if (!random.chance(asked)) return;
    rows.push({meetingId, meetingType: MEETING_TYPES[type], heldOn, agency, role, invited: true, attended: random.weighted(random.chance(comes) ? WAYS : MISSED)});
  };
  const age = (heldOn - child.born) / 365.25;
  come("Conference chair", "Chair", 1, 1);
  come("Social worker", "Practitioner", 1, 0.985);
  come("Police", "Practitioner", type === "Review" ? 0.6 : 0.97, type === "Review" ? 0.25 : 0.72);
  come(healthOf(child, heldOn), "Practitioner", 0.96, 0.86);
  come("GP", "Practitioner", 0.7, 0.08);
  if (age >= 4.5) come("School", "Safeguarding lead", 0.96, 0.88);
  else if (age > 1) come("Nursery", "Practitioner", 0.6, 0.7);
  come("Probation", "Practitioner", 0.12, 0.7);
  come("Housing", "Practitioner", 0.14, 0.45);
  come("Domestic abuse service", "Practitioner", 0.15, 0.75);
  come("Parents", "Parent or carer", 0.97, 0.84);
  return rows;
}

/** Child-in-need reviews: the agencies of the plan. Siblings have one meeting. */
function atCinMeetings(world: World, random: Random, from: Day): MeetingAttendance[] {
  const seen = new Set<string>();
  const rows: MeetingAttendance[] = [];
  for (const {id, episode, heldOn} of world.cinMeetings) {
    if (heldOn === null || heldOn < from || seen.has(id)) continue;
    seen.add(id);
    const age = (heldOn - episode.child.born) / 365.25;
    const mental = episode.assessments.some((a) => a.factors.includes("4A"));
    const come = (agency: string, asked: number, comes: number) => {
      if (random.chance(asked)) rows.push({meetingId: id, meetingType: "CIN meeting", heldOn, agency, role: "Practitioner", invited: true, attended: random.weighted(random.chance(comes) ? WAYS : MISSED)});
    };
    come("Social worker", 1, 0.99);
    come(healthOf(episode.child, heldOn), 0.72, 0.7);
    if (age >= 4.5) come("School", 0.88, 0.82);
    else if (age > 1) come("Nursery", 0.45, 0.72);
    if (mental && age >= 6) come("CAMHS", 0.42, 0.55);
    come("Early help", 0.16, 0.8);
    come("Housing", 0.07, 0.5);
  }
  return rows;
}

/** Core groups of a child protection plan: the first due ten working days after the conference, then every six weeks. */
export function coreGroups(world: World, {seed, from}: PracticeOptions): {id: string; child: Child; dueOn: Day; heldOn: Day | null}[] {
  const random = randomFor(seed, "core groups");
  const ofPlan = new Map<string, {id: string; dueOn: Day; heldOn: Day | null}[]>();
  let numbered = 0;
  return world.episodes.flatMap(({child, protectionPlans}) =>
    protectionPlans.flatMap((plan) => {
      if (plan.endedOn! < from) return [];
      const key = `${child.family.id} ${plan.startedOn}`;
      let meetings = ofPlan.get(key);
      if (!meetings) {
        ofPlan.set(key, (meetings = []));
        let dueOn = addWorkingDays(plan.startedOn, 10);
        for (let first = true; dueOn < plan.endedOn!; first = false) {
          const late = random.weighted(first ? ([[-3, 25], [0, 57], [4, 12], [12, 6]] as const) : ([[-4, 20], [0, 50], [6, 30]] as const));
          const heldOn = onOrNextWorkingDay(Math.max(plan.startedOn + 1, dueOn + late));
          meetings.push({id: `CG${String(60_000 + numbered++)}`, dueOn, heldOn: heldOn < plan.endedOn! && random.chance(0.93) ? heldOn : null});
          dueOn = onOrNextWorkingDay(dueOn + 42);
        }
      }
      return meetings.filter((m) => m.dueOn >= from && m.dueOn < plan.endedOn!).map((m) => ({...m, heldOn: m.heldOn !== null && m.heldOn < plan.endedOn! ? m.heldOn : null, child}));
    })
  );
}
