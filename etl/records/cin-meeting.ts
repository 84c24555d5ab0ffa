// A CIN planning or review meeting about one child.
import {code, contract, date, id, required} from "../load/contract.ts";

export default contract({
  name: "cin_meeting",
  oneRowIs: "a CIN planning or review meeting",
  id: ["meeting_id", "child_id"],
  natural: ["child_id", "held_on"],
  happened: "held_on",
  inOrder: [["held_on", "plan_shared_on"]],
  fields: {
    meeting_id: id(),
    child_id: required(id()),
    type: code("cin_meeting_type"),
    due_on: date(),
    held_on: date(),
    cancelled_reason: code("cancelled_reason"),
    plan_shared_on: date()
  }
});
