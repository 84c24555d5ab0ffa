// An action in a child's plan.
import {code, contract, date, id, required} from "../load/contract.ts";

export default contract({
  name: "plan_action",
  oneRowIs: "an action in a plan",
  id: ["action_id", "child_id"],
  natural: ["action_id", "child_id"],
  happened: "due_on",
  fields: {
    action_id: required(id()),
    child_id: required(id()),
    due_on: required(date()),
    closed_on: date(),
    owner_agency: code("agency")
  }
});
