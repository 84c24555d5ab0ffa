// An early help episode.
import {code, contract, date, id, required} from "../load/contract.ts";

export default contract({
  name: "early_help",
  oneRowIs: "an early help episode",
  natural: ["child_id", "started_on"],
  happened: "started_on",
  inOrder: [["started_on", "ended_on"]],
  fields: {
    child_id: required(id()),
    started_on: required(date()),
    ended_on: date(),
    service: code("early_help_service"),
    end_reason: code("early_help_end_reason")
  }
});
