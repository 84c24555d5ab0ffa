// One agency used to challenge decisions and falls silent. Bends one dial; writes nothing.
import {addMonths, civil, monthOf, type Day} from "../days.ts";
import type {Story} from "../dials.ts";

export function agencyStopsEscalating(until: Day): Story {
  const stops = addMonths(until - civil(until).day + 1, -7);
  return {
    story: "agency-stops-escalating",
    says: `Health raised about a quarter of all escalations until ${monthOf(stops - 1)}, and none since.`,
    much: "None a month, against about three.",
    shows: [{measure: "X1", dimension: "agency", group: "health", from: monthOf(stops), to: monthOf(until), direction: "lower"}],
    bend: {escalates: (usual, at) => ((at.agency === "Health" || at.agency === "CAMHS") && at.day >= stops ? 0 : usual)}
  };
}
