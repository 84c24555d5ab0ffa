// Whether a source's newest export is far smaller than the one before it, or tells of nothing recent. Pure: knows manifests and settings only.
import type {Warning} from "../extract/types.ts";
import type {Settings} from "../settings.ts";
import type {LoadManifest} from "./load.ts";
import {exportsBefore, seriesOf} from "./series.ts";

export interface Gated {
  /** Load key → what is flagged about it. */
  warnings: Map<string, Warning[]>;
  /** Sentences of gates that are set to stop the refresh. */
  stops: string[];
}

/** A gate of the settings is shut: nothing is published. */
export class GateShut extends Error {}

const DAY_MS = 86_400_000;
const days = (from: string, to: string) => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
const rows = (load: LoadManifest, set: string) => load.sets.filter((s) => s.name === set).reduce((n, s) => n + s.accepted, 0);

/**
 * Holds the newest export of each source against the one before it (by export date, not by when it was loaded), or the one whose place it takes, and against its own date.
 * @param loads every load that counts
 * @param replaced loads that counted until now, of exports made again under the same name and day
 */
export function gate(loads: LoadManifest[], gates: Settings["gates"], replaced: LoadManifest[] = []): Gated {
  const found: Gated = {warnings: new Map(), stops: []};
  const whole = loads.filter((l) => !l.corrects);
  for (const mapping of new Set(whole.map((l) => l.mapping))) {
    const limits = {...gates.all, ...gates.sources[mapping]};
    const order = (l: LoadManifest) => `${l.exportDate}\u0000${l.sha256}`;
    const of = whole.filter((l) => l.mapping === mapping).sort((a, b) => (order(a) < order(b) ? -1 : 1));
    const before = exportsBefore(of);
    // one mapping may read several exports of one day: each is held against its own kind
    const last = new Map(of.map((l) => [seriesOf(l), l]));
    for (const newest of [...last.values()].filter((l) => l.exportDate === of.at(-1)!.exportDate)) {
      let earlier = before.get(newest);
      while (earlier && earlier.exportDate === newest.exportDate) earlier = before.get(earlier);
      const again = replaced.find((l) => l.file === newest.file && l.mapping === newest.mapping && l.exportDate === newest.exportDate);
      earlier = again ?? earlier;
      const flag = (code: "volume" | "freshness", message: string) => {
        found.warnings.set(newest.key, [...(found.warnings.get(newest.key) ?? []), {code, message}]);
        if (limits.stop.includes(code)) found.stops.push(`${newest.file}: ${message}`);
      };
      for (const name of new Set(newest.sets.map((s) => s.name))) {
        const words = name.replaceAll("_", " ");
        const [now, then] = [rows(newest, name), earlier ? rows(earlier, name) : 0];
        if (now * 100 < then * limits.smallest_percent) {
          flag("volume", `${now.toLocaleString("en-GB")} ${words} rows, against ${then.toLocaleString("en-GB")} in the export ${again ? "whose place it takes" : `before it (${earlier!.exportDate})`}: it may be a failed or a filtered export`);
        }
      }
      const lastEvent = newest.sets.flatMap((s) => s.lastEvent ?? []).sort().at(-1);
      if (lastEvent && days(lastEvent, newest.exportDate) > limits.newest_within_days) {
        flag("freshness", `its newest record is of ${lastEvent}, ${days(lastEvent, newest.exportDate)} days before its own date (${newest.exportDate}): the source may have stopped`);
      }
    }
  }
  return found;
}
