// A figure supplied ready-made, for what no case record holds (accommodation suitability, attainment, workforce).
import {code, contract, decimal, required} from "../load/contract.ts";

export default contract({
  name: "partner_return",
  oneRowIs: "a figure supplied ready-made",
  id: ["indicator", "period", "area"],
  natural: ["indicator", "period", "area"],
  fields: {
    indicator: required(code()),
    period: required(code()),
    area: code(),
    numerator: decimal(),
    denominator: decimal(),
    source: required(code())
  }
});
