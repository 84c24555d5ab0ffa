// Child protection: its measures against oracle and examples.
import {family} from "./families/child-protection.ts";
import {testFamily} from "./family.ts";

testFamily(family);
