// The columns of a list of cases, in the order and the words in which people see them: on the page, in the workbook and in the hand-out.

export interface CaseColumn {
  key: string;
  name: string;
  kind: "text" | "date" | "number" | "flag";
  /** Shown until somebody chooses otherwise. */
  shown: boolean;
}

export const caseColumns: readonly CaseColumn[] = [
  {key: "child_id", name: "Child", kind: "text", shown: true},
  {key: "late", name: "Late or left", kind: "text", shown: true},
  {key: "met", name: "Met", kind: "flag", shown: true},
  {key: "value", name: "Value", kind: "number", shown: true},
  {key: "reason", name: "Why it is here", kind: "text", shown: true},
  {key: "review", name: "Review", kind: "text", shown: true},
  {key: "counted_on", name: "Counted on", kind: "date", shown: true},
  {key: "due_on", name: "Due", kind: "date", shown: true},
  {key: "done_on", name: "Done", kind: "date", shown: false},
  {key: "days_late", name: "Days late", kind: "number", shown: false},
  {key: "team", name: "Team", kind: "text", shown: true},
  {key: "agency", name: "Agency", kind: "text", shown: true},
  {key: "source", name: "Source", kind: "text", shown: true},
  {key: "need", name: "Main need", kind: "text", shown: false},
  {key: "case_status", name: "Case status", kind: "text", shown: false},
  {key: "category", name: "Category", kind: "text", shown: true},
  {key: "locality", name: "Locality", kind: "text", shown: true},
  {key: "age_band", name: "Age", kind: "text", shown: true},
  {key: "sex", name: "Sex", kind: "text", shown: false},
  {key: "ethnicity", name: "Ethnicity", kind: "text", shown: false},
  {key: "case_id", name: "Case", kind: "text", shown: true}
];
