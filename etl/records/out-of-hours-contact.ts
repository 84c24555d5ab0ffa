// A contact about one child, handled by the emergency duty team (EDT).
import {code, codes, contract, datetime, id, required} from "../load/contract.ts";

export default contract({
  name: "out_of_hours_contact",
  oneRowIs: "a contact handled by the emergency duty team",
  id: ["contact_id", "child_id"],
  natural: ["child_id", "received_at", "source"],
  happened: "received_at",
  lookalikes: true,
  inOrder: [["received_at", "responded_at"], ["received_at", "handover_at"], ["received_at", "day_decided_at"]],
  fields: {
    contact_id: id(),
    child_id: required(id()),
    // The day team's re-recording of the same contact, so that it is counted once.
    linked_contact_id: id(),
    received_at: required(datetime()),
    source: code("contact_source"),
    issue: codes("issue"),
    priority: code("priority"),
    responded_at: datetime(),
    response: code("ooh_response"),
    outcome: codes("ooh_outcome"),
    handover_at: datetime(),
    day_outcome: codes("contact_outcome"),
    day_decided_at: datetime()
  }
});
