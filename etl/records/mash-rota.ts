// One agency's seat in one MASH session; covered or not.
import {code, contract, date, flag, required} from "../load/contract.ts";

export default contract({
  name: "mash_rota",
  oneRowIs: "one agency's seat in one MASH session",
  id: ["date", "session", "agency"],
  natural: ["date", "session", "agency"],
  happened: "date",
  fields: {
    date: required(date()),
    session: required(code("rota_session")),
    agency: required(code("agency")),
    covered: required(flag())
  }
});
