// One team takes longer and longer to see children, then mends. Bends one dial; writes nothing.
import {addMonths, civil, dayOf, monthOf, type Day} from "../days.ts";
import type {Story} from "../dials.ts";
import {teamOf} from "../places.ts";

export function slowerToSee(until: Day): Story {
  const team = teamOf("Quayside");
  const {year, month} = civil(until);
  const thisMonth = dayOf(year, month, 1);
  const [worsens, worst, mends, mended] = [addMonths(thisMonth, -20), addMonths(thisMonth, -14), addMonths(thisMonth, -9), addMonths(thisMonth, -6)];
  /** 0 while all is usual, 1 at the worst. */
  const strain = (day: Day) =>
    day < worsens || day >= mended ? 0 : day < worst ? (day - worsens) / (worst - worsens) : day < mends ? 1 : (mended - day) / (mended - mends);
  return {
    story: "slower-to-see",
    says: `The ${team} took longer and longer to see children from ${monthOf(worsens)}, was at its worst from ${monthOf(worst)}, and was back to its usual pace by ${monthOf(mended)}.`,
    much: "At the worst, the usual working days and a half more each, doubled.",
    shows: [
      {measure: "A4a", dimension: "team", group: team, from: monthOf(worst), to: monthOf(mends - 1), direction: "lower"},
      {measure: "A4b", dimension: "team", group: team, from: monthOf(worst), to: monthOf(mends - 1), direction: "higher"}
    ],
    bend: {
      daysToSeen: (usual, at) => (at.team === team ? Math.round((usual + (at.urgent ? 0 : 1.5 * strain(at.day))) * (1 + (at.urgent ? 0.5 : 1) * strain(at.day))) : usual)
    }
  };
}
