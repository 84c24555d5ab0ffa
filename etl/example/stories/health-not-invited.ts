// Health is seldom asked to strategy meetings about children whose case is already open. Bends one dial; writes nothing.
import {addMonths, monthOf, type Day} from "../days.ts";
import type {Story} from "../dials.ts";

export function healthNotInvited(until: Day): Story {
  const [from, to] = [monthOf(addMonths(until, -35)), monthOf(until)];
  return {
    story: "health-not-invited",
    says: "On cases already open, health is invited to little more than half of strategy meetings; on new cases, to nearly all.",
    much: "Invited to three fifths as many as usual.",
    shows: [
      {measure: "S2a", dimension: "case_status", group: "open", from, to, direction: "lower"},
      {measure: "S1", dimension: "case_status", group: "open", from, to, direction: "lower"}
    ],
    bend: {healthInvited: (usual, {caseOpen}) => (caseOpen ? usual * 0.6 : usual)}
  };
}
