// A missing or exploitation event.
import {code, contract, datetime, id, required} from "../load/contract.ts";

export default contract({
  name: "missing_episode",
  oneRowIs: "a missing or exploitation event",
  natural: ["child_id", "started_at"],
  happened: "started_at",
  inOrder: [["started_at", "returned_at"], ["started_at", "interview_offered_at"], ["interview_offered_at", "interview_held_at"]],
  fields: {
    child_id: required(id()),
    started_at: required(datetime()),
    returned_at: datetime(),
    interview_offered_at: datetime(),
    interview_held_at: datetime(),
    kind: code("missing_kind")
  }
});
