// Children in need: their measures against oracle and examples.
import {family} from "./families/children-in-need.ts";
import {testFamily} from "./family.ts";

testFamily(family);
