// Audits planned, by period and agency.
import {code, contract, int, required} from "../load/contract.ts";

export default contract({
  name: "audit_plan",
  oneRowIs: "audits planned",
  id: ["period", "agency"],
  natural: ["period", "agency"],
  fields: {
    period: required(code()),
    agency: required(code("agency")),
    planned: required(int())
  }
});
