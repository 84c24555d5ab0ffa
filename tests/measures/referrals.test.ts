// Referrals: their measures against oracle and examples.
import {family} from "./families/referrals.ts";
import {testFamily} from "./family.ts";

testFamily(family);
