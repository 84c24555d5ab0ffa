// What the MASH notes on a contact beside its decision, and who sat at its desk. Pure.
import {addWorkingDays, certain, civil, dateOf, isWorkingDay, onOrNextWorkingDay, type Day, type Minute} from "./days.ts";
import {inOffice} from "./documents.ts";
import type {PracticeOptions} from "./practice.ts";
import {randomFor, type Random} from "./random.ts";
import type {Child, Contact, Episode, World} from "./world.ts";

export interface ContactDetail {
  consentReason: string | null;
  acknowledgedAt: Minute | null;
  feedbackAt: Minute | null;
  incidentAt: Minute | null;
  incidentId: string | null;
  linkedContactId: string | null;
  earlyHelpService: string | null;
  recordedAt: Minute;
  /** By child: whether the child's voice is on record, and the referral that came of it. */
  voice: Map<Child, boolean>;
  referralIds: Map<Child, string>;
}

const PRIVATE = new Set(["1A", "1B", "1C", "1D", "9", "10"]);
export const EARLY_HELP_SERVICES = [["Targeted support", 26], ["Family hub or children's centre", 22], ["Family support", 18], ["Parenting programme", 9], ["Mental health in schools", 8], ["Youth service", 5], ["Domestic abuse support", 5], ["School or health lead practitioner", 7]] as const;

export function contactDetails({contacts, episodes}: World, {seed}: PracticeOptions): Map<Contact, ContactDetail> {
  const random = randomFor(seed, "contact details");
  const referred = new Map<string, Episode>(episodes.map((e) => [`${e.child.id} ${e.referredOn}`, e]));
  const lastOf = new Map<string, Contact>();
  const lastIncident = new Map<string, {id: string; at: Minute; day: Day}>();
  let incidents = 0;
  return new Map(
    contacts.map((c) => {
      const day = dateOf(c.receivedAt);
      const family = c.children[0]!.family.id;
      const police = c.source === "6";
      const last = lastOf.get(family);
      const linked = last && day - dateOf(last.receivedAt) < 30 && random.chance(0.45) ? last.id : null;
      let incident: {id: string; at: Minute} | null = null;
      if (police && random.chance(0.93)) {
        const before = lastIncident.get(family);
        if (before && day - before.day < 21 && random.chance(0.6)) incident = before;
        else {
          incident = {id: `50${civil(day).year}${String(100_000 + incidents++)}`, at: certain(c.receivedAt - Math.round(Math.min(random.around(19, 0.9), 400) * 60))};
          lastIncident.set(family, {...incident, day});
        }
      }
      lastOf.set(family, c);
      const professional = c.source !== null && !PRIVATE.has(c.source);
      const told = c.decidedAt !== null && c.decidedAt >= c.receivedAt && professional && random.chance(0.86);
      return [
        c,
        {
          consentReason: c.consent === "Dispensed with" && random.chance(0.88) ? random.weighted([["Asking could put the child at risk of significant harm", 62], ["Asking could prejudice the prevention or detection of a serious crime", 10], ["Could not be reached", 16], ["Asking would cause unsafe delay", 12]] as const) : null,
          acknowledgedAt: professional && random.chance(0.95) ? soon(random, c.receivedAt, 0.9) : null,
          feedbackAt: told ? soon(random, c.decidedAt!, 0.72) : null,
          incidentAt: incident?.at ?? null,
          incidentId: incident?.id ?? null,
          linkedContactId: linked,
          earlyHelpService: c.outcome === "Early help" ? random.weighted(EARLY_HELP_SERVICES) : null,
          recordedAt: random.chance(0.93) ? c.receivedAt + random.int(4, 110) : inOffice(random, addWorkingDays(day, random.weighted([[1, 40], [2, 20], [3, 22], [5, 18]] as const))),
          voice: new Map(c.children.map((child) => [child, (day - child.born) / 365.25 > 4 ? random.chance(0.58) : random.chance(0.2)])),
          referralIds: new Map(c.kind === "referral" ? c.children.flatMap((child) => { const e = referred.get(`${child.id} ${dateOf(c.decidedAt!)}`); return e ? [[child, e.id] as const] : []; }) : [])
        }
      ];
    })
  );
}

/** The same day or the next working one with the given chance, else two to six working days on. */
function soon(random: Random, at: Minute, inTime: number): Minute {
  const day = dateOf(at);
  if (!random.chance(inTime)) return inOffice(random, addWorkingDays(day, random.weighted([[2, 55], [3, 30], [6, 15]] as const)));
  const sameDay = at + random.int(20, 200);
  return dateOf(sameDay) === day && isWorkingDay(day) && random.chance(0.7) ? sameDay : inOffice(random, addWorkingDays(day, 1));
}

// ---------------------------------------------------------------------------------------------------------------------
// The MASH desk

export interface RotaSeat {
  on: Day;
  session: "Morning" | "Afternoon";
  agency: string;
  covered: boolean;
}

const SEATS: Record<string, number> = {Police: 0.99, "0-19 service": 0.95, "Education welfare": 0.88, Housing: 0.9, Probation: 0.88, "Adult mental health": 0.8, "Domestic abuse service": 0.93, "Early help": 0.97};

/** Two sessions on every working day; education's seat is often empty in the holidays. */
export function makeRota({seed, from, until}: PracticeOptions): RotaSeat[] {
  const random = randomFor(seed, "rota");
  const seats: RotaSeat[] = [];
  for (let on = onOrNextWorkingDay(from); on <= until; on = addWorkingDays(on, 1)) {
    const holidays = [8].includes(civil(on).month);
    for (const [agency, usual] of Object.entries(SEATS)) {
      const away = random.chance(0.5 * (1 - usual)); // a whole day off, else a session at a time
      for (const session of ["Morning", "Afternoon"] as const) seats.push({on, session, agency, covered: !away && random.chance((agency === "Education welfare" && holidays ? 0.6 : usual) + 0.5 * (1 - usual))});
    }
  }
  return seats;
}
