// Early help, missing episodes, periods looked after, actions of plans, households and merged ids. Pure.
import {FAMILIES_OF_CITY} from "./assurance.ts";
import {EARLY_HELP_SERVICES} from "./contact-details.ts";
import {addWorkingDays, certain, dateOf, DAY, type Day, type Minute} from "./days.ts";
import {inOffice} from "./documents.ts";
import type {PracticeOptions} from "./practice.ts";
import {randomFor} from "./random.ts";
import type {Child, Episode, Family, World} from "./world.ts";

export interface EarlyHelp {
  child: Child;
  startedOn: Day;
  endedOn: Day | null;
  service: string;
  endReason: string;
}

export interface MissingEpisode {
  child: Child;
  startedAt: Minute;
  returnedAt: Minute | null;
  offeredAt: Minute | null;
  heldAt: Minute | null;
  kind: string;
}

export interface CareEpisode {
  child: Child;
  startedOn: Day;
  endedOn: Day | null;
  /** The case it belongs to, for the team and worker. */
  episode: Episode;
}

export interface PlanAction {
  id: string;
  child: Child;
  setOn: Day;
  dueOn: Day;
  closedOn: Day | null;
  owner: string;
}

export interface Household {
  id: string;
  child: Child;
  from: Day;
  to: Day | null;
}

export interface Services {
  earlyHelp: EarlyHelp[];
  missing: MissingEpisode[];
  careEpisodes: CareEpisode[];
  planActions: PlanAction[];
  households: Household[];
  links: {from: string; child: Child}[];
}

export function makeServices(world: World, options: PracticeOptions): Services {
  return {
    earlyHelp: makeEarlyHelp(world, options),
    missing: makeMissing(world, options),
    careEpisodes: makeCare(world, options),
    planActions: makeActions(world, options),
    households: makeHouseholds(world.families, options),
    links: makeLinks(world.families, options)
  };
}

/** After a contact that ended in early help, and after a case closed to it; a family is helped together. */
function makeEarlyHelp({contacts, episodes}: World, {seed}: PracticeOptions): EarlyHelp[] {
  const random = randomFor(seed, "early help");
  const found: EarlyHelp[] = [];
  const busyUntil = new Map<Child, Day>();
  const help = (children: Child[], after: Day, starts: number) => {
    if (!random.chance(starts)) return;
    const startedOn = addWorkingDays(after, random.weighted([[3, 20], [8, 28], [14, 24], [19, 13], [28, 15]] as const));
    const service = random.weighted(EARLY_HELP_SERVICES);
    const length = Math.round(Math.min(Math.max(random.around(120, 0.5), 21), 420));
    const endReason = random.weighted([["Needs met", 52], ["Family declined", 10], ["Family stopped taking part", 14], ["Passed to universal services", 17], ["Moved away", 7]] as const);
    for (const child of children) {
      if ((busyUntil.get(child) ?? -1) >= startedOn || startedOn < child.born - 120) continue;
      const back = child.episodes.find((e) => e.referredOn > startedOn && e.referredOn <= startedOn + length);
      const endedOn = back?.referredOn ?? startedOn + length;
      busyUntil.set(child, endedOn);
      found.push({child, startedOn, endedOn, service, endReason: back ? "Stepped up to social care" : endReason});
    }
  };
  for (const c of contacts) if (c.outcome === "Early help" && c.decidedAt !== null) help(c.children, dateOf(Math.max(c.decidedAt, c.receivedAt)), 0.74);
  const closed = new Map<string, Episode[]>();
  for (const e of episodes) if (e.closureReason === "RC9") closed.set(e.id, [...(closed.get(e.id) ?? []), e]);
  for (const theirs of closed.values()) help(theirs.map((e) => e.child), theirs[0]!.closedOn!, 0.88);
  return found.sort((a, b) => a.startedOn - b.startedOn);
}

const MISSING_A_YEAR = 340;

/** Mostly of young people whose case is open or was lately; a few go missing again and again. */
function makeMissing({families, episodes}: World, {seed, from, until}: PracticeOptions): MissingEpisode[] {
  const random = randomFor(seed, "missing");
  const age = (child: Child, day: Day) => (day - child.born) / 365.25;
  const known = episodes.filter((e) => e.closedOn! >= from && age(e.child, e.referredOn) > 10 && !e.noFurtherAction);
  const found: MissingEpisode[] = [];
  if (known.length === 0) return found;
  const many = Math.round((MISSING_A_YEAR * families.length) / FAMILIES_OF_CITY * ((until - from) / 365));
  for (let n = 0; n < many; ) {
    const {child, referredOn, closedOn} = random.pick(known);
    const first = random.int(Math.max(from, referredOn), Math.max(from, closedOn! + 60));
    const spells = random.weighted([[1, 62], [2, 20], [4, 12], [9, 6]] as const);
    let day = first;
    for (let i = 0; i < spells; i++, day += random.int(4, 40)) {
      n++;
      if (day > until || age(child, day) >= 18) break;
      const startedAt = certain(day * DAY + random.int(15 * 60, 23 * 60 + 50));
      const returnedAt = random.chance(0.985) ? certain(startedAt + Math.round(Math.min(random.around(10, 0.9), 120) * 60)) : null;
      const after = (from: Minute, days: readonly (readonly [number, number])[]) => certain(Math.max(inOffice(random, addWorkingDays(dateOf(from), random.weighted(days))), from + random.int(15, 150)));
      const offeredAt = returnedAt !== null && random.chance(0.9) ? after(returnedAt, [[0, 34], [1, 46], [2, 12], [4, 8]]) : null;
      const heldAt = offeredAt !== null && random.chance(0.68) ? after(offeredAt, [[0, 46], [1, 34], [2, 12], [5, 8]]) : null;
      found.push({child, startedAt, returnedAt, offeredAt, heldAt, kind: random.weighted([["Missing", 84], ["Away from placement", 9], ["Exploitation event", 7]] as const)});
    }
  }
  const seen = new Set<string>();
  return found.sort((a, b) => a.startedAt - b.startedAt).filter((m) => !seen.has(`${m.child.id} ${m.startedAt}`) && seen.add(`${m.child.id} ${m.startedAt}`));
}

function makeCare({episodes}: World, {seed, from}: PracticeOptions): CareEpisode[] {
  const random = randomFor(seed, "care");
  return episodes.flatMap((episode) => {
    const plan = episode.protectionPlans[0];
    if (episode.noFurtherAction || !random.chance(plan ? 0.13 : episode.cinPlans.length > 0 ? 0.012 : 0.003)) return [];
    const [first, last] = plan ? [plan.startedOn + 20, plan.endedOn!] : [episode.referredOn + 1, episode.closedOn!];
    if (last <= first) return [];
    const startedOn = random.int(first, last);
    const endedOn = Math.min(episode.closedOn!, startedOn + Math.round(random.around(260, 0.9)));
    return endedOn < from || endedOn <= startedOn ? [] : [{child: episode.child, startedOn, endedOn, episode}];
  });
}

const OWNERS = [["Children's social care", 46], ["Parents", 20], ["School", 12], ["0-19 service", 9], ["CAMHS", 4], ["Early help", 4], ["Police", 2], ["Housing", 3]] as const;

/** Three to six actions a plan, more as it goes on; siblings share them. */
function makeActions({episodes}: World, {seed, from}: PracticeOptions): PlanAction[] {
  const random = randomFor(seed, "actions");
  const ofPlan = new Map<string, Omit<PlanAction, "child">[]>();
  let numbered = 0;
  return episodes.flatMap((e) =>
    [...e.cinPlans, ...e.protectionPlans].flatMap((plan) => {
      if (plan.endedOn! < from) return [];
      const key = `${e.id} ${plan.startedOn}`;
      let actions = ofPlan.get(key);
      if (!actions) {
        ofPlan.set(key, (actions = []));
        for (let setOn = plan.startedOn + 5; setOn < plan.endedOn!; setOn += random.int(110, 190)) {
          for (let n = random.int(2, 4); n > 0; n--) {
            const dueOn = setOn + random.int(14, 84);
            const closedOn = random.chance(0.9) ? dueOn + random.weighted([[-8, 42], [0, 22], [9, 20], [40, 16]] as const) : null;
            actions.push({id: `PA${String(900_000 + numbered++)}`, setOn, dueOn, closedOn, owner: random.weighted(OWNERS)});
          }
        }
      }
      // what is left open is ended with the plan
      return actions.map((a) => ({...a, closedOn: Math.max(a.setOn, Math.min(a.closedOn ?? plan.endedOn!, plan.endedOn!)), child: e.child}));
    })
  );
}

/** A household is a family at an address; a few children lived in another one for a time. */
function makeHouseholds(families: Family[], {seed, from, until}: PracticeOptions): Household[] {
  const random = randomFor(seed, "households");
  return families.flatMap((family) => {
    const id = `H${family.id.slice(1)}`;
    return family.children.flatMap((child) => {
      const born = Math.min(child.born, until);
      if (!random.chance(0.025) || child.born > from) return [{id, child, from: born, to: null}];
      const moved = random.int(from, until);
      const back = moved + random.int(60, 500);
      return [{id, child, from: born, to: moved}, {id: `${id}B`, child, from: moved, to: back <= until ? back : null}, ...(back <= until ? [{id, child, from: back, to: null}] : [])];
    });
  });
}

/** Records that were found to be about one child and merged. */
function makeLinks(families: Family[], {seed}: PracticeOptions): Services["links"] {
  const random = randomFor(seed, "links");
  let numbered = 0;
  return families.flatMap((f) => f.children.flatMap((child) => (child.episodes.length > 0 && random.chance(0.03) ? [{from: `${random.pick(["EH", "EDTP"])}${String(70_000 + numbered++)}`, child}] : [])));
}
