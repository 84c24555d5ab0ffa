// What a leader says beside a number: the one free text, never loaded from a case system.
import {code, contract, required, text} from "../load/contract.ts";

export default contract({
  name: "commentary",
  oneRowIs: "what a leader says beside a number",
  id: ["measure", "period", "author_role"],
  natural: ["measure", "period", "author_role"],
  fields: {
    measure: required(code()),
    period: required(code()),
    author_role: required(code()),
    words: text()
  }
});
