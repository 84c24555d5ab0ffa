// A team's staffing in a month, in full-time equivalents (FTE).
import {code, contract, date, decimal, required} from "../load/contract.ts";

export default contract({
  name: "workforce",
  oneRowIs: "a team's staffing in a month",
  id: ["team", "month"],
  natural: ["team", "month"],
  happened: "month",
  fields: {
    team: required(code()),
    // The first of the month.
    month: required(date()),
    fte: decimal(),
    vacancies_fte: decimal(),
    agency_fte: decimal()
  }
});
