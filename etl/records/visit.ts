// A visit to a child, of any kind (CIN, child protection, assessment).
import {code, contract, date, flag, id, required} from "../load/contract.ts";

export default contract({
  name: "visit",
  oneRowIs: "a visit to a child",
  natural: ["child_id", "visited_on", "type"],
  happened: "visited_on",
  lookalikes: true,
  fields: {
    child_id: required(id()),
    visited_on: required(date()),
    type: code("visit_type"),
    child_seen: flag(),
    seen_alone: flag()
  }
});
