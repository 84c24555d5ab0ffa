// A child known to the front door; standing facts, no event.
import {code, codes, contract, date, flag, id, required} from "../load/contract.ts";

export default contract({
  name: "child",
  oneRowIs: "a child known to the front door",
  id: ["child_id"],
  natural: ["child_id"],
  fields: {
    child_id: required(id()),
    // An unborn child's is the expected date; expected_birth says so.
    date_of_birth: date(),
    expected_birth: flag(),
    date_of_death: date(),
    sex: code("sex"),
    ethnicity: code("ethnicity"),
    disability: codes("disability"),
    family_id: id(),
    locality: code()
  }
});
