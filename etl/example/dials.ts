// What a story can bend: each dial takes the city's usual figure and where and when it is asked, and gives the figure to use.
// A new kind of story adds a dial here and one file in stories/; nothing else knows which stories exist.
import type {Day} from "./days.ts";

export interface Dials {
  /** Chance (0–1) that a health agency is invited to a strategy meeting. */
  healthInvited(usual: number, at: {day: Day; caseOpen: boolean; team: string}): number;
  /** Working days from referral to the child first being seen. */
  daysToSeen(usual: number, at: {day: Day; team: string; urgent: boolean}): number;
  /** Chance (0–1) that a child-in-need meeting takes place. */
  cinMeetingHeld(usual: number, at: {day: Day; locality: string}): number;
  /** How readily a closed case comes back within the year, against others (0–1). */
  comesBack(usual: number, at: {day: Day; closureReason: string}): number;
  /** Chance (0–1) that an agency says it has the minutes it was sent. */
  minutesReceived(usual: number, at: {day: Day; agency: string}): number;
  /** Chance (0–1) that a manager decides in time what rising risk asks for. */
  riskDecided(usual: number, at: {day: Day; locality: string}): number;
  /** Escalations a month that an agency raises. */
  escalates(usual: number, at: {day: Day; agency: string}): number;
  /** Chance (0–1) that an audit finds practice good. */
  auditedGood(usual: number, at: {day: Day; selection: string}): number;
}

/** Where a story can be seen once the exports are loaded; months are yyyy-mm, both included. */
export interface Shows {
  measure: string;
  /** Another measure that it is held against, instead of other groups. */
  against?: string;
  dimension: string | null;
  group: string | null;
  from: string;
  to: string;
  /** Against the other groups, or against the group's own other months. */
  direction: "higher" | "lower";
}

export interface Story {
  story: string;
  /** One sentence a leader could say. */
  says: string;
  /** How far the dial was turned, against the usual. */
  much: string;
  shows: Shows[];
  bend: Partial<Dials>;
}

/** The dials with every story's bend applied in turn. */
export function dialsOf(stories: Story[]): Dials {
  const bent =
    <Name extends keyof Dials>(name: Name) =>
    (usual: number, at: Parameters<Dials[Name]>[1]): number => {
      let figure = usual;
      for (const {bend} of stories) {
        const turn = bend[name] as ((usual: number, at: Parameters<Dials[Name]>[1]) => number) | undefined;
        if (turn) figure = turn(figure, at);
      }
      return figure;
    };
  return {
    healthInvited: bent("healthInvited"), daysToSeen: bent("daysToSeen"), cinMeetingHeld: bent("cinMeetingHeld"), comesBack: bent("comesBack"),
    minutesReceived: bent("minutesReceived"), riskDecided: bent("riskDecided"), escalates: bent("escalates"), auditedGood: bent("auditedGood")
  };
}
