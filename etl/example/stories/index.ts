// The stories the example tells: one file each, listed here and nowhere else.
import type {Day} from "../days.ts";
import type {Story} from "../dials.ts";
import {agencyStopsEscalating} from "./agency-stops-escalating.ts";
import {auditsDisagree} from "./audits-disagree.ts";
import {cinMeetingsStop} from "./cin-meetings-stop.ts";
import {comeBackAfterEarlyHelp} from "./come-back-after-early-help.ts";
import {healthNotInvited} from "./health-not-invited.ts";
import {minutesNotReceived} from "./minutes-not-received.ts";
import {risingRiskUnanswered} from "./rising-risk-unanswered.ts";
import {slowerToSee} from "./slower-to-see.ts";

/** Every story, its dates counted back from the day the exports are taken. */
export const storiesUntil = (until: Day): Story[] =>
  [healthNotInvited, slowerToSee, cinMeetingsStop, comeBackAfterEarlyHelp, minutesNotReceived, risingRiskUnanswered, agencyStopsEscalating, auditsDisagree].map((tell) => tell(until));
