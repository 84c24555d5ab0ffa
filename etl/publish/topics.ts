// topics/<page>.json: what one page about measures needs, in one answer small enough to paint at once: definitions, series, teams, figures by group.
import type {Figure, MeasureDefinition, MeasureFile, Period, TopicFile} from "./published.ts";

/** Measures of each page, in the order in which the page asks for them. */
export const TOPICS: Record<string, string[]> = {
  contacts: ["C1", "C2", "C3a", "C3b", "C5", "C6", "C15a", "C15b", "C7", "C8", "C9", "C10", "C16", "C4b"],
  "out-of-hours": ["E1", "C1", "E2a", "E2b", "E3", "E4"],
  "time-to-seen": ["A4a", "A4b", "A5", "A2b"],
  "strategy-meetings": ["S1", "S2a", "S2b", "S4b", "S7c", "S5", "S10a"],
  "repeat-referrals": ["R1", "R2", "R5", "C9", "C11", "A10", "S8", "N10b"],
  "children-in-need": ["N1", "N2a", "N3", "N4a", "N4b", "N7", "N8", "N9a", "N9b", "N10a", "N15a", "N2b"],
  "information-sharing": ["I1", "I2a", "I2b", "I3", "I4", "I5", "S5", "S9b", "S10a", "N5a", "N6"],
  "practice-quality": ["Q1", "Q2a", "Q2b", "Q3a", "Q3b", "Q4", "Q5", "Q6a", "V1", "V2", "W1", "X2", "X3"]
};

/** Dimensions whose groups pages draw month by month: they keep their series, others only their figures. */
export const WITH_SERIES: readonly string[] = ["team", "locality"];
/** Dimensions that no topic page draws. */
const LEFT_OUT = ["sex", "ethnicity"];

/** The headline measures, as the board report reads them: of the groups those that somebody may be held to. */
export function headlinesOf(ids: readonly string[], definitions: MeasureDefinition[], files: Map<string, MeasureFile>): Omit<TopicFile, "disclosure" | "run"> {
  const measures = ids.flatMap((id) => {
    const definition = definitions.find((d) => d.id === id);
    const file = files.get(id);
    return definition && file ? [{definition, file: {...file, groups: file.groups.filter((g) => WITH_SERIES.includes(g.dimension))}}] : [];
  });
  return {measures};
}

/** One page's measures; those that this refresh does not define are left out. */
export function topicOf(name: string, definitions: MeasureDefinition[], files: Map<string, MeasureFile>, periods: readonly Period[]): Omit<TopicFile, "disclosure" | "run"> {
  const keys = new Set(periods.map((p) => p.key));
  const measures = (TOPICS[name] ?? []).flatMap((id) => {
    const definition = definitions.find((d) => d.id === id);
    const file = files.get(id);
    return definition && file ? [{definition, file: slim(file, keys)}] : [];
  });
  return {measures};
}

function slim(file: MeasureFile, keys: ReadonlySet<string>): MeasureFile {
  const drawn = (figures: Figure[]) => figures.filter((f) => keys.has(f.period));
  return {...file, groups: file.groups.filter((g) => !LEFT_OUT.includes(g.dimension)).map((g) => ({...g, series: WITH_SERIES.includes(g.dimension) ? g.series : [], figures: drawn(g.figures)}))};
}
