// A strategy discussion or meeting about one child, held or decided on and not held.
import {code, contract, date, datetime, flag, id, required} from "../load/contract.ts";

export default contract({
  name: "strategy_meeting",
  oneRowIs: "a strategy discussion or meeting about one child, held or decided on and not held",
  id: ["meeting_id", "child_id"],
  natural: ["meeting_id", "child_id"],
  happened: "triggered_at",
  inOrder: [["triggered_at", "held_at"], ["held_at", "section_47_started_on"]],
  fields: {
    meeting_id: required(id()),
    child_id: required(id()),
    triggered_at: datetime(),
    held_at: datetime(),
    case_open: flag(),
    outcome: code("strategy_outcome"),
    section_47_started_on: date()
  }
});
