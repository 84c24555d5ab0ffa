// The measures of contacts: random worlds against their oracles, and examples by hand. Says nothing of how figures are shown.
import {testFamily} from "./family.ts";
import {family} from "./families/contacts.ts";

testFamily(family);
