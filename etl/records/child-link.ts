// Two ids that are one child: merged records, emergency duty team or early help ids.
import {contract, id, required} from "../load/contract.ts";

export default contract({
  name: "child_link",
  oneRowIs: "two ids that are one child",
  id: ["from_id"],
  natural: ["from_id"],
  fields: {
    from_id: required(id()),
    child_id: required(id())
  }
});
