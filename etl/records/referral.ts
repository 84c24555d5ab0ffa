// A referral of one child to children's social care: a child-in-need (CIN) episode.
import {code, contract, date, flag, id, required} from "../load/contract.ts";

export default contract({
  name: "referral",
  oneRowIs: "a referral (CIN episode)",
  id: ["referral_id", "child_id"],
  natural: ["child_id", "referral_date"],
  happened: "referral_date",
  inOrder: [["referral_date", "closed_on"]],
  fields: {
    referral_id: id(),
    child_id: required(id()),
    referral_date: required(date()),
    source: required(code("contact_source")),
    no_further_action: flag(),
    primary_need: code("need"),
    closed_on: date(),
    closure_reason: code("closure_reason")
  }
});
