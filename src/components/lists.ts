// Lists of cases that are no measure's, and what they are called: how far contacts came, moves between case statuses, limits that run on open cases.
// One name for the page, the API and the published counts; SQL is in etl/transform/lists.ts. Knows no data.

/** Steps after a contact, in the order in which a case usually takes them. */
export const contactSteps: Record<string, string> = {
  referral: "Referral",
  assessment: "Assessment",
  strategy_meeting: "Strategy meeting",
  section_47: "Section 47 enquiry",
  icpc: "Initial conference",
  plan: "Child protection plan"
};

/** What is to be done next on an open case. */
export const dueSteps: Record<string, string> = {
  contact_decision: "First decision on a contact",
  graded_decision: "Decision by risk grade",
  child_seen: "Child seen",
  assessment: "Assessment finished",
  initial_conference: "Initial conference",
  cin_meeting: "Child-in-need meeting",
  cin_visit: "Child-in-need visit",
  cp_visit: "Child protection visit",
  cp_review: "Child protection review",
  supervision: "Supervision"
};

/** What became of an agency at a strategy meeting, and what a list of those meetings is called. */
export const invitations: Record<string, string> = {
  invited: "invited",
  attended: "there",
  came: "invited and came",
  absent: "invited, did not come",
  uninvited: "not invited"
};

/** Working days that "due soon" looks ahead. */
export const dueWithin = 5;

const statuses: Record<string, string> = {looked_after: "looked after", cp_plan: "child protection plan", cin_plan: "child-in-need plan", open_assessment: "open assessment", closed: "closed"};

export interface NamedList {
  id: string;
  title: string;
  /** What a row of it is, and is not. */
  says: string;
  unit: string;
  /** What the category of a row is; null where rows have none. */
  category: string | null;
  /** Tells of the as-at date, whatever months are asked for: they are the as-at month. */
  now: boolean;
}

/**
 * A list by its id; null where there is none of that id.
 * `contacts.all`, `contacts.section_47` (came as far), `contacts.section_47.recent` (may still come); `moves.all`, `moves.back` (down, and up again
 * in time), `moves.cp_plan.cin_plan`; `meetings.health.uninvited` (strategy meetings, by agency); `due.cin_visit` (falls due in the next working days), `overdue.cin_visit`.
 */
export function listNamed(id: string): NamedList | null {
  const [kind = "", a = "", b, ...rest] = id.split(".");
  if (rest.length) return null;
  const known = Object.hasOwn;
  if (kind === "contacts" && a === "all" && b === undefined) return {id, title: "Contacts in the funnel", says: "Contacts received", unit: "contacts", category: "Disability", now: false};
  if (kind === "contacts" && known(contactSteps, a) && (b === undefined || b === "recent")) {
    const step = contactSteps[a]!.toLowerCase();
    return b ? {id, title: `Contacts too recent to tell: ${step}`, says: `Contacts received whose case has not come as far as this step and still may, as the usual limit has not expired: ${step}`, unit: "contacts", category: "Disability", now: false} : {id, title: `Contacts that came as far as: ${step}`, says: `Contacts received whose case had, between the referral that the contact led to and the child’s next referral: ${step}`, unit: "contacts", category: "Disability", now: false};
  }
  if (kind === "moves" && b === undefined && (a === "all" || a === "back"))
    return a === "all" ? {id, title: "Steps up and down", says: "Moves between case statuses", unit: "moves", category: "Direction", now: false} : {id, title: "Steps down that came back up", says: "Moves down after which the child was back where it had been, or further up, within the months of N10", unit: "moves", category: "Direction", now: false};
  if (kind === "moves" && b !== undefined && known(statuses, a) && known(statuses, b) && a !== b) return {id, title: `Moves from ${statuses[a]} to ${statuses[b]}`, says: `Moves of a child from ${statuses[a]} to ${statuses[b]}`, unit: "moves", category: "Direction", now: false};
  if (kind === "meetings" && /^[a-z]{2,20}(_[a-z]{1,20}){0,3}$/.test(a) && b !== undefined && known(invitations, b)) {
    const agency = a.replaceAll("_", " ");
    return {id, title: `Strategy meetings, ${agency}: ${invitations[b]!}`, says: `Strategy meetings held, of this agency: ${agency}, ${invitations[b]!}`, unit: "meetings", category: null, now: false};
  }
  if ((kind === "due" || kind === "overdue") && known(dueSteps, a) && b === undefined)
    return kind === "due" ? {id, title: `Due in the next ${dueWithin} working days: ${dueSteps[a]!.toLowerCase()}`, says: `Limits that run on open cases and fall due in the next ${dueWithin} working days: ${dueSteps[a]!.toLowerCase()}`, unit: "limits", category: null, now: true} : {id, title: `Overdue: ${dueSteps[a]!.toLowerCase()}`, says: `Limits that run on open cases and have passed: ${dueSteps[a]!.toLowerCase()}`, unit: "limits", category: null, now: true};
  return null;
}
