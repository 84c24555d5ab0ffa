// An action against an inspection finding.
import {code, contract, date, id, required, text} from "../load/contract.ts";

export default contract({
  name: "improvement_action",
  oneRowIs: "an action against a finding",
  id: ["action_id"],
  natural: ["action_id"],
  happened: "due_on",
  fields: {
    action_id: required(id()),
    finding: required(code()),
    // A role or a team.
    owner: code(),
    due_on: date(),
    status: code("action_status"),
    evidence: text()
  }
});
