// A child protection plan.
import {code, contract, date, id, int, required} from "../load/contract.ts";

export default contract({
  name: "cp_plan",
  oneRowIs: "a child protection plan",
  natural: ["child_id", "started_on"],
  happened: "started_on",
  inOrder: [["started_on", "ended_on"]],
  fields: {
    child_id: required(id()),
    started_on: required(date()),
    // The census nests a plan in its referral, known only by its date.
    referral_date: date(),
    ended_on: date(),
    initial_category: code("cp_category"),
    latest_category: code("cp_category"),
    previous_plans: int()
  }
});
