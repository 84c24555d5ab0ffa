// Audits of cases drawn at random find good practice; those aimed at worrying cases do not. Bends one dial; writes nothing.
import {addMonths, monthOf, type Day} from "../days.ts";
import type {Story} from "../dials.ts";

export function auditsDisagree(until: Day): Story {
  const [from, to] = [monthOf(addMonths(until, -35)), monthOf(until)];
  return {
    story: "audits-disagree",
    says: "Seven audits in ten of cases drawn at random are graded good; of those aimed at worrying cases, three in ten. Added together they would say half, which is true of nothing.",
    much: "Good in three of ten targeted audits, against seven of ten at random.",
    shows: [{measure: "Q2b", against: "Q2a", dimension: null, group: null, from, to, direction: "lower"}],
    bend: {auditedGood: (usual, at) => (at.selection === "Targeted" ? 0.3 : usual)}
  };
}
