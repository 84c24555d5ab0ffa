// What an export taken at the close of a day can show: nothing later has happened yet. Pure; the world itself is never changed.
import {civil, dateOf, DAY, dayOf, type Day, type Minute} from "./days.ts";
import type {AgencyRequest, CinMeeting, Contact, Episode, OutOfHoursContact, StrategyMeeting, World} from "./world.ts";

/** The records of one export day. `episodes` may overlap several censuses; the rest is cut to what the local systems hold. */
export interface Known {
  contacts: Contact[];
  outOfHours: OutOfHoursContact[];
  requests: AgencyRequest[];
  episodes: Episode[];
  strategyMeetings: StrategyMeeting[];
  cinMeetings: CinMeeting[];
}

/** The first day of the census year (1 April to 31 March) that holds a day. */
export function censusYearFrom(day: Day): Day {
  const {year, month} = civil(day);
  return dayOf(month > 3 ? year : year - 1, 4, 1);
}

/** Everything the exports of `until` show: contacts and meetings from `from` on, and every episode of a census year since. */
export function knownAt(world: World, from: Day, until: Day): Known {
  const minute = (at: Minute | null) => (at !== null && dateOf(at) <= until ? at : null);
  const day = (at: Day | null) => (at !== null && at <= until ? at : null);
  const shown = new Map(episodesKnown(world.episodes, censusYearFrom(from), until).map((e) => [e.original, e.known]));
  const contacts = world.contacts.filter((c) => c.receivedAt >= from * DAY && dateOf(c.receivedAt) <= until).map((c) => ({...c, original: c, screenedAt: minute(c.screenedAt), decidedAt: minute(c.decidedAt), outcome: minute(c.decidedAt) === null ? null : c.outcome, gradedLast: minute(c.decidedAt) === null ? null : c.gradedLast}));
  return {
    contacts,
    outOfHours: world.outOfHours
      .filter((c) => c.receivedAt >= from * DAY && dateOf(c.receivedAt) <= until)
      .map((c) => ({...c, respondedAt: minute(c.respondedAt), response: c.respondedAt !== null && minute(c.respondedAt) === null ? null : c.response, handoverAt: minute(c.handoverAt), contactId: minute(c.handoverAt) === null ? null : c.contactId})),
    requests: world.requests
      .filter((r) => r.requestedAt >= from * DAY && dateOf(r.requestedAt) <= until)
      .map((r) => (r.returnedAt !== null && minute(r.returnedAt) === null ? {...r, returnedAt: null, returned: null} : r)),
    episodes: [...shown.values()],
    strategyMeetings: world.strategyMeetings
      .filter((m) => m.triggeredAt >= from * DAY && dateOf(m.triggeredAt) <= until)
      .map((m) => (m.heldAt !== null && minute(m.heldAt) === null ? {...m, heldAt: null, outcome: null, section47On: null, attendance: []} : {...m, section47On: day(m.section47On)})),
    cinMeetings: world.cinMeetings
      .filter((m) => shown.has(m.episode) && m.dueOn <= until + 28 && (m.episode.closedOn === null || m.dueOn <= m.episode.closedOn))
      .map((m) => ({...m, episode: shown.get(m.episode)!, heldOn: day(m.heldOn), cancelled: m.dueOn <= until ? m.cancelled : null}))
  };
}

/** The episodes a census of `from`–`until` holds: open on, or opened or closed within, those days, each as it stood at the end. */
export function episodesKnown(episodes: Episode[], from: Day, until: Day): {original: Episode; known: Episode}[] {
  return episodes.filter((e) => e.referredOn <= until && (e.closedOn === null || e.closedOn >= from)).map((original) => ({original, known: episodeAt(original, until)}));
}

function episodeAt(episode: Episode, until: Day): Episode {
  if (episode.closedOn !== null && episode.closedOn <= until) return episode; // nothing of a case comes after its closing
  const day = (at: Day | null) => (at !== null && at <= until ? at : null);
  const closedOn = day(episode.closedOn);
  return {
    ...episode,
    closedOn,
    closureReason: closedOn === null ? null : episode.closureReason,
    allocations: episode.allocations.filter((a) => a.from <= until).map((a) => ({...a, to: day(a.to)})),
    assessments: episode.assessments.filter((a) => a.startedOn <= until).map((a) => ({...a, authorisedOn: day(a.authorisedOn), factors: day(a.authorisedOn) === null ? [] : a.factors})),
    section47s: episode.section47s.filter((s) => s.startedOn <= until).map((s) => ({...s, icpcOn: day(s.icpcOn)})),
    transferIn: episode.transferIn && {...episode.transferIn, heldOn: day(episode.transferIn.heldOn)},
    cinPlans: episode.cinPlans.filter((p) => p.startedOn <= until).map((p) => ({...p, endedOn: day(p.endedOn)})),
    protectionPlans: episode.protectionPlans.filter((p) => p.startedOn <= until).map((p) => ({...p, endedOn: day(p.endedOn), reviews: p.reviews.filter((r) => r <= until)})),
    visits: episode.visits.filter((v) => v.on <= until)
  };
}
