// A contact about one child, received by the MASH.
import {code, codes, contract, datetime, flag, id, required} from "../load/contract.ts";

export default contract({
  name: "contact",
  oneRowIs: "a contact about one child, received by the MASH",
  id: ["contact_id", "child_id"],
  natural: ["child_id", "received_at", "source"],
  happened: "received_at",
  lookalikes: true,
  inOrder: [["received_at", "screened_at"], ["received_at", "decision_at"], ["received_at", "acknowledged_at"], ["received_at", "feedback_at"], ["incident_at", "received_at"]],
  fields: {
    contact_id: id(),
    child_id: required(id()),
    received_at: required(datetime()),
    source: code("contact_source"),
    issue: codes("issue"),
    rag_initial: code("rag"),
    rag_final: code("rag"),
    screened_at: datetime(),
    decision_at: datetime(),
    outcome: codes("contact_outcome"),
    consent: code("consent"),
    consent_reason: code("consent_reason"),
    acknowledged_at: datetime(),
    incident_at: datetime(),
    incident_id: id(),
    linked_contact_id: id(),
    case_open: flag(),
    referral_id: id(),
    feedback_at: datetime(),
    voice_recorded: flag(),
    early_help_service: code("early_help_service"),
    out_of_hours: flag()
  }
});
