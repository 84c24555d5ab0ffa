// What exists in the fictional city: the shapes of its one truth, before anything is exported or damaged. Nothing here knows a file format.
import type {Day, Minute} from "./days.ts";

export interface Family {
  id: string;
  locality: string;
  surname: string;
  address: string;
  /** How readily the family comes to notice, against others. */
  need: number;
  children: Child[];
}

export interface Child {
  id: string;
  family: Family;
  forename: string;
  born: Day;
  sex: "M" | "F" | "U";
  ethnicity: string;
  disabilities: string[];
  upn: string | null;
  /** In order of referral; they never overlap. */
  episodes: Episode[];
}

export type Grade = "Red" | "Amber" | "Green";

/** One contact, which may be about several children of a family. */
export interface Contact {
  id: string;
  children: Child[];
  receivedAt: Minute;
  /** DfE source code; null for a word that no list knows. */
  source: string | null;
  sourceWord: string;
  issue: string;
  kind: "referral" | "open" | "other";
  gradedFirst: Grade | null;
  gradedLast: Grade | null;
  screenedAt: Minute | null;
  decidedAt: Minute | null;
  outcome: string | null;
  consent: string | null;
  /** Of a contact as an export shows it: the contact itself. */
  original?: Contact;
}

export interface OutOfHoursContact {
  id: string;
  children: Child[];
  /** The day team's own record of it. */
  contactId: string | null;
  receivedAt: Minute;
  source: string;
  issue: string;
  priority: "Urgent" | "Standard" | "No response needed";
  respondedAt: Minute | null;
  response: string | null;
  outcome: string;
  handoverAt: Minute | null;
}

export interface AgencyRequest {
  contactId: string;
  /** Word in the export. */
  agency: string;
  requestedAt: Minute;
  dueAt: Minute | null;
  returnedAt: Minute | null;
  returned: "Full" | "Nothing known" | "Refused" | null;
}

export interface Allocation {
  worker: string;
  team: string;
  from: Day;
  to: Day | null;
}

export interface Assessment {
  id: string;
  startedOn: Day;
  authorisedOn: Day | null;
  factors: string[];
  /** What it found, once authorised. */
  outcome: string;
}

export interface Section47 {
  startedOn: Day;
  icpcNotRequired: boolean;
  icpcDueOn: Day | null;
  icpcOn: Day | null;
  strategyMeetingId: string;
}

/** A child with a protection plan of another authority moves into the city. */
export interface TransferIn {
  notifiedOn: Day;
  dueOn: Day;
  heldOn: Day | null;
}

export interface Plan {
  startedOn: Day;
  endedOn: Day | null;
}

export interface ProtectionPlan extends Plan {
  category: string;
  previous: number;
  reviews: Day[];
}

export interface Visit {
  on: Day;
  type: "Assessment" | "CIN visit" | "CP visit";
  seen: boolean;
  alone: boolean;
  worker: string;
}

/** One child's referral and all that follows until it closes (a CIN episode). */
export interface Episode {
  /** Shared by the siblings of one referral. */
  id: string;
  child: Child;
  referredOn: Day;
  source: string;
  noFurtherAction: boolean;
  need: string;
  team: string | null;
  closedOn: Day | null;
  closureReason: string | null;
  allocations: Allocation[];
  assessments: Assessment[];
  section47s: Section47[];
  transferIn: TransferIn | null;
  cinPlans: Plan[];
  protectionPlans: ProtectionPlan[];
  visits: Visit[];
}

export interface Attendance {
  agency: string;
  role: string;
  invited: boolean | null;
  attended: string | null;
}

export interface StrategyMeeting {
  id: string;
  children: Child[];
  team: string;
  triggeredAt: Minute;
  heldAt: Minute | null;
  caseOpen: boolean;
  outcome: string | null;
  section47On: Day | null;
  attendance: Attendance[];
}

export interface CinMeeting {
  id: string;
  episode: Episode;
  type: "Planning" | "Review";
  dueOn: Day;
  heldOn: Day | null;
  cancelled: string | null;
}

export interface World {
  families: Family[];
  contacts: Contact[];
  outOfHours: OutOfHoursContact[];
  requests: AgencyRequest[];
  episodes: Episode[];
  strategyMeetings: StrategyMeeting[];
  cinMeetings: CinMeeting[];
}
