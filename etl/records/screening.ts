// A screening tool (exploitation, neglect …), indicated or completed.
import {code, contract, datetime, id, required} from "../load/contract.ts";

export default contract({
  name: "screening",
  oneRowIs: "a screening tool",
  id: ["child_id", "tool", "completed_at"],
  natural: ["child_id", "tool", "indicator_at"],
  happened: "indicator_at",
  inOrder: [["indicator_at", "completed_at"]],
  fields: {
    child_id: required(id()),
    tool: required(code("screening_tool")),
    indicator_at: datetime(),
    completed_at: datetime(),
    level: code("screening_level"),
    outcome: code("screening_outcome")
  }
});
