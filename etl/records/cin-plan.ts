// A child-in-need (CIN) plan.
import {contract, date, id, required} from "../load/contract.ts";

export default contract({
  name: "cin_plan",
  oneRowIs: "a child-in-need plan",
  natural: ["child_id", "started_on"],
  happened: "started_on",
  inOrder: [["started_on", "ended_on"]],
  withinReferral: true,
  fields: {
    child_id: required(id()),
    started_on: required(date()),
    // The census nests a plan in its referral, known only by its date.
    referral_date: date(),
    ended_on: date(),
    family_id: id(),
    review_due_on: date()
  }
});
