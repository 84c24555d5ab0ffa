// Training, staffing and caseloads against the oracle written from the definitions, and worlds worked out by hand.
import {family} from "./families/workforce.ts";
import {testFamily} from "./family.ts";

testFamily(family);
