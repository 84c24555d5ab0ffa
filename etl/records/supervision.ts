// A supervision record about one child.
import {contract, date, id, int, required} from "../load/contract.ts";

export default contract({
  name: "supervision",
  oneRowIs: "a supervision record",
  id: ["child_id", "held_on"],
  natural: ["child_id", "due_on"],
  happened: "held_on",
  fields: {
    child_id: required(id()),
    due_on: date(),
    held_on: date(),
    actions: int(),
    actions_done: int()
  }
});
