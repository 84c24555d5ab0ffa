// topics/<page>.json: what one page about measures needs, in one answer small enough to paint at once: definitions, series, teams, figures by group.
import type {Figure, MeasureDefinition, MeasureFile, Period, TopicFile} from "./published.ts";

/** What one page about measures draws. */
export interface Topic {
  /** In the order in which the page asks for them. */
  measures: readonly string[];
  /** By measure, the dimensions whose groups it draws: others are neither published for it nor asked for. */
  drawn: Readonly<Record<string, readonly string[]>>;
  /** Of these, the dimension that it draws month by month: its groups have their series, others only their figures. */
  panels: Readonly<Record<string, "team" | "locality">>;
}

export const TOPICS: Record<string, Topic> = {
  contacts: {
    measures: ["C1", "C2", "C3a", "C3b", "C5", "C6", "C15a", "C15b", "C7", "C8", "C9", "C10", "C16", "C4b"],
    drawn: {C1: ["source"], C2: ["team", "source"], C3a: ["category"], C3b: ["category"], C5: ["source"], C6: ["source"], C15a: ["source"], C7: ["source"], C15b: ["source"]},
    panels: {C2: "team"}
  },
  "out-of-hours": {
    measures: ["E1", "C1", "E2a", "E2b", "E3", "E4"],
    drawn: {E3: ["category", "team"], E4: ["category", "source"]},
    panels: {E3: "team"}
  },
  "time-to-seen": {
    measures: ["A4a", "A4b", "A5", "A2b"],
    drawn: {A4a: ["team", "locality"]},
    panels: {}
  },
  "strategy-meetings": {
    measures: ["S1", "S2a", "S2b", "S4b", "S7c", "S5", "S10a"],
    drawn: {S1: ["case_status", "team"], S2a: ["case_status", "team"], S2b: ["case_status", "team"], S5: ["agency"], S10a: ["agency"]},
    panels: {}
  },
  "repeat-referrals": {
    measures: ["R1", "R2", "R5", "C9", "C11", "A10", "S8", "N10b"],
    drawn: {R1: ["need", "source", "team", "locality", "age_band"], R2: ["need", "source", "team", "locality", "age_band"], R5: ["category", "team"], C9: ["team"]},
    panels: {R5: "team"}
  },
  "children-in-need": {
    measures: ["N1", "N2a", "N3", "N4a", "N4b", "N7", "N8", "N9a", "N9b", "N10a", "N15a", "N2b"],
    drawn: {N1: ["team"], N2a: ["team"], N2b: ["team"], N3: ["team", "locality"], N4a: ["team"], N4b: ["team"], N7: ["team"], N8: ["team"], N15a: ["category"]},
    panels: {N3: "locality", N4a: "team"}
  },
  "information-sharing": {
    measures: ["I1", "I2a", "I2b", "I3", "I4", "I5", "S5", "S9b", "S10a", "N5a", "N6"],
    drawn: {I1: ["agency"], I2a: ["agency"], I2b: ["agency"], I3: ["team"], I4: ["category"], I5: ["agency", "category"], S5: ["agency"], S9b: ["agency"], S10a: ["agency"], N5a: ["agency"], N6: ["agency"]},
    panels: {I3: "team"}
  },
  "practice-quality": {
    measures: ["Q1", "Q2a", "Q2b", "Q3a", "Q3b", "Q4", "Q5", "Q6a", "V1", "V2", "W1", "X2", "X3"],
    drawn: {Q2a: ["team"], Q3a: ["category", "team"], Q4: ["agency", "team"], Q5: ["category"], Q6a: ["team"], V1: ["team"], V2: ["team"], W1: ["category", "agency"], X2: ["team"], X3: ["team"]},
    panels: {V1: "team"}
  }
};

/** Dimensions whose groups a measure's own page draws month by month. */
export const WITH_SERIES: readonly string[] = ["team", "locality"];
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
  const topic = TOPICS[name];
  const measures = (topic?.measures ?? []).flatMap((id) => {
    const definition = definitions.find((d) => d.id === id);
    const file = files.get(id);
    return definition && file ? [{definition, file: slim(file, keys, topic?.drawn[id] ?? [], topic?.panels[id])}] : [];
  });
  return {measures};
}

function slim(file: MeasureFile, keys: ReadonlySet<string>, drawn: readonly string[], panels: string | undefined): MeasureFile {
  const figures = (all: Figure[]) => all.filter((f) => keys.has(f.period));
  return {...file, groups: file.groups.filter((g) => drawn.includes(g.dimension)).map((g) => ({...g, series: g.dimension === panels ? g.series : [], figures: figures(g.figures)}))};
}
