// The stories the example tells: one file each, listed here and nowhere else.
import type {Day} from "../days.ts";
import type {Story} from "../dials.ts";
import {cinMeetingsStop} from "./cin-meetings-stop.ts";
import {healthNotInvited} from "./health-not-invited.ts";
import {slowerToSee} from "./slower-to-see.ts";

/** Every story, its dates counted back from the day the exports are taken. */
export const storiesUntil = (until: Day): Story[] => [healthNotInvited, slowerToSee, cinMeetingsStop].map((tell) => tell(until));
