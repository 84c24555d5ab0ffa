// One agency asked about one contact by the MASH.
import {code, contract, datetime, id, required} from "../load/contract.ts";

export default contract({
  name: "information_request",
  oneRowIs: "one agency asked about one contact",
  id: ["contact_id", "agency", "requested_at"],
  natural: ["contact_id", "agency", "requested_at"],
  happened: "requested_at",
  inOrder: [["requested_at", "due_at"], ["requested_at", "returned_at"]],
  fields: {
    contact_id: required(id()),
    agency: required(code("agency")),
    requested_at: required(datetime()),
    due_at: datetime(),
    returned_at: datetime(),
    return_type: code("return_type")
  }
});
