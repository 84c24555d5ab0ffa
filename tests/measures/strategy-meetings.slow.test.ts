// Strategy meetings: their measures against oracle and examples.
import {family} from "./families/strategy-meetings.ts";
import {testFamily} from "./family.ts";

testFamily(family);
