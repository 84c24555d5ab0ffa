// Supervision and audits against the oracle written from the definitions, and worlds worked out by hand.
import {family} from "./families/quality.ts";
import {testFamily} from "./family.ts";

testFamily(family);
