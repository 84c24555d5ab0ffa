// Child-in-need meetings all but stop in one locality. Bends one dial; writes nothing.
import {addMonths, civil, monthOf, type Day} from "../days.ts";
import type {Story} from "../dials.ts";

export function cinMeetingsStop(until: Day): Story {
  const locality = "Eastbrook";
  const stops = addMonths(until - civil(until).day + 1, -9);
  return {
    story: "cin-meetings-stop",
    says: `In ${locality} child-in-need meetings all but stopped from ${monthOf(stops)}; three months later most plans there had gone without one.`,
    much: "One meeting in five took place, against nine in ten.",
    shows: [{measure: "N3", dimension: "locality", group: locality, from: monthOf(addMonths(stops, 3)), to: monthOf(until), direction: "higher"}],
    bend: {cinMeetingHeld: (usual, at) => (at.locality === locality && at.day >= stops ? 0.2 : usual)}
  };
}
