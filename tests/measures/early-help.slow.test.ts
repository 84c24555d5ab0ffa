// Early help: its measures against oracle and examples.
import {family} from "./families/early-help.ts";
import {testFamily} from "./family.ts";

testFamily(family);
