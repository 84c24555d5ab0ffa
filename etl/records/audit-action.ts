// An action that an audit asked for.
import {code, contract, date, id, required} from "../load/contract.ts";

export default contract({
  name: "audit_action",
  oneRowIs: "an audit action",
  id: ["action_id"],
  natural: ["action_id"],
  happened: "due_on",
  fields: {
    action_id: required(id()),
    audit_id: required(id()),
    domain: code("audit_domain"),
    owner_agency: code("agency"),
    due_on: required(date()),
    closed_on: date()
  }
});
