// Any order of loading gives the same records and the same published bytes: overlapping exports in random permutations and groupings,
// refreshed one group after another into one store, against one refresh of all of them.
import fc from "fast-check";
import {expect, test} from "vitest";
import {csv, place, publishedOf, recordsOf} from "./help.ts";

const BY_ID = `
name: by-id
title: Contacts by id
files: ["by-id*"]
window: {days: 20}
records:
  - set: contact
    fields: {contact_id: [Contact], child_id: [Child], received_at: [When], source: [From], outcome: [Outcome]}
`;
const NAMELESS = `
name: nameless
title: Contacts without an id
files: ["nameless*"]
records:
  - set: contact
    fields: {child_id: [Child ID], received_at: [Received], source: [Source], team: [Team]}
`;
const REFERRALS = `
name: referrals
title: Referrals
files: ["referrals*"]
window: full
records:
  - set: referral
    fields: {child_id: [Child], referral_date: [Referred], source: [From], primary_need: [Need], closed_on: [Closed]}
`;

const child = fc.constantFrom("1", "2", "3");
const day = fc.integer({min: 1, max: 12}).map((d) => String(d).padStart(2, "0"));
const source = fc.constantFrom("Police", "School", "Somewhere else entirely");
const word = fc.constantFrom("", "a", "b");
const rows = <T>(row: fc.Arbitrary<T>) => fc.array(row, {minLength: 0, maxLength: 6});
const exportDate = fc.constantFrom("2026-01-12", "2026-01-20", "2026-02-20");

/** Contents are drawn from so few values that exports overlap, disagree, tie, repeat themselves and leave rows out. */
const anExport = fc.oneof(
  fc.record({date: exportDate, of: fc.constant("by-id"), text: rows(fc.tuple(fc.constantFrom("A", "B", "C", ""), child, day, source, fc.constantFrom("Referral", "NFA", ""))).map((r) => csv(["Contact", "Child", "When", "From", "Outcome"], ...r.map(([c, k, d, s, o]) => [c, k, `${d}/01/2026 09:00`, s, o])))}),
  fc.record({date: exportDate, of: fc.constant("nameless"), text: rows(fc.tuple(child, day, source, word)).map((r) => csv(["Child ID", "Received", "Source", "Team"], ...r.map(([k, d, s, t]) => [k, `${d}/01/2026 09:00`, s, t])))}),
  fc.record({date: exportDate, of: fc.constant("referrals"), text: rows(fc.tuple(child, day, source, word, fc.constantFrom("", "30/01/2026", "31/02/2026"))).map((r) => csv(["Child", "Referred", "From", "Need", "Closed"], ...r.map(([k, d, s, n, c]) => [k, `${d}/01/2026`, s, n, c])))})
);

/** Exports in a random order, cut into groups. The very same bytes twice are one load whatever it is called: tests/load/loads.slow.test.ts has that. */
const scenario = fc.uniqueArray(anExport, {minLength: 2, maxLength: 5, selector: (e) => e.text}).chain((exports) =>
  fc.record({
    exports: fc.constant(exports.map((e, i) => ({name: `${e.of}_${e.date}_${i}.csv`, text: e.text}))),
    order: fc.shuffledSubarray(exports.map((_, i) => i), {minLength: exports.length, maxLength: exports.length}),
    cuts: fc.array(fc.boolean(), {minLength: exports.length, maxLength: exports.length}),
    leave: fc.boolean()
  })
);

test("sequential refreshes in any order and grouping end where one refresh of all ends", async () => {
  const check = async ({exports, order, cuts, leave}: {exports: {name: string; text: string}[]; order: number[]; cuts: boolean[]; leave: boolean}) => {
    const whole = place(BY_ID, NAMELESS, REFERRALS);
    for (const e of exports) whole.put(e.name, e.text);
    const all = await whole.refresh({asAt: "2026-02-28"});

    const piecewise = place(BY_ID, NAMELESS, REFERRALS);
    let last = null;
    for (const [i, which] of order.entries()) {
      piecewise.put(exports[which]!.name, exports[which]!.text);
      if (i < order.length - 1 && !cuts[i]) continue;
      last = await piecewise.refresh({asAt: "2026-02-28"});
      // exports may stay in the folder or be cleared away once they are loaded
      if (leave) for (const n of order.slice(0, i + 1)) try { piecewise.take(exports[n]!.name); } catch { /* gone already */ }
    }
    expect(await recordsOf(piecewise.store)).toEqual(await recordsOf(whole.store));
    expect(last!.run).toBe(all.run);
    expect(publishedOf(piecewise.store)).toEqual(publishedOf(whole.store));
  };
  await fc.assert(fc.asyncProperty(scenario, check), {numRuns: Number(process.env.FRONTDOOR_RUNS ?? 10), endOnFailure: true});
}, 1_800_000);
