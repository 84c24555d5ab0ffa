// Escalation: its measures against oracle and examples.
import {family} from "./families/escalation.ts";
import {testFamily} from "./family.ts";

testFamily(family);
