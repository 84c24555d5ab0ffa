// Out of hours: its measures against oracle and examples.
import {family} from "./families/out-of-hours.ts";
import {testFamily} from "./family.ts";

testFamily(family);
