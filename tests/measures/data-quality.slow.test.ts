// Late records and blank cells against the oracle written from the definitions, and worlds worked out by hand.
import {family} from "./families/data-quality.ts";
import {testFamily} from "./family.ts";

testFamily(family);
