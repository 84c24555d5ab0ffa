// A child in a household or family for a time; siblings come from here.
import {contract, date, id, required} from "../load/contract.ts";

export default contract({
  name: "household",
  oneRowIs: "a child in a household or family for a time",
  id: ["household_id", "child_id", "from_on"],
  natural: ["household_id", "child_id", "from_on"],
  happened: "from_on",
  inOrder: [["from_on", "to_on"]],
  fields: {
    household_id: required(id()),
    child_id: required(id()),
    from_on: date(),
    to_on: date()
  }
});
