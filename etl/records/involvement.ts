// A worker or team holding a case for a time.
import {code, contract, date, id, required} from "../load/contract.ts";

export default contract({
  name: "involvement",
  oneRowIs: "a worker or team holding a case",
  natural: ["child_id", "worker", "started_on"],
  happened: "started_on",
  inOrder: [["started_on", "ended_on"]],
  fields: {
    child_id: required(id()),
    role: code("involvement_role"),
    started_on: required(date()),
    ended_on: date()
  }
});
