// @vitest-environment jsdom
// The page of who looked: what it lists, what it asks the server, what it says of a trail that is not whole, and that a hostile word stays a word.
import {afterEach, describe, expect, it, vi} from "vitest";
import {auditTable, auditView, type AuditAnswer, type AuditEntry} from "../../src/components/audit.js";

const entry = (over: Partial<AuditEntry> = {}): AuditEntry => ({n: 2, at: "2026-04-01T09:30:15.123Z", who: "qa@council.example", roles: ["qa", "leadership"], action: "cases", asked: {measure: "C2", team: "North"}, run: "run-1", rows: 12, outcome: "given", ...over});
const words = () => (document.body.textContent ?? "").replace(/\s+/g, " ");

/** Opens the page beside a server that answers as told; what it is asked. */
function open(answer: (query: URLSearchParams) => AuditAnswer): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (address: string | URL) => {
    const url = new URL(String(address), "http://localhost/");
    asked.push(`${url.pathname}${url.search}`);
    return new Response(JSON.stringify(answer(url.searchParams)), {headers: {"content-type": "application/json"}});
  });
  document.body.replaceChildren(auditView(answer(new URLSearchParams())));
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

describe("who looked", () => {
  it("lists looks with when, who, role, what was asked, how many rows and what came of it", () => {
    expect(auditTable([entry()])).toEqual({
      columns: ["When (UTC)", "Who", "Role", "Did", "Asked for", "Rows", "Outcome", "Run"],
      rows: [["2026-04-01 09:30:15", "qa@council.example", "qa, leadership", "cases", "measure C2, team North", 12, "given", "run-1"]]
    });
  });

  it("shows a hostile name as text, says how many there are, and asks for a person or a child", async () => {
    const asked = open((query) => ({total: 40, entries: [entry({who: "<img src=x onerror=alert(1)>", asked: {measure: query.get("child") ?? "C2"}})]}));
    expect(document.querySelector("img")).toBeNull();
    expect(words()).toContain("<img src=x onerror=alert(1)>");
    expect(words()).toContain("of 40 entries");
    (document.querySelector("#audit-child") as HTMLInputElement).value = " 0042 ";
    document.querySelector("form")!.dispatchEvent(new Event("submit", {cancelable: true}));
    await vi.waitFor(() => expect(words()).toContain("measure 0042"));
    expect(asked.map((address) => address.replace(/^.*(?=api)/, ""))).toEqual(["api/audit?child=0042"]);
  });

  it("says whether the trail is whole, and where it is not", async () => {
    let whole: AuditAnswer["whole"] = {ok: true, entries: 40};
    open((query) => ({total: 1, entries: [entry()], ...(query.get("check") ? {whole} : {})}));
    const check = [...document.querySelectorAll("button")].find((b) => b.textContent?.startsWith("Check"))!;
    check.click();
    await vi.waitFor(() => expect(words()).toContain("Whole: 40 entries, each bound to the one before."));
    whole = {ok: false, entries: 3, file: "audit-1.jsonl", line: 3, why: "the line was changed"};
    check.click();
    await vi.waitFor(() => expect(words()).toContain("Not whole: audit-1.jsonl, line 3: the line was changed."));
  });
});
