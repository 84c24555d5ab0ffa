// A QA reviewer's answer on one delayed case: the work list, filled in and fed back.
import {code, contract, date, flag, id, required, text} from "../load/contract.ts";

export default contract({
  name: "delay_review",
  oneRowIs: "a QA reviewer's answer on one delayed case",
  id: ["measure", "case_id", "reviewed_on"],
  natural: ["measure", "case_id", "reviewed_on"],
  happened: "reviewed_on",
  fields: {
    measure: required(code()),
    case_id: required(id()),
    reviewed_on: required(date()),
    cause: code("delay_cause"),
    child_safe: flag(),
    action: text(),
    // A role or a team.
    owner: code(),
    due_on: date()
  }
});
