// One stage of an escalation between agencies.
import {code, contract, datetime, id, int, required} from "../load/contract.ts";

export default contract({
  name: "escalation",
  oneRowIs: "one stage of an escalation",
  id: ["escalation_id", "child_id", "stage"],
  natural: ["escalation_id", "child_id", "stage"],
  happened: "raised_at",
  inOrder: [["raised_at", "due_at"], ["raised_at", "resolved_at"]],
  fields: {
    escalation_id: required(id()),
    child_id: required(id()),
    raised_by: required(code("agency")),
    against: code("agency"),
    stage: required(int()),
    raised_at: required(datetime()),
    due_at: datetime(),
    resolved_at: datetime(),
    outcome: code("escalation_outcome")
  }
});
