// The sources that ship with a mapping, each as a small export of its own: what each fills, what is left out, and that overlapping ones make one record.
import {mkdirSync, readFileSync, utimesSync, writeFileSync} from "node:fs";
import path from "node:path";
import {afterAll, describe, expect, test} from "vitest";
import {open, rowsOf} from "../../etl/duckdb.ts";
import {writeRejects} from "../../etl/load/rejects.ts";
import {silent} from "../../etl/progress.ts";
import {checkFile} from "../../etl/load/load.ts";
import {flagsBeside, refresh} from "../../etl/refresh.ts";
import {currentRun, storeAt} from "../../etl/store.ts";
import {normaliseWord} from "../../etl/transform/reference.ts";
import {check, contracts, DATA, file, folder, load, shelf, sums, workbook} from "./help.ts";

const on = shelf();
const csv = (...lines: string[]) => `${lines.join("\n")}\n`;
const codes = (report: {warnings: {code: string}[]}) => report.warnings.map((w) => w.code);

const PERSON = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"];
const person = (id: string) => [id, "b) Female", "a) WBRI", "01/02/2015", 9];
const title = (text: string, width: number) => Array.from({length: width}, () => text);

describe("an Annex A workbook", () => {
  const lists = {
    Front_Sheet: [["Annex A - Child level data"]],
    Codes_used: [["Gender", "Ethnicity"], ["a) Male", "a) WBRI"]],
    "List 1 - Contacts": [title("List 1: Contacts", 7), [...PERSON, "Date of Contact", "Contact Source"], [...person("001"), "02/04/2024", "q) 6: Police"], [...person("002"), "02/04/2024", "p1) 5D"], [...person("-"), "02/04/2024", "q) 6: Police"]],
    List_2: [[...PERSON, "Assessment start date", "Assessment completion date", "Organisation completing assessment"], [...person("001"), "02/04/2024", "-", "Top School"]],
    "3": [[...PERSON, "Date of referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months", "Allocated Team", "Allocated Worker"], [...person("001"), "03/04/2024", "e) 2A: Schools", "b) No", 1, "North", "Jane Doe"], [...person("001"), "03/05/2024", "q) 6: Police", "a) Yes", 1, "North", "Jane Doe"]],
    "Annex A List 4": [
      [...PERSON, "Does the Child have a Disability", "Continuous Assessment Start Date", "Child Seen During Continuous Assessment", "Continuous Assessment Date of Authorisation", "Was the child assessed as requiring LA children’s social care support?", "Allocated Team", "Allocated Worker"],
      [...person("001"), "a) Yes", "03/04/2024", "c) Unknown", "-", "", "North", "W7"],
      [...person("002"), "c) Unknown", "03/04/2024", "a) Yes", "03/05/2024", "b) No", "North", "W7"]
    ],
    "List 5": [
      [...PERSON, "Does the Child have a Disability", "Strategy discussion initiating Section 47 Enquiry Start Date", "Was an Initial Child Protection Conference deemed unnecessary?", "Date of Initial Child Protection Conference", "Did the Initial Child Protection Conference Result in a Child Protection Plan", "Number of Section 47 Enquiries in the last 12 months", "Number of ICPCs in the last 12 months", "Allocated Team", "Allocated Worker"],
      [...person("001"), "b) No", "05/04/2024", "b) No", "20/04/2024", "a) Yes", 0, 0, "North", "W7"],
      [...person("002"), "b) No", "05/04/2024", "a) Yes", "", "", 0, 0, "North", "W7"]
    ],
    "List 6": [
      [...PERSON, "Does the Child have a Disability", "CIN Start Date", "Primary Need Code", "Date Child Was Last Seen", "CIN Closure Date", "Reason for Closure", "Case status", "Allocated Team", "Allocated Worker"],
      [...person("001"), "b) No", "03/04/2024", "N1 - Abuse or neglect", "10/05/2024", "", "", "b) Child Protection plan", "North", "W7"],
      [...person("002"), "b) No", "03/04/2024", "N1 - Abuse or neglect", "", "", "", "c) Child in need plan", "North", "W7"]
    ],
    "List 7": [
      [...PERSON, "Does the Child have a Disability", "Child Protection Plan Start Date", "Initial Category of Abuse", "Latest Category of Abuse", "Date of the Last Statutory Visit", "Was the Child Seen Alone?", "Date of latest review conference", "Child Protection Plan End Date", "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)", "Number of Previous Child Protection Plans", "Allocated Team", "Allocated Worker"],
      [...person("001"), "b) No", "20/04/2024", "a) Neglect", "d) Emotional abuse", "09/05/2024", "a) Yes", "", "", "b) No", 1, "North", "W7"]
    ],
    "List 8": [[...PERSON, "Does the Child have a Disability", "Date Started to be Looked After", "Date Ceased to be Looked After", "Placement postcode"], [...person("003"), "b) No", "01/05/2024", "", "ZZ1 1ZZ"]],
    "List 9": [["Child Unique ID", "Eligibility Category"], ["009", "b) Former relevant child"]]
  };

  test("fills the record sets of lists 1 to 8, whatever their sheets are called and with or without the title line", async () => {
    const {rows, manifest} = await load(await workbook("annex_a_2024-05-20.xlsx", lists), on);
    const line = 2;
    expect(rows.contact).toEqual([{line: 3, child_id: "001", received_at: "2024-04-02 00:00:00", source: "6: Police"}, {line: 4, child_id: "002", received_at: "2024-04-02 00:00:00", source: "5D"}]);
    expect(rows.early_help).toEqual([{line, child_id: "001", started_on: "2024-04-02", team: "Top School"}]);
    expect(rows.referral!.map(({worker: _, ...r}) => r)).toEqual([
      {line, child_id: "001", referral_date: "2024-04-03", source: "2A: Schools", no_further_action: false, team: "North"},
      {line: 3, child_id: "001", referral_date: "2024-05-03", source: "6: Police", no_further_action: true, team: "North"}
    ]);
    expect(rows.referral![0]!.worker).toMatch(/^worker-[0-9a-f]{16}$/);
    expect(rows.assessment).toEqual([
      {line, child_id: "001", started_on: "2024-04-03", team: "North", worker: "W7"},
      {line: 3, child_id: "002", started_on: "2024-04-03", child_seen: true, authorised_on: "2024-05-03", outcome: "No", team: "North", worker: "W7"}
    ]);
    expect(rows.section_47!.map((r) => [r.child_id, r.started_on, r.icpc_not_required, r.icpc_held_on])).toEqual([["001", "2024-04-05", false, "2024-04-20"], ["002", "2024-04-05", true, undefined]]);
    expect(rows.conference).toEqual([{line, child_id: "001", type: "initial", held_on: "2024-04-20", outcome_plan: true}]);
    expect(rows.cin_plan).toEqual([{line: 3, child_id: "002", started_on: "2024-04-03", referral_date: "2024-04-03", team: "North", worker: "W7"}]);
    expect(rows.visit).toEqual([
      {line, child_id: "001", visited_on: "2024-05-10", type: "CIN visit", child_seen: true},
      {line, child_id: "001", visited_on: "2024-05-09", type: "CP visit", seen_alone: true}
    ]);
    expect(rows.cp_plan).toEqual([{line, child_id: "001", started_on: "2024-04-20", initial_category: "Neglect", latest_category: "Emotional abuse", previous_plans: 1, team: "North", worker: "W7"}]);
    expect(rows.care_episode).toEqual([{line, child_id: "003", started_on: "2024-05-01"}]);
    expect(rows.child!.filter((r) => r.child_id === "001")[0]).toEqual({line, child_id: "001", sex: "Female", ethnicity: "WBRI", date_of_birth: "2015-02-01"});
    expect(manifest.exportDate).toBe("2024-05-20");
  });

  test("counts what each list offered, says what it left out, and knows every word of the template", async () => {
    const report = await check(await workbook("annex_a_2024-05-20.xlsx", lists), on);
    expect(sums(report)).toMatchObject({
      "List 1 - Contacts/contact": "3 = 2 + 1 + 0", "List 1 - Contacts/child": "3 = 2 + 1 + 0", "3/referral": "2 = 2 + 0 + 0", "3/child": "2 = 1 + 0 + 1", "List 5/conference": "1 = 1 + 0 + 0",
      "List 6/cin_plan": "1 = 1 + 0 + 0", "List 7/conference": "0 = 0 + 0 + 0"
    });
    // "-" as the child's id is blank: told once, not once a record set
    expect(report.rejections).toEqual([{sheet: "List 1 - Contacts", line: 5, column: "A", heading: "Child Unique ID", reasons: ["required, but the cell is blank"]}]);
    expect(codes(report).filter((c) => c !== "headings-dropped")).toEqual(["sheets-left-out"]);
    expect(report.warnings[0]!.message).toContain("“Front_Sheet”, “Codes_used”, “List 9”");
    expect(report.headingsDropped).toContain("Placement postcode");
  });

  test("a list with a needed heading renamed is refused by name while the others load, and is not taken for something else", async () => {
    const renamed = {...lists, "List 1 - Contacts": [[...PERSON, "Day received", "Contact Source"], [...person("001"), "02/04/2024", "q) 6: Police"]]};
    const report = await check(await workbook("annex_a_2024-05-20.xlsx", renamed), on);
    expect(report.sheetsRefused).toEqual([{sheet: "List 1 - Contacts", reason: expect.stringContaining("the heading for received at is missing from sheet “List 1 - Contacts”, which looks like contact records")}]);
    expect(report.warnings.filter((w) => w.code === "sheet-refused")).toEqual(report.sheetsRefused!.map(({sheet, reason}) => ({code: "sheet-refused", sheet, message: reason})));
    expect(Object.keys(sums(report))).toContain("3/referral");
  });

  test("the rejected rows of a list, mended and handed back, are rows of that list again", async () => {
    const book = await workbook("annex_a_2024-05-20.xlsx", {...lists, "List 1 - Contacts": [[...PERSON, "Date of Contact", "Contact Source"], [...person("-"), "02/04/2024", "q) 6: Police"]]});
    const out = path.join(path.dirname(book), "mended.csv");
    expect(await writeRejects(book, out, path.dirname(book), on)).toEqual([out]);
    writeFileSync(out, readFileSync(out, "utf8").replace(/,(?:'-|-),/, ",001,"));
    const {rows, manifest} = await load(out, on);
    expect([manifest.mapping, manifest.corrects?.sheet, rows.contact!.map((r) => [r.child_id, r.received_at, r.source])]).toEqual(["annex-a", "List 1 - Contacts", [["001", "2024-04-02 00:00:00", "6: Police"]]]);
  });

  test("a single list as a CSV goes by its file name", async () => {
    expect(sums(await check(file("List 3 Referrals 2024-05-20.csv", csv([...PERSON, "Date of referral", "Referral Source", "Referral NFA?"].join(","), "001,a) Male,a) WBRI,01/02/2015,9,03/04/2024,q) 6: Police,b) No")), on))).toEqual({referral: "1 = 1 + 0 + 0", child: "1 = 1 + 0 + 0"});
  });
});

describe("Standard Safeguarding Dataset tables", () => {
  const tables: [string, string, string, Record<string, unknown>][] = [
    ["ssd_contacts", 'cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_code,cont_contact_source_desc,cont_contact_outcome_json', 'C1,001,2024-04-01 09:15:00.000,22,Police,"{""NEW_REFERRAL_FLAG"":""Y"",""ADVICE_FLAG"":""Y"",""NFA_FLAG"":""N"",""OTHER_OUTCOMES_EXIST_FLAG"":""""}"', {contact_id: "C1", child_id: "001", received_at: "2024-04-01 09:15:00", source: "Police", outcome: "referral;advice"}],
    ["ssd_cin_episodes", "cine_referral_id,cine_person_id,cine_referral_date,cine_cin_primary_need_code,cine_referral_source_code,cine_referral_source_desc,cine_referral_outcome_json,cine_referral_nfa,cine_close_reason,cine_close_date,cine_referral_team,cine_referral_worker_id", 'R1,001,2024-04-02,N1,6,,"{}",N,RC8,2024-05-01,North,W7', {referral_id: "R1", child_id: "001", referral_date: "2024-04-02", source: "6", no_further_action: false, primary_need: "N1", closed_on: "2024-05-01", closure_reason: "RC8", team: "North", worker: "W7"}],
    ["ssd_cin_assessments", "cina_assessment_id,cina_person_id,cina_referral_id,cina_assessment_start_date,cina_assessment_child_seen,cina_assessment_auth_date,cina_assessment_outcome_json,cina_assessment_outcome_nfa,cina_assessment_team,cina_assessment_worker_id", 'A1,001,R1,2024-04-03,Y,NULL,"{""NFA_FLAG"":""N"",""PROV_OF_SERVICES_FLAG"":""Y"",""COMMENTS"":""Jane Doe said""}",N,North,W7', {assessment_id: "A1", child_id: "001", referral_id: "R1", started_on: "2024-04-03", child_seen: true, outcome: "child_in_need", team: "North", worker: "W7"}],
    ["ssd_s47_enquiry", "s47e_s47_enquiry_id,s47e_referral_id,s47e_person_id,s47e_s47_start_date,s47e_s47_end_date,s47e_s47_nfa,s47e_s47_outcome_json,s47e_s47_completed_by_worker_id,s47e_s47_completed_by_team", 'S1,R1,001,2024-04-05,2024-04-19,N,"{""CP_CONFERENCE_FLAG"":""Y"",""OUTCOME_COMMENTS"":""Jane Doe said""}",W7,North', {child_id: "001", started_on: "2024-04-05", ended_on: "2024-04-19", outcome: "icpc", team: "North", worker: "W7"}],
    ["ssd_initial_cp_conference", "icpc_icpc_id,icpc_icpc_meeting_id,icpc_s47_enquiry_id,icpc_person_id,icpc_cp_plan_id,icpc_referral_id,icpc_icpc_transfer_in,icpc_icpc_target_date,icpc_icpc_date,icpc_icpc_outcome_cp_flag,icpc_icpc_outcome_json,icpc_icpc_team,icpc_icpc_worker_id", "I1,M1,S1,001,P1,R1,N,2024-04-26,2024-04-20,Y,{},North,W7", {conference_id: "M1", child_id: "001", type: "N", due_on: "2024-04-26", held_on: "2024-04-20", outcome_plan: true, team: "North", worker: "W7"}],
    ["ssd_cp_reviews", "cppr_cp_review_id,cppr_person_id,cppr_cp_plan_id,cppr_cp_review_due,cppr_cp_review_date,cppr_cp_review_meeting_id,cppr_cp_review_outcome_continue_cp,cppr_cp_review_quorate,cppr_cp_review_participation", "V1,001,P1,2024-07-20,2024-07-18,M2,Y,Y,PLACEHOLDER_DATA", {conference_id: "M2", child_id: "001", due_on: "2024-07-20", held_on: "2024-07-18", type: "review"}],
    ["ssd_cin_plans", "cinp_cin_plan_id,cinp_referral_id,cinp_person_id,cinp_cin_plan_start_date,cinp_cin_plan_end_date,cinp_cin_plan_team,cinp_cin_plan_worker_id", "P1,R1,001,2024-05-01,,North,W7", {child_id: "001", started_on: "2024-05-01", team: "North", worker: "W7"}],
    ["ssd_cin_visits", "cinv_cin_visit_id,cinv_person_id,cinv_cin_visit_date,cinv_cin_visit_seen,cinv_cin_visit_seen_alone,cinv_cin_visit_bedroom", "V1,001,2024-05-02,Y,Unknown,Y", {child_id: "001", visited_on: "2024-05-02", child_seen: true, type: "cin"}],
    ["ssd_cp_visits", "cppv_cp_visit_id,cppv_person_id,cppv_cp_plan_id,cppv_cp_visit_date,cppv_cp_visit_seen,cppv_cp_visit_seen_alone,cppv_cp_visit_bedroom", "V1,001,P1,2024-05-02,Y,N,Y", {child_id: "001", visited_on: "2024-05-02", child_seen: true, seen_alone: false, type: "cp"}],
    ["ssd_cp_plans", "cppl_cp_plan_id,cppl_referral_id,cppl_icpc_id,cppl_person_id,cppl_cp_plan_start_date,cppl_cp_plan_end_date,cppl_cp_plan_ola,cppl_cp_plan_initial_category,cppl_cp_plan_latest_category", "P1,R1,I1,001,2024-04-20,,N,Neglect,Emotional abuse", {child_id: "001", started_on: "2024-04-20", initial_category: "Neglect", latest_category: "Emotional abuse"}],
    ["ssd_disability", "disa_table_id,disa_person_id,disa_disability_code", "D1,001,MOB\nD2,001,AUT", {child_id: "001", disability: "AUT;MOB"}],
    ["ssd_family", "fami_table_id,fami_family_id,fami_person_id", "T1,F1,001", {household_id: "F1", child_id: "001"}],
    ["ssd_involvements", "invo_involvements_id,invo_professional_id,invo_professional_role_id,invo_professional_team,invo_person_id,invo_involvement_start_date,invo_involvement_end_date,invo_worker_change_reason,invo_referral_id", "I1,W7,Allocated social worker,North,001,2024-04-03,,MANAGE,R1", {child_id: "001", worker: "W7", team: "North", role: "Allocated social worker", started_on: "2024-04-03"}],
    ["ssd_early_help_episodes", "earl_episode_id,earl_person_id,earl_episode_start_date,earl_episode_end_date,earl_episode_reason,earl_episode_end_reason,earl_episode_organisation,earl_episode_worker_id", "E1,001,2024-01-03,2024-02-03,Parenting,Needs met,Family hub,W9", {child_id: "001", started_on: "2024-01-03", ended_on: "2024-02-03", end_reason: "Needs met", team: "Family hub", worker: "W9"}],
    ["ssd_missing", "miss_table_id,miss_person_id,miss_missing_episode_start_date,miss_missing_episode_type,miss_missing_episode_end_date,miss_missing_rhi_offered,miss_missing_rhi_accepted", "M1,001,2024-04-01 22:00,M,2024-04-02 06:00,Y,N", {child_id: "001", started_at: "2024-04-01 22:00:00", returned_at: "2024-04-02 06:00:00", kind: "M"}],
    ["ssd_cla_episodes", "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_episode_ceased_date,clae_cla_id", "E1,001,2024-05-01,,L1", {child_id: "001", started_on: "2024-05-01"}]
  ];

  test.each(tables)("%s", async (table, headings, cells, expected) => {
    const {rows, manifest} = await load(file(`${table}.csv`, csv(headings, cells)), on);
    expect(Object.values(rows)[0]).toEqual([{line: 2, ...expected}]);
    expect(manifest.mapping).toBe(table.replaceAll("_", "-"));
    expect(codes(manifest.report).filter((c) => !["headings-dropped", "export-date-from-file-time"].includes(c))).toEqual([]);
    expect(JSON.stringify(manifest)).not.toContain("Jane");
  });

  test("ssd_person: an unborn child's date is marked as expected, and the id before this system's is a link", async () => {
    const {rows} = await load(
      file("ssd_person.csv", csv("pers_person_id,pers_legacy_id,pers_forename,pers_surname,pers_sex,pers_ethnicity,pers_dob,pers_expected_dob,pers_death_date", "001,OLD1,Jane,Doe,F,WBRI,2015-02-01,,", "002,,,,U,NOBT,,2024-09-01,")),
      on
    );
    expect(rows.child).toEqual([{line: 2, child_id: "001", date_of_birth: "2015-02-01", sex: "F", ethnicity: "WBRI"}, {line: 3, child_id: "002", date_of_birth: "2024-09-01", expected_birth: true, sex: "U", ethnicity: "NOBT"}]);
    expect(rows.child_link).toEqual([{line: 2, from_id: "OLD1", child_id: "001"}]);
  });
});

describe("case systems' own headings", () => {
  test("Liquidlogic contacts: an outcome a yes/no column", async () => {
    const {rows, manifest} = await load(
      file("FACT_CONTACTS_2024-05-01.csv", csv("FACT_CONTACT_ID,DIM_PERSON_ID,CONTACT_DTTM,DIM_LOOKUP_CONT_SORC_ID_DESC,OUTCOME_NEW_REFERRAL_FLAG,OUTCOME_CP_ENQUIRY_FLAG,OUTCOME_NFA_FLAG,OUTCOME_ADVICE_FLAG,OUTCOME_COMMENTS", "77,0041,01/04/2024 09:15:00,Police,Y,Y,N,N,Jane Doe", "78,0042,01/04/2024 10:15:00,Emergency Duty Team,N,N,Y,,")),
      on
    );
    expect(manifest.mapping).toBe("liquidlogic-contacts");
    expect(rows.contact).toEqual([
      {line: 2, contact_id: "77", child_id: "0041", received_at: "2024-04-01 09:15:00", source: "Police", outcome: "section_47;referral"},
      {line: 3, contact_id: "78", child_id: "0042", received_at: "2024-04-01 10:15:00", source: "Emergency Duty Team", outcome: "nfa"}
    ]);
    expect(manifest.report.headingsDropped).toEqual(["OUTCOME_COMMENTS"]);
  });

  test("Liquidlogic referrals, assessments, visits and persons", async () => {
    const one = async (name: string, ...lines: string[]) => Object.entries((await load(file(`${name}_2024-05-01.csv`, csv(...lines)), on)).rows).map(([set, rows]) => [set, rows.length]);
    expect(await one("FACT_REFERRALS", "FACT_REFERRAL_ID,DIM_PERSON_ID,REFRL_START_DTTM,REFRL_END_DTTM,DIM_LOOKUP_CATEGORY_OF_NEED_CODE,DIM_LOOKUP_CONT_SORC_ID_DESC,OUTCOME_NFA_FLAG", "1,2,01/04/2024,,N1,Police,N")).toEqual([["referral", 1]]);
    expect(await one("FACT_SINGLE_ASSESSMENT", "FACT_SINGLE_ASSESSMENT_ID,DIM_PERSON_ID,FACT_REFERRAL_ID,START_DTTM,SEEN_FLAG,COMPLETED_DTTM,OUTCOME_NFA_FLAG", "1,2,1,01/04/2024,Y,,N")).toEqual([["assessment", 1]]);
    expect(await one("FACT_CASENOTES", "FACT_CASENOTE_ID,DIM_PERSON_ID,DIM_LOOKUP_CASNT_TYPE_ID_DESC,EVENT_DTTM,SEEN_FLAG,SEEN_ALONE_FLAG", "1,2,CIN visit,01/04/2024,Y,N")).toEqual([["visit", 1]]);
    expect(await one("DIM_PERSON", "DIM_PERSON_ID,LEGACY_ID,FORENAME,SURNAME,BIRTH_DTTM,GENDER_MAIN_CODE,ETHNICITY_MAIN_CODE", "2,9,Jane,Doe,01/02/2015,F,WBRI")).toEqual([["child", 1], ["child_link", 1]]);
  });

  test("Mosaic steps: the emergency duty team's are out-of-hours contacts, adults' are left out and counted", async () => {
    const text = csv("WorkflowStepID,PersonID,StepType,StartDate,ContactSource,Outcome", "1,11,Contact/Referral,01/04/2024 09:15,Police,Referral", "2,12,EDT Contact/Referral,01/04/2024 23:15,Police,NFA", "3,13,Emergency Duty Team - Adult contact,01/04/2024 23:20,Police,NFA");
    const report = await check(file("mosaic_workflow_steps_2024-05-01.csv", text), on);
    expect([report.mapping, sums(report), report.outOfScope]).toEqual(["mosaic-contacts", {contact: "1 = 1 + 0 + 0", out_of_hours_contact: "1 = 1 + 0 + 0"}, [{why: "adults' contacts", rows: 1}]]);
  });

  test("Mosaic steps without a type are contacts", async () => {
    const report = await check(file("export_2024-05-01.csv", csv("WorkflowStepID,PersonID,StartDate,ContactSource,Outcome", "1,11,01/04/2024 09:15,Police,Referral")), on);
    expect([report.mapping, sums(report)]).toEqual(["mosaic-contacts", {contact: "1 = 1 + 0 + 0"}]);
  });

  test("the emergency duty team's own export leaves adults out, counted", async () => {
    const report = await check(file("edt_contacts_2024-05-01.csv", csv("EDT reference,Child ID,Call received,Referred by,Client group", "1,11,01/04/2024 23:15,Police,Children", "2,12,01/04/2024 23:15,Police,Adults 18+")), on);
    expect([sums(report), report.outOfScope]).toEqual([{out_of_hours_contact: "1 = 1 + 0 + 0"}, [{why: "adults' contacts", rows: 1}]]);
  });

  test.each(["EDT", "EDT / out of hours", "Out of Hours Service", "LA services: emergency duty team", "Emergency Duty Team"])("out of hours stays apart from the authority's own services: %s", (word) => {
    expect(on.reference.words.contact_source!.get(normaliseWord(word))).toBe("OOH");
  });

  test("a word that no list knows is accepted, counted and told", async () => {
    const report = await check(file("mash_contacts_2024-05-01.csv", csv("Child ID,Contact date,Contact source", "1,01/04/2024,Martian", "2,01/04/2024,Martian", "3,01/04/2024,Police")), on);
    expect(sums(report)).toEqual({contact: "3 = 3 + 0 + 0"});
    expect(report.warnings.filter((w) => w.code === "unmapped-word").map((w) => w.message)).toEqual([expect.stringContaining("“Martian” (source, 2 rows) is in no word list")]);
  });
});

describe("what ships", () => {
  test("no two mappings know the same export alike", () => {
    const names = on.mappings.map((m) => m.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test("every word that a mapping stands for is a code of its field's list or known to it", () => {
    const faults: string[] = [];
    for (const m of on.mappings) {
      for (const r of m.records) {
        const fields = contracts.get(r.set)!.fields;
        const known = (field: string, word: string) => {
          const list = fields[field]!.list;
          if (list && !on.reference.words[list]?.has(normaliseWord(word)) && r.words[field]?.[word] === undefined) faults.push(`${m.name}: ${field}: ${word}`);
        };
        for (const [field, words] of Object.entries(r.words)) for (const code of Object.values(words)) if (!on.reference.codes[fields[field]!.list!]?.some((c) => c.code === code)) faults.push(`${m.name}: ${field}: ${code}`);
        for (const [field, word] of Object.entries(r.constants)) known(field, word);
        for (const word of Object.values(r.unpivot?.each ?? {})) known(r.unpivot!.into, word);
        for (const [field, source] of Object.entries(r.fields)) {
          if (Array.isArray(source)) continue;
          if ("flags" in source) for (const word of Object.keys(source.flags)) known(field, word);
          if ("json" in source && source.json && !Array.isArray(source.json)) for (const word of Object.values(source.json)) known(field, word);
        }
      }
    }
    expect(faults).toEqual([]);
  });
});

describe("overlapping sources", () => {
  const census = (exported: string, body: string) =>
    `<?xml version="1.0" encoding="utf-8"?><Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year><ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel><LEA>999</LEA><SoftwareCode>x</SoftwareCode><Release>1</Release><SerialNo>001</SerialNo><DateTime>${exported}T09:00:00</DateTime></Source></Header><Children>${body}</Children></Message>`;
  const child = (flag: [string, string]) =>
    `<Child><ChildIdentifiers><LAchildID>001</LAchildID><UPNunknown>UN3</UPNunknown><PersonBirthDate>2015-02-01</PersonBirthDate><GenderCurrent>2</GenderCurrent></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics><CINdetails><CINreferralDate>2024-02-03</CINreferralDate><ReferralSource>2A</ReferralSource><PrimaryNeedCode>N4</PrimaryNeedCode><CINclosureDate>2024-03-20</CINclosureDate><ReasonForClosure>RC8</ReasonForClosure><Section47><S47ActualStartDate>2024-02-05</S47ActualStartDate><ICPCnotRequired>${flag[0]}</ICPCnotRequired></Section47><ReferralNFA>${flag[1]}</ReferralNFA></CINdetails></Child>`;

  const closers: (() => void)[] = [];
  afterAll(() => closers.forEach((close) => close()));

  /** Refreshes a folder of files and opens the records. */
  async function records(write: (dir: string) => Promise<void>) {
    const [dir, store] = [folder(), folder()];
    mkdirSync(dir, {recursive: true});
    await write(dir);
    const report = await refresh({exportsDir: dir, store, data: DATA, progress: silent});
    const at = storeAt(store);
    const opened = await open(path.join(at.home, currentRun(at).parts[0]!.file), {access_mode: "READ_ONLY"});
    closers.push(opened.close);
    return {report, dir, store, of: <T>(sql: string) => rowsOf<T>(opened.db, sql)};
  }

  test("a local referral export, an Annex A and a census of one child make one referral, each field from its newest source that has it", async () => {
    const {of, report} = await records(async (dir) => {
      file("referrals_2024-03-01.csv", csv("Referral ID,Child ID,Referral date,Referral source,Primary need,Team", "R9,001,03/02/2024,Police,N1,North"), dir);
      await workbook("annex_a_2024-03-10.xlsx", {"List 3": [[...PERSON, "Date of referral", "Referral Source", "Referral NFA?", "Allocated Team"], [...person("001"), "03/02/2024", "q) 6: Police", "b) No", "South"]]}, dir);
      writeFileSync(path.join(dir, "cin.xml"), census("2024-05-01", child(["false", "0"])));
    });
    expect(report.files.map((f) => [f.file, f.outcome, f.warnings.map((w) => w.code).filter((c) => c !== "headings-dropped" && c !== "freshness")])).toEqual([["annex_a_2024-03-10.xlsx", "accepted", []], ["cin.xml", "accepted", []], ["referrals_2024-03-01.csv", "accepted", []]]);
    expect(await of("select referral_id, child_id, cast(referral_date as varchar) as referral_date, source, no_further_action, primary_need, cast(closed_on as varchar) as closed_on, team from records.referral")).toEqual([
      {referral_id: "R9", child_id: "001", referral_date: "2024-02-03", source: "2A", no_further_action: false, primary_need: "N4", closed_on: "2024-03-20", team: "South"}
    ]);
    expect(Object.fromEntries((await of<{field: string; file: string}>("select field, file from records.field_source where record_set = 'referral'")).map((r) => [r.field, r.file]))).toEqual({
      referral_id: "referrals_2024-03-01.csv", team: "annex_a_2024-03-10.xlsx",
      child_id: "cin.xml", referral_date: "cin.xml", source: "cin.xml", no_further_action: "cin.xml", primary_need: "cin.xml", closed_on: "cin.xml", closure_reason: "cin.xml"
    });
    expect(await of("select count(*) as n from records.child")).toEqual([{n: 1}]);
  });

  test("a contact that Annex A knows by its day only is the local contact with its time, and the time stays", async () => {
    const {of} = await records(async (dir) => {
      file("mash_contacts_2024-03-01.csv", csv("Contact ID,Child ID,Contact date,Contact source", "C1,001,03/02/2024 09:15,Police", "C2,001,03/02/2024 16:40,Police", "C3,001,04/02/2024 10:00,School", "C4,002,03/02/2024 09:15,Police"), dir);
      const rows = ["001,03/02/2024", "001,03/02/2024", "001,03/02/2024", "001,05/02/2024"].map((r) => r.split(","));
      await workbook("annex_a_2024-03-10.xlsx", {"List 1": [[...PERSON, "Date of Contact", "Contact Source"], ...rows.map(([id, day], i) => [...person(id!).slice(0, 4), i, day!, "q) 6: Police"])]}, dir);
    });
    expect(await of("select contact_id, child_id, cast(received_at as varchar) as at from records.contact order by child_id, received_at, contact_id")).toEqual([
      // three on that day in Annex A, two of them known with their time
      {contact_id: null, child_id: "001", at: "2024-02-03 00:00:00"},
      {contact_id: "C1", child_id: "001", at: "2024-02-03 09:15:00"},
      {contact_id: "C2", child_id: "001", at: "2024-02-03 16:40:00"},
      {contact_id: "C3", child_id: "001", at: "2024-02-04 10:00:00"},
      {contact_id: null, child_id: "001", at: "2024-02-05 00:00:00"},
      {contact_id: "C4", child_id: "002", at: "2024-02-03 09:15:00"}
    ]);
  });

  const LIST_6 = [...PERSON, "Does the Child have a Disability", "CIN Start Date", "Date Child Was Last Seen", "CIN Closure Date", "Case status", "Allocated Team"];
  const inNeed = (id: string, referred: string) => [...person(id), "b) No", referred, "", "", "c) Child in need plan", "South"];

  test("a plan that list 6 of Annex A dates by its referral is the plan which another source dates; where none does, it begins with the referral", async () => {
    for (const [local, annex] of [["2024-03-01", "2024-05-20"], ["2024-05-20", "2024-03-01"]] as const) {
      const {of, report} = await records(async (dir) => {
        file(`cin_plans_${local}.csv`, csv("Child ID,CIN plan start date,CIN plan end date,Allocated team", "001,01/06/2023,01/09/2023,North", "001,20/02/2024,,North", "002,20/03/2024,,North", "003,03/02/2024,,North"), dir);
        await workbook(`annex_a_${annex}.xlsx`, {"List 6": [LIST_6, inNeed("001", "03/02/2024"), inNeed("002", "03/02/2024"), inNeed("003", "03/02/2024"), inNeed("004", "03/02/2024")]}, dir);
      });
      const plans = await of<{child_id: string; started_on: string; ended_on: string | null}>("select child_id, cast(started_on as varchar) as started_on, cast(ended_on as varchar) as ended_on, team from records.cin_plan order by child_id, started_on");
      const team = annex > local ? "South" : "North";
      expect(plans).toEqual([
        {child_id: "001", started_on: "2023-06-01", ended_on: "2023-09-01", team: "North"},
        {child_id: "001", started_on: "2024-02-20", ended_on: null, team},
        // a plan that began after the list was made is not the one it means
        ...(annex < "2024-03-20" ? [{child_id: "002", started_on: "2024-02-03", ended_on: null, team: "South"}] : []),
        {child_id: "002", started_on: "2024-03-20", ended_on: null, team: annex < "2024-03-20" ? "North" : team},
        {child_id: "003", started_on: "2024-02-03", ended_on: null, team},
        {child_id: "004", started_on: "2024-02-03", ended_on: null, team: "South"}
      ]);
      expect(report.records.find((r) => r.recordSet === "cin_plan")).toMatchObject({ambiguous: 0, sameIdConflicts: 0});
    }
  });

  test("lists of one workbook that do not carry the same fields are no conflict, and one that knows only the day ties with none that knows the time", async () => {
    const list = (disability: string) => [[...PERSON, "Does the Child have a Disability", "Continuous Assessment Start Date", "Child Seen During Continuous Assessment", "Continuous Assessment Date of Authorisation"], [...person("001"), disability, "05/02/2024", "a) Yes", ""]];
    const {report} = await records(async (dir) => {
      file("mash_contacts_2024-03-10.csv", csv("Contact ID,Child ID,Contact date,Contact source", "C1,001,03/02/2024 09:15,Police"), dir);
      await workbook("annex_a_2024-03-10.xlsx", {"List 1": [[...PERSON, "Date of Contact", "Contact Source"], [...person("001"), "03/02/2024", "q) 6: Police"]], "List 4": list("a) Yes")}, dir);
    });
    expect(report.records.filter((r) => r.ties.length > 0 || r.sameIdConflicts > 0)).toEqual([]);
    const again = await records(async (dir) => void (await workbook("annex_a_2024-03-10.xlsx", {"List 4": list("a) Yes"), "List 5": [[...PERSON, "Does the Child have a Disability", "Section 47 Enquiry Start Date"], [...person("001"), "b) No", "05/02/2024"]]}, dir)));
    expect(again.report.records.filter((r) => r.sameIdConflicts > 0).map((r) => r.recordSet)).toEqual(["child"]);
  });

  test("a census knows when a review conference was held and not when it was due: the due date of the local export stays", async () => {
    const plan = "<ChildProtectionPlans><CPPstartDate>2023-11-09</CPPstartDate><InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse><NumberOfPreviousCPP>0</NumberOfPreviousCPP><Reviews><CPPreviewDate>2024-02-01</CPPreviewDate></Reviews></ChildProtectionPlans>";
    const {of, report} = await records(async (dir) => {
      file("conferences_2024-03-01.csv", csv("Child ID,Conference type,Conference due date,Date held", "001,Review,09/02/2024,01/02/2024"), dir);
      file("cin.xml", census("2024-05-01", child(["false", "0"]).replace("</CINdetails>", `${plan}</CINdetails>`)), dir);
    });
    expect(report.files.map((f) => [f.file, f.recordSets.filter((s) => s.name === "conference").map((s) => s.accepted)])).toEqual([["cin.xml", [1]], ["conferences_2024-03-01.csv", [1]]]);
    expect(await of("select child_id, type, cast(due_on as varchar) as due_on, cast(held_on as varchar) as held_on from records.conference")).toEqual([{child_id: "001", type: "review", due_on: "2024-02-09", held_on: "2024-02-01"}]);
  });

  test("a census after 2024 has Sex, and yes/no is true/false or 1/0 without a word about it", async () => {
    const later = census("2025-05-01", child(["true", "false"])).replace("<Year>2024</Year><ReferenceDate>2024", "<Year>2025</Year><ReferenceDate>2025").replace("<GenderCurrent>2</GenderCurrent>", "<Sex>F</Sex>");
    const report = await check(file("cin_2025.xml", later), on);
    expect([report.outcome, report.warnings]).toEqual(["accepted", []]);
    const {rows} = await load(file("cin_2025.xml", later), on);
    expect([rows.child![0]!.sex, rows.referral![0]!.no_further_action, rows.section_47![0]!.icpc_not_required]).toEqual(["F", false, true]);
  });

  test("schema faults of a census are told with their line and the rest is loaded", async () => {
    const faulty = census("2024-05-01", child(["maybe", "0"]).replace("<PrimaryNeedCode>N4</PrimaryNeedCode>", "<PrimaryNeedCode>N44</PrimaryNeedCode><Shoe>9</Shoe>"));
    const report = await check(file("cin_2024.xml", faulty), on);
    expect(sums(report)).toMatchObject({child: "1 = 1 + 0 + 0", referral: "1 = 1 + 0 + 0", section_47: "1 = 0 + 1 + 0"});
    expect(codes(report)).toEqual(expect.arrayContaining(["schema-fault", "unknown-element", "unmapped-word"]));
  });

  test("a census without a child is loaded with a warning, as headings without rows are", async () => {
    const report = await check(file("cin_2024.xml", census("2024-05-01", "")), on);
    expect([report.outcome, codes(report)]).toEqual(["accepted", ["no-rows"]]);
  });

  test("an optional heading that the export before had is missed by name in the refresh", async () => {
    const {report} = await records(async (dir) => {
      file("mash_contacts_2024-03-01.csv", csv("Contact ID,Child ID,Contact date,Contact source,Outcome", "C1,001,03/02/2024 09:15,Police,NFA"), dir);
      file("mash_contacts_2024-04-01.csv", csv("Contact ID,Child ID,Contact date,Contact source,Outcom", "C2,001,03/03/2024 09:15,Police,NFA"), dir);
    });
    const gone = report.files.flatMap((f) => f.warnings.filter((w) => w.code === "heading-gone").map((w) => [f.file, w.message]));
    expect(gone).toEqual([["mash_contacts_2024-04-01.csv", "“Outcome” (outcome) was in mash_contacts_2024-03-01.csv and is not in this export; the nearest new heading is “Outcom”: if that is its new name, add it to the mapping mash-contacts"]]);
  });

  test("a check beside a store misses the heading too, and rows, as the refresh would; of what was loaded already, of another source and without a store it says nothing", async () => {
    const {store, dir} = await records(async (to) => void file("mash_contacts_2024-03-01.csv", csv("Contact ID,Child ID,Contact date,Contact source,Outcome", "C1,001,03/02/2024 09:15,Police,NFA", "C3,001,04/02/2024 09:15,Police,NFA", "C4,001,05/02/2024 09:15,Police,NFA"), to));
    const beside = await flagsBeside({store, data: DATA});
    const flags = async (at: string, before = beside) => (await checkFile(at, on, silent, before)).warnings.filter((w) => ["heading-gone", "volume", "freshness"].includes(w.code)).map((w) => w.message);
    const april = file("mash_contacts_2024-04-01.csv", csv("Contact ID,Child ID,Contact date,Contact source,Outcom", "C2,001,28/03/2024 09:15,Police,NFA"));
    const gone = "“Outcome” (outcome) was in mash_contacts_2024-03-01.csv and is not in this export; the nearest new heading is “Outcom”: if that is its new name, add it to the mapping mash-contacts";
    expect(await flags(april)).toEqual(["1 contact rows, against 3 in the export before it (2024-03-01): it may be a failed or a filtered export", gone]);
    // the same name and day again, mended for the worse
    expect(await flags(file("mash_contacts_2024-03-01.csv", csv("Contact ID,Child ID,Contact date,Contact source", "C1,001,28/02/2024 09:15,Police")))).toEqual([expect.stringContaining("“Outcome” (outcome) was in mash_contacts_2024-03-01.csv")]);
    expect(await flags(path.join(dir, "mash_contacts_2024-03-01.csv"))).toEqual([]);
    expect(await flags(file("referrals_2024-04-01.csv", csv("Referral ID,Child ID,Referral date,Referral source", "R1,001,28/03/2024,Police")))).toEqual([]);
    const old = file("mash_contacts_2026-04-01.csv", csv("Contact ID,Child ID,Contact date,Contact source", "C2,001,28/03/2024 09:15,Police"));
    expect((await flags(old)).filter((m) => m.includes("the source may have stopped"))).toHaveLength(1);
    const none = await flagsBeside({store: path.join(dir, "no store"), data: DATA});
    expect([await flags(april, none), await flags(old, none)]).toEqual([[], []]);
  });

  test("two exports of one source, dated only by their files of one day, are one list of contacts, the later saying what became of each", async () => {
    const {of} = await records(async (dir) => {
      const first = file("z.csv", csv("Record ID,Child Unique ID,Contact Date,Contact Source,Surname,Outcome", "C1,00123,01/04/2024 09:15,Police,Smith,Pending", "C2,00124,01/04/2024 10:15,Health,Jones,NFA"), dir);
      const second = file("a.csv", csv("Record ID,Child Unique ID,Contact Date,Contact Source,Surname,Outcome", "C1,00123,01/04/2024 09:15,Police,Smith,Referral", "C3,00125,02/04/2024 10:15,Health,Khan,NFA"), dir);
      utimesSync(first, Date.UTC(2024, 3, 1, 12) / 1000, Date.UTC(2024, 3, 1, 12) / 1000);
      utimesSync(second, Date.UTC(2024, 3, 1, 12) / 1000 + 2, Date.UTC(2024, 3, 1, 12) / 1000 + 2);
    });
    expect(await of("select contact_id, array_to_string(outcome, ';') as outcome, withdrawn from records.contact order by contact_id")).toEqual([
      {contact_id: "C1", outcome: "referral", withdrawn: false}, {contact_id: "C2", outcome: "nfa", withdrawn: false}, {contact_id: "C3", outcome: "nfa", withdrawn: false}
    ]);
  });
});
