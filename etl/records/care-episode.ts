// A period looked after, so that a child who came into care does not look like no step-up.
import {contract, date, id, required} from "../load/contract.ts";

export default contract({
  name: "care_episode",
  oneRowIs: "a period looked after",
  natural: ["child_id", "started_on"],
  happened: "started_on",
  inOrder: [["started_on", "ended_on"]],
  fields: {
    child_id: required(id()),
    started_on: required(date()),
    ended_on: date()
  }
});
