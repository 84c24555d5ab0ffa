// What counts as the same heading, a blank, an invisible character or a totals line, for every reader. Knows no file and no record set.

/** Bidirectional controls, zero-width characters and the soft hyphen: they cannot be seen and make equal ids differ. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/;
const INVISIBLE_ALL = new RegExp(INVISIBLE.source, "g");

/** Whether the text holds a character that `stripInvisible` would take out. */
export const hasInvisible = (text: string): boolean => INVISIBLE.test(text);

/** The text without invisible characters; their number is the difference in length. */
export const stripInvisible = (text: string): string => text.replace(INVISIBLE_ALL, "");

/** A heading as mappings compare it: NFKC, lower case, no apostrophes, any other punctuation or space as one space. */
export function normaliseHeading(text: string): string {
  let made = normalised.get(text);
  if (made === undefined) {
    made = stripInvisible(text.normalize("NFKC"))
      .toLowerCase()
      .replace(/['’‘`]/g, "")
      .replace(/[\p{P}\p{S}\s_]+/gu, " ")
      .trim();
    if (normalised.size > 20_000) normalised.clear();
    if (text.length < 200) normalised.set(text, made);
  }
  return made;
}

/** Every mapping asks the same few thousand spellings of every sheet. */
const normalised = new Map<string, string>();

/** The letter a spreadsheet shows for a 0-based column: 0 → A, 25 → Z, 26 → AA, 16383 → XFD. */
export function columnLetter(index: number): string {
  let letters = "";
  for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26)) letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  return letters;
}

const TOTALS = /^(grand |sub-? ?|overall )?totals?( (rows?|records?|number|count)( of [a-z ]+)?)?[\s:=\d,.]*$/i;

/** Whether a row at the bottom is a totals line: its first filled cell says so and few others are filled. */
export function isTotalsLine(cells: readonly (string | null)[], width: number): boolean {
  const filled = cells.filter((cell) => cell !== null && cell.trim() !== "") as string[];
  const first = filled[0];
  return first !== undefined && filled.length <= Math.max(2, Math.floor(width / 2)) && TOTALS.test(first.trim());
}

/** "1 cell", "4 cells". */
export const count = (n: number, noun: string): string => `${n.toLocaleString("en-GB")} ${noun}${n === 1 ? "" : "s"}`;
