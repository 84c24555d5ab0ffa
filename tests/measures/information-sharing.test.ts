// Information sharing: its measures against oracle and examples.
import {family} from "./families/information-sharing.ts";
import {testFamily} from "./family.ts";

testFamily(family);
