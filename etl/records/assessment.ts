// A child and family assessment.
import {code, codes, contract, date, datetime, flag, id, required} from "../load/contract.ts";

export default contract({
  name: "assessment",
  oneRowIs: "a child and family assessment",
  id: ["assessment_id", "child_id"],
  natural: ["child_id", "started_on"],
  happened: "started_on",
  inOrder: [["referral_date", "started_on"], ["started_on", "authorised_on"]],
  fields: {
    assessment_id: id(),
    referral_id: id(),
    // The census nests an assessment in its referral, known only by its date.
    referral_date: date(),
    child_id: required(id()),
    started_on: required(date()),
    child_seen: flag(),
    child_seen_on: date(),
    seen_alone: flag(),
    authorised_on: date(),
    outcome: code("assessment_outcome"),
    factors: codes("factor"),
    safety_plan_at: datetime(),
    siblings_reason: code("siblings_reason")
  }
});
