// What an authority calls its teams and things ("child in need"), from the run's settings. Words only: keys, addresses and what is counted stay as they are.
import type {Labels} from "../../etl/publish/published.ts";

/** Text with an authority's own words in the place of the usual ones: whole words, in any case, with spaces or hyphens between. */
export function reworded(text: string, words: Labels["words"]): string {
  const phrases = Object.keys(words);
  if (!phrases.length) return text;
  const own = new Map(phrases.map((phrase) => [plain(phrase), words[phrase]!]));
  return text.replace(patternOf(phrases), (found) => {
    const said = own.get(plain(found))!;
    return /^\p{Lu}/u.test(found) ? said.charAt(0).toUpperCase() + said.slice(1) : said;
  });
}

const plain = (phrase: string): string => phrase.toLowerCase().replace(/[\s-]+/g, " ");
const patterns = new Map<string, RegExp>();

/** Any of the phrases, the longest first. */
function patternOf(phrases: string[]): RegExp {
  const key = JSON.stringify(phrases);
  let pattern = patterns.get(key);
  if (!pattern) {
    const any = [...phrases].sort((a, b) => b.length - a.length).map((phrase) => phrase.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/[\s-]+/g, "[\\s-]+"));
    patterns.set(key, (pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${any.join("|")})(?![\\p{L}\\p{N}])`, "giu")));
  }
  return pattern;
}

/** What a team is called. */
export const teamOf = (team: string, teams: Labels["teams"]): string => (Object.hasOwn(teams, team) ? teams[team]! : team);

let own: Labels = {teams: {}, words: {}};

/** For the page: the run's labels, once it is open. */
export function useLabels(labels: Labels | undefined): void {
  own = labels ?? {teams: {}, words: {}};
}

/** For the page: text of its own in the authority's words. */
export const inWords = (text: string): string => reworded(text, own.words);

/** For the page: what a team is called. */
export const teamName = (team: string): string => teamOf(team, own.teams);
