// Missing children: their measures against oracle and examples.
import {family} from "./families/missing.ts";
import {testFamily} from "./family.ts";

testFamily(family);
