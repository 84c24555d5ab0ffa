// A page is sent with the run it opens, so that its figures stand in its first painting; what it is sent with is what the same person would be given at the file's own address.
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {withOpening, type OpeningInputs} from "../../server/opening.ts";
import {comeIn, host, localServer, makeSite, put} from "./support.ts";

const page = '<link rel="stylesheet" href="../_import/style.css">\n<meta name="reads" content="glance.json cohort.json measures/{id}.json">';
const published: Record<string, unknown> = {
  "run.json": {run: "run-1", authority: {name: "</script><b>Hill"}, groups: [{dimension: "team", group: "North", label: "North"}, {dimension: "team", group: "South", label: "South"}]},
  "glance.json": {run: "run-1", tiles: [], attention: [{text: "South fell"}]},
  "measures.json": {run: "run-1", measures: []},
  "cohort.json": {run: "run-1"},
  "measures/R1.json": {run: "run-1", id: "R1"}
};
const opened = (of: Partial<OpeningInputs> = {}) => withOpening({html: page, run: "run-1", query: {}, scope: null, has: async (name) => name in published, read: async <T>(name: string) => published[name] as T, ...of});
const sent = (html: string) => JSON.parse(/<script type="application\/json" id="run">(.*)<\/script>/.exec(html)![1]!) as {run: string; files: Record<string, unknown>};
const beside = (html: string) => [...html.matchAll(/<link rel="preload" as="fetch" crossorigin href="([^"]*)">/g)].map(([, href]) => href);

describe("a page", () => {
  test("holds the run and its headline figures, and names what it will ask for, by addresses of its own depth", async () => {
    const html = await opened({query: {id: "R1"}});
    expect(sent(html)).toEqual({run: "run-1", files: {"run.json": published["run.json"], "glance.json": published["glance.json"]}});
    expect(beside(html)).toEqual(["../run/run-1/cohort.json", "../run/run-1/measures/R1.json"]);
  });
  test("cannot be ended, or added to, by a word of the data or of its address", async () => {
    const html = await opened({query: {id: '"><script>alert(1)</script>'}});
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(html).not.toContain("alert");
    expect(beside(html)).toEqual(["../run/run-1/cohort.json"]);
  });
  test("of somebody held to a team holds that team's part alone, and names no file that may be refused", async () => {
    const html = await opened({scope: {dimension: "team", groups: ["North"]}});
    expect(html).not.toContain("South");
    expect(sent(html).files).toMatchObject({"run.json": {groups: [{group: "North"}]}, "glance.json": {attention: []}});
    expect(beside(html)).toEqual([]);
  });
  test("narrowed by its address asks the server to count, so that no whole file is fetched in vain", async () => {
    expect(beside(await opened({query: {team: "North"}}))).toEqual([]);
  });
  test("is sent as it was built where it reads nothing, or the run cannot be read", async () => {
    expect(await opened({html: "<p>plain</p>"})).toBe("<p>plain</p>");
    expect(await opened({read: () => Promise.reject(new Error("gone"))})).toBe(page);
  });
});

test("the server sends it to who came in, and to nobody else", async () => {
  const site = await makeSite();
  await put(join(site, "index.html"), page.replace("../_import", "./_import"));
  const {app} = await localServer({site});
  const headers = await comeIn(app);
  expect(sent((await app.inject({url: "/", headers})).body).run).toBe("run-1");
  expect((await app.inject({url: "/", headers: host})).body).not.toContain("run-1");
  // a page shows the current run: an address that names another is given no run
  expect((await app.inject({url: "/?run=run-0", headers})).body).not.toContain('id="run"');
});
