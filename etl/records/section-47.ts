// A section 47 enquiry, with its initial child protection conference (ICPC) where one export carries both.
import {code, contract, date, flag, id, required} from "../load/contract.ts";

export default contract({
  name: "section_47",
  oneRowIs: "a section 47 enquiry",
  natural: ["child_id", "started_on"],
  happened: "started_on",
  inOrder: [["started_on", "icpc_due_on"], ["started_on", "icpc_held_on"], ["started_on", "ended_on"]],
  fields: {
    child_id: required(id()),
    started_on: required(date()),
    // The census nests an enquiry in its referral, known only by its date.
    referral_date: date(),
    strategy_meeting_id: id(),
    icpc_not_required: flag(),
    icpc_due_on: date(),
    icpc_held_on: date(),
    ended_on: date(),
    outcome: code("section_47_outcome")
  }
});
