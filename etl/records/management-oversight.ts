// A manager's dated decision or review on a case.
import {code, contract, datetime, id, required} from "../load/contract.ts";

export default contract({
  name: "management_oversight",
  oneRowIs: "a manager's dated decision or review on a case",
  natural: ["child_id", "occurred_at", "kind"],
  happened: "occurred_at",
  fields: {
    child_id: required(id()),
    occurred_at: required(datetime()),
    kind: code("oversight_kind")
  }
});
