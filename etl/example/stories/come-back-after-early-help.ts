// Children whose case was closed to early help come back far more often than before. Bends one dial; writes nothing.
import {addMonths, civil, monthOf, type Day} from "../days.ts";
import type {Story} from "../dials.ts";

export function comeBackAfterEarlyHelp(until: Day): Story {
  const closureReason = "RC9";
  const begins = addMonths(until - civil(until).day + 1, -12);
  return {
    story: "come-back-after-early-help",
    says: `From ${monthOf(begins)} children whose case was closed to early help (${closureReason}) come back within six months far more often than they did, and than children do after other closures.`,
    much: "Taken back at every chance, against two chances in five after other closures; before, three in five after all.",
    shows: [{measure: "R5", dimension: "category", group: closureReason, from: monthOf(addMonths(begins, 6)), to: monthOf(until), direction: "higher"}],
    bend: {comesBack: (usual, at) => (at.day < begins ? usual : at.closureReason === closureReason ? 1 : usual * (2 / 3))}
  };
}
