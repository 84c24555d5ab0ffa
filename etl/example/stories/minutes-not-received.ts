// Conference minutes stop reaching the 0–19 health service, and nobody notices. Bends one dial; writes nothing.
import {addMonths, civil, monthOf, type Day} from "../days.ts";
import type {Story} from "../dials.ts";

export function minutesNotReceived(until: Day): Story {
  const begins = addMonths(until - civil(until).day + 1, -10);
  const silent = new Set(["Health visitor", "School nurse", "Midwifery"]);
  return {
    story: "minutes-not-received",
    says: `From ${monthOf(begins)} most minutes of child protection conferences do not reach health visitors, school nurses and midwives, after a change of the service's mailbox.`,
    much: "Received from one sending in five, against more than four in five.",
    shows: [{measure: "S10a", dimension: null, group: null, from: monthOf(begins), to: monthOf(until), direction: "lower"}],
    bend: {minutesReceived: (usual, at) => (at.day >= begins && silent.has(at.agency) ? 0.2 : usual)}
  };
}
