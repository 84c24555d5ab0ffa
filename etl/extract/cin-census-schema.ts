// The elements and code lists of the CIN census schema by census year (2017–2026), as the DfE's published XSDs have them. No reading here.
import {distance} from "fastest-levenshtein";
import {normaliseHeading} from "./text.ts";

/** An element that holds text. */
export interface Leaf {
  kind: "leaf";
  list?: keyof typeof LISTS;
  required?: boolean;
  many?: boolean;
  /** First and last census year whose schema has it. */
  since?: number;
  until?: number;
}

/** An element that holds elements. */
export interface Group {
  kind: "group";
  of: Record<string, Element>;
  required?: boolean;
  many?: boolean;
  since?: number;
  until?: number;
}

export type Element = Leaf | Group;

const leaf = (options: Omit<Leaf, "kind"> = {}): Leaf => ({kind: "leaf", ...options});
const group = (of: Record<string, Element>, options: Omit<Group, "kind" | "of"> = {}): Group => ({kind: "group", of, ...options});
const required = {required: true};
const many = {many: true};

/** Codes allowed now; `"24A": 2022` means since that year's census. */
const codes = (words: string, later: Record<string, number> = {}): Map<string, number> =>
  new Map([...words.split(" ").map((code): [string, number] => [code, 0]), ...Object.entries(later)]);

export const LISTS = {
  /** The schema has 0 and 1; case systems write true and false, which is no fault of the record. */
  yesNo: codes("0 1 true false"),
  sex: codes("M F U"),
  gender: codes("0 1 2 9"),
  upnUnknown: codes("UN1 UN2 UN3 UN4 UN5 UN6 UN7"),
  ethnicity: codes("WBRI WIRI WIRT WOTH WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE OOTH REFU NOBT"),
  disability: codes("NONE MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA"),
  source: codes("1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 6 7 8 9 10", {"5D": 2023}),
  need: codes("N1 N2 N3 N4 N5 N6 N7 N8 N9 N0"),
  closure: codes("RC1 RC2 RC3 RC4 RC5 RC6 RC7 RC8", {RC9: 2023}),
  abuse: codes("NEG PHY SAB EMO MUL"),
  factor: codes(
    "1A 1B 1C 2A 2B 2C 3A 3B 3C 4A 4B 4C 5A 5B 5C 6A 6B 6C 7A 8B 8C 8D 8E 8F 9A 10A 11A 12A 13A 14A 15A 16A 17A 18A 19A 20 21 22A 23A",
    {"18B": 2021, "18C": 2021, "19B": 2021, "19C": 2021, "24A": 2022}
  )
};

export const FIRST_YEAR = 2017;
export const LAST_YEAR = 2026;

/** The whole message. An element's order among its siblings is not looked at. */
export const MESSAGE = group({
  Header: group({
    CollectionDetails: group({Collection: leaf(), Year: leaf(), ReferenceDate: leaf(required)}),
    Source: group({SourceLevel: leaf(), LEA: leaf(), SoftwareCode: leaf(), Release: leaf(), SerialNo: leaf(), DateTime: leaf()}, many)
  }),
  Children: group(
    {
      Child: group(
        {
          ChildIdentifiers: group(
            {
              LAchildID: leaf(required),
              UPN: leaf(),
              FormerUPN: leaf(),
              UPNunknown: leaf({list: "upnUnknown"}),
              PersonBirthDate: leaf(),
              ExpectedPersonBirthDate: leaf(),
              GenderCurrent: leaf({list: "gender", required: true, until: 2024}),
              Sex: leaf({list: "sex", required: true, since: 2025}),
              PersonDeathDate: leaf()
            },
            required
          ),
          ChildCharacteristics: group(
            {Ethnicity: leaf({list: "ethnicity", required: true}), Disabilities: group({Disability: leaf({list: "disability", required: true, many: true})})},
            required
          ),
          CINdetails: group(
            {
              CINreferralDate: leaf(required),
              ReferralSource: leaf({list: "source", required: true}),
              PrimaryNeedCode: leaf({list: "need"}),
              CINclosureDate: leaf(),
              ReasonForClosure: leaf({list: "closure"}),
              DateOfInitialCPC: leaf(),
              Assessments: group(
                {
                  AssessmentActualStartDate: leaf(required),
                  AssessmentInternalReviewDate: leaf(),
                  AssessmentAuthorisationDate: leaf(),
                  FactorsIdentifiedAtAssessment: group({AssessmentFactors: leaf({list: "factor", required: true, many: true})})
                },
                many
              ),
              CINPlanDates: group({CINPlanStartDate: leaf(required), CINPlanEndDate: leaf()}, {many: true, since: 2022}),
              Section47: group(
                {S47ActualStartDate: leaf(required), InitialCPCtarget: leaf(), DateOfInitialCPC: leaf(), ICPCnotRequired: leaf({list: "yesNo", required: true})},
                many
              ),
              ReferralNFA: leaf({list: "yesNo", required: true}),
              ChildProtectionPlans: group(
                {
                  CPPstartDate: leaf(required),
                  CPPendDate: leaf(),
                  InitialCategoryOfAbuse: leaf({list: "abuse", required: true}),
                  LatestCategoryOfAbuse: leaf({list: "abuse", required: true}),
                  NumberOfPreviousCPP: leaf(required),
                  Reviews: group({CPPreviewDate: leaf({required: true, many: true})}, many)
                },
                many
              )
            },
            {required: true, many: true}
          )
        },
        {required: true, many: true}
      )
    },
    required
  )
});

/** One element as a year's schema has it, ready for lookups. */
export interface YearElement {
  name: string;
  /** Its place among the children of the element that holds it. */
  slot: number;
  group: boolean;
  /** The year's schema does not have it. */
  foreign: boolean;
  required: boolean;
  many: boolean;
  codes: Set<string> | null;
  children: Map<string, YearElement>;
  /** Children that must be there or may be there once only. */
  checked: YearElement[];
}

/** The schema of one census year; elements of other years are in it, marked foreign. */
export function schemaOf(year: number, name = "Message", element: Element = MESSAGE, slot = 0): YearElement {
  const {required: must = false, many: several = false, since = 0, until = Infinity} = element;
  const foreign = year < since || year > until;
  const children = new Map(element.kind === "group" ? Object.entries(element.of).map(([child, of], i) => [child, schemaOf(year, child, of, i)]) : []);
  const list = element.kind === "leaf" && element.list ? LISTS[element.list] : null;
  return {
    name,
    slot,
    group: element.kind === "group",
    foreign,
    required: must && !foreign,
    many: several,
    codes: list && new Set([...list].filter(([, first]) => first <= year).map(([code]) => code)),
    children,
    checked: [...children.values()].filter((child) => child.required || !child.many)
  };
}

/** A name without its case and punctuation, as headings are compared. */
const spelling = (name: string) => normaliseHeading(name).replaceAll(" ", "");

export const sameName = (one: string, other: string): boolean => spelling(one) === spelling(other);

/** The element that a name means within another, case and punctuation aside; undefined where it means none. */
export const childOf = (parent: YearElement, name: string): YearElement | undefined => parent.children.get(name) ?? [...parent.children.values()].find((child) => sameName(child.name, name));

const MOST_SLIPS = 2;

/** The element that a name misses by a slip or two within another; undefined where none is near. */
export function nearestChild(parent: YearElement, name: string): YearElement | undefined {
  if (name.length > 60) return undefined;
  const slips = (child: YearElement) => distance(spelling(name), spelling(child.name));
  return [...parent.children.values()].filter((child) => slips(child) <= Math.min(MOST_SLIPS, child.name.length / 4)).sort((a, b) => slips(a) - slips(b))[0];
}
