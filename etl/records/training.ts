// Staff trained, by agency, course and period; counts, no names.
import {code, contract, int, required} from "../load/contract.ts";

export default contract({
  name: "training",
  oneRowIs: "staff trained",
  id: ["agency", "course", "period"],
  natural: ["agency", "course", "period"],
  fields: {
    agency: required(code("agency")),
    course: required(code("training_course")),
    period: required(code()),
    completed: required(int()),
    in_scope: required(int())
  }
});
