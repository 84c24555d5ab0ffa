// One domain (or one check in it) of one audit.
import {code, contract, date, id, int, required} from "../load/contract.ts";

export default contract({
  name: "audit",
  oneRowIs: "one domain of one audit",
  id: ["audit_id", "domain", "check_id"],
  natural: ["audit_id", "domain", "check_id"],
  happened: "audited_on",
  inOrder: [["practice_from", "practice_to"], ["practice_from", "audited_on"]],
  fields: {
    audit_id: required(id()),
    child_id: id(),
    type: code("audit_type"),
    selection: required(code("audit_selection")),
    audited_on: required(date()),
    practice_from: date(),
    practice_to: date(),
    agency: code("agency"),
    auditor_role: code("auditor_role"),
    domain: required(code("audit_domain")),
    // 1 inadequate, 2 requires improvement, 3 good, 4 outstanding; so is the moderated grade.
    grade: int(),
    moderated_grade: int(),
    check_id: code("audit_check"),
    check_result: code("check_result")
  }
});
