// One agency and one meeting (strategy, ICPC, review conference, CIN meeting): invited or not, there or not.
import {code, contract, flag, id, required} from "../load/contract.ts";

export default contract({
  name: "meeting_attendance",
  oneRowIs: "one agency and one meeting",
  natural: ["meeting_type", "meeting_id", "agency", "role"],
  lookalikes: true,
  fields: {
    meeting_id: required(id()),
    meeting_type: required(code("meeting_type")),
    child_id: id(),
    agency: required(code("agency")),
    role: code("attendance_role"),
    invited: flag(),
    attended: code("attendance")
  }
});
