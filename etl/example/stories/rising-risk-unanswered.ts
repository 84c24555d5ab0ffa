// Risk rises on open cases in one locality and no manager decides what to do. Bends one dial; writes nothing.
import {addMonths, civil, monthOf, type Day} from "../days.ts";
import type {Story} from "../dials.ts";

export function risingRiskUnanswered(until: Day): Story {
  const locality = "Northmoor";
  const begins = addMonths(until - civil(until).day + 1, -8);
  return {
    story: "rising-risk-unanswered",
    says: `In ${locality} new events on open cases have seldom been answered since ${monthOf(begins)}: no step up, and no manager's decision to stay.`,
    much: "A decision after one event in eight, against more than four in five.",
    shows: [{measure: "N8", dimension: "locality", group: locality, from: monthOf(begins), to: monthOf(until), direction: "higher"}],
    bend: {riskDecided: (usual, at) => (at.locality === locality && at.day >= begins ? 0.12 : usual)}
  };
}
