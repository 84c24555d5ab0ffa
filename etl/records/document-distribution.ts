// One document to one agency: sent, received, chased.
import {code, contract, datetime, id, required} from "../load/contract.ts";

export default contract({
  name: "document_distribution",
  oneRowIs: "one document to one agency",
  id: ["event_id", "document", "agency"],
  natural: ["event_id", "document", "agency"],
  happened: "sent_at",
  inOrder: [["sent_at", "received_at"]],
  fields: {
    document: required(code("document")),
    event_id: required(id()),
    agency: required(code("agency")),
    sent_at: datetime(),
    received_at: datetime(),
    chased_at: datetime()
  }
});
