// An initial, review or transfer-in child protection conference about one child.
import {code, contract, date, flag, id, required} from "../load/contract.ts";

export default contract({
  name: "conference",
  oneRowIs: "an initial, review or transfer-in child protection conference",
  id: ["conference_id", "child_id"],
  natural: ["child_id", "held_on", "type"],
  happened: "held_on",
  inOrder: [["notified_on", "held_on"]],
  fields: {
    conference_id: id(),
    child_id: required(id()),
    type: required(code("conference_type")),
    notified_on: date(),
    due_on: date(),
    held_on: date(),
    outcome_plan: flag(),
    participation: code("participation")
  }
});
