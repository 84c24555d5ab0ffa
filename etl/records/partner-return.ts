// A figure supplied ready-made, for what no case record holds (accommodation suitability, attainment, workforce).
import {code, contract, int, required} from "../load/contract.ts";

const decimal = {...int(), kind: "decimal"} as const;

export default contract({
  name: "partner_return",
  oneRowIs: "a figure supplied ready-made",
  id: ["indicator", "period", "area"],
  natural: ["indicator", "period", "area"],
  fields: {
    indicator: required(code()),
    period: required(code()),
    area: code(),
    numerator: decimal,
    denominator: decimal,
    source: required(code())
  }
});
