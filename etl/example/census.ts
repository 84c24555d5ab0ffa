// One CIN census as XML, elements in the order of the DfE schema, as it stood on its reference date. Holds no team and no "seen" date, as the real one does not.
import {addWorkingDays, isoDay, type Day} from "./days.ts";
import {episodesKnown} from "./known.ts";
import {conferenceKey} from "./practice-tables.ts";
import type {Child, Episode, World} from "./world.ts";

export interface Census {
  /** The year it ends in. */
  year: number;
  xml: string;
  counts: Record<CensusSet, number>;
  /** What makes each row one record, where other files tell of the same records. */
  keys: Record<CensusSet, string[]>;
}

type CensusSet = "child" | "referral" | "assessment" | "section_47" | "conference" | "cin_plan" | "cp_plan";

/** `from`–`to` are the census year's first day and reference date. */
export function censusOf(world: World, year: number, from: Day, to: Day, exportedAt: string): Census {
  const byChild = new Map<Child, Episode[]>();
  for (const {known} of episodesKnown(world.episodes, from, to)) {
    const theirs = byChild.get(known.child);
    if (theirs) theirs.push(known);
    else byChild.set(known.child, [known]);
  }
  const keys: Census["keys"] = {child: [], referral: [], assessment: [], section_47: [], conference: [], cin_plan: [], cp_plan: []};
  const children = [...byChild].sort(([a], [b]) => (a.id < b.id ? -1 : 1)).map(([child, episodes]) => {
    keys.child.push(child.id);
    return `    <Child>\n${identifiers(child, year, to)}${characteristics(child)}${episodes.sort((a, b) => a.referredOn - b.referredOn).map((e) => details(e, year, keys)).join("")}    </Child>\n`;
  });
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection>
      <Year>${year}</Year>
      <ReferenceDate>${isoDay(to)}</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>L</SourceLevel>
      <LEA>999</LEA>
      <SoftwareCode>Marlhaven example</SoftwareCode>
      <Release>1.0</Release>
      <SerialNo>001</SerialNo>
      <DateTime>${exportedAt}</DateTime>
    </Source>
  </Header>
  <Children>
${children.join("")}  </Children>
</Message>
`;
  const counts = Object.fromEntries(Object.entries(keys).map(([set, of]) => [set, of.length])) as Census["counts"];
  return {year, xml, counts, keys};
}

/** The day the census of a year was sent: in the summer after it, or when the exports are taken if that is sooner. */
export const sentOn = (referenceDate: Day, until: Day): Day => Math.min(addWorkingDays(referenceDate, 70), until);

const element = (indent: string, name: string, value: string | null) => (value === null ? "" : `${indent}<${name}>${value}</${name}>\n`);
const day = (at: Day | null) => (at === null ? null : isoDay(at));
const I4 = "        ", I5 = "          ", I6 = "            ";

function identifiers(child: Child, year: number, to: Day): string {
  const born = child.born <= to;
  return (
    "      <ChildIdentifiers>\n" +
    element(I4, "LAchildID", child.id) +
    (child.upn && born ? element(I4, "UPN", child.upn) : element(I4, "UPNunknown", "UN1")) +
    element(I4, born ? "PersonBirthDate" : "ExpectedPersonBirthDate", isoDay(child.born)) +
    (year < 2025 ? element(I4, "GenderCurrent", {M: "1", F: "2", U: "0"}[child.sex]) : element(I4, "Sex", child.sex)) +
    "      </ChildIdentifiers>\n"
  );
}

function characteristics(child: Child): string {
  const disabilities = child.disabilities.length > 0 ? child.disabilities : ["NONE"];
  return (
    "      <ChildCharacteristics>\n" +
    element(I4, "Ethnicity", child.ethnicity) +
    `${I4}<Disabilities>\n${disabilities.map((d) => element(I5, "Disability", d)).join("")}${I4}</Disabilities>\n` +
    "      </ChildCharacteristics>\n"
  );
}

/** A code as the census of a year has it: early help had no source and no closure reason of its own before 2023. */
const inYear = (year: number, code: string): string => (year >= 2023 ? code : code === "5D" ? "5B" : code === "RC9" ? "RC8" : code);

function details(e: Episode, year: number, keys: Census["keys"]): string {
  const of = ({startedOn}: {startedOn: Day}) => `${e.child.id} ${startedOn}`;
  const conferences = e.section47s.filter((s) => s.icpcOn !== null);
  keys.referral.push(`${e.child.id} ${e.referredOn}`);
  keys.assessment.push(...e.assessments.map(of));
  keys.section_47.push(...e.section47s.map(of));
  keys.cin_plan.push(...e.cinPlans.map(of));
  keys.cp_plan.push(...e.protectionPlans.map(of));
  keys.conference.push(...conferences.map((s) => conferenceKey(e.child, s.icpcOn, "Initial")!), ...e.protectionPlans.flatMap((p) => p.reviews.map((r) => conferenceKey(e.child, r, "Review")!)));
  const block = (name: string, inside: string) => `${I4}<${name}>\n${inside}${I4}</${name}>\n`;
  return (
    "      <CINdetails>\n" +
    element(I4, "CINreferralDate", isoDay(e.referredOn)) +
    element(I4, "ReferralSource", inYear(year, e.source)) +
    element(I4, "PrimaryNeedCode", e.noFurtherAction ? null : e.need) +
    element(I4, "CINclosureDate", day(e.closedOn)) +
    element(I4, "ReasonForClosure", e.closureReason && inYear(year, e.closureReason)) +
    element(I4, "DateOfInitialCPC", day(conferences[0]?.icpcOn ?? null)) +
    e.assessments
      .map((a) =>
        block(
          "Assessments",
          element(I5, "AssessmentActualStartDate", day(a.startedOn)) +
            element(I5, "AssessmentAuthorisationDate", day(a.authorisedOn)) +
            (a.factors.length > 0 ? `${I5}<FactorsIdentifiedAtAssessment>\n${a.factors.map((f) => element(I6, "AssessmentFactors", f)).join("")}${I5}</FactorsIdentifiedAtAssessment>\n` : "")
        )
      )
      .join("") +
    e.cinPlans.map((p) => block("CINPlanDates", element(I5, "CINPlanStartDate", day(p.startedOn)) + element(I5, "CINPlanEndDate", day(p.endedOn)))).join("") +
    e.section47s
      .map((s) =>
        block(
          "Section47",
          element(I5, "S47ActualStartDate", day(s.startedOn)) +
            element(I5, "InitialCPCtarget", day(s.icpcDueOn)) +
            element(I5, "DateOfInitialCPC", day(s.icpcOn)) +
            element(I5, "ICPCnotRequired", s.icpcNotRequired ? "1" : "0")
        )
      )
      .join("") +
    element(I4, "ReferralNFA", e.noFurtherAction ? "1" : "0") +
    e.protectionPlans
      .map((p) =>
        block(
          "ChildProtectionPlans",
          element(I5, "CPPstartDate", day(p.startedOn)) +
            element(I5, "CPPendDate", day(p.endedOn)) +
            element(I5, "InitialCategoryOfAbuse", p.category) +
            element(I5, "LatestCategoryOfAbuse", p.category) +
            element(I5, "NumberOfPreviousCPP", String(p.previous)) +
            (p.reviews.length > 0 ? `${I5}<Reviews>\n${p.reviews.map((r) => element(I6, "CPPreviewDate", day(r))).join("")}${I5}</Reviews>\n` : "")
        )
      )
      .join("") +
    "      </CINdetails>\n"
  );
}
