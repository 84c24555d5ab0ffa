// Marlhaven's localities, teams, names and words. All invented; the words are the natural ones that case systems print.

export const AUTHORITY = {code: "999", name: "Marlhaven"};

/** Locality → [share of families, how readily its families are referred against the city's mean]. */
export const LOCALITIES: Record<string, [share: number, need: number]> = {
  Quayside: [0.17, 1.5],
  Northmoor: [0.2, 1.15],
  "Castle Hill": [0.14, 0.7],
  Eastbrook: [0.19, 1.2],
  "St Aldhelm": [0.16, 0.75],
  Westerley: [0.14, 0.6]
};

export const teamOf = (locality: string) => `${locality} team`;
export const DISABILITIES_TEAM = "Children with disabilities team";
export const TEAMS = [...Object.keys(LOCALITIES).map(teamOf), DISABILITIES_TEAM];

/** Twelve workers a team: W0101–W0112 in the first, W0201– in the second, … */
export const workersOf = (team: string): string[] => {
  const base = (TEAMS.indexOf(team) + 1) * 100;
  return Array.from({length: 12}, (_, i) => `W0${base + i + 1}`);
};

/** DfE referral source → its word in the MASH system. */
export const SOURCE_WORDS: Record<string, string> = {
  "1A": "Family member", "1B": "Neighbour", "1C": "Self", "1D": "Member of the public", "2A": "School", "2B": "Education welfare", "3A": "GP", "3B": "Health visitor",
  "3C": "School nurse", "3D": "Midwife", "3E": "A&E", "3F": "Hospital", "4": "Housing", "5A": "Adult social care", "5B": "Youth justice service", "5C": "Other local authority",
  "5D": "Early help", "6": "Police", "7": "Probation", "8": "Voluntary organisation", "9": "Anonymous", "10": "Unknown"
};

/** DfE referral source → its word in the emergency duty team's system; only who calls at night. */
export const NIGHT_SOURCE_WORDS: Record<string, string> = {
  "6": "Police", "1A": "EDT - Family member", "3E": "A&E", "3F": "Ambulance service", "1C": "EDT - Young person", "5C": "EDT - Other local authority", "1B": "EDT - Neighbour", "5A": "EDT - Adult services", "9": "EDT - Anonymous"
};

type Weights<T = string> = readonly (readonly [T, number])[];

export const REFERRAL_SOURCES: Weights = [
  ["6", 30], ["2A", 19], ["2B", 1.5], ["3A", 2], ["3B", 3], ["3C", 2], ["3D", 2], ["3E", 6], ["3F", 3], ["4", 1.5], ["5A", 4], ["5B", 5],
  ["5C", 3], ["5D", 4], ["7", 5], ["8", 3], ["1A", 5], ["1B", 2], ["1C", 1], ["1D", 2], ["9", 2.5], ["10", 0.5]
];
export const OTHER_CONTACT_SOURCES: Weights = [
  ["6", 38], ["2A", 18], ["2B", 1], ["3A", 2], ["3B", 3], ["3C", 1.5], ["3D", 2], ["3E", 7], ["3F", 3], ["4", 2], ["5A", 3], ["5B", 3],
  ["5C", 2], ["5D", 2.5], ["7", 4], ["8", 3], ["1A", 5], ["1B", 2.5], ["1C", 0.7], ["1D", 2], ["9", 3], ["10", 0.8]
];
export const OUT_OF_HOURS_SOURCES: Weights = [["6", 46], ["1A", 18], ["3E", 14], ["3F", 8], ["1C", 4], ["5C", 3], ["1B", 3], ["5A", 2], ["9", 2]];

export const NEEDS: Weights = [["N1", 55], ["N2", 7], ["N3", 5], ["N4", 13], ["N5", 14], ["N6", 2], ["N7", 0.5], ["N8", 1.5], ["N9", 2]];
export const ISSUES: Weights = [
  ["Neglect", 20], ["Domestic abuse", 24], ["Physical abuse", 11], ["Emotional abuse", 7], ["Sexual abuse", 5], ["Parental mental health", 8],
  ["Parental substance misuse", 7], ["Child mental health", 6], ["Self-harm", 3], ["Missing", 3], ["Child criminal exploitation", 2], ["Child sexual exploitation", 1.5], ["Family dysfunction", 3]
];
export const CP_CATEGORIES: Weights = [["NEG", 48], ["EMO", 37], ["PHY", 8], ["SAB", 5], ["MUL", 2]];
export const ETHNICITIES: Weights = [
  ["WBRI", 84], ["WOTH", 4], ["WIRI", 0.3], ["WROM", 0.4], ["WIRT", 0.2], ["MWBC", 1.1], ["MWBA", 0.9], ["MWAS", 1], ["MOTH", 1.2], ["AIND", 0.9],
  ["APKN", 0.4], ["ABAN", 0.5], ["AOTH", 0.8], ["BAFR", 1.6], ["BCRB", 0.2], ["BOTH", 0.4], ["CHNE", 0.4], ["OOTH", 0.9], ["NOBT", 0.6], ["REFU", 0.2]
];
export const DISABILITIES: Weights = [["LD", 30], ["AUT", 30], ["BEH", 15], ["MOB", 10], ["COMM", 8], ["HEAR", 3], ["VIS", 2], ["CON", 2]];

/** Share of assessments with each factor (2024 code set), near the published figures of a city of this size. */
export const FACTORS: Weights = [
  ["1A", 0.026], ["1B", 0.155], ["1C", 0.035], ["2A", 0.063], ["2B", 0.178], ["2C", 0.055], ["3A", 0.136], ["3B", 0.375], ["3C", 0.107], ["4A", 0.193], ["4B", 0.461],
  ["4C", 0.1], ["5A", 0.11], ["5B", 0.035], ["5C", 0.028], ["6A", 0.026], ["6B", 0.048], ["6C", 0.026], ["7A", 0.071], ["10A", 0.045], ["11A", 0.019], ["13A", 0.005],
  ["14A", 0.09], ["15A", 0.055], ["16A", 0.286], ["17A", 0.342], ["18B", 0.022], ["18C", 0.205], ["19B", 0.049], ["19C", 0.064], ["22A", 0.001], ["23A", 0.003], ["24A", 0.025]
];

/** Referrals of a month against an average month: England 2013–2024, DfE. */
export const SEASON = [1.023, 0.948, 1.05, 0.901, 1.043, 1.084, 1.063, 0.84, 1.014, 1.068, 1.073, 0.892];

export const SURNAMES = [
  "Ashdown", "Birchall", "Carrow", "Dunmore", "Ellery", "Farthing", "Garrick", "Hollis", "Ives", "Jessop", "Kestle", "Lanyon", "Marlowe", "Norrish", "Oakden", "Penrose",
  "Quill", "Rundle", "Sandry", "Tremayne", "Upton", "Vosper", "Wakeham", "Yelland", "O’Brien", "D’Souza", "O’Neill", "Brontë", "Núñez", "Müller", "Košir", "García", "Lefèvre", "Åkesson"
];
export const FORENAMES = ["Alfie", "Bea", "Cerys", "Dylan", "Elsie", "Freya", "Gethin", "Hana", "Idris", "Jago", "Kezia", "Lowen", "Morwenna", "Noah", "Zoë", "Renée", "José", "Chloë", "Tamsin", "Wren"];
export const STREETS = ["Cooper’s Lane", "Harbour Row", "The Ropewalk", "St Aldhelm’s Terrace", "Northmoor Road – rear flat", "Café Court", "Lantern Street", "Castle Steps"];
