// Which earlier export of its source an export is held against. Pure: knows names and dates, not what stands in a file.
import path from "node:path";
import {normaliseHeading} from "../extract/csv.ts";

export interface Dated {
  mapping: string;
  file: string;
  /** `yyyy-mm-dd` */
  exportDate: string;
}

/** What the exports of one series have in common: the file's name without folder, ending and figures. */
export const seriesOf = ({file}: Pick<Dated, "file">): string => normaliseHeading(path.basename(file).replace(/\.[^.]*$/, "").replace(/\d+/g, " "));

/**
 * For each export the one before it: the last of its mapping whose file is called alike but for figures. One that begins a series is held against
 * the newest earlier export of a series that has ended, for a file may have been given another name; files of one day that are called differently
 * are different exports, though one mapping reads them.
 * @param inOrder oldest first
 */
export function exportsBefore<T extends Dated>(inOrder: readonly T[]): Map<T, T> {
  const found = new Map<T, T>();
  const ends = new Map<string, string>();
  const place = (one: T) => `${one.mapping}\u0000${seriesOf(one)}`;
  for (const one of inOrder) ends.set(place(one), one.exportDate);
  const last = new Map<string, Map<string, T>>();
  for (const one of inOrder) {
    const seen = last.get(one.mapping) ?? new Map<string, T>();
    last.set(one.mapping, seen);
    const at = place(one);
    const before = seen.get(at) ?? [...seen].filter(([series, o]) => o.exportDate < one.exportDate && ends.get(series)! < one.exportDate).at(-1)?.[1];
    if (before) found.set(one, before);
    // the newest stands last
    seen.delete(at);
    seen.set(at, one);
  }
  return found;
}
