// What else the authority's systems and logs hold beside the cases themselves: conferences, documents, supervision, escalations, audits and so on.
// Worked out from the finished world, each part with a source of chance of its own. Pure; an export shows what was known by its day.
import {makeAssurance, type Assurance} from "./assurance.ts";
import {makeConferences, type Conference} from "./conferences.ts";
import {contactDetails, makeRota, type ContactDetail, type RotaSeat} from "./contact-details.ts";
import {dateOf, type Day, type Minute} from "./days.ts";
import type {Dials} from "./dials.ts";
import {makeDocuments, type Document} from "./documents.ts";
import {makeOversight, type Oversight} from "./oversight.ts";
import {makeServices, type Services} from "./services.ts";
import type {Attendance, Child, Contact, World} from "./world.ts";

/** One agency at a conference or meeting that is not a strategy meeting. */
export interface MeetingAttendance extends Attendance {
  meetingId: string;
  meetingType: string;
  heldOn: Day;
}

export interface Practice extends Oversight, Services, Assurance {
  contactDetails: Map<Contact, ContactDetail>;
  rota: RotaSeat[];
  conferences: Conference[];
  attendance: MeetingAttendance[];
  documents: Document[];
}

export interface PracticeOptions {
  seed: number;
  dials: Dials;
  /** First day that the exports cover. */
  from: Day;
  until: Day;
}

export function makePractice(world: World, options: PracticeOptions): Practice {
  const {conferences, attendance} = makeConferences(world, options);
  const services = makeServices(world, options);
  return {
    contactDetails: contactDetails(world, options),
    rota: makeRota(options),
    conferences,
    attendance,
    documents: makeDocuments(world, conferences, attendance, options),
    ...services,
    ...makeOversight(world, services, options),
    ...makeAssurance(world, options)
  };
}

/** Everybody in the household of a child on a day who was a child then, the child aside. */
export const siblingsOf = (child: Child, day: Day): Child[] => child.family.children.filter((c) => c !== child && c.born <= day && day - c.born < 18 * 365.25);

/** The day itself once it is no later than the day an export is taken, else nothing. */
export const dayBy = (until: Day, at: Day | null): Day | null => (at !== null && at <= until ? at : null);
export const minuteBy = (until: Day, at: Minute | null): Minute | null => (at !== null && dateOf(at) <= until ? at : null);
